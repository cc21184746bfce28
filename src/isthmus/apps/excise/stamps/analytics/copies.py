"""Files of scans in, signs of copies out: encoding by dictionaries, the search in arrays, and the report."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from isthmus.analysis.engine import Workspace, open_workspace
from isthmus.analysis.tables import kind_of, open_table, save_table, unreadable
from isthmus.kit.errors import BadInput

if TYPE_CHECKING:
    from isthmus.apps.excise.stamps.rules.clones import Bounds, Scans, Signs

COLUMNS: Final = ("serial", "time", "place", "lat", "lon")
_READ = """
CREATE TABLE scan AS
SELECT serial, epoch(time)::BIGINT AS second, place, lat, lon FROM (
  SELECT nullif(trim(serial::VARCHAR), '') AS serial, TRY_CAST(time AS TIMESTAMPTZ) AS time,
    nullif(trim(place::VARCHAR), '') AS place, TRY_CAST(lat AS DOUBLE) AS lat, TRY_CAST(lon AS DOUBLE) AS lon
  FROM read_scan
) WHERE serial IS NOT NULL AND place IS NOT NULL AND isfinite(time)
  AND lat BETWEEN -90 AND 90 AND lon BETWEEN -180 AND 180
"""
_PLACES = """
CREATE TABLE spot AS
SELECT place, lat, lon, (row_number() OVER (ORDER BY place, lat, lon) - 1)::INTEGER AS code
FROM (SELECT DISTINCT place, lat, lon FROM scan)
"""
_SERIALS = """
CREATE TABLE bottle AS
SELECT serial, (row_number() OVER (ORDER BY serial) - 1)::INTEGER AS code
FROM (SELECT DISTINCT serial FROM scan)
"""
_ENCODED = """
SELECT bottle.code AS serial, (second - $first)::INTEGER AS second, spot.code AS place
FROM scan JOIN bottle USING (serial)
JOIN spot ON spot.place = scan.place AND spot.lat = scan.lat AND spot.lon = scan.lon
"""
_PRODUCED = """
SELECT bottle.code AS code, min(epoch(TRY_CAST(time AS TIMESTAMPTZ))::BIGINT) - $first AS second
FROM read_production JOIN bottle ON bottle.serial = trim(read_production.serial::VARCHAR)
GROUP BY 1 HAVING second IS NOT NULL
"""
_REPORT = """
SELECT bottle.serial AS serial, kind, before.place AS place_before,
  strftime(to_timestamp(found.second_before + $first), '%Y-%m-%dT%H:%M:%SZ') AS time_before,
  spot.place AS place, strftime(to_timestamp(found.second + $first), '%Y-%m-%dT%H:%M:%SZ') AS time,
  round(distance_km, 1) AS distance_km, round((found.second - found.second_before) / 60, 1) AS minutes,
  CASE WHEN kind = 'travel' THEN round(distance_km * 3600
    / (found.second - found.second_before + $error), 0) END AS least_speed_kmh,
  $error AS clock_error_s
