"""Bar chart: lying bars, so that names stay readable; the value stands at the end of each."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from isthmus.ui.charts.drawing import LINE, Drawing, shorten, text_width
from isthmus.ui.charts.figure import WIDE, Reference
from isthmus.ui.charts.line import number_columns
from isthmus.ui.charts.scale import Scale, finite, nice
from isthmus.ui.charts.series import Series, check_series
from isthmus.ui.formats import grouped
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
        group = _BAR * max(len(self.series), 1) + _GAP + (LINE if above else 0)
        top = 36 if self.reference else 20
        height = top + group * max(len(self.names), 1) + 24
        sheet = Drawing(width, height, mirror=rtl)
        beside = max((text_width(str(name), bold=True) for name in self.names), default=0.0)
        left = 0.0 if above else min(beside + 10, width * 0.36)
        scale = self._fit(scale, left + 2, width - 2)
        sheet.text(0, 13, scale.unit(self.unit))
        for tick in scale.ticks:
            x = scale.at(tick)
            sheet.line(x, top, x, height - 22, "axis" if tick == 0 else "grid")
        self._tick_labels(sheet, scale)
        for i, name in enumerate(self.names):
            y = top + i * group + _GAP / 2
            if above:
                sheet.text(0, y + 11, shorten(str(name), width, bold=True), "strong halo")
                y += LINE
            else:
                middle = y + _BAR * len(self.series) / 2 + 4
                sheet.text(left - 8, middle, shorten(str(name), left - 8, bold=True), "strong", "end")
            for number, one in enumerate(self.series, start=1):
                self._bar(sheet, scale, y + (number - 1) * _BAR, number, one, i)
        if not values:
            sheet.text(width / 2, height / 2, _("No values yet"), "strong", "middle")
        if self.reference:
            x = scale.at(self.reference.value)
            sheet.line(x, top - 6, x, height - 22, "reference")
            name = f"{self.reference.name} {scale.exact(self.reference.value)}"
            half = text_width(name, bold=True) / 2
            at = min(max(x, half), width - half)
            sheet.text(at, top - 10, shorten(name, width), "strong halo", "middle")
        return sheet.svg(str(self.title), str(self.description), "plot-bar")

    def _fit(self, scale: Scale, left: float, right: float) -> Scale:
        """The scale on what is left when the labels at the ends of the bars have their room."""
        said = [
            (v, self._said(i, one, v))
            for one in self.series
            for i, v in enumerate(one.values)
            if v is not None
        ]
        after = max((text_width(text, bold=True) + 8 for v, text in said if v >= 0), default=0.0)
        before = max((text_width(text, bold=True) + 8 for v, text in said if v < 0), default=0.0)
        return scale.over(left + before, max(right - after, left + before + 20))

    def _said(self, place: int, one: Series, value: float) -> str:
        """What stands at the end of a bar."""
        named = len(self.series) > 1 and place == 0
        return f"{grouped(value)} · {one.name}" if named else grouped(value)

    def _bar(self, sheet: Drawing, scale: Scale, y: float, number: int, one: Series, place: int) -> None:
        value = one.values[place]
        zero = scale.at(0)
        if value is None:
            sheet.text(zero + 6, y + 12, _("no value"))
            return
        end = scale.at(value)
        tip = f"{self.names[place]}, {one.name}: {grouped(value)} {self.unit}".strip()
        sheet.rect(min(zero, end), y + 1, max(abs(end - zero), 0.5), _BAR - 2, f"f{number}", tip)
        css = f"t{number} halo" if len(self.series) > 1 and place == 0 else "halo"
        if value < 0:
            sheet.text(end - 5, y + 12, self._said(place, one, value), css, "end")
        else:
            sheet.text(end + 5, y + 12, self._said(place, one, value), css)

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
