"""Criteria and the proposal, in words and columns."""

from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.apps.workshops.nominations.wording import nominee_state
from isthmus.apps.workshops.selection.queries import Proposed
from isthmus.ui.components import State, Tile
from isthmus.ui.formats import grouped
from isthmus.ui.table import Column

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

CRITERIA: Final[dict[str, "_StrOrPromise"]] = {
    "fit": gettext_lazy("Work fits the theme"),
    "effect": gettext_lazy("Effect at home"),
    "experience": gettext_lazy("Experience"),
    "gender": gettext_lazy("Balance of gender"),
    "region": gettext_lazy("Balance of regions"),
}


def criterion(name: str) -> str:
    """A criterion in words; its key where a secretariat made it."""
    return str(CRITERIA.get(name, name))


def points_words(one: Proposed) -> str:
    """Every point, and what for."""
    said = [f"{criterion(point.about)} {grouped(point.hundredths / 100, 1)}" for point in one.placed.points]
    return ", ".join(said)


def proposed_state(one: Proposed) -> State:
    """What the rule proposes."""
    if one.placed.place == 0:
        return State("off", _("To be marked by somebody else"))
    if one.assessors == 0:
        return State("warn", _("Not marked yet"))
    if one.placed.accept:
        return State("ok", _("Accept"))
    return State("wait", _("Waiting list, quota is full") if one.placed.over_quota else _("Waiting list"))


PROPOSAL: tuple[Column[Proposed], ...] = (
    Column("place", gettext_lazy("Place"), lambda one: one.placed.place or None, "number"),
    Column(
        "name",
        gettext_lazy("Name"),
        lambda one: one.seen.nominee.name,
        "link",
        url=lambda one: reverse("workshops:assess", args=[one.seen.nominee.pk]),
    ),
    Column("country", gettext_lazy("Country"), lambda one: Tile(one.seen.country.upper())),
    Column("proposal", gettext_lazy("Proposal"), proposed_state, "state"),
    Column("points", gettext_lazy("Points"), lambda one: grouped(one.placed.hundredths / 100, 1), "number"),
    Column("why", gettext_lazy("Made of"), lambda one: points_words(one) or None),
    Column("assessors", gettext_lazy("Assessors"), lambda one: one.assessors or None, "number"),
    Column("conflicts", gettext_lazy("May not judge"), lambda one: "; ".join(one.conflicts) or None),
    Column("decided", gettext_lazy("Decided"), lambda one: nominee_state(one.seen), "state"),
)
