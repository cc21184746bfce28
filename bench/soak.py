"""Three real nodes exchange records for an hour while everything goes wrong at random; then all must agree.

Nodes are killed, whole, in part and at points with names; power is cut; lines refuse, break, crawl, swallow
and lose answers; batches come twice and in the wrong order, receipts again, bundles in between; clocks jump,
disks fill up, keys roll over. At the end everything is healed and drained, and all sides of every stream are
held against each other: the same leaves in the same order, one effect and one receipt for each, both logs as
they were written, every head that a partner holds still the beginning of the log. One node is never killed:
the memory of its processes must be flat. The seed is printed; the same seed begins the same faults.
"""

import argparse
import json
import os
import random
import shutil
import sys
import time
from pathlib import Path
from typing import Any

BENCH = Path(__file__).resolve().parent
sys.path[:0] = [str(BENCH), str(BENCH.parent)]

GROWTH_LIMIT_KB = 6_000
"""Growth that a process of the steady node may show over the time that is judged, by its slope: caches of the
database still fill up. Over an hour that is the slope's limit too."""
SAMPLE_SECONDS = 10.0
FAULT_SECONDS = (0.5, 4.0)
DRAIN_SECONDS = 300.0
HEALING = ["trust.own-key-refused"]
"""Alarms that may be raised on the way, because they clear themselves: no alarm may be open in the end."""
SETTLING = 0.2
"""The part of the time, at the beginning, in which memory may still grow: caches fill, code is read in."""


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _publish(fleet: Any, chance: random.Random) -> int:  # noqa: ANN401  the fleet is imported where it is used
    """Some records for somebody; none where the node cannot store them now, and then none at all."""
    from tests.processes.nodes import StepFailedError

    pair = chance.choice(sorted(fleet.lines))
    count = chance.randrange(1, 12)
    known = list(fleet.published.get(pair, []))
    try:
        fleet.publish(*pair, count, portion=count, padding=chance.choice([0, 0, 0, 2000, 10_000]))
    except StepFailedError:
        fleet.published[pair] = known
        return 0
    return count


def run(minutes: float, seed: int, folder: Path, server: str) -> dict[str, Any]:
    """The soak; returns the report. AssertionError where the sides do not agree in the end."""
    from rig.memory import Watch
    from rig.weather import MORTAL, STEADY, Weather

    from tests.faults.fleet import Fleet, Stage
    from tests.faults.machine import COMPILER

    stage = Stage(folder / "stage", server, f"soak_{os.getpid()}")
    stage.folder.mkdir()
    fleet = Fleet(stage, folder / "fleet")
    chance = random.Random(seed)
    watch = Watch()
    published = 0
    try:
        stage.build()
        fleet.start(power=MORTAL if COMPILER and not server else ())
        weather = Weather(fleet, chance)
        start = time.monotonic()
        next_sample = next_fault = 0.0
        next_word = 60.0
        while (now := time.monotonic() - start) < minutes * 60:
            published += _publish(fleet, chance)
            if now >= next_fault:
                weather.turn(now)
                next_fault = now + chance.uniform(*FAULT_SECONDS)
            if now >= next_sample:
                for node_id, node in fleet.nodes.items():
                    if node.process is not None and node.process.poll() is None:
                        watch.look(now, node_id, node.process.pid)
                next_sample = now + SAMPLE_SECONDS
            if now >= next_word:
                _say(f"{now / 60:5.0f} min  {published} records  {sum(weather.counts.values())} faults")
                next_word += 60
            time.sleep(chance.uniform(0.05, 0.6))
        weather.end()
        _say("drained and compared from here on")
        fleet.drain(DRAIN_SECONDS)
        among = dict.fromkeys(fleet.nodes, HEALING)
        stories = fleet.settled(seconds=DRAIN_SECONDS, alarms_among=among)
        for node_id, node in fleet.nodes.items():
            fleet.until(lambda node=node: node.ask("open_alarms") == [], f"alarms of {node_id} stay open", 60)
    finally:
        fleet.stop()
        stage.drop()
    since = minutes * 60 * SETTLING
    memory = {node_id: watch.report(node_id, since) for node_id in sorted(fleet.nodes)}
    slopes = {part: row["slope_kb_per_hour"] for part, row in memory[STEADY].items()}
    hours = {part: row["minutes"] / 60 for part, row in memory[STEADY].items()}
    growth = {part: round(slope * hours[part], 1) for part, slope in slopes.items()}
    return {
        "published": published,
        "streams": {
            f"{one}>{other}": len(subjects) for (one, other), subjects in sorted(fleet.published.items())
        },
        "logs": {node_id: [story["size"], story["root"]] for node_id, story in stories.items()},
        "equal": True,
        "faults": dict(sorted(weather.counts.items())),
        "memory": memory,
        "steady_node": STEADY,
        "steady_slopes_kb_per_hour": slopes,
        "steady_growth_kb": growth,
        "growth_limit_kb": GROWTH_LIMIT_KB,
        "flat": all(grown <= GROWTH_LIMIT_KB for grown in growth.values()),
    }


def main() -> int:
    """Run the soak and print its report as JSON; exit code 1 where something did not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument(
        "--postgres", default="", help="a server such as postgres://postgres@127.0.0.1:5432/x"
    )
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**9)
    _say(f"seed {seed}")
    base = BENCH.parent / "var" / "bench"
    base.mkdir(parents=True, exist_ok=True)
    folder = base / f"soak-{seed}-{os.getpid()}"
    folder.mkdir()
    database = "postgresql" if options.postgres else "sqlite"
    report: dict[str, Any] = {
        "bench": "soak",
        "seed": seed,
        "minutes": options.minutes,
        "database": database,
    }
    try:
        report |= run(options.minutes, seed, folder, options.postgres)
    except AssertionError as error:
        report |= {"equal": False, "failure": str(error)[:4000], "kept_in": str(folder)}
    holds = report["equal"] and report.get("flat", False)
    if holds:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps({**report, "holds": holds}, indent=1))
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
