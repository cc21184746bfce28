"""The kind of each sign and the script of each word, from Unicode's own tables."""

import unicodedata
from enum import StrEnum

LETTER, CLUSTER, MARK, DIGIT, JOINER, APOSTROPHE, BREAK = "wcmdja "
"""The kinds: a letter of a script that puts spaces between words; a letter of one that does not; what
belongs to the sign before it; a digit or number; what holds the parts of a code together; an apostrophe;
anything else."""

_UNSPACED = (
    "CJK ",
    "IDEOGRAPHIC ",
    "HIRAGANA ",
    "KATAKANA",
    "HALFWIDTH KATAKANA",
    "HANGUL ",
    "THAI ",
    "LAO ",
    "MYANMAR ",
    "KHMER ",
)
_JOINERS = ".-/,"
_APOSTROPHES = "'\u2019\u02bc"
_SPACES_WITHOUT_WIDTH = "\u200b\ufeff"


class Script(StrEnum):
    """Scripts whose words are stemmed; every other script is one."""

    LATIN = "latin"
    CYRILLIC = "cyrillic"
    ARABIC = "arabic"
    OTHER = "other"


def kind_of(sign: str) -> str:
    """The kind of one sign, as above."""
    if sign in _JOINERS:
        return JOINER
    if sign in _APOSTROPHES:
        return APOSTROPHE
    category = unicodedata.category(sign)
    if category[0] == "L":
        return CLUSTER if unicodedata.name(sign, "").startswith(_UNSPACED) else LETTER
    if category[0] == "N":
        return DIGIT
    # Signs without a picture, such as a soft hyphen or the joiners of Persian, do not part a word.
    if category[0] == "M" or (category == "Cf" and sign not in _SPACES_WITHOUT_WIDTH):
        return MARK
    return BREAK


class _Kinds(dict[int, str]):
    """Kinds by code point, found when first met."""

    def __missing__(self, code: int) -> str:
        kind = self[code] = kind_of(chr(code))
        return kind


_KINDS = _Kinds()


def kinds_of(text: str) -> str:
    """The kinds of a text's signs, one for each, in their order."""
    return text.translate(_KINDS)


def script_of(word: str) -> Script:
    """The script of a word's first letter."""
    first = next((sign for sign in word if unicodedata.category(sign)[0] == "L"), "")
    name = unicodedata.name(first, "").partition(" ")[0].lower() if first else ""
    return Script(name) if name in {Script.LATIN, Script.CYRILLIC, Script.ARABIC} else Script.OTHER
