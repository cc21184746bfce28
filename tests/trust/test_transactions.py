"""A transaction is what Django's ``atomic`` is, on whichever database the tests run."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections
from django.db import transaction as django

from isthmus.exchange.models import Direction, Stream
from isthmus.trust.models import Partner
from isthmus.trust.statements import transaction, transactions

pytestmark = pytest.mark.django_db(transaction=True)

Maker = Callable[[], Any]


@pytest.fixture(params=[transaction, django.atomic], ids=["ours", "django"])
def begin(request: pytest.FixtureRequest) -> Maker:
    """Both ways to begin one: each test says what is true of both."""
    made: Maker = request.param
    return made


def make(partner: Partner, name: str) -> None:
    Stream.objects.create(
        name=name, partner=partner, direction=Direction.OUT, epoch=Stream.objects.count() + 1
    )


def names() -> list[str]:
    return list(Stream.objects.order_by("name").values_list("name", flat=True))


def do(begin: Maker, *steps: Callable[[], object]) -> None:
    """These steps in a transaction."""
    with begin():
        for step in steps:
            step()


def fail() -> None:
    raise ZeroDivisionError


def is_at_rest() -> bool:
    """Whether the connection is as it was before any transaction."""
    return (
        not connection.in_atomic_block
        and connection.get_autocommit()
        and not connection.atomic_blocks
        and not connection.savepoint_ids
        and not connection.run_on_commit
        and not connection.needs_rollback
    )


def test_what_was_done_stays(partner: Partner, begin: Maker) -> None:
    with begin():
        assert connection.in_atomic_block
        make(partner, "first")
    assert is_at_rest()
    connection.close()
    assert names() == ["first"]


def test_what_failed_goes(partner: Partner, begin: Maker) -> None:
    with pytest.raises(ZeroDivisionError):
        do(begin, lambda: make(partner, "first"), fail)
    assert is_at_rest()
    assert names() == []


def test_an_error_of_the_database_ends_it(partner: Partner, begin: Maker) -> None:
    with begin():
        make(partner, "first")
    with pytest.raises(IntegrityError):
        do(begin, lambda: make(partner, "second"), lambda: make(partner, "first"))
    assert is_at_rest()
    assert names() == ["first"]


def test_what_is_marked_is_undone(partner: Partner, begin: Maker) -> None:
    with begin():
        make(partner, "first")
        django.set_rollback(True)
    assert is_at_rest()
    assert names() == []


@pytest.mark.parametrize("inner", [transaction, django.atomic], ids=["ours", "django"])
def test_one_within_another_is_a_part_of_it(partner: Partner, begin: Maker, inner: Maker) -> None:
    with begin():
        make(partner, "first")
        with pytest.raises(IntegrityError), inner():
            make(partner, "first")
        with inner():
            make(partner, "second")
    assert is_at_rest()
    assert names() == ["first", "second"]
    with pytest.raises(ZeroDivisionError):
        do(begin, lambda: do(inner, lambda: make(partner, "third")), fail)
    assert is_at_rest()
    assert names() == ["first", "second"]


def test_what_waits_for_the_commit_is_done_after_it(partner: Partner, begin: Maker) -> None:
    done: list[object] = []
    with begin():
        make(partner, "first")
        django.on_commit(lambda: done.append(connection.in_atomic_block))
        assert not done
    assert done == [False]
    with pytest.raises(ZeroDivisionError):
        do(begin, lambda: django.on_commit(lambda: done.append("never")), fail)
    do(begin)
    assert done == [False]
    assert is_at_rest()


def test_a_commit_that_fails_leaves_nothing(
    partner: Partner, begin: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_self: object) -> None:
        raise DatabaseError("the disk is full")

    done: list[object] = []

    def breaks() -> None:
        django.on_commit(lambda: done.append("never"))
        monkeypatch.setattr(type(connections["default"]), "_commit", full)
        monkeypatch.setattr(transactions, "commit", full)

    with pytest.raises(DatabaseError, match="full"):
        do(begin, lambda: make(partner, "first"), breaks)
    monkeypatch.undo()
    assert is_at_rest()
    assert names() == []
    assert not done


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_an_interrupted_commit_leaves_nobody_waiting(
    partner: Partner, begin: Maker, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("on PostgreSQL the transaction is Django's, and its connection is of no more use then")

    def interrupted(_self: object) -> None:
        raise error

    def breaks() -> None:
        monkeypatch.setattr(type(connections["default"]), "_commit", interrupted)
        monkeypatch.setattr(transactions, "commit", interrupted)

    with pytest.raises(error):
        do(begin, lambda: make(partner, "first"), breaks)
    monkeypatch.undo()
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("UPDATE trust_partner SET name = 'Lao PDR'")
    finally:
        other.close()
    with begin():
        make(partner, "second")
    assert is_at_rest()
    assert "second" in names()


def test_a_row_that_another_needs_is_missed_at_the_commit(partner: Partner, begin: Maker) -> None:
    def without_a_partner() -> None:
        Stream.objects.create(name="lost", partner_id=987_654, direction=Direction.OUT)

    with pytest.raises(IntegrityError):
        do(begin, lambda: make(partner, "first"), without_a_partner)
    assert is_at_rest()
    assert names() == []


def test_a_step_after_the_commit_that_fails_undoes_nothing(partner: Partner, begin: Maker) -> None:
    with pytest.raises(ZeroDivisionError):
        do(begin, lambda: make(partner, "first"), lambda: django.on_commit(fail))
    assert is_at_rest()
    assert names() == ["first"]


def test_a_connection_that_was_lost_within_takes_its_work_along(partner: Partner, begin: Maker) -> None:
    with pytest.raises(ZeroDivisionError):
        do(begin, lambda: make(partner, "first"), connection.close, fail)
    assert names() == []
    assert is_at_rest()


def test_a_connection_is_opened_where_there_is_none(partner: Partner, begin: Maker) -> None:
    connection.close()
    with begin():
        make(partner, "first")
    assert is_at_rest()
    assert names() == ["first"]


def test_marks_a_function_too(partner: Partner, begin: Maker) -> None:
    mark: Callable[[Callable[[], None]], Callable[[], None]] = begin()
    mark(lambda: make(partner, "first"))()
    both = mark(lambda: do(begin, lambda: make(partner, "second"), fail))
    with pytest.raises(ZeroDivisionError):
        both()
    assert names() == ["first"]
    assert is_at_rest()


def test_a_wait_for_another_writer_is_told_in_djangos_words(partner: Partner, begin: Maker) -> None:
    """Where a transaction cannot begin, nothing has begun."""
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite has one writer at a time")
    other = connections.create_connection("default")
    try:
        connection.cursor().execute("PRAGMA busy_timeout = 1")
        other.cursor().execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseError, match="locked"), begin():
            pass
        other.cursor().execute("ROLLBACK")
        assert is_at_rest()
    finally:
        other.close()
        connection.close()
