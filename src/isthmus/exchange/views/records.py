"""Records: the list, one record as a form on paper with its passport, its verification, its files."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can, visible
from isthmus.exchange import erasures, file_table, passport, queries, tokens, verification, wording
from isthmus.exchange.forms import RecordFilter
from isthmus.exchange.models import Direction, Record
from isthmus.exchange.services.countersignatures import may_be_countersigned
from isthmus.exchange.services.erasure.wiping import is_erasable
from isthmus.exchange.sheets import sheets_of
from isthmus.exchange.views.acts import download, find
from isthmus.kit.errors import IsthmusError, NotFound
from isthmus.ui.components import Empty, Link, SavedView, State, Tile
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column
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
    Column(
        "seq",
        gettext_lazy("Number"),
        lambda row: row.seq if row.is_numbered else None,
        kind="number",
        sort="seq",
    ),
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
    context = {
        "lead": _("Signed statements that crossed a border, or will."),
        "may_see_erasures": can(request.actor, "exchange.erasure.view"),
        "may_manage_desks": can(request.actor, "exchange.desk.manage"),
    }
    return page.respond(_("Records"), "exchange/records.html", context)


def seen(request: ActorRequest, leaf: str) -> Record:
    """The record, if the visitor may see it."""
    rows = Record.objects.select_related("stream__partner", "receipt", "organisation", "countersignature")
    return find(visible(request.actor, VIEW, rows), leaf=leaf)


@require_GET
@authorised(VIEW)
def record(request: ActorRequest, leaf: str) -> HttpResponse:
    """One record: its content as a form, its passport beside it."""
    return _page(request, seen(request, leaf))


@require_POST
@authorised(VIEW)
def verify(request: ActorRequest, leaf: str) -> HttpResponse:
    """The same page with the answer of the verify button; nothing is changed."""
    row = seen(request, leaf)
    checks = verification.check_record(row)
    return _page(request, row, checks, verification.summarise(row, checks))


def _page(
    request: ActorRequest, row: Record, checks: tuple[verification.Check, ...] = (), verdict: str = ""
) -> HttpResponse:
    text = tokens.text_of(row.leaf)
    body: Mapping[str, Any] | None = None
    kid = ""
    if text is not None:
        try:
            unverified, wire = read_record(text)
            body, kid = wire.body, unverified.kid
        except IsthmusError:
            body = None
    waits = not row.is_numbered
    if waits:
        body = queries.held_body(row)
    gone = erasures.erasure_of(row) if text is None and not waits else None
    context = {
        "title": row.subject,
        "lead": wording.type_title(row.key),
        "crumbs": [crumb()],
        "row": row,
        "sheets": sheets_of(body, wording.model_of(row.key)) if body is not None else (),
        "body": body,
        "waits": waits,
        "unreadable": body is None,
        "erased": text is None,
        "countersigned": hasattr(row, "countersignature"),
        "may_countersign": text is not None
        and not hasattr(row, "countersignature")
        and may_be_countersigned(row)
        and can(request.actor, "exchange.record.countersign", row),
        "files": file_table.table_of(request.actor, row),
        "may_erase": text is not None
        and is_erasable(row.type)
        and can(request.actor, "exchange.record.erase"),
        "gone": wording.erasure(gone[0]) if gone is not None else "",
        "never_came": text is None and erasures.never_came(row),
        "passport": passport.of(row, kid, request.actor, checks=checks, verdict=verdict, gone=gone),
    }
    return render(request, "exchange/record.html", context)


def _text_of(leaf: str) -> str:
    text = tokens.text_of(leaf)
    if text is None:
        raise NotFound("exchange.erased", _("The signed text is not here any more."))
    return text


@require_GET
@authorised(VIEW)
def token(request: ActorRequest, leaf: str) -> HttpResponse:
    """The record's exact signed text, for `isthmus verify`."""
    row = seen(request, leaf)
    return download(
        _text_of(row.leaf), f"record-{row.stream.name.replace('>', '-').replace('#', '-')}-{row.seq}.jws"
    )


@require_GET
@authorised(VIEW)
def receipt(request: ActorRequest, leaf: str) -> HttpResponse:
    """The receipt that covers the record, as a file."""
    row = seen(request, leaf)
    if row.receipt is None:
        raise NotFound("exchange.no-receipt", _("This record has no receipt yet."))
    name = row.stream.name.replace(">", "-").replace("#", "-")
    return download(
        _text_of(row.receipt.leaf), f"receipt-{name}-{row.receipt.from_seq}-{row.receipt.to_seq}.jws"
    )
