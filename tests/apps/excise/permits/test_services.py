"""Quotas, permits, draw-downs, transfers and counts; whatever happens, nothing is overdrawn."""

import threading
from datetime import date
from itertools import count

import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from isthmus.accounts.models import AuditEvent, Kind, Organisation
from isthmus.apps.excise.ledger import queries as ledger
from isthmus.apps.excise.models import (
    BondCount,
    DutyReturn,
    ImportPermit,
    LedgerBalance,
    LedgerEntry,
    PermitDraw,
)
from isthmus.apps.excise.permits import queries
from isthmus.apps.excise.permits.rules.entries import CHART
from isthmus.apps.excise.permits.rules.states import How
from isthmus.apps.excise.permits.services import bond, permits, quotas
from isthmus.apps.excise.tariff.formats.lines import read_lines
from isthmus.kit.errors import BadInput, Conflict, IsthmusError, NotFound, Refused
from tests.apps.excise.permits.conftest import DAY, Atoll, applied, approved, drawn, quota, resort


def held(row) -> tuple[int, int, int, int]:
    found = queries.held([row])[row.pk]
    return found.granted, found.moved, found.used, found.left


class TestQuotas:
    def test_a_grant_is_posted_once_and_may_be_lowered_to_what_was_drawn(self, atoll: Atoll):
        row = quota(atoll.near, 100)
        assert quota(atoll.near, 100) == row
        assert held(row) == (100_000, 0, 0, 100_000)
        assert AuditEvent.objects.filter(kind="excise.quota-granted").count() == 1
        drawn(approved(atoll.near, 60), 60)
        renamed = quotas.grant(atoll.near, "Other", 2023, -40_000, why="Fewer beds", key="2", actor="a")
        assert renamed.island == "Other"
        assert held(row) == (60_000, 0, 60_000, 0)
        with pytest.raises(Conflict, match=r"0\.000 l of pure alcohol left") as refused:
            quotas.grant(atoll.near, "Other", 2023, -1, why="Fewer beds", key="3", actor="a")
        assert refused.value.code == "excise.quota-overdrawn"

    @pytest.mark.parametrize(
        ("year", "amount", "why", "where"),
        [
            (1999, 1, "x", "year"),
            (2023, 0, "x", "amount"),
            (2023, 10**16, "x", "amount"),
            (2023, 1, " ", "why"),
        ],
    )
    def test_what_is_wrong_with_a_grant_is_named(self, atoll: Atoll, year, amount, why, where):
        with pytest.raises(BadInput) as refused:
            quotas.grant(atoll.near, "Island", year, amount, why=why, key="1", actor="a")
        assert [fault.where for fault in refused.value.faults] == [where]

    def test_what_is_left_moves_between_resorts_under_a_reference_once(self, atoll: Atoll):
        near, far = quota(atoll.near, 100), quota(atoll.far, 10)

        def move(amount: int, reference: str = "T 7/2023"):
            return quotas.transfer(
                near, far, amount, reference=reference, why="Works on the island", on=DAY, actor="a"
            )

        assert move(30_000) == move(30_000)
        assert (held(near), held(far)) == ((100_000, -30_000, 0, 70_000), (10_000, 30_000, 0, 40_000))
        with pytest.raises(Conflict):
            move(31_000)
        with pytest.raises(Conflict, match=r"70\.000 l of pure alcohol left; 70\.001 l"):
            move(70_001, "T 8/2023")
        assert held(near) == (100_000, -30_000, 0, 70_000)
        assert AuditEvent.objects.filter(kind="excise.quota-transferred").count() == 1

    def test_a_transfer_is_between_two_resorts_in_one_year_that_has_come(self, atoll: Atoll):
        near, far = quota(atoll.near, 100), quota(atoll.far, 10)
        later = quotas.grant(atoll.far, "Island", 2022, 1, why="x", key="1", actor="a")
        for taker, on in ((near, DAY), (later, DAY), (far, date(2022, 5, 1)), (far, date(2999, 1, 1))):
            with pytest.raises(BadInput):
                quotas.transfer(near, taker, 1, reference="T", why="x", on=on, actor="a")


