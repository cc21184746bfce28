"""The duty of very many lines at once, in int64 arrays; equal to the reference in every minor unit.

The row of a line is looked up in one table by its product, its day and its bands. Rows of one shape are
then worked out
together, each line with the whole coefficients of its own row.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from isthmus.apps.excise.tariff.rules.coefficients import Shape, numbers_of, shape_of
from isthmus.apps.excise.tariff.rules.columns import MISSING, Columns, Key
from isthmus.apps.excise.tariff.rules.discounts import discounts_of
from isthmus.apps.excise.tariff.rules.int64 import Flags, Ints, product
from isthmus.apps.excise.tariff.rules.lookup import Numbers, Table, table_of
from isthmus.apps.excise.tariff.rules.model import ABV_SCALE, LARGEST, MOST_PLATO, Row, Tariff
from isthmus.apps.excise.tariff.rules.program import NOTHING, Program, Segment

CHUNK = 131_072
"""Lines that are worked on at once: their figures stay in the processor's cache."""
_LIMITS = {"abv": 100 * ABV_SCALE, "plato": MOST_PLATO}


@dataclass(frozen=True, slots=True)
class Duties:
    """``duty`` in minor units and the number of its row in ``rows``, both -1 where a line is at fault.

    ``charges`` by name: minor units, -1 where a line has none or does not state the value it is on.
    """

    duty: Ints
    row: Numbers
    rows: tuple[Row, ...]
    charges: dict[str, Ints]


@dataclass(slots=True)
class Book:
    """Tariffs made ready for many lines; make it once and use it again."""

    tariffs: Sequence[Tariff]
    rows: tuple[Row, ...] = field(init=False)
    numbers: dict[tuple[int, str], int] = field(init=False)
    _programs: tuple[Program, ...] = field(init=False)
    _shape: NDArray[np.int16] = field(init=False)
    _tables: dict[tuple[Key, ...], Table] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = [(at, row) for at, tariff in enumerate(self.tariffs) for row in tariff.rows]
        self.rows = tuple(row for _at, row in known)
        self.numbers = {(at, row.rule): number for number, (at, row) in enumerate(known)}
        shapes: dict[Shape, list[int]] = {}
        for number, row in enumerate(self.rows):
            shapes.setdefault(shape_of(row), []).append(number)
        self._shape = np.full(len(self.rows) + 1, len(shapes), dtype=np.int16)
        programs = []
        for place, (shape, members) in enumerate(shapes.items()):
            self._shape[members] = place
            minors = {number: self.tariffs[known[number][0]].minor for number in members}
            programs.append(_program(shape, {number: self.rows[number] for number in members}, minors))
        self._programs = tuple(programs)

    def duties(self, columns: Columns) -> Duties:
        """What every line owes. A line at fault has none; the reference says in words why."""
        count = len(columns)
        duty = np.full(count, NOTHING, dtype=np.int64)
        chosen = np.full(count, NOTHING, dtype=np.int32)
        if columns.keys not in self._tables:
            self._tables[columns.keys] = table_of(self.tariffs, columns.keys, self.numbers)
        table = self._tables[columns.keys]
        names = {name for program in self._programs for name, _of, _way in program.shape.charges}
        charges = {name: np.full(count, NOTHING, dtype=np.int64) for name in sorted(names)}
        found = Duties(duty, chosen, self.rows, charges)

        def work(start: int) -> None:
            self._work(columns.part(start, start + CHUNK), table, found, slice(start, start + CHUNK))

        starts = range(0, count, CHUNK)
        if len(starts) <= 1:
            for start in starts:
                work(start)
        else:
            # Arrays are worked on without the interpreter's lock, so every processor takes its share.
            with ThreadPoolExecutor(min(len(starts), os.cpu_count() or 1)) as pool:
                list(pool.map(work, starts))
        return found

    def _work(self, portion: Columns, table: Table, found: Duties, here: slice) -> None:
        """Work a portion out into its place."""
        rows = table.rows(portion)
        sound = _sound(portion)
        if sound is not None:
            rows[~sound] = NOTHING
        litres = _litres(portion)
        for program, lines in self._by_shape(rows):
            segment = Segment(portion, lines, rows.take(lines), litres)
            made = program.run(segment)
            right: Ints = lines
            kept: Flags | slice = slice(None)
            if made.over is not None:
                kept = ~made.over
                right = lines[~made.over]
            found.duty[here][right] = made.duty[kept]
            found.row[here][right] = segment.rows[kept]
            for name, amounts in made.charges.items():
                found.charges[name][here][right] = amounts[kept]

    def _by_shape(self, rows: Numbers) -> Iterator[tuple[Program, Ints]]:
        # The last place is that of NOTHING, -1.
        shape = self._shape.take(rows, mode="wrap")
        order = np.argsort(shape, kind="stable")
        ends = np.cumsum(np.bincount(shape, minlength=len(self._programs) + 1)).tolist()
        start = 0
        for program, end in zip(self._programs, ends[:-1], strict=True):
            if end > start:
                yield program, order[start:end]
            start = end


def _program(shape: Shape, members: dict[int, Row], minors: dict[int, int]) -> Program:
    tables = {number: numbers_of(row, minors[number]) for number, row in members.items()}
    numbers: dict[str, Ints | int] = {}
    for name in next(iter(tables.values())):
        values = {number: table[name] for number, table in tables.items()}
        if len(set(values.values())) == 1:
            numbers[name] = next(iter(values.values()))
        else:
            column = np.zeros(max(members) + 1, dtype=np.int64)
            column[list(values)] = list(values.values())
            numbers[name] = column
    return Program(shape, numbers, discounts_of(members) if shape.discount else None)


def _litres(columns: Columns) -> Ints:
    """Microlitres of each line; -1 where they are not given or too many."""
    volume, quantity = columns.volume, columns.quantity
    unknown: Flags | None = None
    if int(volume.min()) <= 0 or int(quantity.min()) <= 0:
        unknown = (volume <= 0) | (quantity <= 0)
        volume, quantity = np.where(unknown, 0, volume), np.where(unknown, 0, quantity)
    litres, over = product(volume, quantity)
    for wrong in (unknown, over):
        if wrong is not None:
            litres[wrong] = NOTHING
    return litres


def _sound(columns: Columns) -> Flags | None:
    """Which lines have only figures that goods can have; None for all of them."""
    found: Flags | None = None
    for name in ("day", "abv", "volume", "quantity", "cif", "retail", "plato", "producer"):
        values: Ints = getattr(columns, name)
        lowest = 1 if name in {"day", "volume", "quantity"} else 0
        highest = _LIMITS.get(name, LARGEST)
        least, most = int(values.min()), int(values.max())
        if (least >= lowest and most <= highest) or (least == most == MISSING and name != "day"):
            continue
        good = (values >= lowest) & (values <= highest)
        if name != "day":
            good |= values == MISSING
        found = good if found is None else found & good
    return found
