"""Certificates, licences, permits, movements and manifests: lists, and one document with its history."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can, visible
from isthmus.apps.etrade import services
from isthmus.apps.etrade.desk_forms import SendForm, TradeDocumentFilter
from isthmus.apps.etrade.entry_forms import ENTERED
from isthmus.apps.etrade.models import DOCUMENT_MODELS, Declaration, Kind, Origin, TradeDocument
from isthmus.apps.etrade.queries import certificates, licences
from isthmus.apps.etrade.rules import draw_down, utilisation
from isthmus.apps.etrade.rules.units import sign_of
from isthmus.apps.etrade.services.publishing import covered
from isthmus.apps.etrade.views.finding import (
    decided,
    found,
    kind_named,
    list_crumb,
    page_of,
    partner_name,
    partner_names,
    plural,
    side_tile,
)
from isthmus.apps.etrade.views.history import statements_of
from isthmus.apps.etrade.wording import state_of
from isthmus.exchange.sheets import sheets_of
from isthmus.kit.errors import IsthmusError
from isthmus.ui.components import Amount, Empty, SavedView, State
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column, Table, tabulate

VIEW = "etrade.document.view"
STATE = "etrade.document.state"
SEND = "etrade.document.send"
DECIDE = "etrade.document.decide"

_COLUMNS: tuple[Column[TradeDocument], ...] = (
    Column("number", gettext_lazy("Number"), "number", kind="link", sort="number", url=page_of),
    Column("from", gettext_lazy("From"), lambda row: side_tile(row.partner)),
    Column("state", gettext_lazy("State"), state_of, kind="state", sort="state"),
    Column("party", gettext_lazy("Party"), "party", sort="party"),
    Column("means", gettext_lazy("Means of transport"), "means", sort="means"),
    Column("issued", gettext_lazy("Issued on"), "issued_on", kind="date", sort="issued_on"),
    Column("ends", gettext_lazy("Until"), "valid_until", kind="date", sort="valid_until"),
    Column("received", gettext_lazy("Known since"), "received_at", kind="date", sort="received_at"),
)


_WITH_KIND = (
    _COLUMNS[0],
    Column("kind", gettext_lazy("Kind"), "get_kind_display", sort="kind"),
    *_COLUMNS[1:],
)


@require_GET
@authorised(VIEW)
def every(request: ActorRequest) -> HttpResponseBase:
    """All documents of all kinds, own ones and those of partners."""
    rows = TradeDocument.objects.all()
    return _list(request, rows, _WITH_KIND, "trade-documents", _("Certificates and permits"), "")


@require_GET
@authorised(VIEW)
def listed(request: ActorRequest, kind: str) -> HttpResponseBase:
    """All documents of one kind, own ones and those of partners."""
    sort = kind_named(kind)
    rows = TradeDocument.objects.filter(kind=sort)
    return _list(request, rows, _COLUMNS, sort.value, plural(sort), sort.value)


def _list(
    request: ActorRequest,
    rows: "QuerySet[TradeDocument]",
    columns: tuple[Column[TradeDocument], ...],
    name: str,
    title: str,
    kind: str,
) -> HttpResponseBase:
    page = ListPage(
        request,
        visible(request.actor, VIEW, rows),
        columns,
        name=name,
        filters=TradeDocumentFilter,
        default_sort="-received",
        views=(
            SavedView(_("All")),
            SavedView(_("From partners"), "origin=partner"),
            SavedView(_("Lodged here"), "origin=own"),
        ),
        empty=Empty(
            _("None yet"),
            _("They appear here when a partner sends them, or when your own system states them."),
        ),
    )
    links = [(plural(other), reverse("etrade:trade-documents", args=[other.value])) for other in Kind]
    context = {
        "lead": _("Issued here and by partners, each with its proof."),
        "links": links,
        "kind": kind,
        "may_enter": kind in ENTERED and can(request.actor, STATE),
    }
    return page.respond(title, "etrade/trade_documents.html", context)


def _amount(value: Any, unit: str | None) -> Amount | None:  # noqa: ANN401  a decimal or nothing
    return None if value is None else Amount(value.normalize(), sign_of(unit or ""))


_LEFT: tuple[Column[draw_down.Balance], ...] = (
    Column("line", gettext_lazy("Line"), lambda row: row.line.number),
    Column("hs", gettext_lazy("HS code"), lambda row: row.line.hs_prefix),
    Column(
        "allowed",
        gettext_lazy("Allowed"),
        lambda row: _amount(row.line.quantity, row.line.unit),
        kind="number",
    ),
    Column(
        "drawn", gettext_lazy("Drawn"), lambda row: _amount(row.drawn_quantity, row.line.unit), kind="number"
    ),
    Column(
        "left", gettext_lazy("Left"), lambda row: _amount(row.quantity_left, row.line.unit), kind="number"
    ),
    Column("value", gettext_lazy("Value left"), lambda row: _amount(row.value_left, ""), kind="number"),
)
_USED: tuple[Column[utilisation.Balance], ...] = (
    Column("line", gettext_lazy("Item"), lambda row: row.line.number),
    Column(
        "certified",
        gettext_lazy("Certified"),
        lambda row: row.line.quantity and Amount(Decimal(row.line.quantity), sign_of(row.line.unit or "")),
        kind="number",
    ),
    Column("used", gettext_lazy("Used"), lambda row: _amount(row.used, row.line.unit), kind="number"),
    Column("left", gettext_lazy("Left"), lambda row: _amount(row.left, row.line.unit), kind="number"),
    Column(
        "verdict",
        gettext_lazy("Verdict"),
        lambda row: State("bad", _("More used than certified")) if row.over else State("ok", _("Within it")),
        kind="state",
    ),
)


def balance_table(document: TradeDocument) -> Table | None:
    """What is left of a licence or certificate; None for other documents."""
    if document.kind == Kind.LICENCE:
        return tabulate(_LEFT, licences.balances_of(document), _("What is left"))
    if document.kind == Kind.CERTIFICATE_OF_ORIGIN:
        return tabulate(_USED, certificates.balances_of(document), _("How much is used"))
    return None


def _undrawn(request: ActorRequest, document: TradeDocument) -> list[Declaration]:
    if document.kind != Kind.LICENCE or document.origin != Origin.OWN:
        return []
    return list(visible(request.actor, "etrade.declaration.view", licences.undrawn(document))[:25])


@require_GET
@authorised(VIEW)
def one(request: ActorRequest, kind: str, pk: int) -> HttpResponse:
    """One document laid out as on paper, with what is left of it, its history and its proof."""
    sort = kind_named(kind)
    document = found(request, VIEW, TradeDocument.objects.filter(kind=sort), pk)
    own = document.origin == Origin.OWN
    history = statements_of(document)
    decides = can(request.actor, DECIDE, document)
    context = {
        "title": f"{sort.label} {document.number}",
        "lead": _("Issued here.") if own else _("Issued by %(name)s.") % {"name": _issuer(document)},
        "crumbs": (list_crumb(sort),),
        "document": document,
        "state": state_of(document),
        "sheets": sheets_of(document.body, DOCUMENT_MODELS[sort]),
        "balance": balance_table(document),
        "undrawn": _undrawn(request, document) if decides else [],
        "history": history,
        "proof_url": next((event.url for event in reversed(history) if event.url), ""),
        "may_amend": own and sort in ENTERED and can(request.actor, STATE, document),
        "may_send": own and can(request.actor, SEND, document),
        "may_use": not own and decides and sort == Kind.CERTIFICATE_OF_ORIGIN,
        "may_draw": own and decides and sort == Kind.LICENCE,
        "may_state": not own and decides and sort == Kind.TRANSIT,
        "may_ask": can(request.actor, "etrade.query.write", document),
        "body": document.body,
    }
    return render(request, "etrade/trade_document.html", context)


def _issuer(document: TradeDocument) -> str:
    return partner_name(document.partner)


@require_http_methods(["GET", "POST"])
@authorised(SEND)
def send(request: ActorRequest, kind: str, pk: int) -> HttpResponse:
    """Send an own document to a partner with whom an agreement about its kind is in force."""
    sort = kind_named(kind)
    rows = TradeDocument.objects.filter(kind=sort, origin=Origin.OWN)
    document = decided(request, SEND, rows, pk, see=VIEW)
    receivers = covered(document.record_type)
    names = partner_names(set(receivers))
    partners = [(node, names.get(node, node)) for node in receivers]
    form = SendForm(request.POST if request.method == "POST" else None, partners=partners)
    if form.is_valid():
        try:
            sent = services.send_document(document, form.cleaned_data["partner"], actor=request.actor.label)
        except IsthmusError as error:
            form.add_error(None, error.message)
        else:
            name = names.get(form.cleaned_data["partner"], form.cleaned_data["partner"])
            text = _("It is on its way to %(name)s.") if sent else _("%(name)s has it already.")
            messages.success(request, text % {"name": name})
            return redirect(page_of(document))
    context = {
        "title": _("Send %(number)s") % {"number": document.number},
        "lead": _("To which partner? Every later statement about it goes there as well."),
        "crumbs": (list_crumb(sort),),
        "form": form,
        "submit": _("Sign and send"),
        "cancel_url": page_of(document),
        "empty": None
        if partners
        else Empty(
            _("No partner may receive it yet"),
            _("An agreement about this kind of document must be signed by both sides first."),
        ),
    }
    return render(request, "etrade/choose.html", context)