class TestPermits:
    def test_an_application_is_approved_for_a_part_or_refused_with_its_reason(self, atoll: Atoll):
        quota(atoll.near, 100)
        row = permits.approve(applied(atoll.near, 50), 20_000, actor="approver")
        assert (row.number, row.state, row.granted_ml) == ("PER-2023-000001", "approved", 20_000)
        assert queries.left_of(row) == 20_000
        no = permits.refuse(applied(atoll.near, 50), why="No store", actor="approver")
        assert (no.number, no.state, no.why) == ("PER-2023-000002", "refused", "No store")
        for decided in (row, no):
            with pytest.raises(Conflict, match="decided already"):
                permits.refuse(decided, why="x", actor="approver")
        with pytest.raises(Conflict, match="not approved"):
            drawn(no, 1)

    def test_nobody_decides_on_an_application_of_their_own(self, atoll: Atoll):
        quota(atoll.near, 100)
        with pytest.raises(Refused, match="somebody else"):
            permits.approve(applied(atoll.near, 1), 1, actor="resort")

    def test_no_more_is_approved_than_asked_or_left_and_nothing_without_a_quota(self, atoll: Atoll):
        with pytest.raises(NotFound, match="no quota for 2023"):
            applied(atoll.near, 1)
        quota(atoll.near, 10)
        with pytest.raises(BadInput, match=r"asks for 5\.000 l"):
            permits.approve(applied(atoll.near, 5), 5001, actor="approver")
        with pytest.raises(Conflict, match=r"quota has 10\.000 l"):
            permits.approve(applied(atoll.near, 50), 10_001, actor="approver")
        for bad in ({"goods": " "}, {"asked_ml": 0}):
            with pytest.raises(BadInput):
                permits.apply(
                    **{"operator": atoll.near, "year": 2023, "goods": "Gin", "asked_ml": 1, "actor": "r"}
                    | bad
                )


