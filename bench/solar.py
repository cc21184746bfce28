"""What a family's system costs to simulate: the kernel beside NumPy, C and other programs, and a surface.

kernel     4,096 designs over one year of hours with all of the physics, one thread
numpy      the same by NumPy in float64, vectorised over the designs
simple     the same designs by the simplest balance, by numba and by C for this processor
surface    128 x 128 designs over 20 years, with as many threads as the engine takes
--peers    also a design's year by PySAM's BatteryStateful and by CLOVER's battery step alone (less than what
           CLOVER does for an hour), each in an environment of its own in FOLDER; takes minutes to install

The weather and the load are made from a seed. All forms must find the same. Ratios are of processor time in
one run. Ends with 1 where the kernel is less than ten times as fast as NumPy, the simplest balance less than
half as fast as in C, PySAM less than 15,000 times as slow, the surface takes a second or more, or two
disagree.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from rig import physics

from isthmus.apps.solar.engine import analytics, kernel_numpy
from isthmus.apps.solar.engine.rules.battery import LFP, ageing_per_hours

T = TypeVar("T")
DESIGNS, SIDE, YEARS, YEAR = 4096, 128, 20, 8760
LEAST_RATIO, LEAST_OF_C, LEAST_TO_PYSAM, MOST_SECONDS = 10.0, 0.5, 15_000.0, 1.0


def made(years: int) -> analytics.Hours:
    """Weather that is sometimes bad for days, and a load that peaks in the evening."""
    drawn = np.random.default_rng(2026)
    clock = np.arange(years * YEAR) % 24
    days = np.repeat(drawn.uniform(0.1, 1.0, years * 365), 24)
    supply = np.maximum(np.sin((clock - 6) / 12 * np.pi), 0.0) * days
    load = np.where((clock > 17) & (clock < 23), 60.0, 10.0)
    air = 28.0 + 5.0 * np.sin((clock - 9) / 12 * np.pi)
    return analytics.Hours(supply, load, air, (YEAR,) * years, tuple(np.linspace(1.0, 0.81, years)))


def sizes(panels: int, batteries: int) -> tuple[np.ndarray, np.ndarray]:
    """A grid of designs around what the load needs."""
    wp, wh = np.meshgrid(np.linspace(60, 400, panels), np.linspace(100, 2000, batteries), indexing="ij")
    return wp.ravel(), wh.ravel()


def best(work: Callable[[], T], runs: int) -> tuple[T, float, float]:
    """What it gives, and the least processor and wall seconds of several runs."""
    processor = wall = float("inf")
    for _run in range(max(runs, 1)):
        spent, began = time.process_time(), time.perf_counter()
        found = work()
        processor = min(processor, time.process_time() - spent)
        wall = min(wall, time.perf_counter() - began)
    return found, processor, wall


def beside_c(year: analytics.Hours, wp: np.ndarray, wh: np.ndarray, runs: int) -> dict[str, object]:
    """The simplest balance in numba and in C: how fast each, and how far apart."""
    series = [np.ascontiguousarray(values, np.float32) for values in (year.supply, year.load, wp, wh)]
    with tempfile.TemporaryDirectory() as folder:
        try:
            ceiling = physics.Ceiling(Path(folder))
        except (OSError, subprocess.CalledProcessError) as error:
            return {"c_not_measured": str(error)}
        in_c, c_seconds = physics.best_cpu(lambda: ceiling(*series), runs)
    physics.simple_in_numba(*series)
    ours, seconds = physics.best_cpu(lambda: physics.simple_in_numba(*series), runs)
    return {
        "c_design_hours_per_core_second": round(DESIGNS * YEAR / c_seconds),
        "simple_design_hours_per_core_second": round(DESIGNS * YEAR / seconds),
        "simple_of_c": round(c_seconds / seconds, 2),
        "least_of_c": LEAST_OF_C,
        "simple_apart_from_c": float(f"{np.abs(ours - in_c).max() / year.load.sum():.1e}"),
    }


def beside_peers(folder: Path, kernel_seconds: float) -> dict[str, object]:
    """How many times as long other programs take for a design's year."""
    found: dict[str, object] = {}
    for name in physics.PEERS:
        seconds = physics.seconds_of_peer(name, folder, YEAR)
        if isinstance(seconds, str):
            found[f"{name}_not_measured"] = seconds
        else:
            found[f"{name}_seconds_a_design_year"] = round(seconds, 4)
            found[f"ratio_to_{name}"] = round(seconds / (kernel_seconds / DESIGNS))
    return found


def failed(report: dict[str, Any]) -> bool:
    """Whether a figure misses what is asked of it."""
    return bool(
        report["ratio"] < LEAST_RATIO
        or report.get("simple_of_c", LEAST_OF_C) < LEAST_OF_C
        or report.get("simple_apart_from_c", 0.0) > 1e-3
        or report.get("ratio_to_pysam", LEAST_TO_PYSAM) < LEAST_TO_PYSAM
        or report["surface_wall_seconds"] >= MOST_SECONDS
        or report["largest_difference_of_unmet_share"] > 1e-3
    )


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="take the best of so many")
    parser.add_argument("--peers", type=Path, metavar="FOLDER", help="measure other programs there too")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    options = parser.parse_args()
    year = made(1)
    wp, wh = sizes(64, 64)
    analytics.run(year, [100.0], [500.0], LFP)  # compiles, where nothing is cached yet
    threads, analytics.THREADS = analytics.THREADS, 1
    fast, fast_seconds, _ = best(lambda: analytics.run(year, wp.tolist(), wh.tolist(), LFP), options.runs)
    analytics.THREADS = threads
    plain, plain_seconds, _ = best(
        lambda: kernel_numpy.full(
            year.supply,
            year.load,
            ageing_per_hours(LFP, year.air),
            np.ones(1),
            wp,
            wh,
            LFP,
            np.array([YEAR]),
        ),
        max(options.runs // 2, 1),
    )
    apart = float(np.abs(fast.unmet - plain[0][:, 0]).max() / year.load.sum())
    beside = beside_c(year, wp, wh, options.runs)
    years = made(YEARS)
    wp, wh = sizes(SIDE, SIDE)
    _, surface_processor, surface_wall = best(
        lambda: analytics.run(years, wp.tolist(), wh.tolist(), LFP), options.runs
    )
    report: dict[str, Any] = {
        "bench": "solar",
        "kernel_cpu_seconds": round(fast_seconds, 4),
        "numpy_cpu_seconds": round(plain_seconds, 3),
        "ratio": round(plain_seconds / fast_seconds, 1),
        "least_ratio": LEAST_RATIO,
        "kernel_design_hours_per_core_second": round(DESIGNS * YEAR / fast_seconds),
        "largest_difference_of_unmet_share": float(f"{apart:.2e}"),
        **beside,
        **(beside_peers(options.peers, fast_seconds) if options.peers else {}),
        "surface_designs": SIDE * SIDE,
        "surface_years": YEARS,
        "surface_wall_seconds": round(surface_wall, 3),
        "surface_cpu_seconds": round(surface_processor, 3),
        "threads": threads,
        "most_surface_seconds": MOST_SECONDS,
    }
    if options.json:
        print(json.dumps(report, indent=1))
    else:
        for name, value in report.items():
            print(f"{name.replace('_', ' '):<42}{value!s:>16}")
    return int(failed(report))


if __name__ == "__main__":
    sys.exit(main())
