"""The duty of a million mixed lines: int64 arrays against exact fractions line by line, and against
OpenFisca-core.

Lines of five tariffs (countries, days, bands, bases, reliefs, all mixed) are made from a seed. Every duty
is compared with
the reference; one wrong minor unit fails. OpenFisca is installed into an environment of the bench's own
below var.
Its time is that of building a simulation and calculating it, ours that of choosing the rows and working
them out, on
all processors.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

BENCH = Path(__file__).resolve().parent
sys.path.insert(0, str(BENCH))
PACKAGE = "OpenFisca-Core==46.0.1"
LINES = 1_000_000
LIMIT_RATIO = 0.25
_PORTION = 250_000


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "isthmus.node.settings")
    import django

    django.setup(set_prefix=False)


def _reference(bounds: tuple[int, int, int]) -> list[int]:
    """The duties of some of the lines by the reference, -1 for a fault; run in a process of its own."""
    from duties import lines

    from isthmus.apps.excise.tariff.rules.choosing import candidates
    from isthmus.apps.excise.tariff.rules.model import LineFault
    from isthmus.apps.excise.tariff.rules.reference import assess_among

    start, end, count = bounds
    known = lines.tariffs()
    columns = lines.make(known, count)
    found = []
    among: dict[tuple[int, str], Any] = {}
    for place, (tariff, line) in enumerate(lines.one_by_one(columns.part(start, end))):
        key = (tariff, line.product)
        if key not in among:
            among[key] = candidates(known[tariff], line)
        try:
            found.append(assess_among(known[tariff], line, *among[key]).duty_minor)
        except LineFault as fault:
            raise SystemExit(f"line {start + place} is at fault: {fault.code} {fault.facts}") from fault
    return found


def _peer(folder: Path, runs: int) -> dict[str, Any]:
    """What OpenFisca takes for the same lines, or why that could not be measured."""
    home = BENCH.parent / "var" / "bench" / "openfisca"
    python = home / "bin" / "python"
    try:
        if not python.exists():
            venv.create(home, with_pip=True)
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGE]
        subprocess.run(install, check=True, capture_output=True, text=True)
        done = subprocess.run(
            [python, BENCH / "peer" / "openfisca_duties.py", folder, "--runs", str(runs)],
            check=True,
            capture_output=True,
            text=True,
            env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        )
    except subprocess.CalledProcessError as error:
        return {"not_measured": ((error.stderr or "").strip().splitlines() or [str(error)])[-1]}
    return dict(json.loads(done.stdout))


def measured(count: int, runs: int, processes: int) -> dict[str, Any]:
    """The whole report."""
    from duties import lines

    from isthmus.apps.excise.tariff.rules.vectorised import Book

    began = time.perf_counter()
    known = lines.tariffs()
    reading = time.perf_counter() - began
    columns = lines.make(known, count)
    first = time.perf_counter()
    book = Book(known)
    made = book.duties(columns)
    cold = time.perf_counter() - first
    times, processor = [], []
    with tempfile.TemporaryDirectory(prefix="excise-", dir=_base()) as folder:
        lines.for_peer(columns, book, made.duty, Path(folder))
        # In turns, so that whatever else the machine does falls on both.
        peers = []
        for _run in range(runs):
            wall, cpu = time.perf_counter(), time.process_time()
            made = book.duties(columns)
            times.append(time.perf_counter() - wall)
            processor.append(time.process_time() - cpu)
            peers.append(_peer(Path(folder), 1))
    began = time.perf_counter()
    bounds = [(start, min(start + _PORTION, count), count) for start in range(0, count, _PORTION)]
    with get_context("spawn").Pool(processes) as pool:
        exact = np.concatenate([np.array(part, dtype=np.int64) for part in pool.imap(_reference, bounds)])
    report: dict[str, Any] = {
        "bench": "excise",
        "lines": count,
        "tariffs": len(known),
        "rows_used": len(np.unique(made.row)),
        "tariffs_read_seconds": round(reading, 3),
        "first_run_seconds": round(cold, 3),
        "seconds": round(min(times), 4),
        "processor_seconds": round(min(processor), 4),
        "reference_seconds": round(time.perf_counter() - began, 1),
        "wrong_minor_units": int((exact != made.duty).sum()),
    }
    failed = [peer["not_measured"] for peer in peers if "not_measured" in peer]
    if failed:
        return {**report, "openfisca_not_measured": failed[0]}
    best, spent = (min(float(peer[name]) for peer in peers) for name in ("seconds", "processor_seconds"))
    return {
        **report,
        "openfisca_seconds": round(best, 4),
        "openfisca_processor_seconds": round(spent, 4),
        "openfisca_wrong_minor_units": peers[0]["wrong"],
        "processor_ratio": round(min(processor) / spent, 3),
        "ratio": round(min(times) / best, 3),
        "ratio_limit": LIMIT_RATIO,
    }


def _base() -> Path:
    base = BENCH.parent / "var" / "bench"
    base.mkdir(parents=True, exist_ok=True)
    return base


def main() -> int:
    """Run the benchmark; exit code 1 for a wrong minor unit or above the limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--lines", type=int, default=LINES)
    parser.add_argument("--runs", type=int, default=5, help="take the best of so many of each")
    parser.add_argument("--processes", type=int, default=2, help="processes that work the reference out")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    options = parser.parse_args()
    _set_up()
    report = measured(options.lines, options.runs, options.processes)
    if options.json:
        print(json.dumps(report, indent=1))
    else:
        for name, value in report.items():
            print(f"{name.replace('_', ' '):<40}{value!s:>14}")
    return 0 if not report["wrong_minor_units"] and report.get("ratio", 0.0) <= LIMIT_RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
