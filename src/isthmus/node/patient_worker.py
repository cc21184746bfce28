"""gunicorn's threads, reserved for requests that are here: waiting for slow clients costs none.

gthread as it comes gives a thread to every connection for up to five seconds before it says anything, and
for ever once it has sent a byte: four idle connections stop a node with four threads. Here the loop that
accepts connections collects a request's head, and a short body, before a thread sees it. A long body is read
by a thread, because who sends it is checked first; it has to come at a least speed. A proxy in front that
buffers requests does all of this too; a node must not fall without one.
"""

import contextlib
import errno
import math
import re
import selectors
import socket
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any

from gunicorn import http
from gunicorn.workers.gthread import TConn, ThreadWorker

from isthmus.kit.limits import FORM_BYTES
from isthmus.node import push_lane, short_way

HEAD_SECONDS = 20.0
"""Time for a request's head, and a kept connection's next one, once its first byte is here."""
SMALL_BODY = FORM_BYTES
"""What may be read of somebody whom nobody knows yet: a thread must not wait for it."""
LONGEST_HEAD = 32 * 1024
"""A request's lines; with a short body, also what waits in memory for a connection at most."""
LEAST_SPEED = 500
"""Bytes a second of a long body or answer; a line of 1 kB/s is slow and served."""
GRACE_SECONDS = 30.0
DRAIN_SECONDS = 0.05
LINGER_SECONDS = 2.0
MOST_ENDING = 500
"""Connections that were answered and whose clients have not closed; the oldest is cut off first."""
MOST_OF_ONE = 200
"""Connections without a request that one address may hold; a proxy on this machine holds what it wants."""

_TOO_LONG = b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,12})[ \t]*\r\n", re.IGNORECASE)


class TimedSocket(socket.socket):
    """A connection on which a thread waits until a moment, and no longer."""

    until: float = 0.0

    def recv(self, *args: Any) -> bytes:
        """What has come; a connection that came too late is as good as reset.

        gunicorn's own shorter patience, where it sets one, is kept.
        """
        limit = self.gettimeout()
        if limit == 0:
            return super().recv(*args)
        left = self.until - time.monotonic()
        if left <= 0:
            raise _reset()
        if limit is not None and limit <= left:
            return super().recv(*args)
        self.settimeout(left)
        try:
            return super().recv(*args)
        except TimeoutError as error:
            raise _reset() from error
        finally:
            self.settimeout(limit)

    def sendall(self, data: Any, *args: Any) -> None:  # noqa: ANN401  any buffer
        """Send all of it, within the time that the least speed allows."""
        limit = self.gettimeout()
        self.settimeout(GRACE_SECONDS + len(data) / LEAST_SPEED)
        try:
            super().sendall(data, *args)
        except TimeoutError as error:
            raise _reset() from error
        finally:
            self.settimeout(limit)


def _reset() -> ConnectionResetError:
    return ConnectionResetError(errno.ECONNRESET, "the client was too slow")


def body_length(head: bytes | bytearray) -> int:
    """What the head of a request says about its body, in bytes; 0 where it says nothing that can be read."""
    found = _LENGTH.search(head)
    return int(found[1]) if found else 0


def is_complete(gathered: bytes | bytearray) -> bool:
    """Whether a thread can read a request without waiting: its head is here, and its body if it is short."""
    end = gathered.find(_END)
    if end < 0:
        return False
    length = body_length(gathered[: end + len(_END)])
    return length > SMALL_BODY or len(gathered) >= end + len(_END) + length


class Connection(TConn):  # type: ignore[misc]  # gunicorn has no types
    """Waits beside everything else for its client to close; gunicorn waits two seconds for each in turn."""

    linger: Callable[["Connection"], None] | None = None
    push: short_way.Push | None = None
    """What a thread is to answer the short way."""
    left: tuple[bytes, bool] | None = None
    """The rest of an answer that a thread is to send, and whether the connection is kept then."""
    pushes: bool = False
    """Whether the last request was a push that was answered well."""
    in_lane: bool = False

    def close(self, graceful: bool = False) -> None:
        """Close; where the worker can wait for it, the client has read the answer before."""
        if graceful and self.linger is not None:
            self.linger(self)
        else:
            super().close()


class PatientWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """gthread, with its main loop collecting what clients send."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._waiting: dict[TConn, tuple[bytearray, float]] = {}
        self._ending: dict[TConn, float] = {}
        self._held: Counter[str] = Counter()
        self._lane: push_lane.PushLane | None = None

    def run(self) -> None:
        """Serve until told to stop."""
        if push_lane.IS_POSSIBLE:
            self._lane = push_lane.PushLane(
                self.answer,
                finish=partial(self.method_queue.defer, self._finish_push),
                give_back=partial(self.method_queue.defer, self._take_back),
            )
            self._lane.start()
        super().run()
        if self._lane is not None:
            self._lane.stop()

    def accept(self, listener: socket.socket) -> None:
        """Take a new connection and wait for what it asks."""
        try:
            plain, client = listener.accept()
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE):
                self._make_room()
            elif error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        address = str(client[0]) if isinstance(client, tuple) else ""
        if self._held[address] >= MOST_OF_ONE and address not in {"127.0.0.1", "::1", ""}:
            plain.close()
            return
        timed = TimedSocket(plain.family, plain.type, plain.proto, fileno=plain.detach())
        self.nr_conns += 1
        conn = Connection(self.cfg, timed, client, listener.getsockname())
        conn.linger = self._wait_for_end
        self._wait_for_request(conn)

    def _make_room(self) -> None:
        """No file is left for another connection: cut off one that was answered, or has asked nothing."""
        if self._ending:
            self._end(next(iter(self._ending)))
        elif self._waiting:
            self._drop(next(iter(self._waiting)))
        else:
            time.sleep(DRAIN_SECONDS)  # all are being answered; the listener would wake the loop at once

    def on_client_socket_readable(self, conn: TConn, client: socket.socket) -> None:
        """A kept connection asks again: wait for all of its question."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._wait_for_request(conn)
        self._read_more(conn, client)  # its beginning is here: that is why the loop woke up

    def handle(self, conn: TConn) -> object:
        """Answer a request, in a thread; True where the connection can be used again."""
        if conn.push is None and conn.left is None:
            conn.pushes = False
            return super().handle(conn)
        push, conn.push = conn.push, None
        (left, keeps), conn.left = self.answer(conn, push) if push is not None else conn.left, None
        if left:
            try:
                conn.sock.sendall(left)
            except OSError as error:
                self.log.debug("a push could not be answered: %s", error)
                return False
        return keeps

    def answer(self, conn: TConn, push: short_way.Push) -> tuple[bytes, bool]:
        """Answer a push as far as its sender takes the answer without delay.

        Returns what is left to be sent, and whether the connection can be used again.
        """
        told: list[Any] = []
        try:
            body = b"".join(self.wsgi(push.environ, lambda status, headers: told.extend((status, headers))))
            status, headers = told
            kept = len(self.keepalived_conns) + (0 if self._lane is None else len(self._lane))
            keeps = push.keeps and self.alive and kept < self.max_keepalived
            data = short_way.answer(status, headers, body, second=int(time.time()), keeps=keeps)
            conn.pushes = status.startswith("200 ")
            return self.tell(conn, data), keeps
        except OSError as error:
            self.log.debug("a push could not be answered: %s", error)
        except Exception:
            self.log.exception("Error handling a push")
        return b"", False

    def tell(self, conn: TConn, answer: bytes) -> bytes:
        """Send what a push is answered with; returns what the other side does not take yet."""
        try:
            return answer[conn.sock.send(answer) :]
        except (BlockingIOError, InterruptedError):
            return answer

    def _finish_push(self, conn: TConn, left: bytes, keeps: bool) -> None:
        """Close the connection of a push, or have a thread send the rest of the answer first."""
        if left:
            conn.left = left, keeps
            self.enqueue_req(conn)
            return
        self.finish_request(conn, _finished(keeps=keeps))

    def _take_back(self, conn: TConn, said: bytes) -> None:
        """Go on with a connection on which something else came than a whole push, or its end."""
        if said:
            self._wait_for_request(conn, said)
        else:
            self.nr_conns -= 1
            conn.close()

    def enqueue_req(self, conn: TConn) -> None:
        """Give a thread to it, for a time."""
        if conn.sock.until < time.monotonic():
            conn.sock.until = time.monotonic() + GRACE_SECONDS
        super().enqueue_req(conn)

    def murder_pending(self) -> None:
        """Close connections that have not asked in time; all that have said nothing when the worker stops."""
        super().murder_pending()
        now = time.monotonic()
        for conn, (gathered, deadline) in list(self._waiting.items()):
            if deadline <= now or (not self.alive and not gathered):
                self._drop(conn)
        for conn in [conn for conn, deadline in self._ending.items() if deadline <= now or not self.alive]:
            self._end(conn)
        if self._lane is not None:
            leaves = not self.alive or self._lane.is_held_up()
            for conn in self._lane.overdue(math.inf if leaves else now):
                if leaves:
                    super().finish_request(conn, _finished(keeps=True))
                else:
                    self.nr_conns -= 1
                    conn.close()

    def _keepalive_after(self, conn: TConn, keepalive: object) -> bool:
        """Whether the connection can be used again: not where a body that nobody read has yet to come."""
        return bool(keepalive) and bool(conn.parser.finish_body(deadline=time.monotonic() + DRAIN_SECONDS))

    def _wait_for_end(self, conn: TConn) -> None:
        """Say that nothing more comes, and wait for the client to close (RFC 9112, 9.6)."""
        try:
            conn.sock.shutdown(socket.SHUT_WR)
            conn.sock.setblocking(False)
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._read_to_end, conn))
        except (OSError, ValueError, KeyError):
            TConn.close(conn)
            return
        if len(self._ending) >= MOST_ENDING:
            self._end(next(iter(self._ending)))
        self._ending[conn] = time.monotonic() + LINGER_SECONDS

    def _read_to_end(self, conn: TConn, _client: object) -> None:
        try:
            more = conn.sock.recv(65_536)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            more = b""
        if not more:
            self._end(conn)

    def _end(self, conn: TConn) -> None:
        del self._ending[conn]
        self.poller.unregister(conn.sock)
        TConn.close(conn)

    def finish_request(self, conn: TConn, fs: Future[Any]) -> None:
        """Keep or close a connection; a next request that came early waits like any other."""
        kept = not fs.cancelled() and fs.exception() is None and fs.result() is True
        if kept and conn.parser.unreader.buf.getvalue():
            self._wait_for_request(conn, conn.parser.unreader.take_buffered())
        elif not (kept and conn.pushes and self._rest(conn)):
            super().finish_request(conn, fs)

    def _rest(self, conn: TConn) -> bool:
        """Leave a connection to the lane, if it can take it."""
        if self._lane is None or not self.alive or not self._lane.has_room():
            return False
        conn.sock.setblocking(False)
        try:
            self._lane.rest(conn, seconds=self.cfg.keepalive)
        except OSError:
            return False
        return True

    def _wait_for_request(self, conn: TConn, begun: bytes = b"") -> None:
        conn.sock.setblocking(False)
        self._waiting[conn] = (bytearray(begun), time.monotonic() + HEAD_SECONDS)
        self._held[_address(conn)] += 1
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._read_more, conn))
        if begun:
            self._look_at(conn)

    def _read_more(self, conn: TConn, _client: object) -> None:
        gathered, _deadline = self._waiting[conn]
        try:
            data = conn.sock.recv(65_536)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self._drop(conn)
            return
        gathered += data
        self._look_at(conn)

    def _look_at(self, conn: TConn) -> None:
        gathered, _deadline = self._waiting[conn]
        if is_complete(gathered):
            self._hand_over(conn, bytes(gathered))
        elif len(gathered) > LONGEST_HEAD and _END not in gathered:
            with contextlib.suppress(OSError):
                conn.sock.send(_TOO_LONG)
            self._drop(conn)

    def _hand_over(self, conn: TConn, gathered: bytes) -> None:
        self._forget(conn)
        if conn.parser is None:
            conn.parser = http.get_parser(self.cfg, conn.sock, conn.client)
        conn.push = short_way.read(gathered, conn.client)
        if conn.push is None:
            conn.parser.unreader.unread(gathered)
            conn.data_ready = True
        end = gathered.find(_END) + len(_END)
        conn.sock.until = time.monotonic() + GRACE_SECONDS + body_length(gathered[:end]) / LEAST_SPEED
        self.enqueue_req(conn)

    def _forget(self, conn: TConn) -> None:
        del self._waiting[conn]
        address = _address(conn)
        self._held[address] -= 1
        if not self._held[address]:
            del self._held[address]
        self.poller.unregister(conn.sock)

    def _drop(self, conn: TConn) -> None:
        self._forget(conn)
        self.nr_conns -= 1
        conn.close()


def _finished(*, keeps: bool) -> Future[bool]:
    """What a thread's work on a connection came to, for a connection that no thread of the pool had."""
    done: Future[bool] = Future()
    done.set_result(keeps)
    return done


def _address(conn: TConn) -> str:
    return str(conn.client[0]) if isinstance(conn.client, tuple) else ""
