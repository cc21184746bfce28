"""Rows of tenders as the bodies of records, and records as rows are found by them."""

from isthmus.apps.solar.tenders.models import (
    Acceptance,
    MakerQuote,
    QuoteDecision,
    Tender,
    TicketSaying,
)
from isthmus.apps.solar.tenders.records import (
    AcceptanceV1,
    AwardV1,
    QuotationV1,
    QuoteRequestV1,
    QuoteSealV1,
    WarrantyTicketV1,
)
from isthmus.kit import clock

REQUEST, SEAL, QUOTE = "solar.quote-request/1", "solar.quote-seal/1", "solar.quote/1"
AWARD, ACCEPTANCE, TICKET = "solar.award/1", "solar.acceptance/1", "solar.warranty-ticket/1"
TYPES = (REQUEST, SEAL, QUOTE, AWARD, ACCEPTANCE, TICKET)


def request_of(tender: Tender) -> QuoteRequestV1:
    """The request as it was written."""
    return QuoteRequestV1.model_validate(tender.body)


def seal_of(quote: MakerQuote) -> QuoteSealV1:
    """The seal of a quote that was sealed."""
    assert quote.sealed_at is not None, "it was sealed"
    return QuoteSealV1.model_validate(
        {
            "tender": quote.tender.number,
            "quote": quote.reference,
            "seal": quote.seal,
            "at": clock.to_text(quote.sealed_at),
            "maker": quote.organisation.code,
            "maker_name": quote.organisation.name,
        }
    )


def quotation_of(quote: MakerQuote) -> QuotationV1:
    """A quote with the salt that opens its seal."""
    return QuotationV1.model_validate(
        {
            "tender": quote.tender.number,
            "quote": quote.reference,
            "salt": quote.salt,
            "offer": quote.offer,
        }
    )


def award_of(decision: QuoteDecision, seal: str) -> AwardV1:
    """What was decided about a quote."""
    return AwardV1.model_validate(
        {
            "tender": decision.tender.number,
            "quote": decision.quote,
            "says": decision.says,
            "at": clock.to_text(decision.at),
            "seal": seal or None,
            "lots": decision.lots,
            "currency": None if decision.landed is None else decision.tender.currency,
            "landed": None if decision.landed is None else f"{decision.landed:.2f}",
            "reason": decision.reason or None,
        }
    )


def acceptance_of(row: Acceptance) -> AcceptanceV1:
    """The acceptance test of a delivery."""
    return AcceptanceV1.model_validate(
        {
            "tender": row.tender.number,
            "quote": row.quote,
            "lot": row.lot,
            "delivery": row.reference,
            "says": row.says,
            "at": clock.to_text(row.at),
            "counted": row.counted,
            "tested": row.tested,
            "failed": row.failed,
            "checks": row.checks,
            "reason": row.reason or None,
        }
    )


def ticket_of(saying: TicketSaying) -> WarrantyTicketV1:
    """What one side said about a ticket."""
    ticket = saying.ticket
    return WarrantyTicketV1.model_validate(
        {
            "tender": ticket.tender.number,
            "quote": ticket.quote,
            "ticket": ticket.reference,
            "says": saying.says,
            "at": clock.to_text(saying.at),
            "lot": saying.lot,
            "part": saying.part or None,
            "count": saying.count,
            "text": saying.text or None,
        }
    )
