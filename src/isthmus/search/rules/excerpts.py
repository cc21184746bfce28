"""What of a text is shown with a hit: the place with most of what was asked, and the words marked there."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from isthmus.search.rules.words import Token, tokens

WIDTH = 240
"""Signs of an excerpt."""
BEFORE = 60
"""Signs that may stand before the first word that was asked."""
LOOKED_THROUGH = 5_000
"""Signs of a text that are looked through; a word further back is found, but not shown."""

_UNSEEN = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text as it was written, to be escaped by whoever shows it, and whether it was asked
    for.
    """

    text: str
    marked: bool


def _best(found: list[Token], points: Mapping[str, int], width: int) -> Token:
    """The word with which the stretch begins that holds most of what tells; of equal ones the first."""
    best, most, end = found[0], 0, 0
    within: Counter[str] = Counter()
    for place, token in enumerate(found):
        while end < len(found) and (end <= place or found[end].end <= token.start + width - BEFORE):
            within[found[end].term] += 1
            end += 1
        worth = sum(points[term] for term, count in within.items() if count)
        if worth > most:
            best, most = token, worth
        within[token.term] -= 1
    return best


def _span(
    text: str, every: list[Token], found: list[Token], points: Mapping[str, int], width: int
) -> tuple[int, int]:
    """Where the excerpt begins and ends, between words."""
    first = _best(found, points, width).start if found else 0
    start = 0
    if first > BEFORE:
        start = min(token.start for token in every if token.start >= first - BEFORE)
    if len(text) <= start + width:
        return start, len(text)
    return start, max(
        (token.end for token in every if start < token.end <= start + width), default=start + width
    )


def _joined(found: Iterable[Token], start: int, end: int) -> Iterator[tuple[int, int]]:
    """The stretches to mark, none within another."""
    reached = start
    for token in sorted(found, key=lambda token: (token.start, -token.end)):
        first, last = max(token.start, reached), min(token.end, end)
        if first < last:
            yield first, last
            reached = last


def _pieces(text: str, marks: Iterable[tuple[int, int]], start: int, end: int) -> Iterator[Piece]:
    at = start
    for first, last in marks:
        yield Piece(text[at:first], marked=False)
        yield Piece(text[first:last], marked=True)
        at = last
    yield Piece(text[at:end], marked=False)


def _shown(pieces: Iterable[Piece], *, cut_before: bool, cut_after: bool) -> tuple[Piece, ...]:
    tidy = [Piece(_UNSEEN.sub(" ", piece.text), piece.marked) for piece in pieces if piece.text]
    before = [Piece("… ", marked=False)] if cut_before else []
    after = [Piece(" …", marked=False)] if cut_after else []
    return (*before, *tidy, *after)


def excerpt(text: str, language: str, points: Mapping[str, int], width: int = WIDTH) -> tuple[Piece, ...]:
    """About ``width`` signs of a text; ``points`` say what each term that was asked for is worth.

    Where nothing that was asked for is in it, it is the beginning. Empty for an empty text.
    """
    seen = text[:LOOKED_THROUGH]
    every = list(tokens(seen, language))
    found = [token for token in every if token.term in points]
    start, end = _span(seen, every, found, points, width)
    pieces = _pieces(seen, _joined(found, start, end), start, end)
    return _shown(pieces, cut_before=start > 0, cut_after=end < len(text))


def marked(text: str, language: str, points: Mapping[str, int]) -> tuple[Piece, ...]:
    """The whole of a short text, such as a title, with the words marked that were asked for."""
    found = [token for token in tokens(text, language) if token.term in points]
    pieces = _pieces(text, _joined(found, 0, len(text)), 0, len(text))
    return _shown(pieces, cut_before=False, cut_after=False)
