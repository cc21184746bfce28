"""How many introductions were accepted and what became of them, over all of this node."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

from isthmus.apps.partners.models import Introduction, Outcome
from isthmus.apps.partners.rules.precision import Precision
from isthmus.apps.partners.rules.standing import ACCEPTED, ANSWERED, Standing


@dataclass(frozen=True, slots=True)
class Measured:
    """A group of introductions: how many were made, answered and accepted."""

    name: str
    label: str
    answered: int
    precision: Precision


def _measure(name: str, label: str, states: Iterable[str]) -> Measured:
    standings = [Standing(state) for state in states]
    accepted = sum(one in ACCEPTED for one in standings)
    answered = sum(one in ANSWERED for one in standings)
    return Measured(name, label, answered, Precision(accepted, len(standings)))


def measured() -> list[Measured]:
    """All introductions, then by where the other one stood in the list of matches when it was asked."""
    rows = list(Introduction.objects.values_list("state", "place"))
    groups = (
        ("all", _("All introductions"), lambda _place: True),
        ("first", _("First in the list of matches"), lambda place: place == 1),
        ("second-third", _("Second or third"), lambda place: place in {2, 3}),
        ("later", _("Later in the list"), lambda place: place is not None and place > 3),
        ("from-abroad", _("Asked by a partner, or not from a list"), lambda place: place is None),
    )
    return [
        _measure(name, label, [state for state, place in rows if belongs(place)])
        for name, label, belongs in groups
    ]


def outcomes_told() -> list[tuple[int, str, int]]:
    """(months, what became of it or empty, how many), as far as it was asked."""
    rows = Outcome.objects.values("months", "says").annotate(count=Count("pk")).order_by("months", "says")
    return [(row["months"], row["says"], row["count"]) for row in rows]
