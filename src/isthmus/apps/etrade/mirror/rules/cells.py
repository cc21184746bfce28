"""The dimensions of mirror statistics: HS level, period, partner, currency.

A cell's key is one 64-bit number, because one number is joined and sorted several times faster than four
texts. Its parts, from the least: the currency, the partner, the period and the HS code.

Imports are usually valued CIF and exports FOB; "International Merchandise Trade Statistics: Compilers Manual"
(UN, 2013, chapter 14) tells how to compare them. The default margin of 6 % is that of the IMF's Direction of
Trade Statistics since 2018.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache, reduce
from itertools import accumulate
from typing import Literal

from babel import Locale

Level = Literal["hs2", "hs4", "hs6"]
Period = Literal["month", "quarter", "year"]

LEVELS: dict[Level, int] = {"hs2": 2, "hs4": 4, "hs6": 6}
PERIODS: dict[Period, int] = {"month": 12, "quarter": 4, "year": 1}
MARGIN = Decimal("1.06")
UNKNOWN = "unknown"

LETTER_BITS = 5
"""A letter of a code is a number from 1 to 26; 0 is no code at all."""

THIRD = 1 << 2 * LETTER_BITS
"""What is added to an importer's partner where that is a third country: the upper half of its part."""

_BITS = {"currency": 3 * LETTER_BITS, "partner": 2 * LETTER_BITS + 1, "period": 17}
"""How wide each part of a key but the last is, from the least."""


@cache
def currencies() -> tuple[str, ...]:
    """All currency codes that ISO 4217 has ever had (CLDR)."""
    return tuple(sorted(Locale("en").currencies))


def letters(code: str) -> int:
    """The number of a code of capital letters, as it stands in a key; 0 for any other text."""
    if not (code.isascii() and code.isalpha() and code.isupper()):
        return 0
    return reduce(lambda number, letter: (number << LETTER_BITS) + ord(letter) - ord("A") + 1, code, 0)


def shifts() -> dict[str, int]:
    """By how many bits each part of a key is moved."""
    widths = (*accumulate(_BITS.values(), initial=0),)
    return dict(zip((*_BITS, "hs"), widths, strict=True))


def factors() -> dict[str, int]:
    """By what each part of a key is multiplied; the parts themselves are below the next one's factor."""
    return {name: 1 << bits for name, bits in shifts().items()}


def masks() -> dict[str, int]:
    """The largest value that each part but the last can have."""
    return {name: (1 << bits) - 1 for name, bits in _BITS.items()}


@dataclass(frozen=True, slots=True)
class Cell:
    """One row of a mirror; a figure is None where no declaration of that side states it."""

    partner: str
    hs: str
    period: str
    currency: str
    exports_value: Decimal | None
    exports_kg: Decimal | None
    exports_count: int
    imports_value: Decimal | None
    imports_kg: Decimal | None
    imports_count: int
    gap: Decimal
    ratio: float | None
    exports_hs_versions: str | None
    imports_hs_versions: str | None