class TestDrawing:
    def test_clearance_draws_quota_and_permit_by_the_alcohol_of_the_goods_and_declares_their_duty(
        self, atoll: Atoll
    ):
        row = quota(atoll.near, 100)
        permit = approved(atoll.near, 50)
        made = drawn(permit, 12)
        assert (made.amount_ml, held(row), queries.left_of(permit)) == (
            12_000,
            (100_000, 0, 12_000, 88_000),
            38_000,
        )
        duty = made.duty_return
        assert (duty.state, duty.tax_point, duty.currency) == ("assessed", "clearance", "MVR")
        # 25 % of 100 rufiyaa, and 50 for each of 24 litres; the fee of 1 % beside it.
        assert (duty.duty_minor, duty.charges_minor) == (122_500, 100)
        assert ledger.sums("quota") == {"ml of pure alcohol": 0}
        assert ledger.sums("duty") == {"MVR": 0}

    def test_the_same_draw_down_again_draws_nothing(self, atoll: Atoll):
        row = quota(atoll.near, 100)
        permit = approved(atoll.near, 50)
        assert drawn(permit, 12) == drawn(permit, 12)
        assert held(row) == (100_000, 0, 12_000, 88_000)
        assert DutyReturn.objects.count() == 1
        with pytest.raises(Conflict, match="says something else"):
            drawn(permit, 12, how=How.EX_BOND)

    def test_a_release_needs_the_goods_in_the_bonded_store_too(self, atoll: Atoll):
        quota(atoll.near, 100)
        permit = approved(atoll.near, 50)
        with pytest.raises(Conflict, match=r"bonded store of MV00000000017 has 0\.000 l"):
            drawn(permit, 12, how=How.EX_BOND)
        bond.receive(atoll.near, 20_000, on=DAY, reference="D 1", key="1", actor="o")
        bond.receive(atoll.near, 20_000, on=DAY, reference="D 1", key="1", actor="o")
        made = drawn(permit, 12, how=How.EX_BOND)
        assert made.duty_return.tax_point == "ex-bond"
        assert made.duty_return.origin == "permit PER-2023-000001 1"
        assert queries.balance("MV00000000017", "bond") == 8_000

    def test_what_is_short_is_named_and_neither_duty_nor_quota_is_touched(self, atoll: Atoll):
        row = quota(atoll.near, 10)
        first, second = approved(atoll.near, 8), approved(atoll.near, 8)
        drawn(first, 8)
        with pytest.raises(Conflict) as refused:
            drawn(second, 9)
        told = [fault.message for fault in refused.value.faults]
        assert any("quota of MV00000000017 2023 has 2.000 l" in one for one in told)
        assert any("permit PER-2023-000002 has 8.000 l" in one for one in told)
        assert held(row) == (10_000, 0, 8_000, 2_000)
        assert (DutyReturn.objects.count(), PermitDraw.objects.count()) == (1, 1)

    def test_goods_without_alcohol_strength_or_in_another_year_draw_nothing(self, atoll: Atoll):
        quota(atoll.near, 10)
        permit = approved(atoll.near, 8)

        def draw(text: str, on: date = DAY):
            lines = list(read_lines(f"product,abv,volume_l,quantity,cif,date\n{text}\n".encode()))
            permits.draw(permit, How.CLEARANCE, on, lines, key="1", actor="o")

        with pytest.raises(BadInput, match="need no permit"):
            draw("beer,0,0.5,1,10,2023-05-10")
        with pytest.raises(BadInput, match="cannot be worked out") as refused:
            draw("revenue fee,,,,960.50,2023-05-10")
        assert refused.value.faults[0].where == "1"
        for on in (date(2022, 5, 10), date(2999, 1, 1)):
            with pytest.raises(BadInput):
                draw(f"spirits,40,0.7,1,10,{on}", on)
        assert not DutyReturn.objects.exists()


class TestCounting:
    def test_a_count_is_kept_beside_the_book_and_the_difference_posted(self, atoll: Atoll):
        bond.receive(atoll.near, 20_000, on=DAY, reference="D 1", key="1", actor="o")
        made = bond.count(atoll.near, 19_250, on=DAY, why="Broken bottles", key="c1", actor="o")
        assert (made.book_ml, made.counted_ml, made.difference_ml) == (20_000, 19_250, -750)
        assert queries.balance("MV00000000017", "bond") == 19_250
        assert queries.balance("MV00000000017", "difference") == 750
        assert bond.count(atoll.near, 19_250, on=DAY, why="Broken bottles", key="c1", actor="o") == made
        with pytest.raises(Conflict, match="something else"):
            bond.count(atoll.near, 1, on=DAY, why="x", key="c1", actor="o")

    def test_more_than_booked_is_posted_too_and_agreement_needs_no_reason(self, atoll: Atoll):
        bond.count(atoll.near, 0, on=DAY, why="", key="1", actor="o")
        assert not LedgerEntry.objects.exists()
        bond.count(atoll.near, 500, on=DAY, why="Was not booked", key="2", actor="o")
        assert queries.balance("MV00000000017", "bond") == 500
        assert [one.difference_ml for one in queries.counts_of(atoll.near)] == [500, 0]

    def test_a_difference_needs_a_reason_and_a_count_is_never_below_zero(self, atoll: Atoll):
        for counted, why in ((5, " "), (-1, "x")):
            with pytest.raises(BadInput):
                bond.count(atoll.near, counted, on=DAY, why=why, key="1", actor="o")
        assert not BondCount.objects.exists()


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
            drawn_ml = sum(
                PermitDraw.objects.filter(permit__operator=row.operator).values_list("amount_ml", flat=True)
            )
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
