"""Texts with placeholders such as ``{name}``: what may stand in them, and how they are filled in.

Somebody types them, so nothing of them is ever evaluated: a placeholder is a word of a closed list and no
more, and what is filled in is not looked at again.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

PLACEHOLDERS: Final = (
    "name",
    "introduced",
    "position",
    "employer",
    "country",
    "passport",
    "born",
    "expires",
    "arrives",
    "leaves",
    "workshop",
    "host",
    "place",
    "starts",
    "ends",
    "accepted",
    "reference",
)
"""What may be filled in; ``introduced`` is the name with position and employer, as far as they are known."""
TRAVEL: Final = frozenset({"passport", "born", "expires", "arrives", "leaves"})
"""Those that a person tells for the journey."""
MOST_PARAGRAPHS, LONGEST_PARAGRAPH, LONGEST_ADDRESSEE = 12, 2000, 200

_PIECES = re.compile(r"\{([^{}]*)\}|[{}]")
_WORD = re.compile(r"[a-z]+", re.ASCII)
_TURNS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
"""Signs that turn the direction of what follows: a text could be read otherwise than it is written."""
_APART, _END = "\u2068", "\u2069"
_FROM_THE_RIGHT: Final = frozenset({"R", "AL", "AN"})


class Wrong(StrEnum):
    """What a text must not have."""

    UNKNOWN = "unknown"
    NOT_PLAIN = "not-plain"
    BRACE = "brace"
    SIGN = "sign"


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something wrong in a text, and the piece of it that is wrong."""

    wrong: Wrong
    piece: str


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a letter in one language: whom it addresses, and the paragraphs of each kind."""

    language: str
    addressee: str
    invitation: tuple[str, ...]
    visa: tuple[str, ...]

    def paragraphs(self, kind: str) -> tuple[str, ...]:
        """Those of an ``invitation`` or a ``visa``."""
        return self.invitation if kind == "invitation" else self.visa


def flaws(text: str) -> list[Flaw]:
    """What is wrong in a text, in order; each piece once."""
    found = []
    for piece in _PIECES.finditer(text):
        inside = piece.group(1)
        if inside is None:
            found.append(Flaw(Wrong.BRACE, piece.group()))
        elif inside not in PLACEHOLDERS:
            wrong = Wrong.UNKNOWN if _WORD.fullmatch(inside) else Wrong.NOT_PLAIN
            found.append(Flaw(wrong, piece.group()))
    found += [Flaw(Wrong.SIGN, f"U+{ord(sign):04X}") for sign in text if _is_hidden(sign)]
    return list(dict.fromkeys(found))


def _is_hidden(sign: str) -> bool:
    return sign in _TURNS or unicodedata.category(sign) in {"Cc", "Cs", "Co", "Zl", "Zp"}


def wanted(texts: Sequence[str]) -> list[str]:
    """The placeholders that stand in these texts, in the order of the list."""
    found = {piece.group(1) for text in texts for piece in _PIECES.finditer(text)}
    return [name for name in PLACEHOLDERS if name in found]


def filled(text: str, values: Mapping[str, str], *, is_rtl: bool) -> str:
    """The text with its placeholders replaced, in one pass; what is no placeholder stays as it is.

    A value that runs against the direction of the letter is set apart (Unicode's isolates, UAX 9), so that
    a comma or number beside it stays where it belongs.
    """

    def value(piece: re.Match[str]) -> str:
        inside = piece.group(1)
        return _apart(values[inside], is_rtl=is_rtl) if inside in PLACEHOLDERS else piece.group()

    return _PIECES.sub(value, text)


def _apart(value: str, *, is_rtl: bool) -> str:
    plain = "".join(sign for sign in value if not _is_hidden(sign))
    runs_against = is_rtl or any(unicodedata.bidirectional(sign) in _FROM_THE_RIGHT for sign in plain)
    return f"{_APART}{plain}{_END}" if runs_against else plain
