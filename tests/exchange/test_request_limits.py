"""Signed requests: once where they read, within minutes, and never so many that others have to wait."""

import json
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from django.test import Client

from isthmus.accounts.attempts import TooManyRequests
from isthmus.accounts.models import Spent
from isthmus.accounts.throttle import Throttle
from isthmus.apps.etrade.models import Declaration
from isthmus.exchange import pace
from isthmus.exchange.delivery import partner_clocks
from isthmus.exchange.delivery.client import PartnerLink, authorization
from isthmus.exchange.models import Agreement
from isthmus.exchange.services.keys import roll_over
from isthmus.kit import clock
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose, Partner
from isthmus.wire import batch
from isthmus.wire.receipt import read_receipt
from isthmus.wire.request import read_request
from tests.exchange.test_inbox import KIND, declaration
from tests.foreign import ForeignNode
from tests.partner_server import answers, partner_server

pytestmark = pytest.mark.urls("isthmus.exchange.protocol_urls")
OUTBOX = "/exchange/v1/outbox/cn?after=0"
INBOX = "/exchange/v1/inbox"
BATCH = "application/vnd.isthmus.batch+gzip"


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "REFUSALS", Throttle(burst=60, per_minute=30))
    monkeypatch.setattr(pace, "REQUESTS", Throttle(burst=10_000, per_minute=60_000))
    partner_clocks.forget()


def fetch(authorization: str) -> Any:
    return Client().get(OUTBOX, headers={"Authorization": authorization})


class TestReplay:
    def test_what_reads_is_answered_once(self, cn: ForeignNode) -> None:
        copied = cn.authorization("GET", OUTBOX)
        assert fetch(copied).status_code == 200
        again = fetch(copied)
        assert (again.status_code, again.json()["title"]) == (403, "exchange.request.replayed")
        assert fetch(cn.authorization("GET", OUTBOX)).status_code == 200
        spent = Spent.objects.filter(owner="cn").order_by("pk").first()
        assert spent is not None
        assert spent.until - clock.now() <= timedelta(minutes=66), "kept as long as it would be accepted"

    def test_a_request_of_one_partner_does_not_use_up_anothers(self, cn: ForeignNode) -> None:
        """A partner chooses the numbers of its own requests, not those of others."""
        from isthmus.accounts import once

        token = cn.authorization("GET", OUTBOX).partition(" ")[2]
        number = str(read_request(token)[1].id)
        assert once.spend("request", "md", number, until=clock.now() + timedelta(hours=1))
        assert fetch(f"Isthmus {token}").status_code == 200

    def test_a_batch_that_comes_again_has_no_second_effect_and_costs_no_row(
        self, cn: ForeignNode, agreed: Agreement
    ) -> None:
        body = batch.pack([cn.send(KIND, declaration(), agreement=agreed.uuid)])
        headers = {"Authorization": cn.authorization("POST", INBOX, body)}
        both = [Client().post(INBOX, body, content_type=BATCH, headers=headers).json() for _ in range(2)]
        verdicts = [read_receipt(answer["answers"][0])[1].verdicts for answer in both]
        assert verdicts[0] == verdicts[1]
        assert Declaration.objects.count() == 1
        assert not Spent.objects.exists()

    def test_a_copy_for_another_method_or_address_is_worth_nothing(self, cn: ForeignNode) -> None:
        copied = cn.authorization("GET", OUTBOX)
        post = Client().post(INBOX, b"", content_type=BATCH, headers={"Authorization": copied})
        assert post.json()["title"] == "exchange.request.method"
        other = Client().get("/exchange/v1/outbox/cn?after=1", headers={"Authorization": copied})
        assert other.json()["title"] == "exchange.request.target"
        assert fetch(copied).status_code == 200, "a refused use does not use it up"


