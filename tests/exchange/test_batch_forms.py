"""The two forms of a batch: packed where both nodes know it, lines with a node of an earlier release."""

import json
import time
from collections.abc import Iterator
from email.message import Message
from typing import Any

import pytest
import zstandard
from django.test import Client

from isthmus.apps.etrade.models import Declaration
from isthmus.exchange.delivery import batch_forms, lines
from isthmus.exchange.delivery.turns import pull_turn, push_turn, texts_after
from isthmus.exchange.models import Agreement, Record, Refusal, Stream, Token
from isthmus.exchange.rules.portions import Portion
from isthmus.exchange.services import publish
from isthmus.exchange.services.inbox import receive
from isthmus.trust.models import Partner
from isthmus.wire import batch, packing
from isthmus.wire.receipt import read_receipt, read_refusal
from tests.exchange.test_delivery import fresh, move_partner, stream
from tests.exchange.test_inbox import KIND, declaration
from tests.exchange.test_settle import item
from tests.foreign import ForeignNode
from tests.partner_server import answers, partner_server

__all__ = ["stream"]

pytestmark = pytest.mark.urls("isthmus.exchange.protocol_urls")
INBOX = "/exchange/v1/inbox"
KNOWS = {"Accept-Post": "application/vnd.isthmus.packed-batch, application/vnd.isthmus.batch+gzip"}
OTHER_TYPE = json.dumps({"title": "exchange.content-type", "detail": "A batch is sent as lines."}).encode()


@pytest.fixture(autouse=True)
def _nothing_learnt() -> Iterator[None]:
    batch_forms.forget()
    lines.forget()
    yield
    batch_forms.forget()
    lines.forget()


def texts_in(body: bytes, form: str) -> list[str]:
    return [text if isinstance(text, str) else text.text for text in batch.read(body, form)]


def forms(seen: list[Message]) -> list[str]:
    return [headers["Content-Type"].rpartition(".")[2] for headers in seen]


class Partners:
    """The partner's inbox: takes both forms, or lines alone."""

    def __init__(self, cn: ForeignNode, *, lines_only: bool = False) -> None:
        self.cn, self.lines_only = cn, lines_only
        self.seen: list[Message] = []
        self.taken: list[list[str]] = []

    def __call__(self, _path: str, body: bytes) -> tuple[int, bytes]:
        form = self.seen[-1]["Content-Type"]
        if self.lines_only and form != batch.LINES:
            return 422, OTHER_TYPE
        self.taken.append(texts_in(body, form))
        return answers(self.cn.receipt(self.taken[-1]))


def push_one_more(stream: Stream, number: int) -> None:
    publish([item(f"EX-{number}")], to=["cn"])
    assert push_turn(fresh(stream)) is True


class TestSending:
    def test_lines_first_and_packed_once_the_partner_says_so(self, cn: ForeignNode, stream: Stream) -> None:
        inbox = Partners(cn)
        with partner_server(inbox, says=KNOWS, seen=inbox.seen) as url:
            move_partner(url)
            assert push_turn(fresh(stream)) is True
            push_one_more(stream, 6)
            push_one_more(stream, 7)
        assert forms(inbox.seen) == ["batch+gzip", "packed-batch", "packed-batch"]
        assert [len(taken) for taken in inbox.taken] == [6, 1, 1]
        assert fresh(stream).waiting == 0

    def test_a_node_of_the_release_before_goes_on_getting_lines(
        self, cn: ForeignNode, stream: Stream
    ) -> None:
        inbox = Partners(cn, lines_only=True)
        with partner_server(inbox, seen=inbox.seen) as url:
            move_partner(url)
            assert push_turn(fresh(stream)) is True
            push_one_more(stream, 6)
        assert forms(inbox.seen) == ["batch+gzip", "batch+gzip"]

    def test_a_partner_that_went_back_to_it_loses_nothing(self, cn: ForeignNode, stream: Stream) -> None:
        inbox = Partners(cn, lines_only=True)
        batch_forms.learn("cn", KNOWS["Accept-Post"])
        with partner_server(inbox, seen=inbox.seen) as url:
            move_partner(url)
            assert push_turn(fresh(stream)) is True
            push_one_more(stream, 6)
        assert forms(inbox.seen) == ["packed-batch", "batch+gzip", "batch+gzip"]
        assert [len(taken) for taken in inbox.taken] == [6, 1]
        assert fresh(stream).failures == 0

    def test_another_refusal_is_not_answered_with_the_other_form(
        self, cn: ForeignNode, stream: Stream
    ) -> None:
        seen: list[Message] = []
        batch_forms.learn("cn", KNOWS["Accept-Post"])
        refused = json.dumps({"title": "exchange.suspended", "detail": "You are suspended."}).encode()
        with partner_server(lambda *_: (403, refused), seen=seen) as url:
            move_partner(url)
            assert push_turn(fresh(stream)) is False
        assert forms(seen) == ["packed-batch"]
        assert "You are suspended." in fresh(stream).last_error
        assert batch_forms.form_for("cn") == batch.PACKED

    def test_a_text_damaged_here_is_named_here(self, cn: ForeignNode, stream: Stream) -> None:
        row = Record.objects.filter(stream=stream).order_by("seq")[2]
        kept = Token.objects.get(entry__leaf=row.leaf)
        damaged = bytearray(bytes(kept.packed))
        damaged[-3] ^= 0xFF
        frame = bytes(damaged[67:])
        with pytest.raises(zstandard.ZstdError):
            zstandard.ZstdDecompressor().decompress(frame, allow_extra_data=False)
        Token.objects.filter(pk=kept.pk).update(packed=bytes(damaged))
        batch_forms.learn("cn", KNOWS["Accept-Post"])
        refused = json.dumps({"title": "wire.packing.damaged", "detail": "It is damaged."}).encode()
        with partner_server(lambda *_: (422, refused)) as url:
            move_partner(url)
            assert push_turn(fresh(stream)) is False
        assert fresh(stream).last_error == "A packed text is damaged: it cannot be opened."

    def test_both_forms_hold_the_same(self, stream: Stream) -> None:
        texts = texts_after(stream, 0)
        assert len(texts) == 6
        one, other = (texts_in(batch.write(texts, form), form) for form in batch.FORMS)
        assert one == other


