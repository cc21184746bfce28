"""Names of firms and marks of transport, brought to the form in which two offices' writings are compared.

Legal forms, honorifics and the abbreviations below are those of company law and trade practice in the
countries that the platform serves; what they leave is what tells one firm from another.
"""

import re
import unicodedata

_FORMS = """
co company ltd limited llc llp lp inc incorporated corp corporation plc pvt private pte pty public jsc ojsc
pjsc gmbh ag kg sa sarl srl spa bv nv oy ab as aps sdn bhd cv tbk pt ooo zao ms messrs the and of m s
"""
LEGAL_FORMS = frozenset(_FORMS.split())
_LONG_FORMS = {
    "intl": "international",
    "int": "international",
    "trdg": "trading",
    "tdg": "trading",
    "mfg": "manufacturing",
    "manuf": "manufacturing",
    "ind": "industries",
    "inds": "industries",
    "industry": "industries",
    "imp": "import",
    "exp": "export",
    "impex": "import export",
    "ent": "enterprise",
    "enterprises": "enterprise",
    "svc": "services",
    "svcs": "services",
    "dev": "development",
    "bros": "brothers",
    "grp": "group",
    "hldgs": "holdings",
}
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_NOT_IN_MARKS = re.compile(r"[^0-9A-Za-z\u0080-\U0010ffff]")
MARK_PATTERN = r"[^0-9A-Za-z\x{80}-\x{10FFFF}]"
"""What `mark_key` leaves out, as RE2 writes it: the set-wise work on millions of marks uses this form."""

NEAR_OUTLINE_BITS = 4
"""Outlines that differ in no more bits are those of one name with a slip of the pen in it."""
_OUTLINE_BITS = 61


def party_key(name: str) -> str:
    """What is left of a firm's name to compare: its telling words without accents, sorted, once each.

    ``M/S Golden Lotus Trdg Co., Ltd.`` and ``GOLDEN-LOTUS TRADING COMPANY LIMITED`` give the same key. A name
    of nothing but legal forms keeps them; one without a letter gives an empty key, which equals nothing.
    """
    words = set(party_words(name))
    return " ".join(sorted(words - LEGAL_FORMS or words))


def party_words(name: str) -> list[str]:
    """The words of a firm's name, without accents, abbreviations written out.

    The words of a name are those of its parts between spaces, one after the other: so the set-wise work asks
    once for each such part instead of once for each name.
    """
    plain = name.lower() if name.isascii() else _without_accents(name)
    return [word for part in _BETWEEN_WORDS.split(plain) for word in _LONG_FORMS.get(part, part).split()]


def _without_accents(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def mark_key(mark: str) -> str:
    """A transport document, container or plate as both sides would write it: letters and digits alone."""
    return _NOT_IN_MARKS.sub("", mark).upper()


def party_outline(key: str) -> int:
    """Which pairs of neighbouring letters a key has, as bits of a number below 2**61.

    One letter left out, added or changed moves at most four bits, another word many: names are compared by
    counting the bits in which their outlines differ, without reading the names again.
    """
    outline = 0
    for word in key.split():
        outline |= word_outline(word)
    return outline


def word_outline(word: str) -> int:
    """The part of a word in the outline of a key; the outline is all of them together, bit by bit."""
    outline = 0
    for first, second in zip(f" {word}", f"{word} ", strict=True):
        outline |= 1 << (ord(first) * 131 + ord(second) * 31) % _OUTLINE_BITS
    return outline
