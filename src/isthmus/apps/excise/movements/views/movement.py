"""The page of one movement, and its messages byte for byte."""

from urllib.parse import quote

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can
from isthmus.apps.excise.movements import queries
from isthmus.apps.excise.movements.models import DRAFT, GateScan, Movement, MovementLine, MovementMessage
from isthmus.apps.excise.movements.rules.sides import parties_of, possible
from isthmus.apps.excise.movements.rules.states import Kind, State
from isthmus.apps.excise.movements.services import book, papers
from isthmus.apps.excise.movements.services.securing import may_settle
from isthmus.apps.excise.movements.views.listing import SAY, VIEW, crumbs_of, find, is_late, state_of
from isthmus.apps.excise.movements.views.saying import steps_of
from isthmus.apps.excise.movements.views.securing import security_facts, security_of
from isthmus.apps.excise.movements.wording import ALARMS, KINDS, OBJECTIONS, PARTIES
from isthmus.exchange import queries as exchange
from isthmus.kit import clock
from isthmus.kit.errors import NotFound
from isthmus.ui import components
from isthmus.ui.components import Amount, Event, Fact
from isthmus.ui.table import Column, tabulate

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
    said = [] if row.state == DRAFT else possible(State(row.state), ours, destination=here)
    may_say = can(request.actor, SAY, row)
    secured = security_of(row)
    context = {
        "title": str(row),
        "lead": _("From %(consignor)s to %(consignee)s.")
        % {"consignor": row.consignor_name or "?", "consignee": row.consignee_name or "?"},
        "crumbs": crumbs_of(None),
        "movement": row,
        "facts": _facts(row),
        "late": is_late(row, clock.now()),
        "alarmed": any(scan.alarms for scan in scans),
        "unmatched": queries.unmatched(Movement.objects.filter(pk=pk)).exists(),
        "goods": tabulate(_GOODS, row.lines.all(), _("Goods")),
        "gates": tabulate(_GATES, scans, _("Gates")) if scans else None,
        "steps": steps_of(row, said, may_say=may_say),
        "may_accept": may_say and row.state == DRAFT,
        "may_receive": may_say and any(kind is Kind.RECEIVE for kind, _party in said),
        "may_say": may_say and bool(said),
        "security": security_facts(secured) if secured is not None else None,
        "uncovered": secured is not None and secured.held_minor < secured.wanted_minor,
        "may_settle": may_say and secured is not None and bool(secured.wanted_minor) and may_settle(row),
        "has_paper": row.state != State.UNKNOWN,
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


@require_GET
@authorised(VIEW)
def paper(request: ActorRequest, pk: int) -> HttpResponse:
    """The paper that travels with the goods, as PDF: the document, or the fallback of a draft."""
    name, content = papers.paper_of(find(request, pk))
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{quote(name)}"'},
    )
