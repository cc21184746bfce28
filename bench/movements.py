"""Ten thousand movements between two real nodes over lines that are cut, late, repeated and out of order.

Every draft (IE815) is taken in and accepted at one node, travels as a record (IE801), is received and
answered at the other (IE818), and closes on both. Meanwhile lines refuse, are reset inside requests and
answers, lose and delay answers and crawl; old requests, receipts and bundles come again, batches out of
order; each node is killed, with the program that works on it, and started again. In the end both nodes are
held against each other: every movement closed and none twice, nothing unmatched, references without a gap,
streams and logs alike. One load at two gates must raise its alarms on both sides.

The processor time of each node is that of its service and of the program that takes the drafts in or answers
them; a PostgreSQL server's backends are told beside it. The peer of the same run is the bare exchange: two
nodes that carry records of about 10 kB in batches of 100, whose handler stores one row. A movement is two
records, so the ratio says how many bare records a movement costs. Ends with 1 where an invariant breaks or a
movement costs more than the limit, which is judged from two thousand movements on.
"""

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

BENCH = Path(__file__).resolve().parent
sys.path[:0] = [str(BENCH), str(BENCH.parent)]

LIMIT_RATIO = 80.0
"""Bare records whose processor time one movement may cost, from the draft to the closing on both sides. Ten
thousand cost 67 each on a busy machine: a guard against becoming dearer, not a bar to be proud of."""
ENOUGH = 2000
"""Movements from which on the starts of the processes no longer weigh, so that the ratio is judged."""
FAULT_SECONDS = (0.5, 4.0)
LOOK_SECONDS = 0.2
KILLS = 4
DRAIN_SECONDS = 600.0
PEER_RECORDS = 3000
STEPS = "tests.processes.movement_steps"
VARIABLES = {
    "ISTHMUS_POLL_SECONDS": "0.1",
    "ISTHMUS_RETRY_LIMIT_SECONDS": "1",
    "ISTHMUS_REQUEST_TIMEOUT_SECONDS": "30",
    "ISTHMUS_THREADS": "3",
}
_RETRY = re.compile("Next attempt in")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@dataclass
class Meter:
    """Processor time by node, of processes that live and of those that were killed."""

    seen: dict[str, dict[int, float]] = field(default_factory=dict)

    def look(self, name: str, pids: list[int]) -> None:
        """Note what these processes and all their descendants have spent so far."""
        from rig import cpu

        spent = self.seen.setdefault(name, {})
        for pid in pids:
            for member in cpu.family(pid):
                spent[member] = max(spent.get(member, 0.0), cpu.spent(member))

    def seconds(self, name: str) -> float:
        """All that was seen of a node."""
        return sum(self.seen.get(name, {}).values())


@dataclass
class Writers:
    """The program that works on each node: it is killed with its node, and goes on where it stopped."""

    pair: Any
    tasks: dict[str, tuple[str, ...]]
    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def start(self, node_id: str) -> None:
        """Start or go on."""
        self.running[node_id] = self.pair[node_id].begin(*self.tasks[node_id])

    def kill(self, node_id: str) -> None:
        """kill -9."""
        self.running[node_id].kill()
        self.running[node_id].communicate()

    def all_done(self) -> bool:
        """Whether each has ended; AssertionError where one failed."""
        for node_id, process in self.running.items():
            if process.poll() not in {None, 0}:
                raise AssertionError(f"{node_id}: {process.communicate()[1].decode()[-3000:]}")
        return all(process.poll() == 0 for process in self.running.values())

    def stop(self) -> None:
        """End what is left."""
        for process in self.running.values():
            if process.poll() is None:
                process.kill()
            process.communicate()


