"""What Excise's guarantees declare to the node."""

from django.utils.translation import gettext_lazy as _

from isthmus.accounts.policy import Reach, Rule
from isthmus.accounts.roles import Role
from isthmus.exchange.house import House, Page

HOUSE = House(
    access_rules=(
        Rule(
            "excise.guarantee.view",
            _("See guarantees"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=frozenset({Role.APPROVER, Role.AUDITOR, Role.OPERATOR}),
        ),
        Rule(
            "excise.guarantee.keep",
            _("Register guarantees and take in the guarantor's consent"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=frozenset({Role.APPROVER}),
        ),
        Rule(
            "excise.guarantee.act",
            _("Release and claim by hand, and end guarantees"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=frozenset({Role.APPROVER}),
        ),
    ),
    event_words={
        "excise.guarantee-registered": _("Registered a guarantee"),
        "excise.guarantee-consented": _("Took in a guarantor's consent"),
        "excise.guarantee-ended": _("Ended a guarantee"),
        "excise.guarantee-reserved": _("Reserved an amount of a guarantee"),
        "excise.guarantee-released": _("Released an amount of a guarantee"),
        "excise.guarantee-called": _("Claimed an amount from a guarantor"),
    },
    organisation_paths={
        "excise.Guarantee": "organisation_id",
        "excise.GuaranteeReservation": "guarantee__organisation_id",
    },
    pages=(Page("excise.guarantee.view", _("Guarantees"), "excise:guarantees"),),
)
