"""Records: the list, one record as a form on paper with its passport, its verification, its files."""

from collections.abc import Mapping
from operator import itemgetter
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import visible
from isthmus.exchange import passport, verification, wording
from isthmus.exchange.forms import RecordFilter
from isthmus.exchange.models import Direction, Record, Token
from isthmus.exchange.rules import layout
from isthmus.exchange.views.acts import download, find
from isthmus.kit.errors import IsthmusError, NotFound
from isthmus.ui.components import Empty, Fact, Link, SavedView, State, Tile
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column, tabulate
from isthmus.wire.record import read_record

VIEW = "exchange.record.view"


def crumb() -> Link:
    """The step of the breadcrumbs that leads to the list."""
    return Link(_("Records"), reverse("exchange:records"))


def url_of(record: Record) -> str:
    """The record's page."""
    return reverse("exchange:record", args=[record.leaf])


def _effect(row: Record) -> State | None:
    return wording.effect_state(row) if row.stream.direction == Direction.IN else None


COLUMNS: tuple[Column[Record], ...] = (
    Column("subject", gettext_lazy("Subject"), "subject", kind="link", sort="subject", url=url_of),
    Column(
        "type", gettext_lazy("Record type"), lambda row: wording.type_title(row.key), sort=("type", "version")
    ),
    Column("direction", gettext_lazy("Direction"), wording.sent_or_received),
    Column("partner", gettext_lazy("Partner"), lambda row: Tile(row.stream.partner.tile)),
    Column("seq", gettext_lazy("Number"), "seq", kind="number", sort="seq"),
    Column("issued", gettext_lazy("Issued"), "issued", kind="date", sort="issued"),
    Column("verdict", gettext_lazy("Verdict"), wording.verdict_state, kind="state"),
    Column("effect", gettext_lazy("Effect here"), _effect, kind="state"),
)


@require_GET
@authorised(VIEW)
def records(request: ActorRequest) -> HttpResponseBase:
    """The records that the visitor may see, newest first."""
    page = ListPage(
        request,
        visible(request.actor, VIEW, Record.objects.select_related("stream__partner")),
        COLUMNS,
        name="records",
        filters=RecordFilter,
        views=(
            SavedView(_("All")),
            SavedView(_("Received"), "direction=in"),
            SavedView(_("Waiting for a receipt"), "direction=out&verdict=waiting"),
            SavedView(_("Refused"), "verdict=refused"),
        ),
        empty=Empty(
            _("No records yet"),
            _(
                "What this node signs for its partners, and what they sign for it, stands here. "
                "An application publishes records once an agreement is in force."
            ),
        ),
    )
    return page.respond(
        _("Records"), context={"lead": _("Signed statements that crossed a border, or will.")}
    )


def _seen(request: ActorRequest, leaf: str) -> Record:
    rows = Record.objects.select_related("stream__partner", "receipt", "organisation")
    return find(visible(request.actor, VIEW, rows), leaf=leaf)


@require_GET
@authorised(VIEW)
def record(request: ActorRequest, leaf: str) -> HttpResponse:
    """One record: its content as a form, its passport beside it."""
    return _page(request, _seen(request, leaf))


@require_POST
@authorised(VIEW)
def verify(request: ActorRequest, leaf: str) -> HttpResponse:
    """The same page with the answer of the verify button; nothing is changed."""
    row = _seen(request, leaf)
    checks = verification.check_record(row)
    return _page(request, row, checks, verification.summarise(row, checks))


def _sheets(body: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    model = wording.model_of(key)
    shown: list[dict[str, Any]] = []
    for sheet in layout.lay_out(body, model):
        columns: list[Column[tuple[object, ...]]] = [
            Column(str(place), title, itemgetter(place), kind="number" if numeric else "text")
            for place, (title, numeric) in enumerate(zip(sheet.columns, sheet.numeric, strict=True))
        ]
        shown.append(
            {
                "title": sheet.title,
                "facts": [Fact(line.title, line.value) for line in sheet.lines],
                "table": tabulate(columns, sheet.rows, sheet.title) if columns else None,
            }
        )
    return shown


def _page(
    request: ActorRequest, row: Record, checks: tuple[verification.Check, ...] = (), verdict: str = ""
) -> HttpResponse:
    text = Token.objects.filter(pk=row.leaf).values_list("text", flat=True).first()
    body: Mapping[str, Any] | None = None
    kid = ""
    if text is not None:
        try:
            unverified, wire = read_record(text)
            body, kid = wire.body, unverified.kid
        except IsthmusError:
            body = None
    context = {
        "title": row.subject,
        "lead": wording.type_title(row.key),
        "crumbs": [crumb()],
        "row": row,
        "sheets": _sheets(body, row.key) if body is not None else (),
        "body": body,
        "unreadable": body is None,
        "erased": text is None,
        "passport": passport.of(row, kid, request.actor, checks=checks, verdict=verdict),
    }
    return render(request, "exchange/record.html", context)


def _text_of(leaf: str) -> str:
    text = Token.objects.filter(pk=leaf).values_list("text", flat=True).first()
    if text is None:
        raise NotFound("exchange.erased", _("The signed text is not here any more."))
    return text


@require_GET
@authorised(VIEW)
def token(request: ActorRequest, leaf: str) -> HttpResponse:
    """The record's exact signed text, for `isthmus verify`."""
    row = _seen(request, leaf)
    return download(
        _text_of(row.leaf), f"record-{row.stream.name.replace('>', '-').replace('#', '-')}-{row.seq}.jws"
    )


@require_GET
@authorised(VIEW)
def receipt(request: ActorRequest, leaf: str) -> HttpResponse:
    """The receipt that covers the record, as a file."""
    row = _seen(request, leaf)
    if row.receipt is None:
        raise NotFound("exchange.no-receipt", _("This record has no receipt yet."))
    name = row.stream.name.replace(">", "-").replace("#", "-")
    return download(
        _text_of(row.receipt.leaf), f"receipt-{name}-{row.receipt.from_seq}-{row.receipt.to_seq}.jws"
    )
