"""The list of movements and the page of one."""

from datetime import datetime

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can, visible
from isthmus.apps.excise.movements import queries
from isthmus.apps.excise.movements.forms import MovementFilter
from isthmus.apps.excise.movements.models import (
    DRAFT,
    Movement,
)
from isthmus.apps.excise.movements.rules.states import State
from isthmus.apps.excise.movements.wording import (
    DRAFTED,
    STATES,
)
from isthmus.kit import clock
from isthmus.kit.errors import NotFound
from isthmus.ui import components
from isthmus.ui.components import Empty, Link, SavedView
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column

VIEW, SAY = "excise.movement.view", "excise.movement.say"
_BAD = {State.REJECTED, State.CUSTOMS_REFUSED, State.REFUSED, State.LOST, State.INTERRUPTED}


def is_late(row: Movement, now: datetime) -> bool:
    """Whether an open movement is past the end of its journey."""
    return row.is_open and row.due_at is not None and row.due_at < now


def state_of(row: Movement) -> components.State:
    """The state of a movement as it is shown; what is overdue says so."""
    if row.state == DRAFT:
        return components.State("off", DRAFTED)
    state = State(row.state)
    word = STATES[state]
    if is_late(row, clock.now()):
        return components.State("bad", _("overdue: %(state)s") % {"state": word})
    kind: components.StateKind = "bad" if state in _BAD else "wait" if row.is_open else "ok"
    return components.State(kind, word)


def waiting_of(row: Movement) -> components.State | None:
    """For how long one side has been silent; from a week on it is marked."""
    days = queries.unmatched_days(row, clock.now())
    if days is None:
        return None
    said = ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
    return components.State("warn" if days >= queries.LONG_DAYS else "wait", said)


_COLUMNS: tuple[Column[Movement], ...] = (
    Column(
        "arc",
        gettext_lazy("Movement"),
        str,
        "link",
        sort="arc",
        url=lambda row: reverse("excise:movement", args=[row.pk]),
    ),
    Column("consignor", gettext_lazy("Consignor"), "consignor_name", sort="consignor_name"),
    Column("consignee", gettext_lazy("Consignee"), "consignee_name", sort="consignee_name"),
    Column("state", gettext_lazy("State"), state_of, "state", sort="state"),
    Column("dispatched", gettext_lazy("Dispatched"), "dispatched_at", "date", sort="dispatched_at"),
    Column("due", gettext_lazy("Due"), "due_at", "date", sort="due_at"),
    Column("waiting", gettext_lazy("Waiting for the other side"), waiting_of, "state"),
)


@require_GET
@authorised(VIEW)
def listed(request: ActorRequest) -> HttpResponseBase:
    """Every movement that the visitor may see, open ones first, those due soonest on top."""
    rows = queries.open_first(visible(request.actor, VIEW, Movement.objects.all()))
    page = ListPage(
        request,
        rows,
        _COLUMNS,
        name="movements",
        filters=MovementFilter,
        views=(
            SavedView(_("All")),
            SavedView(_("Open"), "show=open"),
            SavedView(_("Overdue"), "show=late"),
            SavedView(_("Unmatched"), "show=unmatched"),
            SavedView(_("Unmatched for long"), "show=unmatched-long"),
        ),
        empty=Empty(
            _("No movements"),
            _("A movement begins with a draft, or when a partner tells of goods on their way here."),
        ),
    )
    found = queries.figures(visible(request.actor, VIEW, Movement.objects.all()), clock.now())
    lead = _(
        "%(open)s of %(total)s movements are open, %(late)s of them overdue;"
        " %(unmatched)s lack the word of one side; %(closed)s are closed."
    ) % {
        "open": found.open,
        "total": found.total,
        "late": found.late,
        "unmatched": found.unmatched,
        "closed": found.closed,
    }
    context = {"lead": lead, "may_draft": can(request.actor, SAY)}
    return page.respond(_("Movements under suspension"), "excise/movements.html", context)


def find(request: ActorRequest, pk: int, action: str = VIEW) -> Movement:
    """A movement on which the visitor may do this. NotFound."""
    row = visible(request.actor, action, Movement.objects.all()).filter(pk=pk).first()
    if row is None:
        raise NotFound(
            "excise.no-movement", _("There is no such movement."), next_step=_("Go back to the list.")
        )
    return row


def crumbs_of(row: Movement | None) -> tuple[Link, ...]:
    """The way back from a page about a movement, or from one that begins one."""
    crumbs = (Link(_("Movements under suspension"), reverse("excise:movements")),)
    return crumbs if row is None else (*crumbs, Link(str(row), reverse("excise:movement", args=[row.pk])))
