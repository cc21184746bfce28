"""Widths of a table's columns: none narrower than its longest word, and together the width of the page."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from isthmus.ui.papers.paper import PaperTable

PAGE: Final = 17_400
"""The width of a table, in hundredths of a millimetre."""
_SIZE: Final = 300
"""The size of its letters, 8.5 points, in the same unit."""
_MARGINS: Final = 420
"""What a cell keeps free on its left and right, with its line."""
_LONGEST: Final = 60
"""Signs from which on a longer text asks for no more room: it is set in lines."""
_NARROW, _BROAD = frozenset("iljtfrI.,:;'|!()[]- "), frozenset("mwMW@%")
_BREAKS = re.compile(r"[^\S\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]+|(?<=[^\W\d_]-)(?=[^\W\d_])")
"""Where a line may break: at a space that is not held, and behind the hyphen of a word."""


def _advance(sign: str) -> int:
    """The room that a sign takes, in hundredths of its size; a little more than usual typefaces take."""
    if unicodedata.combining(sign) or unicodedata.category(sign) == "Cf":
        return 0
    if unicodedata.east_asian_width(sign) in "WF":
        return 100
    if sign in _NARROW:
        return 36
    if sign in _BROAD:
        return 95
    return 74 if sign.isupper() else 58


def _stands_alone(sign: str) -> bool:
    return unicodedata.east_asian_width(sign) in "WF"


def _pieces(text: str) -> list[str]:
    """What cannot be broken: words, and between them each sign of a script that is written without spaces."""
    found = []
    for word in _BREAKS.split(text):
        piece = ""
        for sign in word:
            if piece and (_stands_alone(sign) or _stands_alone(piece[-1])):
                found.append(piece)
                piece = ""
            piece += sign
        found.append(piece)
    return found


def _longest_word(text: str, *, bold: bool) -> int:
    width = max(sum(map(_advance, piece)) for piece in _pieces(text))
    # A bold letter is about a tenth broader.
    return -(-width * _SIZE * (11 if bold else 10) // 1000)


def floors(tables: Sequence[PaperTable]) -> list[int]:
    """The least width of each column, in hundredths of a millimetre: its longest word with the margins."""
    found = [_longest_word(head, bold=True) for head in tables[0].heads]
    for table in tables:
        for row in table.rows:
            for place, text in enumerate(row):
                found[place] = max(found[place], _longest_word(text, bold=False))
    return [one + _MARGINS for one in found]


def shared_out(least: Sequence[int], wanted: Sequence[int], whole: int) -> list[int]:
    """Widths that sum to ``whole``: as ``wanted`` by proportion, but none below its ``least``.

    Where the least widths do not fit together, the short ones keep theirs and the long ones share the rest
    alike. ``wanted`` are above zero.
    """
    if sum(least) > whole:
        return _levelled(least, whole)
    found, free = list(least), set(range(len(least)))
    while True:
        rest = whole - sum(least[one] for one in range(len(least)) if one not in free)
        weight = sum(wanted[one] for one in free)
        narrow = {one for one in free if wanted[one] * rest < least[one] * weight}
        if not narrow:
            break
        free -= narrow
    for one in free:
        found[one] = wanted[one] * rest // weight
    found[max(free, key=lambda one: (wanted[one], -one))] += whole - sum(found)
    return found


def _levelled(least: Sequence[int], whole: int) -> list[int]:
    found, left = [0] * len(least), whole
    for done, one in enumerate(sorted(range(len(least)), key=lambda one: least[one])):
        found[one] = min(least[one], left // (len(least) - done))
        left -= found[one]
    return found


def _asked(table: PaperTable, tables: Sequence[PaperTable]) -> list[int]:
    if table.shares:
        return list(table.shares)
    texts = [
        [head, *(row[place] for one in tables for row in one.rows)] for place, head in enumerate(table.heads)
    ]
    longest = [max(1, *(min(len(text), _LONGEST) for text in column)) for column in texts]
    return [max(one, max(longest) // 5) for one in longest]


def widths(table: PaperTable, beside: Sequence[PaperTable] = ()) -> list[int]:
    """The widths of the columns, in hundredths of a millimetre; they sum to ``PAGE``.

    By the shares that the table fixes, else by the longest text. Tables ``beside`` it that have the same
    heads get the same widths, so that they line up below each other.
    """
    alike = [one for one in beside if (one.heads, one.shares) == (table.heads, table.shares)] or [table]
    return shared_out(floors(alike), _asked(table, alike), PAGE)
