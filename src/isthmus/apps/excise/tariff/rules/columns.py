"""Many lines as columns of int64, with products as numbers of a short list of keys."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isthmus.apps.excise.tariff.rules.int64 import Ints
from isthmus.apps.excise.tariff.rules.model import LARGEST, Line

MISSING = -(2**62)
"""Stands for what a line does not give."""
NO_DAY = 0


@dataclass(frozen=True, slots=True)
class Key:
    """All of a line that is text: which tariff, what product, and whether a small producer asks for
    relief.
    """

    tariff: int
    product: str
    hs: str
    relief: str
    small: bool


@dataclass(frozen=True, slots=True)
class Columns:
    """Lines as columns of one length; ``day`` is the ordinal of the day, MISSING is what was not given."""

    keys: tuple[Key, ...]
    key: NDArray[np.int32]
    day: Ints
    abv: Ints
    volume: Ints
    quantity: Ints
    cif: Ints
    retail: Ints
    plato: Ints
    producer: Ints

    def __len__(self) -> int:
        return len(self.day)

    def part(self, start: int, end: int) -> "Columns":
        """The lines from ``start`` up to ``end``, without copying them."""
        at = slice(start, end)
        return Columns(
            self.keys,
            self.key[at],
            self.day[at],
            self.abv[at],
            self.volume[at],
            self.quantity[at],
            self.cif[at],
            self.retail[at],
            self.plato[at],
            self.producer[at],
        )


def _kept(value: int | None) -> int:
    """A figure that int64 holds: what is larger than any number of a line is still larger."""
    if value is None:
        return MISSING
    return max(min(value, LARGEST + 1), -1)


def columns_of(lines: Iterable[Line], tariffs: Sequence[int]) -> Columns:
    """The columns of lines; ``tariffs`` is the number of the tariff for each line."""
    numbers: dict[Key, int] = {}
    rows: list[tuple[int, ...]] = []
    for line, tariff in zip(lines, tariffs, strict=True):
        key = Key(tariff, line.product, line.hs, line.relief, line.producer is not None)
        figures = (line.abv, line.volume, line.quantity, line.cif, line.retail, line.plato, line.producer)
        day = line.day.toordinal() if line.day is not None else NO_DAY
        rows.append((numbers.setdefault(key, len(numbers)), day, *map(_kept, figures)))
    table = np.array(rows, dtype=np.int64).reshape(len(rows), 9)
    column = [np.ascontiguousarray(table[:, place]) for place in range(9)]
    return Columns(tuple(numbers), column[0].astype(np.int32), *column[1:])
