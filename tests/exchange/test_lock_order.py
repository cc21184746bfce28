"""Every writer that may publish opens the ledger before it locks a row of its own (ADR 0009)."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from isthmus.exchange.models import (
    Agreement,
    Attachment,
    AttachmentState,
    Decision,
    Effect,
    Record,
    SubjectKey,
)
from isthmus.exchange.services import agreements, subjects
from isthmus.exchange.services.erasure.retention import drop_unused
from isthmus.exchange.services.quarantine import run_again
from isthmus.exchange.services.subjects import erase_subject
from isthmus.kit import clock
from tests.exchange.attached import reports
from tests.exchange.crossed import PERSON, received
from tests.exchange.test_subjects import WHO, keep_letter

__all__ = ["received", "reports"]


def order(act: Callable[[], object], table: str) -> list[str]:
    """The log's head and one other table, in the order in which they were first asked for."""
    with CaptureQueriesContext(connection) as seen:
        act()
    asked = [query["sql"] for query in seen.captured_queries if query["sql"].startswith("SELECT")]
    first = {name: next(at for at, sql in enumerate(asked) if f'"{name}"' in sql) for name in (HEAD, table)}
    return sorted(first, key=lambda name: first[name])


HEAD = "exchange_loghead"


def test_a_record_is_run_again_under_the_ledger(received: Record) -> None:
    received.effect = Effect.QUARANTINED
    received.save()
    assert order(lambda: run_again(received, actor="operator"), "exchange_record")[0] == HEAD


def test_an_agreement_is_answered_under_the_ledger(reports: Agreement) -> None:
    def withdraw() -> None:
        agreements.answer(reports.uuid, Decision.WITHDRAWN, actor="approver", reason="over")

    assert order(withdraw, "exchange_agreement")[0] == HEAD


def test_a_file_about_a_person_is_kept_under_the_ledger(node: str) -> None:
    assert order(lambda: keep_letter(), "exchange_subjectkey")[0] == HEAD


def test_a_person_is_erased_under_the_ledger(node: str) -> None:
    keep_letter()
    assert order(lambda: erase_subject(WHO, **PERSON), "exchange_subjectkey")[0] == HEAD


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_a_file_kept_while_its_person_is_erased_goes_with_the_person_or_has_a_key_that_lives(
    node: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_letter()
    chosen = threading.Event()
    encrypt = subjects.encrypt_for_subject

    def slow(*arguments: Any, **named: Any) -> bytes:
        chosen.set()
        time.sleep(0.7)  # the person is erased between the choice of the key and its use, if it can be
        return encrypt(*arguments, **named)

    def keep_another() -> None:
        keep_letter(b"a second letter")
        connection.close()

    monkeypatch.setattr(subjects, "encrypt_for_subject", slow)
    keeping = threading.Thread(target=keep_another)
    keeping.start()
    assert chosen.wait(10)
    erase_subject(WHO, **PERSON)
    keeping.join()
    files = Attachment.objects.select_related("subject_key").exclude(state=AttachmentState.ERASED)
    assert [file.sha256 for file in files if file.subject_key and file.subject_key.destroyed_at] == []
    assert not SubjectKey.objects.filter(destroyed_at=None).exists()


def test_unused_files_go_under_the_ledger(node: str, db: Any) -> None:
    assert order(lambda: drop_unused(clock.now()), "exchange_attachment")[0] == HEAD
