"""What of follow-up forms waits for the secretariat."""

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import ngettext

from isthmus.accounts.models import AuditEvent
from isthmus.accounts.policy import Actor, can, visible
from isthmus.apps.workshops.followups.models import HeldFollowUp
from isthmus.apps.workshops.programme.house import KEEP
from isthmus.exchange.application import Waiting
from isthmus.kit import clock

LETTER_MADE = "workshops.letter"


def waiting(actor: Actor) -> list[Waiting]:
    """Forms that came for workshops to come, and of which no letter for the journey was made since."""
    if not can(actor, KEEP):
        return []
    made = AuditEvent.objects.filter(
        kind=LETTER_MADE, subject=OuterRef("nominee__reference"), occurred__gte=OuterRef("arrived_at")
    )
    rows = HeldFollowUp.objects.filter(
        ~Exists(made),
        nominee__withdrawn_at=None,
        nominee__invitation__workshop__starts__gt=clock.now().date(),
    )
    people = list(visible(actor, KEEP, rows).values_list("nominee_id", flat=True))
    title = ngettext(
        "A follow-up form came, and its letter is not made yet",
        "Follow-up forms came, and their letters are not made yet",
        len(people),
    )
    one = reverse("workshops:nominee", args=people) if len(people) == 1 else ""
    return [Waiting(title, len(people), one or reverse("workshops:workshops"))]
