"""Stamps handed over between this node and its partner ``cn``, which is made of the wire alone."""

from typing import Any

import pytest
from django.urls import reverse
from pydantic import ValidationError

from isthmus.apps.excise.ledger import queries as ledger
from isthmus.apps.excise.models import StampBatch, StampCrossing
from isthmus.apps.excise.stamps import queries
from isthmus.apps.excise.stamps.records import StampHandoverV1
from isthmus.apps.excise.stamps.rules.accounts import BOOK
from isthmus.apps.excise.stamps.rules.custody import SHEAF, Act, Place
from isthmus.apps.excise.stamps.services import book, crossing, issuing
from isthmus.exchange import tokens
from isthmus.exchange.handlers import Erasing
from isthmus.exchange.models import Record
from isthmus.kit.errors import BadInput, Conflict, NotFound, Refused
from isthmus.wire.record import read_record
from tests.apps.excise.stamps.conftest import People, done, issued
from tests.apps.excise.stamps.strait import REFERENCE, TYPE, Strait, coming
from tests.apps.excise.stamps.test_pages import browser_of, text_of
from tests.foreign import ForeignNode


@pytest.fixture
def printed(people: People) -> StampBatch:
    batch = issued(people, 10)
    done(batch, Act.PRINT, 1, 10, people.revenue)
    return batch


def sent(people: People, batch: StampBatch, first: int = 3, last: int = 8) -> StampCrossing:
    return crossing.send(
        batch,
        first,
        last,
        sender=people.revenue,
        partner="cn",
        receiver="CN00000000017",
        receiver_name="Sample rice wine works",
        actor="officer",
    )


def whole() -> bool:
    """The book sums to zero and is chained, and packed rows and book agree about every batch."""
    for batch in StampBatch.objects.all():
        counted = dict.fromkeys(Place, 0)
        for (_batch, _holder, place), count in queries.counted(batch).items():
            counted[place] += count
        held = dict.fromkeys(Place, 0)
        for row in book.held(batch):
            held[row.place] += row.count
        if counted != held:
            return False
    return ledger.verify(BOOK).whole and set(ledger.sums(BOOK).values()) <= {0}


def places(batch: StampBatch) -> dict[tuple[str, Place], int]:
    return {(row.holder, row.place): row.count for row in book.held(batch)}


