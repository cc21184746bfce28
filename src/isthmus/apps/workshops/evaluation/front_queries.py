"""What of evaluations waits for the secretariat."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import ngettext

from isthmus.accounts.policy import Actor, can, visible
from isthmus.apps.workshops.evaluation.models import Evaluation
from isthmus.apps.workshops.programme.house import KEEP
from isthmus.exchange.application import Waiting
from isthmus.kit import clock

ANSWERED_FOR_DAYS = 14
"""Days after a workshop in which people still answer; then its evaluation waits to be closed."""


def waiting(actor: Actor) -> list[Waiting]:
    """Evaluations that are open although their workshop is over for a while: nobody sees results yet."""
    if not can(actor, KEEP):
        return []
    until = clock.now().date() - timedelta(days=ANSWERED_FOR_DAYS)
    rows = Evaluation.objects.filter(
        closed_at=None, workshop__ends__lt=until, workshop__programme__closed_at=None
    )
    numbers = list(visible(actor, KEEP, rows).values_list("workshop__number", flat=True))
    title = ngettext("An evaluation waits to be closed", "Evaluations wait to be closed", len(numbers))
    one = reverse("workshops:evaluation", args=numbers) if len(numbers) == 1 else ""
    return [Waiting(title, len(numbers), one or reverse("workshops:workshops"))]
