"""The supervisor: starts parts anew, backs off, stops everything, leaves nothing running however it ends."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from isthmus.kit import clock
from isthmus.kit.errors import Fault
from isthmus.node.serve import open_listener, worker_is_well
from tests import signals

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).with_name("supervised.py")


def until(holds: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    """Whether a process lives; one that only waits to be reaped does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


class Supervised:
    """A supervisor in a process of its own, and the pids that its parts wrote down."""

    def __init__(self, folder: Path, *parts: str) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, str(SCRIPT), str(folder), *parts],
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=signals.heed,
        )

    def pids(self, part: str) -> list[int]:
        file = self.folder / part
        return [int(line) for line in file.read_text().split()] if file.exists() else []

    def wait_for(self, part: str, starts: int = 1) -> int:
        until(lambda: len(self.pids(part)) >= starts, f"{part} did not start {starts} times")
        return self.pids(part)[-1]


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Callable[..., Supervised]]:
    made: list[Supervised] = []

    def start(*parts: str) -> Supervised:
        made.append(Supervised(tmp_path, *parts))
        return made[-1]

    yield start
    for one in made:
        if one.process.poll() is None:
            os.killpg(one.process.pid, signal.SIGKILL)
        one.process.communicate()


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_sign_to_stop_ends_the_parts_and_then_the_supervisor(supervise, sign: signal.Signals):
    node = supervise("steady")
    part = node.wait_for("steady")
    node.process.send_signal(sign)
    assert node.process.wait(30) == 0
    assert not is_running(part)
    assert len(node.pids("steady")) == 1


def test_a_part_that_does_not_listen_is_ended(supervise):
    node = supervise("stubborn", "steady")
    parts = [node.wait_for("stubborn"), node.wait_for("steady")]
    node.process.terminate()
    assert node.process.wait(30) == 0
    assert [pid for pid in parts if is_running(pid)] == []
    assert "stubborn did not stop" in node.process.stderr.read()


def test_parts_do_not_outlive_a_supervisor_that_was_killed(supervise):
    node = supervise("steady")
    part = node.wait_for("steady")
    node.process.kill()
    node.process.wait()
    until(lambda: not is_running(part), "the part lives on without its supervisor")


def test_a_part_that_was_killed_is_started_anew(supervise):
    node = supervise("steady")
    first = node.wait_for("steady")
    os.kill(first, signal.SIGKILL)
    second = node.wait_for("steady", starts=2)
    assert second != first
    assert is_running(second)


def test_a_part_that_crashes_at_its_start_is_tried_less_and_less_often(supervise):
    node = supervise("brief", "steady")
    node.wait_for("brief", starts=5)
    node.process.terminate()
    assert node.process.wait(30) == 0
    said = node.process.stderr.read()
    pauses = re.findall(r"brief ended \(exit code 1\); starting it again in (\d\.\d+) s", said)
    assert pauses[:4] == ["0.02", "0.04", "0.08", "0.08"]
    assert "it crashed at its start" in said
    assert len(node.pids("steady")) == 1


def test_systemd_is_told_that_it_runs_lives_and_stops(supervise, tmp_path, monkeypatch):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(30)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "400000")
        node = supervise("steady")
        assert listener.recv(100) == b"READY=1"
        assert [listener.recv(100) for _ in range(3)] == [b"WATCHDOG=1"] * 3
        node.wait_for("steady")
        node.process.terminate()
        while (said := listener.recv(100)) == b"WATCHDOG=1":
            pass
        assert said == b"STOPPING=1"
        assert node.process.wait(30) == 0


@pytest.mark.parametrize(("age", "well"), [(None, True), (10, True), (400, False)])
def test_a_worker_that_hangs_keeps_back_the_sign_of_life(age, well, monkeypatch):
    beat = None if age is None else clock.now() - timedelta(seconds=age)
    monkeypatch.setattr("isthmus.exchange.delivery.heartbeat.last_beat", lambda: beat)
    assert worker_is_well() is well


def test_a_child_whose_parent_is_gone_already_ends_itself():
    code = "from isthmus.node.serve import die_with_parent; die_with_parent(1 << 22); print('lives on')"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")


class TestListener:
    def test_an_address_in_use_is_named_with_what_to_do(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            bind = f"127.0.0.1:{taken.getsockname()[1]}"
            with pytest.raises(Fault) as caught:
                open_listener(bind)
        assert caught.value.code == "node.bind"
        assert bind in caught.value.message
        assert "ISTHMUS_BIND" in caught.value.next_step

    def test_an_address_of_another_machine_is_refused(self):
        with pytest.raises(Fault):
            open_listener("192.0.2.1:8000")

    def test_a_port_can_be_taken_again_at_once(self):
        with open_listener("127.0.0.1:0") as first:
            bind = f"127.0.0.1:{first.getsockname()[1]}"
        with open_listener(bind) as second, socket.create_connection(second.getsockname()):
            pass