class TestOut:
    def test_stamps_are_in_transit_until_the_other_node_says_they_are_there(
        self, people: People, strait: Strait, printed: StampBatch
    ):
        row = sent(people, printed)
        assert places(printed) == {("Revenue service", Place.STOCK): 4, ("Revenue service", Place.TRANSIT): 6}
        (body,) = strait.told()
        assert (body["says"], body["issuer"], body["batch"]) == ("sent", "mm", printed.pk)
        assert (body["first"], body["last"], body["receiver"]) == (3, 8, "CN00000000017")
        assert strait.answer(row, "received") == ""
        row.refresh_from_db()
        assert (row.state, row.answered_by, bool(row.answer_leaf)) == ("received", "cn", True)
        assert places(printed) == {("Revenue service", Place.STOCK): 4, ("Revenue service", Place.ABROAD): 6}
        done(printed, Act.ACTIVATE, 3, 4, people.revenue)
        assert whole()

    def test_what_is_refused_is_the_senders_again(self, people: People, strait: Strait, printed: StampBatch):
        row = sent(people, printed)
        assert strait.answer(row, "refused", reason="Two rolls are wet") == ""
        row.refresh_from_db()
        assert (row.state, row.reason) == ("refused", "Two rolls are wet")
        assert places(printed) == {("Revenue service", Place.STOCK): 10}
        assert whole()

    def test_an_answer_counts_once_and_a_contrary_one_is_shown(
        self, people: People, strait: Strait, printed: StampBatch
    ):
        row = sent(people, printed)
        for _turn in range(2):
            strait.answer(row, "received")
        assert StampCrossing.objects.count() == 1
        strait.answer(row, "refused", reason="On second thoughts")
        stray = StampCrossing.objects.get(state="unmatched")
        assert (stray.reference, stray.partner, "Refused" in stray.reason) == (row.reference, "cn", True)
        row.refresh_from_db()
        assert row.state == "received"
        assert places(printed)["Revenue service", Place.ABROAD] == 6
        assert whole()

    @pytest.mark.parametrize("change", [{"handover": "f" * 32}, {"last": 7}, {"issuer": "cn"}])
    def test_an_answer_about_other_stamps_moves_none_and_is_shown(
        self, people: People, strait: Strait, printed: StampBatch, change: dict[str, Any]
    ):
        row = sent(people, printed)
        assert strait.answer(row, "received", **change) == ""
        row.refresh_from_db()
        assert (row.state, StampCrossing.objects.filter(state="unmatched").count()) == ("sent", 1)
        assert places(printed)["Revenue service", Place.TRANSIT] == 6

    def test_nothing_leaves_without_an_agreement(self, people: People, cn: ForeignNode, printed: StampBatch):
        with pytest.raises(Refused, match="No agreement in force"):
            sent(people, printed)
        assert places(printed) == {("Revenue service", Place.STOCK): 10}

    def test_nobody_sends_what_he_does_not_hold(self, people: People, strait: Strait, printed: StampBatch):
        sent(people, printed)
        with pytest.raises(Conflict, match="Stamp 3 cannot be moved so"):
            sent(people, printed, 1, 4)
        with pytest.raises(BadInput):
            crossing.send(
                printed, 1, 1, sender=people.revenue, partner="cn", receiver=" ", receiver_name="x", actor="x"
            )
        assert len(strait.told()) == 1

    def test_the_sender_takes_back_what_the_other_node_turned_away_and_nothing_else(
        self, people: People, strait: Strait, printed: StampBatch
    ):
        row = sent(people, printed)
        with pytest.raises(Conflict, match="Only the answer of cn"):
            crossing.take_back(row, actor="officer")
        Record.objects.filter(leaf=row.leaf).update(verdict="refused", verdict_reason="Unknown receiver")
        row = crossing.take_back(row, actor="officer")
        assert (row.state, row.reason) == ("refused", "Unknown receiver")
        assert places(printed) == {("Revenue service", Place.STOCK): 10}


