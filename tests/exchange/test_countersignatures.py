"""Records that two nodes sign: given, taken, refused, shown, and proved with the pure part alone."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from isthmus.exchange import registry, tokens
from isthmus.exchange.handlers import Completed
from isthmus.exchange.models import Agreement, Countersignature, Direction, Effect, Record, Stream, Verdict
from isthmus.exchange.services import publish
from isthmus.exchange.services.countersignatures import (
    countersign,
    may_be_countersigned,
    pair_of,
    take_number,
)
from isthmus.exchange.services.inbox import receive
from isthmus.exchange.services.quarantine import run_again
from isthmus.exchange.services.settle import settle
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, Refused
from isthmus.trust.models import Partner
from isthmus.wire.countersignature import check_pair, read_pair
from isthmus.wire.receipt import read_receipt
from isthmus.wire.record import read_record
from tests.accounts.conftest import People
from tests.exchange.pages import World, text_of, visitor
from tests.exchange.test_inbox import KIND, declaration
from tests.exchange.test_settle import item
from tests.foreign import ForeignNode

COUNTERSIGNATURE = "exchange.countersignature/1"
COMPLETED: list[Completed] = []


def completed(done: Completed) -> None:
    """The hook of the type under test."""
    if done.words == "break":
        raise RuntimeError("the shelf is full")
    COMPLETED.append(done)


@pytest.fixture
def meaningless_alone() -> Iterator[None]:
    """Export declarations mean nothing until they are countersigned."""
    kinds = registry.record_types()
    kept = kinds[KIND]
    kinds[KIND] = replace(kept, countersigned=True, completed=f"{__name__}:completed")
    COMPLETED.clear()
    yield
    kinds[KIND] = kept


def received(cn: ForeignNode, partner: Partner, agreed: Agreement, number: str = "A") -> Record:
    receive(partner, [cn.send(KIND, declaration(number), subject=number, agreement=agreed.uuid)])
    return Record.objects.select_related("stream__partner").get(subject=number, stream__direction="in")


def sent(agreed: Agreement) -> Record:
    (row,) = publish([item("EX-1")], to=["cn"])
    return Record.objects.select_related("stream").get(pk=row.pk)


def reply(row: Record, **changes: Any) -> dict[str, Any]:
    return {
        "leaf": row.leaf,
        "stream": row.stream.name,
        "seq": row.seq,
        "type": row.key,
        "words": "We agree",
        **changes,
    }


def verdict(partner: Partner, token: str) -> str:
    (answer,) = receive(partner, [token])
    found = read_receipt(answer)[1].verdicts[-1]
    return found.code or found.status


class TestGiven:
    def test_signs_the_leaf_and_the_words_to_the_partner(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        row = received(cn, partner, agreed)
        made = countersign(row, "  We take it  ", actor="officer")
        assert (made.by, made.words, made.actor) == ("mm", "We take it", "officer")
        _, record = read_record(tokens.text_of(made.leaf) or "")
        assert (record.receiver, record.body) == ("cn", reply(row, words="We take it"))
        assert check_pair(read_pair(pair_of(row))).words == "We take it"
        assert not Record.objects.get(pk=row.pk).effect_error

    def test_is_refused_for(self, cn: ForeignNode, partner: Partner, agreed: Agreement) -> None:
        row = received(cn, partner, agreed)
        for words in ("", "  ", "x" * 2001):
            with pytest.raises(BadInput) as caught:
                countersign(row, words, actor="t")
            assert caught.value.faults[0].where == "words"
        own = sent(agreed)
        with pytest.raises(Refused, match="received"):
            countersign(own, "We agree", actor="t")
        control = Record.objects.get(type="exchange.agreement-answer")
        with pytest.raises(Refused, match="about the exchange"):
            countersign(control, "We agree", actor="t")
        for changes, words in (
            ({"verdict": Verdict.REFUSED}, "refused"),
            ({"verdict": Verdict.ACCEPTED, "effect": Effect.QUARANTINED}, "quarantine"),
        ):
            Record.objects.filter(pk=row.pk).update(**changes)
            assert not may_be_countersigned(Record.objects.select_related("stream").get(pk=row.pk))
            with pytest.raises(Refused, match=words):
                countersign(row, "We agree", actor="t")
        Record.objects.filter(pk=row.pk).update(effect=Effect.APPLIED)
        with pytest.raises(Conflict, match="not countersigned"):
            pair_of(row)
        countersign(row, "We agree", actor="t")
        for words in ("We agree", "We agree to more"):
            with pytest.raises(Conflict, match="already"):
                countersign(row, words, actor="t")
        assert Record.objects.filter(type="exchange.countersignature").count() == 1

    def test_one_that_was_held_is_known_by_its_true_leaf_later(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        made = countersign(received(cn, partner, agreed), "We agree", actor="t")
        take_number(made.leaf, "ab" * 32)
        made.refresh_from_db()
        assert made.leaf == "ab" * 32

    def test_not_over_a_text_that_was_erased(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        row = received(cn, partner, agreed)
        monkeypatch.setattr(tokens, "text_of", lambda leaf: None)
        with pytest.raises(Refused, match="erased"):
            countersign(row, "We agree", actor="t")


class TestTaken:
    def test_both_sides_know_that_both_have_signed(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        row = sent(agreed)
        assert verdict(partner, cn.send(COUNTERSIGNATURE, reply(row))) == "accepted"
        made = Countersignature.objects.get(record=row)
        assert (made.by, made.words, made.actor) == ("cn", "We agree", "")
        assert check_pair(read_pair(pair_of(row))).leaf == row.leaf

    def test_the_same_words_again_change_nothing_others_are_refused(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        row = sent(agreed)
        assert verdict(partner, cn.send(COUNTERSIGNATURE, reply(row))) == "accepted"
        assert verdict(partner, cn.send(COUNTERSIGNATURE, reply(row))) == "accepted"
        more = reply(row, words="We agree to more")
        assert verdict(partner, cn.send(COUNTERSIGNATURE, more)) == "exchange.countersign-again"
        assert Countersignature.objects.get(record=row).words == "We agree"

    def test_of_what_was_never_sent_to_it(self, cn: ForeignNode, partner: Partner, agreed: Agreement) -> None:
        row, theirs = sent(agreed), received(cn, partner, agreed)
        for leaf in ("0" * 64, theirs.leaf):
            body = reply(row, leaf=leaf)
            assert verdict(partner, cn.send(COUNTERSIGNATURE, body)) == "exchange.countersign-unknown"
        Stream.objects.filter(direction=Direction.OUT).update(partner=_another())
        assert verdict(partner, cn.send(COUNTERSIGNATURE, reply(row))) == "exchange.countersign-unknown"

    @pytest.mark.parametrize(
        "changes", [{"stream": "mm>cn#9"}, {"seq": 99}, {"type": "etrade.export-declaration/2"}]
    )
    def test_under_another_name_than_the_record_has(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement, changes: dict[str, Any]
    ) -> None:
        body = reply(sent(agreed), **changes)
        assert verdict(partner, cn.send(COUNTERSIGNATURE, body)) == "exchange.countersign-place"

    def test_dated_before_the_record(self, cn: ForeignNode, partner: Partner, agreed: Agreement) -> None:
        early = clock.now()
        token = cn.send(COUNTERSIGNATURE, reply(sent(agreed)), issued=early)
        assert verdict(partner, token) == "exchange.countersign-place"

    def test_of_what_its_signer_has_refused(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        row = sent(agreed)
        stream = Stream.objects.get(direction=Direction.OUT)
        texts = [tokens.text_of(found.leaf) or "" for found in stream.records.order_by("seq")]
        settle(stream, [cn.receipt(texts, status="refused", code="exchange.schema", reason="No.")])
        body = reply(row)
        assert verdict(partner, cn.send(COUNTERSIGNATURE, body)) == "exchange.countersign-refused"


def _another() -> Partner:
    from isthmus.trust.services import confirm, introduce

    md = ForeignNode(node_id="md")
    return confirm(introduce(md.card_token, actor="t"), md.words, actor="t")


@pytest.mark.usefixtures("meaningless_alone")
class TestTypeThatNeedsIt:
    def test_a_received_record_waits_until_this_node_has_signed(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        row = received(cn, partner, agreed)
        assert (row.effect, COMPLETED) == (Effect.AWAITING, [])
        made = countersign(row, "We take it", actor="officer")
        row.refresh_from_db()
        assert row.effect == Effect.APPLIED
        (done,) = COMPLETED
        assert (done.leaf, done.counter_leaf, done.by, done.words) == (
            row.leaf,
            made.leaf,
            "mm",
            "We take it",
        )
        assert done.body.declaration_number == "A"

    def test_a_sent_one_until_the_partner_has(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        row = sent(agreed)
        receive(partner, [cn.send(COUNTERSIGNATURE, reply(row))])
        (done,) = COMPLETED
        assert (done.leaf, done.by, done.record.sender) == (row.leaf, "cn", "mm")

    def test_nothing_is_signed_where_the_application_fails(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        row = received(cn, partner, agreed)
        with pytest.raises(RuntimeError):
            countersign(row, "break", actor="officer")
        row.refresh_from_db()
        assert row.effect == Effect.AWAITING
        assert not Countersignature.objects.exists()
        assert not Record.objects.filter(type="exchange.countersignature").exists()

    def test_the_partner_s_waits_in_quarantine_where_the_application_fails(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        row = sent(agreed)
        assert verdict(partner, cn.send(COUNTERSIGNATURE, reply(row, words="break"))) == "accepted"
        waiting = Record.objects.get(type="exchange.countersignature")
        assert waiting.effect == Effect.QUARANTINED
        assert not Countersignature.objects.exists()
        assert run_again(waiting, actor="t").effect == Effect.QUARANTINED

    def test_the_page_says_that_it_means_nothing_yet(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement, people: People
    ) -> None:
        row = received(cn, partner, agreed)
        page = text_of(visitor(people.approver).get(f"/exchange/records/{row.leaf}/"))
        assert "means nothing until its receiver has countersigned it" in page


class TestPages:
    def test_an_officer_signs_and_both_texts_are_there_to_take(self, world: World, people: People) -> None:
        browser = visitor(people.officer)
        page = f"/exchange/records/{world.received.leaf}/"
        assert "Countersign</a>" in text_of(browser.get(page))
        assert "What you sign" in text_of(browser.get(f"{page}countersign/"))
        assert "required" in text_of(browser.post(f"{page}countersign/", {"words": ""}))
        answer = browser.post(f"{page}countersign/", {"words": "We take the goods"}, follow=True)
        shown = text_of(answer)
        assert "signed by both nodes now" in shown
        assert "We take the goods" in shown
        assert "Countersign</a>" not in shown
        file = browser.get(f"{page}pair/")
        assert file["Content-Disposition"].startswith('attachment; filename="pair-cn-mm-1-')
        assert check_pair(read_pair(file.content.decode())).words == "We take the goods"

    def test_there_is_no_pair_before(self, world: World, people: People) -> None:
        answer = visitor(people.officer).get(f"/exchange/records/{world.received.leaf}/pair/")
        assert answer.status_code == 409

    def test_what_was_refused_offers_nothing(self, world: World, people: People) -> None:
        page = text_of(visitor(people.officer).get(f"/exchange/records/{world.refused.leaf}/"))
        assert "Countersign</a>" not in page
