"""Two real nodes that have met."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.processes.databases import drop_postgres, make_postgres
from tests.processes.nodes import RealNode

PAIR = (("mm", "MM"), ("cn", "CN"))
"""Who meets where nothing else is said: ids of nodes and their countries."""


@contextmanager
def met(
    folder: Path, mark: str, pair: tuple[tuple[str, str], tuple[str, str]] = PAIR
) -> Iterator[tuple[RealNode, RealNode]]:
    """Two nodes at rest; stopped at the end, and their databases dropped, which bear ``mark``."""
    server = os.environ.get("ISTHMUS_TEST_DATABASE", "")
    nodes: list[RealNode] = []
    names: list[str] = []
    try:
        for node_id, country in pair:
            database = ""
            if server:
                names.append(f"isthmus_{mark}_{node_id}_{os.getpid()}")
                database = make_postgres(server, names[-1])
            nodes.append(RealNode(node_id, folder / node_id, database, country))
            nodes[-1].make()
        one, other = nodes
        cards = {node.node_id: node.run("card") for node in nodes}
        one.run("meet", cards[other.node_id]["card"], cards[other.node_id]["words"])
        other.run("meet", cards[one.node_id]["card"], cards[one.node_id]["words"])
        yield one, other
    finally:
        for node in nodes:
            node.stop()
        for name in names:
            drop_postgres(server, name)


@contextmanager
def running(
    folder: Path, mark: str, pair: tuple[tuple[str, str], tuple[str, str]] = PAIR
) -> Iterator[tuple[RealNode, RealNode]]:
    """The same two, started."""
    with met(folder, mark, pair) as nodes:
        for node in nodes:
            node.start()
        for node in nodes:
            node.wait_until_ready()
        yield nodes
