"""A node that comes back from an older state: what was erased since the backup is erased again."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from isthmus.exchange import tokens
from isthmus.exchange.delivery.turns import tokens_after
from isthmus.exchange.log_check import check_log
from isthmus.exchange.models import (
    Direction,
    Record,
    Stream,
    StreamState,
    Superseded,
    Tombstone,
    Verdict,
)
from isthmus.exchange.services.erasure import erase
from isthmus.exchange.services.erasure.places import PLACE_TYPE
from isthmus.exchange.services.erasure.retention import due_records
from isthmus.exchange.services.erasure.tombstones import renumber_tombstone
from isthmus.exchange.services.inbox import receive
from isthmus.exchange.services.recovery import epochs
from isthmus.exchange.services.recovery.exchange_form import GivenBack, Wanted
from isthmus.exchange.services.recovery.giving import behind, give_back
from isthmus.exchange.services.recovery.taking import take_back, wanted
from isthmus.kit import clock
from isthmus.kit.errors import Conflict, Fault, Refused
from isthmus.trust.models import Partner
from isthmus.wire.places import ErasedPlace, place_line, read_place
from isthmus.wire.record import read_record
from tests.exchange.attached import KIND, keep, report, send_report
from tests.exchange.crossed import PERSON, outgoing, row_of, settle_all
from tests.exchange.test_erasure_by_partners import TOMBSTONE, stone
from tests.foreign import ForeignNode


def undone(act: Callable[[], list[str]]) -> list[str]:
    """What this node sent in the meantime, of which its database then knows nothing: a restored backup."""
    with transaction.atomic():
        lines = act()
        transaction.set_rollback(True)
    return lines


def given_back(cn: ForeignNode, lines: list[str]) -> GivenBack:
    last = lines[-1]
    place = read_place(last)
    seq = place.seq if place is not None else read_record(last)[1].seq
    return GivenBack(
        stream="mm>cn#1",
        newest="mm>cn#1",
        position=seq + 1,
        leaf="",
        sent=1,
        records=tuple(lines),
        answers=(cn.refusal("exchange.position", expected=seq + 2),),
        more=True,
    )


class TestTaken:
    def test_what_the_backup_brought_back_goes_again_with_this_nodes_own_tombstone(
        self, cn: ForeignNode, partner: Partner, reports: Any
    ) -> None:
        row = send_report("R-1", keep(b"about a person"))
        settle_all(cn)
        settled = outgoing().settled_seq

        def later() -> list[str]:
            erase([row_of("R-1")], **PERSON)
            return tokens_after(outgoing(), settled)

        lines = undone(later)
        assert tokens.text_of(row.leaf) is not None
        take_back(partner, given_back(cn, lines))
        assert tokens.text_of(row.leaf) is None
        assert Tombstone.objects.get().erased.count() == 2
        report = check_log()
        assert (report.findings, report.erased) == ([], 1)

    def test_a_record_of_ours_that_the_partner_had_to_erase_comes_back_as_its_place(
        self, cn: ForeignNode, partner: Partner, reports: Any
    ) -> None:
        settle_all(cn)
        settled = outgoing().settled_seq

        def later() -> list[str]:
            send_report("R-1")
            send_report("R-2")
            erase([row_of("R-1")], **PERSON)
            return tokens_after(outgoing(), settled)

        lines = undone(later)
        assert read_place(lines[0]) is not None
        taken = take_back(partner, given_back(cn, lines))
        assert taken.records == 3
        stream = outgoing()
        rows = list(Record.objects.filter(stream=stream, seq__gt=settled).order_by("seq"))
        assert [row.type for row in rows] == [PLACE_TYPE, "sample.report", "exchange.tombstone"]
        assert rows[0].verdict == Verdict.WAITING
        assert check_log().findings == []

    @pytest.mark.parametrize(
        "place",
        [
            ErasedPlace(stream="mm>md#1", seq=2, leaf="a" * 64),
            ErasedPlace(stream="mm>cn#1", seq=2, leaf="a" * 64),
        ],
    )
    def test_a_place_that_does_not_belong_there_is_refused(
        self, cn: ForeignNode, partner: Partner, reports: Any, place: ErasedPlace
    ) -> None:
        settle_all(cn)

        def later() -> list[str]:
            send_report("R-1")
            send_report("R-2")
            return tokens_after(outgoing(), outgoing().settled_seq)

        lines = undone(later)
        with pytest.raises(Refused) as caught:
            take_back(partner, given_back(cn, [place_line(place), lines[1]]))
        assert caught.value.code == "exchange.not-ours"
        assert not Record.objects.filter(type=PLACE_TYPE).exists()


class TestGiven:
    def test_a_partners_erased_record_is_given_back_as_its_place(
        self, cn: ForeignNode, partner: Partner, reports: Any
    ) -> None:
        receive(partner, [cn.send(KIND, report("C-1"), subject="C-1", agreement=reports.uuid)])
        leaf = cn.prev
        receive(partner, [cn.send(TOMBSTONE, stone([leaf]))])
        given = give_back(partner, "cn>mm#1", 1, "mm>cn#1", 0, signed=True)
        assert read_place(given.records[0]) == ErasedPlace(stream="cn>mm#1", seq=2, leaf=leaf)
        assert (len(given.records), given.position, given.more) == (2, 3, False)

    def test_who_reads_it_from_a_stick_goes_on_behind_it(
        self, cn: ForeignNode, partner: Partner, reports: Any
    ) -> None:
        line = place_line(ErasedPlace(stream="mm>cn#1", seq=7, leaf="a" * 64))
        asked = Wanted(stream="mm>cn#1", after=1, incoming="cn>mm#1", receipted=0)
        assert behind(asked, given_back(cn, [line])).after == 7


class TestNewEpoch:
    def test_an_erased_record_goes_on_as_a_place_with_its_old_leaf(
        self, cn: ForeignNode, partner: Partner, reports: Any
    ) -> None:
        row = send_report("R-1")
        old = outgoing()
        with pytest.raises(Fault, match="no tombstone"):
            epochs._move_place(row, old, old)
        erase([row_of("R-1")], **PERSON)
        later = Stream.objects.create(name="mm>cn#2", partner=partner, direction=Direction.OUT, epoch=2)
        epochs._move_place(row, old, later)
        later.save()
        (line,) = tokens_after(later, 0)
        assert read_place(line) == ErasedPlace(stream="mm>cn#2", seq=1, leaf=row.leaf)
        assert (later.last_seq, later.last_leaf) == (1, row.leaf)

    def test_the_earlier_text_of_a_record_that_was_signed_anew_goes_with_it(
        self, cn: ForeignNode, reports: Any
    ) -> None:
        first, second = send_report("R-1"), send_report("R-2")
        # As after a new epoch: R-1 stood under the leaf that R-2 has now.
        Record.objects.filter(pk=second.pk).delete()
        Superseded.objects.create(leaf=second.leaf, stream=outgoing(), seq=second.seq, successor=first)
        (made,) = erase([row_of("R-1")], **PERSON)
        assert made.erased.count() == 2
        assert (tokens.text_of(first.leaf), tokens.text_of(second.leaf)) == (None, None)
        report = check_log()
        assert (report.findings, report.erased) == ([], 2)


class TestMeanwhile:
    def test_nothing_is_erased_before_the_numbers_are_sure(
        self, cn: ForeignNode, partner: Partner, reports: Any
    ) -> None:
        row = send_report("R-1")
        settle_all(cn)
        Stream.objects.filter(direction=Direction.OUT).update(state=StreamState.RECOVERING)
        assert wanted(partner) is not None
        with pytest.raises(Conflict, match="recovers"):
            erase([row_of("R-1")], **PERSON)
        assert tokens.text_of(row.leaf) is not None
        assert list(due_records(clock.now().replace(year=2090))) == []

    def test_a_tombstone_that_is_signed_anew_is_found_under_its_new_leaf(
        self, cn: ForeignNode, reports: Any
    ) -> None:
        send_report("R-1")
        (made,) = erase([row_of("R-1")], **PERSON)
        Record.objects.filter(leaf=made.leaf).update(leaf="b" * 64, seq=99)
        renumber_tombstone(made.leaf, "b" * 64)
        made.refresh_from_db()
        assert (made.leaf, made.seq) == ("b" * 64, 99)
