"""The streams with one partner: how far they are, what holds them up, and the evidence of a frozen one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can, visible
from isthmus.exchange import tokens, wording
from isthmus.exchange.forms import ReasonForm
from isthmus.exchange.models import Alarm, Direction, Receipt, Refusal, Stream, StreamState
from isthmus.exchange.services.streams import thaw as thaw_stream
from isthmus.exchange.views import recovery
from isthmus.exchange.views.acts import ask, find, posted
from isthmus.kit import clock
from isthmus.kit.errors import IsthmusError
from isthmus.trust.models import Partner
from isthmus.ui.components import Fact, State
from isthmus.ui.table import Column, Table, tabulate
from isthmus.wire.receipt import read_refusal
from isthmus.wire.record import leaf_hash, read_record

VIEW = "exchange.stream.view"
LATEST = 25


@dataclass(frozen=True, slots=True)
class StreamLine:
    """A stream as the pages show it."""

    stream: Stream
    title: str
    state: State
    facts: tuple[Fact, ...]

    @property
    def frozen(self) -> bool:
        """Whether nothing moves until people have looked."""
        return self.stream.state == StreamState.FROZEN


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One signed text of the evidence: what it says, or why it cannot be read."""

    title: str
    facts: tuple[Fact, ...]
    token: str
    body: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a stream is frozen: the alarm's words, and the two texts where two were signed."""

    reason: str
    next_step: str
    exhibits: tuple[Exhibit, ...]


def _facts(stream: Stream, moment: datetime) -> tuple[Fact, ...]:
    last = [Fact(_("Last contact"), stream.last_contact_at or _("Never"))]
    if stream.direction == Direction.IN:
        return (Fact(_("Records received"), stream.last_seq), *last)
    facts = [
        Fact(_("Records signed"), stream.last_seq),
        Fact(_("Receipted up to number"), stream.settled_seq),
        Fact(_("Waiting for a receipt"), stream.waiting),
        *last,
        Fact(_("Attempts that failed in a row"), stream.failures),
        Fact(_("Next attempt"), wording.next_attempt(stream, moment)),
    ]
    if stream.last_error:
        facts.append(Fact(_("What went wrong last"), stream.last_error))
    return tuple(facts)


def stream_lines(partner: Partner, moment: datetime) -> tuple[StreamLine, ...]:
    """Every stream with a partner, the outgoing ones first."""
    lines = []
    for stream in Stream.objects.filter(partner=partner).order_by("-direction", "-epoch"):
        stream.partner = partner
        title = _("To %(name)s") if stream.direction == Direction.OUT else _("From %(name)s")
        lines.append(
            StreamLine(
                stream, title % {"name": partner.name}, wording.stream_state(stream), _facts(stream, moment)
            )
        )
    return tuple(lines)


def _exhibit(title: str, token: str) -> Exhibit:
    try:
        unverified, record = read_record(token)
    except IsthmusError as error:
        return Exhibit(title, (Fact(_("Cannot be read"), error.message),), token)
    return Exhibit(
        title,
        (
            Fact(_("Number"), record.seq),
            Fact(_("Subject"), record.subject),
            Fact(_("Record type"), wording.type_title(f"{record.type}/{record.version}")),
            Fact(_("Issued"), record.issued),
            Fact(_("Follows"), record.prev or _("Nothing: the first")),
            Fact(_("Signed under key"), unverified.kid),
            Fact(_("Leaf"), leaf_hash(token).hex()),
        ),
        token,
        record.body,
    )


def _exhibits(stream: Stream) -> tuple[Exhibit, ...]:
    """Both texts of an equivocation: the one held here and the one that was offered later."""
    refusal = (
        Refusal.objects.filter(stream=stream.name, code="exchange.equivocation").exclude(offered="").first()
    )
    if refusal is None:
        return ()
    found = [_exhibit(_("Offered later"), refusal.offered)]
    try:
        _unverified, said = read_refusal(tokens.text_of(refusal.leaf) or "")
        held = tokens.text_of(said.other_leaf)
    except IsthmusError:
        held = None
    if held is not None:
        found.insert(0, _exhibit(_("Held here"), held))
    return tuple(found)


