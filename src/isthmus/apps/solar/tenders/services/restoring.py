"""A record of this node came back that it had lost: what it had asked, opened, decided or said stands again.

After a restored backup the partner first gives this node's records back, then sends its own anew. Nothing is
told a second time. What never left the node is gone: the salt of a quote that was sealed
and not opened, and the rates by which quotes were compared.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from isthmus.accounts.models import Organisation
from isthmus.apps.solar.tenders import body_queries as bodies
from isthmus.apps.solar.tenders.models import (
    Acceptance,
    MakerQuote,
    QuoteDecision,
    Tender,
    TenderInvitation,
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
from isthmus.apps.solar.tenders.rules.tickets import ASKER_SAYS
from isthmus.apps.solar.tenders.services import stated
from isthmus.exchange.handlers import Received
from isthmus.exchange.told import told
from isthmus.kit import clock

Way = Tender.Way


@transaction.atomic
def restore(received: Received) -> None:
    """Let what the record says stand again, as far as what it is about is known here; once, however often."""
    record = received.record
    _STEPS[f"{record.type}/{record.version}"](received)


def recall(partner: str, subject: str, *kinds: str) -> None:
    """Let stand again what this node has told a partner of a tender or a ticket, if anything.

    Called where the partner's own part arrives: a request that makers here had answered, a ticket.
    """
    for kind in kinds:
        for known in told(kind, partner, subject):
            _STEPS[kind](known)


def _asked(number: str) -> Tender | None:
    return Tender.objects.select_for_update(of=("self",)).filter(way=Way.OUT, number=number).first()


def _request(received: Received) -> None:
    """The request stands with its number, which the next one must not get: partners know this one by it."""
    body: QuoteRequestV1 = received.body
    tender = _asked(body.tender)
    if body.says == "withdrawn":
        if tender is not None and tender.withdrawn_at is None:
            tender.withdrawn_at = clock.from_text(body.at)
            tender.save(update_fields=["withdrawn_at"])
        return
    if tender is None:
        organisation = Organisation.objects.filter(code=body.asker or "").first()
        if organisation is None or not (body.closes and body.opens_until):
            return
        tender = Tender.objects.create(
            way=Way.OUT,
            number=body.tender,
            organisation=organisation,
            **stated.request_values(body),
        )
    invited = {"leaf": received.leaf}
    TenderInvitation.objects.get_or_create(tender=tender, partner=received.record.receiver, defaults=invited)


def _sealed_at(partner: str, tender: str, quote: str) -> datetime | None:
    for known in told(bodies.SEAL, partner, tender):
        body: QuoteSealV1 = known.body
        if body.quote == quote:
            return clock.from_text(body.at)
    return None


def _quote(received: Received) -> None:
    """A quote that was opened: its salt and offer have crossed, so all of it is here again."""
    body: QuotationV1 = received.body
    partner, issued = received.record.receiver, received.record.issued
    row = MakerQuote.objects.select_for_update(of=("self",)).filter(reference=body.quote).first()
    if row is None:
        tender = stated.from_abroad(partner, body.tender)
        firm = Organisation.objects.filter(code=body.offer.maker).first()
        if tender is None or firm is None:
            return
        row = MakerQuote(tender=tender, organisation=firm, reference=body.quote)
    if row.state not in {MakerQuote.State.DRAFT, MakerQuote.State.SEALED}:
        return
    row.offer, row.salt = body.offer.model_dump(mode="json"), body.salt
    row.seal = seals.seal_of(row.salt, row.offer)
    row.sealed_at = row.sealed_at or _sealed_at(partner, body.tender, body.quote) or issued
    row.state, row.opened_at, row.leaf = MakerQuote.State.OPENED, issued, received.leaf
    row.save()


def _seal(received: Received) -> None:
    """Which record carried the seal of a quote that is known here as sealed."""
    body: QuoteSealV1 = received.body
    MakerQuote.objects.filter(reference=body.quote, seal=body.seal).update(seal_leaf=received.leaf)


def _award(received: Received) -> None:
    body: AwardV1 = received.body
    tender, at = _asked(body.tender), clock.from_text(body.at)
    if tender is None:
        return
    said = {
        "says": body.says,
        "lots": list(body.lots),
        "landed": None if body.landed is None else Decimal(body.landed),
        "reason": body.reason or "",
        "at": at,
        "leaf": received.leaf,
    }
    QuoteDecision.objects.get_or_create(
        tender=tender, partner=received.record.receiver, quote=body.quote, defaults=said
    )
    if tender.decided_at is None:
        tender.decided_at = at
        tender.save(update_fields=["decided_at"])


def _acceptance(received: Received) -> None:
    body: AcceptanceV1 = received.body
    tender = _asked(body.tender)
    if tender is None:
        return
    said = stated.acceptance_values(body) | {"leaf": received.leaf}
    Acceptance.objects.get_or_create(
        tender=tender, partner=received.record.receiver, reference=body.delivery, defaults=said
    )


def _ticket(received: Received) -> None:
    body: WarrantyTicketV1 = received.body
    partner, at = received.record.receiver, clock.from_text(body.at)
    asker = body.says in ASKER_SAYS
    tender = _asked(body.tender) if asker else stated.from_abroad(partner, body.tender)
    if tender is None:
        return
    begun = {"quote": body.quote, "opened_at": at}
    ticket, _made = WarrantyTicket.objects.get_or_create(
        tender=tender, partner=partner, reference=body.ticket, defaults=begun
    )
    said = stated.saying_values(body) | {"ticket": ticket}
    TicketSaying.objects.get_or_create(leaf=received.leaf, defaults=said)


_STEPS: dict[str, Callable[[Received], None]] = {
    bodies.REQUEST: _request,
    bodies.SEAL: _seal,
    bodies.QUOTE: _quote,
    bodies.AWARD: _award,
    bodies.ACCEPTANCE: _acceptance,
    bodies.TICKET: _ticket,
}
