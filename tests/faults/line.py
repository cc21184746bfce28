"""The line between two nodes, as a proxy that can be as bad as lines are.

One thread carries each direction of a connection, piece by piece. What is wrong with the line is said by its
attributes and may change while it carries; ``heal`` makes it good again.
"""

import contextlib
import select
import socket
import struct
import threading
import time
from collections import deque

HOST = "127.0.0.1"
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # struct linger: no waiting, so that the other end gets an RST
_LOOK_SECONDS = 0.02


def _reset(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    connection.close()


class Line:
    """Carries connections to ``target`` on this machine; callers dial ``port``."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.requests: deque[bytes] = deque(maxlen=50)
        """What callers sent, one entry a call, as bytes on the wire: for playing it again."""
        self._listener: socket.socket | None = None
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        self.port = 0
        self._make_good()
        self._listen()

    def _make_good(self) -> None:
        self.bytes_a_second: float = 0
        self.black_hole = False
        self.answer_delay: float = 0
        self.lost_answers = 0
        self.reset_requests_at: list[float] = []
        """For each of the next calls: at which share of the request it is reset; 0 is its head."""
        self.reset_answers_at: list[float] = []
        self.calls = 0
        self.lost = 0
        self.resets = 0

    def _listen(self) -> None:
        listener = socket.create_server((HOST, self.port))
        self.port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    # What can be wrong with it

    def refuse(self) -> None:
        """Break what is under way and refuse every new connection."""
        listener, self._listener = self._listener, None
        if listener is not None:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
            listener.close()
        self.cut()

    def cut(self) -> None:
        """Reset what is under way now; new connections are carried."""
        with self._guard:
            under_way = list(self._open)
        for connection in under_way:
            with contextlib.suppress(OSError):
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
                connection.shutdown(socket.SHUT_RDWR)

    def heal(self) -> None:
        """Carry again as a good line does."""
        self._make_good()
        if self._listener is None:
            self._listen()

    def close(self) -> None:
        """End it."""
        self.refuse()

    # Carrying

    def _carry(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection((HOST, self.target), timeout=30)
        except OSError:
            _reset(near)
            return
        far.settimeout(None)
        for connection in (near, far):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._guard:
            self._open |= {near, far}
        try:
            self._pump(near, far)
        except OSError:
            pass
        finally:
            with self._guard:
                self._open -= {near, far}
            _reset(near)
            _reset(far)

    def _pump(self, near: socket.socket, far: socket.socket) -> None:
        """Carry both ways until either side ends, doing to each piece what the line does."""
        call = _Call()
        while True:
            readable, _, _ = select.select([near, far], [], [], _LOOK_SECONDS)
            if self.black_hole:
                if near in readable and not near.recv(65_536):
                    return
                continue
            for source in readable:
                piece = source.recv(self._piece_size())
                if not piece:
                    return
                if source is near:
                    if not self._outward(piece, far, call):
                        return
                elif not self._homeward(piece, near, call):
                    return

    def _piece_size(self) -> int:
        return max(16, int(self.bytes_a_second / 10)) if self.bytes_a_second else 65_536

    def _slow_down(self, count: int) -> None:
        if self.bytes_a_second:
            time.sleep(count / self.bytes_a_second)

    def _outward(self, piece: bytes, far: socket.socket, call: "_Call") -> bool:
        if call.answer or not call.begun:
            call.begin(self)
        call.request += piece
        self.requests[-1] = bytes(call.request)
        self._slow_down(len(piece))
        return self._hand_on(piece, far, call.request, call.reset_request_at)

    def _hand_on(self, piece: bytes, to: socket.socket, so_far: bytearray, reset_at: float | None) -> bool:
        """Carry one more piece of a message, as far as the place where the connection is to be reset."""
        place = None if reset_at is None else _place(so_far, reset_at)
        if place is None or len(so_far) < place:
            to.sendall(piece)
            return True
        to.sendall(piece[: max(0, place - (len(so_far) - len(piece)))])
        self.resets += 1
        return False

    def _homeward(self, piece: bytes, near: socket.socket, call: "_Call") -> bool:
        call.answer += piece
        if call.loses_answer:
            self.lost += 1
            return False
        if self.answer_delay and not call.delayed:
            call.delayed = True
            time.sleep(self.answer_delay)
        self._slow_down(len(piece))
        return self._hand_on(piece, near, call.answer, call.reset_answer_at)

    def play_again(self, request: bytes) -> bytes:
        """Send a recorded request once more to the target; returns the whole answer as it came."""
        with socket.create_connection((HOST, self.target), timeout=30) as connection:
            connection.sendall(request)
            answer = bytearray()
            connection.settimeout(2)
            with contextlib.suppress(TimeoutError):
                while piece := connection.recv(65_536):
                    answer += piece
                    if _is_whole(bytes(answer)):
                        break
            return bytes(answer)


class _Call:
    """One request and its answer on a connection that may carry several."""

    def __init__(self) -> None:
        self.begun = False
        self.answer = bytearray()

    def begin(self, line: Line) -> None:
        self.begun = True
        self.request = bytearray()
        self.answer = bytearray()
        self.delayed = False
        line.calls += 1
        line.requests.append(b"")
        self.reset_request_at = line.reset_requests_at.pop(0) if line.reset_requests_at else None
        self.reset_answer_at = line.reset_answers_at.pop(0) if line.reset_answers_at else None
        self.loses_answer = line.lost_answers > 0
        if self.loses_answer:
            line.lost_answers -= 1


_IN_THE_HEAD = 20
"""Bytes into the first line, which every head is longer than."""


def _whole_length(message: bytes) -> int | None:
    """How long a message will be by what its head says; nothing while the head is under way."""
    head, end, _ = message.partition(b"\r\n\r\n")
    if not end:
        return None
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return len(head) + len(end) + int(value)
    return len(head) + len(end)


def _place(so_far: bytes, share: float) -> int | None:
    """The byte of a message at which a reset comes, once it can be told."""
    if share == 0:
        return _IN_THE_HEAD
    whole = _whole_length(so_far)
    return None if whole is None else int(whole * share)


def _is_whole(answer: bytes) -> bool:
    whole = _whole_length(answer)
    return whole is not None and len(answer) >= whole
