"""Frontier: choices by two measures, with those that no other choice beats in both joined and named."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from isthmus.ui.charts.drawing import FONT, Drawing, shorten, text_width
from isthmus.ui.charts.figure import WIDE
from isthmus.ui.charts.scale import Scale, finite, nice
from isthmus.ui.table import Column, Table, tabulate
from isthmus.ui.text import Text

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice at ``x`` and ``y``; ``marked`` is the one in question."""

    name: Text
    x: float
    y: float
    marked: bool = False


def efficient(choices: Sequence[Choice], *, more_x: bool, more_y: bool) -> list[Choice]:
    """The choices that none beats: no other is at least as good in both and better in one (Pareto), by x."""
    across = 1 if more_x else -1
    up = 1 if more_y else -1
    best: list[Choice] = []
    # From the best x on, a choice is beaten unless its y is better than all before it.
    for choice in sorted(choices, key=lambda c: (-across * c.x, -up * c.y)):
        same = bool(best) and (choice.x, choice.y) == (best[-1].x, best[-1].y)
        if not best or same or up * choice.y > up * best[-1].y:
            best.append(choice)
    return sorted(best, key=lambda c: c.x)


@dataclass(frozen=True, slots=True)
class FrontierChart:
    """A scatter of choices. ``more_x`` and ``more_y`` say in which direction each measure is better."""

    title: Text
    choices: Sequence[Choice]
    x_name: Text
    y_name: Text
    x_unit: Text = ""
    y_unit: Text = ""
    more_x: bool = False
    more_y: bool = False
    description: Text = ""

    def __post_init__(self) -> None:
        finite(value for choice in self.choices for value in (choice.x, choice.y))

    def draw(self, width: int, *, rtl: bool = False) -> SafeString:
        """The picture; its axes are numbers and run from left to right in every language."""
        del rtl
        height = 340 if width >= WIDE else 300
        across = nice([c.x for c in self.choices], count=4 if width < WIDE else 6)
        up = nice([c.y for c in self.choices])
        left = max(text_width(up.label(tick)) for tick in up.ticks) + 10
        across, up = across.over(left + 8, width - 16), up.over(height - 48, 34)
        sheet = Drawing(width, height)
        self._axes(sheet, across, up, left)
        best = efficient(self.choices, more_x=self.more_x, more_y=self.more_y)
        stairs = _stairs(best, across, up, more_x=self.more_x, more_y=self.more_y)
        if len(best) > 1:
            sheet.path(stairs, "line s1")
        taken = [_box(a, b) for a, b in pairwise(stairs)]
        for choice in self.choices:
            x, y = across.at(choice.x), up.at(choice.y)
            taken.append((x - 4, y - 4, x + 4, y + 4))
            tip = f"{choice.name}: {across.exact(choice.x)} {across.unit(self.x_unit)}, "
            tip += f"{up.exact(choice.y)} {up.unit(self.y_unit)}"
            if choice.marked:
                sheet.diamond(x, y, 8, "dot f2", tip)
            elif choice in best:
                sheet.circle(x, y, 5, "dot f1", tip)
            else:
                sheet.circle(x, y, 4, "faint", tip)
        named = sorted((c for c in self.choices if c.marked or c in best), key=lambda c: not c.marked)
        for choice in named:
            self._name(sheet, choice, across.at(choice.x), up.at(choice.y), taken, left)
        if not self.choices:
            sheet.text(width / 2, height / 2, _("No choices yet"), "strong", "middle")
        return sheet.svg(str(self.title), str(self.description), "plot-frontier")

    def _axes(self, sheet: Drawing, across: Scale, up: Scale, left: float) -> None:
        floor = sheet.height - 40
        label = f"{self.y_name}, {up.unit(self.y_unit)}" if self.y_unit or up.power else str(self.y_name)
        sheet.text(0, 13, shorten(label, sheet.width))
        for tick in up.ticks:
            y = up.at(tick)
            sheet.line(left, y, sheet.width - 8, y, "grid")
            sheet.text(left - 6, y + 4, up.label(tick), anchor="end")
        sheet.line(left, floor, sheet.width - 8, floor, "axis")
        reached = -1e9
        for tick in across.ticks:
            x, text = across.at(tick), across.label(tick)
            half = text_width(text) / 2
            sheet.line(x, floor, x, floor + 4, "axis")
            if x - half > reached and x + half <= sheet.width:
                sheet.text(x, floor + 17, text, anchor="middle")
                reached = x + half + 8
        label = (
            f"{self.x_name}, {across.unit(self.x_unit)}" if self.x_unit or across.power else str(self.x_name)
        )
        sheet.text(sheet.width - 8, sheet.height - 4, shorten(label, sheet.width - 8), anchor="end")

    def _name(
        self, sheet: Drawing, choice: Choice, x: float, y: float, taken: list[Box], left: float
    ) -> None:
        """The name at the first place beside its dot that is free; without one, the table has it."""
        for share in (0.5, 0.3):
            name = shorten(str(choice.name), sheet.width * share, bold=True)
            for start, base in _beside(x, y, text_width(name, bold=True)):
                box = (start, base - FONT + 2, start + text_width(name, bold=True), base + 3)
                inside = (
                    box[0] >= left and box[2] <= sheet.width and box[1] >= 18 and box[3] <= sheet.height - 40
                )
                if inside and not any(_meet(box, other) for other in taken):
                    sheet.text(start, base, name, "t2 halo" if choice.marked else "t1 halo")
                    taken.append(box)
                    return

    def figures(self) -> Table:
        """One row a choice; whether another one beats it."""
        best = efficient(self.choices, more_x=self.more_x, more_y=self.more_y)
        x = f"{self.x_name} ({self.x_unit})" if self.x_unit else self.x_name
        y = f"{self.y_name} ({self.y_unit})" if self.y_unit else self.y_name
        columns: tuple[Column[Choice], ...] = (
            Column("name", _("Choice"), "name"),
            Column("x", x, "x", "number"),
            Column("y", y, "y", "number"),
            Column("efficient", _("On the frontier"), lambda choice: choice in best),
        )
        return tabulate(columns, self.choices, self.title)


def _beside(x: float, y: float, wide: float) -> tuple[tuple[float, float], ...]:
    """Where the text of a dot may start, the best place first."""
    corners = ((x + 6, y - 9), (x - 6 - wide, y + 17), (x - 6 - wide, y - 9), (x + 6, y + 17))
    return ((x + 10, y + 4), (x - 10 - wide, y + 4), *corners, (x - wide / 2, y - 11), (x - wide / 2, y + 20))


def _box(a: tuple[float, float], b: tuple[float, float]) -> Box:
    return min(a[0], b[0]) - 1, min(a[1], b[1]) - 1, max(a[0], b[0]) + 1, max(a[1], b[1]) + 1


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _stairs(
    best: Sequence[Choice], across: Scale, up: Scale, *, more_x: bool, more_y: bool
) -> list[tuple[float, float]]:
    """The border of what can be had: choices cannot be mixed, so it runs in stairs between them."""
    points: list[tuple[float, float]] = []
    for choice in best:
        x, y = across.at(choice.x), up.at(choice.y)
        if points:
            before_x, before_y = points[-1]
            # The corner of two neighbours that is worse in both.
            corner_x = min(before_x, x) if more_x else max(before_x, x)
            corner_y = max(before_y, y) if more_y else min(before_y, y)
            points.append((corner_x, corner_y))
        points.append((x, y))
    return points
