"""What Excise's tax stamps declare to the node."""

from django.utils.translation import gettext_lazy as _

from isthmus.accounts.policy import Reach, Rule
from isthmus.accounts.roles import Role
from isthmus.exchange.application import RecordType
from isthmus.exchange.house import House, Page
from isthmus.jobs.declare import JobKind, every

_CROSSING = "isthmus.apps.excise.stamps.services.crossing:"

HOUSE = House(
    access_rules=(
        Rule(
            "excise.stamp.view",
            _("See tax stamps"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=frozenset({Role.APPROVER, Role.AUDITOR, Role.OPERATOR}),
        ),
        Rule("excise.stamp.ask", _("Ask for tax stamps"), frozenset({Role.OFFICER}), Reach.ORGANISATION),
        Rule(
            "excise.stamp.decide",
            _("Approve, issue and print tax stamps"),
            frozenset({Role.APPROVER}),
            Reach.NODE,
        ),
        # A token is never an approver: who lets a program decide gives it the operator's part.
        Rule(
            "excise.stamp.decide-by-program",
            _("Approve, refuse and issue tax stamps by program"),
            frozenset({Role.OPERATOR}),
            Reach.NODE,
        ),
        Rule(
            "excise.stamp.handle",
            _("Note what was done with tax stamps, and hand them over"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
        ),
        Rule(
            "excise.stamp.indications",
            _("Look into indications about tax stamps, and close them"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=frozenset({Role.APPROVER, Role.AUDITOR}),
        ),
        Rule("excise.stamp.inspect", _("Inspect tax stamps"), frozenset(Role), Reach.NODE),
        Rule("excise.stamp.verify", _("Check tax stamps by program"), frozenset(Role), Reach.NODE),
    ),
    event_words={
        "excise.stamp-key-made": _("Made a key for tax stamps"),
        "excise.stamp-codes-taken": _("Took codes of tax stamps for printing"),
        "excise.stamps-asked": _("Asked for tax stamps"),
        "excise.stamps-approved": _("Approved tax stamps"),
        "excise.stamps-refused": _("Refused tax stamps"),
        "excise.stamps-accounted": _("Noted the duty on tax stamps as paid"),
        "excise.stamps-issued": _("Issued tax stamps"),
        "excise.stamps-print": _("Noted tax stamps as printed"),
        "excise.stamps-hand-over": _("Handed tax stamps over"),
        "excise.stamps-receive": _("Confirmed receipt of tax stamps"),
        "excise.stamps-take-back": _("Took tax stamps back"),
        "excise.stamps-activate": _("Activated tax stamps"),
        "excise.stamps-sell": _("Noted tax stamps as sold"),
        "excise.stamps-spoil": _("Noted tax stamps as spoiled"),
        "excise.stamps-cancel": _("Cancelled tax stamps"),
        "excise.stamps-destroy": _("Noted tax stamps as destroyed"),
        "excise.stamps-lose": _("Noted tax stamps as lost"),
        "excise.stamps-leave": _("Had receipt of tax stamps confirmed abroad"),
        "excise.stamps-arrive": _("Took tax stamps in from abroad"),
        "excise.stamps-return": _("Took tax stamps back from abroad"),
        "excise.stamps-refused-abroad": _("Refused tax stamps from abroad"),
        "excise.stamp-indication-closed": _("Closed an indication about tax stamps"),
        "excise.stamps-find": _("Noted tax stamps as found again"),
    },
    organisation_paths={
        "excise.StampRequest": "organisation_id",
        "excise.StampCrossing": "organisation_id",
        "excise.StampIndication": "organisation_id",
    },
    record_types=(
        RecordType(
            "excise.stamp-handover",
            1,
            _("Handover of tax stamps across the border"),
            "isthmus.apps.excise.stamps.records:StampHandoverV1",
            f"{_CROSSING}receive_handover",
            check=f"{_CROSSING}check_handover",
            erase=f"{_CROSSING}erase_handover",
            restored=f"{_CROSSING}restore_handover",
            numbered=f"{_CROSSING}take_number",
        ),
    ),
    jobs=(
        JobKind(
            "excise.stamp-list",
            "isthmus.apps.excise.stamps.jobs:keep_filter",
            schedule=every(hours=1),
            lease_seconds=600,
        ),
        JobKind(
            "excise.stamp-indications",
            "isthmus.apps.excise.stamps.services.indicating:look_by_job",
            schedule=every(hours=24),
            lease_seconds=600,
        ),
    ),
    pages=(
        Page("excise.stamp.view", _("Stamps"), "excise:stamps"),
        Page(
            "excise.stamp.view",
            _("Handovers"),
            "excise:stamp-handovers",
            ("excise:stamp-crossings",),
        ),
        Page("excise.stamp.indications", _("Indications"), "excise:stamp-indications"),
        Page("excise.stamp.inspect", _("Inspect stamps"), "excise:stamp-inspect"),
    ),
)