class TestSlowLine:
    def test_after_silence_half_is_sent_in_the_shorter_form(
        self, cn: ForeignNode, stream: Stream, settings: Any
    ) -> None:
        settings.ISTHMUS = settings.ISTHMUS.model_copy(update={"request_timeout_seconds": 0.3})
        batch_forms.learn("cn", KNOWS["Accept-Post"])
        inbox = Partners(cn)

        def too_slow_for_many(path: str, body: bytes) -> tuple[int, bytes]:
            if len(texts_in(body, inbox.seen[-1]["Content-Type"])) > 3:
                time.sleep(0.6)
            return inbox(path, body)

        with partner_server(too_slow_for_many, says=KNOWS, seen=inbox.seen) as url:
            move_partner(url)
            assert push_turn(fresh(stream)) is False
            assert "timed out" in fresh(stream).last_error
            assert lines.portion_for("cn") == Portion(records=3, is_slow=True)
            Stream.objects.filter(pk=stream.pk).update(next_attempt_at=None)
            assert push_turn(fresh(stream)) is True
        assert [len(taken) for taken in inbox.taken[-2:]] == [3, 3]
        assert forms(inbox.seen) == ["packed-batch", "batch+gzip", "batch+gzip"]
        assert lines.portion_for("cn").records == 6
        assert fresh(stream).waiting == 0

    def test_the_shorter_form_of_one_record_is_packed(self, stream: Stream) -> None:
        texts = texts_after(stream, 0)
        assert batch.write_small(texts[:1], packed=True)[1] == batch.PACKED
        assert batch.write_small(texts, packed=True)[1] == batch.LINES
        assert batch.write_small(texts[:1], packed=False)[1] == batch.LINES

    def test_a_refused_call_says_nothing_of_the_line(self, stream: Stream) -> None:
        with partner_server(lambda *_: (200, b"")) as url:
            move_partner(url)
        assert push_turn(fresh(stream)) is False
        assert lines.portion_for("cn") == Portion()


