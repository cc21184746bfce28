"""Everything that goes wrong between and inside three nodes, at random: faults that begin, last and end."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from rig.memory import parts_of
from tests.faults import rig as points
from tests.faults.fleet import AgentGoneError, Fleet
from tests.faults.machine import COMPILER
from tests.processes.nodes import StepFailedError

STEADY = "md"
"""The node that is never killed and whose memory is judged; everything else may happen to it too."""
MORTAL = ("cn", "mm")
KEYS = ("seal", "log", "encryption")
End = Callable[[], None]


def _nothing() -> None:
    """What ends a fault that is over at once."""


@dataclass
class Weather:
    """Begins faults on a fleet and ends them when their time is over."""

    fleet: Fleet
    chance: random.Random
    counts: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    _lasting: list[tuple[float, str, End]] = field(default_factory=list)
    _busy: set[str] = field(default_factory=set)

    def turn(self, moment: float) -> None:
        """End what is over, and begin one more fault where fewer than three last."""
        for fault in [lasting for lasting in self._lasting if lasting[0] <= moment]:
            self._lasting.remove(fault)
            fault[2]()
        if len(self._lasting) < 3:
            fault = self.chance.choices(list(self._all()), weights=list(self._all().values()))[0]
            fault(moment)

    def end(self) -> None:
        """End every fault."""
        for _, _, end in self._lasting:
            end()
        self._lasting = []
        self.fleet.heal()

    def _all(self) -> dict[Callable[[float], None], int]:
        always = {
            self.kill: 2,
            self.kill_a_part: 3,
            self.kill_at_a_point: 4,
            self.refuse: 2,
            self.cut: 3,
            self.reset: 4,
            self.lose_answers: 4,
            self.delay_answers: 2,
            self.slow_down: 2,
            self.swallow: 1,
            self.duplicate: 4,
            self.reorder: 4,
            self.repeat_receipts: 3,
            self.carry_bundles: 3,
            self.roll_a_key: 1,
        }
        machines = {self.move_a_clock: 2, self.fill_a_disk: 2} if COMPILER else {}
        powers = {self.cut_power: 2} if self.fleet.shadowed else {}
        return always | machines | powers

    def _last(self, moment: float, seconds: float, name: str, end: End) -> None:
        self._lasting.append((moment + seconds, name, end))

    def _pair(self) -> tuple[str, str]:
        return self.chance.choice(sorted(self.fleet.lines))

    def _victim(self) -> str | None:
        """A node that may be killed now and is not being killed already."""
        free = [node_id for node_id in MORTAL if node_id not in self._busy]
        return self.chance.choice(free) if free else None

    def _bring_back(self, node_id: str) -> End:
        def bring_back() -> None:
            node = self.fleet[node_id]
            with suppress(FileNotFoundError):
                (node.home / points.FILE).unlink()
            if node.process is not None and node.process.poll() is not None:
                if COMPILER:  # nobody starts a database before there is room for it to write
                    self.fleet.machines[node_id].fill_disk(full=False)
                self.fleet.restart(node_id)
            self._busy.discard(node_id)

        return bring_back

    # Kills

    def kill(self, moment: float) -> None:
        """kill -9 of a whole node; it is started again after some seconds."""
        if (node_id := self._victim()) is not None:
            self.counts["node killed"] += 1
            self._busy.add(node_id)
            self.fleet[node_id].kill()
            self._last(moment, self.chance.uniform(0, 8), "kill", self._bring_back(node_id))

    def cut_power(self, moment: float) -> None:
        """A kill that also loses what was not synced."""
        if (node_id := self._victim()) is not None and node_id in self.fleet.shadowed:
            self.counts["power cut"] += 1
            self._busy.add(node_id)
            self.fleet.cut_power(node_id)
            self._last(moment, self.chance.uniform(0, 8), "power", self._bring_back(node_id))

    def kill_a_part(self, _moment: float) -> None:
        """kill -9 of the web server, its worker or the delivering worker; the supervisor starts it anew."""
        node_id = self._victim()
        process = self.fleet[node_id].process if node_id is not None else None
        if process is None or process.poll() is not None:
            return
        parts = parts_of(process.pid)
        parts.pop("supervisor")
        if parts:
            name = self.chance.choice(sorted(parts))
            self.counts[f"{name} killed"] += 1
            with suppress(ProcessLookupError):
                os.kill(parts[name], signal.SIGKILL)

    def kill_at_a_point(self, moment: float) -> None:
        """kill -9 of a node at a point with a name, if it is reached."""
        if (node_id := self._victim()) is not None:
            point = self.chance.choice([*points.SENDERS, *points.RECEIVERS])
            self.counts["kill armed at a point"] += 1
            self._busy.add(node_id)
            self.fleet.kill_at(node_id, point)
            self._last(moment, self.chance.uniform(3, 10), "point", self._bring_back(node_id))

    # Lines

    def refuse(self, moment: float) -> None:
        """A line refuses connections for a while."""
        line = self.fleet.lines[self._pair()]
        self.counts["line refused"] += 1
        line.refuse()
        self._last(moment, self.chance.uniform(1, 20), "refuse", line.heal)

    def cut(self, _moment: float) -> None:
        """What is under way on a line is reset."""
        self.counts["line cut"] += 1
        self.fleet.lines[self._pair()].cut()

    def reset(self, _moment: float) -> None:
        """The next call on a line is reset inside its request or its answer."""
        line = self.fleet.lines[self._pair()]
        place = self.chance.random()
        if self.chance.random() < 0.5:
            self.counts["request reset"] += 1
            line.reset_requests_at.append(place)
        else:
            self.counts["answer reset"] += 1
            line.reset_answers_at.append(place)

    def lose_answers(self, _moment: float) -> None:
        """The next answers on a line never arrive."""
        self.counts["answers lost"] += 1
        self.fleet.lines[self._pair()].lost_answers += self.chance.randrange(1, 4)

    def delay_answers(self, moment: float) -> None:
        """Answers on a line are late, some beyond the time limit."""
        line = self.fleet.lines[self._pair()]
        self.counts["answers delayed"] += 1
        line.answer_delay = self.chance.uniform(0.2, 4)
        self._last(moment, 10, "delay", line.heal)

    def slow_down(self, moment: float) -> None:
        """A line carries some kB a second."""
        line = self.fleet.lines[self._pair()]
        self.counts["line slow"] += 1
        line.bytes_a_second = self.chance.uniform(1000, 10_000)
        self._last(moment, self.chance.uniform(5, 20), "slow", line.heal)

    def swallow(self, moment: float) -> None:
        """A line swallows everything."""
        line = self.fleet.lines[self._pair()]
        self.counts["line a black hole"] += 1
        line.black_hole = True

        def end() -> None:
            line.heal()
            line.cut()

        self._last(moment, self.chance.uniform(3, 12), "hole", end)

    # Batches, receipts, bundles, by hand

    def duplicate(self, _moment: float) -> None:
        """An old request is sent once more, byte for byte."""
        line = self.fleet.lines[self._pair()]
        if line.requests:
            self.counts["request played again"] += 1
            with suppress(OSError):
                line.play_again(self.chance.choice(list(line.requests)))

    def _ask(self, node_id: str, step: str, *arguments: object) -> object:
        """A step that may fail for what else is wrong just now; None where it did."""
        try:
            return self.fleet[node_id].ask(step, *arguments)
        except AgentGoneError:
            return None
        except StepFailedError as error:
            self.counts[f"{step}: {error.code}"] += 1
            return None

    def reorder(self, _moment: float) -> None:
        """A batch from the middle of what waits, or of what was receipted long ago."""
        one, other = self._pair()
        waiting = self._ask(one, "waiting", other)
        if not isinstance(waiting, list):
            return
        if not waiting:
            last = self.fleet[one].ask("position")["streams"][f"{one}>{other}#1"][0]
            waiting = self._ask(one, "tokens_from", other, self.chance.randrange(1, last + 1))
        if isinstance(waiting, list) and waiting:
            start = self.chance.randrange(len(waiting))
            answers = self._ask(one, "push", other, waiting[start : start + 20])
            self.counts["batch out of order"] += 1
            if isinstance(answers, list):
                self._ask(one, "settle", other, answers)

    def repeat_receipts(self, _moment: float) -> None:
        """Receipts that were given come again, shuffled."""
        one, other = self._pair()
        receipts = self._ask(other, "receipts_given", one, 5)
        if isinstance(receipts, list) and receipts:
            self.counts["receipts repeated"] += 1
            self.chance.shuffle(receipts)
            self._ask(other, "post_answers", one, receipts)

    def carry_bundles(self, _moment: float) -> None:
        """A stick goes there, is read once or twice, and another comes back."""
        one, other = self._pair()
        stick = self._ask(one, "bundle_out", other)
        if stick:
            self.counts["bundle carried"] += 1
            for _ in range(self.chance.randrange(1, 3)):
                self._ask(other, "bundle_in", stick)
            back = self._ask(other, "bundle_out", one)
            if back:
                self._ask(one, "bundle_in", back)

    def roll_a_key(self, _moment: float) -> None:
        """A node puts a new key in the place of one in use."""
        if any(name == "clock" for _, name, _ in self._lasting):
            return  # a key made under a clock that is ahead is not valid yet once it is put right
        node_id = self.chance.choice(sorted(self.fleet.nodes))
        purpose = self.chance.choice(KEYS)
        if self._ask(node_id, "roll_over", purpose):
            self.counts[f"{purpose} key rolled over"] += 1

    # Machines

    def move_a_clock(self, moment: float) -> None:
        """One node's clock is hours off for a while; two at once would be further apart than is tolerated."""
        if any(name == "clock" for _, name, _ in self._lasting):
            return
        machine = self.fleet.machines[self.chance.choice(sorted(self.fleet.machines))]
        self.counts["clock moved"] += 1
        machine.set_clock(self.chance.uniform(-10, 10))
        self._last(moment, self.chance.uniform(3, 20), "clock", lambda: machine.set_clock(0))

    def fill_a_disk(self, moment: float) -> None:
        """The disk of a node is full for a while."""
        machine = self.fleet.machines[self.chance.choice(sorted(self.fleet.machines))]
        self.counts["disk full"] += 1
        machine.fill_disk()
        self._last(moment, self.chance.uniform(1, 8), "disk", lambda: machine.fill_disk(full=False))


class LineWeather(Weather):
    """Weather of lines, batches, receipts and sticks alone: two nodes that somebody else kills."""

    def _all(self) -> dict[Callable[[float], None], int]:
        return {
            self.refuse: 3,
            self.cut: 4,
            self.reset: 5,
            self.lose_answers: 4,
            self.delay_answers: 2,
            self.slow_down: 1,
            self.duplicate: 4,
            self.reorder: 4,
            self.repeat_receipts: 3,
            self.carry_bundles: 1,
        }


def pause(seconds: float) -> None:
    """Let the nodes work."""
    time.sleep(seconds)
