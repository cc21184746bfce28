"""HTTP connections to partners, kept open between calls.

A call through httpx measured five times the cost of the standard library's client, and a client made anew
read the list of certificate authorities, 30 ms each time.
"""

import http.client
import select
import socket
import ssl
import time
from dataclasses import dataclass
from functools import cache
from urllib.parse import SplitResult, urlsplit

from isthmus.exchange.delivery.messages import Answer, read_answer, request

__all__ = ["Answer", "LinkError", "call", "close_all"]

IDLE_SECONDS = 50.0
"""How long an unused connection is kept; web servers close theirs after 60 to 75 seconds."""

LinkError = (OSError, http.client.HTTPException, ValueError)
"""What a broken link, a silent partner, a wrong certificate or an impossible address raise."""


@dataclass(slots=True)
class _Connection:
    """An open connection."""

    socket: socket.socket
    since: float = 0.0
    """When it was used last, by the monotonic clock; 0 before its first use."""

    def close(self) -> None:
        self.socket.close()

    def is_alive(self) -> bool:
        """Whether it is young and silent: one that can be read was closed by the other side."""
        if time.monotonic() - self.since > IDLE_SECONDS:
            return False
        readable, _, _ = select.select([self.socket], [], [], 0)
        return not readable


@cache
def _tls() -> ssl.SSLContext:
    import httpx  # its list of certificate authorities; five megabytes that a node at rest can do without

    return httpx.create_ssl_context(trust_env=False)


_split = cache(urlsplit)

_idle: dict[str, list[_Connection]] = {}
"""Unused connections by address. Threads share it: each takes a connection out before it uses it."""


def _open(parts: SplitResult, timeout: float) -> _Connection:
    opener = (
        http.client.HTTPSConnection(parts.hostname or "", parts.port, timeout=timeout, context=_tls())
        if parts.scheme == "https"
        else http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
    )
    opener.connect()
    return _Connection(opener.sock)


def _take(address: str, parts: SplitResult, timeout: float) -> _Connection:
    kept = _idle.get(address, [])
    while kept:
        try:
            connection = kept.pop()
        except IndexError:
            break
        if connection.is_alive():
            connection.socket.settimeout(timeout)
            return connection
        connection.close()
    return _open(parts, timeout)


def close_all() -> None:
    """Close what is kept open: at the end of a process."""
    for kept in _idle.values():
        while kept:
            kept.pop().close()


def call(
    address: str,
    method: str,
    target: str,
    body: bytes,
    headers: dict[str, str],
    *,
    timeout: float,
    limit: int,
) -> Answer:
    """Ask ``address`` once; follows no redirection. Raises one of ``LinkError``.

    A kept connection that the other side closed at this moment is replaced once: whatever is asked of a
    partner may be asked again without a second effect.
    """
    parts = _split(address)
    message = request(method, parts.path.rstrip("/") + target, parts.netloc.rpartition("@")[2], headers, body)
    while True:
        connection = _take(address, parts, timeout)
        try:
            connection.socket.sendall(message)
            answer, keep = read_answer(connection.socket.recv, limit)
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            connection.close()
            if connection.since:
                continue
            raise
        except BaseException:
            connection.close()
            raise
        break
    if keep:
        connection.since = time.monotonic()
        _idle.setdefault(address, []).append(connection)
    else:
        connection.close()
    return answer
