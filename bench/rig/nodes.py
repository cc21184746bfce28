"""Two real nodes on this machine: own homes, own databases, own processes, HTTP on loopback between them."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from rig import cpu, declaration, processes

BENCH = Path(__file__).resolve().parent.parent
KINDS = {"one-row": "bench.declaration/1", "e-trade": "etrade.export-declaration/1"}
START_SECONDS = 60


@dataclass
class Node:
    """A running node: its web server and its other half that takes commands."""

    node_id: str
    web: subprocess.Popen[str]
    agent: subprocess.Popen[str]
    log: Path

    def ask(self, do: str, **command: object) -> Any:  # noqa: ANN401  each command answers in its own shape
        """Have a command done; RuntimeError with the end of the node's log where it fails."""
        assert self.agent.stdin is not None
        assert self.agent.stdout is not None
        self.agent.stdin.write(json.dumps({"do": do, **command}) + "\n")
        self.agent.stdin.flush()
        line = self.agent.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.node_id} failed to {do}:\n{self.log.read_text()[-3000:]}")
        return json.loads(line)

    def wait(self, url: str) -> None:
        """Wait until the web server answers."""
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self.web.poll() is None:
            try:
                with urllib.request.urlopen(f"{url}/.well-known/isthmus"):
                    return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"{self.node_id} does not start:\n{self.log.read_text()[-3000:]}")


def _python(
    arguments: list[str], environment: dict[str, str], log: Path
) -> AbstractContextManager[subprocess.Popen[str]]:
    return processes.running([sys.executable, "-P", *arguments], environment, log)


def _environment(home: Path, node_id: str, country: str, port: int, database: str) -> dict[str, str]:
    own = {
        "DJANGO_SETTINGS_MODULE": "rig.settings",
        "PYTHONPATH": f"{BENCH}:{BENCH.parent / 'src'}",
        "ISTHMUS_HOME": str(home),
        "ISTHMUS_NODE_ID": node_id,
        "ISTHMUS_NODE_NAME": f"Node {node_id}",
        "ISTHMUS_COUNTRY": country,
        "ISTHMUS_URL": f"http://127.0.0.1:{port}",
        "ISTHMUS_BIND": f"127.0.0.1:{port}",
        "ISTHMUS_DATABASE": database,
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ISTHMUS_")}
    return {**kept, **own}


def _terms() -> dict[str, object]:
    grants = [
        {"record_type": kind, "sender": "mm", "receiver": "cn", "fields": list(declaration.FIELDS)}
        for kind in KINDS.values()
    ]
    return {
        "agreement": str(uuid4()),
        "title": "Sharing of export declarations",
        "purpose": "Clearing goods before they arrive",
        "legal_basis": "Sample memorandum of understanding",
        "parties": ["cn", "mm"],
        "grants": grants,
        "retention_days": 365,
        "onward_sharing": "never",
        "valid_from": "2026-01-01T00:00:00Z",
        "valid_until": "2126-01-01T00:00:00Z",
    }


@contextmanager
def two_nodes(folder: Path, databases: dict[str, str]) -> Iterator[tuple[Node, Node]]:
    """The sender ``mm`` and the receiver ``cn``, who trust each other and have an agreement in force.

    ``databases`` gives each node's database address; an empty one is SQLite in its home.
    """
    with ExitStack() as stack:
        nodes, cards = {}, {}
        for node_id, country in (("mm", "MM"), ("cn", "CN")):
            home, port = folder / node_id, processes.free_port()
            home.mkdir(mode=0o700)
            environment = _environment(home, node_id, country, port, databases[node_id])
            agent = stack.enter_context(_python(["-m", "rig.node"], environment, home / "log"))
            node = Node(node_id, agent, agent, home / "log")
            cards[node_id] = node.ask("prepare")
            node.web = stack.enter_context(_python(["-m", "isthmus.node", "web"], environment, home / "log"))
            node.wait(environment["ISTHMUS_URL"])
            nodes[node_id] = node
        sender, receiver = nodes["mm"], nodes["cn"]
        sender.ask("trust", **cards["cn"])
        receiver.ask("trust", **cards["mm"])
        agreement = sender.ask("propose", terms=_terms())["agreement"]
        receiver.ask("sign", agreement=agreement)
        yield sender, receiver


def spent(*nodes: Node) -> float:
    """Processor seconds of all processes of these nodes."""
    return cpu.of_families(process.pid for node in nodes for process in (node.web, node.agent))
