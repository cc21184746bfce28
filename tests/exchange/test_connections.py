"""HTTP connections to partners: kept open, replaced when they went away, read to a limit."""

import io
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from isthmus.exchange.delivery import connections
from isthmus.exchange.delivery.messages import read_answer, request

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


def read(*lines: bytes, limit: int = 100) -> tuple[connections.Answer, bool]:
    return read_answer(io.BytesIO(b"".join(lines)).read, limit)


class TestReadAnswer:
    def test_a_body_in_chunks(self) -> None:
        chunks = (b"3\r\nabc\r\n", b"A;note=1\r\n0123456789\r\n", b"0\r\nTrailer: x\r\n\r\n")
        found = read(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", *chunks)
        assert found == (connections.Answer(200, b"abc0123456789"), True)

    def test_chunks_are_read_to_the_limit_alone(self) -> None:
        answer, keep = read(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"8\r\n01234567\r\n" * 3, limit=10
        )
        assert (answer.body, keep) == (b"01234567012", False)

    def test_a_body_that_ends_with_its_connection(self) -> None:
        assert read(b"HTTP/1.0 200 OK\r\n\r\n", b"all") == (connections.Answer(200, b"all"), False)

    def test_announcements_are_passed_over(self) -> None:
        assert read(b"HTTP/1.1 100 Continue\r\n\r\n", GOOD) == (connections.Answer(200, b"ok"), True)

    @pytest.mark.parametrize(
        ("head", "keep"),
        [
            (b"HTTP/1.1 200 OK\r\nConnection: close\r\n", False),
            (b"HTTP/1.1 200 OK\r\nConnection: Keep-Alive\r\n", True),
            (b"HTTP/1.0 200 OK\r\n", False),
            (b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n", True),
            (b"HTTP/1.1 200 \r\n", True),
        ],
    )
    def test_whether_the_connection_may_be_kept(self, head: bytes, keep: bool) -> None:
        assert read(head, b"content-LENGTH: 2\r\n\r\nok") == (connections.Answer(200, b"ok"), keep)

    def test_what_follows_behind_an_answer_ends_the_connection(self) -> None:
        assert read(GOOD, GOOD) == (connections.Answer(200, b"ok"), False)

    def test_the_clock_of_the_other_side_is_told(self) -> None:
        dated = b"HTTP/1.1 204 No Content\r\nDATE: Thu, 26 Nov 2026 15:00:00 GMT\r\n\r\n"
        assert read(dated)[0].date == "Thu, 26 Nov 2026 15:00:00 GMT"

    def test_an_answer_without_a_body(self) -> None:
        assert read(b"HTTP/1.1 204 No Content\r\n\r\n") == (connections.Answer(204, b""), True)

    @pytest.mark.parametrize(
        "lines",
        [
            b"",
            b"SSH-2.0-server\r\n",
            b"HTTP/2 200\r\n\r\n",
            b"HTTP/1.1 200 OK",
            b"HTTP/1.1 200 OK\r\nContent-Len",
            b"HTTP/1.1 200 OK\r\nno header\r\n\r\n",
            b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 101 + b"\r\n",
            b"HTTP/1.1 200 OK\r\nLong: " + b"x" * 70_000,
            b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
            b"HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\nok",
            b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n",
        ],
    )
    def test_what_is_no_answer_is_a_broken_link(self, lines: bytes) -> None:
        with pytest.raises(connections.LinkError):
            read(lines)


class TestRequest:
    def test_head_and_body_go_out_together(self) -> None:
        made = request("POST", "/there", "node.example:8000", {"X-One": "1"}, b"{}")
        assert made == (
            b"POST /there HTTP/1.1\r\nHost: node.example:8000\r\nAccept-Encoding: identity\r\n"
            b"X-One: 1\r\nContent-Length: 2\r\n\r\n{}"
        )

    @pytest.mark.parametrize(
        ("target", "host", "value"),
        [
            ("/a b", "h", "1"),
            ("/a\r\n", "h", "1"),
            ("/", "h h", "1"),
            ("/", "h", "1\r\nX: 2"),
            ("/", "h", "1\n"),
        ],
    )
    def test_what_would_break_a_line_is_not_sent(self, target: str, host: str, value: str) -> None:
        with pytest.raises(ValueError, match="holds"):
            request("GET", target, host, {"X-One": value}, b"")
