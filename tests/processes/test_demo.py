"""`isthmus demo`: the story holds, a second start repeats nothing, and no process is left behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.processes.nodes import ROOT

pytestmark = pytest.mark.processes
NODES = 6
PORTS = NODES + 1


def free_base() -> int:
    """The first of seven neighbouring ports that are all free."""
    for base in range(21_000 + os.getpid() % 500 * 20, 60_000, 20):
        probes = [socket.socket() for _ in range(PORTS)]
        try:
            for place, probe in enumerate(probes):
                probe.bind(("127.0.0.1", base + place))
        except OSError:
            continue
        else:
            return base
        finally:
            for probe in probes:
                probe.close()
    raise AssertionError("no free ports")


def start(folder: Path, *options: str) -> "subprocess.Popen[str]":
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ISTHMUS_")}
    return subprocess.Popen(
        [sys.executable, "-m", "isthmus.node", "demo", "--folder", str(folder), *options],
        env={**clean, "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def left_running(folder: Path) -> list[str]:
    """The command lines of processes that work in the demonstration's folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            environment = (entry / "environ").read_bytes()
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if f"ISTHMUS_HOME={folder}".encode() in environment:
            found.append(command)
    return found


def until(holds: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 240
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.1)


def test_the_story_holds_and_a_second_start_repeats_nothing(tmp_path: Path):
    base = str(free_base())
    first = start(tmp_path, "--once", "--base-port", base)
    _, said = first.communicate(timeout=280)
    assert first.returncode == 0, said
    assert "FAILS" not in said
    assert "16 ceremonies" in said
    assert "5 documents were refused" in said
    assert "without-number.xml: line" in said
    assert "The line broke after 2500 bytes of a batch: 20 records wait" in said
    assert "60 records left mm, the same 60 arrived in cn, in the same order" in said
    assert "receipt for each of the 60" in said
    assert left_running(tmp_path) == []

    second = start(tmp_path, "--once", "--base-port", base)
    _, said = second.communicate(timeout=280)
    assert second.returncode == 0, said
    assert "All partners know each other" in said
    assert "Every declaration was sent at an earlier start" in said
    assert "60 records left mm, the same 60 arrived" in said
    assert left_running(tmp_path) == []


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_nothing_is_left_running_however_it_ends(tmp_path: Path, sign: signal.Signals):
    demo = start(tmp_path, "--base-port", str(free_base()))
    until(lambda: len(left_running(tmp_path)) >= NODES, "the nodes did not start")
    demo.send_signal(sign)
    demo.communicate(timeout=60)
    assert demo.returncode == (-signal.SIGKILL if sign is signal.SIGKILL else 0)
    until(lambda: left_running(tmp_path) == [], f"left running: {left_running(tmp_path)}")


def test_ports_in_use_are_named(tmp_path: Path):
    base = free_base()
    with socket.create_server(("127.0.0.1", base + 2)):
        demo = start(tmp_path, "--once", "--base-port", str(base))
        _, said = demo.communicate(timeout=60)
    assert demo.returncode == 1
    assert f"The ports {base} to {base + PORTS - 1} are in use. Choose others with --base-port." in said
    assert "Traceback" not in said
