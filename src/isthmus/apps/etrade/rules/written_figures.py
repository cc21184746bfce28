"""Figures as people write them in tables: in their own digits, with their own marks.

Unicode gives every decimal digit of every script its value (Unicode Standard, section 4.6, Numeric Value:
general category Nd), which is how Myanmar, Arabic, Persian, Devanagari, Thai, Lao and Khmer digits are
read. Marks are another matter: ``1.234`` is one thousand in Jakarta and one and a bit in Yangon, so the
mapping says which mark begins the decimals, and nothing is guessed.
"""

import re
import unicodedata
from typing import Literal

from isthmus.apps.etrade.rules.amounts import read_figure

DecimalMark = Literal[".", ","]

# Stands for every sign that groups digits while they are looked at; no text holds it.
_GROUP = "\x1f"
_ARABIC_DECIMAL, _ARABIC_THOUSANDS = "\u066b", "\u066c"
# Spaces (also those that do not break), apostrophes and the Arabic mark only ever group digits.
_GROUPING = {
    " ": _GROUP,
    "\u00a0": _GROUP,
    "\u202f": _GROUP,
    "\u2009": _GROUP,
    "'": _GROUP,
    "\u2019": _GROUP,
    _ARABIC_THOUSANDS: _GROUP,
}
# Groups of three everywhere, or of two above the last three, as in India and its neighbours.
_GROUPED = re.compile(r"\+?[0-9]{1,3}(\x1f[0-9]{3})+|\+?[0-9]{1,2}(\x1f[0-9]{2})*\x1f[0-9]{3}", re.ASCII)


def western_digits(text: str) -> str:
    """``text`` with every decimal digit, of whatever script, written 0 to 9."""
    return "".join(
        sign if sign.isascii() or not sign.isdecimal() else str(unicodedata.decimal(sign)) for sign in text
    )


def read_written_figure(text: str, decimal_mark: DecimalMark = ".") -> str:
    """The figure in its stored form (``1.234.567,50`` with a decimal comma is ``1234567.50``).

    ValueError with a sentence for a person where it is no figure, is negative, or groups its digits as no
    country does, which most often means that the marks are the other way round.
    """
    shown = text.strip()[:40]
    plain = western_digits(text.strip())
    other = "," if decimal_mark == "." else "."
    plain = "".join(_GROUPING.get(sign, sign) for sign in plain)
    whole, mark, decimals = plain.replace(_ARABIC_DECIMAL, decimal_mark).partition(decimal_mark)
    whole = whole.replace(other, _GROUP)
    if _GROUP in whole:
        if not _GROUPED.fullmatch(whole):
            raise ValueError(f"“{shown}” is not a number whose decimals begin with “{decimal_mark}”")
        whole = whole.replace(_GROUP, "")
    if not re.fullmatch(r"\+?[0-9]*", whole) or not re.fullmatch(r"[0-9]*", decimals):
        raise ValueError(f"“{shown}” is not a number whose decimals begin with “{decimal_mark}”")
    return read_figure(whole + ("." if mark else "") + decimals)
