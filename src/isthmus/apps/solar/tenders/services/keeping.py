"""What became of records: their text erased, given back after a loss, or numbered later."""

from isthmus.apps.solar.tenders.models import (
    Acceptance,
    MakerQuote,
    QuoteDecision,
    QuoteFact,
    Tender,
    TenderInvitation,
    TicketSaying,
)
from isthmus.apps.solar.tenders.services.restoring import restore
from isthmus.exchange.handlers import Erasing

__all__ = ["erase", "restore", "take_number"]

_ONE_LEAF = (Tender, TenderInvitation, QuoteFact, QuoteDecision, Acceptance, TicketSaying)
_MAKERS_LEAVES = ("leaf", "seal_leaf", "award_leaf")


def erase(erasing: Erasing) -> None:
    """Delete what a received record said; what this node wrote itself is its own and stays."""
    if erasing.sent:
        return
    QuoteFact.objects.filter(leaf=erasing.leaf).update(maker="", maker_name="", offer=None)
    TicketSaying.objects.filter(leaf=erasing.leaf).update(text="")
    Acceptance.objects.filter(leaf=erasing.leaf).update(reason="", checks=[])
    MakerQuote.objects.filter(award_leaf=erasing.leaf).update(reason="")
    for tender in Tender.objects.filter(leaf=erasing.leaf):
        tender.asked_by, tender.title = "", tender.number
        tender.body = {name: tender.body[name] for name in ("tender", "says", "at")}
        tender.save(update_fields=["asked_by", "title", "body"])


def take_number(stand_in: str, leaf: str) -> None:
    """What waited for a number has its leaf now."""
    for model in _ONE_LEAF:
        model.objects.filter(leaf=stand_in).update(leaf=leaf)
    for name in _MAKERS_LEAVES:
        MakerQuote.objects.filter(**{name: stand_in}).update(**{name: leaf})
