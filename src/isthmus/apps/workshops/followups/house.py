"""What follow-up forms declare to the node."""

from django.utils.translation import gettext_lazy as _

from isthmus.exchange.application import RecordType
from isthmus.exchange.house import House
from isthmus.jobs.declare import JobKind, daily

_HERE = "isthmus.apps.workshops.followups."
_RECEIVING = f"{_HERE}services.receiving:"

HOUSE = House(
    event_words={"workshops.follow-up-sent": _("Sent the follow-up form of a delegate, sealed")},
    organisation_paths={
        "workshops.FollowUp": "nomination__organisation_id",
        "workshops.HeldFollowUp": "nominee__invitation__workshop__programme__organisation_id",
    },
    record_types=(
        RecordType(
            "workshops.follow-up",
            1,
            _("Follow-up form of a delegate"),
            f"{_HERE}records:FollowUpV1",
            f"{_RECEIVING}receive_follow_up",
            check=f"{_RECEIVING}check_follow_up",
            samples=f"{_HERE}sample_queries:follow_ups",
            erase=f"{_RECEIVING}erase",
            restored=f"{_RECEIVING}restore",
            numbered=f"{_RECEIVING}take_number",
        ),
    ),
    jobs=(
        JobKind("workshops.purge-follow-ups", f"{_HERE}services.telling:purge", schedule=daily(2, 45)),
        JobKind("workshops.erase-follow-ups", f"{_HERE}services.erasing:erase_over", schedule=daily(2, 50)),
    ),
)
