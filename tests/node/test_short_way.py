"""A push is read as gunicorn would read it, or left to gunicorn."""

import socket
from typing import Any

import pytest
from gunicorn import http
from gunicorn.config import Config
from gunicorn.http import wsgi
from hypothesis import given
from hypothesis import strategies as st

from isthmus.node import short_way

CLIENT = ("192.0.2.7", 50_000)
HEAD = (
    b"POST /exchange/v1/inbox HTTP/1.1\r\n"
    b"Host: cn.example\r\n"
    b"Accept-Encoding: identity\r\n"
    b"Authorization: Isthmus a.b.c\r\n"
    b"Content-Type: application/vnd.isthmus.packed-batch\r\n"
)


def push(body: bytes = b"batch", *lines: bytes) -> bytes:
    head = b"".join(line + b"\r\n" for line in (*lines, b"Content-Length: %d" % len(body)))
    return HEAD + head + b"\r\n" + body


def as_gunicorn(request: bytes) -> dict[str, Any]:
    """What gunicorn tells the application of the same bytes."""
    near, far = socket.socketpair()
    with near, far:
        parser = http.get_parser(Config(), near, CLIENT)
        parser.unreader.unread(request)
        _response, environ = wsgi.create(next(parser), near, CLIENT, ("127.0.0.1", 80), Config())
        return {**environ, "body": environ["wsgi.input"].read()}


NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,20}", fullmatch=True).filter(
    lambda name: (
        name.lower()
        not in {
            "host",
            "authorization",
            "transfer-encoding",
            "expect",
            "upgrade",
            "te",
            "trailer",
            "connection",
        }
        and not name.lower().startswith(
            ("content-", "x-forwarded", "proxy", "script", "path", "remote", "sec-")
        )
    )
)
VALUES = st.from_regex(r"[!-~]([ -~]{0,30}[!-~])?", fullmatch=True)


@given(headers=st.lists(st.tuples(NAMES, VALUES), max_size=8), body=st.binary(min_size=1, max_size=3000))
def test_a_push_is_told_as_gunicorn_tells_it(headers: list[tuple[str, str]], body: bytes) -> None:
    request = push(body, *(f"{name}: {value}".encode() for name, value in headers))
    found = short_way.read(request, CLIENT)
    assert found is not None
    assert found.keeps
    told = as_gunicorn(request)
    assert found.environ.pop("wsgi.input").read() == told["body"]
    assert {name: told.get(name) for name in found.environ} == found.environ
    spoken = {name for name in told if name.startswith("HTTP_")}
    assert spoken <= found.environ.keys()


def test_who_closes_the_connection_is_heard() -> None:
    found = short_way.read(push(b"batch", b"Connection: close"), CLIENT)
    assert found is not None
    assert not found.keeps


def test_a_name_with_an_underscore_stands_for_nobody() -> None:
    found = short_way.read(push(b"batch", b"X_Forwarded_For: 203.0.113.9"), CLIENT)
    assert found is not None
    assert "HTTP_X_FORWARDED_FOR" not in found.environ
    assert "HTTP_X_FORWARDED_FOR" not in as_gunicorn(push(b"batch", b"X_Forwarded_For: 203.0.113.9"))


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"",
        HEAD,
        push()[:-1],
        push() + b"x",
        push() + push(),
        push().replace(b"POST", b"PUT"),
        push().replace(b"inbox ", b"receipts "),
        push().replace(b"inbox ", b"inbox?stream=1 "),
        push().replace(b"inbox ", b"inbox/ "),
        push().replace(b"HTTP/1.1", b"HTTP/1.0"),
        push().replace(b" /exchange", b" http://cn.example/exchange"),
        push().replace(b"Host: cn.example\r\n", b""),
        push().replace(b"Content-Length: 5\r\n", b""),
        push().replace(b"Authorization: Isthmus a.b.c\r\n", b""),
        push(b"batch", b"Authorization: Isthmus d.e.f"),
        push(b"batch", b"Content-Length: 5"),
        push(b"batch", b"Content-Length: 4"),
        push(b"batch", b"Host: mm.example"),
        push(b"batch", b"Content-Type: text/plain"),
        push(b"batch", b"Transfer-Encoding: chunked"),
        push(b"batch", b"Expect: 100-continue"),
        push(b"batch", b"Connection: Upgrade", b"Upgrade: h2c"),
        push(b"batch", b"TE: trailers"),
        push(b"batch", b"A name: with a space"),
        push(b"batch", b"no colon"),
        push(b"batch", b"X: a\0b"),
        push(b"batch", b" folded"),
        push().replace(b"\r\n", b"\n"),
    ],
    ids=str,
)
def test_what_is_out_of_the_ordinary_is_left_to_gunicorn(request_bytes: bytes) -> None:
    assert short_way.read(request_bytes, CLIENT) is None


def test_an_answer_goes_out_in_one_piece() -> None:
    headers = [("Content-Type", "application/json"), ("Content-Length", "2")]
    assert short_way.answer("200 OK", headers, b"{}", second=1_795_988_000, keeps=True) == (
        b"HTTP/1.1 200 OK\r\nServer: gunicorn\r\nDate: Sun, 29 Nov 2026 21:33:20 GMT\r\n"
        b"Connection: keep-alive\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
    )
    assert b"\r\nConnection: close\r\n" in short_way.answer("200 OK", [], b"", second=0, keeps=False)
