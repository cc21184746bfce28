"""HTTP/1.1 messages (RFC 9112) between nodes: a request as bytes, an answer read by llhttp's parser.

The standard library reads headers with its parser of e-mail and sends head and body apart; for a record of
10 kB that took as long as verifying it. httptools is the parser of Node.js in C.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from http.client import BadStatusLine, HTTPException, IncompleteRead, RemoteDisconnected

from httptools import HttpParserError, HttpResponseParser

_PIECE = 65_536
_LONGEST_HEAD = 65_536
_MOST_HEADERS = 100
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\uffff]")
_DELIMITED = frozenset({b"content-length", b"transfer-encoding"})
_KEPT = {b"date": "date", b"content-type": "content_type", b"accept-post": "accept_post"}


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, read to its end or to one byte beyond the limit.

    ``date`` is what the other side says of its clock, ``content_type`` of the body and ``accept_post`` of
    the forms that it takes, as they stand in the headers; empty where it does not.
    """

    status: int
    body: bytes
    date: str = ""
    content_type: str = ""
    accept_post: str = ""


def request(method: str, target: str, host: str, headers: dict[str, str], body: bytes) -> bytes:
    """A request, head and body in one. ValueError for a target or header that would break its line."""
    if _FORBIDDEN.search(target) or _FORBIDDEN.search(host):
        raise ValueError("an address holds characters that it cannot have")
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}", "Accept-Encoding: identity"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    head = "\r\n".join(lines)
    if head.count("\r") != len(lines) - 1 or head.count("\n") != len(lines) - 1:
        raise ValueError("a header holds the end of a line")
    return head.encode("ascii") + b"\r\n\r\n" + body


class _Reading:
    """One answer as the parser tells it; announcements (1xx) are passed over."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._headers = 0
        self.parser = HttpResponseParser(self)
        self.status = 0
        self.body = bytearray()
        self.kept: dict[str, str] = {}
        self.delimited = False
        self.begun = False
        """The head was read to its end."""
        self.whole = False
        self.keep = False

    def on_message_begin(self) -> None:
        """Something follows behind the answer: nobody asked for it."""
        self.keep = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        self._headers += 1
        if self._headers > _MOST_HEADERS:
            raise HTTPException(f"the answer has more than {_MOST_HEADERS} headers")
        name = name.lower()
        self.delimited = self.delimited or name in _DELIMITED
        if name in _KEPT:
            self.kept[_KEPT[name]] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """The head of an answer, or of an announcement."""
        if not self.whole:
            self.status = self.parser.get_status_code()
            self.begun = self.status >= 200

    def on_body(self, data: bytes) -> None:
        """A part of the body; nothing is kept beyond one byte more than the limit."""
        if not self.whole:
            self.body += data[: self._limit + 1 - len(self.body)]

    def on_message_complete(self) -> None:
        """The end of an answer, or of an announcement."""
        if not self.whole:
            self.whole = self.begun
            self.keep = self.whole and self.parser.should_keep_alive()

    @property
    def too_long(self) -> bool:
        """Whether the body goes beyond the limit."""
        return len(self.body) > self._limit


def _feed(reading: _Reading, data: bytes) -> None:
    try:
        reading.parser.feed_data(data)
    except HttpParserError as error:
        cause = error.__context__
        raise cause if isinstance(cause, HTTPException) else BadStatusLine(str(error)) from error


def read_answer(receive: Callable[[int], bytes], limit: int) -> tuple[Answer, bool]:
    """The answer on a connection, and whether the connection can be used again.

    ``receive`` gives the next bytes, as ``socket.recv`` does. Raises HTTPException for what is no answer or
    ends early, and what ``receive`` raises.
    """
    reading, read = _Reading(limit), 0
    while not (reading.whole or reading.too_long):
        data = receive(_PIECE)
        if not data:
            if not read:
                raise RemoteDisconnected("the partner closed the connection without an answer")
            if not reading.begun or reading.delimited:
                raise IncompleteRead(bytes(reading.body))
            break  # without a length, a body ends with its connection
        read += len(data)
        _feed(reading, data)
        if not reading.begun and read > _LONGEST_HEAD:
            raise HTTPException("the head of the answer is too long")
    keep = reading.keep and not reading.too_long
    return Answer(reading.status, bytes(reading.body), **reading.kept), keep
