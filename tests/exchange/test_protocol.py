"""The HTTP edge between nodes: who may call, with what, and what they are told."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client, RequestFactory

from isthmus.apps.etrade.models import Declaration
from isthmus.exchange import registry
from isthmus.exchange.models import Agreement, Record, Stream
from isthmus.exchange.protocol import inbox
from isthmus.exchange.services import publish
from isthmus.trust.models import Partner
from isthmus.trust.services import suspend
from isthmus.wire import batch
from isthmus.wire.card import fingerprint_words, read_card
from isthmus.wire.checkpoint import read_checkpoint
from isthmus.wire.receipt import read_receipt
from isthmus.wire.record import read_record
from tests.exchange.test_inbox import KIND, declaration
from tests.exchange.test_settle import item
from tests.foreign import ForeignNode

pytestmark = pytest.mark.urls("isthmus.exchange.protocol_urls")

INBOX = "/exchange/v1/inbox"
BATCH = "application/vnd.isthmus.batch+gzip"


def post(cn: ForeignNode, body: bytes, **claim: Any) -> Any:
    headers = {"Authorization": cn.authorization("POST", INBOX, claim.pop("signed_body", body), **claim)}
    return Client().post(INBOX, body, content_type=BATCH, headers=headers)


class TestInbox:
    def test_a_batch_is_answered_with_signed_receipts(self, cn: ForeignNode, agreed: Agreement) -> None:
        response = post(cn, batch.pack([cn.send(KIND, declaration(), agreement=agreed.uuid)]))
        assert response.status_code == 200
        (answer,) = response.json()["answers"]
        assert read_receipt(answer)[1].verdicts[0].status == "accepted"
        assert Declaration.objects.count() == 1

    @pytest.mark.parametrize(
        ("claim", "code"),
        [
            ({"audience": "md"}, "exchange.request.audience"),
            ({"signed_body": b"another body"}, "exchange.request.body"),
            ({"now": datetime.now(UTC) - timedelta(days=3)}, "exchange.request.expired"),
            ({"now": datetime.now(UTC) + timedelta(days=3)}, "exchange.request.early"),
        ],
    )
    def test_a_request_signed_for_something_else_is_refused(
        self, cn: ForeignNode, claim: dict[str, Any], code: str
    ) -> None:
        response = post(cn, batch.pack([cn.send(KIND, declaration())]), **claim)
        assert (response.status_code, response.json()["title"]) == (403, code)
        assert response["Content-Type"] == "application/problem+json"
        assert not Record.objects.filter(stream__direction="in").exists()

    def test_an_unsigned_request_is_refused(self, cn: ForeignNode) -> None:
        response = Client().post(INBOX, b"", content_type=BATCH)
        assert (response.status_code, response.json()["title"]) == (403, "exchange.unsigned")

    def test_a_stranger_is_refused(self, node: str) -> None:
        response = post(ForeignNode(), batch.pack(["a.b.c"]))
        assert (response.status_code, response.json()["title"]) == (403, "exchange.unknown-partner")

    def test_a_stranger_with_a_partners_name_is_refused(self, cn: ForeignNode) -> None:
        assert post(ForeignNode(), batch.pack(["a.b.c"])).json()["title"] == "trust.unknown-key"

    def test_a_suspended_partner_is_told_so(self, cn: ForeignNode, partner: Partner) -> None:
        suspend(partner, "under review", actor="test")
        response = post(cn, batch.pack([cn.send(KIND, declaration())]))
        assert (response.status_code, response.json()["title"]) == (403, "exchange.suspended")

    @pytest.mark.parametrize(
        "body",
        [
            b"not gzip",
            gzip.compress(b"x" * 10)[:-4],
            gzip.compress(b"\0" * (64 * 1024 * 1024)),
            batch.pack(["a.b.c"]) + b"more",
        ],
        ids=["not-gzip", "truncated", "bomb", "trailing"],
    )
    def test_a_body_that_is_no_batch_is_refused_whole(self, cn: ForeignNode, body: bytes) -> None:
        response = post(cn, body)
        assert response.status_code == 422
        assert response.json()["title"].startswith("wire.batch")

    def test_a_body_that_is_cut_off_is_no_fault_of_this_node(
        self, cn: ForeignNode, rf: RequestFactory, caplog: pytest.LogCaptureFixture
    ) -> None:
        class Cut:
            def read(self, _size: int = -1) -> bytes:
                raise ConnectionResetError(104, "Connection reset by peer")

            def close(self) -> None:
                pass

        authorization = cn.authorization("POST", INBOX, b"a batch")
        request = rf.post(INBOX, b"a batch", content_type=BATCH, headers={"Authorization": authorization})
        request._stream = Cut()
        with caplog.at_level("WARNING", "isthmus.exchange.protocol"):
            response = inbox(request)
        assert (response.status_code, json.loads(response.content)["title"]) == (400, "exchange.cut-off")
        assert [(line.levelname, line.exc_info) for line in caplog.records] == [("WARNING", None)]

    def test_a_body_that_no_batch_can_have_is_not_read(self, cn: ForeignNode, settings: Any) -> None:
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
        response = post(cn, b"more than ten bytes")
        assert (response.status_code, response.json()["title"]) == (413, "exchange.too-large")

    def test_another_content_type_is_refused(self, cn: ForeignNode) -> None:
        body = batch.pack(["a.b.c"])
        headers = {"Authorization": cn.authorization("POST", INBOX, body)}
        response = Client().post(INBOX, body, content_type="text/plain", headers=headers)
        assert response.json()["title"] == "exchange.content-type"


class TestOutbox:
    def fetch(self, cn: ForeignNode, after: str, node_id: str = "cn") -> Any:
        target = f"/exchange/v1/outbox/{node_id}?after={after}"
        return Client().get(target, headers={"Authorization": cn.authorization("GET", target)})

    def test_a_partner_fetches_what_waits_and_hands_back_its_receipt(
        self, cn: ForeignNode, agreed: Agreement
    ) -> None:
        publish([item("EX-1"), item("EX-2")], to=["cn"])
        tokens = batch.unpack(self.fetch(cn, "1").content)
        # Number 1 comes again: it is held, but not receipted.
        assert [read_record(token)[1].subject for token in tokens[1:]] == ["EX-1", "EX-2"]
        everything = batch.unpack(self.fetch(cn, "0").content)
        body = json.dumps({"answers": [cn.receipt(everything)]}).encode()
        target = "/exchange/v1/receipts"
        response = Client().post(
            target,
            body,
            content_type="application/json",
            headers={"Authorization": cn.authorization("POST", target, body)},
        )
        assert response.json() == {"problems": []}
        assert Stream.objects.get(direction="out").settled_seq == 3
        assert self.fetch(cn, "3").content == b""

    def test_nobody_fetches_what_waits_for_another(self, cn: ForeignNode) -> None:
        assert self.fetch(cn, "0", node_id="md").json()["title"] == "exchange.foreign-outbox"

    @pytest.mark.parametrize("after", ["-1", "x", "", "٣", "1" * 40])
    def test_a_number_that_is_none(self, cn: ForeignNode, after: str) -> None:
        from urllib.parse import quote

        response = self.fetch(cn, quote(after))
        assert (response.status_code, response.json()["title"]) == (422, "exchange.after")

    @pytest.mark.parametrize("body", [b"", b"[]", b'{"answers": "x"}', b'{"answers": [1]}', b"[" * 100_000])
    def test_answers_that_are_none(self, cn: ForeignNode, agreed: Agreement, body: bytes) -> None:
        target = "/exchange/v1/receipts"
        headers = {"Authorization": cn.authorization("POST", target, body)}
        response = Client().post(target, body, content_type="application/json", headers=headers)
        assert (response.status_code, response.json()["title"]) == (422, "exchange.answers")


class TestPublic:
    def test_the_card_proves_itself(self, node: str) -> None:
        card = read_card(Client().get("/.well-known/isthmus").content.decode().strip())
        assert (card.id, card.country) == ("mm", "MM")
        assert card.record_types == registry.offered_types()
        assert "etrade.export-declaration/1" in card.record_types
        assert len(fingerprint_words(card).split()) == 12

    def test_the_checkpoint_is_readable_by_anyone(self, cn: ForeignNode, agreed: Agreement) -> None:
        head = read_checkpoint(Client().get("/exchange/v1/checkpoint").content.decode())
        assert (head.origin, head.size) == ("isthmus/mm", 2)

    def test_before_the_first_checkpoint(self, node: str) -> None:
        assert Client().get("/exchange/v1/checkpoint").status_code == 404