class Run:
    """One run over a pair of nodes."""

    def __init__(self, pair: Any, count: int, seed: int) -> None:  # noqa: ANN401  imported where it is used
        from rig.weather import LineWeather

        self.pair, self.count = pair, count
        self.chance = random.Random(seed)
        self.weather = LineWeather(pair, self.chance)
        self.writers = Writers(
            pair, {"mm": ("take_in", str(count)), "cn": ("answer", str(count), str(DRAIN_SECONDS))}
        )
        self.meter = Meter()
        self.kills = 0

    def prepare(self) -> None:
        """Agree, register the consignor, and start both nodes."""
        mm, cn = self.pair["mm"], self.pair["cn"]
        self.pair.start()
        agreement = mm.run("propose", "mm", "cn")
        cn.run("sign", agreement)
        mm.run("in_force", agreement)
        mm.run("register")

    def look(self) -> None:
        """Note what each node has spent."""
        for node_id, writer in self.writers.running.items():
            node = self.pair[node_id]
            self.meter.look(node_id, [node.process.pid, writer.pid])

    def kill(self) -> None:
        """Kill one node and its program in the middle of their work, and start them again."""
        victim = ("mm", "cn")[self.kills % 2]
        self.look()
        self.writers.kill(victim)
        self.pair.kill(victim)
        self.kills += 1
        time.sleep(self.chance.uniform(0.1, 1.0))
        self.pair.restart(victim)
        self.writers.start(victim)

    def closed(self) -> int:
        """How many movements are closed on the side that closes first."""
        return int(self.pair["cn"].ask("progress").get("delivered", 0))

    def carry(self) -> float:
        """All of it, under bad weather; returns the seconds it took."""
        begun = time.monotonic()
        for node_id in self.writers.tasks:
            self.writers.start(node_id)
        next_fault = next_word = 0.0
        while not self.writers.all_done():
            now = time.monotonic() - begun
            self.look()
            if now >= next_fault:
                self.weather.turn(now)
                next_fault = now + self.chance.uniform(*FAULT_SECONDS)
            if now >= next_word:
                done = self.closed()
                _say(f"{now:6.0f} s  {done} closed  {sum(self.weather.counts.values())} faults")
                next_word = now + 10
                if self.kills < KILLS and done > self.count * (self.kills + 0.5) / (KILLS + 1):
                    self.kill()
            time.sleep(LOOK_SECONDS)
        self.weather.end()
        self.pair["mm"].ask("all_delivered", self.count)
        self.look()
        return time.monotonic() - begun

    def calm(self, seconds: float = 60.0) -> None:
        """Give alarms that clear themselves the time to do so; what stays open is told as broken."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and any(node.ask("open_alarms") for node in self.pair.nodes.values()):
            time.sleep(1)

    def retries(self) -> int:
        """Attempts to deliver that failed and were put off, by the nodes' own logs."""
        logs = (node.home / "node.log" for node in self.pair.nodes.values())
        return sum(len(_RETRY.findall(log.read_text(errors="replace"))) for log in logs)

    def gates(self) -> dict[str, Any]:
        """One load through both countries' gates, then a second load under the same reference at another."""
        from isthmus.apps.excise.movements.rules import arc as references

        mm, cn = self.pair["mm"], self.pair["cn"]
        first = mm.ask("one_on_the_road", self.count)
        assert references.read(first).sound
        found = {
            "let through here": mm.ask("scan", first, "North gate", "out", "MM 1"),
            "let through there": cn.ask("scan", first, "South gate", "in", "MM 1"),
            "second load here": mm.ask("scan", first, "East gate", "out", "ZZ 9"),
            "second load there": cn.ask("scan", first, "West gate", "in", "ZZ 9"),
        }
        found["told here"] = mm.ask("told_scans", first, 2)
        found["told there"] = cn.ask("told_scans", first, 2)
        return found


def broken(count: int, sides: dict[str, Any], gates: dict[str, Any], pair: Any) -> list[str]:  # noqa: ANN401  as above
    """Every invariant that does not hold."""
    from tests.processes.rough import differing

    found = []

    def must(name: str, got: object, wanted: object) -> None:
        if got != wanted:
            found.append(f"{name}: {got} instead of {wanted}")

    all_of_them = count + 1  # the last is on the road, for the gates
    own = {"mm": {"IE815  mm": all_of_them}, "cn": {}}
    for node_id, side in sides.items():
        must(f"{node_id} states", side["states"], {"delivered": count, "accepted": 1})
        must(f"{node_id} distinct references", side["distinct_arcs"], all_of_them)
        must(f"{node_id} unmatched", side["unmatched"], 1)
        must(f"{node_id} told by both", side["told_by_both"], count)
        must(f"{node_id} goods", side["lines"], all_of_them)
        expected = {"IE801 accept mm": all_of_them, "IE818 receive cn": count}
        must(f"{node_id} messages", side["messages"], expected | own[node_id])
        must(f"{node_id} repetitions", side["most_alike"], 1)
        must(f"{node_id} closings", (side["closings"], side["most_closings"]), (count, 1))
        must(f"{node_id} without receipt", side["without_receipt"], 0)
        must(f"{node_id} effects", set(side["effects"]), {"applied"})
        must(f"{node_id} log", side["findings"], [])
        must(f"{node_id} alarms", side["alarms"], [])
        for name, stream in side["streams"].items():
            must(f"{node_id} {name} without a gap", stream["gapless"], True)
            must(f"{node_id} {name} refused", stream["refused"], 0)
        for other, (size, root) in side["heads"].items():
            must(f"{node_id}'s head of {other}", pair[other].ask("proves", size, root), True)
    must("duty reserved", sides["mm"]["reserved"], sides["mm"]["duty_of_one"])
    must("series", sides["mm"]["series"], [all_of_them])
    must("references", sides["mm"]["arcs"], sides["cn"]["arcs"])
    must("streams that differ", differing(sides["mm"]["streams"], sides["cn"]["streams"]), [])
    again = ["again", "other-gate", "other-plate"]
    must("gates: first load", (gates["let through here"], gates["let through there"]), ([], []))
    must("gates: second load", (gates["second load here"], gates["second load there"]), (again, again))
    for name in ("told here", "told there"):
        must(f"gates: {name}", [(passed, bool(alarms)) for _, passed, alarms in gates[name]],
             [(True, False), (False, True)])  # fmt: skip
    return found