class TestIn:
    def test_what_arrives_waits_for_its_receiver_and_is_then_his(self, people: People, strait: Strait):
        assert strait.hear(coming()) == ""
        row = StampCrossing.objects.get()
        assert (row.way, row.state, row.organisation) == ("in", "sent", people.distillery)
        assert not StampBatch.objects.exists()
        row = crossing.confirm(row, organisation=people.distillery, actor="distiller")
        batch = row.batch
        assert batch is not None
        assert (batch.issuer, batch.issuer_batch, batch.begins, batch.ends) == ("cn", 77, 5001, 5010)
        assert places(batch) == {("Sample distillery", Place.STOCK): 10}
        (body,) = strait.told()
        assert (body["says"], body["handover"], body["first"]) == ("received", REFERENCE, 5001)
        done(batch, Act.ACTIVATE, 5001, 5006, people.distillery)
        with pytest.raises(Conflict, match="Stamp 5006 cannot be moved so"):
            done(batch, Act.ACTIVATE, 5006, 5007, people.distillery)
        with pytest.raises(BadInput, match="5001 to 5010"):
            done(batch, Act.SPOIL, 1, 2, people.distillery, "Torn")
        assert places(batch) == {
            ("Sample distillery", Place.STOCK): 4,
            ("Sample distillery", Place.ACTIVATED): 6,
        }
        assert whole()

    def test_their_codes_stay_with_their_issuer(self, people: People, strait: Strait):
        strait.hear(coming())
        batch = crossing.confirm(StampCrossing.objects.get(), organisation=people.distillery, actor="x").batch
        assert batch is not None
        with pytest.raises(NotFound, match="cn"):
            list(issuing.code_lines(batch))
        done(batch, Act.ACTIVATE, 5001, 5010, people.distillery)
        assert b"".join(queries.on_sale()) == b""
        assert not queries.counted()

    def test_many_are_packed_like_any_other(self, people: People, strait: Strait):
        strait.hear(coming(last=5001 + SHEAF + 4))
        row = crossing.confirm(StampCrossing.objects.get(), organisation=people.distillery, actor="x")
        assert row.batch is not None
        done(row.batch, Act.ACTIVATE, 5001 + SHEAF - 1, 5001 + SHEAF, people.distillery)
        assert places(row.batch)["Sample distillery", Place.STOCK] == SHEAF + 3
        assert whole()

    def test_a_refusal_says_why_and_leaves_nothing_here(self, people: People, strait: Strait):
        strait.hear(coming())
        row = StampCrossing.objects.get()
        with pytest.raises(BadInput):
            crossing.refuse(row, " ", organisation=people.distillery, actor="x")
        crossing.refuse(row, "Not ours", organisation=people.distillery, actor="x")
        (body,) = strait.told()
        assert (body["says"], body["reason"]) == ("refused", "Not ours")
        assert not StampBatch.objects.exists()
        with pytest.raises(Conflict, match="closed"):
            crossing.confirm(row, organisation=people.distillery, actor="x")

    def test_a_repetition_changes_nothing_and_another_run_under_the_name_is_refused(
        self, people: People, strait: Strait
    ):
        strait.hear(coming())
        assert strait.hear(coming()) == ""
        assert strait.hear(coming(last=5011)) == "excise.stamp-handover"
        assert StampCrossing.objects.count() == 1

    @pytest.mark.parametrize("change", [{"last": 5000}, {"reason": "Why not"}])
    def test_what_contradicts_itself_is_refused(self, strait: Strait, change: dict[str, Any]):
        assert strait.hear(coming(**change)) == "excise.stamp-handover"

    def test_own_stamps_come_back(self, people: People, strait: Strait, printed: StampBatch):
        row = sent(people, printed)
        strait.answer(row, "received")
        strait.hear(coming(issuer="mm", batch=printed.pk, first=5, last=6))
        back = StampCrossing.objects.get(way="in")
        crossing.confirm(back, organisation=people.distillery, actor="distiller")
        assert places(printed) == {
            ("Revenue service", Place.STOCK): 4,
            ("Revenue service", Place.ABROAD): 4,
            ("Sample distillery", Place.STOCK): 2,
        }
        assert strait.told()[-1]["says"] == "received"
        assert whole()

    def test_own_stamps_that_never_left_do_not_come_back(
        self, people: People, strait: Strait, printed: StampBatch
    ):
        strait.hear(coming(issuer="mm", batch=printed.pk, first=5, last=6))
        with pytest.raises(Conflict, match="Stamp 5 cannot be moved so"):
            crossing.confirm(StampCrossing.objects.get(), organisation=people.distillery, actor="x")
        strait.hear(coming(handover="a" * 32, issuer="mm", batch=999, first=5, last=6))
        with pytest.raises(Conflict, match="no batch 999"):
            crossing.confirm(
                StampCrossing.objects.get(issuer_batch=999), organisation=people.distillery, actor="x"
            )
        assert strait.told() == []

    def test_stamps_from_abroad_go_home_again(self, people: People, strait: Strait):
        strait.hear(coming())
        batch = crossing.confirm(StampCrossing.objects.get(), organisation=people.distillery, actor="x").batch
        assert batch is not None
        row = crossing.send(
            batch, 5003, 5004, sender=people.distillery, partner="cn", receiver="stamp-office",
            receiver_name="Sample stamp office", actor="x",
        )  # fmt: skip
        body = strait.told()[-1]
        assert (body["issuer"], body["batch"], body["first"]) == ("cn", 77, 5003)
        strait.answer(row, "received")
        assert places(batch) == {
            ("Sample distillery", Place.STOCK): 8,
            ("Sample distillery", Place.ABROAD): 2,
        }
        assert whole()


