"""A whole node as one service: light at rest, back after a crash, gone when it is told to stop."""

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.processes.nodes import RealNode

pytestmark = [pytest.mark.processes, pytest.mark.once]
MOST_AT_REST_KB = 200_000
"""150 to 165 MB with the exchange, E-Trade and Excise, 180 to 190 with every application; nine tenths of it
is code. Less where other nodes run from the same environment, for they share libraries."""


def until(holds: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def session_of(node: RealNode) -> list[int]:
    """The living processes of a node: it has a session of its own."""
    assert node.process is not None
    found = []
    for entry in Path("/proc").iterdir():
        try:
            after_name = (entry / "stat").read_text().rpartition(")")[2].split()
        except (OSError, ValueError):
            continue
        if entry.name.isdigit() and after_name[3] == str(node.process.pid) and after_name[0] != "Z":
            found.append(int(entry.name))
    return sorted(found)


def pss_kb(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    raise AssertionError("no Pss in smaps_rollup")


def answers(node: RealNode) -> bool:
    with socket.socket() as probe:
        probe.settimeout(10)
        if probe.connect_ex(("127.0.0.1", node.port)) != 0:
            return False
        try:
            probe.sendall(b"GET /.well-known/isthmus HTTP/1.0\r\nHost: localhost\r\n\r\n")
            return probe.recv(64).split()[1:2] == [b"200"]
        except OSError:
            return False


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealNode]:
    made = RealNode("mm", tmp_path_factory.mktemp("node") / "mm")
    made.make()
    yield made
    made.stop()


@pytest.fixture
def running(node: RealNode) -> Iterator[RealNode]:
    node.start()
    try:
        until(lambda: answers(node) and len(session_of(node)) == 4, "the node did not start")
        yield node
    finally:
        node.stop()


def test_a_node_at_rest_is_light(running: RealNode) -> None:
    time.sleep(3)  # a few turns of the worker
    used = {pid: pss_kb(pid) for pid in session_of(running)}
    print(
        f"\nPSS of a node at rest: {sum(used.values())} kB over {len(used)} processes: {list(used.values())}"
    )
    assert sum(used.values()) < MOST_AT_REST_KB


def test_stopping_leaves_nothing_running_within_five_seconds(running: RealNode) -> None:
    processes = session_of(running)
    assert running.process is not None
    start = time.monotonic()
    running.process.terminate()
    assert running.process.wait(60) == 0
    print(f"\nstopped in {time.monotonic() - start:.1f} s")
    assert [pid for pid in processes if Path(f"/proc/{pid}").exists()] == []


def test_whichever_part_is_killed_the_node_serves_on(running: RealNode) -> None:
    assert running.process is not None
    for place in range(3):
        before = session_of(running)
        parts = [pid for pid in before if pid != running.process.pid]
        os.kill(parts[place], signal.SIGKILL)
        until(lambda dead=parts[place]: dead not in session_of(running), "the part lives on")
        until(lambda: answers(running) and len(session_of(running)) == 4, "the node did not recover")
    assert running.process.poll() is None


def test_without_its_supervisor_no_part_lives_on(running: RealNode) -> None:
    assert running.process is not None
    running.process.kill()
    running.process.wait()
    until(lambda: session_of(running) == [], "a part lives on")


def test_a_port_in_use_is_named_in_a_line(node: RealNode) -> None:
    with socket.create_server(("127.0.0.1", node.port)):
        node.start()
        assert node.process is not None
        assert node.process.wait(60) == 1
    last = (node.home / "node.log").read_text().splitlines()[-1]
    assert f"cannot listen on 127.0.0.1:{node.port}" in last
    assert "ISTHMUS_BIND" in last
