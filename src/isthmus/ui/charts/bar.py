"""Bar chart: lying bars, so that names stay readable; the value stands at the end of each."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from isthmus.ui.charts.drawing import LINE, Drawing, shorten, text_width
from isthmus.ui.charts.figure import WIDE, Reference
from isthmus.ui.charts.line import number_columns
from isthmus.ui.charts.scale import Scale, brief, finite, nice
from isthmus.ui.charts.series import Series, check_series
from isthmus.ui.table import Column, Table, tabulate
from isthmus.ui.text import Text

_BAR = 16
_GAP = 12


@dataclass(frozen=True, slots=True)
class BarChart:
    """One bar a name and series, always from zero. With several series, the first group names them."""

    title: Text
    names: Sequence[Text]
    series: Sequence[Series]
    unit: Text = ""
    description: Text = ""
    reference: Reference | None = None

    def __post_init__(self) -> None:
        check_series(self.series, len(self.names))

    def draw(self, width: int, *, rtl: bool = False) -> SafeString:
        """The picture; on a page from right to left the bars grow from the right."""
        values = finite(value for one in self.series for value in one.values)
        marks = (*values, *finite([self.reference.value])) if self.reference else values
        scale = nice(marks, count=4 if width < WIDE else 6, zero=True)
        above = width < WIDE
        beside = max((text_width(str(name), bold=True) for name in self.names), default=0.0)
        left = 0.0 if above else min(beside + 10, width * 0.36)
        named = self._fits(scale, width - left)
        keys = () if named or len(self.series) < 2 else self.series
        group = _BAR * max(len(self.series), 1) + _GAP + (LINE if above else 0)
        top = LINE * len(keys) + (36 if self.reference else 20)
        sheet = Drawing(width, top + group * max(len(self.names), 1) + 24, mirror=rtl)
        before, after = self._ends(scale, named=named)
        scale = scale.over(left + 2 + before, max(width - 2 - after, left + before + 22))
        sheet.text(0, 13, scale.unit(self.unit))
        for number, one in enumerate(keys, start=1):
            sheet.rect(0, 20 + LINE * (number - 1), 12, 10, f"f{number}")
            sheet.text(
                18, 29 + LINE * (number - 1), shorten(str(one.name), width - 20, bold=True), f"t{number}"
            )
        for tick in scale.ticks:
            x = scale.at(tick)
            sheet.line(x, top, x, sheet.height - 22, "axis" if tick == 0 else "grid")
        self._tick_labels(sheet, scale)
        for i, name in enumerate(self.names):
            y = top + i * group + _GAP / 2
            if above:
                sheet.text(0, y + 11, shorten(str(name), width, bold=True), "strong halo")
                y += LINE
            else:
                middle = y + _BAR * len(self.series) / 2 + 4
                sheet.text(left - 8, middle, shorten(str(name), left - 8, bold=True), "strong", "end")
            for number in range(1, len(self.series) + 1):
                self._bar(sheet, scale, y + (number - 1) * _BAR, number, i, named=named)
        if not self.names:
            sheet.text(width / 2, sheet.height / 2, _("No values yet"), "strong", "middle")
        if self.reference:
            x = scale.at(self.reference.value)
            sheet.line(x, top - 6, x, sheet.height - 22, "reference")
            text = shorten(f"{self.reference.name} {scale.exact(self.reference.value)}", width, bold=True)
            half = text_width(text, bold=True) / 2
            sheet.text(min(max(x, half), width - half), top - 10, text, "strong halo", "middle")
        return sheet.svg(str(self.title), str(self.description), "plot-bar")

    def _fits(self, scale: Scale, room: float) -> bool:
        """Whether the series can be named at the bars of the first group; if not, a key does it."""
        if not self.names or any(one.values[0] is None for one in self.series):
            return False
        return sum(self._ends(scale, named=True)) <= room * 0.55

    def _ends(self, scale: Scale, *, named: bool) -> tuple[float, float]:
        """The room that the texts at the ends of the bars take, before the axis and after it."""
        ends = [0.0, 0.0]
        for one in self.series:
            for i, value in enumerate(one.values):
                side = 0 if value is not None and value < 0 else 1
                wide = text_width(self._said(scale, one, i, named=named), bold=True) + 8
                ends[side] = max(ends[side], wide)
        return ends[0], ends[1]

    def _said(self, scale: Scale, one: Series, place: int, *, named: bool) -> str:
        """What stands at the end of a bar, in the axis's unit; the first group names the series."""
        value = one.values[place]
        number = _("no value") if value is None else scale.exact(value)
        return f"{number} · {one.name}" if named and place == 0 and len(self.series) > 1 else number

    def _bar(self, sheet: Drawing, scale: Scale, y: float, number: int, place: int, *, named: bool) -> None:
        one = self.series[number - 1]
        value, said = one.values[place], self._said(scale, one, place, named=named)
        zero = scale.at(0)
        if value is None:
            sheet.text(zero + 5, y + 12, said)
            return
        end = scale.at(value)
        tip = f"{self.names[place]}, {one.name}: {brief(value)} {self.unit}".strip()
        sheet.rect(min(zero, end), y + 1, max(abs(end - zero), 0.5), _BAR - 2, f"f{number}", tip)
        css = f"t{number} halo" if said != scale.exact(value) else "halo"
        sheet.text(end - 5 if value < 0 else end + 5, y + 12, said, css, "end" if value < 0 else "start")

    def _tick_labels(self, sheet: Drawing, scale: Scale) -> None:
        reached = -1e9
        for tick in scale.ticks:
            text, x = scale.label(tick), scale.at(tick)
            half = text_width(text) / 2
            if x - half > reached and x - half >= -1 and x + half <= sheet.width + 1:
                sheet.text(x, sheet.height - 6, text, anchor="middle")
                reached = x + half + 8

    def figures(self) -> Table:
        """One row a name, one column a series."""
        rows = [(name, *(s.values[i] for s in self.series)) for i, name in enumerate(self.names)]
        first: Column[tuple[object, ...]] = Column("name", _("Name"), lambda row: row[0])
        return tabulate((first, *number_columns(self.series, self.unit)), rows, self.title)
