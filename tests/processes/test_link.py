"""The demonstration's line: carries both ways, breaks where it was told to, refuses, and heals."""

import hashlib
import socket
import threading
from collections.abc import Iterator

import pytest

from isthmus.node.demo.link import Link
from tests.processes.nodes import free_port

pytestmark = [pytest.mark.processes, pytest.mark.once]


class Receiver:
    """Reads whole connections, answers each with the SHA-256 of what came, and keeps what was cut."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.whole: list[bytes] = []
        self.broken: list[bytes] = []
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                got = bytearray()
                try:
                    while piece := connection.recv(4096):
                        got += piece
                    connection.sendall(hashlib.sha256(got).digest())
                    self.whole.append(bytes(got))
                except OSError:
                    self.broken.append(bytes(got))

    def stop(self) -> None:
        if self._thread.is_alive():
            self._listener.shutdown(socket.SHUT_RDWR)
            self._thread.join(10)
            self._listener.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.stop()


@pytest.fixture
def link(receiver: Receiver) -> Iterator[Link]:
    with Link(free_port(), receiver.port) as line:
        yield line


def send(link: Link, data: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", link.port), timeout=30) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(4096):
            answer += piece
        return answer


def test_carries_whole_messages_both_ways(link: Link, receiver: Receiver):
    message = bytes(range(256)) * 4000
    assert send(link, message) == hashlib.sha256(message).digest()
    assert receiver.whole == [message]
    assert link.carried == len(message)


def test_breaks_in_the_middle_of_a_message(link: Link, receiver: Receiver):
    message = b"x" * 100_000
    link.cut_after(2500)
    with pytest.raises(ConnectionError):
        send(link, message)
    assert link.cuts == 1
    assert link.carried == 2500
    receiver.stop()
    assert receiver.whole == []
    assert len(receiver.broken) == 1
    assert len(receiver.broken[0]) <= 2500


def test_refuses_while_it_is_cut_and_carries_again_once_healed(link: Link, receiver: Receiver):
    link.cut()
    assert not link.is_open
    with pytest.raises(ConnectionRefusedError):
        send(link, b"lost")
    link.heal()
    assert send(link, b"through") == hashlib.sha256(b"through").digest()
    assert receiver.whole == [b"through"]
    assert link.cuts == 1


def test_a_cut_also_breaks_connections_that_are_idle(link: Link):
    with socket.create_connection(("127.0.0.1", link.port), timeout=30) as connection:
        connection.sendall(b"begun")
        while link.carried < 5:
            pass
        link.cut()
        with pytest.raises(ConnectionResetError):
            connection.recv(1)


def test_a_receiver_that_is_away_ends_the_connection_and_not_the_line(receiver: Receiver):
    with Link(free_port(), free_port()) as line:
        assert send_or_fail(line) == b""
        assert line.is_open


def send_or_fail(link: Link) -> bytes:
    try:
        return send(link, b"anybody there")
    except OSError:
        return b""
