"""What arrives: requests at the maker; seals and quotes at the asker; awards, acceptance, warranty.

A check refuses what contradicts itself or is about nothing known here, with a signed reason. What is only
late, early, unsealed or altered is kept as a fact and judged by ``rules.standing``: the asker has to see it.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.apps.solar.tenders import body_queries as bodies
from isthmus.apps.solar.tenders.models import (
    Acceptance,
    MakerQuote,
    QuoteDecision,
    QuoteFact,
    Tender,
    TicketSaying,
    WarrantyTicket,
)
from isthmus.apps.solar.tenders.records import (
    AcceptanceV1,
    AwardV1,
    QuotationV1,
    QuoteRequestV1,
    QuoteSealV1,
    WarrantyTicketV1,
)
from isthmus.apps.solar.tenders.rules import seals
from isthmus.apps.solar.tenders.rules.tickets import ANSWERS, ASKER_SAYS
from isthmus.apps.solar.tenders.services import stated
from isthmus.apps.solar.tenders.services.restoring import recall
from isthmus.exchange.handlers import Received
from isthmus.exchange.models import Record
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, FieldFault, NotFound


def _fault(field: str, message: str) -> BadInput:
    return BadInput("solar.record", message, faults=(FieldFault(field, message),))


def arrived_at(leaf: str) -> datetime:
    """When a record reached this node; now, while it is arriving."""
    return Record.objects.filter(leaf=leaf).values_list("stored_at", flat=True).first() or clock.now()


def check_request(received: Received) -> None:
    """Refuse a request that nobody could answer, or another one under the number of an earlier."""
    body: QuoteRequestV1 = received.body
    known = stated.from_abroad(received.record.sender, body.tender)
    if body.says == "withdrawn":
        return
    if not (body.title and body.closes and body.opens_until and body.currency and body.lots):
        raise _fault("lots", _("A request needs a title, both deadlines, a currency and lots."))
    if clock.from_text(body.opens_until) <= clock.from_text(body.closes):
        raise _fault("opens_until", _("Quotes need time to be opened after the deadline of seals."))
    if len({one.lot for one in body.lots}) != len(body.lots):
        raise _fault("lots", _("Two lots have one number."))
    if known is not None and known.body != body.model_dump(mode="json"):
        raise _fault("tender", _("Another request was sent under this number."))


@transaction.atomic
def receive_request(received: Received) -> None:
    """Handler of ``solar.quote-request/1``: the request is in the makers' inbox, or withdrawn."""
    body: QuoteRequestV1 = received.body
    known = stated.from_abroad(received.record.sender, body.tender)
    if body.says == "withdrawn":
        if known is None:
            raise NotFound("solar.no-tender", _("There is no such request."))
        if known.withdrawn_at is None:
            known.withdrawn_at = received.record.issued
            known.save(update_fields=["withdrawn_at"])
        return
    if known is not None:
        return
    Tender.objects.create(
        way=Tender.Way.IN,
        partner=received.record.sender,
        number=body.tender,
        organisation_id=received.organisation_id,
        asked_by=body.asker_name or received.record.sender,
        leaf=received.leaf,
        **stated.request_values(body),
    )
    recall(received.record.sender, body.tender, bodies.QUOTE, bodies.SEAL)


def _invited(received: Received, number: str) -> Tender:
    row = Tender.objects.filter(way=Tender.Way.OUT, number=number).first()
    if row is None or not row.invitations.filter(partner=received.record.sender).exists():
        raise _fault("tender", _("This node did not ask for quotes under this number."))
    return row


def check_seal(received: Received) -> None:
    """Refuse a seal for something that was not asked of its sender."""
    body: QuoteSealV1 = received.body
    _invited(received, body.tender)


@transaction.atomic
def receive_seal(received: Received) -> None:
    """Handler of ``solar.quote-seal/1``: noted with the time at which it arrived."""
    body: QuoteSealV1 = received.body
    QuoteFact.objects.get_or_create(
        leaf=received.leaf,
        defaults={
            "tender": _invited(received, body.tender),
            "partner": received.record.sender,
            "quote": body.quote,
            "kind": QuoteFact.Kind.SEAL,
            "seal": body.seal,
            "maker": body.maker or "",
            "maker_name": body.maker_name or "",
            "arrived_at": arrived_at(received.leaf),
        },
    )


def check_quote(received: Received) -> None:
    """Refuse a quote whose offer is for another tender, or another quote, than it says."""
    body: QuotationV1 = received.body
    _invited(received, body.tender)
    if (body.offer.tender, body.offer.quote) != (body.tender, body.quote):
        raise _fault("offer", _("The offer is of another tender or quote than the record says."))


