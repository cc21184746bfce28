"""Amounts as people write them, and amounts of another currency at a rate that has a day and a source."""

import re
from decimal import ROUND_HALF_UP, Decimal

_PLAIN = re.compile(r"(0|[1-9][0-9]{0,11})(?:\.([0-9]{1,4}))?", re.ASCII)


def minor_of(text: str, digits: int) -> int:
    """An amount such as 7945 or 7945.50 in minor units; ValueError where it is written in another way.

    ``digits`` is how many decimals the currency has (ISO 4217). Commas, spaces and signs are not read: in
    one country 1,234 is a thousand, in another one and a quarter.
    """
    found = _PLAIN.fullmatch(text.strip())
    if found is None:
        raise ValueError("write an amount in digits, with a point before the cents")
    decimals = found[2] or ""
    if len(decimals) > digits:
        raise ValueError(f"this currency has {digits} decimals")
    return int(found[1] + decimals.ljust(digits, "0"))


def plain(minor: int, digits: int) -> str:
    """Minor units as a plain number with its decimals, as files have it."""
    return f"{Decimal(minor).scaleb(-digits):.{digits}f}"


def converted(original_minor: int, rate: Decimal, from_digits: int, to_digits: int) -> int:
    """An amount of another currency in minor units of the programme's, rounded half up once.

    ``rate`` is how much of the programme's currency one whole unit of the other is worth; it is above zero.
    """
    if rate <= 0:
        raise ValueError("a rate is above zero")
    worth = Decimal(original_minor) * rate * Decimal(10) ** (to_digits - from_digits)
    return int(worth.quantize(Decimal(1), rounding=ROUND_HALF_UP))
