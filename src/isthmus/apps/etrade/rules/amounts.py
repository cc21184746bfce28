"""Declared figures as decimal text: every digit kept, sums exact, floats never."""

import re
from collections.abc import Iterable
from decimal import Decimal, localcontext
from fractions import Fraction

MAX_WHOLE_DIGITS = 16
MAX_DECIMALS = 6
# Enough for the sum of any number of figures of 16 + 6 digits that fits in memory.
_PRECISION = 60

_FIGURE = re.compile(r"\+?(?P<whole>[0-9]*)(?:\.(?P<decimals>[0-9]*))?", re.ASCII)


def read_figure(text: str) -> str:
    """``text`` in its one stored form, with the decimals exactly as declared (``007.50`` is ``7.50``).

    ValueError with a sentence for a person where it is not a plain decimal number of zero or more, or
    has more than 16 digits before or 6 after the point (the WCO Data Model's n..16,6).
    """
    found = _FIGURE.fullmatch(text.strip())
    if not found or not (found["whole"] or found["decimals"]):
        raise ValueError(f"“{text.strip()[:40]}” is not a plain number such as 1250.5")
    whole = found["whole"].lstrip("0") or "0"
    decimals = found["decimals"] or ""
    if len(decimals) > MAX_DECIMALS:
        raise ValueError(f"the number has more than {MAX_DECIMALS} decimals")
    if len(whole) > MAX_WHOLE_DIGITS:
        raise ValueError(f"the number has more than {MAX_WHOLE_DIGITS} digits before the point")
    return f"{whole}.{decimals}" if decimals else whole


def read_count(text: str) -> int:
    """A whole number of zero or more, also where it is written ``12.0``; ValueError otherwise."""
    whole, _, decimals = read_figure(text).partition(".")
    if decimals.strip("0"):
        raise ValueError(f"“{text.strip()[:40]}” is not a whole number")
    return int(whole)


def add_up(figures: Iterable[str]) -> str:
    """The exact sum of figures in stored form, with the longest decimals among them; ``0`` for none.

    ValueError where the sum has too many digits to be stored.
    """
    with localcontext(prec=_PRECISION):
        total = sum((Decimal(figure) for figure in figures), Decimal(0))
    return read_figure(f"{total:f}")


def multiply(figure: str, factor: Fraction) -> str:
    """``figure`` times an exact factor, with no more decimals than declared or needed.

    ValueError where the product needs more digits than can be stored: it is never rounded.
    """
    scaled = Fraction(figure) * factor * 10**MAX_DECIMALS
    if scaled.denominator != 1:
        raise ValueError(f"the number has more than {MAX_DECIMALS} decimals")
    whole, rest = divmod(scaled.numerator, 10**MAX_DECIMALS)
    decimals = f"{rest:0{MAX_DECIMALS}d}"
    declared = len(figure.partition(".")[2])
    kept = decimals[:declared] + decimals[declared:].rstrip("0")
    return read_figure(f"{whole}.{kept}" if kept else str(whole))
