"""What the page of sources says of the targets beside them."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.apps.etrade.targets.models import PushState, Target
from isthmus.ui.components import State


@dataclass(frozen=True, slots=True)
class Trouble:
    """A target that does not take what it should, in words, with what to do."""

    name: str
    url: str
    state: State
    words: str


def troubles() -> list[Trouble]:
    """The targets that fail, or that hold records which need a person."""
    stuck = Count("pushes", filter=Q(pushes__state=PushState.REFUSED))
    rows = Target.objects.annotate(stuck=stuck).filter(~Q(last_error="") | Q(stuck__gt=0), enabled=True)
    return [_trouble(row, row.stuck) for row in rows.order_by("name")]


def _trouble(row: Target, stuck: int) -> Trouble:
    url = reverse("etrade:target", args=[row.pk])
    if row.last_error:
        return Trouble(row.name, url, State("bad", _("Fails")), row.last_error)
    words = ngettext(
        "%(count)d record was not taken. Open the target: it says why, and what to do.",
        "%(count)d records were not taken. Open the target: it says why, and what to do.",
        stuck,
    ) % {"count": stuck}
    return Trouble(row.name, url, State("warn", _("Needs a person")), words)
