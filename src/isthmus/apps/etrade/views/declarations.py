"""Export declarations: the list of both sides, and one of them laid out as on paper."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET
from pydantic import BaseModel

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can, visible
from isthmus.apps.etrade.forms import DeclarationFilter
from isthmus.apps.etrade.models import Declaration, Direction, Origin, Sending
from isthmus.apps.etrade.queries import declarations as queries
from isthmus.apps.etrade.records import DeclarationV1, DeclaredItemV1, ImportDeclarationV1, title_of
from isthmus.apps.etrade.reference.queries import codes_in_words, place_of
from isthmus.apps.etrade.reference.wording import code_in_words
from isthmus.apps.etrade.views.history import compared, events_of
from isthmus.apps.etrade.wording import state_of, transport_mode
from isthmus.exchange.models import Record, Verdict
from isthmus.kit.errors import NotFound
from isthmus.trust.models import Partner
from isthmus.ui.components import Amount, Empty, Fact, Facts, Link, SavedView, State, Tile
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column, Table, tabulate

VIEW = "etrade.declaration.view"


def _url(row: Declaration) -> str:
    return reverse("etrade:declaration", args=[row.pk])


def _side(row: Declaration) -> object:
    if row.origin == Origin.OWN:
        return _("Lodged here")
    return Tile(row.partner.upper(), "", "there")


def _net(row: Declaration) -> Decimal | None:
    """Without the zeros that the database adds behind the point."""
    return None if row.net_kg is None else Decimal(f"{row.net_kg.normalize():f}")


_COLUMNS: tuple[Column[Declaration], ...] = (
    Column("number", gettext_lazy("Number"), "number", kind="link", sort="number", url=_url),
    Column("from", gettext_lazy("From"), _side),
    Column("direction", gettext_lazy("Direction"), "get_direction_display", sort="direction"),
    Column("state", gettext_lazy("State"), state_of, kind="state", sort="state"),
    Column("exporter", gettext_lazy("Exporter"), "exporter_name", sort="exporter_name"),
    Column("consignee", gettext_lazy("Consignee"), "consignee_name", sort="consignee_name"),
    Column("hs", gettext_lazy("HS code"), "hs_code", sort="hs_code"),
    Column("to", gettext_lazy("To"), "destination_country", sort="destination_country"),
    Column("net", gettext_lazy("Net weight"), _net, kind="number", sort="net_kg", unit="kg"),
    Column("departure", gettext_lazy("Leaves on"), "departure_date", kind="date", sort="departure_date"),
    Column("received", gettext_lazy("Received"), "received_at", kind="date", sort="received_at"),
)


@require_GET
@authorised(VIEW)
def listed(request: ActorRequest) -> HttpResponseBase:
    """Declarations of the own exporters, and those that partners sent."""
    page = ListPage(
        request,
        visible(request.actor, VIEW, Declaration.objects.all()),
        _COLUMNS,
        name="declarations",
        filters=DeclarationFilter,
        default_sort="-received",
        views=(
            SavedView(_("All")),
            SavedView(_("From partners"), "origin=partner"),
            SavedView(_("Lodged here"), "origin=own"),
            SavedView(_("Imports"), "direction=import"),
        ),
        empty=Empty(
            _("No declarations yet"),
            _("They appear here when a partner sends them, or when you read files of your own system."),
            Link(_("Read files"), reverse("etrade:read")),
        ),
    )
    lead = _("What left for you, and what you say has left for others, before the goods arrive.")
    context = {
        "lead": lead,
        "may_read": can(request.actor, "etrade.declaration.import"),
        "may_send": can(request.actor, "etrade.declaration.send"),
    }
    return page.respond(_("Declarations"), "etrade/declarations.html", context)


def find(request: ActorRequest, pk: int) -> Declaration:
    """A declaration that this officer may see; NotFound for every other."""
    rows = visible(request.actor, VIEW, Declaration.objects.select_related("source", "organisation"))
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound(
            "etrade.no-declaration",
            _("There is no such declaration."),
            next_step=_("Go back to the list of declarations."),
        )
    return row


_AMOUNTS = {"net_kg": "kg", "gross_kg": "kg"}
_DAYS = {"lodged_on", "accepted_on", "departure_date", "arrival_date"}


def _facts(part: BaseModel, names: tuple[str, ...], currency: str = "") -> tuple[Fact, ...]:
    """A model's fields as facts under the titles officials know, with units."""
    found = []
    for name in names:
        value: Any = getattr(part, name)
        if value is not None and name in _AMOUNTS:
            value = Amount(Decimal(value), _AMOUNTS[name])
        elif value is not None and name in {"fob_value", "cif_value"}:
            value = Amount(Decimal(value), currency)
        elif value is not None and name in _DAYS:
            value = date.fromisoformat(value)
        elif value is not None and name == "transport_mode":
            value = transport_mode(value)
        elif value is not None and name == "port_of_discharge":
            place = place_of(value)
            value = f"{value}, {place.name}" if place is not None else value
        found.append(Fact(title_of(type(part), name), value))
    return tuple(found)


