"""HTTP connections to partners, kept open between calls.

The standard library's client: a call through httpx measured five times its cost, and a client made anew read
the list of certificate authorities, 30 ms each time.
"""

import http.client
import select
import ssl
import time
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

import httpx

IDLE_SECONDS = 50.0
"""How long an unused connection is kept; web servers close theirs after 60 to 75 seconds."""
_CHUNK = 65_536

LinkError = (OSError, http.client.HTTPException, ValueError)
"""What a broken link, a silent partner, a wrong certificate or an impossible address raise."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, read to its end or to one byte beyond the limit."""

    status: int
    body: bytes


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


_idle: dict[str, list[tuple[http.client.HTTPConnection, float]]] = {}
"""Unused connections by address. Threads share it: each takes a connection out before it uses it."""


def _open(address: str, timeout: float) -> http.client.HTTPConnection:
    parts = urlsplit(address)
    if parts.scheme == "https":
        return http.client.HTTPSConnection(parts.hostname or "", parts.port, timeout=timeout, context=_tls())
    return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)


def _is_alive(connection: http.client.HTTPConnection, since: float) -> bool:
    """Whether a kept connection is young and silent: one that can be read was closed by the other side."""
    if connection.sock is None or time.monotonic() - since > IDLE_SECONDS:
        return False
    readable, _, _ = select.select([connection.sock], [], [], 0)
    return not readable


def _take(address: str, timeout: float) -> tuple[http.client.HTTPConnection, bool]:
    """A connection, and whether it was used before."""
    kept = _idle.get(address, [])
    while kept:
        try:
            connection, since = kept.pop()
        except IndexError:
            break
        if _is_alive(connection, since):
            connection.timeout = timeout
            return connection, True
        connection.close()
    return _open(address, timeout), False


def _read(response: http.client.HTTPResponse, limit: int) -> bytes:
    read = bytearray()
    while chunk := response.read(min(_CHUNK, limit + 1 - len(read))):
        read += chunk
    if response.length and len(read) <= limit:
        raise http.client.IncompleteRead(bytes(read), response.length)
    return bytes(read)


def close_all() -> None:
    """Close what is kept open: at the end of a process."""
    for kept in _idle.values():
        while kept:
            kept.pop()[0].close()


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
    path = urlsplit(address).path.rstrip("/") + target
    while True:
        connection, used = _take(address, timeout)
        try:
            connection.request(method, path, body or None, headers)
            response = connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            connection.close()
            if used:
                continue
            raise
        except BaseException:
            connection.close()
            raise
        break
    try:
        found = _read(response, limit)
    except BaseException:
        connection.close()
        raise
    if response.isclosed() and not response.will_close and connection.sock is not None:
        _idle.setdefault(address, []).append((connection, time.monotonic()))
    else:
        connection.close()
    return Answer(response.status, found)
