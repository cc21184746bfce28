"""Processor time of processes: user and system time together, of all their threads, in seconds."""

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

_SCHEDULER_CLOCK = 2  # CPUCLOCK_SCHED, as clock_getcpuclockid(3) builds it: nanoseconds, not ticks of 10 ms


def keep_to_one_core() -> None:
    """Run this process, and whatever it starts from now on, on one of the cores it may use."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def spent(pid: int) -> float:
    """What a running process has spent since it started, ended threads included; 0 where it is gone."""
    try:
        return time.clock_gettime(~pid << 3 | _SCHEDULER_CLOCK)
    except OSError:
        return 0.0


def family(pid: int) -> list[int]:
    """A process and all its living descendants."""
    found = [pid]
    for parent in found:
        for children in Path(f"/proc/{parent}/task").glob("*/children"):
            found += [int(child) for child in children.read_text().split()]
    return found


def of_families(pids: Iterable[int]) -> float:
    """The time that these processes and their descendants have spent."""
    return sum(spent(member) for pid in pids for member in family(pid))


def rate(work: Callable[[], object], *, seconds: float) -> float:
    """How often ``work`` can be done in a second of this process's own time."""
    work()
    done, start = 0, time.process_time()
    while (passed := time.process_time() - start) < seconds:
        work()
        done += 1
    return done / passed
