"""Starting, asking and stopping the sample nodes: none of them outlives the demonstration."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from isthmus.kit.errors import Fault
from isthmus.node.demo.countries import SampleNode
from isthmus.node.demo.screen import Screen, wait_until

# Patience for an old machine that does other things as well; a node that has ended is noticed at once.
READY_SECONDS = 600.0
STOP_SECONDS = 6.0
ANSWER_SECONDS = 600.0
LOG = "node.log"


def write_settings(home: Path, values: dict[str, str]) -> None:
    """The node's isthmus.env, readable by its owner alone."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    lines = ["# Written by `isthmus demo` at each start."]
    lines += [f"ISTHMUS_{name.upper()}={value}" for name, value in values.items() if value]
    draft = home / "isthmus.env.part"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write("\n".join(lines) + "\n")
    draft.replace(home / "isthmus.env")


class RunningNode:
    """A sample node's process tree, and the officer at its keyboard."""

    def __init__(self, sample: SampleNode, home: Path, port: int) -> None:
        self.sample = sample
        self.home = home
        self.port = port
        self.url = f"http://localhost:{port}"
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None
        self._rest = b""
        self._begun = ""

    @property
    def pid(self) -> int:
        """The supervisor's."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start the process; it prepares itself while others do the same."""
        ours, theirs = socket.socketpair()
        foreign = {name: value for name, value in os.environ.items() if not name.startswith("ISTHMUS_")}
        command = [
            sys.executable,
            "-P",
            "-m",
            "isthmus.node.demo.node",
            str(os.getpid()),
            str(theirs.fileno()),
        ]
        with theirs, (self.home / LOG).open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603  this very interpreter and a module of ours
                command,
                env={
                    **foreign,
                    "ISTHMUS_HOME": str(self.home),
                    "DJANGO_SETTINGS_MODULE": "isthmus.node.settings",
                    "PYTHONUNBUFFERED": "1",
                },
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # Ctrl-C is for the demonstration, which stops the nodes in order
            )
        ours.settimeout(ANSWER_SECONDS)
        self._channel = ours

    def check_alive(self) -> None:
        """Fault with the last lines of the log where the node has ended."""
        if self._process is not None and self._process.poll() is not None:
            raise self._ended()

    def _ended(self) -> Fault:
        text = (self.home / LOG).read_text(encoding="utf-8", errors="replace")
        last = "\n".join(text.splitlines()[-8:])
        return Fault(
            "demo.node-ended",
            f"The node {self.sample.id} ended:\n{last}\n",
            next_step=f"Its log is {self.home / LOG}; `isthmus demo --reset` starts from nothing.",
        )

    def ask(self, what: str, **details: object) -> dict[str, Any]:
        """Let the officer at the keyboard do something; Fault that names the node where it fails."""
        self.begin(what, **details)
        return self.finish()

    def begin(self, what: str, **details: object) -> None:
        """Let the officer do something that takes a while; others go on until ``finish``."""
        assert self._channel is not None
        assert not self._begun, f"{self.sample.id} is busy with {self._begun}"
        self._begun = what
        self._channel.sendall(json.dumps({"do": what, **details}).encode("utf-8") + b"\n")

    @property
    def is_busy(self) -> bool:
        """Whether something was begun and not finished."""
        return self._begun != ""

    def finish(self) -> dict[str, Any]:
        """What came of what was begun last; Fault that names the node where it failed."""
        answer: dict[str, Any] = json.loads(self._line())
        what, self._begun = self._begun, ""
        if "error" in answer and len(answer) == 1:
            raise Fault("demo.refused", f"{self.sample.id} could not {what}: {answer['error']}")
        return answer

    def _line(self) -> bytes:
        assert self._channel is not None
        while b"\n" not in self._rest:
            try:
                piece = self._channel.recv(65536)
            except (TimeoutError, ConnectionError):
                piece = b""
            if not piece:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    if self._process is not None:
                        self._process.wait(2)  # it may have hung up because it is ending
                self.check_alive()
                raise Fault(
                    "demo.silent", f"The node {self.sample.id} does not answer; see {self.home / LOG}."
                )
            self._rest += piece
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    def hang_up(self) -> None:
        """Let the officer leave the keyboard; the node runs on."""
        if self._channel is not None:
            self._channel.close()
            self._channel = None

    def answers_pages(self) -> bool:
        """Whether the web server serves the node's card."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", "/.well-known/isthmus")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def ask_to_stop(self) -> None:
        """Tell the supervisor; it gives what is under way a moment and then ends its parts."""
        self.hang_up()
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def wait_stopped(self, end: float) -> None:
        """Wait until ``end`` (monotonic), then leave nothing of the node's session running."""
        if self._process is None:
            return
        try:
            self._process.wait(max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


@contextmanager
def running(nodes: Sequence[RunningNode], screen: Screen) -> Iterator[None]:
    """Start all nodes at once, wait until each is ready, and stop all at the end."""
    try:
        for node in nodes:
            node.start()
        ready: set[str] = set()
        for node in nodes:
            screen.under_way(f"{len(ready)} of {len(nodes)} nodes are ready: keys, people, pages")
            node.ask("words")  # answered once the node has prepared itself
            wait_until(
                node.answers_pages, seconds=READY_SECONDS, what=f"pages of {node.url}", alive=node.check_alive
            )
            ready.add(node.sample.id)
        yield
    finally:
        for node in nodes:
            node.ask_to_stop()
        end = time.monotonic() + STOP_SECONDS
        for node in nodes:
            node.wait_stopped(end)
