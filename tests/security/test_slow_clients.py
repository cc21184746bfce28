"""Clients that are slow, silent or many: none of them takes a thread from somebody who asks."""

import errno
import selectors
import socket
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack

import pytest

from isthmus.exchange.delivery import key_news
from isthmus.kit.limits import FORM_BYTES
from isthmus.node import patient_worker
from isthmus.node.patient_worker import (
    LONGEST_HEAD,
    SMALL_BODY,
    Connection,
    PatientWorker,
    TimedSocket,
    body_length,
    is_complete,
)
from tests.security.conftest import Victim, read

pytestmark = pytest.mark.once

GET = b"GET /.well-known/isthmus HTTP/1.1\r\nHost: localhost\r\n\r\n"
POST = b"POST /account/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 400\r\n\r\n"
FORM_COOKIE = b"Cookie: isthmus-mm-csrf=" + b"a" * 32 + b"\r\n"
"""With it, the form is read to find the same token in it."""
REFUSED = (403, 429)
"""Who asks too often what is refused is told to wait."""
MANY = 40
"""Ten times as many as the node has threads."""


def quick(victim: Victim) -> float:
    """Seconds until somebody who asks properly is answered."""
    start = time.monotonic()
    assert victim.send(GET).status == 200
    return time.monotonic() - start


def announcing(path: str, length: int) -> bytes:
    """The head of a request whose long body never comes."""
    return f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n".encode()


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"G",
        GET[:-2],
        POST,
        POST + b"x" * 399,
        GET + GET[:40],
        GET.replace(b"Host:", b"Connection: close\r\nHost:"),
        announcing("/exchange/v1/inbox", 5_000_000),
        announcing("/exchange/v1/receipts", 5_000_000),
        announcing("/api/v1/records", 5_000_000),
        announcing("/account/login/", 5_000_000),
        announcing("/account/login/", FORM_BYTES - 1).replace(b"Host:", FORM_COOKIE + b"Host:"),
        announcing("/exchange/v1/keys", 900_000),
        announcing("/exchange/v1/keys", key_news.LONGEST),
    ],
    ids=[
        "nothing",
        "a-letter",
        "half-a-head",
        "no-body",
        "most-of-a-body",
        "the-next-request-half",
        "never-closes",
        "long-batch",
        "long-receipts",
        "long-record",
        "long-form",
        "longest-form",
        "long-key-news",
        "longest-key-news",
    ],
)
def test_forty_clients_that_say_no_more_hold_nobody_up(victim: Victim, said: bytes) -> None:
    with ExitStack() as held:
        for _ in range(MANY):
            line = held.enter_context(victim.connect())
            line.sendall(said)
        time.sleep(0.2)
        assert max(quick(victim) for _ in range(5)) < 3


def test_a_slow_client_is_answered_when_it_has_asked(victim: Victim) -> None:
    with victim.connect() as line:
        for start in range(0, len(GET), 8):
            line.sendall(GET[start : start + 8])
            time.sleep(0.02)
        assert read(line).status == 200
        line.sendall(GET[:20])
        time.sleep(0.2)
        line.sendall(GET[20:])
        assert read(line).status == 200, "a kept connection asks again, slowly too"


def test_two_requests_at_once_are_both_answered(victim: Victim) -> None:
    with victim.connect() as line:
        line.sendall(GET + GET.replace(b"Host:", b"Connection: close\r\nHost:"))
        got = b"".join(iter(lambda: line.recv(65_536), b""))
    assert got.count(b"HTTP/1.1 200 OK") == 2


def test_a_push_and_a_page_are_answered_on_one_connection(victim: Victim) -> None:
    push = (
        b"POST /exchange/v1/inbox HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n"
        b"Content-Type: application/vnd.isthmus.packed-batch\r\nContent-Length: 1\r\n\r\nx"
    )
    with victim.connect() as line:
        for sent, status in (
            (push, REFUSED),
            (GET, (200,)),
            (push, REFUSED),
            (push.replace(b"\r\nHost", b"\r\nTE: x\r\nHost"), REFUSED),
        ):
            line.sendall(sent)
            assert read(line).status in status
        line.sendall(push.replace(b"\r\nHost", b"\r\nConnection: close\r\nHost"))
        answer = read(line)
        assert answer.status in REFUSED
        assert answer.headers["connection"] == "close"
        assert line.recv(1) == b""


def test_a_client_that_never_finishes_is_let_go(victim: Victim) -> None:
    with victim.connect(60) as line:
        line.sendall(GET[:-2])
        start = time.monotonic()
        assert line.recv(10) == b""
        assert time.monotonic() - start < patient_worker.HEAD_SECONDS + 5
    assert quick(victim) < 3


