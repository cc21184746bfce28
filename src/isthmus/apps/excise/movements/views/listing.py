"""The list of movements and the page of one."""

from datetime import datetime

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can, visible
from isthmus.apps.excise.movements import queries
from isthmus.apps.excise.movements.forms import MovementFilter
from isthmus.apps.excise.movements.models import (
    DRAFT,
    OPEN_STATES,
    GateScan,
    Movement,
    MovementLine,
    MovementMessage,
)
from isthmus.apps.excise.movements.rules.sides import parties_of, possible
from isthmus.apps.excise.movements.rules.states import Kind, State
from isthmus.apps.excise.movements.services import book
from isthmus.apps.excise.movements.wording import (
    ALARMS,
    DRAFTED,
    KINDS,
    OBJECTIONS,
    PARTIES,
    STATES,
    VERBS,
)
from isthmus.exchange import queries as exchange
from isthmus.kit import clock
from isthmus.kit.errors import NotFound
from isthmus.ui import components
from isthmus.ui.components import Amount, Empty, Event, Fact, Link, SavedView
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column, tabulate

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
)


def _rows(request: ActorRequest) -> "QuerySet[Movement]":
    first = Case(When(state__in=OPEN_STATES, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = visible(request.actor, VIEW, Movement.objects.all())
    return rows.annotate(open_first=first).order_by("open_first", "due_at")


@require_GET
@authorised(VIEW)
def listed(request: ActorRequest) -> HttpResponseBase:
    """Every movement that the visitor may see, open ones first, those due soonest on top."""
    rows = _rows(request)
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


_GOODS: tuple[Column[MovementLine], ...] = (
    Column("number", gettext_lazy("Line"), lambda row: str(row.number)),
    Column("product", gettext_lazy("Excise product"), "product_code"),
    Column("cn", gettext_lazy("CN code"), "cn_code"),
    Column("description", gettext_lazy("Goods"), "description"),
    Column("quantity", gettext_lazy("Quantity"), lambda row: row.quantity.normalize(), "number"),
    Column("net", gettext_lazy("Net mass"), lambda row: row.net_kg.normalize(), "number", unit="kg"),
    Column("abv", gettext_lazy("Strength"), "abv_percent", "number", unit="% vol"),
)
_GATES: tuple[Column[GateScan], ...] = (
    Column("at", gettext_lazy("Time"), "scanned_at", "date"),
    Column("gate", gettext_lazy("Gate"), lambda row: f"{row.gate} ({row.node})"),
    Column("way", gettext_lazy("Direction"), "get_way_display"),
    Column("plate", gettext_lazy("Vehicle plate"), "plate"),
    Column("seal", gettext_lazy("Seal"), "seal"),
    Column(
        "answer",
        gettext_lazy("Answer"),
        lambda row: components.State(
            "bad" if row.alarms else "ok",
            ", ".join(str(ALARMS[one]) for one in row.alarms) or _("let through"),
        ),
        "state",
    ),
)


def _facts(row: Movement) -> tuple[Fact, ...]:
    facts = [
        Fact(_("State"), state_of(row)),
        Fact(_("ARC"), row.arc or None),
        Fact(_("Local reference"), row.local_reference or None),
        Fact(_("Consignor"), f"{row.consignor_name} ({row.consignor})"),
        Fact(_("Consignee"), f"{row.consignee_name} ({row.consignee})"),
        Fact(_("Place of dispatch"), row.dispatched_from or None),
        Fact(_("Place of delivery"), row.delivered_to or None),
        Fact(_("Dispatched"), row.dispatched_at),
        Fact(_("Due"), row.due_at),
        Fact(_("Version of the document"), Amount(row.sequence)),
    ]
    if row.deferred:
        facts.append(Fact(_("Entered late"), _("The goods left on a paper document with this reference.")))
    if row.across and row.arc:
        facts += [
            Fact(_("First word of the side of dispatch"), row.told_by_dispatch),
            Fact(_("First word of the side of destination"), row.told_by_destination),
        ]
    return tuple(facts)


def _timeline(row: Movement, messages: list[MovementMessage]) -> tuple[Event, ...]:
    aside = {one.key: why for one, why in book.standing_of(row, messages).set_aside}
    me, events = exchange.me(), []
    for one in messages:
        why = aside.get(f"{one.node}/{one.key}")
        what = KINDS[Kind(one.kind)] if one.kind else one.code
        note = _("without effect: %(why)s") % {"why": OBJECTIONS[why]} if why is not None else one.code
        who = PARTIES[book.statement_of(one).by] if one.kind else one.node
        events.append(
            Event(
                one.at,
                f"{who} ({one.node})" if one.kind else who,
                what,
                "here" if one.node == me else "there",
                note,
                reverse("excise:movement-message", args=[row.pk, one.pk]) if one.code else "",
            )
        )
    return tuple(events)


@require_GET
@authorised(VIEW)
def one(request: ActorRequest, pk: int) -> HttpResponse:
    """One movement: what it says, what gates saw, what may be done next and by whom, what was said."""
    row = find(request, pk)
    messages = list(row.messages.defer("xml"))
    scans = list(queries.alarms_about(row.arc)) if row.arc else []
    me = exchange.me()
    here = row.destination_node == me
    ours = parties_of(dispatch=row.dispatch_node == me, destination=here)
    steps: list[tuple[Kind, str]] = []
    if row.state != DRAFT:
        for kind, party in possible(State(row.state), ours, destination=here):
            steps.append((kind, f"{VERBS[kind]} ({PARTIES[party]})"))
    may_say = can(request.actor, SAY, row)
    context = {
        "title": str(row),
        "lead": _("From %(consignor)s to %(consignee)s.")
        % {"consignor": row.consignor_name or "?", "consignee": row.consignee_name or "?"},
        "crumbs": (Link(_("Movements under suspension"), reverse("excise:movements")),),
        "movement": row,
        "facts": _facts(row),
        "late": is_late(row, clock.now()),
        "alarmed": any(scan.alarms for scan in scans),
        "unmatched": queries.unmatched(Movement.objects.filter(pk=pk)).exists(),
        "goods": tabulate(_GOODS, row.lines.all(), _("Goods")),
        "gates": tabulate(_GATES, scans, _("Gates")) if scans else None,
        "steps": [text for _kind, text in steps],
        "may_accept": may_say and row.state == DRAFT,
        "may_receive": may_say and any(kind is Kind.RECEIVE for kind, _text in steps),
        "may_say": may_say and bool(steps),
        "history": _timeline(row, messages),
    }
    return render(request, "excise/movement.html", context)


@require_GET
@authorised(VIEW)
def message_file(request: ActorRequest, pk: int, message: int) -> HttpResponse:
    """One message byte for byte. NotFound where a partner withheld its text."""
    found = find(request, pk).messages.filter(pk=message).first()
    if found is None or not found.xml:
        raise NotFound("excise.no-movement-message", _("The text of this message is not here."))
    name = f"{found.code}-{found.sha256[:12]}.xml"
    return HttpResponse(
        bytes(found.xml),
        content_type="application/xml",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
