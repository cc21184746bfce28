"""What Family solar keeps. Each part of the house has its own models; Django finds them here."""

from isthmus.apps.solar.planning.models import SupplyPlan
from isthmus.apps.solar.tenders.models import (
    Acceptance,
    MakerQuote,
    QuoteDecision,
    QuoteFact,
    Tender,
    TenderInvitation,
    TenderRate,
    TicketSaying,
    WarrantyTicket,
)

__all__ = [
    "Acceptance",
    "MakerQuote",
    "QuoteDecision",
    "QuoteFact",
    "SupplyPlan",
    "Tender",
    "TenderInvitation",
    "TenderRate",
    "TicketSaying",
    "WarrantyTicket",
]