def _groups(record: DeclarationV1) -> tuple[Facts, ...]:
    imported = isinstance(record, ImportDeclarationV1)
    return (
        Facts(
            _("Declaration"),
            _facts(
                record,
                (
                    "declaration_number",
                    "local_reference",
                    "declaration_type",
                    "procedure",
                    "permit_number",
                    "lodged_on",
                    "accepted_on",
                ),
            ),
        ),
        Facts(
            _("Parties"),
            _facts(
                record,
                (
                    "exporter_id",
                    "exporter_name",
                    "consignee_id",
                    "consignee_name",
                    "consignee_address",
                    "agent_id",
                    "agent_name",
                ),
            ),
        ),
        Facts(
            _("Journey"),
            _facts(
                record,
                (
                    *(("previous_document", "arrival_date") if imported else ()),
                    "export_country",
                    "destination_country",
                    "departure_date",
                    "transport_mode",
                    "port_of_discharge",
                ),
            ),
        ),
        Facts(
            _("To find the shipment by"),
            _facts(record.match, tuple(type(record.match).model_fields), record.match.currency or ""),
        ),
    )


_ITEM_COLUMNS: tuple[Column[DeclaredItemV1], ...] = (
    Column("number", gettext_lazy("Item"), "number"),
    Column("description", gettext_lazy("Description of goods"), "description"),
    Column("origin", gettext_lazy("Origin"), "origin"),
    Column(
        "quantity", gettext_lazy("Quantity"), lambda item: _amount(item.quantity, item.unit), kind="number"
    ),
    Column("net", gettext_lazy("Net weight"), lambda item: _amount(item.net_kg, "kg"), kind="number"),
    Column("gross", gettext_lazy("Gross weight"), lambda item: _amount(item.gross_kg, "kg"), kind="number"),
    Column("value", gettext_lazy("Item value"), lambda item: _amount(item.fob_value, ""), kind="number"),
)


def _items(record: DeclarationV1) -> Table:
    """The goods, their HS codes with words where an edition of the HS is loaded."""
    words = codes_in_words((item.hs_code, item.hs_version) for item in record.items if item.hs_code)

    def code(item: DeclaredItemV1) -> str | None:
        found = words.get(item.hs_code or "")
        if found is None:
            return item.hs_code
        return code_in_words(found.code, found.words, found.edition, declared=found.declared)

    hs: Column[DeclaredItemV1] = Column("hs", _("HS code"), code)
    return tabulate((_ITEM_COLUMNS[0], hs, *_ITEM_COLUMNS[1:]), record.items, _("Items"))


def _amount(text: str | None, unit: str | None) -> Amount | None:
    return Amount(Decimal(text), unit or "") if text is not None else None


_STATES = {
    Verdict.WAITING: State("wait", gettext_lazy("Waiting for a receipt")),
    Verdict.ACCEPTED: State("ok", gettext_lazy("Accepted")),
    Verdict.REFUSED: State("bad", gettext_lazy("Refused")),
}


def _sendings(declaration: Declaration) -> Iterator[dict[str, Any]]:
    sendings = list(declaration.sendings.all())
    records = {row.leaf: row for row in Record.objects.filter(leaf__in=[s.leaf for s in sendings])}
    names = dict(
        Partner.objects.filter(node_id__in=[s.partner for s in sendings]).values_list("node_id", "name")
    )
    for sending in sendings:
        record = records[sending.leaf]
        yield {
            "partner": names.get(sending.partner, sending.partner),
            "sent_at": sending.sent_at,
            "state": _STATES[Verdict(record.verdict)],
            "reason": record.verdict_reason,
            "url": reverse("exchange:record", args=[sending.leaf]),
            "withheld": record.withheld,
        }


@require_GET
@authorised(VIEW)
def one(request: ActorRequest, pk: int) -> HttpResponse:
    """One declaration, with what is missing, where it came from and where it went."""
    declaration = find(request, pk)
    record = declaration.record
    sent = set(Sending.objects.filter(declaration=declaration).values_list("partner", flat=True))
    own = declaration.origin == Origin.OWN
    may_send = own and can(request.actor, "etrade.declaration.send", declaration)
    partner = None if own else Partner.objects.filter(node_id=declaration.partner).first()
    context = {
        "title": _title(declaration) % {"number": declaration.number},
        "state": state_of(declaration),
        "history": events_of(declaration),
        "changes": compared(declaration),
        "belonging": visible(request.actor, VIEW, queries.belonging(declaration))[:10],
        "may_mark": not own
        and declaration.direction == Direction.EXPORT
        and can(request.actor, "etrade.arrival.mark", declaration),
        "may_ask": can(request.actor, "etrade.query.write", declaration),
        "lead": _lead(partner),
        "crumbs": (Link(_("Declarations"), reverse("etrade:declarations")),),
        "declaration": declaration,
        "partner": partner,
        "groups": _groups(record),
        "items": _items(record),
        "missing": record.missing,
        "sendings": tuple(_sendings(declaration)),
        "receivers": [p for p in queries.receivers() if p.node_id not in sent] if may_send else [],
        "record_url": reverse("exchange:record", args=[declaration.leaf]) if declaration.leaf else "",
        "body": declaration.body,
    }
    return render(request, "etrade/declaration.html", context)


def _title(declaration: Declaration) -> str:
    if declaration.direction == Direction.IMPORT:
        return _("Import declaration %(number)s")
    return _("Export declaration %(number)s")


def _lead(partner: Partner | None) -> str:
    if partner is not None:
        return _("Sent by %(name)s: goods on their way.") % {"name": partner.name}
    return _("Lodged here and read from a file of your own system.")
