"""A thread of its own for partners that keep pushing on one connection.

For a request the worker's loop wakes a thread, the thread wakes the loop to keep the connection, and both
want the interpreter: for one small push that costs as much as checking two signatures. So a connection on
which a push was answered well is left to this thread. It waits on all of them by itself: who speaks next is
answered here, and nobody else wakes up. One thread is enough, for pushes are taken one after the other:
each holds the log's head. Whatever is not a push that came whole goes back to the worker's loop.

Needs Linux's epoll; elsewhere the loop and its threads do everything.
"""

import contextlib
import logging
import select
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connections

from isthmus.node import short_way

IS_POSSIBLE = hasattr(select, "epoll")
_ONCE = select.EPOLLIN | select.EPOLLONESHOT if IS_POSSIBLE else 0
"""A connection that has spoken is silent for epoll until it is set to wait again."""
_PIECE = 65_536
_LOOK_SECONDS = 1.0
_LOG = logging.getLogger("isthmus.node.pushes")

Answer = Callable[[Any, short_way.Push], tuple[bytes, bool]]
"""Answers a push without waiting for its sender.

Returns what could not be sent yet, and whether to keep the connection.
"""


class PushLane:
    """Waits on kept connections of partners, and answers their pushes.

    A connection belongs to whoever has taken it out of ``_resting``: this thread when it speaks, the worker's
    loop when its time is up.
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
        self._resting: dict[int, tuple[Any, float]] = {}
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="pushes", daemon=True)

    def __len__(self) -> int:
        return len(self._resting)

    def start(self) -> None:
        """Begin to wait."""
        self._thread.start()

    def stop(self) -> None:
        """End when the push under way, if there is one, is answered."""
        self._stopping = True

    def rest(self, conn: Any, *, seconds: float) -> None:  # noqa: ANN401  gunicorn has no types
        """Wait for the next push on a connection, for a time."""
        number = conn.sock.fileno()
        self._resting[number] = (conn, time.monotonic() + seconds)
        if conn.in_lane:
            self._epoll.modify(number, _ONCE)
        else:
            conn.in_lane = True
            self._epoll.register(number, _ONCE)

    def overdue(self, now: float) -> Iterator[Any]:
        """Connections that have rested until ``now`` (monotonic) for nothing; they are the caller's then."""
        for number, (_, until) in self._resting.copy().items():
            if until <= now:
                taken = self._resting.pop(number, None)
                if taken is not None:
                    self._leave(taken[0], number)
                    yield taken[0]

    def _leave(self, conn: Any, number: int) -> None:  # noqa: ANN401  as above
        conn.in_lane = False
        with contextlib.suppress(OSError):  # what was closed has left by itself
            self._epoll.unregister(number)

    def _run(self) -> None:
        try:
            while not self._stopping:
                for number, _ in self._epoll.poll(_LOOK_SECONDS):
                    self._serve(number)
        finally:
            connections.close_all()

    def _serve(self, number: int) -> None:
        conn, _ = self._resting.pop(number, (None, 0.0))
        if conn is None:
            return  # the loop was faster: its time was up
        try:
            self._serve_one(conn, number)
        except Exception:  # noqa: BLE001  one connection's trouble must not end the thread that serves them all
            _LOG.exception("a kept connection failed")
            self._leave(conn, number)
            self._give_back(conn, b"")

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
            self._leave(conn, number)
            self._give_back(conn, said)
            return
        left, keeps = self._answer(conn, push)
        if keeps and not left:
            self.rest(conn, seconds=conn.cfg.keepalive)
        else:
            self._leave(conn, number)
            self._finish(conn, left, keeps)
