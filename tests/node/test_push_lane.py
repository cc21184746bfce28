"""Kept connections of partners: pushes are answered by one thread, everything else goes back to the loop."""

import contextlib
import math
import queue
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from isthmus.exchange.doorway import OWN_THREAD
from isthmus.node import push_lane, short_way

PUSH = (
    b"POST /exchange/v1/inbox HTTP/1.1\r\nHost: cn.example\r\nAuthorization: Isthmus a.b.c\r\n"
    b"Content-Type: application/vnd.isthmus.packed-batch\r\nContent-Length: 5\r\n\r\nbatch"
)
PAGE = b"GET /account/login/ HTTP/1.1\r\nHost: cn.example\r\n\r\n"

pytestmark = pytest.mark.skipif(not push_lane.IS_POSSIBLE, reason="only Linux has epoll")


class Loop:
    """What the worker's loop is told, and how pushes are answered here."""

    def __init__(self) -> None:
        self.told: queue.Queue[tuple[str, Any, Any]] = queue.Queue()
        self.left, self.keeps, self.fails, self.refuses = b"", True, False, False
        self.waits: threading.Event | None = None
        self.bodies: list[bytes] = []
        self.lane = push_lane.PushLane(
            self.answer,
            finish=lambda conn, left, keeps: self.told.put(("finished", conn, (left, keeps))),
            give_back=lambda conn, said: self.told.put(("given back", conn, said)),
        )

    def answer(self, conn: Any, push: short_way.Push) -> tuple[bytes, bool]:
        if self.fails:
            raise ZeroDivisionError
        assert push.environ[OWN_THREAD], "the pool's threads stay for others"
        self.bodies.append(push.environ["wsgi.input"].read())
        if self.waits is not None:
            self.waits.wait(5)
        conn.sock.send(b"answered")
        conn.pushes = not self.refuses
        return self.left, self.keeps

    def next(self) -> tuple[str, Any, Any]:
        return self.told.get(timeout=5)


def kept(sock: Any) -> Any:
    """A connection whose last push was answered well."""
    return SimpleNamespace(
        sock=sock,
        client=("192.0.2.7", 50_000),
        in_lane=False,
        pushes=True,
        cfg=SimpleNamespace(keepalive=60),
    )


@pytest.fixture
def loop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loop]:
    monkeypatch.setattr(push_lane, "_LOOK_SECONDS", 0.05)
    made = Loop()
    made.lane.start()
    yield made
    made.lane.stop()
    made.lane._thread.join(5)
    assert not made.lane._thread.is_alive()


@pytest.fixture
def pair(loop: Loop) -> Iterator[tuple[Any, socket.socket]]:
    """A connection at rest in the lane, and its other end."""
    near, far = socket.socketpair()
    near.setblocking(False)
    far.settimeout(5)
    conn = kept(near)
    loop.lane.rest(conn, seconds=60)
    with near, far:
        yield conn, far


def test_one_push_after_the_other_is_answered(loop: Loop, pair: tuple[Any, socket.socket]) -> None:
    _, far = pair
    for _ in range(3):
        far.sendall(PUSH)
        assert far.recv(100) == b"answered"
    assert loop.bodies == [b"batch"] * 3
    assert loop.told.empty()


@pytest.mark.parametrize(
    "said", [PAGE, PUSH[:60], PUSH[:-1], PUSH + PUSH, b"\x16\x03\x01"], ids=lambda said: str(said[:5])
)
def test_what_is_no_whole_push_goes_back_as_it_came(
    loop: Loop, pair: tuple[Any, socket.socket], said: bytes
) -> None:
    conn, far = pair
    far.sendall(said)
    assert loop.next() == ("given back", conn, said)
    assert not loop.bodies
    assert not conn.in_lane
    loop.lane.rest(conn, seconds=60)
    far.sendall(PUSH)
    assert far.recv(100) == b"answered", "a connection may come again"


def test_a_connection_that_ends_goes_back(loop: Loop, pair: tuple[Any, socket.socket]) -> None:
    conn, far = pair
    far.close()
    assert loop.next() == ("given back", conn, b"")
    assert len(loop.lane) == 0