class TestFetching:
    def test_what_a_partner_fetches_comes_packed_if_it_asks(self, cn: ForeignNode, stream: Stream) -> None:
        target = "/exchange/v1/outbox/cn?after=0"
        found = []
        for accept in ({"Accept": KNOWS["Accept-Post"]}, {"Accept": "*/*"}, {}):
            headers = {"Authorization": cn.authorization("GET", target), **accept}
            answer = Client().get(target, headers=headers)
            found.append((answer["Content-Type"], texts_in(answer.content, answer["Content-Type"])))
        assert [form for form, _ in found] == [batch.PACKED, batch.LINES, batch.LINES]
        assert found[0][1] == found[1][1] == found[2][1]
        assert len(found[0][1]) == 6

    @pytest.mark.parametrize("form", batch.FORMS)
    def test_this_node_says_what_it_takes_and_reads_what_comes(
        self, form: str, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        waiting = [cn.send(KIND, declaration(f"EX-{n}"), agreement=agreed.uuid) for n in range(3)]
        seen: list[Message] = []

        def answer(path: str, _body: bytes) -> tuple[int, bytes]:
            if "outbox" not in path:
                return 200, b'{"problems": []}'
            rest = waiting[max(0, int(path.rpartition("=")[2]) - 1) :]
            return 200, batch.write([packing.pack(token) for token in rest], form) if rest else b""

        with partner_server(answer, says={"Content-Type": form}, seen=seen) as url:
            move_partner(url)
            assert pull_turn(Partner.objects.get(pk=partner.pk)) == 3
        assert seen[0]["Accept"] == KNOWS["Accept-Post"]
        assert Declaration.objects.count() == 3


def post(cn: ForeignNode, body: bytes, form: str = batch.PACKED) -> tuple[int, dict[str, list[str]]]:
    headers = {"Authorization": cn.authorization("POST", INBOX, body)}
    answer = Client().post(INBOX, body, content_type=form, headers=headers)
    return answer.status_code, answer.json()


class TestReceiving:
    def test_says_what_it_takes(self, cn: ForeignNode, agreed: Agreement) -> None:
        body = batch.pack([cn.send(KIND, declaration(), agreement=agreed.uuid)])
        headers = {"Authorization": cn.authorization("POST", INBOX, body)}
        answer = Client().post(INBOX, body, content_type=batch.LINES, headers=headers)
        assert answer["Accept-Post"] == KNOWS["Accept-Post"]

    def test_keeps_the_bytes_that_came_under_the_leaf_of_the_text(
        self, cn: ForeignNode, agreed: Agreement
    ) -> None:
        token = cn.send(KIND, declaration(), agreement=agreed.uuid)
        header, payload, signature = packing.unpack_parts(packing.pack(token), 100_000) or (b"", b"", b"")
        frame = zstandard.ZstdCompressor(level=19, write_checksum=True).compress(header + payload)
        theirs = b"\x01" + len(header).to_bytes(2, "big") + signature + frame
        assert theirs != packing.pack(token)
        status, body = post(cn, batch.write([theirs], batch.PACKED))
        assert status == 200
        (verdict,) = read_receipt(body["answers"][0])[1].verdicts
        assert verdict.status == "accepted"
        assert bytes(Token.objects.get(entry__leaf=verdict.leaf).packed) == theirs

    def test_the_other_spelling_of_a_record_is_the_record(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        token = cn.send(KIND, declaration(), agreement=agreed.uuid)
        as_text = b"\x00" + zstandard.ZstdCompressor().compress(token.encode())
        first = read_receipt(receive(partner, [token])[0])[1].verdicts
        for packed in (packing.pack(token), as_text):
            status, body = post(cn, batch.write([packed], batch.PACKED))
            assert status == 200
            assert read_receipt(body["answers"][0])[1].verdicts == first
        assert Declaration.objects.count() == 1

    def test_a_record_that_came_as_a_text_is_kept_small(self, cn: ForeignNode, agreed: Agreement) -> None:
        token = cn.send(KIND, declaration(), agreement=agreed.uuid)
        as_text = b"\x00" + zstandard.ZstdCompressor().compress(token.encode())
        _, body = post(cn, batch.write([as_text], batch.PACKED))
        leaf = read_receipt(body["answers"][0])[1].verdicts[0].leaf
        assert bytes(Token.objects.get(entry__leaf=leaf).packed) == packing.pack(token)

    def test_records_before_one_that_is_no_token_are_taken(self, cn: ForeignNode, agreed: Agreement) -> None:
        tokens = [cn.send(KIND, declaration(f"EX-{n}"), agreement=agreed.uuid) for n in range(3)]
        header, payload, signature = packing.unpack_parts(packing.pack(tokens[2]), 100_000) or (b"", b"", b"")
        torn = packing.pack_parts(header, payload[:-1], signature)
        texts = [packing.pack(tokens[0]), packing.pack(tokens[1]), torn]
        status, body = post(cn, batch.write(texts, batch.PACKED))
        assert status == 200
        receipt, refusal = body["answers"]
        assert len(read_receipt(receipt)[1].verdicts) == 2
        assert read_refusal(refusal)[1].code == "wire.codec.syntax"
        assert Refusal.objects.get().offered == packing.unpack(torn)

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            (b"\0", "wire.batch.truncated"),
            (b"--x\r\n" * 10_000, "wire.batch.truncated"),
            (b"\0\0\0\1\0" * 10_000, "wire.packing.damaged"),
            (batch.write([packing.pack("a")] * 500, batch.PACKED) * 20, "wire.batch.records"),
            (batch.pack(["a.b.c"]), "wire.batch.truncated"),
        ],
    )
    def test_what_is_no_batch_is_refused_whole(self, cn: ForeignNode, body: bytes, code: str) -> None:
        held = Token.objects.count()
        status, told = post(cn, body)
        assert (status, told["title"]) == (422, code)
        assert Token.objects.count() == held

    def test_a_bomb_is_refused(self, cn: ForeignNode) -> None:
        bomb = b"\x00" + zstandard.ZstdCompressor(level=3).compress(bytes(500_000_000))
        status, told = post(cn, len(bomb).to_bytes(4, "big") + bomb)
        assert (status, told["title"]) == (422, "wire.batch.size")