def evidence(stream: Stream) -> Evidence:
    """What people need to see before they thaw a stream."""
    alarm = (
        Alarm.objects.filter(subject=stream.name, cleared_at=None)
        .exclude(code="exchange.undelivered")
        .first()
    )
    return Evidence(
        alarm.message if alarm else _("The alarm that froze it was cleared."),
        alarm.next_step if alarm else "",
        _exhibits(stream),
    )


_RECEIPTS: tuple[Column[Receipt], ...] = (
    Column(
        "numbers",
        gettext_lazy("Numbers"),
        lambda row: f"{row.from_seq}–{row.to_seq}" if row.from_seq != row.to_seq else str(row.from_seq),
        url=lambda row: reverse("exchange:log_entry", args=[row.leaf]),
    ),
    Column("stream", gettext_lazy("Stream"), "stream.name"),
    Column(
        "given",
        gettext_lazy("Given by"),
        lambda row: row.stream.partner.name if row.stream.direction == Direction.OUT else _("This node"),
    ),
    Column("issued", gettext_lazy("Given on"), "issued"),
)
_REFUSALS: tuple[Column[Refusal], ...] = (
    Column(
        "seq",
        gettext_lazy("Number"),
        lambda row: str(row.seq) if row.seq else _("Not readable"),
        url=lambda row: reverse("exchange:log_entry", args=[row.leaf]),
    ),
    Column("stream", gettext_lazy("Stream"), "stream"),
    Column(
        "given",
        gettext_lazy("Given by"),
        lambda row: _("This node") if row.direction == Direction.OUT else row.partner.name,
    ),
    Column("reason", gettext_lazy("Reason"), "reason"),
    Column("issued", gettext_lazy("Given on"), "issued"),
)


def _table(columns: tuple[Column[Any], ...], rows: list[Any], caption: str) -> Table | None:
    return tabulate(columns, rows, caption) if rows else None


@require_GET
@authorised(VIEW)
def streams(request: ActorRequest, node_id: str) -> HttpResponse:
    """Both streams with a partner, the newest receipts and refusals."""
    row = find(visible(request.actor, "trust.partner.view", Partner.objects.all()), node_id=node_id)
    lines = stream_lines(row, clock.now())
    receipts = Receipt.objects.filter(stream__partner=row).select_related("stream__partner")[:LATEST]
    refusals = Refusal.objects.filter(partner=row).select_related("partner")[:LATEST]
    may_see_evidence = can(request.actor, "exchange.alarm.view")
    context = {
        "title": _("Streams with %(name)s") % {"name": row.name},
        "lead": _("Each stream is numbered without gaps; a receipt proves that a number arrived."),
        "crumbs": recovery.crumbs(row)[:-1],
        "partner": row,
        "streams": lines,
        "evidence": [(line, evidence(line.stream)) for line in lines if line.frozen and may_see_evidence],
        "recovery": recovery.outlook(request, row),
        "frozen": any(line.frozen for line in lines),
        "may_thaw": can(request.actor, "exchange.alarm.clear"),
        "may_carry": can(request.actor, "exchange.bundle.carry") and row.is_active,
        "receipts": _table(_RECEIPTS, list(receipts), _("Newest receipts")),
        "refusals": _table(_REFUSALS, list(refusals), _("Newest refusals")),
    }
    return render(request, "exchange/streams.html", context)


@require_http_methods(["GET", "POST"])
@authorised("exchange.alarm.clear")
def thaw(request: ActorRequest, node_id: str, pk: int) -> HttpResponse:
    """Let a frozen stream move again, for a reason."""
    rows = visible(request.actor, VIEW, Stream.objects.select_related("partner"))
    stream = find(rows, pk=pk, partner__node_id=node_id)
    back = reverse("exchange:streams", args=[node_id])
    return ask(
        request,
        ReasonForm(posted(request)),
        lambda given: thaw_stream(stream, given["reason"], actor=request.actor.label),
        title=_("Thaw stream %(name)s") % {"name": stream.name},
        lead=_(
            "Do this once you and the partner know which of the two histories holds. Its alarms are cleared."
        ),
        submit=_("Thaw the stream"),
        done=_("The stream moves again."),
        back=back,
        crumbs=recovery.crumbs(stream.partner),
    )
