"""What mirror statistics cost: 10 M export and 9.5 M import declarations of a corridor, beside their reading.

The files are made from a seed, in the order of days as a customs system writes them; HS codes are as
unevenly used as in trade. Each measurement is a process of its own. The yardstick is DuckDB's time to read
and hash the seven columns that the mirror needs, of every row of the same files, in the same run, with the
same threads and memory. It groups nothing and writes nothing; of a Parquet file it hashes each entry of a
column's dictionary once. The mirror is all of `isthmus etrade mirror`, from the open files to the written
one. Neither side's clock counts the loading of programs.

CSV is what customs systems hand out, and the form that the limit is for. `--form parquet` takes the same rows
packed: there the yardstick hashes each entry of a dictionary once and no longer every row, and the ratio says
little (docs/adr/0035-what-the-mirror-is-measured-against.md).
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
EXPORTS, IMPORTS = 10_000_000, 9_500_000
LIMIT_RATIO, LIMIT_MB = 2.0, 1024
COLUMNS = "date, hs, hs_version, partner, net_kg, value, currency"
SIDES = (("exports", 1, "CN"), ("imports", 2, "MM"))
FORMS = {"parquet": "parquet", "csv": "csv, HEADER"}
# Subheadings of an edition, drawn with the cube of an even number: a few codes carry most of the trade.
_MADE = """
SELECT i AS id, DATE '2025-01-01' + CAST(i * 365 // $rows AS INTEGER) AS date,
  printf('%06d',
    10000 + 170 * CAST(floor(pow((hash(i, $seed, 2) % 1000000) / 1e6, 3) * 5600) AS INTEGER)) AS hs,
  CASE WHEN hash(i, $seed, 9) % 10 < 2 THEN '2017' ELSE '2022' END AS hs_version,
  CASE WHEN hash(i, $seed, 3) % 100 < 2 THEN 'TH' ELSE '$partner' END AS partner,
  CAST((hash(i, $seed, 4) % 10000000) / 1000 AS DECIMAL(18, 3)) AS net_kg,
  CAST((hash(i, $seed, 5) % 10000000) / 100 AS DECIMAL(18, 2)) AS value, 'USD' AS currency
FROM range($from, $until) made(i)
"""
_PORTION = 1_000_000


def make(folder: Path, exports: int, imports: int, form: str) -> None:
    """Write both files, a row group's worth of memory at a time."""
    import duckdb

    with duckdb.connect(config={"memory_limit": "500MB", "threads": 2}) as engine:
        for (name, seed, partner), rows in zip(SIDES, (exports, imports), strict=True):
            parts = []
            for start in range(0, rows, _PORTION):
                query = _MADE.replace("$rows", str(rows)).replace("$seed", str(seed))
                query = query.replace("$partner", partner).replace("$from", str(start))
                part = folder / f"{name}-{start}.parquet"
                engine.execute(
                    f"COPY ({query.replace('$until', str(min(start + _PORTION, rows)))}) "
                    f"TO '{part}' (FORMAT parquet)"
                )
                parts.append(part)
            listed = ", ".join(f"'{part}'" for part in parts)
            engine.execute(
                f"COPY (FROM read_parquet([{listed}])) "
                f"TO '{folder / f'{name}.{form}'}' (FORMAT {FORMS[form]})"
            )
            for part in parts:
                part.unlink()


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "isthmus.node.settings")
    import django

    django.setup(set_prefix=False)


def read_and_hash(folder: Path, form: str) -> dict[str, Any]:
    """The yardstick: every needed cell of both files is read and hashed."""
    from isthmus.analysis.engine import open_workspace
    from isthmus.analysis.tables import open_table

    paths = [folder / f"{name}.{form}" for name, _seed, _partner in SIDES]
    with open_workspace(*paths) as workspace:
        for path in paths:
            open_table(workspace, path, path.stem)
            workspace.rows(f"SELECT bit_xor(hash({COLUMNS})), count(*) FROM {path.stem}")
    return {}


def mirror(folder: Path, form: str) -> dict[str, Any]:
    """The mirror itself."""
    from isthmus.apps.etrade.mirror.analytics.work import mirror_files

    summary = mirror_files(
        folder / f"exports.{form}",
        folder / f"imports.{form}",
        folder / f"mirror.{form}",
        level="hs6",
        period="month",
    )
    return {
        "cells": summary.rows,
        "declarations": summary.exports.declarations + summary.imports.declarations,
    }


def measured(folder: Path, name: str, form: str) -> dict[str, Any]:
    """One measurement in this process: the work's time without the imports, the process's peak memory."""
    _set_up()
    import duckdb  # noqa: F401  loaded before the clock starts
    import ibis

    from isthmus.analysis.portable import as_sql

    # Its compilers are loaded at the first statement: before the clock starts, as everything else.
    as_sql(ibis.table({"one": "int64"}, name="one"))
    work = {"read_and_hash": read_and_hash, "mirror": mirror}[name]
    wall, processor = time.perf_counter(), time.process_time()
    found = work(folder, form)
    return {
        **found,
        "seconds": round(time.perf_counter() - wall, 2),
        "processor_seconds": round(time.process_time() - processor, 2),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _child(folder: Path, name: str, form: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, __file__, "--measure", name, "--folder", str(folder), "--form", form],
        check=True,
        capture_output=True,
        text=True,
    )
    return dict(json.loads(done.stdout))


def main() -> int:
    """Run the benchmark; exit code 1 above a limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--exports", type=int, default=EXPORTS)
    parser.add_argument("--imports", type=int, default=IMPORTS)
    parser.add_argument("--runs", type=int, default=3, help="take the best of so many of each")
    parser.add_argument("--form", choices=tuple(FORMS), default="csv", help="what the files are")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--measure", choices=("read_and_hash", "mirror"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measured(options.folder, options.measure, options.form)))
        return 0
    base = BENCH.parent / "var" / "bench"
    base.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="mirror-", dir=base) as made:
        folder = Path(made)
        make(folder, options.exports, options.imports, options.form)
        # In turns, so that whatever else the machine does falls on both.
        names = ("read_and_hash", "mirror")
        runs = [[_child(folder, name, options.form) for name in names] for _ in range(options.runs)]
    reading, ours = (min((run[side] for run in runs), key=lambda one: one["seconds"]) for side in (0, 1))
    report = {
        "bench": "mirror",
        "form": options.form,
        "declarations": ours["declarations"],
        "cells": ours["cells"],
        "read_and_hash_seconds": reading["seconds"],
        "mirror_seconds": ours["seconds"],
        "ratio": round(ours["seconds"] / reading["seconds"], 2),
        "ratio_limit": LIMIT_RATIO,
        "read_and_hash_processor_seconds": reading["processor_seconds"],
        "mirror_processor_seconds": ours["processor_seconds"],
        "processor_ratio": round(ours["processor_seconds"] / reading["processor_seconds"], 2),
        "peak_mb": max(run[1]["peak_mb"] for run in runs),
        "peak_mb_limit": LIMIT_MB,
    }
    if options.json:
        print(json.dumps(report, indent=1))
    else:
        for name, value in report.items():
            print(f"{name.replace('_', ' '):<40}{value!s:>14}")
    return 0 if report["ratio"] <= LIMIT_RATIO and report["peak_mb"] <= LIMIT_MB else 1


if __name__ == "__main__":
    sys.exit(main())
