"""The short way in: the same answers as behind the pages, and everything else passed on."""

import io
import json
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import translation

from isthmus.accounts.throttle import Throttle
from isthmus.apps.etrade.models import Declaration
from isthmus.exchange import pace, protocol
from isthmus.exchange.doorway import OWN_THREAD, Doorway
from isthmus.exchange.models import Agreement, Record
from isthmus.wire import batch
from isthmus.wire.receipt import read_receipt
from tests.exchange.test_inbox import KIND, declaration
from tests.exchange.test_protocol import BATCH, INBOX
from tests.foreign import ForeignNode


@pytest.fixture(autouse=True)
def _connections_stay_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """As under Django's test client: the transaction of the test is the connection's."""
    monkeypatch.setattr("isthmus.exchange.doorway.close_old_connections", lambda: None)


class Answer:
    """What a request was answered with, or that it was passed on."""

    def __init__(self, body: bytes, **environ: Any) -> None:
        self.status, self.headers, self.passed_on = "", {}, False
        request = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": INBOX,
            "QUERY_STRING": "",
            "SCRIPT_NAME": "",
            "CONTENT_TYPE": BATCH,
            "CONTENT_LENGTH": str(len(body)),
            "REMOTE_ADDR": "192.0.2.7",
            "wsgi.input": io.BytesIO(body),
        }
        self.body = b"".join(Doorway(self._application)({**request, **environ}, self._start))

    def _start(self, status: str, headers: list[tuple[str, str]]) -> None:
        self.status, self.headers = status, dict(headers)

    def _application(self, _environ: dict[str, Any], _start: Any) -> list[bytes]:
        self.passed_on = True
        return [b""]

    @property
    def problem(self) -> tuple[str, str]:
        assert self.headers["Content-Type"] == "application/problem+json"
        return self.status[:3], json.loads(self.body)["title"]


def push(cn: ForeignNode, body: bytes, **environ: Any) -> Answer:
    return Answer(body, HTTP_AUTHORIZATION=cn.authorization("POST", INBOX, body), **environ)


def test_a_batch_is_answered_with_signed_receipts(cn: ForeignNode, agreed: Agreement) -> None:
    answer = push(cn, batch.pack([cn.send(KIND, declaration(), agreement=agreed.uuid)]))
    assert answer.status == "200 OK"
    assert answer.headers == {
        "Content-Type": "application/json",
        "Accept-Post": "application/vnd.isthmus.packed-batch, application/vnd.isthmus.batch+gzip",
        "Content-Length": str(len(answer.body)),
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    (token,) = json.loads(answer.body)["answers"]
    assert read_receipt(token)[1].verdicts[0].status == "accepted"
    assert Declaration.objects.count() == 1


def test_who_does_not_sign_is_refused(cn: ForeignNode) -> None:
    assert Answer(b"x").problem == ("403", "exchange.unsigned")
    assert Answer(b"x", HTTP_AUTHORIZATION="Bearer x").problem == ("403", "exchange.unsigned")
    other = Answer(b"x", HTTP_AUTHORIZATION=cn.authorization("POST", INBOX, b"y"))
    assert other.problem == ("403", "exchange.request.body")


def test_what_is_no_batch_is_refused(cn: ForeignNode) -> None:
    assert push(cn, b"x").problem == ("422", "wire.batch.truncated")
    assert push(cn, b"x", CONTENT_TYPE="text/plain").problem[1] == "exchange.content-type"


def test_a_body_that_is_cut_off_is_no_fault_of_this_node(
    cn: ForeignNode, caplog: pytest.LogCaptureFixture
) -> None:
    class Cut(io.RawIOBase):
        def read(self, _size: int = -1) -> bytes:
            raise ConnectionResetError(104, "Connection reset by peer")

    with caplog.at_level("WARNING", "isthmus.exchange.protocol"):
        assert push(cn, b"batch", CONTENT_LENGTH="6").problem == ("400", "exchange.cut-off")
        found = push(cn, b"batch", **{"wsgi.input": Cut()})
    assert found.problem == ("400", "exchange.cut-off")
    assert {(line.levelname, line.exc_info) for line in caplog.records} == {("WARNING", None)}


def test_a_partner_that_is_too_busy_is_told_when_to_come_again(
    cn: ForeignNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "REQUESTS", Throttle(burst=1, per_minute=1))
    body = batch.pack(["a.b.c"])
    assert push(cn, body).status[:3] == "200"
    answer = push(cn, body)
    assert answer.status[:3] == "429"
    assert 0 < int(answer.headers["Retry-After"]) <= 60


def test_a_push_with_a_thread_of_its_own_does_not_wait_for_the_pool(cn: ForeignNode, settings: Any) -> None:
    settings.ISTHMUS = settings.ISTHMUS.model_copy(update={"threads": 1})
    body = batch.pack(["a.b.c"])
    with pace.turn_of("cn"):
        assert push(cn, body).status[:3] == "429"
        assert push(cn, body, **{OWN_THREAD: True}).status[:3] == "200"


@pytest.mark.parametrize(
    "environ",
    [
        {"REQUEST_METHOD": "GET"},
        {"PATH_INFO": "/exchange/v1/receipts"},
        {"QUERY_STRING": "a=1"},
        {"SCRIPT_NAME": "/isthmus"},
        {"CONTENT_LENGTH": ""},
        {"CONTENT_LENGTH": "-1"},
        {"CONTENT_LENGTH": "9999999"},
        {"CONTENT_LENGTH": "999999999"},
    ],
)
def test_what_is_out_of_the_ordinary_is_passed_on(
    cn: ForeignNode, settings: Any, environ: dict[str, str]
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
    assert push(cn, b"x", **environ).passed_on


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (OperationalError("disk is full"), ("503", "exchange.unavailable")),
        (ZeroDivisionError(), ("500", "exchange.fault")),
    ],
)
def test_a_fault_of_this_node_is_told_without_its_traceback(
    cn: ForeignNode, monkeypatch: pytest.MonkeyPatch, error: Exception, problem: tuple[str, str]
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(protocol, "receive", fail)
    answer = push(cn, batch.pack(["a.b.c"]))
    assert answer.problem == problem
    assert b"Traceback" not in answer.body
    assert not Record.objects.filter(stream__direction="in").exists()


def test_the_language_of_the_last_page_is_not_that_of_a_partner(cn: ForeignNode) -> None:
    with translation.override("fr"):
        push(cn, b"x")
        assert translation.get_language() != "fr"
