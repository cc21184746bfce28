"""Audit events are added, sealed once, and never changed."""

import pytest
from django.db import IntegrityError, transaction

from isthmus.accounts import audit
from isthmus.accounts.models import AuditEvent
from isthmus.kit.errors import Conflict

pytestmark = pytest.mark.django_db

LEAF = bytes(range(32))


def test_an_event_holds_what_it_was_told() -> None:
    event = audit.note("trust.partner.confirmed", actor="a@node.test", subject="cn", detail={"words": 12})
    stored = AuditEvent.objects.get()
    assert (stored.kind, stored.actor, stored.subject, stored.detail) == (
        "trust.partner.confirmed",
        "a@node.test",
        "cn",
        {"words": 12},
    )
    assert stored.pk == event.pk
    assert stored.pk.version == 7
    assert stored.leaf is None


def test_events_are_listed_newest_first_and_sealed_oldest_first() -> None:
    events = [audit.note("test.one", actor="a") for _ in range(3)]
    in_order = [event.pk for event in events]
    assert list(AuditEvent.objects.unsealed().values_list("pk", flat=True)) == in_order
    assert list(AuditEvent.objects.values_list("pk", flat=True)) == in_order[::-1]


def test_long_text_is_cut_and_composed_text_is_normalised() -> None:
    event = audit.note("test.long", actor="e\u0301" * 300, subject="s" * 300)
    event.refresh_from_db()
    assert event.actor == "é" * 254
    assert event.subject == "s" * 254


def test_a_stored_event_is_not_saved_again() -> None:
    event = audit.note("test.one", actor="a")
    event.actor = "b"
    with pytest.raises(Conflict, match="never changed or deleted"):
        event.save()
    assert AuditEvent.objects.get().actor == "a"


def test_an_event_with_the_id_of_another_is_not_written_over_it() -> None:
    event = audit.note("test.one", actor="a")
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEvent(pk=event.pk, kind="test.two", actor="b").save()
    assert AuditEvent.objects.get().kind == "test.one"


def test_neither_rows_nor_querysets_delete_or_update() -> None:
    event = audit.note("test.one", actor="a")
    rows = AuditEvent.objects.all()
    for change in (
        event.delete,
        rows.delete,
        lambda: rows.update(actor="b"),
        lambda: rows.bulk_update([event], ["actor"]),
    ):
        with pytest.raises(Conflict):
            change()
    assert AuditEvent.objects.get().actor == "a"


def test_an_event_is_sealed_once() -> None:
    event = audit.note("test.one", actor="a")
    AuditEvent.objects.seal(event.pk, LEAF)
    assert bytes(AuditEvent.objects.get().leaf) == LEAF
    assert not AuditEvent.objects.unsealed().exists()
    with pytest.raises(Conflict, match="has its seal already"):
        AuditEvent.objects.seal(event.pk, LEAF[::-1])
    assert bytes(AuditEvent.objects.get().leaf) == LEAF


def test_a_seal_has_32_bytes() -> None:
    event = audit.note("test.one", actor="a")
    with pytest.raises(ValueError, match="32 bytes"):
        AuditEvent.objects.seal(event.pk, LEAF[:31])


class TestLasting:
    def test_a_refusal_that_was_rolled_back_is_written_again(self) -> None:
        with audit.lasting(), transaction.atomic():
            event = audit.note_refusal("test.refused", actor="a", detail={"why": "no"})
            transaction.set_rollback(True)
        stored = AuditEvent.objects.get()
        assert (stored.pk, stored.detail) == (event.pk, {"why": "no"})

    def test_a_refusal_that_stood_is_not_written_twice(self) -> None:
        with audit.lasting(), transaction.atomic():
            audit.note_refusal("test.refused", actor="a")
        assert AuditEvent.objects.count() == 1

    def test_what_was_done_and_undone_leaves_no_event(self) -> None:
        with audit.lasting(), transaction.atomic():
            audit.note("test.done", actor="a")
            transaction.set_rollback(True)
        assert not AuditEvent.objects.exists()

    def test_the_outermost_edge_writes(self) -> None:
        with audit.lasting(), transaction.atomic():
            with audit.lasting():
                audit.note_refusal("test.refused", actor="a")
            transaction.set_rollback(True)
        assert AuditEvent.objects.count() == 1

    def test_nothing_is_kept_from_one_edge_to_the_next(self) -> None:
        with audit.lasting():
            audit.note_refusal("test.refused", actor="a")
        with audit.lasting():
            pass
        assert AuditEvent.objects.count() == 1
