"""Coming back from an older state on the pages: asking, a new epoch, and what a partner asks for."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from isthmus.accounts.guard import ActorRequest, authorised, proven
from isthmus.accounts.policy import can, visible
from isthmus.exchange.forms import ReasonForm
from isthmus.exchange.models import Direction, Held, Offer, OfferKind, OfferState, Stream, StreamState
from isthmus.exchange.services.recovery import epochs, marking, offers
from isthmus.exchange.views.acts import ask, carry_out, find, posted
from isthmus.kit import clock
from isthmus.trust.models import Partner
from isthmus.ui.components import Fact, Facts, Link

VIEW, RECOVER, DECIDE = "exchange.stream.view", "exchange.stream.recover", "exchange.offer.decide"


@dataclass(frozen=True, slots=True)
class Request:
    """What a partner asks for, in words, and where it is decided; empty addresses for who may not."""

    title: str
    facts: tuple[Fact, ...]
    accept_url: str
    decline_url: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """How the streams with one partner stand after this node came back from an older state.

    ``epoch_url`` is where a new epoch begins, empty where none is needed or the person may not.
    """

    recovering: bool
    without_number: int
    may_ask: bool
    epoch_url: str
    diverged: bool
    requests: tuple[Request, ...]


def _facts_of(offer: Offer) -> tuple[Fact, ...]:
    body = offer.body
    if offer.kind == OfferKind.EPOCH:
        return (
            Fact(_("Stream that it closes"), body["closes"]),
            Fact(_("Last number that this node holds of it"), body["last_seq"]),
            Fact(_("First number that it signed twice"), body["diverged_seq"]),
            Fact(_("Reason given"), body["reason"]),
            Fact(_("Arrived"), offer.arrived_at),
        )
    return (
        Fact(_("Entries of its log that stay as they were"), body["kept_size"]),
        Fact(_("Came back on"), clock.from_text(body["restored_at"])),
        Fact(_("Reason given"), body["reason"]),
        Fact(_("Arrived"), offer.arrived_at),
    )


def _title_of(offer: Offer) -> str:
    if offer.kind == OfferKind.EPOCH:
        return _("A new epoch of its stream")
    return _("A new history of its log")


def _request_of(offer: Offer, *, may_decide: bool) -> Request:
    def url(how: str) -> str:
        return (
            reverse("exchange:decide_offer", args=[offer.partner.node_id, offer.pk, how])
            if may_decide
            else ""
        )

    return Request(_title_of(offer), _facts_of(offer), url("accept"), url("decline"))


def outlook(request: ActorRequest, partner: Partner) -> Outlook:
    """What the page of the streams says about coming back from an older state."""
    may_recover = can(request.actor, RECOVER)
    waiting = Offer.objects.filter(partner=partner, state=OfferState.WAITING).select_related("partner")
    streams = list(Stream.objects.filter(partner=partner))
    diverged = next((one for one in streams if one.diverged_seq is not None), None)
    halted = any(one.state == StreamState.RECOVERING for one in streams)
    frozen_out = any(
        one.state == StreamState.FROZEN and one.direction == Direction.OUT and one.diverged_seq is None
        for one in streams
    )
    return Outlook(
        recovering=halted,
        without_number=Held.objects.filter(record__stream__partner=partner).count(),
        may_ask=may_recover and (halted or frozen_out),
        epoch_url=reverse("exchange:begin_epoch", args=[partner.node_id, diverged.pk])
        if diverged is not None and may_recover
        else "",
        diverged=diverged is not None,
        requests=tuple(
            _request_of(offer, may_decide=can(request.actor, DECIDE)) for offer in waiting.order_by("pk")
        ),
    )


def crumbs(partner: Partner) -> list[Link]:
    """The steps of the breadcrumbs that lead to the streams with a partner."""
    return [
        Link(_("Partners"), reverse("exchange:partners")),
        Link(partner.name, reverse("exchange:partner", args=[partner.node_id])),
        Link(
            _("Streams with %(name)s") % {"name": partner.name},
            reverse("exchange:streams", args=[partner.node_id]),
        ),
    ]


def _partner(request: ActorRequest, node_id: str) -> Partner:
    return find(visible(request.actor, "trust.partner.view", Partner.objects.all()), node_id=node_id)


@require_POST
@authorised(RECOVER)
def recover(request: ActorRequest, node_id: str) -> HttpResponse:
    """Let the worker ask the partner at its next turn, not when its pause is over."""
    row = _partner(request, node_id)
    return carry_out(
        request,
        lambda: marking.ask_now(row, actor=request.actor.label),
        _("The node asks the partner now. Look at this page again in a moment."),
        reverse("exchange:streams", args=[row.node_id]),
    )


@require_http_methods(["GET", "POST"])
@authorised(RECOVER)
@proven
def begin_epoch(request: ActorRequest, node_id: str, pk: int) -> HttpResponse:
    """Begin a new epoch of a stream that has two histories."""
    rows = visible(request.actor, VIEW, Stream.objects.select_related("partner"))
    stream = find(rows, pk=pk, partner__node_id=node_id, direction=Direction.OUT)
    back = reverse("exchange:streams", args=[node_id])
    return ask(
        request,
        ReasonForm(posted(request)),
        lambda given: epochs.begin_epoch(stream, given["reason"], actor=request.actor.label),
        title=_("Begin a new epoch of %(name)s") % {"name": stream.name},
        lead=_(
            "The stream is closed where the partner says that it got. What it did not receive is signed anew"
            " and goes out once an approver of the partner has accepted."
        ),
        submit=_("Sign the new epoch"),
        done=_("The new epoch is signed. Call the partner: an approver there has to accept it."),
        back=back,
        crumbs=crumbs(stream.partner),
    )


@require_http_methods(["GET", "POST"])
@authorised(DECIDE)
@proven
def decide(request: ActorRequest, node_id: str, pk: int, how: str) -> HttpResponse:
    """Accept or decline what a partner asks for after it came back from an older state."""
    if how not in {"accept", "decline"}:
        raise Http404
    rows = visible(request.actor, VIEW, Offer.objects.select_related("partner"))
    offer = find(rows, pk=pk, partner__node_id=node_id)
    back = reverse("exchange:streams", args=[node_id])
    accept = how == "accept"
    return ask(
        request,
        ReasonForm(posted(request)),
        lambda given: offers.decide(offer, accept=accept, reason=given["reason"], actor=request.actor.label),
        title=_title_of(offer),
        lead=_("Call the partner first: only its people can say whether they put a backup back."),
        submit=_("Accept") if accept else _("Decline"),
        done=_("Accepted.") if accept else _("Declined."),
        back=back,
        crumbs=crumbs(offer.partner),
        groups=[Facts(_("What it asks for"), _facts_of(offer))],
    )
