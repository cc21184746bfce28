"""Returns from the draft to the refund, each deed with its entry in the duty book."""

import threading
from datetime import date
from itertools import count

import pytest
from django.db import connection, connections, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from isthmus.accounts.models import AuditEvent, Kind, Organisation
from isthmus.apps.excise.ledger import queries as ledger
from isthmus.apps.excise.models import DutyReturn, LedgerEntry, Product
from isthmus.apps.excise.registry.services import entries
from isthmus.apps.excise.returns import queries
from isthmus.apps.excise.returns.rules.entries import owed, revenue
from isthmus.apps.excise.returns.services import accounts, declaring
from isthmus.kit.errors import BadInput, Conflict, IsthmusError, NotFound
from tests.apps.excise.returns.conftest import (
    BEER,
    MAY,
    SPIRITS,
    People,
    declared,
    drafted,
    lines,
    on_day,
    operator_of,
)

DUE = date(2023, 6, 25)


def balance(row: DutyReturn) -> int:
    return ledger.balance("duty", owed(row.operator.excise_number), row.currency)


def assessed(people: People, text: str = BEER) -> DutyReturn:
    return accounts.assess(declared(people.brewery, text), actor="officer")


class TestDeclaring:
    def test_a_draft_owes_nothing_and_a_declared_return_owes_its_duty_under_each_code(self, people: People):
        row = drafted(people.brewery, BEER + SPIRITS)
        assert (row.number, row.duty_minor, row.due_on, row.state) == (None, 176_654, DUE, "draft")
        assert not LedgerEntry.objects.exists()
        row = declaring.declare(row, actor="brewer")
        assert (row.number, row.state, balance(row)) == ("RET-2023-000001", "declared", 176_654)
        assert ledger.balance("duty", revenue("MD", "B000"), "MDL") == -152_500
        assert ledger.balance("duty", revenue("MD", "S200"), "MDL") == -24_154
        assert AuditEvent.objects.filter(kind="excise.return-declared", subject="RET-2023-000001 v1").exists()
        first = row.lines.first()
        assert (first.code, first.duty_minor) == ("B000", 152_500)
        assert any("3.05" in step["text"] for step in first.steps)

    def test_a_product_of_the_registry_is_named_by_its_gtin(self, people: People):
        fields = {"hs_code": "2203", "excise_code": "B000", "abv_thousandths": 5000, "volume_ml": 500}
        entries.enter_product(
            Product(operator=people.brewery, gtin="4006381333931", name="Sample", container="Can", **fields),
            actor="officer",
        )
        row = drafted(people.brewery, "product,quantity,date\n4006381333931,1000,2023-05-10\n")
        assert (row.duty_minor, row.lines.get().gtin) == (152_500, "4006381333931")
        with pytest.raises(BadInput) as caught:
            drafted(people.brewery, "product,quantity,date\n96385074,1,2023-04-10\n", date(2023, 4, 1))
        assert "no product of this operator" in caught.value.faults[0].message

    def test_every_line_at_fault_is_named_and_nothing_is_kept(self, people: People):
        text = (
            "line,product,abv,volume_l,quantity,date\na,beer,5,0.5,1,2023-05-01\nb,beer,,0.5,1,2023-05-01\n"
        )
        with pytest.raises(BadInput) as caught:
            drafted(people.brewery, text + "c,beer,5,0.5,1,2023-06-01\nd,beer,x,0.5,1,2023-05-01\n")
        assert [fault.where for fault in caught.value.faults] == ["b", "c", "d"]
        assert "2023-05" in caught.value.faults[1].message
        assert not DutyReturn.objects.exists()

    def test_a_charge_whose_value_is_missing_is_no_nothing(self, people: People):
        maldivian = operator_of(people.service, None, "MV00000000012", "MV")
        text = "product,abv,volume_l,quantity,cif,date\nbeer,5,0.33,24,{},2023-05-01\n"
        with pytest.raises(BadInput) as caught:
            drafted(maldivian, text.format(""), point="clearance")
        assert "CIF" in caught.value.faults[0].message
        row = declaring.declare(drafted(maldivian, text.format("300"), point="clearance"), actor="x")
        assert (row.duty_minor, row.charges_minor, row.due_on) == (11_880, 300, MAY)
        assert ledger.balance("duty", revenue("MV", "revenue fee"), "MVR") == -300

    def test_a_month_has_one_return_a_tax_point_and_an_event_its_own(self, people: People):
        drafted(people.brewery)
        drafted(people.brewery, point="import")
        with pytest.raises(Conflict) as caught:
            drafted(people.brewery)
        assert caught.value.code == "excise.return-twice"
        with pytest.raises(BadInput) as bad:
            drafted(people.brewery, point="ex-bond")
        assert "release, import" in bad.value.next_step

    def test_a_draft_is_changed_and_discarded_and_what_is_declared_is_not(self, people: People):
        row = declaring.change(drafted(people.brewery), lines(BEER + SPIRITS), actor="brewer")
        assert (row.duty_minor, row.lines.count()) == (176_654, 2)
        declaring.discard(row)
        row = declared(people.brewery)
        for deed in (
            lambda: declaring.change(row, lines(BEER), actor="x"),
            lambda: declaring.discard(row),
            lambda: declaring.declare(row, actor="x"),
        ):
            with pytest.raises(Conflict, match="Declared"):
                deed()

    def test_nothing_to_declare_is_declared_too(self, people: People):
        row = declared(people.brewery, "product,date\n")
        assert (row.state, row.total_minor, LedgerEntry.objects.count()) == ("declared", 0, 0)
        assert accounts.assess(row, actor="officer").state == "paid"

    def test_an_event_is_declared_once(self, people: People):
        maldivian = operator_of(people.service, None, "MV00000000012", "MV")
        text = "product,abv,volume_l,quantity,cif,date\nspirits,40,0.7,12,1200,2023-05-03\n"

        def release() -> DutyReturn:
            return declaring.declare_event(
                maldivian, date(2023, 5, 3), "ex-bond", lines(text), origin="EXB-1", actor="x"
            )

        row = release()
        assert (row.state, row.total_minor, release().pk) == ("assessed", 73_200, row.pk)
        assert LedgerEntry.objects.count() == 1


