"""How the codes of trade are built, and how people look for them.

- HS codes: chapter (two digits), heading (four), subheading (six): General Interpretative Rule 6 and the
  structure of the HS Nomenclature (International Convention on the Harmonized System, Article 1).
- UN/LOCODE: two letters of the country (ISO 3166) and three letters or digits of the place; functions 1 to 8
  and B (UN/ECE Recommendation 16, third edition, sections 3 and 5).
"""

import re
import unicodedata
from typing import Literal

Level = Literal["chapter", "heading", "subheading"]

_LEVELS: dict[int, Level] = {2: "chapter", 4: "heading", 6: "subheading"}
_LOCODE = re.compile(r"[A-Z]{2}[A-Z2-9]{3}", re.ASCII)
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])[\s.]+(?=[0-9])")

FUNCTIONS = "12345678B"
"""Port, rail, road, airport, postal exchange, inland clearance depot, fixed transport, river port, border."""


def level_of(code: str) -> Level | None:
    """What a code of the Harmonized System is; None for what is no such code."""
    return _LEVELS.get(len(code)) if code.isascii() and code.isdigit() else None


def above(code: str) -> tuple[str, ...]:
    """The codes over this one, the chapter first: ``071331`` is below ``07`` and ``0713``."""
    return tuple(code[:size] for size in _LEVELS if size < len(code))


def is_locode(text: str) -> bool:
    """Whether ``text`` is built as a UN/LOCODE is, such as ``MMRGN``."""
    return bool(_LOCODE.fullmatch(text))


def as_locode(text: str) -> str:
    """A UN/LOCODE as it is stored, however it was typed: ``mm rgn`` is ``MMRGN``."""
    return "".join(text.split()).upper()


def functions_in_order(functions: str) -> str:
    """The functions of a place without doubles, in the order of the recommendation."""
    return "".join(one for one in FUNCTIONS if one in functions)


def folded(text: str) -> str:
    """``text`` as it is sought: small letters without marks, so that ``Cônakry`` is found by ``conakry``.

    Compatibility caseless matching (The Unicode Standard, 3.13, D146), and the marks left out.
    """
    parts = unicodedata.normalize("NFD", text)
    for _again in range(2):
        parts = unicodedata.normalize("NFKD", parts.casefold())
    return unicodedata.normalize("NFC", "".join(sign for sign in parts if not unicodedata.combining(sign)))


def sought_words(text: str) -> tuple[str, ...]:
    """The words of a search, folded; ``07.13`` and ``0713 31`` are one word, for people write codes so."""
    return tuple(_BETWEEN_DIGITS.sub("", folded(text)).split())
