"""Compiled statements say what the ORM would say, on whichever database the tests run."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from isthmus.exchange.models import Checkpoint, Direction, Record, Stream
from isthmus.kit import clock
from isthmus.kit.ids import uuid7
from isthmus.trust.models import Partner
from isthmus.trust.statements import Select, Update, insert, insert_values, store

MOMENT = datetime(2026, 11, 23, 10, 2, 0, 123456, tzinfo=UTC)


@pytest.fixture
def stream(partner: Partner) -> Stream:
    return Stream.objects.create(name="mm>cn#1", partner=partner, direction=Direction.OUT)


def record(stream: Stream, seq: int, **changes) -> Record:
    members = {
        "uuid": uuid7(),
        "stream": stream,
        "seq": seq,
        "leaf": f"{seq:064x}",
        "type": "etrade.export-declaration",
        "version": 1,
        "subject": "100 % cotton; it's “quoted” ? %s",
        "agreement": None,
        "issued": MOMENT,
        "stored_at": MOMENT,
        "withheld": ["items.fob_value"],
    }
    return Record(**{**members, **changes})


class TestInsert:
    def test_every_column_comes_back_as_it_was(self, stream: Stream) -> None:
        made = record(stream, 1, agreement=uuid7())
        insert([made], keys=True)
        found = Record.objects.get(pk=made.pk)
        names = [field.attname for field in Record._meta.concrete_fields]
        assert [getattr(found, name) for name in names] == [getattr(made, name) for name in names]

    def test_keys_are_set_in_the_order_of_the_rows(self, stream: Stream) -> None:
        made = [record(stream, seq) for seq in range(1, 131)]  # more than one statement on SQLite
        insert(made, keys=True)
        stored = dict(Record.objects.values_list("pk", "seq"))
        assert [stored[row.pk] for row in made] == list(range(1, 131))

    def test_a_stored_row_can_be_saved_again(self, stream: Stream) -> None:
        made = record(stream, 1)
        insert([made], keys=True)
        made.subject = "changed"
        made.save(update_fields=["subject"])
        assert Record.objects.get().subject == "changed"

    def test_a_row_twice_is_an_integrity_error_of_django(self, stream: Stream) -> None:
        insert([record(stream, 1)])
        with pytest.raises(IntegrityError), transaction.atomic():
            insert([record(stream, 1)])

    def test_a_conflict_may_be_passed_over(self, db: None) -> None:
        head = {"node_id": "cn", "size": 1, "root": "00", "issued": MOMENT}
        insert([Checkpoint(note="first", **head)])
        insert([Checkpoint(note="second", **head)], ignore_conflicts=True)
        assert list(Checkpoint.objects.values_list("note", flat=True)) == ["first"]

    def test_nothing_is_no_statement(self, db: None) -> None:
        with CaptureQueriesContext(connection) as seen:
            insert([])
            insert_values(Checkpoint, ("node_id",), [])
            store([], "name")
        assert len(seen) == 0

    def test_a_broken_transaction_takes_no_statement(self, stream: Stream) -> None:
        with transaction.atomic():
            transaction.set_rollback(True)
            with pytest.raises(DatabaseError):
                insert([record(stream, 1)])


class TestStore:
    def test_writes_the_named_attributes_of_each_row_alone(self, stream: Stream) -> None:
        rows = [record(stream, 1), record(stream, 2)]
        insert(rows, keys=True)
        for row in rows:
            row.verdict_reason, row.subject = f"reason {row.seq}", "not written"
        store(rows, "verdict_reason")
        found = Record.objects.order_by("seq").values_list("verdict_reason", "subject")
        assert list(found) == [(f"reason {row.seq}", record(stream, 1).subject) for row in rows]

    def test_times_and_emptiness(self, stream: Stream) -> None:
        stream.last_contact_at, stream.next_attempt_at = MOMENT, None
        store([stream], "last_contact_at", "next_attempt_at")
        found = Stream.objects.get()
        assert (found.last_contact_at, found.next_attempt_at) == (MOMENT, None)


class TestSelect:
    def test_gives_instances_as_the_queryset_does(self, stream: Stream) -> None:
        insert([record(stream, seq) for seq in (1, 2, 3)])
        between = Select(
            lambda key, first, last: Record.objects.filter(stream_id=key, seq__range=(first, last)).order_by(
                "seq"
            ),
            int,
            int,
            int,
        )
        assert between(stream.pk, 2, 9) == list(Record.objects.filter(seq__gte=2).order_by("seq"))
        assert [row.withheld for row in between(stream.pk, 1, 1)] == [["items.fob_value"]]
        assert between.first(stream.pk, 7, 9) is None

    def test_finds_by_time_and_by_uuid(self, stream: Stream) -> None:
        agreement: UUID = uuid7()
        insert([record(stream, 1, agreement=agreement), record(stream, 2, issued=MOMENT + timedelta(days=1))])
        until = Select(
            lambda moment: Record.objects.filter(issued__lte=moment).values_list("seq", flat=True), datetime
        )
        under = Select(lambda key: Record.objects.filter(agreement=key).values_list("seq", "agreement"), UUID)
        assert (until(MOMENT), under(agreement)) == ([1], [(1, agreement)])

    def test_a_value_may_stand_in_two_places(self, stream: Stream) -> None:
        either = Select(
            lambda text: Stream.objects.filter(name=text) | Stream.objects.filter(lease_holder=text), str
        )
        assert (either("mm>cn#1"), either("else")) == ([stream], [])

    def test_a_column_that_was_left_out_is_read_when_asked_for(self, stream: Stream) -> None:
        few = Select(lambda key: Stream.objects.filter(pk=key).only("name"), int)
        assert few.first(stream.pk).direction == Direction.OUT

    def test_is_seen_by_whoever_listens_to_statements(self, stream: Stream) -> None:
        one = Select(lambda key: Stream.objects.filter(pk=key), int)
        with CaptureQueriesContext(connection) as seen:
            one(stream.pk)
        assert len(seen) == 1


class TestUpdate:
    def test_changes_the_rows_that_fit_and_counts_them(self, stream: Stream) -> None:
        take = Update(
            lambda holder, key, until: Stream.objects.filter(pk=key, lease_holder=""),
            lambda holder, key, until: {"lease_holder": holder, "lease_until": until},
            str,
            int,
            datetime,
        )
        moment = clock.now()
        assert (take("first", stream.pk, moment), take("second", stream.pk, moment)) == (1, 0)
        stream.refresh_from_db()
        assert (stream.lease_holder, stream.lease_until) == ("first", moment)

    def test_a_value_without_its_place_is_a_mistake(self, stream: Stream) -> None:
        wrong = Update(lambda key, other: Stream.objects.filter(pk=key), lambda *_: {"failures": 0}, int, str)
        with pytest.raises(AssertionError):
            wrong(stream.pk, "nowhere")
