"""Nominees and nominations, in words and columns."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.apps.workshops.nominations.models import Nomination, Says
from isthmus.apps.workshops.nominations.queries import NomineeSeen
from isthmus.ui.components import State, StateKind, Tile
from isthmus.ui.table import Column

_SAYS: dict[str, StateKind] = {Says.ACCEPTED: "ok", Says.WAITING: "wait", Says.DECLINED: "off"}
_STATES: dict[str, StateKind] = {
    Nomination.State.DRAFT: "warn",
    Nomination.State.SENT: "wait",
    Nomination.State.ACCEPTED: "ok",
    Nomination.State.WAITING: "wait",
    Nomination.State.DECLINED: "off",
    Nomination.State.WITHDRAWN: "off",
}


def nominee_state(seen: NomineeSeen) -> State:
    """What was decided about a nominee, or that it waits for a decision."""
    if seen.nominee.withdrawn_at is not None:
        return State("off", _("Withdrawn"))
    if seen.selection is None:
        return State("warn", _("To be decided"))
    return State(_SAYS[seen.selection.says], seen.selection.get_says_display())


def nomination_state(row: Nomination) -> State:
    """How far a nomination is, as the country knows."""
    return State(_STATES[row.state], row.get_state_display())


def remarks(seen: NomineeSeen) -> str:
    """What a nomination is late or too many by."""
    said = []
    if seen.standing.late:
        said.append(_("came late"))
    if seen.standing.over_quota:
        said.append(_("over the quota"))
    return ", ".join(said)


NOMINEES: tuple[Column[NomineeSeen], ...] = (
    Column(
        "name",
        gettext_lazy("Name"),
        lambda one: one.nominee.name,
        "link",
        url=lambda one: reverse("workshops:nominee", args=[one.nominee.pk]),
    ),
    Column("country", gettext_lazy("Country"), lambda one: Tile(one.country.upper())),
    Column("employer", gettext_lazy("Employer"), lambda one: one.nominee.employer or None),
    Column("state", gettext_lazy("State"), nominee_state, "state"),
    Column("remarks", gettext_lazy("Remark"), lambda one: remarks(one) or None),
    Column("days", gettext_lazy("Days present"), lambda one: one.days or None, "number"),
)