def bare(folder: Path, records: int) -> float:
    """Processor seconds of a bare record, both nodes, in batches of 100."""
    from rig import nodes

    with nodes.two_nodes(folder, {"mm": "", "cn": ""}) as (sender, receiver):
        task = {"kind": nodes.KINDS["one-row"], "size": 100, "to": receiver.node_id}
        sender.ask("exchange", seconds=60, most=300, **task)
        before = nodes.spent(sender, receiver)
        done = sender.ask("exchange", seconds=600, most=records, **task)["done"]
        return (nodes.spent(sender, receiver) - before) / done


def run(count: int, seed: int, folder: Path) -> dict[str, Any]:
    """The whole report."""
    from tests.processes.rough import rough

    with rough(folder, "movements", VARIABLES, STEPS) as pair:
        attempt = Run(pair, count, seed)
        try:
            attempt.prepare()
            seconds = attempt.carry()
            gates = attempt.gates()
            pair.drain(DRAIN_SECONDS)
            attempt.calm()
            sides = {node_id: node.ask("reckoning") for node_id, node in pair.nodes.items()}
            faults = broken(count, sides, gates, pair)
        finally:
            attempt.writers.stop()
        calls = attempt.weather.counts
        spent = {node_id: attempt.meter.seconds(node_id) for node_id in pair.nodes}
        retries = attempt.retries()
    peer_folder = folder / "peer"
    peer_folder.mkdir()
    peer = bare(peer_folder, min(2 * count, PEER_RECORDS))
    each = {node_id: round(value / count * 1000, 2) for node_id, value in spent.items()}
    return {
        "movements": count,
        "seconds": round(seconds, 1),
        "movements_per_second": round(count / seconds, 2),
        "cpu_ms_a_movement": each,
        "cpu_seconds_a_movement": round(sum(spent.values()) / count, 4),
        "nodes_killed": attempt.kills,
        "faults": dict(sorted(calls.items())),
        "fault_count": sum(calls.values()),
        "retries": retries,
        "sides": {node_id: _short(side) for node_id, side in sides.items()},
        "gates": gates,
        "broken": faults,
        "bare_record_cpu_ms": round(peer * 1000, 3),
        "ratio": round(sum(spent.values()) / count / peer, 2),
        "ratio_limit": LIMIT_RATIO,
    }


def _short(side: dict[str, Any]) -> dict[str, Any]:
    names = ("states", "messages", "most_alike", "closings", "unmatched", "series", "streams", "log_size")
    return {name: side[name] for name in names}


def main() -> int:
    """Run the benchmark and print its report as JSON; exit code 1 where something does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--movements", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument(
        "--postgres", default="", help="a server such as postgres://postgres@127.0.0.1:5432/x"
    )
    parser.add_argument("--folder", type=Path, help="where the nodes live while it runs (default: var/bench)")
    options = parser.parse_args()
    os.environ["ISTHMUS_TEST_DATABASE"] = options.postgres
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**9)
    _say(f"seed {seed}")
    base = options.folder or BENCH.parent / "var" / "bench"
    base.mkdir(parents=True, exist_ok=True)
    folder = base / f"movements-{seed}-{os.getpid()}"
    folder.mkdir()
    database = "postgresql" if options.postgres else "sqlite"
    report: dict[str, Any] = {"bench": "movements", "seed": seed, "database": database}
    try:
        report |= run(options.movements, seed, folder)
    except AssertionError as error:
        report |= {"broken": [str(error)[:4000]]}
    dear = report.get("ratio", 0.0) > LIMIT_RATIO and options.movements >= ENOUGH
    holds = not report["broken"] and not dear
    if holds:
        shutil.rmtree(folder, ignore_errors=True)
    else:
        report["kept_in"] = folder.name
    print(json.dumps({**report, "holds": holds}, indent=1))
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
