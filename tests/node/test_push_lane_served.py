"""Pushes, pages and the end of a worker on real connections: each is answered once, by whoever should."""

import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from isthmus.node import push_lane
from tests.processes.nodes import ROOT, free_port
from tests.security.conftest import Answer, read

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(not push_lane.IS_POSSIBLE, reason="only Linux has epoll"),
]

PAGE = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


def push(body: bytes = b"batch") -> bytes:
    return (
        b"POST /exchange/v1/inbox HTTP/1.1\r\nHost: localhost\r\nAuthorization: Isthmus a.b.c\r\n"
        b"Content-Type: application/vnd.isthmus.packed-batch\r\nContent-Length: %d\r\n\r\n%b"
    ) % (len(body), body)


@dataclass
class Web:
    """A running web server."""

    process: subprocess.Popen[bytes]
    port: int

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), 15)


def ask(line: socket.socket, request: bytes) -> Answer:
    line.sendall(request)
    return read(line)


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.fixture
def web() -> Iterator[Web]:
    port = free_port()
    environment = {
        **os.environ,
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    command = [sys.executable, "-m", "tests.node.plain_web", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        until = time.monotonic() + 30
        while is_free(port) and time.monotonic() < until and process.poll() is None:
            time.sleep(0.05)
        yield Web(process, port)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def test_a_kept_connection_is_answered_by_the_lane_and_goes_back_for_all_else(web: Web) -> None:
    with web.connect() as line:
        assert ask(line, push()).body == b"POST by the pool"
        for _ in range(3):
            assert ask(line, push()).body == b"POST by the lane"
        assert ask(line, PAGE).body == b"GET by the pool"
        assert ask(line, push()).body == b"POST by the pool", "the last request was no push"
        assert ask(line, push()).body == b"POST by the lane"
        line.sendall(push()[:70])
        time.sleep(0.2)
        assert ask(line, push()[70:]).body == b"POST by the pool", "a push in two parts is read by the loop"
        assert ask(line, push(b"refuse")).body == b"POST by the lane"
        assert ask(line, push()).body == b"POST by the pool", "the last push was refused"


def test_a_long_push_holds_up_nobody_else(web: Web) -> None:
    with web.connect() as first, web.connect() as second, web.connect() as third:
        for line in (first, second, third):
            ask(line, push())
        first.sendall(push(b"slow"))
        time.sleep(0.3)
        third.sendall(push())
        assert ask(second, PAGE).body == b"GET by the pool"
        assert read(third).body == b"POST by the pool"
        assert select.select([first], [], [], 0)[0] == [], "the long one is not answered yet"
        assert read(first).body == b"POST by the lane"
        assert ask(second, push()).status == 200
        assert ask(second, push()).body == b"POST by the lane", "the lane is free again"


def test_a_connection_at_rest_ends_with_its_time(web: Web) -> None:
    with web.connect() as line:
        ask(line, push())
        ask(line, push())
        start = time.monotonic()
        assert line.recv(10) == b""
        assert time.monotonic() - start > 3
    with web.connect() as line:
        assert ask(line, PAGE).status == 200


@pytest.mark.parametrize("body", [b"batch", b"slow"])
def test_a_worker_that_stops_answers_what_it_has_and_what_comes_at_that_moment(web: Web, body: bytes) -> None:
    with web.connect() as busy, web.connect() as resting:
        for line in (busy, resting):
            ask(line, push())
            ask(line, push())
        busy.sendall(push(body))
        time.sleep(0.3)
        web.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        last = ask(resting, push())
        assert last.status == 200
        assert last.headers["connection"] == "close"
        answer = read(busy)
        assert (answer.status, answer.body[:4]) == (200, b"POST")
    assert web.process.wait(12) == 0
