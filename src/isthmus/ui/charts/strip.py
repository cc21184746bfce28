"""Strip: comparable cases as dots on one axis, with the one in question marked and named."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from isthmus.ui.charts.drawing import Drawing, shorten, text_width
from isthmus.ui.charts.figure import WIDE, Reference
from isthmus.ui.charts.scale import finite, nice
from isthmus.ui.components import Amount
from isthmus.ui.table import Column, Table, tabulate
from isthmus.ui.text import Text

_RADIUS = 4.0
_ROWS = 9


@dataclass(frozen=True, slots=True)
class StripChart:
    """``values`` are the comparable cases, ``this`` the one in question; ``this_name`` stands beside it."""

    title: Text
    values: Sequence[float]
    this: float | None
    this_name: Text = ""
    unit: Text = ""
    description: Text = ""
    reference: Reference | None = None

    def __post_init__(self) -> None:
        finite((*self.values, self.this))

    def draw(self, width: int, *, rtl: bool = False) -> SafeString:
        """The picture; the axis of numbers runs from left to right in every language."""
        del rtl
        ends = [*self.values, *([self.this] if self.this is not None else [])]
        ends += [self.reference.value] if self.reference else []
        scale = nice(finite(ends), count=4 if width < WIDE else 6).over(14, width - 14)
        axis = 128.0
        sheet = Drawing(width, axis + 40)
        reached = -1e9
        for tick in scale.ticks:
            x = scale.at(tick)
            sheet.line(x, 40, x, axis + 4, "grid")
            text = scale.label(tick)
            half = text_width(text) / 2
            x = min(max(x, half), width - half)
            if x - half > reached:
                sheet.text(x, axis + 19, text, anchor="middle")
                reached = x + half + 8
        sheet.line(14, axis, width - 14, axis, "axis")
        sheet.text(width, axis + 36, scale.unit(self.unit), anchor="end")
        for value, row in self._swarm([scale.at(value) for value in sorted(self.values)]):
            sheet.circle(value, axis - 8 - row * 2 * _RADIUS, _RADIUS, "faint")
        if self.reference:
            beside = scale.at(self.this) if self.this is not None else None
            self._name(sheet, scale.at(self.reference.value), 34, self.reference.name, "strong halo", beside)
            sheet.line(scale.at(self.reference.value), 38, scale.at(self.reference.value), axis, "reference")
        if self.this is not None:
            x = scale.at(self.this)
            number = f"{scale.exact(self.this)} {scale.unit(self.unit)}".strip()
            said = f"{self.this_name or _('This case')}: {number}"
            self._name(sheet, x, 14, said, "t2 halo")
            sheet.line(x, 20, x, axis - 16, "leader")
            sheet.diamond(x, axis - 9, 8, "dot f2", said)
        if not self.values:
            sheet.text(width / 2, axis - 40, _("No comparable cases yet"), "strong", "middle")
        return sheet.svg(str(self.title), str(self.description), "plot-strip")

    def _name(
        self, sheet: Drawing, x: float, y: float, text: Text, css: str, beside: float | None = None
    ) -> None:
        """The words over a line at ``x``; they stand beside a line that would run through them."""
        text = shorten(str(text), sheet.width, bold=True)
        half = text_width(text, bold=True) / 2
        x = min(max(x, half), sheet.width - half)
        if beside is not None and abs(x - beside) < half + 6:
            after, before = beside + half + 6, beside - half - 6
            fits = half <= before if x < beside else after > sheet.width - half
            x = before if fits else after
        sheet.text(x, y, text, css, "middle")

    def _swarm(self, places: Sequence[float]) -> list[tuple[float, int]]:
        """Each dot on the lowest row where it meets no other; the top row holds the rest."""
        reached = [-1e9] * _ROWS
        found = []
        for x in places:
            row = next((i for i in range(_ROWS) if x - reached[i] >= 2 * _RADIUS), _ROWS - 1)
            reached[row] = x
            found.append((x, row))
        return found

    def figures(self) -> Table:
        """How many there are, their quartiles, and where this one stands."""
        values = sorted(self.values)
        lines: list[tuple[Text, object]] = [(_("Comparable cases"), len(values))]
        if values:
            # Linear interpolation between the order statistics (Hyndman and Fan 1996, type 7).
            low, middle, high = quantiles(values, n=4, method="inclusive") if len(values) > 1 else values * 3
            names = (_("Least"), _("Lower quartile"), _("Median"), _("Upper quartile"), _("Most"))
            parts = (values[0], low, middle, high, values[-1])
            lines += [(n, Amount(v, str(self.unit))) for n, v in zip(names, parts, strict=True)]
        if self.this is not None:
            lines.append((self.this_name or _("This case"), Amount(self.this, str(self.unit))))
            if values:
                below, equal = bisect_left(values, self.this), bisect_right(values, self.this)
                lines.append((_("Cases below it"), below))
                lines.append((_("Cases above it"), len(values) - equal))
        columns: tuple[Column[tuple[Text, object]], ...] = (
            Column("figure", _("Figure"), lambda line: line[0]),
            Column("value", _("Value"), lambda line: line[1], "number"),
        )
        return tabulate(columns, lines, self.title)
