"""Surface: a measure that falls as either of two sizes grows, in shades between named lines."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from isthmus.kit.errors import Fault
from isthmus.ui.charts.drawing import FONT, LINE, Drawing, shorten, text_width
from isthmus.ui.charts.figure import WIDE
from isthmus.ui.charts.log_scale import LogScale, nearest, written
from isthmus.ui.charts.scale import brief, finite, spread, thin
from isthmus.ui.charts.shade import STEPS
from isthmus.ui.table import Column, Table, tabulate
from isthmus.ui.text import Text

Point = tuple[float, float]
_LEAST = 1e-9
_MOST_COLUMNS = 8


@dataclass(frozen=True, slots=True)
class Mark:
    """One pair of sizes with a name."""

    name: Text
    x: float
    y: float


def contour(
    x: Sequence[float], y: Sequence[float], values: Sequence[Sequence[float]], level: float
) -> list[Point]:
    """The line on which ``values[i][j]`` at ``x[i]``, ``y[j]`` is ``level``, from small ``x`` to large.

    The measure falls with both sizes, so that the line falls too: where it crosses the grid is found edge by
    edge, on logarithms of the sizes and of the measure, and put in that order.
    """
    found: list[tuple[float, float, float]] = []

    def cross(one: Point, other: Point, before: float, after: float) -> None:
        if (before > level) == (after > level):
            return
        a, b, at = (math.log(max(value, _LEAST)) for value in (before, after, level))
        share = (a - at) / (a - b)
        lx, ly = (math.log(p) + share * (math.log(q) - math.log(p)) for p, q in zip(one, other, strict=True))
        found.append((lx - ly, math.exp(lx), math.exp(ly)))

    for i, column in enumerate(values):
        for j, value in enumerate(column):
            if i + 1 < len(x):
                cross((x[i], y[j]), (x[i + 1], y[j]), value, values[i + 1][j])
            if j + 1 < len(y):
                cross((x[i], y[j]), (x[i], y[j + 1]), value, column[j + 1])
    return [(at_x, at_y) for _order, at_x, at_y in sorted(found)]


@dataclass(frozen=True, slots=True)
class SurfaceChart:
    """``values[i][j]`` at ``x[i]`` and ``y[j]``: sizes above zero in rising order, at least two of each.

    ``levels``, at most five in rising order and above zero, are where the shades change and lines are drawn;
    ``picked`` is one more, drawn dashed. The measure is zero or more and falls with both sizes.
    """

    title: Text
    x: Sequence[float]
    y: Sequence[float]
    values: Sequence[Sequence[float]]
    levels: Sequence[float]
    x_name: Text
    y_name: Text
    x_unit: Text
    y_unit: Text
    unit: Text
    measure: Text
    marks: Sequence[Mark] = ()
    picked: float | None = None
    description: Text = ""

    def __post_init__(self) -> None:
        if len(self.values) != len(self.x) or any(len(column) != len(self.y) for column in self.values):
            raise Fault("ui.chart.length", "A surface needs one value for each pair of sizes.")
        finite((*self.x, *self.y, *(value for column in self.values for value in column)))
        rising = all(0 < a < b for part in (self.x, self.y) for a, b in pairwise(part))
        if len(self.x) < 2 or len(self.y) < 2 or not rising:
            raise Fault("ui.chart.sizes", "The sizes of a surface rise from above zero, two or more of each.")
        if not 0 < len(self.levels) <= STEPS or not all(a < b for a, b in pairwise((0.0, *self.levels))):
            raise Fault("ui.chart.levels", f"A surface has up to {STEPS} levels, rising from above zero.")

    def draw(self, width: int, *, rtl: bool = False) -> SafeString:
        """The picture; its axes are numbers and run from left to right in every language."""
        del rtl
        across, up = LogScale(self.x[0], self.x[-1]), LogScale(self.y[0], self.y[-1])
        left = max(text_width(written(tick)) for tick in up.ticks()) + 10
        lines = self._lines()
        named = [(level, self._said(level)) for level, _line in lines]
        right = width - max((text_width(said, bold=True) for _level, said in named), default=0) - 12
        keys = self._keys(width)
        tall = 330 if width >= WIDE else 270
        sheet = Drawing(width, tall + 46 + LINE * len(keys))
        across, up = across.over(left, right), up.over(tall, 26)
        self._shades(sheet, across, up, lines)
        self._axes(sheet, across, up, left, right)
        ends = []
        for level, line in lines:
            points = [(across.at(px), up.at(py)) for px, py in line]
            sheet.path(points, "reference" if level == self.picked else "contour")
            ends.append(points[-1])
        self._names(sheet, named, ends, right, tall)
        taken: list[float] = []
        for mark in self.marks:
            self._mark(sheet, mark, across.at(mark.x), up.at(mark.y), (left, right), taken)
        self._key(sheet, keys, tall + 46)
        return sheet.svg(str(self.title), str(self.description), "plot-surface")

    def _said(self, level: float) -> str:
        return f"{brief(level)} {self.unit}".strip()

    def _lines(self) -> list[tuple[float, list[Point]]]:
        """The levels that the surface crosses, with their lines; the picked one once."""
        levels = sorted({*self.levels, *(() if self.picked is None else (self.picked,))}, reverse=True)
        found = [(level, contour(self.x, self.y, self.values, level)) for level in levels]
        return [(level, line) for level, line in found if len(line) > 1]

    def _css(self, level: float) -> str:
        """The shade of what lies at or below a level: the least is palest."""
        below = sum(1 for one in self.levels if one < level)
        return f"q{below}"

    def _shades(
        self, sheet: Drawing, across: LogScale, up: LogScale, lines: list[tuple[float, list[Point]]]
    ) -> None:
        """The whole plot in the darkest shade that it has, and over it what lies below each level."""
        worst = max(value for column in self.values for value in column)
        sheet.rect(across.start, up.end, across.end - across.start, up.start - up.end, self._css(worst))
        for level, line in lines:
            if level in self.levels:
                points = [(across.at(x), up.at(y)) for x, y in line]
                corners = [(points[0][0], up.end), *points, (across.end, points[-1][1]), (across.end, up.end)]
                sheet.area(corners, self._css(level))

    def _axes(self, sheet: Drawing, across: LogScale, up: LogScale, left: float, right: float) -> None:
        label = f"{self.y_name}, {self.y_unit}"
        sheet.text(0, 13, shorten(label, sheet.width))
        for tick in up.ticks():
            y = up.at(tick)
            sheet.line(left - 4, y, left, y, "axis")
            sheet.text(left - 6, y + 4, written(tick), anchor="end")
        sheet.line(left, up.start, right, up.start, "axis")
        sheet.line(left, up.end, left, up.start, "axis")
        reached = -1e9
        for tick in across.ticks():
            x, half = across.at(tick), text_width(written(tick)) / 2
            sheet.line(x, up.start, x, up.start + 4, "axis")
            if x - half > reached:
                sheet.text(x, up.start + 17, written(tick), anchor="middle")
                reached = x + half + 8
        label = f"{self.x_name}, {self.x_unit}"
        sheet.text(right, up.start + 34, shorten(label, right - 4), anchor="end")

    def _names(
        self, sheet: Drawing, named: list[tuple[float, str]], ends: list[Point], right: float, tall: float
    ) -> None:
        """Each line's level at its end, moved apart where two would meet."""
        places = spread([y for _x, y in ends], LINE, 30, tall - 2)
        for (level, said), (x, y), at in zip(named, ends, places, strict=True):
            if abs(at - y) > 3 or right - x > 2:
                sheet.path([(x, y), (right + 3, at)], "leader")
            sheet.text(right + 6, at + FONT / 3, said, "strong" if level == self.picked else "")

    def _mark(self, sheet: Drawing, mark: Mark, x: float, y: float, room: Point, taken: list[float]) -> None:
        """The mark and its name, above it or below where another name stands already."""
        tip = f"{mark.name}: {written(mark.x)} {self.x_unit}, {written(mark.y)} {self.y_unit}"
        sheet.diamond(x, y, 7, "dot f2", tip)
        name = shorten(str(mark.name), room[1] - room[0] - 8, bold=True)
        wide = text_width(name, bold=True)
        start = min(max(x + 12, room[0] + 4), room[1] - wide - 4)
        base = y - 12 if y > 56 else y + 24
        while any(abs(base - other) < LINE for other in taken):
            base += LINE
        taken.append(base)
        sheet.text(start, base, name, "strong halo")

    def _keys(self, width: float) -> list[list[tuple[str, str]]]:
        """The shades and what they stand for, in lines that fit."""
        parts = [(self._css(self.levels[0]), _("%(most)s or less") % {"most": self._said(self.levels[0])})]
        parts += [
            (self._css(high), _("up to %(most)s") % {"most": self._said(high)}) for high in self.levels[1:]
        ]
        last = self.levels[-1]
        parts.append((self._css(last * 2), _("more than %(least)s") % {"least": self._said(last)}))
        rows: list[list[tuple[str, str]]] = [[]]
        used = 0.0
        for css, said in parts:
            wide = text_width(said) + 36
            if rows[-1] and used + wide > width:
                rows.append([])
                used = 0.0
            rows[-1].append((css, said))
            used += wide
        return [[("", str(self.measure))], *rows]

    def _key(self, sheet: Drawing, keys: list[list[tuple[str, str]]], top: float) -> None:
        for row, parts in enumerate(keys):
            x, y = 0.0, top + LINE * row
            for css, said in parts:
                if css:
                    sheet.rect(x, y, 18, 12, css)
                    x += 23
                sheet.text(x, y + 10, shorten(said, sheet.width - x), "" if css else "strong")
                x += text_width(said) + 13

    def figures(self) -> Table:
        """The values nearest to the ticks of both axes; one row a size of ``y``, the largest first."""
        columns_at = _at_ticks(self.x)
        columns_at = columns_at[:: thin(len(columns_at), _MOST_COLUMNS, 1)]

        def pick(place: int) -> Column[tuple[object, ...]]:
            label = f"{written(self.x[columns_at[place]])} {self.x_unit}"
            return Column(f"c{place}", label, lambda row: row[place + 1], "number", unit=str(self.unit))

        rows = [
            (f"{written(self.y[j])} {self.y_unit}", *(_short(self.values[i][j]) for i in columns_at))
            for j in reversed(_at_ticks(self.y))
        ]
        first: Column[tuple[object, ...]] = Column("row", self.y_name, lambda row: row[0])
        return tabulate((first, *(pick(k) for k in range(len(columns_at)))), rows, self.title)


def _at_ticks(sizes: Sequence[float]) -> list[int]:
    """The places of the sizes nearest to the ticks of their axis, each once."""
    found = [nearest(sizes, tick) for tick in LogScale(sizes[0], sizes[-1]).ticks()]
    return sorted(set(found))


def _short(value: float) -> float | int:
    """Three digits of a value, whole where it is."""
    short = float(f"{value:.3g}")
    return int(short) if short.is_integer() else short
