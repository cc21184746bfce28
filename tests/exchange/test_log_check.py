"""Whatever is altered behind the exchange's back is found and named."""

from collections.abc import Callable

import pytest

from isthmus.accounts.models import AuditEvent
from isthmus.exchange import tokens
from isthmus.exchange.audit_trail import seal_audit_events
from isthmus.exchange.delivery.turns import tokens_after
from isthmus.exchange.ledger import prove_consistency, prove_inclusion
from isthmus.exchange.log_check import check_log
from isthmus.exchange.models import (
    Agreement,
    Checkpoint,
    LogEntry,
    LogHead,
    Receipt,
    Record,
    Stream,
    Token,
)
from isthmus.exchange.services import publish
from isthmus.exchange.services.settle import settle
from isthmus.exchange.verification import check_record, summarise
from isthmus.trust.models import Partner
from isthmus.wire import merkle, packing
from tests.exchange.test_settle import item
from tests.foreign import ForeignNode
from tests.texts import alter_text


@pytest.fixture
def log(cn: ForeignNode, partner: Partner, agreed: Agreement) -> int:
    """A log of some 20 entries of every sort; returns its size."""
    publish([item(f"EX-{n}") for n in range(9)], to=["cn"])
    stream = Stream.objects.select_related("partner").get(direction="out")
    settle(stream, [cn.receipt(tokens_after(stream, 0))])
    seal_audit_events()
    return LogHead.objects.get().size


def test_an_untouched_log_is_found_whole(log: int) -> None:
    calls: list[tuple[int, int]] = []
    report = check_log(lambda done, total: calls.append((done, total)))
    assert (report.ok, report.size) == (True, log)
    assert report.checkpoints >= 1
    assert calls == [(log, log)]


def altered_token() -> None:
    alter_text(LogEntry.objects.get(index=4).leaf)


def damaged_token() -> None:
    Token.objects.filter(entry_id=4).update(packed=b"no packed text")


def removed_token() -> None:
    assert tokens.erase([LogEntry.objects.get(index=4).leaf]) == 1


def altered_leaf() -> None:
    LogEntry.objects.filter(index=4).update(leaf="ab" * 32)


def removed_entry() -> None:
    LogEntry.objects.filter(index=4).delete()


def removed_tail() -> None:
    last = LogHead.objects.get().size - 1
    frontier = merkle.Frontier()
    for entry in LogEntry.objects.filter(index__lt=2).order_by("index"):
        frontier, _ = frontier.append(bytes.fromhex(entry.leaf))
    LogEntry.objects.filter(index__range=(2, last)).delete()
    LogHead.objects.update(size=2, frontier=frontier.to_bytes())


def inserted_entry() -> None:
    size = LogHead.objects.get().size
    text = "a text that was never agreed"
    leaf = merkle.hash_leaf(text.encode()).hex()
    Token.objects.create(entry_id=size, packed=packing.pack(text))
    LogEntry.objects.create(
        index=size, leaf=leaf, sort="sent", logged_at=LogEntry.objects.get(index=0).logged_at
    )


def altered_tree() -> None:
    LogEntry.objects.filter(index=5).update(subtrees=b"\0" * 32)


def added_tree() -> None:
    LogEntry.objects.filter(index=4).update(subtrees=b"\0" * 32)


def altered_subject() -> None:
    Record.objects.filter(leaf=LogEntry.objects.get(index=4).leaf).update(subject="another")


def removed_receipt() -> None:
    Record.objects.update(receipt=None)
    Receipt.objects.all().delete()


def altered_audit() -> None:
    event = AuditEvent.objects.exclude(leaf=None).first()
    assert event is not None
    from django.db.models import QuerySet

    QuerySet(AuditEvent).filter(pk=event.pk).update(actor="nobody")


def altered_checkpoint() -> None:
    Checkpoint.objects.filter(node_id="mm").update(root="cd" * 32)


@pytest.mark.parametrize(
    ("tamper", "named"),
    [
        (altered_token, "Entry 4 (Record sent): its text was altered"),
        (damaged_token, "Entry 4 (Record sent): its text was altered"),
        (removed_token, "Entry 4 (Record sent): its text is not here"),
        (altered_leaf, "Entry 4 (Record sent): its text was altered, or its leaf was"),
        (removed_entry, "Entries 4 to 4 were removed"),
        (removed_tail, "its tail was removed"),
        (inserted_entry, "stands behind the head"),
        (altered_tree, "The tree over entries 4 to 5 does not match"),
        (added_tree, "More tree hashes stand with entry 4"),
        (altered_subject, "Record another shows other values than its signed text (entry 4)"),
        (removed_receipt, "was removed"),
        (altered_audit, "audit event of entry"),
        (altered_checkpoint, "does not carry this node's signature"),
    ],
)
def test_what_was_tampered_with_is_named(log: int, tamper: Callable[[], None], named: str) -> None:
    tamper()
    report = check_log()
    assert not report.ok
    assert named in " | ".join(finding.what for finding in report.findings)


def test_inclusion_and_consistency_are_proved(log: int) -> None:
    root = merkle.Frontier.from_bytes(bytes(LogHead.objects.get().frontier)).root()
    for entry in LogEntry.objects.all():
        proof = prove_inclusion(entry.leaf)
        assert merkle.verify_inclusion(bytes.fromhex(entry.leaf), entry.index, log, list(proof.path), root)
    head = Checkpoint.objects.filter(node_id="mm").order_by("size").first()
    assert head is not None
    path = list(prove_consistency(head.size, log))
    assert merkle.verify_consistency(head.size, bytes.fromhex(head.root), log, root, path)


class TestOneRecord:
    def test_proves_itself(self, log: int) -> None:
        row = Record.objects.get(subject="EX-3")
        checks = check_record(row)
        assert [check.ok for check in checks] == [True] * 5
        assert "Accepted by China test node" in checks[-1].detail
        assert summarise(row, checks).startswith("Unchanged since it was sealed on")

    def test_says_what_is_wrong(self, log: int) -> None:
        row = Record.objects.get(subject="EX-3")
        alter_text(row.leaf)
        checks = check_record(row)
        assert [check.ok for check in checks[:2]] == [False, False]
        assert summarise(row, checks).startswith("Not proved: Unchanged.")

    def test_says_that_a_text_is_damaged(self, log: int) -> None:
        row = Record.objects.get(subject="EX-3")
        Token.objects.filter(entry__leaf=row.leaf).update(packed=b"no packed text")
        assert not check_record(row)[0].ok

    def test_without_receipt_says_so(self, agreed: Agreement) -> None:
        (row,) = publish([item("EX-1")], to=["cn"])
        assert check_record(row)[-1].detail == "The partner has not receipted it yet."