@pytest.mark.parametrize(("left", "keeps"), [(b"the rest", True), (b"", False), (b"the rest", False)])
def test_an_answer_that_nobody_takes_or_that_was_the_last_is_finished_by_the_loop(
    loop: Loop, pair: tuple[Any, socket.socket], left: bytes, *, keeps: bool
) -> None:
    conn, far = pair
    loop.left, loop.keeps = left, keeps
    far.sendall(PUSH)
    assert loop.next() == ("finished", conn, (left, keeps))
    assert len(loop.lane) == 0


def test_a_push_that_is_refused_is_the_last_one_here(loop: Loop, pair: tuple[Any, socket.socket]) -> None:
    conn, far = pair
    loop.refuses = True
    far.sendall(PUSH)
    assert loop.next() == ("finished", conn, (b"", True))
    assert len(loop.lane) == 0


def test_who_waits_behind_a_long_push_can_be_taken_out(
    loop: Loop, pair: tuple[Any, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push_lane, "HELD_UP_SECONDS", 0.1)
    _, far = pair
    near, other = socket.socketpair()
    with near, other:
        near.setblocking(False)
        second = kept(near)
        loop.lane.rest(second, seconds=60)
        assert loop.lane.has_room()
        loop.waits = threading.Event()
        far.sendall(PUSH)
        time.sleep(0.3)
        other.sendall(PUSH)
        assert loop.lane.is_held_up()
        assert not loop.lane.has_room()
        assert loop.lane.overdue(math.inf) == [second]
        loop.waits.set()
        assert far.recv(100) == b"answered"
        time.sleep(0.1)
        assert not loop.lane.is_held_up()
        assert near.recv(1000) == PUSH, "what came meanwhile is there for the loop"


def test_no_more_rest_here_than_the_others_can_bear(
    loop: Loop, pair: tuple[Any, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push_lane, "MOST_RESTING", 2)
    assert loop.lane.has_room()
    near, far = socket.socketpair()
    with near, far:
        other = kept(near)
        loop.lane.rest(other, seconds=60)
        assert not loop.lane.has_room()
        loop.lane.overdue(math.inf)
    assert loop.lane.has_room()


def test_a_connection_that_cannot_be_waited_for_stays_with_the_loop(
    loop: Loop, pair: tuple[Any, socket.socket]
) -> None:
    assert len(loop.lane) == 1
    with Path(__file__).open() as file:  # epoll takes no files
        other = kept(file)
        with pytest.raises(OSError, match="not permitted"):
            loop.lane.rest(other, seconds=60)
    assert not other.in_lane
    assert len(loop.lane) == 1, "the one that was there"


def test_trouble_with_one_connection_ends_no_other(loop: Loop, pair: tuple[Any, socket.socket]) -> None:
    conn, far = pair
    loop.fails = True
    far.sendall(PUSH)
    assert loop.next() == ("given back", conn, b"")
    loop.fails = False
    loop.lane.rest(conn, seconds=60)
    far.sendall(PUSH)
    assert far.recv(100) == b"answered"


def test_who_says_nothing_in_time_is_the_loops_once(loop: Loop, pair: tuple[Any, socket.socket]) -> None:
    conn, far = pair
    assert loop.lane.overdue(time.monotonic()) == []
    assert loop.lane.overdue(math.inf) == [conn]
    assert loop.lane.overdue(math.inf) == []
    far.sendall(PUSH)
    with pytest.raises(queue.Empty):
        loop.told.get(timeout=0.3)
    assert not loop.bodies, "nobody but the loop reads it now"


def test_many_connections_are_taken_out_and_answered_at_the_same_time(loop: Loop) -> None:
    """Each connection belongs to one of both threads at every moment: answered, or taken out."""
    with contextlib.ExitStack() as stack:
        ends = []
        for _ in range(50):
            near, far = (stack.enter_context(end) for end in socket.socketpair())
            near.setblocking(False)
            conn = kept(near)
            loop.lane.rest(conn, seconds=60)
            ends.append((conn, far))
        for _, far in ends:
            far.sendall(PUSH)
        taken: list[Any] = []
        until = time.monotonic() + 5
        while len(loop.bodies) + len(taken) < 50 and time.monotonic() < until:
            taken += loop.lane.overdue(math.inf)
        assert len(loop.bodies) + len(taken) >= 50
        assert len({id(conn) for conn in taken}) == len(taken)
        for conn, far in ends:
            far.settimeout(0.01)
            if not any(conn is one for one in taken):
                assert far.recv(100) == b"answered"
