"""Events of goods: the list, one event, and the history of one item."""

from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import visible
from isthmus.apps.excise.events import queries
from isthmus.apps.excise.events.forms import EventFilter
from isthmus.apps.excise.events.models import EpcisEvent, EventItem
from isthmus.apps.excise.events.wording import standing, word
from isthmus.kit.errors import NotFound
from isthmus.ui.components import Amount, Empty, Event, Fact, Link, SavedView
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column, tabulate

VIEW = "excise.event.view"
SHOWN = 200
"""Items of an event, and events of an item, that one page lists."""


def _address(event: EpcisEvent) -> str:
    return reverse("excise:event", args=[event.pk])


def _item_address(uri: str) -> str:
    return f"{reverse('excise:event-item')}?{urlencode({'uri': uri})}"


_COLUMNS: tuple[Column[EpcisEvent], ...] = (
    Column("time", gettext_lazy("When"), "event_time", kind="date", sort="event_time"),
    Column(
        "kind",
        gettext_lazy("What happened"),
        lambda row: word(row.biz_step) or row.get_kind_display(),
        kind="link",
        sort="biz_step",
        url=_address,
    ),
    Column("action", gettext_lazy("Action"), "action", sort="action"),
    Column("place", gettext_lazy("Place"), lambda row: row.read_point or row.biz_location),
    Column("disposition", gettext_lazy("Left as"), lambda row: word(row.disposition), sort="disposition"),
    Column("standing", gettext_lazy("Standing"), standing, kind="state"),
)
_ITEMS: tuple[Column[EventItem], ...] = (
    Column("part", gettext_lazy("Part"), "get_part_display"),
    Column("uri", gettext_lazy("Item"), "uri", kind="link", url=lambda row: _item_address(row.uri)),
    Column("gtin", gettext_lazy("GTIN"), "gtin"),
    Column(
        "quantity",
        gettext_lazy("Quantity"),
        lambda row: None if row.quantity is None else Amount(row.quantity.normalize(), row.unit),
        kind="number",
    ),
)


def _rows(request: ActorRequest) -> "QuerySet[EpcisEvent]":
    return visible(request.actor, VIEW, queries.events())


@require_GET
@authorised(VIEW)
def listed(request: ActorRequest) -> HttpResponseBase:
    """Every event that was captured, the newest first."""
    page = ListPage(
        request,
        _rows(request),
        _COLUMNS,
        name="events",
        filters=EventFilter,
        default_sort="-time",
        views=(SavedView(_("All")), SavedView(_("Declared wrong"), "wrong=yes")),
        empty=Empty(
            _("No events yet"),
            _("What happens to marked goods appears here when a producer's or dealer's system sends it."),
        ),
    )
    return page.respond(
        _("Events of goods"),
        "ui/list.html",
        {"lead": _("What happened to marked goods, as their holders recorded it (EPCIS 2.0).")},
    )


def _facts(event: EpcisEvent) -> tuple[Fact, ...]:
    facts = [
        Fact(_("Kind"), event.get_kind_display()),
        Fact(_("When"), event.event_time),
        Fact(_("Time zone there"), event.offset),
        Fact(_("Business step"), word(event.biz_step) or None),
        Fact(_("Action"), event.action or None),
        Fact(_("Left as"), word(event.disposition) or None),
        Fact(_("Read at"), event.read_point or None),
        Fact(_("Left at"), event.biz_location or None),
        Fact(_("Recorded by"), event.organisation.name),
        Fact(_("Captured"), event.captured_at),
        Fact(_("Event hash"), event.name),
    ]
    if event.error:
        facts += [
            Fact(_("Declared wrong on"), event.error_time),
            Fact(_("Reason"), word(event.error_reason) or None),
        ]
    return tuple(facts)


@require_GET
@authorised(VIEW)
def one(request: ActorRequest, pk: int) -> HttpResponse:
    """One event: what it says, the items in it, and whether it was declared wrong."""
    event = _rows(request).filter(pk=pk).first()
    if event is None:
        raise NotFound(
            "excise.no-event", _("There is no such event."), next_step=_("Go back to the list of events.")
        )
    same = EpcisEvent.objects.filter(organisation=event.organisation, name=event.name).exclude(pk=pk)
    corrections = [*event.corrected_by, *(name for row in same for name in row.corrected_by)]
    named = _rows(request).filter(name__in=corrections, error="") if corrections else []
    others = [
        *(Link(_("The event that declares this one wrong"), _address(row)) for row in same if row.error),
        *(Link(_("The event that is declared wrong"), _address(row)) for row in same if not row.error),
        *(Link(_("The event that corrects it"), _address(row)) for row in named),
    ]
    items = list(event.items.all()[: SHOWN + 1])
    context = {
        "title": word(event.biz_step).capitalize() or event.get_kind_display(),
        "crumbs": (Link(_("Events of goods"), reverse("excise:events")),),
        "state": standing(event),
        "facts": _facts(event),
        "others": others,
        "items": tabulate(_ITEMS, items[:SHOWN], _("Items")),
        "more": len(items) > SHOWN,
        "body": event.body,
    }
    return render(request, "excise/event.html", context)


def _told(event: EpcisEvent) -> Event:
    state = standing(event)
    notes = (
        event.read_point or event.biz_location,
        word(event.disposition),
        "" if state.kind == "ok" else state.word,
    )
    return Event(
        event.event_time,
        event.organisation.name,
        word(event.biz_step) or event.get_kind_display(),
        note=" · ".join(str(note) for note in notes if note),
        url=_address(event),
    )


@require_GET
@authorised(VIEW)
def history(request: ActorRequest) -> HttpResponse:
    """All that happened to one item or, by its GTIN, to every item of a product, oldest first."""
    given = request.GET.get("uri", "")[:500].replace("\0", "").strip()
    rows = (
        list(queries.of_item(_rows(request), given).order_by("event_time", "pk")[: SHOWN + 1])
        if given
        else []
    )
    context = {
        "title": _("History of an item"),
        "lead": given or _("Open an item from one of its events, or type it here."),
        "crumbs": (Link(_("Events of goods"), reverse("excise:events")),),
        "given": given,
        "history": tuple(map(_told, rows[:SHOWN])),
        "more": len(rows) > SHOWN,
        "empty": Empty(_("No events of this item"), _("Nobody has recorded anything about it here.")),
    }
    return render(request, "excise/event_item.html", context)
