"""What a corridor comes to: weight by month, the chapters that weigh most, and where declarations stand."""

from collections.abc import Sequence
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus.apps.etrade.mirror.analytics.corridor import Seen
from isthmus.apps.etrade.mirror.queries import tally
from isthmus.apps.etrade.mirror.rules.cells import UNKNOWN, Cell
from isthmus.apps.etrade.mirror.rules.lines import Weights, by_chapter, by_period
from isthmus.apps.etrade.models import State
from isthmus.apps.etrade.reference.queries import codes_in_words
from isthmus.ui.charts import LineChart, Series
from isthmus.ui.components import Fact
from isthmus.ui.table import Column, Table, tabulate


def rows_url(partner: str, way: str, side: str, **cell: str) -> str:
    """The address of the lines of goods behind a number of one side."""
    told = {"way": way, "side": side, **{name: value for name, value in cell.items() if value}}
    return f"{reverse('etrade:corridor-rows', args=[partner])}?{urlencode(told)}"


def standing(seen: Seen, partner: str, way: str) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
    """How many declarations of each side stand in each state, each number with its rows."""
    return (
        _tally(_("Export declarations"), tally(seen.sides.exports), partner, way, "exports"),
        _tally(_("Import declarations"), tally(seen.sides.imports), partner, way, "imports"),
    )


def _tally(title: str, counts: dict[State, int], partner: str, way: str, side: str) -> tuple[Fact, ...]:
    whole = rows_url(partner, way, side) if counts else ""
    return (
        Fact(title, sum(counts.values()), url=whole),
        *(
            Fact(str(State(state).label), count, url=rows_url(partner, way, side, state=state))
            for state, count in counts.items()
        ),
    )


def weight_chart(cells: Sequence[Cell]) -> LineChart | None:
    """Both sides' net weight by time; None where no line states one."""
    found = [one for one in by_period(cells) if one.name != UNKNOWN and one.heavier_kg]
    if not found:
        return None
    return LineChart(
        _("Net weight by month"),
        [one.name for one in found],
        (
            Series(_("Exported"), [_number(one.exports_kg) for one in found]),
            Series(_("Imported"), [_number(one.imports_kg) for one in found]),
        ),
        "kg",
        description=_("What left in one month is often declared in the next."),
        step_name=_("Month"),
    )


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def month_table(cells: Sequence[Cell], partner: str, way: str) -> Table:
    """Weight by month in numbers, each with its rows."""
    return _table(by_period(cells), _("Month"), _("Net weight by month"), partner, way, "period", {})


def chapter_table(cells: Sequence[Cell], partner: str, way: str) -> Table:
    """The chapters of which most is moved, by their names, each number with its rows."""
    found = by_chapter(cells)
    words = {code: told.words for code, told in codes_in_words((one.name, None) for one in found).items()}
    return _table(found, _("HS chapter"), _("Top chapters by net weight"), partner, way, "hs", words)


def _table(
    rows: Sequence[Weights],
    head: str,
    caption: str,
    partner: str,
    way: str,
    part: str,
    words: dict[str, str],
) -> Table:
    def name(row: Weights) -> str:
        if row.name == UNKNOWN:
            return _("unknown")
        return f"{row.name}, {words[row.name]}" if row.name in words else row.name

    def link(side: str, row: Weights) -> str:
        return rows_url(partner, way, side, level="hs2", **{part: row.name})

    columns: tuple[Column[Weights], ...] = (
        Column("name", head, name),
        Column(
            "exports_kg",
            _("Exported weight"),
            "exports_kg",
            kind="number",
            places=0,
            unit="kg",
            url=lambda row: link("exports", row),
        ),
        Column(
            "imports_kg",
            _("Imported weight"),
            "imports_kg",
            kind="number",
            places=0,
            unit="kg",
            url=lambda row: link("imports", row),
        ),
    )
    return tabulate(columns, rows, caption)
