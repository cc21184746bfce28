"""Signs of copies in 20 million scans: packed numbers and a sort, against DuckDB's windows over the same.

Both start from the same scans as whole numbers, with the same places, in the same process, with two threads,
and keep the same columns; every flag is compared. What encoding from a Parquet file takes is measured apart,
by the whole command in a process of its own, whose memory is told too.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

BENCH = Path(__file__).resolve().parent
SCANS, SERIALS, PLACES = 20_000_000, 6_000_000, 4_000
LIMIT_RATIO, LIMIT_MB = 0.5, 2048
_YEAR_S = 31_536_000
_SPEED_KMH, _ERROR_S, _PLACE_KM = 130.0, 900, 2.0
_WINDOWS = """
CREATE OR REPLACE TABLE flags AS
WITH looked AS (
  SELECT scan.serial, scan.second, scan.place, x, y, z,
    lag(scan.second) OVER bottle AS second_1, lag(scan.place) OVER bottle AS place_1,
    lag(scan.place, 2) OVER bottle AS place_2,
    lag(x) OVER bottle AS x_1, lag(y) OVER bottle AS y_1, lag(z) OVER bottle AS z_1
  FROM scan JOIN spot ON spot.place = scan.place
  WINDOW bottle AS (PARTITION BY serial ORDER BY scan.second, scan.place)
), judged AS (
  SELECT serial, second, place, second_1, place_1,
    CASE WHEN place <> place_1
      AND ($place_km + $speed / 3600 * (second - second_1 + $error)) / $radius < pi()
      AND pow(x - x_1, 2) + pow(y - y_1, 2) + pow(z - z_1, 2)
        > pow(2 * sin(($place_km + $speed / 3600 * (second - second_1 + $error)) / $radius / 2), 2)
      THEN 1 ELSE 0 END
    + CASE WHEN place <> place_1 AND place = place_2 THEN 2 ELSE 0 END
    + CASE WHEN place_1 IS NULL AND (made = -1 OR second + $error < made) THEN 4 ELSE 0 END AS kinds
  FROM looked JOIN production USING (serial)
)
SELECT * FROM judged WHERE kinds > 0
"""


def _made(count: int, serials: int) -> tuple[dict[str, Any], np.ndarray, np.ndarray, np.ndarray]:
    """Bottles that move on slowly, one in 200 copied; scans of a year."""
    chance = np.random.default_rng(7)
    latitude, longitude = chance.uniform(45.5, 48.5, PLACES), chance.uniform(26.6, 30.1, PLACES)
    serial = chance.integers(0, serials, count, dtype=np.int32)
    home = chance.integers(0, PLACES, serials, dtype=np.int32)
    begun = chance.integers(0, _YEAR_S // 2, serials, dtype=np.int32)
    second = begun[serial] + (chance.random(count, dtype=np.float32) ** 2 * (_YEAR_S // 2 - 2)).astype(
        np.int32
    )
    strays = chance.random(count, dtype=np.float32) < np.where(serial % 200 == 0, 0.5, 0.05)
    place = np.where(strays, chance.integers(0, PLACES, count, dtype=np.int32), home[serial]).astype(np.int32)
    made = np.where(np.arange(serials) % 500 == 3, -1, begun - 86_400).clip(-1).astype(np.int64)
    made[(made < 0) & (np.arange(serials) % 500 != 3)] = 0
    return {"serial": serial, "second": second, "place": place}, latitude, longitude, made


def _cpu(work: Callable[[], Any]) -> tuple[float, Any]:
    before = resource.getrusage(resource.RUSAGE_SELF)
    answer = work()
    after = resource.getrusage(resource.RUSAGE_SELF)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, answer


def compared(count: int, runs: int) -> dict[str, Any]:
    """Ours and DuckDB's on the same numbers."""
    import duckdb

    from isthmus.apps.excise.stamps.rules import clones

    columns, latitude, longitude, made = _made(count, max(1, count * SERIALS // SCANS))
    scans = clones.Scans(**columns, latitude=latitude, longitude=longitude, produced=made)
    bounds = clones.Bounds(_SPEED_KMH, _ERROR_S, _PLACE_KM)
    ours = [_cpu(lambda: clones.signs_of(scans, bounds)) for _run in range(runs)]
    found = ours[-1][1]
    north, east = np.radians(latitude), np.radians(longitude)
    spot = {
        "place": np.arange(PLACES, dtype=np.int32),
        "x": np.cos(north) * np.cos(east),
        "y": np.cos(north) * np.sin(east),
        "z": np.sin(north),
    }
    with duckdb.connect(config={"threads": 2, "memory_limit": "3GB"}) as engine:
        production = {"serial": np.arange(len(made), dtype=np.int32), "made": made}
        for name, table in (("scan", columns), ("spot", spot), ("production", production)):
            engine.register(f"given_{name}", table)
            engine.execute(f"CREATE TABLE {name} AS SELECT * FROM given_{name}")
            engine.unregister(f"given_{name}")
        query = _WINDOWS
        facts = {
            "place_km": _PLACE_KM,
            "speed": _SPEED_KMH,
            "error": _ERROR_S,
            "radius": clones.EARTH_RADIUS_KM,
        }
        for name, value in facts.items():
            query = query.replace(f"${name}", f"{value!r}")
        theirs = min(_cpu(lambda: engine.execute(query).fetchall())[0] for _run in range(runs))
        rows = engine.execute(
            "SELECT serial, second, place, kinds FROM flags ORDER BY serial, second, place, kinds"
        ).fetchnumpy()
    mine = np.column_stack([found.serial, found.second, found.place, found.kinds])
    mine = mine[np.lexsort(mine.T[::-1])]
    peer = np.column_stack([rows[name] for name in ("serial", "second", "place", "kinds")]).astype(np.int64)
    same = mine.shape == peer.shape and bool((mine == peer).all())
    best = min(spent for spent, _found in ours)
    return {
        "bench": "clones",
        "scans": count,
        "flags": len(mine),
        "flags_identical": same,
        "cpu_seconds": round(best, 3),
        "duckdb_cpu_seconds": round(theirs, 3),
        "ratio": round(best / theirs, 3),
        "ratio_limit": LIMIT_RATIO,
    }


def whole(count: int) -> dict[str, Any]:
    """The command itself, from a Parquet file to the written report, in a process of its own."""
    base = BENCH.parent / "var" / "bench"
    base.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="clones-", dir=base) as folder:
        done = subprocess.run(
            [sys.executable, __file__, "--child", folder, "--scans", str(count)],
            check=True,
            capture_output=True,
            text=True,
        )
        return dict(json.loads(done.stdout.splitlines()[-1]))


def _child(folder: Path, count: int) -> None:
    import duckdb

    writer = os.fork()
    if writer == 0:
        columns, latitude, longitude, _produced = _made(count, max(1, count * SERIALS // SCANS))
        with duckdb.connect(config={"threads": 2}) as engine:
            engine.register("scan", columns)
            spots = {"place": np.arange(PLACES, dtype=np.int32), "lat": latitude, "lon": longitude}
            engine.register("spot", spots)
            engine.execute(
                "COPY (SELECT printf('%016d', serial::BIGINT * 7919) AS serial, "
                "to_timestamp(1735689600 + second) AS time, printf('shop %05d', place) AS place, lat, lon "
                f"FROM scan JOIN spot USING (place)) TO '{folder / 'scans.parquet'}' (FORMAT parquet)"
            )
        os._exit(0)
    if os.waitpid(writer, 0)[1]:
        raise SystemExit("the file of scans was not written")
    from isthmus.apps.excise.stamps.analytics.copies import find_copies
    from isthmus.apps.excise.stamps.rules.clones import Bounds

    began = time.process_time()
    summary = find_copies(
        folder / "scans.parquet",
        folder / "copies.parquet",
        bounds=Bounds(_SPEED_KMH, _ERROR_S, _PLACE_KM),
        step=lambda _done, _all: None,
    )
    report = {
        "command_scans": summary.scans,
        "command_cpu_seconds": round(time.process_time() - began, 2),
        "command_encoding_cpu_seconds": summary.encoding_seconds,
        "command_search_cpu_seconds": summary.search_seconds,
        "command_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "memory_limit_mb": LIMIT_MB,
    }
    print(json.dumps(report))


def main() -> int:
    """Run the benchmark; exit code 1 where a flag differs or a limit is passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--scans", type=int, default=SCANS)
    parser.add_argument("--runs", type=int, default=1, help="take the best of so many of each")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "isthmus.node.settings")
    if options.child is not None:
        _child(options.child, options.scans)
        return 0
    report = {**compared(options.scans, options.runs), **whole(options.scans)}
    if options.json:
        print(json.dumps(report, indent=1))
    else:
        for name, value in report.items():
            print(f"{name.replace('_', ' '):<40}{value!s:>14}")
    held = report["ratio"] <= LIMIT_RATIO and report["command_memory_mb"] <= LIMIT_MB
    return 0 if held and report["flags_identical"] else 1


if __name__ == "__main__":
    sys.exit(main())
