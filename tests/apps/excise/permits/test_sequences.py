"""Deeds that race and deeds in any order: no quota is overdrawn, nothing comes back twice."""

import threading
from itertools import count

import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from isthmus.accounts.models import Kind, Organisation
from isthmus.apps.excise.ledger import queries as ledger
from isthmus.apps.excise.models import (
    BondCount,
    DutyReturn,
    ImportPermit,
    LedgerBalance,
    LedgerEntry,
    PermitDraw,
    PermitDrawReversal,
)
from isthmus.apps.excise.permits import queries
from isthmus.apps.excise.permits.rules.entries import CHART
from isthmus.apps.excise.permits.rules.states import How
from isthmus.apps.excise.permits.services import bond, quotas
from isthmus.kit.errors import Conflict, IsthmusError
from tests.apps.excise.permits.conftest import DAY, approved, drawn, held, quota, resort, taken_back


def at_once(deeds) -> list[str]:
    """Each deed on a thread and a connection of its own, begun together."""
    start, answers = threading.Barrier(len(deeds)), []

    def run(deed) -> None:
        try:
            start.wait()
            deed()
            answers.append("done")
        except Conflict as error:
            answers.append(error.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


def lone_resort() -> object:
    customs = Organisation.objects.create(code="customs", name="Customs", kind=Kind.AGENCY)
    return resort(customs, None, "MV00000000017", "Sample resort")


def test_draw_downs_of_several_permits_race_for_one_quota(transactional_db: None):
    operator = lone_resort()
    row = quota(operator, 10)
    rivals = [approved(operator, 6) for _ in range(4)]
    answers = at_once([lambda permit=permit: drawn(permit, 6) for permit in rivals])
    assert answers == ["done", *["excise.quota-overdrawn"] * 3]
    assert held(row) == (10_000, 0, 6_000, 4_000)
    assert (DutyReturn.objects.count(), PermitDraw.objects.count()) == (1, 1)
    assert ledger.verify("quota").whole
    assert ledger.verify("duty").whole


def test_a_draw_down_is_taken_back_once_by_many_at_once(transactional_db: None):
    operator = lone_resort()
    row = quota(operator, 10)
    made = drawn(approved(operator, 10), 6)
    answers = at_once([lambda key=key: taken_back(made, key) for key in ("a", "b", "c", "d")])
    assert answers == ["done", *["excise.draw-reversed"] * 3]
    assert held(row) == (10_000, 0, 0, 10_000)
    assert ledger.verify("quota").whole
    assert ledger.verify("duty").whole


def test_a_release_races_a_count_and_a_transfer(transactional_db: None):
    operator = lone_resort()
    customs = Organisation.objects.get(code="customs")
    row, other = quota(operator, 10), quota(resort(customs, None, "MV00000000025", "Sample other"), 1)
    permit = approved(operator, 10)
    bond.receive(operator, 10_000, on=DAY, reference="D", key="1", actor="o")
    answers = at_once(
        [
            lambda: drawn(permit, 6, how=How.EX_BOND),
            lambda: bond.count(operator, 10_000, on=DAY, why="x", key="1", actor="o"),
            lambda: quotas.transfer(row, other, 6_000, reference="T", why="x", on=DAY, actor="a"),
        ]
    )
    assert answers == ["done", "done", "excise.quota-overdrawn"]
    found = BondCount.objects.get()
    released = queries.balance("MV00000000017", "released")
    assert released in (0, 6_000)
    # The count saw the book before or after the release, never in the middle of it.
    assert found.book_ml in (10_000, 10_000 - released)
    assert queries.balance("MV00000000017", "bond") == (
        10_000 if found.book_ml != 10_000 else 10_000 - released
    )
    assert ledger.verify("quota").whole


class Crash(Exception):
    """The power goes, in the middle of a transaction."""


EXAMPLES = count(1)


class AnyYear(RuleBasedStateMachine):
    """Deeds in any order, with refusals, repeats and crashes, for two resorts."""

    @initialize()
    def begin(self) -> None:
        number = next(EXAMPLES)
        customs = Organisation.objects.create(code=f"c-{number}", name=f"C {number}", kind=Kind.AGENCY)
        self.keys = count(1)
        self.rows = [
            quota(resort(customs, None, f"MV{number:010d}{at}", "Sample"), 20, f"Island {at}")
            for at in (1, 2)
        ]
        self.done: list[object] = []

    def attempt(self, deed, crash: bool) -> None:
        before = self.seen()
        try:
            with transaction.atomic():
                deed()
                if crash:
                    raise Crash
        except (Crash, IsthmusError):
            assert self.seen() == before
        else:
            self.done.append(deed)

    def seen(self) -> tuple[int, ...]:
        return (
            LedgerEntry.objects.count(),
            PermitDraw.objects.count(),
            DutyReturn.objects.count(),
            BondCount.objects.count(),
            PermitDrawReversal.objects.count(),
        )

    @rule(at=st.integers(0, 1), litres=st.integers(1, 30), crash=st.booleans())
    def asks_and_is_approved(self, at: int, litres: int, crash: bool) -> None:
        self.attempt(lambda: approved(self.rows[at].operator, litres), crash)

    @rule(data=st.data(), litres=st.integers(1, 15), how=st.sampled_from(How), crash=st.booleans())
    def draws(self, data, litres: int, how: How, crash: bool) -> None:
        found = list(ImportPermit.objects.filter(operator__in=[row.operator_id for row in self.rows]))
        if found:
            permit, key = data.draw(st.sampled_from(found)), f"k{next(self.keys)}"
            self.attempt(lambda: drawn(permit, litres, key, how), crash)

    @rule(at=st.integers(0, 1), ml=st.integers(-25_000, 25_000), crash=st.booleans(), which=st.integers(0, 3))
    def posts(self, at: int, ml: int, crash: bool, which: int) -> None:
        row, other, key = self.rows[at], self.rows[1 - at], f"k{next(self.keys)}"
        deeds = (
            lambda: quotas.grant(row.operator, row.island, 2023, ml, why="x", key=key, actor="a"),
            lambda: quotas.transfer(row, other, ml, reference=f"{row.pk} {key}", why="x", on=DAY, actor="a"),
            lambda: bond.receive(row.operator, ml, on=DAY, reference="D", key=key, actor="o"),
            lambda: bond.count(row.operator, ml, on=DAY, why="x", key=key, actor="o"),
        )
        self.attempt(deeds[which], crash)

    @rule(data=st.data(), crash=st.booleans())
    def takes_back(self, data, crash: bool) -> None:
        found = list(PermitDraw.objects.filter(permit__operator__in=[row.operator_id for row in self.rows]))
        if found:
            draw, key = data.draw(st.sampled_from(found)), f"k{next(self.keys)}"
            self.attempt(lambda: taken_back(draw, key), crash)

    @rule(data=st.data())
    def repeats(self, data) -> None:
        if self.done:
            self.attempt(data.draw(st.sampled_from(self.done)), crash=False)

    @invariant()
    def the_book_is_at_zero_and_nothing_guarded_below(self) -> None:
        assert set(ledger.sums("quota").values()) <= {0}
        assert ledger.verify("quota").whole
        rows = LedgerBalance.objects.filter(account__book__name="quota")
        for line in rows.select_related("account"):
            assert line.amount >= 0 or not CHART.roles[line.account.role].guarded
        for row in getattr(self, "rows", ()):
            found = queries.held([row])[row.pk]
            standing = PermitDraw.objects.filter(permit__operator=row.operator, reversal=None)
            drawn_ml = sum(standing.values_list("amount_ml", flat=True))
            assert found.used == drawn_ml
            assert found.granted + found.moved == found.used + found.left


@pytest.mark.django_db
def test_any_sequence_of_deeds_keeps_the_sum_at_zero_and_no_quota_below_zero():
    run_state_machine_as_test(
        AnyYear,
        settings=settings(
            max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    assert ledger.size("quota") >= 2
