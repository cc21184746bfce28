"""Heat map: a table in shades, with its numbers where they fit."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from isthmus.kit.errors import Fault
from isthmus.ui.charts.drawing import Drawing, shorten, text_width
from isthmus.ui.charts.figure import WIDE
from isthmus.ui.charts.scale import brief, finite, thin
from isthmus.ui.charts.shade import shades
from isthmus.ui.table import Column, Table, tabulate
from isthmus.ui.text import Text


@dataclass(frozen=True, slots=True)
class HeatMap:
    """``values[row][column]``, ``None`` where there is none."""

    title: Text
    rows: Sequence[Text]
    columns: Sequence[Text]
    values: Sequence[Sequence[float | None]]
    unit: Text = ""
    description: Text = ""

    def __post_init__(self) -> None:
        if len(self.values) != len(self.rows) or any(len(row) != len(self.columns) for row in self.values):
            raise Fault("ui.chart.length", "A heat map needs one value for each row and column.")
        self._all()

    def _all(self) -> tuple[float, ...]:
        return finite(value for row in self.values for value in row)

    def draw(self, width: int, *, rtl: bool = False) -> SafeString:
        """The picture; on a page from right to left the columns run from the right."""
        shade = shades(self._all())
        widest = max((text_width(str(name), bold=True) for name in self.rows), default=0.0)
        left = min(widest + 8, width * (0.28 if width >= WIDE else 0.3))
        cell = (width - left) / max(len(self.columns), 1)
        line = 26.0 if width >= WIDE else 22.0
        height = 22 + line * len(self.rows) + 30
        sheet = Drawing(width, height, mirror=rtl)
        head = max((text_width(str(name)) for name in self.columns), default=0.0)
        every = 1 if head <= cell - 2 else thin(len(self.columns), width - left, min(head, 60) + 6)
        for j in range(0, len(self.columns), every):
            text = shorten(str(self.columns[j]), cell * every - 2)
            anchor_at = left + cell * (j + 0.5)
            half = text_width(text) / 2
            sheet.text(min(max(anchor_at, left + half), width - half), 14, text, anchor="middle")
        said = max((text_width(brief(value)) for value in self._all()), default=0.0)
        for i, row in enumerate(self.values):
            y = 22 + i * line
            sheet.text(
                left - 6, y + line / 2 + 4, shorten(str(self.rows[i]), left - 6, bold=True), "strong", "end"
            )
            for j, value in enumerate(row):
                text = _("no value") if value is None else f"{brief(value)} {self.unit}".strip()
                tip = f"{self.rows[i]}, {self.columns[j]}: {text}"
                x = left + j * cell
                sheet.rect(x + 0.5, y + 0.5, cell - 1, line - 1, shade.css(value), tip)
                if value is not None and said <= cell - 4:
                    middle = x + cell / 2
                    sheet.text(middle, y + line / 2 + 4, brief(value), shade.text_css(value), "middle")
        if not self.rows:
            sheet.text(width / 2, 18, _("No values yet"), "strong", "middle")
        shade.key(sheet, height - 20, self.unit)
        return sheet.svg(str(self.title), str(self.description), "plot-heat")

    def figures(self) -> Table:
        """The same table in numbers."""

        def pick(place: int) -> Column[tuple[object, ...]]:
            return Column(f"c{place}", self.columns[place], lambda row: row[place + 1], "number")

        first: Column[tuple[object, ...]] = Column("row", _("Row"), lambda row: row[0])
        rows = [(name, *row) for name, row in zip(self.rows, self.values, strict=True)]
        return tabulate((first, *(pick(j) for j in range(len(self.columns)))), rows, self.title)
