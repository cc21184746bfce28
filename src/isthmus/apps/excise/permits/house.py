"""What Excise's import permits declare to the node."""

from django.utils.translation import gettext_lazy as _

from isthmus.accounts.policy import Reach, Rule
from isthmus.accounts.roles import Role
from isthmus.exchange.house import House, Page

HOUSE = House(
    access_rules=(
        Rule(
            "excise.permit.view",
            _("See import permits, quotas and bonded stock"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=frozenset({Role.APPROVER, Role.AUDITOR, Role.OPERATOR}),
        ),
        Rule(
            "excise.permit.apply",
            _("Apply for import permits"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
        ),
        Rule(
            "excise.permit.draw",
            _("Clear imports, release from bond, count bonded stock, take draw-downs back"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=frozenset({Role.APPROVER}),
        ),
        Rule(
            "excise.permit.transfer",
            _("Transfer import quotas under the reference of a decision"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=frozenset({Role.APPROVER}),
        ),
        Rule(
            "excise.permit.decide",
            _("Decide on import permits, and grant quotas"),
            frozenset({Role.APPROVER}),
            Reach.NODE,
        ),
    ),
    event_words={
        "excise.quota-granted": _("Granted an import quota"),
        "excise.quota-transferred": _("Transferred an import quota"),
        "excise.permit-applied": _("Applied for an import permit"),
        "excise.permit-approved": _("Approved an import permit"),
        "excise.permit-refused": _("Refused an import permit"),
        "excise.permit-drawn": _("Drew goods under an import permit"),
        "excise.permit-reversed": _("Took back a draw-down"),
        "excise.bond-received": _("Brought goods into a bonded store"),
        "excise.bond-counted": _("Counted a bonded store"),
    },
    organisation_paths={
        "excise.ImportQuota": "operator__organisation_id",
        "excise.ImportPermit": "operator__organisation_id",
        "excise.PermitDraw": "permit__operator__organisation_id",
        "excise.PermitDrawReversal": "draw__permit__operator__organisation_id",
        "excise.BondCount": "operator__organisation_id",
    },
    pages=(
        Page("excise.permit.view", _("Import permits"), "excise:permits"),
        Page("excise.permit.view", _("Import quotas"), "excise:quotas"),
    ),
)