def test_a_head_without_end_is_refused_and_not_kept(victim: Victim) -> None:
    endless = b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X-A: " + b"a" * LONGEST_HEAD
    assert victim.send(endless).status == 431
    assert quick(victim) < 3


@pytest.mark.parametrize(
    ("gathered", "complete"),
    [
        (b"", False),
        (b"GET / HTTP/1.1\r\n", False),
        (b"GET / HTTP/1.1\r\n\r\n", True),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab", False),
        (b"POST / HTTP/1.1\r\ncontent-length:3 \r\n\r\nabc", True),
        (b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % SMALL_BODY, False),
        (b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (SMALL_BODY + 1), True),
        (b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", True),
        (b"POST / HTTP/1.1\r\nX: 1\r\n\r\nContent-Length: 99\r\n\r\n", True),
    ],
)
def test_what_a_thread_can_read_without_waiting(gathered: bytes, *, complete: bool) -> None:
    assert is_complete(gathered) is complete


def test_the_length_of_a_body_is_read_from_the_head_alone() -> None:
    assert body_length(b"POST / HTTP/1.1\r\nContent-Length: 77\r\n\r\n") == 77
    assert body_length(b"POST / HTTP/1.1\r\n\r\n") == 0


class NoFileLeft:
    """A listener of a process that has as many files open as it may."""

    def accept(self) -> None:
        raise OSError(errno.EMFILE, "Too many open files")


def test_where_no_file_is_left_the_oldest_idle_connection_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patient_worker, "DRAIN_SECONDS", 0.0)
    worker = PatientWorker.__new__(PatientWorker)
    worker._waiting, worker._ending, worker._held, worker.nr_conns = {}, {}, Counter(), 2
    worker.poller = selectors.DefaultSelector()
    others = []
    for held in (worker._ending, worker._waiting):
        ours, theirs = socket.socketpair()
        theirs.settimeout(5)
        conn = Connection(None, ours, ("192.0.2.1", 1), ("127.0.0.1", 2))
        held[conn] = 0.0 if held is worker._ending else (bytearray(), 0.0)
        worker.poller.register(ours, selectors.EVENT_READ)
        others.append(theirs)
    worker._held["192.0.2.1"] = 1
    for theirs in others:
        worker.accept(NoFileLeft())
        assert theirs.recv(1) == b""
        theirs.close()
    worker.accept(NoFileLeft())
    assert (worker._waiting, worker._ending, worker.nr_conns) == ({}, {}, 1)
    worker.poller.close()


class TestTimedSocket:
    @pytest.fixture
    def pair(self) -> tuple[TimedSocket, socket.socket]:
        ours, theirs = socket.socketpair()
        return TimedSocket(ours.family, ours.type, ours.proto, fileno=ours.detach()), theirs

    def expect_reset(self, act: Callable[[], object]) -> None:
        with pytest.raises(ConnectionResetError, match="too slow"):
            act()

    def test_it_waits_until_its_moment(self, pair: tuple[TimedSocket, socket.socket]) -> None:
        ours, theirs = pair
        with ours, theirs:
            ours.setblocking(True)
            ours.until = time.monotonic() + 0.2
            assert ours.gettimeout() is None
            theirs.sendall(b"x")
            assert ours.recv(9) == b"x"
            self.expect_reset(lambda: ours.recv(9))
            self.expect_reset(lambda: ours.recv(9))

    def test_a_shorter_patience_is_kept(self, pair: tuple[TimedSocket, socket.socket]) -> None:
        ours, theirs = pair
        with ours, theirs:
            ours.until = time.monotonic() + 30
            ours.settimeout(0.05)
            with pytest.raises(TimeoutError):
                ours.recv(9)
            assert ours.gettimeout() == 0.05

    def test_it_does_not_wait_where_the_loop_reads(self, pair: tuple[TimedSocket, socket.socket]) -> None:
        ours, theirs = pair
        with ours, theirs:
            ours.setblocking(False)
            with pytest.raises(BlockingIOError):
                ours.recv(9)

    def test_who_does_not_read_an_answer_is_let_go(
        self, pair: tuple[TimedSocket, socket.socket], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(patient_worker, "GRACE_SECONDS", 0.1)
        monkeypatch.setattr(patient_worker, "LEAST_SPEED", 100_000_000)
        ours, theirs = pair
        with ours, theirs:
            ours.sendall(b"short")
            self.expect_reset(lambda: ours.sendall(b"x" * 10_000_000))
