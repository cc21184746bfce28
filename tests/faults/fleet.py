"""Real nodes that have met and agreed, lines between them that can be as bad as lines are, and the reckoning.

A fleet is made from a stage: nodes that met and agreed once, copied for each fleet, so that a new fleet costs
no more than starting its processes.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import permutations
from pathlib import Path
from typing import Any

from tests.faults import rig
from tests.faults.line import Line
from tests.faults.machine import COMPILER, Machine
from tests.faults.places import KIND
from tests.faults.stage import NODE_IDS, SERVER, TIMEOUT_SECONDS, Stage, hand_over
from tests.processes.nodes import (
    ROOT,
    AgentGoneError,
    RealNode,
    StepFailedError,
)


@dataclass
class Fleet:
    """Running nodes with a line for each ordered pair; what was published is remembered for the reckoning."""

    stage: Stage
    folder: Path
    nodes: dict[str, RealNode] = field(default_factory=dict)
    lines: dict[tuple[str, str], Line] = field(default_factory=dict)
    variables: dict[str, dict[str, str]] = field(default_factory=dict)
    machines: dict[str, Machine] = field(default_factory=dict)
    published: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    marks: dict[str, int] = field(default_factory=dict)
    spoiled: bool = False
    shadowed: frozenset[str] = frozenset()
    _copy: str = ""

    def start(self, ids: Iterable[str] = NODE_IDS, *, power: Iterable[str] = ()) -> "Fleet":
        """Copy the stage, lay the lines and start the nodes named; the others stay at rest.

        What the nodes of ``power`` sync is remembered, so that their power can be cut.
        """
        self.shadowed = frozenset(power)
        self.nodes = self.stage.copy(self.folder)
        self._copy = self.stage.newest
        for node_id, node in self.nodes.items():
            if COMPILER:
                machine = self.machines[node_id] = Machine(node.home, self.folder)
                if node_id in self.shadowed:
                    machine.watch_power()
                node.variables.update(machine.variables)
            node.variables.update(self.variables.get(node_id, {}))
        for one, other in permutations(self.nodes, 2):
            self.lines[one, other] = Line(self.nodes[other].port)
        for one, node in self.nodes.items():
            routes = [
                f"{other}=http://localhost:{self.lines[one, other].port}"
                for other in self.nodes
                if other != one
            ]
            node.variables["ISTHMUS_ROUTES"] = ", ".join(routes)
            # What a row sends by hand goes past the line, so that the worker can be kept from sending it.
            direct = [
                f"{other}=http://localhost:{self.nodes[other].port}" for other in self.nodes if other != one
            ]
            node.agent_variables["ISTHMUS_ROUTES"] = ", ".join(direct)
        for node_id in ids:
            self.nodes[node_id].start()
        for node_id in ids:
            self.nodes[node_id].wait_until_ready()
        self.begin_row()
        return self

    def stop(self) -> None:
        """End everything that this fleet started."""
        for line in self.lines.values():
            line.close()
        for node in self.nodes.values():
            node.dismiss()
            if node.process is not None and node.process.poll() is None:
                node.kill()
        if self._copy:
            self.stage.drop(self._copy)

    def begin_row(self) -> None:
        """Remember where each node stands, so that only new alarms count."""
        self.marks = {node_id: node.ask("position")["alarm"] for node_id, node in self.nodes.items()}

    def __getitem__(self, node_id: str) -> RealNode:
        return self.nodes[node_id]

    # What a row does

    def publish(
        self, sender: str, receiver: str, count: int, *, portion: int = 5, padding: int = 0
    ) -> list[str]:
        """Publish declarations and return their numbers; the business has them from then on."""
        known = self.published.setdefault((sender, receiver), [])
        first = len(known)
        made = [f"EX-{sender}-{receiver}-{number}" for number in range(first, first + count)]
        known += made
        self.nodes[sender].ask("publish_numbers", receiver, first, count, portion, padding)
        return made

    def code_of_publishing(self, sender: str, receiver: str) -> str:
        """The code with which publishing one record is refused now; empty where it is published."""
        try:
            self.nodes[sender].ask("publish_numbers", receiver, 900_000, 1, 1)
        except StepFailedError as error:
            return error.code
        return ""

    def kill_at(self, node_id: str, point: str) -> None:
        """Let a node be killed at a point with a name."""
        rig.arm(self.nodes[node_id].home, point)

    def cut_power(self, node_id: str) -> None:
        """Kill every process of a node and lose what it had not synced."""
        node = self.nodes[node_id]
        node.dismiss()
        if node.process is not None and node.process.poll() is None:
            node.kill()
        self.machines[node_id].lose_what_was_not_synced()

    def snapshot(self, node_id: str) -> None:
        """Keep what a machine's snapshot would hold of a node; it is stopped for that and started again."""
        self._halt(node_id)
        kept = self.folder / f"{node_id}-snapshot"
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(self.nodes[node_id].home, kept)
        self.stage.keep_database(node_id, self._copy)
        self.restart(node_id)

    def put_snapshot_back(self, node_id: str) -> None:
        """Put a kept snapshot in the place of a node, silently; it is not started."""
        self._halt(node_id)
        home = self.nodes[node_id].home
        shutil.rmtree(home)
        shutil.copytree(self.folder / f"{node_id}-snapshot", home)
        self.stage.put_database_back(node_id, self._copy)

    def take_database_away(self, node_id: str, *, back: bool = False) -> None:
        """Let a node's database on the server be gone, or be there again."""
        self.stage.take_database_away(node_id, self._copy, back=back)

    def _halt(self, node_id: str) -> None:
        node = self.nodes[node_id]
        node.dismiss()
        if node.process is not None and node.process.poll() is None:
            node.kill()

    def wait_for_death(self, node_id: str, seconds: float = 90) -> None:
        """Return once the node was killed; AssertionError where it lives on."""
        process = self.nodes[node_id].process
        assert process is not None
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{node_id} was not killed") from None

    def restart(self, node_id: str, **variables: str) -> None:
        """Start a node that was stopped or killed; ``variables`` go into its environment from now on."""
        node = self.nodes[node_id]
        node.variables.update(variables)
        node.dismiss()
        node.start()
        node.wait_until_ready()

    def until(self, holds: Any, what: str, seconds: float = 90) -> None:
        """Wait for a condition; AssertionError that says ``what`` did not come true."""
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, what
            time.sleep(0.05)

    def heal(self) -> None:
        """Make every line good and start every node that is down."""
        for line in self.lines.values():
            line.heal()
        for machine in self.machines.values():
            machine.set_clock(0)
            machine.fill_disk(full=False)
        for node in self.nodes.values():
            if node.process is not None and node.process.poll() is not None:
                node.dismiss()
                node.start()
        for node in self.nodes.values():
            if node.process is not None:
                node.wait_until_ready()

    def command(self, node_id: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        """Run an `isthmus` command inside a node, as an operator does."""
        return subprocess.run(
            [sys.executable, "-m", "isthmus.node", *arguments],
            env=self.nodes[node_id].environment,
            capture_output=True,
            cwd=ROOT,
            check=False,
        )

    # The reckoning

    def drain(self, seconds: float = 120) -> None:
        """Wait until every record of every open stream has its receipt."""
        for node_id, node in self.nodes.items():
            left = node.ask("drained_within", seconds)
            assert left == 0, f"{left} records of {node_id} have no receipt: {node.ask('position')}"

    def settled(
        self,
        *,
        alarms: Mapping[str, list[str]] | None = None,
        alarms_among: Mapping[str, list[str]] | None = None,
        heads_of: Iterable[str] = NODE_IDS,
        refused: Mapping[str, str] | None = None,
        frozen: Iterable[str] = (),
        seconds: float = 120,
    ) -> dict[str, Any]:
        """Drain, then hold all sides of the story against each other; returns them by node.

        Nothing lost, no effect twice, order kept, verdicts and receipts on both sides, both logs as they were
        written, every head that a partner holds still the beginning of the log, no alarm but those of
        ``alarms`` (codes by node), or some of ``alarms_among``. Heads of ``heads_of`` are checked: a node
        that came back has another history than the one it showed. ``refused`` are the subjects that were
        refused, with the code.
        """
        self.drain(seconds)
        stories = {node_id: node.ask("story", self.marks[node_id]) for node_id, node in self.nodes.items()}
        for node_id, story in stories.items():
            assert story["findings"] == [], f"log of {node_id}"
            if alarms_among is not None:
                assert set(story["alarms"]) <= set(alarms_among.get(node_id, [])), f"alarms of {node_id}"
            else:
                assert story["alarms"] == list((alarms or {}).get(node_id, [])), f"alarms of {node_id}"
            for other, (size, root) in story["heads"].items():
                if other in heads_of:
                    assert self.nodes[other].ask("proves", size, root), f"{node_id}'s head of {other}"
        for one, other in permutations(stories, 2):
            self._compare(one, other, stories, refused or {}, set(frozen))
        self.begin_row()
        self.spoiled = False
        return stories

    def _compare(
        self,
        one: str,
        other: str,
        stories: Mapping[str, Any],
        refused: Mapping[str, str],
        frozen: set[str],
    ) -> None:
        """One direction: what ``one`` says it sent is what ``other`` says it received."""
        sent = _streams(stories[one], "out", other)
        received = _streams(stories[other], "in", one)
        assert sent.keys() >= received.keys()
        for name, theirs in received.items():
            ours = sent[name]
            if name in frozen:
                continue
            last = name == max(received, key=lambda one: int(one.rpartition("#")[2]))
            state = "open" if last else "closed"
            assert (ours["state"], theirs["state"]) == (state, state), name
            assert ours["records"] == theirs["records"], name
            assert ours["last"] == theirs["last"], name
            assert [row[0] for row in ours["records"]] == list(range(1, len(ours["records"]) + 1)), name
            assert (ours["without_receipt"], theirs["without_receipt"]) == (0, 0), name
        rows = [row for name in sorted(sent) for row in sent[name]["records"] if row[4] == KIND]
        assert [row[5] for row in rows] == self.published.get((one, other), [])
        for _seq, _leaf, verdict, code, _kind, subject in rows:
            self._check_verdict(subject, verdict, code, refused)
        effects = [leaf for partner, leaf, _number in stories[other]["declarations"] if partner == one]
        expected = [
            row[1] for name in sorted(received) for row in received[name]["records"]
            if row[4] == KIND and row[2] == "accepted"
        ]  # fmt: skip
        if not frozen:
            assert effects == expected, f"effects of {one}'s records at {other}"

    def _check_verdict(self, subject: str, verdict: str, code: str, refused: Mapping[str, str]) -> None:
        if subject in refused:
            self._refused.setdefault(subject, refused[subject])
        expected = ("refused", self._refused[subject]) if subject in self._refused else ("accepted", "")
        assert (verdict, code) == expected, subject

    _refused: dict[str, str] = field(default_factory=dict)


def _streams(story: Mapping[str, Any], direction: str, partner: str) -> dict[str, Any]:
    return {
        name: stream
        for name, stream in story["streams"].items()
        if (stream["direction"], stream["partner"]) == (direction, partner)
    }


__all__ = ["SERVER", "TIMEOUT_SECONDS", "AgentGoneError", "Fleet", "Stage", "hand_over"]
