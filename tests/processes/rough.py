"""Two real nodes that have met, with lines between them that can be as bad as lines are."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import permutations
from pathlib import Path
from typing import Any

from tests.faults.line import Line
from tests.processes.nodes import RealNode
from tests.processes.pairs import met


@dataclass
class Pair:
    """Nodes and, for each ordered pair of them, the line on which the first calls the second.

    What is sent by hand (``ask``) goes past the lines.
    """

    nodes: dict[str, RealNode]
    lines: dict[tuple[str, str], Line] = field(default_factory=dict)

    def __getitem__(self, node_id: str) -> RealNode:
        return self.nodes[node_id]

    def lay_lines(self) -> None:
        """Put a line between each node and its partner; call it before they start."""
        for one, other in permutations(self.nodes, 2):
            line = self.lines[one, other] = Line(self.nodes[other].port)
            self.nodes[one].variables["ISTHMUS_ROUTES"] = f"{other}=http://localhost:{line.port}"
            direct = f"{other}=http://localhost:{self.nodes[other].port}"
            self.nodes[one].agent_variables["ISTHMUS_ROUTES"] = direct

    def start(self) -> None:
        """Start both nodes."""
        for node in self.nodes.values():
            node.start()
        for node in self.nodes.values():
            node.wait_until_ready()

    def kill(self, node_id: str) -> None:
        """kill -9 of a node, and of what works beside it."""
        self.nodes[node_id].dismiss()
        self.nodes[node_id].kill()

    def restart(self, node_id: str) -> None:
        """Start a node that was killed."""
        self.nodes[node_id].start()
        self.nodes[node_id].wait_until_ready()

    def heal(self) -> None:
        """Make both lines good and start what is down."""
        for line in self.lines.values():
            line.heal()
        for node_id, node in self.nodes.items():
            if node.process is not None and node.process.poll() is not None:
                self.restart(node_id)

    def drain(self, seconds: float = 120) -> None:
        """Wait until every record has its receipt."""
        for node_id, node in self.nodes.items():
            left = node.ask("drained_within", seconds)
            assert left == 0, f"{left} records of {node_id} have no receipt: {node.ask('position')}"


@contextmanager
def rough(folder: Path, mark: str, variables: Mapping[str, str], steps: str) -> Iterator[Pair]:
    """``mm`` and ``cn`` at rest, with lines between them and ``variables`` in their environment."""
    with met(folder, mark) as nodes:
        pair = Pair({node.node_id: node for node in nodes})
        for node in nodes:
            node.steps = steps
            node.variables.update(variables)
        pair.lay_lines()
        try:
            yield pair
        finally:
            for line in pair.lines.values():
                line.close()
            for node in nodes:
                node.dismiss()


def differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """The streams that two nodes do not hold alike."""
    return sorted(
        name for name in {*one, *other} if name not in one or name not in other or one[name] != other[name]
    )
