"""What planning a country costs: ten million homes, from a Parquet file to a design for each and the lots.

homes      over ten by ten degrees, lists of appliances and measured uses, half with a budget
command    the whole of it in a process of its own: reading, tables from the engine, look-up, writing
ceiling    DuckDB reading the same file and writing as many rows and columns

The tables are made in the run: nothing is kept from one to the next. Ends with 1 where it takes more
processor time than two cores have in ten seconds, or more memory than is allowed.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

BENCH = Path(__file__).resolve().parent
HOMES, MOST_SECONDS, MOST_MB, CORES = 10_000_000, 10.0, 1536, 2
_MADE = """
COPY (
    SELECT i AS id, 4.5 + 9 * random() AS lat, 3.2 + 10 * random() AS lon,
        CASE WHEN i % 3 > 0 THEN round(20 + 1500 * random() * random(), 1) END AS wh_per_day,
        CASE WHEN i % 3 = 0 THEN list[1 + (i // 3) % len(list)] END AS appliances,
        CASE WHEN i % 2 = 0 THEN (50 + 700 * random())::DECIMAL(10, 2) END AS budget,
        'district ' || (i % 37) AS district
    FROM range($count) AS t(i), (SELECT ['lamp:3,phone:2', 'lamp:4,phone:2,television:1,radio:1,fan:1',
        'lamp:2,refrigerator:1', 'lamp:2,sewing-machine:1', 'lamp:1,phone:1,radio:1'] AS list)
) TO '$file' (FORMAT parquet)
"""
_COPIED = """
COPY (SELECT id, district, 1 AS homes, 0.03 AS llp, wh_per_day AS wp, lat AS battery_wh, 'lfp' AS battery,
    lon AS price, 'asked' AS state FROM '$file') TO '$out' (FORMAT parquet)
"""


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _child(folder: Path) -> None:
    import django

    django.setup()
    from isthmus.apps.solar.planning.analytics.running import plan_homes

    spent, began = _spent(), time.perf_counter()
    found = plan_homes(
        folder / "homes.parquet", folder / "plan.parquet", target=0.03, lots=folder / "lots.parquet"
    )
    report = {
        "homes": found.whole.rows,
        "tables": found.tables,
        "lots": found.lots,
        "wall_seconds": round(time.perf_counter() - began, 2),
        "cpu_seconds": round(_spent() - spent, 2),
        **{f"{name}_cpu_seconds": round(value, 2) for name, value in found.seconds.items()},
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    print(json.dumps(report))


def measured(count: int) -> dict[str, Any]:
    """The plan and its ceiling, each in a process of its own."""
    base = BENCH.parent / "var" / "bench"
    base.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="plan-", dir=base) as folder:
        home = Path(folder)
        make = _MADE.replace("$count", str(count)).replace("$file", str(home / "homes.parquet"))
        copy = _COPIED.replace("$file", str(home / "homes.parquet")).replace("$out", str(home / "c.parquet"))
        for statement in (make, copy):
            code = (
                "import duckdb, resource, sys; c = duckdb.connect(config={'threads': 2});"
                "c.execute('SET enable_progress_bar = false');"
                "c.execute('SET preserve_insertion_order = false');"
                "c.execute(sys.argv[1]);"
                "u = resource.getrusage(resource.RUSAGE_SELF); print(u.ru_utime + u.ru_stime)"
            )
            done = subprocess.run(
                [sys.executable, "-c", code, statement], check=True, capture_output=True, text=True
            )
        ceiling = float(done.stdout.split()[-1])
        done = subprocess.run(
            [sys.executable, __file__, "--child", folder], check=True, capture_output=True, text=True
        )
    return {**json.loads(done.stdout.splitlines()[-1]), "ceiling_cpu_seconds": round(ceiling, 2)}


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--homes", type=int, default=HOMES)
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "isthmus.node.settings")
    if options.child is not None:
        _child(options.child)
        return 0
    found = measured(options.homes)
    report = {
        "bench": "solar_plan",
        **found,
        "ratio_to_ceiling": round(found["cpu_seconds"] / found["ceiling_cpu_seconds"], 2),
        "most_cpu_seconds": MOST_SECONDS * CORES,
        "most_memory_mb": MOST_MB,
    }
    if options.json:
        print(json.dumps(report, indent=1))
    else:
        for name, value in report.items():
            print(f"{name.replace('_', ' '):<40}{value!s:>14}")
    return int(found["cpu_seconds"] > MOST_SECONDS * CORES or found["memory_mb"] > MOST_MB)


if __name__ == "__main__":
    sys.exit(main())
