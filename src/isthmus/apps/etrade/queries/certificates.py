"""Certificates of origin: finding one by its number, and how much of it is used."""

from django.db.models import QuerySet

from isthmus.apps.etrade.models import Kind, TradeDocument, Utilisation
from isthmus.apps.etrade.records import CertificateOfOriginV1
from isthmus.apps.etrade.rules import utilisation as rules


def certificates(number: str) -> QuerySet[TradeDocument]:
    """Certificates of origin of this number, own ones and those of partners; capitals do not matter."""
    return TradeDocument.objects.filter(kind=Kind.CERTIFICATE_OF_ORIGIN, number__iexact=number.strip())


def lines_of(record: CertificateOfOriginV1) -> tuple[rules.Certified, ...]:
    """What each line of a certificate certifies: its quantity, else its gross weight."""
    return tuple(
        rules.Certified(item.number, item.quantity, item.unit)
        if item.quantity is not None
        else rules.Certified(item.number, item.gross_kg, "KGM" if item.gross_kg is not None else None)
        for item in record.items
    )


def use_of(row: Utilisation) -> rules.Use:
    """One stated use as the rules take it."""
    parts = tuple(
        rules.Part(item["number"], item.get("quantity"), item.get("unit"))
        for item in row.body.get("items") or ()
    )
    return rules.Use(row.reference, row.outcome, parts)


def balances_of(document: TradeDocument) -> tuple[rules.Balance, ...]:
    """What was used of each line of a certificate."""
    record = document.record
    assert isinstance(record, CertificateOfOriginV1)
    uses = Utilisation.objects.filter(document=document)
    return rules.balances(lines_of(record), [use_of(row) for row in uses])


def is_used_up(document: TradeDocument) -> bool:
    """Whether a certificate that was not cancelled has nothing left to use."""
    return document.state != "cancelled" and all(balance.used_up for balance in balances_of(document))
