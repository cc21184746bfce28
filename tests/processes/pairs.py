"""Two real nodes that have met."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.processes.databases import drop_postgres, make_postgres
from tests.processes.nodes import RealNode


@contextmanager
def met(folder: Path, mark: str) -> Iterator[tuple[RealNode, RealNode]]:
    """``mm`` and ``cn``, at rest; stopped at the end, and their databases dropped, which bear ``mark``."""
    server = os.environ.get("ISTHMUS_TEST_DATABASE", "")
    nodes: list[RealNode] = []
    names: list[str] = []
    try:
        for node_id in ("mm", "cn"):
            database = ""
            if server:
                names.append(f"isthmus_{mark}_{node_id}_{os.getpid()}")
                database = make_postgres(server, names[-1])
            nodes.append(RealNode(node_id, folder / node_id, database, node_id.upper()))
            nodes[-1].make()
        mm, cn = nodes
        cards = {node.node_id: node.run("card") for node in nodes}
        mm.run("meet", cards["cn"]["card"], cards["cn"]["words"])
        cn.run("meet", cards["mm"]["card"], cards["mm"]["words"])
        yield mm, cn
    finally:
        for node in nodes:
            node.stop()
        for name in names:
            drop_postgres(server, name)


@contextmanager
def running(folder: Path, mark: str) -> Iterator[tuple[RealNode, RealNode]]:
    """The same two, started."""
    with met(folder, mark) as pair:
        for node in pair:
            node.start()
        for node in pair:
            node.wait_until_ready()
        yield pair