class TestAmending:
    def test_a_new_version_undoes_duty_and_adjustments_and_leaves_payments(self, people: People):
        row = declared(people.brewery)
        accounts.adjust(row, "B000", -2500, why="Broken bottles", key="a", actor="officer")
        accounts.pay(row, 50_000, date(2023, 6, 1), bank="B-1", key="p", actor="officer")
        new = declaring.amend(row, lines(BEER + SPIRITS), why="Forgot the spirits", actor="brewer")
        assert (new.version, new.number, balance(row)) == (2, "RET-2023-000001", 100_000)
        with pytest.raises(Conflict) as caught:
            declaring.amend(row, lines(BEER), why="Again", actor="brewer")
        assert caught.value.code == "excise.return-amended"
        new = declaring.declare(new, actor="brewer")
        row.refresh_from_db()
        assert (row.state, new.state, balance(new)) == ("replaced", "declared", 126_654)
        assert row.slot is None
        assert new.slot is not None
        with pytest.raises(Conflict):
            accounts.pay(row, 1, DUE, bank="B", key="q", actor="officer")
        assert ledger.verify("duty").whole

    def test_a_reason_is_asked_for(self, people: People):
        with pytest.raises(BadInput) as caught:
            declaring.amend(declared(people.brewery), lines(BEER), why=" ", actor="brewer")
        assert caught.value.faults[0].where == "why"