class TestTime:
    @pytest.mark.parametrize(
        ("minutes", "code"),
        [(-66, "exchange.request.expired"), (-64, ""), (59, ""), (61, "exchange.request.early")],
    )
    def test_a_request_lives_for_minutes_where_a_record_lives_for_a_day(
        self, cn: ForeignNode, minutes: int, code: str
    ) -> None:
        moment = datetime.now(UTC) + timedelta(minutes=minutes)
        answer = fetch(cn.authorization("GET", OUTBOX, now=moment))
        assert answer.status_code == (403 if code else 200)
        assert not code or answer.json()["title"] == code

    def test_a_node_whose_clock_is_wrong_asks_again_by_its_partners_clock(
        self, cn: ForeignNode, partner: Partner, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A day off: records keep this node's own time, requests are signed by the reader's."""
        real = clock.now
        monkeypatch.setattr(clock, "now", lambda: real() + timedelta(hours=24))
        asked: list[datetime] = []

        def answer(_path: str, _body: bytes) -> tuple[int, bytes]:
            asked.append(partner_clocks.time_at("cn"))
            if abs(asked[-1] - real()) > timedelta(minutes=1):
                return 403, b'{"title": "exchange.request.early", "detail": "ahead"}'
            return answers()

        with partner_server(answer) as url:
            partner.url = url
            assert PartnerLink(partner).push(b"batch") == ()
            assert PartnerLink(partner).push(b"batch") == ()
        assert len(asked) == 3, "asked twice at first, once from then on"

    def test_a_request_by_a_partners_clock_takes_the_key_of_that_time(self, cn: ForeignNode) -> None:
        old = keystore.in_use(KeyPurpose.SEAL).kid
        behind = format_datetime(clock.now() - timedelta(hours=20), usegmt=True)
        assert partner_clocks.learn("cn", 403, behind, b'{"title": "exchange.request.early"}')
        roll_over(KeyPurpose.SEAL, actor="operator")
        token = authorization("cn", "GET", OUTBOX, b"").removeprefix("Isthmus ")
        unverified, claim = read_request(token)
        assert (unverified.kid, claim.issued < clock.now() - timedelta(hours=19)) == (old, True)
        partner_clocks.forget()
        token = authorization("cn", "GET", OUTBOX, b"").removeprefix("Isthmus ")
        assert read_request(token)[0].kid == keystore.in_use(KeyPurpose.SEAL).kid != old

    @pytest.mark.parametrize("code", ["trust.key-not-yet-valid", "trust.key-superseded"])
    def test_a_clock_that_was_put_right_is_learnt_anew_from_a_refused_key(
        self, cn: ForeignNode, code: str
    ) -> None:
        """Otherwise a key that took over meanwhile is not valid yet by the clock that is remembered."""
        behind = format_datetime(clock.now() - timedelta(hours=20), usegmt=True)
        assert partner_clocks.learn("cn", 403, behind, b'{"title": "exchange.request.early"}')
        refused = b'{"title": "%s"}' % code.encode()
        right = format_datetime(clock.now(), usegmt=True)
        assert partner_clocks.learn("cn", 403, right, refused)
        assert abs(partner_clocks.time_at("cn") - clock.now()) < timedelta(seconds=3)
        assert not partner_clocks.learn("cn", 403, right, refused), "nothing new: asking again would not help"

    @pytest.mark.parametrize(
        ("status", "date", "body"),
        [
            (500, "now", b'{"title": "exchange.request.early"}'),
            (403, "now", b'{"title": "exchange.suspended"}'),
            (403, "now", b"not JSON"),
            (403, "now", b"[" * 100_000),
            (403, "", b'{"title": "exchange.request.early"}'),
            (403, "far", b'{"title": "exchange.request.early"}'),
        ],
    )
    def test_nothing_else_moves_the_clock(self, cn: ForeignNode, status: int, date: str, body: bytes) -> None:
        moments = {"now": clock.now() + timedelta(hours=2), "far": clock.now() + timedelta(hours=27)}
        written = format_datetime(moments[date], usegmt=True) if date else ""
        assert not partner_clocks.learn("cn", status, written, body)
        assert abs(partner_clocks.time_at("cn") - clock.now()) < timedelta(seconds=1)


class TestPace:
    def test_a_loop_is_stopped_and_told_when_to_go_on(
        self, cn: ForeignNode, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pace, "REQUESTS", Throttle(burst=2, per_minute=6, read_clock=lambda: 0.0))
        answered = [fetch(cn.authorization("GET", OUTBOX)) for _ in range(3)]
        assert [answer.status_code for answer in answered] == [200, 200, 429]
        assert answered[-1]["Retry-After"] == "10"
        assert answered[-1].json()["title"] == "accounts.too-many-requests"

    def test_no_partner_takes_the_last_thread(self, settings: Any) -> None:
        settings.ISTHMUS = settings.ISTHMUS.model_copy(update={"threads": 3})
        inside, leave = threading.Barrier(3), threading.Event()

        def hold() -> None:
            with pace.turn_of("cn"):
                inside.wait(10)
                leave.wait(10)

        held = [threading.Thread(target=hold) for _ in range(2)]
        for thread in held:
            thread.start()
        inside.wait(10)
        with pytest.raises(TooManyRequests) as refused, pace.turn_of("cn"):
            raise AssertionError("it was let in")
        assert refused.value.retry_after == 1
        with pace.turn_of("md"):
            pass
        leave.set()
        for thread in held:
            thread.join()
        with pace.turn_of("cn"):
            pass

    def test_what_has_a_thread_of_its_own_takes_none_of_the_pool(self, settings: Any) -> None:
        """A partner with one thread fetches and pushes at once; neither has to come again."""
        settings.ISTHMUS = settings.ISTHMUS.model_copy(update={"threads": 1})
        with pace.turn_of("cn"):
            with pace.turn_of("cn", of_pool=False):
                pass
            with pytest.raises(TooManyRequests), pace.turn_of("cn"):
                raise AssertionError("it was let in")
        with pace.turn_of("cn", of_pool=False), pace.turn_of("cn"):
            pass

    def test_it_has_the_same_rate(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pace, "REQUESTS", Throttle(burst=1, per_minute=6, read_clock=lambda: 0.0))
        with pace.turn_of("cn", of_pool=False):
            pass
        with pytest.raises(TooManyRequests), pace.turn_of("cn", of_pool=False):
            raise AssertionError("it was let in")

    def test_a_turn_that_fails_is_given_back(self, settings: Any) -> None:
        settings.ISTHMUS = settings.ISTHMUS.model_copy(update={"threads": 1})
        for _ in range(3):
            with pytest.raises(RuntimeError), pace.turn_of("cn"):
                raise RuntimeError("the view failed")

    @pytest.mark.parametrize("bucket", ["NEWS", "NEWS_OF_NODE"])
    def test_unsigned_news_about_keys_has_its_rate_by_address_and_by_the_node_it_names(
        self,
        cn: ForeignNode,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
        bucket: str,
    ) -> None:
        few = Throttle(burst=2, per_minute=6, read_clock=lambda: 0.0)
        monkeypatch.setattr(pace, bucket, few)
        monkeypatch.setattr(pace, "REFUSALS", Throttle(burst=1, per_minute=6, read_clock=lambda: 0.0))

        def tell(address: str, node: str = "cn") -> int:
            body = json.dumps({"node": node, "records": ["x"]}).encode()
            return (
                Client(REMOTE_ADDR=address)
                .post("/exchange/v1/keys", body, content_type="application/json")
                .status_code
            )

        with caplog.at_level("WARNING", "isthmus.exchange.protocol"):
            assert [tell("192.0.2.1") for _ in range(4)] == [200, 200, 429, 429]
        lines = [line for line in caplog.records if line.name == "isthmus.exchange.protocol"]
        assert len(lines) == 1, "refusals are written down at their own rate"
        assert tell("192.0.2.2") == (200 if bucket == "NEWS" else 429)
        assert tell("192.0.2.3", "nobody") == 403

    def test_a_stranger_cannot_fill_the_log(
        self, node: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setattr(pace, "REFUSALS", Throttle(burst=3, per_minute=6, read_clock=lambda: 0.0))
        with caplog.at_level("WARNING", "isthmus.exchange.protocol"):
            answered = [Client().post(INBOX, b"", content_type=BATCH) for _ in range(5)]
        assert [answer.status_code for answer in answered] == [403, 403, 403, 429, 429]
        assert answered[-1]["Retry-After"] == "10"
        assert len([line for line in caplog.records if line.name == "isthmus.exchange.protocol"]) == 3
