"""Line chart: up to six series over days, numbers or named steps, each labelled at its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from isthmus.ui.charts.drawing import FONT, LINE, Drawing, shorten, text_width
from isthmus.ui.charts.figure import WIDE, Reference
from isthmus.ui.charts.scale import Scale, brief, finite, nice, spread, thin
from isthmus.ui.charts.series import Series, check_series
from isthmus.ui.formats import day_text
from isthmus.ui.table import Column, Table, tabulate
from isthmus.ui.text import Text

Step = str | date | int | float


@dataclass(frozen=True, slots=True)
class LineChart:
    """Series over the same ``steps``: days stand at their distance in time, numbers on a scale, names evenly.

    Each series has as many values as there are steps; ``None`` is a gap. At most six series.
    """

    title: Text
    steps: Sequence[Step]
    series: Sequence[Series]
    unit: Text = ""
    description: Text = ""
    reference: Reference | None = None
    step_name: Text = ""

    def __post_init__(self) -> None:
        check_series(self.series, len(self.steps))

    def _values(self) -> tuple[float, ...]:
        found = finite(value for one in self.series for value in one.values)
        return (*found, *finite([self.reference.value])) if self.reference else found

    def draw(self, width: int, *, rtl: bool = False) -> SafeString:
        """The picture. Time runs from left to right in every language, as its numbers do."""
        del rtl
        values = self._values()
        near_zero = bool(values) and min(values) >= 0 and min(values) < 0.6 * max(values)
        scale = nice(values, zero=near_zero)
        height = 300 if width >= WIDE else 240
        names = [str(one.name) for one in self.series] if len(self.series) > 1 else []
        after = min(max((text_width(name, bold=True) for name in names), default=0) + 16, width * 0.34)
        before = max(text_width(scale.label(tick)) for tick in scale.ticks) + 10
        sheet = Drawing(width, height)
        scale = scale.over(height - 28, 30)
        left, right = before, width - max(after, 14)
        sheet.text(0, 13, scale.unit(self.unit))
        for tick in scale.ticks:
            y = scale.at(tick)
            sheet.line(left, y, right, y, "axis" if tick == 0 else "grid")
            if values:
                sheet.text(left - 6, y + 4, scale.label(tick), anchor="end")
        places = self._places(left + 4, right - 4)
        self._steps(sheet, places, right - left)
        if not values:
            sheet.text((left + right) / 2, height / 2, _("No values yet"), "strong", "middle")
        if self.reference:
            y = scale.at(self.reference.value)
            sheet.line(left, y, right, y, "reference")
            name = shorten(str(self.reference.name), right - left - 8, bold=True)
            sheet.text(left + 4, y - 5, name, "strong halo")
        self._lines(sheet, scale, places, right)
        return sheet.svg(str(self.title), str(self.description), "plot-line")

    def _places(self, left: float, right: float) -> list[float]:
        """The pixel of each step."""
        if all(isinstance(step, int | float) for step in self.steps):
            marks = list(finite(float(step) for step in self.steps if isinstance(step, int | float)))
        elif all(isinstance(step, date) for step in self.steps):
            marks = [float(step.toordinal()) for step in self.steps if isinstance(step, date)]
        else:
            marks = [float(i) for i in range(len(self.steps))]
        low, high = (min(marks), max(marks)) if marks else (0.0, 0.0)
        if low == high:
            return [(left + right) / 2 for _mark in marks]
        return [left + (mark - low) / (high - low) * (right - left) for mark in marks]

    def _steps(self, sheet: Drawing, places: list[float], room: float) -> None:
        """The labels under the axis: as many as fit, first and last step within the plot."""
        labels = [_step_text(step) for step in self.steps]
        widest = max((text_width(label) for label in labels), default=0) + 14
        reached = -1e9
        every = thin(len(labels), room, widest)
        for i in range(0, len(labels), every):
            half = text_width(labels[i]) / 2
            x = min(max(places[i], half), sheet.width - half)
            if x - half >= reached:
                sheet.text(x, sheet.height - 8, labels[i], anchor="middle")
                reached = x + half + 8
                sheet.line(places[i], sheet.height - 28, places[i], sheet.height - 24, "axis")

    def _lines(self, sheet: Drawing, scale: Scale, places: list[float], right: float) -> None:
        """The lines, their last dots, and the names beside them, moved apart where they would meet."""
        ends: list[tuple[int, float, float]] = []
        for number, one in enumerate(self.series, start=1):
            run: list[tuple[float, float]] = []
            for x, value in zip((*places, 0.0), (*one.values, None), strict=True):
                if value is not None:
                    run.append((x, scale.at(value)))
                    continue
                if len(run) > 1:
                    sheet.path(run, f"line s{number}")
                elif run:
                    sheet.circle(*run[0], 3, f"dot f{number}")
                run = []
            last = next((i for i in reversed(range(len(one.values))) if one.values[i] is not None), None)
            if last is not None:
                value = one.values[last]
                assert value is not None
                x, y = places[last], scale.at(value)
                sheet.circle(x, y, 4, f"dot f{number}", f"{one.name}: {brief(value)} {self.unit}".strip())
                ends.append((number, x, y))
        if len(self.series) < 2:
            return
        labels = spread([y for _n, _x, y in ends], LINE, 24, sheet.height - 30)
        for (number, x, y), label in zip(ends, labels, strict=True):
            if abs(label - y) > 3 or right - x > 8:
                sheet.path([(x + 5, y), (right + 3, label)], "leader")
            name = shorten(str(self.series[number - 1].name), sheet.width - right - 6, bold=True)
            sheet.text(right + 6, label + FONT / 3, name, f"t{number}")

    def figures(self) -> Table:
        """One row a step, one column a series."""
        rows = [(_step_value(step), *(s.values[i] for s in self.series)) for i, step in enumerate(self.steps)]
        first: Column[tuple[object, ...]] = Column("step", self.step_name or _("Step"), lambda row: row[0])
        return tabulate((first, *number_columns(self.series, self.unit)), rows, self.title)


def number_columns(series: Sequence[Series], unit: Text) -> list[Column[tuple[object, ...]]]:
    """A number column for each series; the row's first value is its name."""

    def pick(place: int) -> Column[tuple[object, ...]]:
        label = f"{series[place].name} ({unit})" if unit else series[place].name
        return Column(f"s{place}", label, lambda row: row[place + 1], "number")

    return [pick(i) for i in range(len(series))]


def _step_value(step: Step) -> object:
    return step if isinstance(step, date) else _step_text(step)


def _step_text(step: Step) -> str:
    if isinstance(step, date):
        return day_text(step)
    return step if isinstance(step, str) else str(step)
