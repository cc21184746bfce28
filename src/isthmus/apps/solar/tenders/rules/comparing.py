"""What quotes cost landed, in one currency: goods, freight, insurance, duty on the three, tax on the sum.

Duty is charged on the value with freight and insurance (WTO Agreement on Customs Valuation, article 8.2, as
most countries apply it); value added tax on that value and the duty.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

_CENT = Decimal("0.01")
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Line:
    """What is offered for a lot; the price in the currency of the quote."""

    lot: int
    count: int
    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class Priced:
    """The money of a quote, in its currency."""

    currency: str
    lines: tuple[Line, ...]
    freight: Decimal
    insurance: Decimal


@dataclass(frozen=True, slots=True)
class Charges:
    """What the asker reckons with: units of the one currency for a unit of each other, and percentages."""

    currency: str
    rates: Mapping[str, Decimal]
    duty_percent: Decimal
    tax_percent: Decimal


@dataclass(frozen=True, slots=True)
class Landed:
    """A quote in the currency of comparison, to the minor unit."""

    goods: Decimal
    freight: Decimal
    insurance: Decimal
    duty: Decimal
    tax: Decimal

    @property
    def total(self) -> Decimal:
        """All of it."""
        return self.goods + self.freight + self.insurance + self.duty + self.tax


class NoRate(LookupError):
    """The asker stated no rate for the currency of a quote, which is the argument."""


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, rounding=ROUND_HALF_UP)


def landed(quote: Priced, charges: Charges, lots: Iterable[int] | None = None) -> Landed:
    """What a quote costs, or those of its lots that are named: they bear freight by their value.

    NoRate where its currency has no rate.
    """
    rate = Decimal(1) if quote.currency == charges.currency else charges.rates.get(quote.currency)
    if rate is None:
        raise NoRate(quote.currency)
    wanted = None if lots is None else frozenset(lots)
    whole = sum((line.count * line.unit_price for line in quote.lines), Decimal(0))
    part = sum(
        (line.count * line.unit_price for line in quote.lines if wanted is None or line.lot in wanted),
        Decimal(0),
    )
    share = part / whole if whole else Decimal(1)
    goods, freight, insurance = (
        _cents(part * rate),
        _cents(quote.freight * share * rate),
        _cents(quote.insurance * share * rate),
    )
    value = goods + freight + insurance
    duty = _cents(value * charges.duty_percent / _HUNDRED)
    return Landed(goods, freight, insurance, duty, _cents((value + duty) * charges.tax_percent / _HUNDRED))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a request wants of every quote: by lot how many, Wp and Wh; warranty, take-back, documents."""

    lots: Mapping[int, tuple[int, int, int]]
    warranty_months: int
    take_back: bool
    documents: frozenset[str]


@dataclass(frozen=True, slots=True)
class Offered:
    """What a quote offers of that; ``documents`` are kinds with their last days."""

    lots: Mapping[int, tuple[int, int, int]]
    warranty_months: int
    take_back: bool
    documents: Mapping[str, date]
    valid_until: date


LACKS = (
    "lot",
    "count",
    "wp",
    "battery",
    "warranty",
    "take-back",
    "document",
    "document-expired",
    "offer-expired",
)
"""Every name of something that a quote can lack."""


def lacking(wanted: Wanted, offered: Offered, day: date) -> list[tuple[str, str]]:
    """What a quote lacks on a day, as (name of ``LACKS``, lot or document); empty where it lacks nothing."""
    found: list[tuple[str, str]] = []
    for lot, sizes in sorted(wanted.lots.items()):
        got = offered.lots.get(lot)
        if got is None:
            found.append(("lot", str(lot)))
            continue
        for name, least, given in zip(("count", "wp", "battery"), sizes, got, strict=True):
            if given < least:
                found.append((name, str(lot)))
    if offered.warranty_months < wanted.warranty_months:
        found.append(("warranty", str(offered.warranty_months)))
    if wanted.take_back and not offered.take_back:
        found.append(("take-back", ""))
    for kind in sorted(wanted.documents):
        last = offered.documents.get(kind)
        if last is None:
            found.append(("document", kind))
        elif last < day:
            found.append(("document-expired", kind))
    if offered.valid_until < day:
        found.append(("offer-expired", offered.valid_until.isoformat()))
    return found
