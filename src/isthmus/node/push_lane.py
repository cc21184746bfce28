"""A thread of its own for partners that keep pushing on one connection.

For a request the worker's loop wakes a thread, the thread wakes the loop to keep the connection, and both
want the interpreter: for one small push that costs as much as checking two signatures. So a connection on
which a push was answered well is left to this thread. It waits on all of them by itself: who speaks next is
answered here, and nobody else wakes up. One thread is enough: each push holds the log's head for most of its
time. Whatever is not a push that came whole goes back to the worker's loop, and where one push holds up all
others, they go back too.

Needs Linux's epoll; elsewhere the loop and its threads do everything.
"""

import contextlib
import logging
import math
import select
import threading
import time
from collections.abc import Callable
from typing import Any

from django.db import connections

from isthmus.exchange.doorway import OWN_THREAD
from isthmus.node import short_way

IS_POSSIBLE = hasattr(select, "epoll")
_ONCE = select.EPOLLIN | select.EPOLLONESHOT if IS_POSSIBLE else 0
"""A connection that has spoken is silent for epoll until it is set to wait again."""
_PIECE = 65_536
_LOOK_SECONDS = 1.0
MOST_RESTING = 16
"""Connections that may rest here. The others are served by the pool, where no partner gets all threads."""
HELD_UP_SECONDS = 0.5
"""Time for one push, after which the others wait for it no longer; most take a hundredth."""
_LOG = logging.getLogger("isthmus.node.pushes")

Answer = Callable[[Any, short_way.Push], tuple[bytes, bool]]
"""Answers a push without waiting for its sender.

Returns what could not be sent yet, and whether to keep the connection.
"""


class PushLane:
    """Waits on kept connections of partners, and answers their pushes.

    A connection belongs to whoever has taken it out of ``_resting``: this thread when it speaks, the worker's
    loop when its time is up or this thread is held up. Under the lock its place and what epoll knows of it
    change together.
    """

    def __init__(
        self,
        answer: Answer,
        *,
        finish: Callable[[Any, bytes, bool], object],
        give_back: Callable[[Any, bytes], object],
    ) -> None:
        self._answer = answer
        self._finish = finish
        self._give_back = give_back
        self._epoll = select.epoll()
        self._lock = threading.Lock()
        self._resting: dict[int, tuple[Any, float]] = {}
        self._busy_since = math.inf
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="pushes", daemon=True)

    def start(self) -> None:
        """Begin to wait."""
        self._thread.start()

    def stop(self) -> None:
        """Wait no more."""
        self._stopping = True

    def __len__(self) -> int:
        return len(self._resting)

    def has_room(self) -> bool:
        """Whether another connection may rest here: there are not too many, and the thread is not held up."""
        return len(self._resting) < MOST_RESTING and not self.is_held_up()

    def is_held_up(self) -> bool:
        """Whether one push, such as one that waits for the database, keeps all others waiting."""
        return time.monotonic() - self._busy_since > HELD_UP_SECONDS or not self._thread.is_alive()

    def rest(self, conn: Any, *, seconds: float) -> None:  # noqa: ANN401  gunicorn has no types
        """Wait for the next push on a connection, for a time. OSError where epoll takes no more."""
        number = conn.sock.fileno()
        with self._lock:
            if conn.in_lane:
                self._epoll.modify(number, _ONCE)
            else:
                self._epoll.register(number, _ONCE)
                conn.in_lane = True
            self._resting[number] = (conn, time.monotonic() + seconds)

    def overdue(self, now: float) -> list[Any]:
        """Connections that have rested until ``now`` (monotonic) for nothing; they are the caller's then."""
        with self._lock:
            numbers = [number for number, (_, until) in self._resting.items() if until <= now]
            return [self._leave(self._resting.pop(number)[0], number) for number in numbers]

    def _leave(self, conn: Any, number: int) -> Any:  # noqa: ANN401  as above
        conn.in_lane = False
        with contextlib.suppress(OSError):  # what was closed has left by itself
            self._epoll.unregister(number)
        return conn

    def _run(self) -> None:
        try:
            while not self._stopping:
                for number, _ in self._epoll.poll(_LOOK_SECONDS):
                    self._busy_since = time.monotonic()
                    self._serve(number)
                self._busy_since = math.inf
        finally:
            connections.close_all()

    def _serve(self, number: int) -> None:
        with self._lock:
            conn, _ = self._resting.pop(number, (None, 0.0))
        if conn is None:
            return  # the loop was faster
        try:
            self._serve_one(conn, number)
        except BaseException:  # noqa: BLE001  one connection's trouble must not end the thread that serves all
            _LOG.exception("a kept connection failed")
            self._give_back(self._leave(conn, number), b"")

    def _serve_one(self, conn: Any, number: int) -> None:  # noqa: ANN401  as above
        try:
            said = conn.sock.recv(_PIECE)
        except (BlockingIOError, InterruptedError):
            self.rest(conn, seconds=conn.cfg.keepalive)
            return
        except OSError:
            said = b""
        push = short_way.read(said, conn.client)
        if push is None:
            self._give_back(self._leave(conn, number), said)
            return
        push.environ[OWN_THREAD] = True
        left, keeps = self._answer(conn, push)
        if keeps and conn.pushes and not left:
            self.rest(conn, seconds=conn.cfg.keepalive)
        else:
            self._finish(self._leave(conn, number), left, keeps)
