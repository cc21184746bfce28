"""Reconciliation on seeded corridors: how right, in what time, in how much memory.

1. 1 M exports and about 0.95 M imports with ordinary noise and every trap: precision and recall of the links,
   processor seconds and peak memory of the command's own process, and in which reason each trap ends.
2. The same corridor in another order of rows: the cases must be the same.
3. A corridor in which one consignee is ten times as large as any other: time and memory.
4. A clean corridor: the share of cases among the exports.
5. Harsh noise, and a corridor without any document or mark.

Beside each run stand the processor seconds of reading the same two files and hashing every cell, before and
after it: on a machine with other work, processor seconds grow, and these grow with them.

`--exports N` makes all of it smaller. The truth is read by this script alone, after the command has ended.
"""

import argparse
import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.corridor.make import Files, make  # noqa: E402  its path is set above
from bench.corridor.settings import NOISES, TRAPS, Corridor, clean  # noqa: E402  its path is set above

LIMITS = {"precision": 0.995, "recall": 0.985, "cpu_seconds": 15.0, "peak_mb": 1000, "clean_share": 0.01}


def apart(work: Callable[..., T], *arguments: object, **named: object) -> T:
    """The answer of a function that runs in a process of its own.

    A process starts with its parent's high-water mark of memory: what this script used would be counted
    as the command's.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments, **named).result()


def run(files: Files, folder: Path) -> dict[str, Any]:
    """Run the command on a corridor in a process of its own; what it said, its time and its peak memory."""
    cases, links = folder / "cases.csv", folder / "found.parquet"
    command = [
        sys.executable,
        "-m",
        "isthmus.node",
        "etrade",
        "reconcile",
        str(files.exports),
        str(files.imports),
    ]
    command += ["--out", str(cases), "--links", str(links), "--rates", str(files.rates), "--json"]
    command += ["--duties", str(files.duties)]
    environment = os.environ | {"ISTHMUS_HOME": str(folder / "home"), "ISTHMUS_NODE_ID": "mm"}
    start = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, cwd=ROOT) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"reconcile ended with {process.returncode}: {said.decode()[:500]}")
    return {
        "summary": json.loads(said),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 1),
        "wall_seconds": round(time.monotonic() - start, 1),
        "peak_mb": usage.ru_maxrss // 1024,
        "cases_hash": hashlib.sha256(cases.read_bytes()).hexdigest(),
        "cases_file": cases,
        "links_file": links,
    }


_READ_AND_HASH = """
import resource, sys, duckdb
with duckdb.connect(":memory:", config={"threads": 2, "memory_limit": "640MB"}) as db:
    db.execute("SET enable_progress_bar = false")
    for path in sys.argv[1:]:
        db.execute("SELECT bit_xor(hash(COLUMNS(*))) FROM read_parquet(?)", [path]).fetchall()