@transaction.atomic
def receive_quote(received: Received) -> None:
    """Handler of ``solar.quote/1``: noted with what its salt and offer seal; ``rules.standing`` judges it.

    Of a quote that arrives before the deadline the offer is not kept.
    """
    body: QuotationV1 = received.body
    tender, moment = _invited(received, body.tender), arrived_at(received.leaf)
    offer = body.offer.model_dump(mode="json")
    QuoteFact.objects.get_or_create(
        leaf=received.leaf,
        defaults={
            "tender": tender,
            "partner": received.record.sender,
            "quote": body.quote,
            "kind": QuoteFact.Kind.OPENING,
            "seal": seals.seal_of(body.salt, offer),
            "maker": body.offer.maker,
            "maker_name": body.offer.maker_name,
            "offer": offer if moment >= tender.closes else None,
            "arrived_at": moment,
        },
    )


def _mine(received: Received, tender: str, quote: str) -> MakerQuote:
    rows = MakerQuote.objects.select_related("tender").exclude(state=MakerQuote.State.DRAFT)
    row = rows.filter(tender__number=tender, tender__partner=received.record.sender, reference=quote).first()
    if row is None:
        raise _fault("quote", _("This node has sent no such quote."))
    return row


def check_award(received: Received) -> None:
    """Refuse a decision about a quote that this node did not send, or under another seal."""
    body: AwardV1 = received.body
    row = _mine(received, body.tender, body.quote)
    if body.seal is not None and body.seal != row.seal:
        raise _fault("seal", _("This quote was sealed otherwise."))
    if body.says == "awarded" and not body.lots:
        raise _fault("lots", _("An award names its lots."))


@transaction.atomic
def receive_award(received: Received) -> None:
    """Handler of ``solar.award/1``: the maker sees what was decided."""
    body: AwardV1 = received.body
    row = _mine(received, body.tender, body.quote)
    row.state, row.decided_at = MakerQuote.State(body.says), clock.from_text(body.at)
    row.lots, row.reason, row.award_leaf = list(body.lots), body.reason or "", received.leaf
    row.save()


def _awarded_lots(received: Received, tender: str, quote: str) -> tuple[Tender, list[int]]:
    """The tender of an awarded quote and its lots, on either side; BadInput where it was not awarded."""
    partner = received.record.sender
    mine = MakerQuote.objects.filter(
        tender__number=tender, tender__partner=partner, reference=quote, state=MakerQuote.State.AWARDED
    )
    if (row := mine.select_related("tender").first()) is not None:
        return row.tender, row.lots
    decided = QuoteDecision.objects.filter(
        tender__number=tender, partner=partner, quote=quote, says=QuoteDecision.Says.AWARDED
    )
    if (decision := decided.select_related("tender").first()) is not None:
        return decision.tender, decision.lots
    raise _fault("quote", _("This quote was not awarded."))


def check_acceptance(received: Received) -> None:
    """Refuse a test that does not count, or of something that was not awarded."""
    body: AcceptanceV1 = received.body
    tender, lots = _awarded_lots(received, body.tender, body.quote)
    if tender.way != Tender.Way.IN or body.lot not in lots:
        raise _fault("lot", _("This lot was not awarded to this quote."))
    if not body.failed <= body.tested <= body.counted:
        raise _fault("tested", _("No more can be tested than came, nor fail than were tested."))


@transaction.atomic
def receive_acceptance(received: Received) -> None:
    """Handler of ``solar.acceptance/1``: the maker has the asker's result."""
    body: AcceptanceV1 = received.body
    tender, _lots = _awarded_lots(received, body.tender, body.quote)
    Acceptance.objects.get_or_create(
        tender=tender,
        partner=received.record.sender,
        reference=body.delivery,
        defaults=stated.acceptance_values(body) | {"by": received.record.sender, "leaf": received.leaf},
    )


def check_ticket(received: Received) -> None:
    """Refuse what the other side may not say, and a ticket about something that was not awarded."""
    body: WarrantyTicketV1 = received.body
    tender, lots = _awarded_lots(received, body.tender, body.quote)
    may = ASKER_SAYS if tender.way == Tender.Way.IN else ANSWERS
    if body.says not in may:
        raise _fault("says", _("The other side of a tender says this."))
    if body.says == "opened" and (body.lot is None or body.part is None or body.lot not in lots):
        raise _fault("lot", _("A ticket names a lot that was awarded, and the part that fails."))


@transaction.atomic
def receive_ticket(received: Received) -> None:
    """Handler of ``solar.warranty-ticket/1``: what was said stands beside what was said before."""
    body: WarrantyTicketV1 = received.body
    tender, _lots = _awarded_lots(received, body.tender, body.quote)
    at = clock.from_text(body.at)
    ticket, new = WarrantyTicket.objects.get_or_create(
        tender=tender,
        partner=received.record.sender,
        reference=body.ticket,
        defaults={"quote": body.quote, "opened_at": at},
    )
    if new:
        recall(received.record.sender, body.ticket, bodies.TICKET)
    TicketSaying.objects.get_or_create(
        leaf=received.leaf,
        defaults=stated.saying_values(body) | {"ticket": ticket, "by": received.record.sender},
    )
