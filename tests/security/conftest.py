"""A real node on a real socket, for those who do not keep to HTTP."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.accounts.conftest import people
from tests.processes.nodes import ROOT, RealNode

__all__ = ["people"]

PASSWORD = "seven calm rivers"
OFFICER = "officer@node.test"


@dataclass(frozen=True)
class Answer:
    """What came back: the status, the headers by their small names, and the body."""

    status: int
    headers: dict[str, str]
    body: bytes


class Victim(RealNode):
    """A node with one officer in it."""

    def command(self, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """`isthmus ...` inside this node."""
        return subprocess.run(
            [sys.executable, "-m", "isthmus.node", *arguments],
            env=self.environment,
            input=given,
            text=True,
            capture_output=True,
            cwd=ROOT,
            check=False,
        )

    def people(self) -> None:
        """An organisation and its officer."""
        done = self.command("organisation", "add", "customs", "--name", "Customs")
        assert done.returncode == 0, done.stderr
        options = ["--name", "Officer", "--organisation", "customs", "--role", "officer"]
        done = self.command("officer", "add", OFFICER, *options, "--password-file", "-", given=PASSWORD)
        assert done.returncode == 0, done.stderr

    def connect(self, timeout: float = 20.0) -> socket.socket:
        """A connection to it."""
        return socket.create_connection(("127.0.0.1", self.port), timeout)

    def send(self, raw: bytes, timeout: float = 20.0) -> Answer:
        """Send these very bytes and read the answer; status 0 where the node closed without one."""
        with self.connect(timeout) as line:
            line.sendall(raw)
            return read(line)

    def ask(self, first: str, *headers: str, body: bytes = b"", host: str = "localhost") -> Answer:
        """A request with these lines in its head, and a connection that is closed after it."""
        head = [first, f"Host: {host}", "Connection: close", *headers]
        return self.send("\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body)


def read(line: socket.socket) -> Answer:
    """One answer from a connection, as far as its length says or until it ends."""
    got = b""
    try:
        while b"\r\n\r\n" not in got:
            data = line.recv(65_536)
            if not data:
                break
            got += data
        head, _, body = got.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip() for name, _, value in (one.partition(":") for one in lines[1:])
        }
        while len(body) < int(headers.get("content-length", "0")):
            data = line.recv(65_536)
            if not data:
                break
            body += data
    except ConnectionResetError:
        return Answer(0, {}, got)
    if not lines[0].startswith("HTTP/"):
        return Answer(0, {}, got)
    return Answer(int(lines[0].split()[1]), headers, body)


@pytest.fixture(scope="session")
def victim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victim]:
    """A node that runs as `isthmus start` runs it."""
    node = Victim("mm", tmp_path_factory.mktemp("victim") / "mm")
    node.make()
    node.people()
    node.start()
    try:
        node.wait_until_ready()
        assert node.ask("GET /account/login/ HTTP/1.1").status == 200  # the first page takes longest
        yield node
    finally:
        node.stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests with a real node are marked as such."""
    for item in items:
        if Path(__file__).parent in item.path.parents and "victim" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.processes)