usage = resource.getrusage(resource.RUSAGE_SELF)
print(usage.ru_utime + usage.ru_stime)
"""


def reference(files: Files) -> float:
    """Processor seconds of reading the two files and hashing every cell, now and on this machine."""
    command = [sys.executable, "-c", _READ_AND_HASH, str(files.exports), str(files.imports)]
    return round(float(subprocess.run(command, check=True, capture_output=True, text=True).stdout), 2)


def judge(files: Files, found: dict[str, Any]) -> dict[str, Any]:
    """Precision and recall of the links, and in which reasons the shipments of each trap ended.

    A link to either of two declarations of one shipment is right; a shipment that was split or merged is one
    link for each part.
    """
    import duckdb

    with duckdb.connect(":memory:", config={"threads": 2, "memory_limit": "1GB"}) as db:
        db.execute(f"CREATE TABLE truth AS SELECT * FROM '{files.links}'")
        db.execute(f"CREATE TABLE links AS SELECT export_id, import_id FROM '{found['links_file']}'")
        right, total = db.execute(
            "SELECT count(t.export_id), count(*) "
            "FROM links AS l LEFT JOIN truth AS t USING (export_id, import_id)"
        ).fetchall()[0]
        of_copies, wanted = db.execute(
            "SELECT count(*) FILTER (of_copy AND l.export_id IS NOT NULL), "
            "count(*) FILTER (NOT of_copy) FROM truth LEFT JOIN links AS l USING (export_id, import_id)"
        ).fetchall()[0]
        db.execute(
            "CREATE TABLE reasons AS SELECT unnest(string_split(export_id, ' ')) AS id, reason "
            "FROM read_csv(?) "
            "UNION ALL SELECT unnest(string_split(import_id, ' ')), reason FROM read_csv(?)",
            [str(found["cases_file"])] * 2,
        )
        rows = db.execute(
            "SELECT trap, reasons, count(*) FROM (SELECT trap, n, coalesce(string_agg(DISTINCT reason, ' + ' "
            f"ORDER BY reason), 'none') AS reasons FROM '{files.traps}' AS t LEFT JOIN reasons AS r "
            "ON r.id = coalesce(t.export_id, t.import_id) GROUP BY ALL) GROUP BY ALL ORDER BY 1, 3 DESC"
        ).fetchall()
    table: dict[str, dict[str, int]] = {}
    for trap, reasons, count in rows:
        table.setdefault(trap, {})[reasons] = count
    return {
        "precision": round(right / max(total, 1), 5),
        "recall": round(right / max(wanted + of_copies, 1), 5),
        "confusion": table,
        "right_reason": {
            trap: round(ended.get(TRAPS[trap], 0) / sum(ended.values()), 4) for trap, ended in table.items()
        },
    }


def measure(corridor: Corridor, base: Path, name: str, shuffle: str = "") -> dict[str, Any]:
    """Make a corridor, run the command on it and hold its answer against the truth."""
    with tempfile.TemporaryDirectory(prefix=f"{name}-", dir=base) as made:
        folder = Path(made)
        files = apart(make, corridor, folder, shuffle=shuffle)
        before = reference(files)
        found = run(files, folder)
        found["reference_cpu_seconds"] = round((before + reference(files)) / 2, 2)
        judged = apart(judge, files, found)
    summary = found.pop("summary")
    del found["cases_file"], found["links_file"]
    cases = sum(summary["cases"].values())
    kept = {
        name: summary[name] for name in ("exports", "imports", "linked", "cases", "not_due", "before_period")
    }
    kept["false_alarms_a_day"] = summary["false_alarms_a_day"]
    return {"corridor": name, **kept, "case_share": round(cases / summary["exports"], 5), **found, **judged}


def table(rows: list[dict[str, Any]]) -> str:
    """The rows as text: figures first, then where each trap of the first corridor ended."""
    lines = [
        "corridor        exports  imports  precision   recall    cases   CPU s  reading    MB",
    ]
    lines += [
        f"{row['corridor']:<14}{row['exports']:>9}{row['imports']:>9}{row['precision']:>11.4f}{row['recall']:>9.4f}"
        f"{row['case_share']:>9.2%}{row['cpu_seconds']:>8}"
        f"{row['reference_cpu_seconds']:>9}{row['peak_mb']:>6}"
        for row in rows
    ]
    for trap, ended in rows[0]["confusion"].items():
        first = ", ".join(f"{reason} {count}" for reason, count in list(ended.items())[:4])
        lines.append(f"{trap:<16}{rows[0]['right_reason'][trap]:>7.1%}  {first}")
    return "\n".join(lines)


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--exports", type=int, default=1_000_000, help="exports of the first corridor")
    parser.add_argument("--seed", type=int, default=2026, help="seed of the corridors")
    parser.add_argument("--only", help="one corridor: full, shuffled, skewed, clean, harsh or no-documents")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    options = parser.parse_args()
    n, small, seed = options.exports, max(options.exports // 10, 2_000), options.seed
    base = ROOT / "var" / "bench"
    base.mkdir(parents=True, exist_ok=True)
    plan = {
        "full": (Corridor(n, seed), ""),
        "shuffled": (Corridor(n, seed), "another order"),
        "skewed": (Corridor(n, seed + 1, skewed=True), ""),
        "clean": (clean(small, seed + 2), ""),
        "harsh": (Corridor(small, seed + 3, NOISES["harsh"]), ""),
        "no-documents": (Corridor(small, seed + 4, NOISES["no-documents"]), ""),
    }
    chosen = {name: plan[name] for name in plan if options.only in (None, name)}
    rows = [measure(corridor, base, name, word) for name, (corridor, word) in chosen.items()]
    by_name = {row["corridor"]: row for row in rows}
    same = len({row["cases_hash"] for name, row in by_name.items() if name in ("full", "shuffled")}) < 2
    first = rows[0]
    passed = {
        "precision": first["precision"] >= LIMITS["precision"],
        "recall": first["recall"] >= LIMITS["recall"],
        "cpu_seconds": all(row["cpu_seconds"] <= LIMITS["cpu_seconds"] for row in rows),
        "peak_mb": all(row["peak_mb"] <= LIMITS["peak_mb"] for row in rows),
        "clean_share": by_name.get("clean", {"case_share": 0})["case_share"] < LIMITS["clean_share"],
        "same_cases_when_shuffled": same,
    }
    report = {"bench": "reconcile", "seed": seed, "limits": LIMITS, "passed": passed, "rows": rows}
    print(json.dumps(report, indent=1) if options.json else table(rows) + "\n" + json.dumps(passed))
    print(
        f"peak of this script: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB",
        file=sys.stderr,
    )
    return 0 if all(passed.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
