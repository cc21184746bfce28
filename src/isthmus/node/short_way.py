"""A partner's push, read and answered in the fewest steps between the socket and the application.

gunicorn reads a head line by line in Python, fills two dozen variables, and sends head and body of an answer
apart. Here llhttp's parser reads a request that has come whole, and one piece answers it. Whatever is not the
plain form in which a node pushes goes gunicorn's way, which knows all of HTTP.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache
from io import BytesIO
from typing import Any

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser

from isthmus.exchange.delivery.client import INBOX

BEGINNING = f"POST {INBOX} HTTP/1.1\r\n".encode("ascii")
"""What a plain push begins with."""
_ONCE = frozenset({b"authorization", b"content-type", b"content-length", b"host"})
_UNUSUAL = frozenset({b"transfer-encoding", b"expect", b"upgrade", b"te", b"trailer"})

Headers = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Push:
    """A push as WSGI (PEP 3333) tells it, and whether its sender wants to go on using the connection."""

    environ: dict[str, Any]
    keeps: bool


class _Reading:
    """One request as the parser tells it."""

    __slots__ = ("body", "headers", "keeps", "messages", "parser", "whole")

    def __init__(self) -> None:
        self.parser = HttpRequestParser(self)
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = b""
        self.messages = 0
        self.whole = self.keeps = False

    def on_message_begin(self) -> None:
        """A request begins; a second one was sent without waiting for the answer."""
        self.messages += 1

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        self.headers.append((name.lower(), value))

    def on_body(self, data: bytes) -> None:
        """The body, or a part of it."""
        self.body += data

    def on_message_complete(self) -> None:
        """Its end."""
        self.whole, self.keeps = True, self.parser.should_keep_alive()


def read(request: bytes, client: object) -> Push | None:
    """The push that these bytes are; None for what is not one, whole and in its plain form."""
    if not request.startswith(BEGINNING):
        return None
    reading = _Reading()
    try:
        reading.parser.feed_data(request)
    except (HttpParserError, HttpParserUpgrade):
        return None
    names = [name for name, _ in reading.headers]
    plain = reading.whole and reading.messages == 1 and _UNUSUAL.isdisjoint(names)
    if not plain or any(names.count(name) != 1 for name in _ONCE):
        return None
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": INBOX,
        "QUERY_STRING": "",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": str(client[0]) if isinstance(client, tuple) else "",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(reading.body),
    }
    for name, value in reading.headers:
        # With an underscore a name would be taken for another one's.
        if b"_" not in name:
            variable = _variable(name)
            text = value.decode("latin-1")
            environ[variable] = f"{environ[variable]},{text}" if variable in environ else text
    return Push(environ, reading.keeps)


@lru_cache(maxsize=200)
def _variable(name: bytes) -> str:
    variable = name.decode("latin-1").upper().replace("-", "_")
    return variable if variable in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{variable}"


@lru_cache(maxsize=1)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)


def answer(status: str, headers: Headers, body: bytes, *, second: int, keeps: bool) -> bytes:
    """An answer in one piece; ``second`` is the time since 1970."""
    lines = [
        f"HTTP/1.1 {status}",
        "Server: gunicorn",
        f"Date: {_date(second)}",
        f"Connection: {'keep-alive' if keeps else 'close'}",
        *[f"{name}: {value}" for name, value in headers],
    ]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body
