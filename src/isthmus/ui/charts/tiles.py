"""Tile-grid map: one tile a country with its code, shaded by value; no border has to be drawn."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from isthmus.ui.charts.countries import COLUMNS, PANELS, ROWS, WORLD, Place
from isthmus.ui.charts.drawing import Drawing
from isthmus.ui.charts.figure import WIDE
from isthmus.ui.charts.scale import brief, finite
from isthmus.ui.charts.shade import Shades, shades
from isthmus.ui.table import Column, Table, tabulate
from isthmus.ui.text import Text


@dataclass(frozen=True, slots=True)
class TileMap:
    """``values`` by ISO alpha-2 code; ``marked`` codes get a frame. ``names`` are for table and pointer.

    Codes that have no tile (territories, organisations) stand in the table alone.
    """

    title: Text
    values: Mapping[str, float]
    unit: Text = ""
    description: Text = ""
    marked: frozenset[str] = frozenset()
    names: Mapping[str, Text] = field(default_factory=dict)

    def __post_init__(self) -> None:
        finite(self.values.values())

    def draw(self, width: int, *, rtl: bool = False) -> SafeString:
        """The picture. A map is not mirrored; narrow screens see the parts of the world under each other."""
        del rtl
        shade = shades(tuple(self.values.values()))
        if width >= WIDE:
            size = width / COLUMNS
            sheet = Drawing(width, size * ROWS + 26)
            self._panel(sheet, WORLD, size, 0, 0, shade)
        else:
            sheet = self._stacked(width, shade)
        shade.key(sheet, sheet.height - 18, self.unit)
        return sheet.svg(str(self.title), str(self.description), "plot-tiles")

    def _stacked(self, width: int, shade: Shades) -> Drawing:
        """Those parts of the world that have a value, or all of them if none has."""
        known = self.values.keys() | self.marked
        panels = [panel for panel in PANELS if known & panel.keys()] or list(PANELS)
        size = width / 12
        spans = [(min(r for _c, r in p.values()), max(r for _c, r in p.values())) for p in panels]
        sheet = Drawing(width, sum((last - first + 1) * size + 14 for first, last in spans) + 26)
        y = 0.0
        for panel, (first, last) in zip(panels, spans, strict=True):
            across = max(c for c, _r in panel.values()) + 1
            self._panel(sheet, panel, size, (width - across * size) / 2, y - first * size, shade)
            y += (last - first + 1) * size + 14
        return sheet

    def _panel(
        self, sheet: Drawing, places: Mapping[str, Place], size: float, x0: float, y0: float, shade: Shades
    ) -> None:
        for code, (column, row) in places.items():
            x, y, value = x0 + column * size, y0 + row * size, self.values.get(code)
            said = _("no value") if value is None else f"{brief(value)} {self.unit}".strip()
            sheet.rect(
                x + 1, y + 1, size - 2, size - 2, shade.css(value), f"{self.names.get(code, code)}: {said}"
            )
            css = f"iso {shade.text_css(value)}" if value is not None else "iso"
            sheet.text(x + size / 2, y + size / 2 + 4, code, css, "middle")
            if code in self.marked:
                sheet.rect(x + 1, y + 1, size - 2, size - 2, "picked")

    def figures(self) -> Table:
        """The countries with a value, the largest first."""
        rows = sorted(self.values.items(), key=lambda item: (-item[1], item[0]))
        columns: tuple[Column[tuple[str, float]], ...] = (
            Column("code", _("Code"), lambda row: row[0]),
            Column("name", _("Country"), lambda row: self.names.get(row[0], "")),
            Column("value", _("Value"), lambda row: row[1], "number", unit=str(self.unit)),
        )
        return tabulate(columns, rows, self.title)
