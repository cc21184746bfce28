"""Countries by ISO 3166-1 code, and by the names that people write in lists (CLDR, in its languages)."""

from functools import cache
from typing import Final

from babel import Locale
from babel.core import get_global

_NO_COUNTRIES: Final = {
    "AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ",
}  # fmt: skip
"""What CLDR names by two letters and ISO 3166-1 does not hold as a country."""
_LANGUAGES: Final = ("en", "fr", "zh_Hans", "ro", "ar", "es", "pt", "ru", "my")
# How lists write countries where neither ISO's short name nor CLDR's is written (UNTERM, formal names).
_ALSO: Final = {
    "burma": "MM",
    "cape verde": "CV",
    "congo": "CG",
    "dr congo": "CD",
    "democratic republic of the congo": "CD",
    "ivory coast": "CI",
    "lao pdr": "LA",
    "lao people's democratic republic": "LA",
    "maldive islands": "MV",
    "palestine": "PS",
    "people's republic of china": "CN",
    "republic of maldives": "MV",
    "republic of moldova": "MD",
    "republic of the union of myanmar": "MM",
    "syrian arab republic": "SY",
    "the gambia": "GM",
    "uk": "GB",
    "united republic of tanzania": "TZ",
    "united states of america": "US",
    "usa": "US",
    "viet nam": "VN",
}


@cache
def codes() -> frozenset[str]:
    """The codes of all countries."""
    known = (str(one) for one in Locale("en").territories)
    return frozenset(one for one in known if len(one) == 2 and one.isalpha() and one not in _NO_COUNTRIES)


def _plain(text: str) -> str:
    return " ".join(text.replace("\u2019", "'").casefold().split())


@cache
def _named() -> dict[str, str]:
    found = {
        _plain(str(Locale.parse(language).territories[code])): code
        for language in _LANGUAGES
        for code in sorted(codes())
        if code in Locale.parse(language).territories
    }
    return found | {name.partition(" (")[0]: code for name, code in found.items()} | _ALSO


def code_of(text: str) -> str | None:
    """The country that is meant by a code of two or three letters or a name; None where none is."""
    written = text.strip().upper()
    if written in codes():
        return written
    if len(written) == 3 and written.isascii() and written.isalpha():
        meant = get_global("territory_aliases").get(written, ())
        if len(meant) == 1 and meant[0] in codes():
            return str(meant[0])
    return _named().get(_plain(text))
