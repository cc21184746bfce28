"""Our own form of a weather file: CSV with ``time,ghi_w_m2,temp_c``, and ``wind_m_s`` where it is known.

One row an hour; ``time`` is its beginning, with its distance from UTC (``2023-01-01T00:00+01:00``).
"""

import csv
import math
from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from isthmus.apps.solar.weather.formats.table import Series, Table, bad, series_of

COLUMNS = ("time", "ghi_w_m2", "temp_c")
_WIND = "wind_m_s"


def read_series(lines: Iterable[str], lat: float, lon: float) -> Series:
    """Read a file's lines; BadInput names the row that breaks it, or the hours its clock is wrong by."""
    return series_of(read_table(lines), lat, lon)


def read_table(lines: Iterable[str]) -> Table:
    """The rows of a file; BadInput for a column that lacks and for what is no time or no number."""
    given = list(lines)
    if not any(line.strip() for line in given):
        raise bad(_("The weather file is empty."), _("Give a file with a row for each hour of whole years."))
    head = given[0]
    rows = csv.DictReader(given, delimiter=";" if ";" in head and "," not in head else ",")
    rows.fieldnames = named = [name.strip().lower() for name in rows.fieldnames or ()]
    missing = [name for name in COLUMNS if name not in named]
    if missing:
        raise bad(
            _("The weather file lacks the column %(names)s; it has: %(found)s.")
            % {"names": ", ".join(missing), "found": ", ".join(named)[:200]},
            _("It needs %(names)s, or it is a file of PVGIS, EPW, TMY3 or NASA POWER.")
            % {"names": ", ".join(COLUMNS)},
        )
    starts: list[datetime] = []
    columns: dict[str, list[float]] = {
        name: [] for name in (*COLUMNS[1:], *((_WIND,) if _WIND in named else ()))
    }
    for number, row in enumerate(rows, start=2):
        starts.append(_time(row["time"] or "", number))
        for name, values in columns.items():
            values.append(_figure(row[name], number, name))
    return Table(starts, columns["ghi_w_m2"], columns["temp_c"], columns.get(_WIND))


def _time(text: str, number: int) -> datetime:
    try:
        start = datetime.fromisoformat(text)
    except ValueError:
        start = None
    if start is None or start.tzinfo is None:
        raise bad(
            _("Row %(row)d: “%(text)s” is no time with its distance from UTC.")
            % {"row": number, "text": text[:40]},
            _("Write it like 2023-01-01T00:00+01:00."),
        )
    return start


def _figure(text: str | None, number: int, column: str) -> float:
    try:
        value = float(text or "")
    except ValueError:
        value = float("nan")
    if not math.isfinite(value):
        raise bad(
            _("Row %(row)d, column %(column)s: “%(text)s” is no number.")
            % {"row": number, "column": column, "text": (text or "")[:20]}
        )
    return value
