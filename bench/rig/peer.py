"""The AS2 peer: django-pyas2, its sender and its receiver, in an environment of their own."""

import json
import os
import socket
import subprocess
import tempfile
import time
import venv
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rig import cpu, processes

PACKAGES = ("django-pyas2==1.2.3", "gunicorn")
KNOWN = 16
"""Exchanges a core-second of django-pyas2 from an earlier measurement, on another machine."""
START_SECONDS = 60
_SCRIPT = Path(__file__).resolve().parent.parent / "peer" / "as2_exchange.py"
_ENDED = "its sender ended"


class NotMeasuredError(Exception):
    """The peer does not run here; the message says why."""


@dataclass
class Peer:
    """A running pair of django-pyas2, and what it has done so far."""

    sender: subprocess.Popen[str]
    web: subprocess.Popen[str]
    done: int = 0
    spent: float = 0.0
    failed: str = ""

    def warm_up(self) -> None:
        """Wait for its first exchange, and do some that do not count."""
        self._answer()
        self.run(1.0)
        self.done, self.spent = 0, 0.0

    def measure(self, seconds: float) -> None:
        """Go on measuring; nothing once it has failed in the middle of a run, for ``failed`` says how."""
        if not self.failed:
            try:
                self.run(seconds)
            except NotMeasuredError as error:
                self.failed = str(error)
            except BrokenPipeError:
                self.failed = _ENDED

    def run(self, seconds: float) -> None:
        """Exchange for that long; the processor time of both sides is counted."""
        assert self.sender.stdin is not None
        before = cpu.of_families([self.sender.pid, self.web.pid])
        self.sender.stdin.write(f"{seconds}\n")
        self.sender.stdin.flush()
        self.done += self._answer()
        self.spent += cpu.of_families([self.sender.pid, self.web.pid]) - before

    def _answer(self) -> int:
        assert self.sender.stdout is not None
        line = self.sender.stdout.readline()
        if not line:
            raise NotMeasuredError(_ENDED)
        return int(json.loads(line)["done"])

    @property
    def per_core_second(self) -> float:
        """Exchanges a second of processor time, both sides counted."""
        return self.done / self.spent


def _command(command: Sequence[object], environment: dict[str, str]) -> None:
    words = [str(part) for part in command]
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"]
        raise NotMeasuredError(lines[-1])


def _python(folder: Path, environment: dict[str, str]) -> Path:
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES]
    _command(install, environment)
    return python


def _wait_for(port: int, web: subprocess.Popen[str]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and web.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise NotMeasuredError("its web server does not start")


@contextmanager
def running(folder: Path, size: int) -> Iterator[Peer]:
    """The peer with documents of ``size`` bytes and warm. NotMeasuredError where it does not run."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="as2-", dir=folder.parent)))
        python = _python(folder, environment)
        port = processes.free_port()
        address = f"http://127.0.0.1:{port}/as2receive"
        _command([python, _SCRIPT, "prepare", home, address], environment)
        web = stack.enter_context(
            processes.running([python, _SCRIPT, "web", home, address], environment, home / "log")
        )
        _wait_for(port, web)
        sender = stack.enter_context(
            processes.running([python, _SCRIPT, "send", home, size], environment, home / "log")
        )
        peer = Peer(sender, web)
        peer.warm_up()
        yield peer