FROM found JOIN bottle ON bottle.code = found.serial JOIN spot ON spot.code = found.place
JOIN spot AS before ON before.code = found.place_before
ORDER BY serial, time, kind
"""
_LARGEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Summary:
    """What was found. ``left_out`` counts rows without a serial, a place, a time or a position on earth."""

    scans: int
    left_out: int
    serials: int
    places: int
    travel: int
    back: int
    unmade: int
    serials_with_signs: int
    encoding_seconds: float
    search_seconds: float


def find_copies(
    scans: Path,
    out: Path,
    *,
    bounds: "Bounds",
    productions: Path | None = None,
    step: Callable[[int, int], None],
) -> Summary:
    """Write every sign of a copy to ``out`` (CSV or Parquet) and sum them up.

    ``scans`` and ``productions`` (serial, time) are CSV or Parquet. BadInput for what cannot be read.
    """
    from isthmus.apps.excise.stamps.rules.clones import signs_of

    kind_of(out)
    reads = (scans,) if productions is None else (scans, productions)
    with open_workspace(*reads) as workspace:
        began = time.process_time()
        _open(workspace, scans, "read_scan", COLUMNS)
        rows = workspace.number("SELECT count(*) FROM read_scan")
        _run(workspace, _READ, scans)
        step(1, 4)
        columns, first = _encoded(workspace, productions)
        step(2, 4)
        encoded = time.process_time()
        found = signs_of(columns, bounds)
        searched = time.process_time()
        step(3, 4)
        _report(workspace, columns, found, first, bounds.clock_error_s, out)
        step(4, 4)
        count = len(columns.serial)
        return Summary(
            scans=count,
            left_out=rows - count,
            serials=workspace.number("SELECT count(*) FROM bottle"),
            places=len(columns.latitude),
            **_counted(found),
            encoding_seconds=round(encoded - began, 3),
            search_seconds=round(searched - encoded, 3),
        )


def _open(workspace: Workspace, path: Path, table: str, needed: tuple[str, ...]) -> None:
    missing = [name for name in needed if name not in open_table(workspace, path, table)]
    if missing:
        raise BadInput(
            "excise.scans-columns",
            _("%(file)s lacks the columns %(columns)s.") % {"file": path.name, "columns": ", ".join(missing)},
            next_step=_("It needs the columns %(columns)s.") % {"columns": ", ".join(needed)},
        )


def _run(workspace: Workspace, statement: str, path: Path) -> None:
    import duckdb

    try:
        workspace.run(statement)
    except duckdb.Error as error:
        raise unreadable(path, error) from error


def _encoded(workspace: Workspace, productions: Path | None) -> tuple["Scans", int]:
    """The scans as numbers, and the second (since 1970) that they count from."""
    import numpy as np

    from isthmus.apps.excise.stamps.rules.clones import NEVER, Scans

    first = workspace.number("SELECT min(second) FROM scan")
    last = workspace.number("SELECT max(second) FROM scan")
    if last - first > _LARGEST:
        raise BadInput(
            "excise.scans-span",
            _("The scans lie more than 68 years apart."),
            next_step=_("Look for a wrong year in the times."),
        )
    workspace.run(_PLACES)
    workspace.run(_SERIALS)
    spots = workspace.connection.execute("SELECT lat, lon FROM spot ORDER BY code").fetchnumpy()
    got = workspace.connection.execute(_ENCODED.replace("$first", str(first))).fetchnumpy()
    produced = None
    if productions is not None:
        _open(workspace, productions, "read_production", ("serial", "time"))
        known = workspace.connection.execute(_PRODUCED.replace("$first", str(first))).fetchnumpy()
        produced = np.full(workspace.number("SELECT count(*) FROM bottle"), NEVER, dtype=np.int64)
        # What was made before the first scan was made in time; it must not read as "never".
        produced[known["code"]] = np.maximum(known["second"], 0)
    columns = Scans(
        serial=np.asarray(got["serial"], dtype=np.int32),
        second=np.asarray(got["second"], dtype=np.int32),
        place=np.asarray(got["place"], dtype=np.int32),
        latitude=np.asarray(spots["lat"], dtype=np.float64),
        longitude=np.asarray(spots["lon"], dtype=np.float64),
        produced=produced,
    )
    return columns, first


def _report(
    workspace: Workspace, columns: "Scans", found: "Signs", first: int, clock_error_s: int, out: Path
) -> None:
    import numpy as np

    from isthmus.apps.excise.stamps.rules.clones import BACK, TRAVEL, UNMADE, distances_km

    kinds = {"travel": TRAVEL, "back": BACK, "unmade": UNMADE}
    rows = {name: np.flatnonzero(found.kinds & bit) for name, bit in kinds.items()}
    hits = np.concatenate(list(rows.values()))
    workspace.connection.register(
        "found",
        {
            "kind": np.repeat(np.array(list(rows)), [len(places) for places in rows.values()]),
            "serial": found.serial[hits],
            "second": found.second[hits],
            "place": found.place[hits],
            "second_before": found.second_before[hits],
            "place_before": found.place_before[hits],
            "distance_km": distances_km(columns, found.place[hits], found.place_before[hits]),
        },
    )
    query = _REPORT.replace("$first", str(first)).replace("$error", str(clock_error_s))
    save_table(workspace, query, out)


def _counted(found: "Signs") -> dict[str, int]:
    import numpy as np

    from isthmus.apps.excise.stamps.rules.clones import BACK, TRAVEL, UNMADE

    kinds = {"travel": TRAVEL, "back": BACK, "unmade": UNMADE}
    counts = {name: int(np.count_nonzero(found.kinds & bit)) for name, bit in kinds.items()}
    return {**counts, "serials_with_signs": len(np.unique(found.serial))}
