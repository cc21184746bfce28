"""A node that kept custody in postings of its own has every stamp in the ledger after the upgrade."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from isthmus.accounts.models import Kind
from isthmus.apps.excise.ledger import queries as ledger
from isthmus.apps.excise.ledger.models import LedgerAccount, LedgerEntry
from isthmus.apps.excise.ledger.rules import AccountKey
from isthmus.apps.excise.stamps.rules.accounts import BOOK, CHART
from isthmus.kit import clock

BEFORE, AFTER = ("excise", "0010_registry_extract"), ("excise", "0012_stamps_without_postings")
GIVEN_OUT, ISSUED, STOCK, LOST = 99, 0, 1, 8


@pytest.fixture
def newest(transactional_db: None) -> Iterator[None]:
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
    yield
    MigrationExecutor(connection).migrate(leaves)


def a_batch(models, organisation, number: int):
    now = clock.now()
    asked = models.get_model("excise", "StampRequest").objects.create(
        organisation=organisation, number=number, gtin="04006381333931", product="Sample", count=10,
        asked_at=now, asked_by="x",
    )  # fmt: skip
    return models.get_model("excise", "StampBatch").objects.create(
        request=asked, organisation=organisation, gtin=asked.gtin, product="Sample", count=10,
        proof="plain", host="node.test", issued_at=now,
    )  # fmt: skip


def an_act(models, batch, holder, act: str, lines: list[tuple[int, int]], minute: int, reason: str = ""):
    row = models.get_model("excise", "StampAct").objects.create(
        batch=batch, act=act, first=1, last=lines[0][1], holder=holder, actor="x", reason=reason,
        at=clock.now() + timedelta(minutes=minute),
    )  # fmt: skip
    for place, stamps in lines:
        models.get_model("excise", "StampPosting").objects.create(
            act=row, batch=batch, holder=holder, place=place, stamps=stamps
        )
    return row


@pytest.mark.django_db(transaction=True)
def test_postings_become_entries_of_one_whole_book(newest: None):
    executor = MigrationExecutor(connection)
    executor.migrate([BEFORE])
    old = executor.loader.project_state([BEFORE]).apps
    revenue = old.get_model("accounts", "Organisation").objects.create(
        code="revenue", name="Revenue service", kind=Kind.AGENCY
    )
    first, second = a_batch(old, revenue, 1), a_batch(old, revenue, 2)
    acts = [
        an_act(old, first, revenue, "issue", [(ISSUED, 10), (GIVEN_OUT, -10)], 0),
        an_act(old, second, revenue, "issue", [(ISSUED, 10), (GIVEN_OUT, -10)], 1),
        an_act(old, first, revenue, "print", [(STOCK, 10), (ISSUED, -10)], 2),
        an_act(old, first, revenue, "lose", [(LOST, 3), (STOCK, -3)], 3, "Fell off the lorry"),
    ]

    MigrationExecutor(connection).migrate([AFTER])

    verdict = ledger.verify(BOOK)
    assert (verdict.whole, verdict.entries) == (True, 4)
    entries = list(LedgerEntry.objects.filter(book__name=BOOK).order_by("number"))
    assert [entry.key for entry in entries] == [f"act {act.pk}" for act in acts]
    assert [entry.at for entry in entries] == [act.at for act in acts]
    assert entries[3].detail == {
        "first": 1, "last": 3, "carried_over": True, "reason": "Fell off the lorry"
    }  # fmt: skip
    held = {(line.account.role, line.unit): line.amount for line in ledger.trial_balance(BOOK) if line.amount}
    one, two = f"batch-{first.pk}", f"batch-{second.pk}"
    assert held == {
        ("given-out", one): -10,
        ("stock", one): 7,
        ("lost", one): 3,
        ("given-out", two): -10,
        ("issued", two): 10,
    }
    assert ledger.balance(BOOK, AccountKey("revenue", "issued"), one) == 0
    guarded = {row.role: row.guarded for row in LedgerAccount.objects.filter(book__name=BOOK)}
    assert guarded == {role: CHART.roles[role].guarded for role in guarded}
