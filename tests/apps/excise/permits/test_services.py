"""Quotas, permits, draw-downs and those taken back, transfers and counts."""

from datetime import date

import pytest

from isthmus.accounts.models import AuditEvent
from isthmus.apps.excise.ledger import queries as ledger
from isthmus.apps.excise.models import (
    BondCount,
    DutyReturn,
    LedgerEntry,
    PermitDraw,
    PermitDrawReversal,
)
from isthmus.apps.excise.permits import queries
from isthmus.apps.excise.permits.rules.states import How
from isthmus.apps.excise.permits.services import bond, draws, permits, quotas
from isthmus.apps.excise.returns import queries as returns
from isthmus.apps.excise.returns.services import accounts, declaring
from isthmus.apps.excise.tariff.formats.lines import read_lines
from isthmus.kit.errors import BadInput, Conflict, NotFound, Refused
from tests.apps.excise.permits.conftest import (
    DAY,
    Atoll,
    applied,
    approved,
    drawn,
    held,
    quota,
    taken_back,
)


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
            draws.draw(permit, How.CLEARANCE, on, lines, key="1", actor="o")

        with pytest.raises(BadInput, match="need no permit"):
            draw("beer,0,0.5,1,10,2023-05-10")
        with pytest.raises(BadInput, match="cannot be worked out") as refused:
            draw("revenue fee,,,,960.50,2023-05-10")
        assert refused.value.faults[0].where == "1"
        for on in (date(2022, 5, 10), date(2999, 1, 1)):
            with pytest.raises(BadInput):
                draw(f"spirits,40,0.7,1,10,{on}", on)
        assert not DutyReturn.objects.exists()


class TestTakingBack:
    def test_quota_permit_and_duty_are_as_before_and_both_entries_stay(self, atoll: Atoll):
        row = quota(atoll.near, 100)
        permit = approved(atoll.near, 50)
        made = drawn(permit, 12)
        accounts.pay(made.duty_return, 50_000, DAY, bank="B 1", key="1", actor="officer")
        back = taken_back(made)
        assert held(row) == (100_000, 0, 0, 100_000)
        assert queries.left_of(permit) == 50_000
        duty = back.duty_return
        assert (duty.number, duty.version, duty.total_minor, duty.state) == (
            made.duty_return.number,
            2,
            0,
            "paid",
        )
        # What was paid is a credit now, to be refunded.
        assert returns.held(duty, "owed") == -50_000
        assert list(LedgerEntry.objects.filter(book__name="quota").values_list("kind", flat=True)) == [
            "grant",
            "permit",
            "clearance",
            "reversal",
        ]
        assert ledger.verify("quota").whole
        assert ledger.verify("duty").whole
        assert AuditEvent.objects.filter(kind="excise.permit-reversed").count() == 1
        # The quota that came back can be drawn again.
        assert drawn(permit, 50, "2").amount_ml == 50_000

    def test_what_was_released_lies_in_the_bonded_store_again(self, atoll: Atoll):
        quota(atoll.near, 100)
        bond.receive(atoll.near, 20_000, on=DAY, reference="D 1", key="1", actor="o")
        taken_back(drawn(approved(atoll.near, 50), 12, how=How.EX_BOND))
        assert (queries.balance("MV00000000017", "bond"), queries.balance("MV00000000017", "released")) == (
            20_000,
            0,
        )

    def test_it_is_done_once_for_its_key_and_never_twice(self, atoll: Atoll):
        row = quota(atoll.near, 100)
        made = drawn(approved(atoll.near, 50), 12)
        assert taken_back(made) == taken_back(made)
        for other in ({"key": "other"}, {"key": "r", "why": "Another reason"}):
            with pytest.raises(Conflict, match="taken back on 2023-05-10 already"):
                taken_back(made, **other)
        assert held(row) == (100_000, 0, 0, 100_000)
        assert PermitDrawReversal.objects.count() == 1
        # A draw-down under the same key is the one that was taken back, not a new one.
        assert drawn(made.permit, 12) == made
        assert held(row) == (100_000, 0, 0, 100_000)

    def test_a_year_later_it_comes_back_to_the_year_in_which_it_was_drawn(self, atoll: Atoll):
        row = quota(atoll.near, 100)
        later = quotas.grant(atoll.near, "Sample island", 2024, 7, why="x", key="2", actor="a")
        taken_back(drawn(approved(atoll.near, 50), 12), on=date(2024, 2, 1))
        assert (held(row), held(later)) == ((100_000, 0, 0, 100_000), (7, 0, 0, 7))

    def test_somebody_else_takes_it_back_with_a_reason_on_a_day_since(self, atoll: Atoll):
        row = quota(atoll.near, 100)
        made = drawn(approved(atoll.near, 50), 12)
        with pytest.raises(Refused, match="somebody else"):
            taken_back(made, actor="officer")
        for wrong in ({"why": " "}, {"on": date(2023, 5, 9)}, {"on": date(2999, 1, 1)}):
            with pytest.raises(BadInput):
                taken_back(made, **wrong)
        assert held(row) == (100_000, 0, 12_000, 88_000)

    def test_nothing_is_given_back_while_a_new_version_of_the_return_is_drafted(self, atoll: Atoll):
        row = quota(atoll.near, 100)
        made = drawn(approved(atoll.near, 50), 12)
        declaring.amend(made.duty_return, [], why="Other goods", actor="officer")
        with pytest.raises(Conflict, match="drafted already"):
            taken_back(made)
        assert held(row) == (100_000, 0, 12_000, 88_000)


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
