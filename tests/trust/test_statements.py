"""Compiled statements say what the ORM would say, on whichever database the tests run."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from isthmus.exchange.models import Checkpoint, Direction, Record, Stream
from isthmus.jobs.models import Job
from isthmus.kit import clock
from isthmus.kit.ids import uuid7
from isthmus.trust.models import Partner
from isthmus.trust.statements import Lookup, Select, Update, insert, insert_values, new, savepoint, store

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

    def test_nothing_in_a_column_of_json_is_no_null_of_json(self, db: None) -> None:
        insert([Job(kind="t", arguments={"name": "Чай ½"}), Job(kind="t", result=[None])])
        assert list(Job.objects.filter(result__isnull=True).values_list("arguments", flat=True)) == [
            {"name": "Чай ½"}
        ]
        assert Job.objects.get(result__isnull=False).result == [None]

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

    def test_attributes_that_are_not_named_get_their_defaults(self, stream: Stream) -> None:
        made = record(stream, 1)
        names = ("uuid", "stream_id", "seq", "leaf", "type", "version", "subject", "issued", "stored_at")
        (key,) = insert_values(Record, names, [[getattr(made, name) for name in names]], keys=True)
        found = Record.objects.get(pk=key)
        assert (found.verdict, found.effect, found.withheld, found.agreement) == ("waiting", "none", [], None)

    def test_many_numbers_of_rows_are_few_statements(self, db: None) -> None:
        def heads(size: int) -> list[Checkpoint]:
            head = {"root": "00", "note": "", "issued": MOMENT}
            return [Checkpoint(node_id=f"n{size}", size=number, **head) for number in range(size)]

        with CaptureQueriesContext(connection) as seen:
            for size in range(1, 60):
                insert(heads(size))
        assert Checkpoint.objects.count() == sum(range(1, 60))
        assert len({query["sql"].count("(") for query in seen.captured_queries}) <= 7

    def test_a_time_of_another_zone_is_a_mistake(self, stream: Stream) -> None:
        stream.last_contact_at = MOMENT.astimezone(timezone(timedelta(hours=8)))
        if connection.vendor == "sqlite":
            with pytest.raises(AssertionError):
                store([stream], "last_contact_at")


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


class TestLookup:
    def test_sees_every_change_and_gives_fresh_instances(self, partner: Partner) -> None:
        find = Lookup(lambda name: Partner.objects.filter(node_id=name), str)
        first = find.first(partner.node_id)
        assert first == partner
        first.state = "changed in memory alone"
        again = find.first(partner.node_id)
        assert (again.state, again._state.adding) == (partner.state, False)
        Partner.objects.update(name="Another name")
        assert find.first(partner.node_id).name == "Another name"
        again.name = "A third"
        again.save(update_fields=["name"])
        assert find.first(partner.node_id).name == "A third"
        assert find("nobody") == []

    def test_keeps_no_more_answers_than_it_should(
        self, stream: Stream, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("isthmus.trust.statements.reading._MOST_KNOWN", 2)
        find = Lookup(lambda key: Stream.objects.filter(pk=key).values_list("failures", flat=True), int)
        for failures in range(5):
            Stream.objects.update(failures=failures)
            assert find(stream.pk) == [failures]
            assert len(find._known) <= 2


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


class TestSavepoint:
    def names(self) -> list[str]:
        return list(Stream.objects.order_by("name").values_list("name", flat=True))

    def make(self, partner: Partner, name: str) -> None:
        Stream.objects.create(
            name=name, partner=partner, direction=Direction.OUT, epoch=len(self.names()) + 1
        )

    def fail(self, name: str, work: Callable[[], object]) -> None:
        """Do something under a savepoint and fail after it."""
        with savepoint(name):
            work()
            raise ZeroDivisionError

    def test_what_failed_goes_and_the_rest_stays(self, partner: Partner) -> None:
        with transaction.atomic():
            with savepoint("one"):
                self.make(partner, "first")
            with pytest.raises(ZeroDivisionError):
                self.fail("two", lambda: self.make(partner, "second"))
            with savepoint("three"):
                self.make(partner, "third")
        assert self.names() == ["first", "third"]

    def test_an_error_of_the_database_breaks_no_more_than_its_own_work(self, partner: Partner) -> None:
        with transaction.atomic():
            self.make(partner, "first")
            with pytest.raises(IntegrityError), savepoint("one"):
                self.make(partner, "first")
            self.make(partner, "second")
        assert self.names() == ["first", "second"]

    def test_a_swallowed_error_takes_its_work_along(self, partner: Partner) -> None:
        with transaction.atomic():
            with savepoint("one"):
                self.make(partner, "first")
                transaction.set_rollback(True)
            self.make(partner, "second")
        assert self.names() == ["second"]

    def test_a_savepoint_that_cannot_be_ended_is_undone(self, partner: Partner) -> None:
        with transaction.atomic():
            self.make(partner, "first")
            ended = f'RELEASE SAVEPOINT "depth_{len(connection.savepoint_ids)}"'
            with pytest.raises(DatabaseError), savepoint("one"):
                connection.cursor().execute(ended)
            assert transaction.get_rollback()
        assert self.names() == []

    def test_what_waits_for_the_commit_waits_no_more(
        self, partner: Partner, django_capture_on_commit_callbacks: Callable[..., Any]
    ) -> None:
        done: list[str] = []
        with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
            with savepoint("one"):
                transaction.on_commit(lambda: done.append("one"))
            with pytest.raises(ZeroDivisionError):
                self.fail("two", lambda: transaction.on_commit(lambda: done.append("two")))
        assert done == ["one"]

    def test_may_hold_others(self, partner: Partner) -> None:
        with transaction.atomic(), savepoint("one"):
            self.make(partner, "first")
            with pytest.raises(IntegrityError), transaction.atomic():
                self.make(partner, "first")
            with pytest.raises(ZeroDivisionError):
                self.fail("two", lambda: self.make(partner, "second"))
        assert self.names() == ["first"]

    def test_outside_a_transaction_is_a_mistake(self, transactional_db: None) -> None:
        with pytest.raises(AssertionError), savepoint("one"):
            pass


class TestNew:
    def test_is_what_the_model_makes(self, stream: Stream) -> None:
        given = record(stream, 1)
        values = {name: getattr(given, name) for name in ("uuid", "stream_id", "seq", "leaf", "withheld")}
        made, ordinary = new(Record, **values), Record(**values)
        names = [field.attname for field in Record._meta.concrete_fields]
        assert [getattr(made, name) for name in names] == [getattr(ordinary, name) for name in names]
        assert made._state.adding is True
        assert new(Record).withheld is not new(Record).withheld
