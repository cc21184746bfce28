"""Units with what they convert to, and currencies with their newest rates."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy, to_locale
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.apps.etrade.reference import queries
from isthmus.apps.etrade.reference.models import UnitName
from isthmus.apps.etrade.reference.rules.currencies import currencies, decimals_of
from isthmus.apps.etrade.reference.views.lists import VIEW, code_lists
from isthmus.apps.etrade.reference.wording import DIMENSIONS
from isthmus.apps.etrade.rules.units import REVISION, UNITS
from isthmus.kit import clock
from isthmus.ui.components import Amount
from isthmus.ui.table import Column, tabulate


@dataclass(frozen=True, slots=True)
class _UnitLine:
    code: str
    name: str
    dimension: str
    factor: Decimal | None
    base: str


_UNIT_COLUMNS: tuple[Column[_UnitLine], ...] = (
    Column("code", gettext_lazy("Code"), "code"),
    Column("name", gettext_lazy("Unit"), "name"),
    Column("dimension", gettext_lazy("Measures"), "dimension"),
    Column(
        "factor",
        gettext_lazy("One of it is"),
        lambda line: Amount(line.factor, line.base) if line.factor is not None else _("not comparable"),
        kind="number",
    ),
)


@dataclass(frozen=True, slots=True)
class _CurrencyLine:
    code: str
    name: str
    decimals: int
    rate: Decimal | None
    day: date | None


_CURRENCY_COLUMNS: tuple[Column[_CurrencyLine], ...] = (
    Column("code", gettext_lazy("Code"), "code"),
    Column("name", gettext_lazy("Currency"), "name"),
    Column("decimals", gettext_lazy("Decimals"), "decimals", kind="number"),
    Column("rate", gettext_lazy("Newest rate"), "rate", kind="number"),
    Column("day", gettext_lazy("From"), "day", kind="date"),
)


def _units() -> Iterator[_UnitLine]:
    bases: dict[str, str] = {}
    for unit in UNITS.values():
        base = bases.setdefault(unit.dimension, unit.code)
        yield _UnitLine(unit.code, unit.name, str(DIMENSIONS[unit.dimension]), unit.factor, base)
    for row in UnitName.objects.exclude(code__in=UNITS):
        yield _UnitLine(row.code, row.name, "", None, "")


def _currencies() -> Iterator[_CurrencyLine]:
    rates = {row.currency: row for row in queries.newest_rates(clock.now().date())}
    for code, name in currencies(to_locale(get_language() or "en")).items():
        row = rates.get(code)
        rate = None if row is None else Decimal(f"{row.rate.normalize():f}")
        yield _CurrencyLine(code, name, decimals_of(code), rate, row.day if row is not None else None)


@require_GET
@authorised(VIEW)
def units(request: ActorRequest) -> HttpResponse:
    """Every unit that quantities are compared in."""
    context = {
        "title": _("Units"),
        "lead": _(
            "Quantities in units of one kind are compared with each other. "
            "A unit that is not here is “not comparable”; it never counts as nothing."
        ),
        "table": tabulate(_UNIT_COLUMNS, _units(), _("Units of quantity")),
        "code_lists": code_lists(),
        "source": REVISION,
    }
    return render(request, "etrade/measures.html", context)


@require_GET
@authorised(VIEW)
def listed_currencies(request: ActorRequest) -> HttpResponse:
    """Every currency in use, with the newest rate that was loaded."""
    context = {
        "title": _("Currencies"),
        "lead": _(
            "The currencies of ISO 4217 in use, and the newest exchange rate that this node has loaded."
        ),
        "table": tabulate(_CURRENCY_COLUMNS, _currencies(), _("Currencies")),
        "code_lists": code_lists(),
        "source": "ISO 4217, Unicode CLDR",
    }
    return render(request, "etrade/measures.html", context)
