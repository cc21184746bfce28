"""A paper on a page: its sections with the tables and charts that a page shows."""

from collections.abc import Callable

from isthmus.ui.charts import BarChart, Chart, LineChart, Series
from isthmus.ui.papers.paper import Paper, PaperChart, PaperTable, Section
from isthmus.ui.table import Column, Table, tabulate

FEW = 3
"""Steps up to which bars are read better than lines."""


def parts(made: Paper) -> list[tuple[Section, list[dict[str, object]]]]:
    """Every section with its tables, captions and charts; without the tables that are for the file alone."""
    return [
        (part, [_part(table, part.heading) for table in part.tables if not part.is_for_files])
        for part in made.sections
    ]


def _part(table: PaperTable, heading: str) -> dict[str, object]:
    """A table of the paper with its caption, and its picture where it has one."""
    return {
        "caption": table.caption,
        "table": _shown(table, table.caption or heading),
        "chart": None if table.chart is None else chart_of(table.caption, table.chart),
    }


def _shown(table: PaperTable, caption: str) -> Table:
    columns: list[Column[tuple[str, ...]]] = [
        Column(f"c{place}", head, _cell(place), "number" if place in table.numbers else "text")
        for place, head in enumerate(table.heads)
    ]
    return tabulate(columns, table.rows, caption)


def _cell(place: int) -> Callable[[tuple[str, ...]], str]:
    return lambda row: row[place].replace("\n", " · ")


def chart_of(title: str, chart: PaperChart) -> Chart:
    """The picture of a paper's table, as bars where it has few steps or is not in time, else as lines."""
    series = [
        Series(name, [float(one) for one in values])
        for name, values in zip(chart.names, chart.values, strict=True)
    ]
    if len(chart.steps) <= FEW or not chart.is_in_time:
        return BarChart(title, chart.steps, series, unit=chart.unit)
    return LineChart(title, chart.steps, series, unit=chart.unit)