class TestAccounts:
    def test_a_return_is_paid_once_it_is_assessed_and_nothing_is_owed(self, people: People):
        row = assessed(people)
        accounts.pay(row, 152_499, DUE, bank="B-1", key="1", actor="officer")
        row.refresh_from_db()
        assert row.state == "assessed"
        again = accounts.pay(row, 152_499, DUE, bank="B-1", key="1", actor="officer")
        accounts.pay(row, 1, DUE, bank="B-2", key="2", actor="officer")
        row.refresh_from_db()
        assert (row.state, balance(row), again.number) == ("paid", 0, 2)

    def test_interest_is_posted_once_for_its_days(self, people: People):
        row = assessed(people)
        entry = accounts.charge_interest(row, date(2023, 7, 5), actor="officer")
        assert balance(row) - 152_500 == 1129  # 152,500 x 0.074 % x 10 days = 1,128.5
        assert entry.kind == "interest"
        assert accounts.charge_interest(row, date(2023, 7, 5), actor="officer") is None
        accounts.charge_interest(row, date(2023, 7, 15), actor="officer")
        assert balance(row) - 152_500 == 2257
        accounts.withdraw(row, entry.number, why="Late by our fault", actor="approver")
        assert balance(row) - 152_500 == 1128
        with pytest.raises(BadInput) as caught:
            accounts.charge_interest(row, date(2024, 2, 1), actor="officer")
        assert (caught.value.code, "2024-01-01" in str(caught.value)) == ("excise.no-rate", True)
        with pytest.raises(BadInput, match="lies ahead"):
            accounts.charge_interest(row, date(2999, 1, 1), actor="officer")

    def test_a_penalty_needs_an_amount_where_the_terms_have_none(self, people: People):
        row = assessed(people)
        with on_day(date(2023, 7, 9)):
            with pytest.raises(BadInput) as caught:
                accounts.penalise(row, "late-return", None, why="Late", key="1", actor="officer")
            assert caught.value.faults[0].where == "amount"
            entry = accounts.penalise(row, "late-return", 60_000, why="Late", key="1", actor="officer")
            with pytest.raises(BadInput, match="no penalty"):
                accounts.penalise(row, "other", 1, why="Late", key="2", actor="officer")
        assert (entry.detail["by_terms"], balance(row)) == (False, 212_500)

    def test_what_was_paid_too_much_is_refunded_once_and_no_more(self, people: People):
        row = assessed(people)
        accounts.pay(row, 160_000, DUE, bank="B-1", key="1", actor="officer")
        with pytest.raises(Conflict, match=r"75\.00 MDL"):
            accounts.approve_refund(row, 7501, why="Paid twice", key="r", actor="approver")
        for _twice in range(2):
            accounts.approve_refund(row, 7500, why="Paid twice", key="r", actor="approver")
        (statement,) = queries.statements(people.brewery)
        assert (statement.owed, statement.refunds) == (0, 7500)
        with pytest.raises(Conflict):
            accounts.pay_refund(row, 7501, bank="T-1", key="o", actor="officer")
        for _twice in range(2):
            accounts.pay_refund(row, 7500, bank="T-1", key="o", actor="officer")
        (statement,) = queries.statements(people.brewery)
        assert (statement.owed, statement.refunds) == (0, 0)
        assert [line.after for line in statement.lines] == [152_500, -7500, 0]
        assert ledger.balance("duty", accounts.TREASURY, "MDL") == 152_500

    def test_a_payment_that_bounced_is_taken_back_and_the_return_is_open_again(self, people: People):
        row = assessed(people)
        entry = accounts.pay(row, 152_500, DUE, bank="B-1", key="1", actor="officer")
        for _twice in range(2):
            accounts.withdraw(row, entry.number, why="Bounced", actor="approver")
        row.refresh_from_db()
        assert (row.state, balance(row)) == ("assessed", 152_500)
        with pytest.raises(NotFound):
            accounts.withdraw(row, 1, why="Duty itself", actor="approver")

    def test_adjustments_end_with_the_assessment(self, people: People):
        row = declared(people.brewery)
        for code, amount in (("B000", 0), ("B000", -152_501), ("S200", -1)):
            with pytest.raises(BadInput):
                accounts.adjust(row, code, amount, why="x", key="a", actor="officer")
        entry = accounts.adjust(row, "S200", 100, why="Sampled", key="a", actor="officer")
        accounts.assess(row, actor="officer")
        with pytest.raises(Conflict):
            accounts.adjust(row, "S200", 100, why="Sampled", key="b", actor="officer")
        with pytest.raises(Conflict, match="assessed"):
            accounts.withdraw(row, entry.number, why="x", actor="approver")

    def test_amounts_references_and_days_are_looked_at(self, people: People):
        row = assessed(people)
        for amount, on, bank in ((0, DUE, "B"), (1, date(2999, 1, 1), "B"), (1, DUE, " ")):
            with pytest.raises(BadInput):
                accounts.pay(row, amount, on, bank=bank, key="1", actor="officer")

    def test_the_list_has_what_is_overdue_first(self, people: People):
        late = assessed(people)
        paid = declared(people.brewery, BEER.replace("-05-", "-04-"), date(2023, 4, 1))
        accounts.pay(accounts.assess(paid, actor="o"), 152_500, DUE, bank="B", key="1", actor="o")
        drafted(people.brewery, BEER.replace("-05-", "-03-"), date(2023, 3, 1))
        rows = queries.with_owed(DutyReturn.objects.all(), date(2023, 6, 26)).order_by("rank", "due_on")
        assert [(row.rank, row.owed) for row in rows] == [(0, 152_500), (2, 0), (3, 0)]
        rows = queries.with_owed(DutyReturn.objects.all(), DUE).order_by("rank")
        assert (rows[0].pk, rows[0].rank) == (late.pk, 1)


def test_two_refunds_of_one_credit_at_the_same_moment(transactional_db: None):
    service = Organisation.objects.create(code="tax", name="Tax service", kind=Kind.AGENCY)
    row = accounts.assess(declared(operator_of(service, None, "MD00000000017")), actor="o")
    accounts.pay(row, 152_600, DUE, bank="B", key="1", actor="o")
    start, answers = threading.Barrier(4), []

    def refund(name: str) -> None:
        try:
            start.wait()
            accounts.approve_refund(row, 60, why="Too much", key=name, actor=name)
            answers.append("done")
        except Conflict:
            answers.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=refund, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["done", "refused", "refused", "refused"]
    assert queries.held(row, "owed") == -40
    assert ledger.verify("duty").whole