class TestKeeping:
    @pytest.fixture
    def waiting(self, strait: Strait) -> StampCrossing:
        strait.hear(coming())
        return StampCrossing.objects.get()

    def test_an_erased_record_leaves_the_numbers(self, people: People, waiting: StampCrossing):
        crossing.erase_handover(
            Erasing(waiting.leaf, TYPE, waiting.reference, "cn", sent=False, ground="retention")
        )
        waiting.refresh_from_db()
        assert (waiting.product, waiting.other_name, waiting.first) == ("", "", 5001)

    def test_a_stand_in_gets_its_leaf(self, people: People, waiting: StampCrossing):
        StampCrossing.objects.update(leaf="stand-in", answer_leaf="other")
        crossing.take_number("stand-in", "1" * 64)
        crossing.take_number("other", "2" * 64)
        waiting.refresh_from_db()
        assert (waiting.leaf, waiting.answer_leaf) == ("1" * 64, "2" * 64)

    def test_what_this_node_sent_and_lost_is_shown_as_unmatched(
        self, people: People, strait: Strait, printed: StampBatch
    ):
        from isthmus.exchange.handlers import Received

        row = sent(people, printed)
        _header, record = read_record(tokens.text_of(row.leaf))
        body = StampHandoverV1.model_validate(record.body)
        crossing.restore_handover(Received(record, body, row.leaf, None))
        assert StampCrossing.objects.count() == 1
        StampCrossing.objects.all().delete()
        crossing.restore_handover(Received(record, body, row.leaf, None))
        lost = StampCrossing.objects.get()
        assert (lost.state, lost.way, lost.first) == ("unmatched", "out", 3)
        assert "lost" in lost.reason


def test_a_body_is_strict():
    StampHandoverV1.model_validate(coming())
    for change in ({"first": 0}, {"handover": "x"}, {"says": "lost"}, {"at": "2026-11-20"}, {"more": 1}):
        with pytest.raises(ValidationError):
            StampHandoverV1.model_validate(coming(**change))


class TestPages:
    def test_an_officer_sends_and_sees_what_waits(self, people: People, strait: Strait, printed: StampBatch):
        officer = browser_of(people.officer)
        batch = text_of(officer.get(reverse("excise:stamp-batch", args=[printed.pk])))
        assert "Hand stamps over abroad" in batch
        given = {
            "first": 1,
            "last": 4,
            "partner": "cn",
            "receiver": "CN00000000017",
            "receiver_name": "Sample rice wine works",
            "organisation": people.revenue.pk,
        }
        address = reverse("excise:stamp-send", args=[printed.pk])
        assert "1 to 10" in text_of(officer.post(address, given | {"last": 11}))
        answer = officer.post(address, given)
        row = StampCrossing.objects.get()
        assert answer["Location"] == reverse("excise:stamp-crossing", args=[row.pk])
        page = text_of(officer.get(answer["Location"]))
        assert "Waits for the receiver" in page
        assert "Answer the sender" not in page
        listed = text_of(officer.get(reverse("excise:stamp-crossings"), {"way": "out", "state": "sent"}))
        assert "Sample rice wine works" in listed
        Record.objects.filter(leaf=row.leaf).update(verdict="refused", verdict_reason="Unknown receiver")
        assert "Take back" in text_of(officer.get(answer["Location"]))
        officer.post(reverse("excise:stamp-take-back", args=[row.pk]))
        row.refresh_from_db()
        assert row.state == "refused"

    def test_a_receiver_answers(self, people: People, strait: Strait):
        strait.hear(coming())
        row = StampCrossing.objects.get()
        firm = browser_of(people.distiller)
        assert "Answer the sender" in text_of(firm.get(reverse("excise:stamp-crossing", args=[row.pk])))
        address = reverse("excise:stamp-answer", args=[row.pk])
        refusal = {"says": "refused", "reason": "", "organisation": people.distillery.pk}
        assert "Write a short text" in text_of(firm.post(address, refusal))
        firm.post(address, refusal | {"says": "received"})
        row.refresh_from_db()
        assert row.state == "received"
        page = text_of(firm.get(reverse("excise:stamp-batch", args=[row.batch_id])))
        assert "cn 77" in page
        assert "5,001" in page
        strait.hear(coming(handover="b" * 32))
        second = StampCrossing.objects.get(state="sent")
        firm.post(reverse("excise:stamp-answer", args=[second.pk]), refusal | {"reason": "Not ours"})
        assert strait.told()[-1]["reason"] == "Not ours"

    def test_others_see_nothing_of_it(self, people: People, strait: Strait, printed: StampBatch):
        row = sent(people, printed)
        firm = browser_of(people.distiller)
        assert firm.get(reverse("excise:stamp-crossing", args=[row.pk])).status_code == 404
        assert firm.get(reverse("excise:stamp-send", args=[printed.pk])).status_code == 404
