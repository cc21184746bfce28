"""Which code page a text file is written in, told only where it is certain.

A single-byte file decodes in every single-byte code page, so decoding proves nothing. What proves
something is that in one page, and in no other, every word is a word of one script, spelt as that script
is spelt: Cyrillic words do not change from small letters to capitals, Thai vowel signs stand on
consonants, Chinese text uses the level 1 hanzi of GB 2312 (the 3,755 in common use). Where two pages
pass, or none, the answer is None and a person has to say it: a name in the wrong letters is a wrong name.

UTF-8 is another matter: RFC 3629 notes that text of another encoding is very unlikely to be valid UTF-8.
"""

import codecs
import re
from collections.abc import Callable

PAGES = (
    "utf-8",
    "utf-16",
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1256",
    "gb18030",
    "big5",
    "tis-620",
    "cp874",
    "koi8-r",
    "iso8859-1",
    "iso8859-15",
    "cp437",
    "cp850",
)
"""Code pages that a mapping may state."""

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# A run of letters with any sign beyond ASCII: a sign that is no letter, inside of a word, gives a page away.
_WORD = re.compile(r"[A-Za-z\x80-\U0010ffff]+")
_AROUND = (
    "\u00a0\u00ab\u00bb\u2013\u2014\u2018\u2019\u201c\u201d\u201e"
    "\u2026\u2116\u3001\u3002\uff08\uff09\uff0c\uff1a"
)
_LEAST_LETTERS = 8
"""In different words that are not plain ASCII: with fewer, chance would decide."""


def by_mark(data: bytes) -> tuple[str, int] | None:
    """The encoding that a byte order mark names, and the mark's length; None without one."""
    for mark, page in _MARKS:
        if data.startswith(mark):
            return page, len(mark)
    return None


def certain_page(data: bytes) -> str | None:
    """The one code page that these bytes without a mark can be text of; None where it is not certain."""
    if b"\0" in data:
        return _utf_16(data)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    fitting = [page for page, fits in _FITS.items() if _fits(data, page, fits)]
    return fitting[0] if len(fitting) == 1 else None


def _utf_16(data: bytes) -> str | None:
    # Every table has commas or tabs and line ends, whose high byte is zero: always on the same side.
    if len(data) % 2:
        return None
    zeros = data[1::2].count(0), data[0::2].count(0)
    page = "utf-16-le" if zeros[0] > zeros[1] else "utf-16-be"
    if min(zeros):
        return None
    try:
        data.decode(page)
    except UnicodeDecodeError:
        return None
    return page


def _fits(data: bytes, page: str, fits: Callable[[str], bool]) -> bool:
    try:
        text = data.decode(page)
    except UnicodeDecodeError:
        return False
    if any("\x80" <= sign <= "\x9f" for sign in text):
        return False
    words = {word.strip(_AROUND) for word in _WORD.findall(text) if not word.strip(_AROUND).isascii()}
    return sum(len(word) for word in words) >= _LEAST_LETTERS and all(fits(word) for word in words)


def _is_cyrillic(word: str) -> bool:
    at_home = all("\u0410" <= sign <= "\u044f" or sign in "ЁёЎўІіЇїЄєҐґ" for sign in word)
    return at_home and (word.isupper() or word[1:].islower() or len(word) == 1)


def _is_arabic(word: str) -> bool:
    letters = all("\u0621" <= sign <= "\u064a" or sign in "پچژگکیھہےٹڈڑں" for sign in word)
    # The round ending and the broken alif end a word, and a bare hamza never begins one of several letters.
    return letters and not re.search(r"[\u0629\u0649](?!$)", word) and (len(word) > 1 or word == "و")


def _is_thai(word: str) -> bool:
    consonant, above = r"[\u0e01-\u0e2e]", r"[\u0e31\u0e34-\u0e3a\u0e47\u0e4c\u0e4d]?[\u0e48-\u0e4b\u0e4c]?"
    syllable = rf"[\u0e40-\u0e44]?{consonant}{above}[\u0e30\u0e32\u0e33\u0e45]?"
    # Few words of more than three letters are written without any vowel or tone.
    spoken = len(word) < 4 or re.search(r"[\u0e30-\u0e3a\u0e40-\u0e44\u0e47-\u0e4c]", word)
    return bool(spoken and re.fullmatch(rf"(?:{syllable})+[\u0e2f\u0e46]?", word))


def _is_common_chinese(word: str) -> bool:
    try:
        coded = word.encode("gb2312")
    except UnicodeEncodeError:
        return False
    # Rows 16 to 55 of GB 2312 are level 1; a file of names has Chinese words of two signs and more.
    pairs = [coded[at] for at in range(0, len(coded), 2)] if len(coded) == 2 * len(word) else []
    return len(word) > 1 and bool(pairs) and all(0xB0 <= lead <= 0xD7 for lead in pairs)


def _is_western(word: str) -> bool:
    # Accented letters stand alone or in pairs among plain ones: Müller, Crédit, São, naïveté.
    plain = sum(sign.isascii() for sign in word)
    letters = all(sign.isascii() or "\u00c0" <= sign <= "\u00ff" or sign in "ŒœŠšŽžŸ" for sign in word)
    case = word.isupper() or word[1:] == word[1:].lower()
    return letters and case and plain >= 2 * (len(word) - plain)


_FITS: dict[str, Callable[[str], bool]] = {
    "cp1252": _is_western,
    "cp1251": _is_cyrillic,
    # Its small letters stand where the capitals of cp1251 do: words of one case only fit both.
    "koi8-r": _is_cyrillic,
    "cp1256": _is_arabic,
    "tis-620": _is_thai,
    "gb18030": _is_common_chinese,
}
