"""What others take for the hours of a battery: programs in their own environments, and C as the ceiling."""

import ctypes
import json
import os
import subprocess
import sys
import time
import venv
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

Lanes = NDArray[np.float32]
LANES = 64
_HERE = Path(__file__).resolve().parent.parent
PEERS = {
    "pysam": ("nrel-pysam==7.1.1.post1", _HERE / "peer" / "pysam_battery.py"),
    "clover": ("clover-energy==5.1.2", _HERE / "peer" / "clover_battery.py"),
}


def seconds_of_peer(name: str, folder: Path, hours: int) -> float | str:
    """Processor seconds that a peer takes for one design's hours, or why that could not be measured."""
    package, script = PEERS[name]
    python = folder / name / "bin" / "python"
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    try:
        if not python.exists():
            venv.create(folder / name, with_pip=True)
        subprocess.run(install, check=True, capture_output=True, text=True)
        done = subprocess.run(
            [python, script, str(hours)], check=True, capture_output=True, text=True, env=environment
        )
    except subprocess.CalledProcessError as error:
        lines = (error.stderr or "").strip().splitlines() or [str(error)]
        print(f"{name} could not be measured: {lines[-1]}", file=sys.stderr)
        return lines[-1]
    return float(json.loads(done.stdout)["seconds"])


@numba.njit(fastmath={"nsz", "contract", "arcp", "reassoc"}, error_model="numpy", nogil=True)
def _simple(
    supply: Lanes, load: Lanes, wp: Lanes, capacity: Lanes, unmet: Lanes, into: float, outof: float
) -> None:
    per_out, nothing = np.float32(1.0) / outof, np.float32(0.0)
    for first in range(0, len(wp), LANES):
        size, full = wp[first : first + LANES], capacity[first : first + LANES]
        stored, missed = full.copy(), np.zeros(LANES, np.float32)
        for hour in range(len(supply)):
            sun, asked = supply[hour], load[hour]
            for lane in range(LANES):
                net = sun * size[lane] - asked
                after = stored[lane] + max(net, nothing) * into + min(net, nothing) * per_out
                missed[lane] -= min(after, nothing)
                stored[lane] = min(max(after, nothing), full[lane])
        for lane in range(LANES):
            unmet[first + lane] = missed[lane] * outof


def simple_in_numba(supply: Lanes, load: Lanes, wp: Lanes, capacity: Lanes) -> Lanes:
    """What each design misses, Wh, by the simplest balance, compiled by numba."""
    unmet = np.zeros(len(wp), np.float32)
    _simple(supply, load, wp, capacity, unmet, np.float32(0.95), np.float32(0.95))
    return unmet


class Ceiling:
    """The same in C by the compiler of this machine, for the processor of this machine."""

    def __init__(self, folder: Path) -> None:
        library = folder / "solar_simple.so"
        source = _HERE / "ceiling" / "solar_simple.c"
        flags = ["-O3", "-march=native", "-ffast-math", "-mprefer-vector-width=512", "-shared", "-fPIC"]
        subprocess.run(["gcc", *flags, "-o", library, source], check=True, capture_output=True, text=True)
        self._simple = ctypes.CDLL(str(library)).simple

    def __call__(self, supply: Lanes, load: Lanes, wp: Lanes, capacity: Lanes) -> Lanes:
        """What each design misses, Wh; the number of designs is a multiple of `LANES`."""
        unmet = np.zeros(len(wp), np.float32)

        def at(values: Lanes) -> Any:  # noqa: ANN401  a pointer of ctypes
            return values.ctypes.data_as(ctypes.POINTER(ctypes.c_float))

        self._simple(
            at(supply),
            at(load),
            ctypes.c_long(len(supply)),
            at(wp),
            at(capacity),
            at(unmet),
            ctypes.c_long(len(wp)),
            ctypes.c_float(0.95),
            ctypes.c_float(0.95),
        )
        return unmet


def best_cpu(work: Any, runs: int) -> tuple[Any, float]:  # noqa: ANN401  any work and what it gives
    """What it gives, and the least processor seconds of several runs."""
    least = float("inf")
    for _run in range(runs):
        began = time.process_time()
        found = work()
        least = min(least, time.process_time() - began)
    return found, least
