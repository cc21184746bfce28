"""The stage that fleets are copied from: nodes that met and agreed, at rest."""

import os
import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from urllib.parse import urlsplit

from tests.faults.machine import COMPILER, Machine
from tests.processes.databases import drop_postgres, make_postgres
from tests.processes.nodes import RealNode

NODE_IDS = ("cn", "md", "mm")
SERVER = os.environ.get("ISTHMUS_TEST_DATABASE", "")
TIMEOUT_SECONDS = 3
VARIABLES = {
    "ISTHMUS_POLL_SECONDS": "0.2",
    "ISTHMUS_RETRY_LIMIT_SECONDS": "1",
    "ISTHMUS_REQUEST_TIMEOUT_SECONDS": str(TIMEOUT_SECONDS),
    "ISTHMUS_THREADS": "3",
}


def _node(node_id: str, home: Path, database: str) -> RealNode:
    return RealNode(
        node_id,
        home,
        database,
        variables=dict(VARIABLES),
        program="tests.faults.rig",
        steps="tests.faults.steps",
    )


@dataclass
class Stage:
    """Homes and databases of nodes that met and agreed; nothing of it runs."""

    folder: Path
    server: str
    mark: str
    _copies: int = 0

    def _database(self, node_id: str, copy: str) -> str:
        return f"isthmus_faults_{self.mark}_{copy}_{node_id}" if self.server else ""

    def build(self) -> None:
        """Make the nodes, let them meet and agree by handing their tokens to each other."""
        nodes = {}
        for node_id in NODE_IDS:
            name = self._database(node_id, "stage")
            address = make_postgres(self.server, name) if self.server else ""
            node = nodes[node_id] = _node(node_id, self.folder / node_id, address)
            if COMPILER:
                # Ten days ago, so that no key is too young for a node whose clock is behind.
                machine = Machine(node.home, self.folder)
                machine.set_clock(-240)
                node.variables.update(machine.variables)
        try:
            with ThreadPoolExecutor(len(nodes)) as pool:
                list(pool.map(RealNode.make, nodes.values()))
            self._meet(nodes)
        finally:
            for node in nodes.values():
                node.dismiss()

    def _meet(self, nodes: Mapping[str, RealNode]) -> None:
        cards = {node_id: node.ask("card") for node_id, node in nodes.items()}
        for one, other in permutations(nodes, 2):
            nodes[one].ask("meet", cards[other]["card"], cards[other]["words"])
        for one, other in permutations(nodes, 2):
            if one < other:
                nodes[one].ask("agree", other)
                hand_over(nodes[one], nodes[other])
                nodes[other].ask("sign_all")
                hand_over(nodes[other], nodes[one])

    def copy(self, folder: Path) -> dict[str, RealNode]:
        """A fresh set of these nodes."""
        self._copies += 1
        nodes = {}
        for node_id in NODE_IDS:
            home = folder / node_id
            shutil.copytree(self.folder / node_id, home, ignore=shutil.ignore_patterns("*.log"))
            address = ""
            if self.server:
                name = self._database(node_id, str(self._copies))
                template = self._database(node_id, "stage")
                address = make_postgres(self.server, name, template=template)
            node = nodes[node_id] = _node(node_id, home, address)
            node.variables["ISTHMUS_DATABASE"] = address
            node.variables["ISTHMUS_BIND"] = f"127.0.0.1:{node.port}"
        return nodes

    def drop(self, copy: str = "stage") -> None:
        """Drop the databases of the stage, or of one copy, with what was kept of them."""
        if self.server:
            for node_id in NODE_IDS:
                drop_postgres(self.server, self._database(node_id, copy))
                drop_postgres(self.server, self._database(node_id, f"{copy}k"))

    def keep_database(self, node_id: str, copy: str) -> None:
        """Keep a copy of a node's database on the server; nobody may be connected to it."""
        if self.server:
            kept = self._database(node_id, f"{copy}k")
            make_postgres(self.server, kept, template=self._database(node_id, copy))

    def put_database_back(self, node_id: str, copy: str) -> None:
        """Put the kept copy back; it may be put back again."""
        if self.server:
            kept = self._database(node_id, f"{copy}k")
            make_postgres(self.server, self._database(node_id, copy), template=kept)

    def take_database_away(self, node_id: str, copy: str, *, back: bool = False) -> None:
        """End every connection to a node's database and let none in, or let them in again."""
        import psycopg

        name = self._database(node_id, copy)
        with psycopg.connect(
            urlsplit(self.server)._replace(path="/postgres").geturl(), autocommit=True
        ) as link:
            link.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS {"true" if back else "false"}')
            if not back:
                link.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
                )

    @property
    def newest(self) -> str:
        """The name of the copy made last."""
        return str(self._copies)


def hand_over(sender: RealNode, receiver: RealNode) -> None:
    """Carry what waits at one node to the other and the answers back, without a line."""
    answers = receiver.ask("take", sender.node_id, sender.ask("waiting", receiver.node_id))
    assert sender.ask("settle", receiver.node_id, answers) == []
