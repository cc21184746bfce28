"""What rows of tenders say by their records, whichever side wrote them; and the tender of a partner."""

from typing import Any

from isthmus.apps.solar.tenders.models import Tender
from isthmus.apps.solar.tenders.records import AcceptanceV1, QuoteRequestV1, WarrantyTicketV1
from isthmus.kit import clock


def from_abroad(partner: str, number: str) -> Tender | None:
    """The request that a partner sent under this number."""
    return Tender.objects.filter(way=Tender.Way.IN, partner=partner, number=number).first()


def request_values(body: QuoteRequestV1) -> dict[str, Any]:
    """What a row of a tender says by its request, on either side."""
    assert body.closes is not None, "who keeps it has seen it"
    assert body.opens_until is not None, "who keeps it has seen it"
    return {
        "title": body.title or "",
        "currency": body.currency or "",
        "closes": clock.from_text(body.closes),
        "opens_until": clock.from_text(body.opens_until),
        "asked_at": clock.from_text(body.at),
        "body": body.model_dump(mode="json"),
    }


def acceptance_values(body: AcceptanceV1) -> dict[str, Any]:
    """What a row of an acceptance test says by its record, on either side."""
    return {
        "quote": body.quote,
        "lot": body.lot,
        "says": body.says,
        "counted": body.counted,
        "tested": body.tested,
        "failed": body.failed,
        "checks": [one.model_dump(mode="json") for one in body.checks],
        "reason": body.reason or "",
        "at": clock.from_text(body.at),
    }


def saying_values(body: WarrantyTicketV1) -> dict[str, Any]:
    """What a row of something said about a ticket says by its record, on either side."""
    return {
        "says": body.says,
        "lot": body.lot,
        "part": body.part or "",
        "count": body.count,
        "text": body.text or "",
        "at": clock.from_text(body.at),
    }
