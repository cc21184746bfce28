"""How rates of duty are written."""

import re
from decimal import Decimal

from isthmus.apps.etrade.rules.written_figures import western_digits

HIGHEST = 50
"""As a fraction: no tariff has more than 5,000 per cent."""
_RATE = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,12})?)\s*([%٪]?)")


def read_rate(text: str) -> Decimal:
    """The rate of duty on the value as a fraction: ``0.05`` and ``5%`` are the same.

    ValueError with a sentence for a person where it is none. A number above 1 without a percent sign is
    refused, because it may be meant either way.
    """
    shown = text[:20]
    found = _RATE.fullmatch(western_digits(text.strip()))
    if found is None:
        raise ValueError(f"“{shown}” is no rate such as 0.05 or 5%")
    number = Decimal(found[1])
    if not found[2] and number > 1:
        raise ValueError(f"“{shown}” may be a fraction or per cent: write {number}% or {number / 100}")
    rate = (number / 100 if found[2] else number).quantize(Decimal("0.000001"))
    if rate > HIGHEST:
        raise ValueError(f"“{shown}” is above {HIGHEST * 100} per cent")
    return rate
