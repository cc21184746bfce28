"""The row of a line by one look into a table: product by days by bands."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from isthmus.apps.excise.tariff.rules.choosing import candidates
from isthmus.apps.excise.tariff.rules.columns import Columns, Key
from isthmus.apps.excise.tariff.rules.int64 import Ints
from isthmus.apps.excise.tariff.rules.model import (
    ABV_SCALE,
    EVERYTHING,
    LARGEST,
    LITRE_SCALE,
    PLATO_SCALE,
    PRODUCER_SCALE,
    Band,
    Line,
    LineFault,
    Row,
    Tariff,
)

Numbers = NDArray[np.int32]
"""Numbers of rows."""
NO_ROW = -1
_LISTED = 200_000
"""A figure whose cells end below is looked up in a list of all its values."""
_FEW = 6
"""Among so few cells it is faster to compare than to search."""

# The column, the field of a row with its band, and the scale of the column.
_BANDS = (
    ("abv", "abv", ABV_SCALE),
    ("volume", "size_l", LITRE_SCALE),
    ("producer", "producer_hl", PRODUCER_SCALE),
    ("plato", "plato", PLATO_SCALE),
)


@dataclass(frozen=True, slots=True)
class Axis:
    """One figure cut into cells by the values at which a row begins or ends; cell 0 is what is not given."""

    column: str
    starts: Ints
    listed: NDArray[np.int16] | None
    first: int

    def cells(self, columns: Columns) -> Ints | NDArray[np.int16]:
        """The cell of each line."""
        values: Ints = getattr(columns, self.column)
        if self.listed is not None:
            found: NDArray[np.int16] = self.listed.take(values - self.first, mode="clip")
            return found
        if len(self.starts) <= _FEW:
            cell = np.zeros(len(values), dtype=np.int16)
            for start in self.starts.tolist():
                cell += values >= start
            return cell
        return np.searchsorted(self.starts, values, side="right")


def _axis(column: str, cuts: set[int], first: int) -> Axis:
    starts = np.array(sorted({first, *cuts}), dtype=np.int64)
    last = int(starts[-1])
    listed = None
    if last - first < _LISTED:
        values = np.arange(first - 1, last + 1)
        listed = np.searchsorted(starts, values, side="right").astype(np.int16)
    return Axis(column, starts, listed, first - 1)


@dataclass(frozen=True, slots=True)
class Table:
    """The number of the row for every key and cell, NO_ROW where none holds."""

    axes: tuple[Axis, ...]
    numbers: Numbers

    def rows(self, columns: Columns) -> Numbers:
        """The number of each line's row."""
        place = columns.key.astype(np.int32)
        for axis in self.axes:
            place *= len(axis.starts) + 1
            place += axis.cells(columns)
        found: Numbers = self.numbers.take(place)
        return found


def _ends(row: Row, field: str, scale: int) -> tuple[int, int]:
    """The first whole figure that a row holds for, and the first beyond it."""
    if field == "day":
        last = row.last_day.toordinal() + 1 if row.last_day is not None else LARGEST
        return row.first_day.toordinal(), last
    band: Band = getattr(row, field)
    low, high = band.whole(scale)
    return max(low, 0), high + 1


def table_of(tariffs: Sequence[Tariff], keys: tuple[Key, ...], numbers: dict[tuple[int, str], int]) -> Table:
    """The table of keys; ``numbers`` gives the number of a row by its tariff and rule."""
    among: list[tuple[bool, tuple[Row, ...]]] = []
    for key in keys:
        line = Line(key.product, hs=key.hs, relief=key.relief, producer=1 if key.small else None)
        try:
            group, rows = candidates(tariffs[key.tariff], line)
        except LineFault:
            among.append((False, ()))
        else:
            among.append((group.alcohol, rows))
    every = [row for _needs, rows in among for row in rows]
    fields = [("day", "day", 1)]
    fields += [one for one in _BANDS if any(getattr(row, one[1]) != EVERYTHING for row in every)]
    if not any(column == "abv" for column, _field, _scale in fields):
        fields.append(_BANDS[0])
    axes = []
    for column, name, scale in fields:
        ends = {end for row in every for end in _ends(row, name, scale) if end < LARGEST}
        axes.append(_axis(column, ends, min(ends, default=0) if column == "day" else 0))
    table = np.full((len(keys), *(len(axis.starts) + 1 for axis in axes)), NO_ROW, dtype=np.int32)
    for place, (key, (needs_abv, rows)) in enumerate(zip(keys, among, strict=True)):
        # The first row that holds counts, so it is written last.
        for row in reversed(rows):
            number = NO_ROW if row.missing else numbers[key.tariff, row.rule]
            spans = [
                _span(axis, row, name, scale, needs_abv=needs_abv)
                for axis, (_column, name, scale) in zip(axes, fields, strict=True)
            ]
            for cell in product(*spans):
                table[(place, *cell)] = number
    return Table(tuple(axes), np.ascontiguousarray(table.reshape(-1)))


def _span(axis: Axis, row: Row, field: str, scale: int, *, needs_abv: bool) -> list[int]:
    """The cells of an axis in which a row holds."""
    low, beyond = _ends(row, field, scale)
    cells = [at + 1 for at, start in enumerate(axis.starts.tolist()) if low <= start < beyond]
    open_to_all = field != "day" and getattr(row, field) == EVERYTHING
    return [0, *cells] if open_to_all and not (field == "abv" and needs_abv) else cells
