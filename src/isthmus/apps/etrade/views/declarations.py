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
from isthmus.apps.etrade import queries
from isthmus.apps.etrade.forms import DeclarationFilter
from isthmus.apps.etrade.models import ExportDeclaration, Origin, Sending
from isthmus.apps.etrade.records import DeclaredItemV1, ExportDeclarationV1, MatchBlockV1, title_of
from isthmus.apps.etrade.wording import transport_mode
from isthmus.exchange.models import Record, Verdict
from isthmus.kit.errors import NotFound
from isthmus.trust.models import Partner
from isthmus.ui.components import Amount, Empty, Fact, Facts, Link, SavedView, State, Tile
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column, tabulate

VIEW = "etrade.declaration.view"


def _url(row: ExportDeclaration) -> str:
    return reverse("etrade:declaration", args=[row.pk])


def _side(row: ExportDeclaration) -> object:
    if row.origin == Origin.OWN:
        return _("Lodged here")
    return Tile(row.partner.upper(), "", "there")


def _net(row: ExportDeclaration) -> Decimal | None:
    """Without the zeros that the database adds behind the point."""
    return None if row.net_kg is None else Decimal(f"{row.net_kg.normalize():f}")


_COLUMNS: tuple[Column[ExportDeclaration], ...] = (
    Column("number", gettext_lazy("Number"), "number", kind="link", sort="number", url=_url),
    Column("from", gettext_lazy("From"), _side),
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
        visible(request.actor, VIEW, ExportDeclaration.objects.all()),
        _COLUMNS,
        name="export-declarations",
        filters=DeclarationFilter,
        default_sort="-received",
        views=(
            SavedView(_("All")),
            SavedView(_("From partners"), "origin=partner"),
            SavedView(_("Lodged here"), "origin=own"),
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
    return page.respond(_("Export declarations"), "etrade/declarations.html", context)


def find(request: ActorRequest, pk: int) -> ExportDeclaration:
    """A declaration that this officer may see; NotFound for every other."""
    rows = visible(request.actor, VIEW, ExportDeclaration.objects.select_related("source", "organisation"))
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound(
            "etrade.no-declaration",
            _("There is no such declaration."),
            next_step=_("Go back to the list of declarations."),
        )
    return row


_AMOUNTS = {"net_kg": "kg", "gross_kg": "kg"}
_DAYS = {"lodged_on", "accepted_on", "departure_date"}


def _facts(part: BaseModel, names: tuple[str, ...], currency: str = "") -> tuple[Fact, ...]:
    """A model's fields as facts under the titles officials know, with units."""
    found = []
    for name in names:
        value: Any = getattr(part, name)
        if value is not None and name in _AMOUNTS:
            value = Amount(Decimal(value), _AMOUNTS[name])
        elif value is not None and name == "fob_value":
            value = Amount(Decimal(value), currency)
        elif value is not None and name in _DAYS:
            value = date.fromisoformat(value)
        elif value is not None and name == "transport_mode":
            value = transport_mode(value)
        found.append(Fact(title_of(type(part), name), value))
    return tuple(found)


def _groups(record: ExportDeclarationV1) -> tuple[Facts, ...]:
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
            _facts(record.match, tuple(MatchBlockV1.model_fields), record.match.currency or ""),
        ),
    )


_ITEM_COLUMNS: tuple[Column[DeclaredItemV1], ...] = (
    Column("number", gettext_lazy("Item"), "number"),
    Column("hs", gettext_lazy("HS code"), "hs_code"),
    Column("description", gettext_lazy("Description of goods"), "description"),
    Column("origin", gettext_lazy("Origin"), "origin"),
    Column(
        "quantity", gettext_lazy("Quantity"), lambda item: _amount(item.quantity, item.unit), kind="number"
    ),
    Column("net", gettext_lazy("Net weight"), lambda item: _amount(item.net_kg, "kg"), kind="number"),
    Column("gross", gettext_lazy("Gross weight"), lambda item: _amount(item.gross_kg, "kg"), kind="number"),
    Column("value", gettext_lazy("Item value"), lambda item: _amount(item.fob_value, ""), kind="number"),
)


def _amount(text: str | None, unit: str | None) -> Amount | None:
    return Amount(Decimal(text), unit or "") if text is not None else None


_STATES = {
    Verdict.WAITING: State("wait", gettext_lazy("Waiting for a receipt")),
    Verdict.ACCEPTED: State("ok", gettext_lazy("Accepted")),
    Verdict.REFUSED: State("bad", gettext_lazy("Refused")),
}


def _sendings(declaration: ExportDeclaration) -> Iterator[dict[str, Any]]:
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
        "title": _("Export declaration %(number)s") % {"number": declaration.number},
        "lead": _lead(partner),
        "crumbs": (Link(_("Export declarations"), reverse("etrade:declarations")),),
        "declaration": declaration,
        "partner": partner,
        "groups": _groups(record),
        "items": tabulate(_ITEM_COLUMNS, record.items, _("Items")),
        "missing": record.missing,
        "sendings": tuple(_sendings(declaration)),
        "receivers": [p for p in queries.receivers() if p.node_id not in sent] if may_send else [],
        "record_url": reverse("exchange:record", args=[declaration.leaf]) if declaration.leaf else "",
        "body": declaration.body,
    }
    return render(request, "etrade/declaration.html", context)


def _lead(partner: Partner | None) -> str:
    if partner is not None:
        return _("Sent by %(name)s: goods on their way.") % {"name": partner.name}
    return _("Lodged here and read from a file of your own system.")
