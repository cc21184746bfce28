"""HTTP connections to partners: kept open, replaced when they went away, read to a limit."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from isthmus.exchange.delivery import connections

GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    yield
    connections.close_all()


def _request(client: socket.socket) -> bytes:
    """One request, with a body of two bytes if it is a POST."""
    read = b""
    while not read.endswith(b"{}" if read.startswith(b"POST") else b"\r\n\r\n"):
        more = client.recv(65_536)
        if not more:
            break
        read += more
    return read


@contextmanager
def listener(*talks: list[bytes]) -> Iterator[tuple[str, list[bytes]]]:
    """A server that gives these answers on each connection in turn, then closes it; and what it was asked."""
    asked: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for answers in talks:
            client, _ = server.accept()
            with client:
                for answer in answers:
                    asked.append(_request(client))
                    client.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}", asked
    finally:
        thread.join(timeout=10)
        server.close()


def ask(address: str, *, body: bytes = b"", limit: int = 100) -> connections.Answer:
    method = "POST" if body else "GET"
    return connections.call(address, method, "/there?after=1", body, {"X-One": "1"}, timeout=5, limit=limit)


class TestCall:
    def test_two_calls_share_a_connection(self) -> None:
        with listener([GOOD, GOOD]) as (address, asked):
            assert [ask(address), ask(address, body=b"{}")] == [connections.Answer(200, b"ok")] * 2
        assert (asked[0].split(b"\r\n")[0], asked[1].endswith(b"\r\n\r\n{}")) == (
            b"GET /there?after=1 HTTP/1.1",
            True,
        )

    def test_a_connection_that_was_closed_meanwhile_is_replaced(self) -> None:
        with listener([GOOD], [GOOD]) as (address, asked):
            assert [ask(address).status, ask(address).status] == [200, 200]
        assert len(asked) == 2

    def test_one_that_closes_without_a_word_is_a_broken_link(self) -> None:
        with listener([b""]) as (address, _), pytest.raises(connections.LinkError):
            ask(address)

    def test_an_answer_that_ends_early_is_a_broken_link(self) -> None:
        short = b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf"
        with listener([short]) as (address, _), pytest.raises(connections.LinkError):
            ask(address)

    def test_reads_one_byte_beyond_the_limit_and_keeps_no_such_connection(self) -> None:
        long = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + b"x" * 500
        with listener([long], [GOOD]) as (address, _):
            assert len(ask(address, limit=100).body) == 101
            assert ask(address).body == b"ok"

    def test_a_redirection_is_an_answer_like_any_other(self) -> None:
        moved = b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere.example/\r\nContent-Length: 0\r\n\r\n"
        with listener([moved]) as (address, _):
            assert ask(address) == connections.Answer(302, b"")

    def test_nobody_listens(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            address = f"http://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(connections.LinkError):
            ask(address)

    @pytest.mark.parametrize("address", ["http://exa mple", "http://127.0.0.1:99999", "http://" + "x" * 300])
    def test_an_impossible_address(self, address: str) -> None:
        with pytest.raises(connections.LinkError):
            ask(address)
