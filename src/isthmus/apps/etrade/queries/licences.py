"""Licences: their lines, what was drawn, what is left, and which end soon."""

from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings
from django.db.models import QuerySet

from isthmus.apps.etrade.models import Declaration, DocumentState, Draw, Kind, Origin, State, TradeDocument
from isthmus.apps.etrade.records import ExportDeclarationV1, ImportDeclarationV1, ImportedItemV1, LicenceV1
from isthmus.apps.etrade.rules import draw_down as rules


def last_warned(today: date) -> date:
    """The latest last day of a licence or permit that is pointed out today: ``ISTHMUS_EXPIRY_DAYS`` away."""
    days: int = settings.ISTHMUS.expiry_days
    return today + timedelta(days=days)


def lines_of(record: LicenceV1) -> tuple[rules.Line, ...]:
    """The lines of a licence as the rules take them."""
    return tuple(
        rules.Line(item.number, item.hs_prefix, _decimal(item.quantity), item.unit, _decimal(item.value))
        for item in record.items
    )


def _decimal(text: str | None) -> Decimal | None:
    return Decimal(text) if text is not None else None


def goods_of(record: ExportDeclarationV1 | ImportDeclarationV1) -> tuple[rules.Goods, ...]:
    """The items of a declaration as the rules take them; an import is valued CIF where that is stated."""
    return tuple(
        rules.Goods(
            item.hs_code,
            item.quantity,
            item.unit,
            item.net_kg,
            (item.cif_value if isinstance(item, ImportedItemV1) else None) or item.fob_value,
            record.match.currency,
        )
        for item in record.items
    )


def drawn(licence: TradeDocument) -> list[rules.Taken]:
    """What was drawn on a licence and not given back."""
    rows = Draw.objects.filter(licence=licence, reversed_at=None)
    return [rules.Taken(row.item_number, row.quantity, row.value) for row in rows]


def balances_of(licence: TradeDocument) -> tuple[rules.Balance, ...]:
    """Each line of a licence with what is left of it."""
    record = licence.record
    assert isinstance(record, LicenceV1)
    return rules.balances(lines_of(record), drawn(licence))


def undrawn(licence: TradeDocument) -> QuerySet[Declaration]:
    """Own declarations that name an own licence and did not draw on it, newest first."""
    named = Declaration.objects.filter(origin=Origin.OWN, permit_number=licence.number)
    drew = Draw.objects.filter(licence=licence, reversed_at=None).values("declaration")
    return named.exclude(pk__in=drew).exclude(state=State.CANCELLED).order_by("-id")


def ending_soon(today: date) -> QuerySet[TradeDocument]:
    """Licences and vehicle permits whose last day is near, the first to end first."""
    return (
        TradeDocument.objects.filter(
            kind__in=(Kind.LICENCE, Kind.VEHICLE_PERMIT),
            valid_until__gte=today,
            valid_until__lte=last_warned(today),
        )
        .exclude(state=DocumentState.CANCELLED)
        .order_by("valid_until", "id")
    )
