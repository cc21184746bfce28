"""The exact signed texts behind the log's leaves: the one place that knows how they are kept.

A text may be gone although its leaf stands in the log: it was erased, and a tombstone says why.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from isthmus.exchange.models import Token
from isthmus.kit.errors import BadInput
from isthmus.trust.statements import Select
from isthmus.wire import packing

PORTION = 500
"""Texts that are read at once: a receipt over 500 records has 100 kB, a large record 1 MiB."""

Row = TypeVar("Row")


_PACKED = Select(lambda leaf: Token.objects.filter(entry__leaf=leaf).values_list("packed", flat=True), str)


def text_of(leaf: str) -> str | None:
    """The text behind a leaf (hex); None where it is not here any more."""
    packed = _PACKED.first(leaf)
    return None if packed is None else packing.unpack(bytes(packed))


def texts_of(leaves: Sequence[str]) -> dict[str, str]:
    """The texts behind these leaves (hex), as many as are here, by leaf."""
    rows = Token.objects.filter(entry__leaf__in=leaves).values_list("entry__leaf", "packed")
    return {leaf: packing.unpack(bytes(packed)) for leaf, packed in rows}


def as_found(leaves: Sequence[str]) -> dict[str, str]:
    """The same for a check of what is kept: a damaged text is given as an empty one, which no leaf names."""
    found = {}
    for leaf, packed in Token.objects.filter(entry__leaf__in=leaves).values_list("entry__leaf", "packed"):
        try:
            found[leaf] = packing.unpack(bytes(packed))
        except BadInput:
            found[leaf] = ""
    return found


def with_texts(rows: Iterable[tuple[str, Row]]) -> Iterator[tuple[Row, str | None]]:
    """Rows, each given behind its leaf, with their texts; read in portions, in the order given."""
    waiting = iter(rows)
    while portion := list(islice(waiting, PORTION)):
        texts = texts_of([leaf for leaf, _ in portion])
        for leaf, row in portion:
            yield row, texts.get(leaf)


def erase(leaves: Sequence[str]) -> int:
    """Erase the texts behind these leaves (hex); the leaves stay. Returns how many texts there were.

    Only with a tombstone in the same transaction, which says why: without one, `log verify` names a loss.
    """
    return Token.objects.filter(entry__leaf__in=leaves).delete()[0]