class Crash(Exception):
    """The power goes, in the middle of a transaction."""


EXAMPLES = count(1)
AMOUNTS = st.integers(1, 200_000)


class AnyLife(RuleBasedStateMachine):
    """Deeds of officers in any order, repeats, refusals and crashes; the book must stay whole."""

    @initialize()
    def begin(self) -> None:
        number = next(EXAMPLES)
        self.keys, self.month = count(1), 0
        service = Organisation.objects.create(code=f"tax-{number}", name=f"Tax {number}", kind=Kind.AGENCY)
        self.operator = operator_of(service, None, f"MD{number:011d}")
        self.rows: list[DutyReturn] = []
        self.done: list[object] = []

    def attempt(self, deed, crash: bool) -> None:
        """Do it, or do it and crash before it is kept: then nothing of it may be left."""
        before = LedgerEntry.objects.count()
        try:
            with transaction.atomic():
                deed()
                if crash:
                    raise Crash
        except (Crash, IsthmusError):
            assert LedgerEntry.objects.count() == before
        else:
            self.done.append(deed)

    def one(self, data) -> DutyReturn | None:
        return DutyReturn.objects.get(pk=data.draw(st.sampled_from(self.rows)).pk) if self.rows else None

    @rule(quantity=st.integers(0, 3000))
    def declares(self, quantity: int) -> None:
        self.month = self.month % 12 + 1
        day = date(2023, self.month, 1)
        text = f"product,abv,volume_l,quantity,date\nbeer,5,0.5,{quantity + 1},{day}\n"
        if not self.operator.returns.filter(period=day).exists():
            self.rows.append(declared(self.operator, text, day))

    @rule(data=st.data(), quantity=st.integers(1, 3000), crash=st.booleans())
    def amends(self, data, quantity: int, crash: bool) -> None:
        row = self.one(data)
        if row is not None:
            text = f"product,abv,volume_l,quantity,date\nbeer,5,0.5,{quantity},{row.period}\n"
            self.attempt(
                lambda: self.rows.append(
                    declaring.declare(declaring.amend(row, lines(text), why="x", actor="x"), actor="x")
                ),
                crash=False,
            )
            self.attempt(lambda: accounts.assess(row, actor="x"), crash=crash)

    @rule(data=st.data(), amount=AMOUNTS, crash=st.booleans(), which=st.integers(0, 6))
    def posts(self, data, amount: int, crash: bool, which: int) -> None:
        row = self.one(data)
        if row is None:
            return
        key = f"k{next(self.keys)}"
        deeds = (
            lambda: accounts.pay(row, amount, DUE, bank="B", key=key, actor="x"),
            lambda: accounts.adjust(row, "B000", amount - 100_000, why="x", key=key, actor="x"),
            lambda: accounts.penalise(row, "late-return", amount, why="x", key=key, actor="x"),
            lambda: accounts.charge_interest(row, date(2023, 12, 31), actor="x"),
            lambda: accounts.approve_refund(row, amount, why="x", key=key, actor="x"),
            lambda: accounts.pay_refund(row, amount, bank="B", key=key, actor="x"),
            lambda: accounts.assess(row, actor="x"),
        )
        self.attempt(deeds[which], crash)

    @rule(data=st.data(), crash=st.booleans())
    def withdraws(self, data, crash: bool) -> None:
        row = self.one(data)
        numbers = list(queries.entries_of(row).values_list("number", flat=True)) if row else []
        if numbers:
            number = data.draw(st.sampled_from(numbers))
            self.attempt(lambda: accounts.withdraw(row, number, why="x", actor="x"), crash)

    @rule(data=st.data())
    def repeats(self, data) -> None:
        if self.done:
            before = ledger.balance("duty", owed(self.operator.excise_number), "MDL")
            deed = data.draw(st.sampled_from(self.done))
            entries_before = LedgerEntry.objects.count()
            self.attempt(deed, crash=False)
            if LedgerEntry.objects.count() == entries_before:
                assert ledger.balance("duty", owed(self.operator.excise_number), "MDL") == before

    @invariant()
    def the_book_is_whole_and_states_follow_it(self) -> None:
        assert set(ledger.sums("duty").values()) <= {0}
        assert ledger.verify("duty").whole
        for row in DutyReturn.objects.filter(operator=self.operator, state__in=["assessed", "paid"]):
            assert (row.state == "paid") == (queries.held(row, "owed") <= 0)
            assert queries.held(row, "refunds") <= 0


@pytest.mark.django_db
def test_any_sequence_of_deeds_with_crashes_leaves_the_book_at_zero():
    run_state_machine_as_test(
        AnyLife,
        settings=settings(
            max_examples=12, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    assert connection.in_atomic_block
