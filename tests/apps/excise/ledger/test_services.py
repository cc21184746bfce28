"""Posting to a book in the database: once for a key, never overdrawn, and what was tampered with is found."""

import os
import signal
import threading
from collections.abc import Callable
from dataclasses import replace
from itertools import count

import pytest
from django.db import IntegrityError, connection, connections, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from isthmus.apps.excise.ledger import queries, services
from isthmus.apps.excise.ledger.models import LedgerBalance, LedgerBook, LedgerEntry, LedgerPosting
from isthmus.apps.excise.ledger.rules import Break, Chart, Move
from isthmus.kit.errors import BadInput, Conflict, NotFound
from tests.apps.excise.ledger.book import CHART, DAY, MINT, purse, transfer

ANNA, BOB = purse("anna"), purse("bob")


def mint(key: str, amount: int) -> LedgerEntry:
    return services.post(CHART, transfer(key, MINT, ANNA, amount), actor="test").entry


def held(account=ANNA, unit="MDL") -> int:
    return queries.balance(CHART.book, account, unit)


@pytest.mark.django_db
class TestPosting:
    def test_an_entry_moves_what_accounts_hold_and_the_book_sums_to_zero(self):
        first = mint("a", 70)
        second = services.post(CHART, transfer("b", ANNA, BOB, 30), actor="test").entry
        assert (held(), held(BOB), held(MINT)) == (40, 30, -70)
        assert (first.number, second.number, second.previous) == (1, 2, first.digest)
        assert queries.sums("purses") == {"MDL": 0}
        assert [(str(line.account), line.amount) for line in queries.trial_balance("purses")] == [
            ("anna purse", 40),
            ("bob purse", 30),
            ("state mint", -70),
        ]
        assert [row.amount for row in queries.statement("purses", ANNA)] == [70, -30]
        assert list(queries.statement("purses", ANNA, "USD")) == []

    def test_the_same_key_posts_once(self):
        draft = transfer("a", MINT, ANNA, 70)
        first = services.post(CHART, draft, actor="test")
        again = services.post(CHART, draft, actor="somebody else")
        assert (first.is_new, again.is_new) == (True, False)
        assert again.entry == first.entry
        assert held() == 70

    def test_the_same_key_for_another_deed_is_a_conflict(self):
        mint("a", 70)
        with pytest.raises(Conflict) as caught:
            mint("a", 71)
        assert caught.value.code == "excise.ledger.key-reused"
        assert held() == 70

    def test_an_overdraft_is_refused_and_nothing_is_written(self):
        mint("a", 70)
        moves = (Move(ANNA, "MDL", -71), Move(BOB, "MDL", 71))
        with pytest.raises(Conflict) as caught:
            services.post(CHART, replace(transfer("b", ANNA, BOB, 1), moves=moves), actor="test")
        assert caught.value.code == "excise.ledger.overdrawn"
        assert caught.value.faults[0].where == "anna purse"
        assert caught.value.faults[0].message == "holds 70 MDL; -1 would be left"
        assert LedgerEntry.objects.count() == 1
        assert queries.verify("purses").whole

    def test_a_bad_draft_names_every_fault(self):
        with pytest.raises(BadInput) as caught:
            services.post(CHART, replace(transfer("a", MINT, ANNA, 1), moves=(), key=""), actor="test")
        assert [fault.where for fault in caught.value.faults] == ["key", "moves"]
        assert not LedgerBook.objects.exists()

    @pytest.mark.parametrize(
        "code", ["text", "detail", "few", "role", "holder", "unit", "amount", "unbalanced"]
    )
    def test_every_fault_has_its_words(self, code: str):
        from isthmus.apps.excise.ledger.rules import Fault
        from isthmus.apps.excise.ledger.wording import said

        figures = {"book": "b", "role": "r", "amount": "0", "unit": "MDL", "left_over": 1}
        assert said(Fault(code, "moves", figures))

    def test_the_database_itself_refuses_an_overdraft(self):
        mint("a", 70)
        with pytest.raises(IntegrityError), transaction.atomic():
            LedgerBalance.objects.filter(guarded=True).update(amount=-1)

    def test_entries_cannot_be_changed_or_removed(self):
        entry = mint("a", 70)
        for change in (
            entry.save,
            entry.delete,
            LedgerEntry.objects.all().delete,
            lambda: LedgerEntry.objects.update(kind="x"),
            lambda: LedgerPosting.objects.bulk_update([], ["amount"]),
        ):
            with pytest.raises(Conflict) as caught:
                change()
            assert caught.value.code == "excise.ledger.append-only"

    def test_rows_name_themselves(self):
        entry = mint("a", 70)
        rows = [entry, entry.book, entry.postings.get(line=2), entry.postings.get(line=2).account]
        assert [str(row) for row in rows] == ["1 transfer", "purses", "70 MDL", "anna purse"]
        assert str(LedgerBalance.objects.get(guarded=True)) == "70 MDL"


@pytest.mark.django_db
class TestReversing:
    def reverse(self, number: int, key: str = "undo"):
        return services.reverse(CHART, number, key=key, on=DAY, reason="typed wrongly", actor="test")

    def test_a_reversal_is_an_entry_of_its_own(self):
        mint("a", 70)
        undone = self.reverse(1)
        assert (held(), undone.entry.number, undone.entry.reverses.number) == (0, 2, 1)
        assert undone.entry.detail == {"reason": "typed wrongly"}
        assert not self.reverse(1).is_new
        assert queries.verify("purses").whole

    def test_an_entry_is_reversed_once_and_a_reversal_never(self):
        mint("a", 70)
        self.reverse(1)
        for number in (1, 2):
            with pytest.raises(Conflict) as caught:
                self.reverse(number, f"other {number}")
            assert caught.value.code == "excise.ledger.reversed"

    def test_what_was_passed_on_cannot_be_taken_back(self):
        mint("a", 70)
        services.post(CHART, transfer("b", ANNA, BOB, 1), actor="test")
        with pytest.raises(Conflict) as caught:
            self.reverse(1)
        assert caught.value.code == "excise.ledger.overdrawn"

    def test_an_unknown_entry_and_a_key_of_no_text_are_named(self):
        with pytest.raises(NotFound):
            self.reverse(9)
        mint("a", 70)
        with pytest.raises(BadInput) as caught:
            self.reverse(1, "")
        assert caught.value.faults[0].where == "key"


def tamper(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.mark.django_db
class TestVerifying:
    @pytest.fixture(autouse=True)
    def _three(self, db: None) -> None:
        for key in "abc":
            mint(key, 70)

    def test_an_untouched_book_is_whole(self):
        verdict = queries.verify("purses")
        assert (verdict.whole, verdict.entries) == (True, 3)
        assert queries.verify("nothing").whole

    def test_a_changed_amount_is_found_at_its_entry_and_in_the_balance(self):
        tamper("UPDATE excise_ledgerposting SET amount = 71 WHERE amount = 70 AND entry_id = %s", self.row(2))
        verdict = queries.verify("purses")
        assert verdict.broken == Break(2, "content")
        assert verdict.off_balance == ("anna purse MDL", "MDL")
        assert not verdict.whole

    def test_a_changed_balance_is_found(self):
        LedgerBalance.objects.filter(guarded=True).update(amount=1)
        verdict = queries.verify("purses")
        assert (verdict.broken, verdict.off_balance) == (None, ("anna purse MDL",))

    @pytest.mark.parametrize("number", [2, 3])
    def test_a_removed_entry_is_found(self, number: int):
        tamper("DELETE FROM excise_ledgerposting WHERE entry_id = %s", self.row(number))
        tamper("DELETE FROM excise_ledgerentry WHERE id = %s", self.row(number))
        assert queries.verify("purses").broken == Break(number, "missing")

    def test_a_last_entry_forged_with_its_hash_differs_from_the_head(self):
        entry = queries.sealed(queries.chain(LedgerBook.objects.get()).get(number=3))
        from isthmus.apps.excise.ledger.rules import seal

        digest = seal(replace(entry, actor="nobody"))
        tamper("UPDATE excise_ledgerentry SET actor = 'nobody', digest = %s WHERE number = 3", digest)
        assert queries.verify("purses").broken == Break(3, "link")

    def row(self, number: int) -> int:
        return LedgerEntry.objects.get(number=number).pk


class Crash(Exception):
    """The power goes, in the middle of a transaction."""


BOOKS = count(1)
NAMES = st.sampled_from(["anna", "bob", "cecil"])


class AnySequence(RuleBasedStateMachine):
    """Posts, repeats, reversals, refusals and crashes in any order; a dictionary says what must be there."""

    @initialize()
    def begin(self) -> None:
        # A book for each example: they share a database and are not undone between.
        self.chart = Chart(f"purses-{next(BOOKS)}", CHART.roles)
        self.model = {"anna": 0, "bob": 0, "cecil": 0}
        self.posted = {}
        self.undone = set()
        self.keys = 0

    def key(self) -> str:
        self.keys += 1
        return f"key {self.keys}"

    def take(self, draft, changes: dict[str, int]) -> None:
        if any(self.model[name] + change < 0 for name, change in changes.items() if change < 0):
            with pytest.raises(Conflict):
                services.post(self.chart, draft, actor="test")
            return
        entry = services.post(self.chart, draft, actor="test").entry
        self.posted[entry.number] = (draft, changes)
        for name, change in changes.items():
            self.model[name] += change

    @rule(name=NAMES, amount=st.integers(1, 50))
    def mints(self, name: str, amount: int) -> None:
        self.take(transfer(self.key(), MINT, purse(name), amount), {name: amount})

    @rule(giver=NAMES, taker=NAMES, amount=st.integers(1, 50))
    def passes_on(self, giver: str, taker: str, amount: int) -> None:
        if giver != taker:
            draft = transfer(self.key(), purse(giver), purse(taker), amount)
            self.take(draft, {giver: -amount, taker: amount})

    @rule(name=NAMES, amount=st.integers(1, 50), entries=st.integers(1, 3))
    def crashes(self, name: str, amount: int, entries: int) -> None:
        @transaction.atomic
        def half_done() -> None:
            for _ in range(entries):
                services.post(self.chart, transfer(self.key(), MINT, purse(name), amount), actor="test")
            raise Crash

        with pytest.raises(Crash):
            half_done()

    @rule(data=st.data())
    def repeats(self, data) -> None:
        if self.posted:
            number = data.draw(st.sampled_from(sorted(self.posted)))
            assert not services.post(self.chart, self.posted[number][0], actor="test").is_new

    @rule(data=st.data())
    def reverses(self, data) -> None:
        left = sorted(set(self.posted) - self.undone)
        if not left:
            return
        number = data.draw(st.sampled_from(left))
        changes = {name: -change for name, change in self.posted[number][1].items()}
        key = self.key()
        if any(self.model[name] + change < 0 for name, change in changes.items() if change < 0):
            with pytest.raises(Conflict):
                services.reverse(self.chart, number, key=key, on=DAY, reason="x", actor="test")
            return
        services.reverse(self.chart, number, key=key, on=DAY, reason="x", actor="test")
        self.undone.add(number)
        for name, change in changes.items():
            self.model[name] += change

    @invariant()
    def all_is_as_the_dictionary_says(self) -> None:
        assert {
            name: queries.balance(self.chart.book, purse(name), "MDL") for name in self.model
        } == self.model
        assert set(queries.sums(self.chart.book).values()) <= {0}
        verdict = queries.verify(self.chart.book)
        assert verdict.whole
        assert verdict.entries == len(self.posted) + len(self.undone)


@pytest.mark.django_db
def test_any_sequence_with_crashes_in_it_leaves_the_book_whole():
    run_state_machine_as_test(
        AnySequence,
        settings=settings(
            max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def at_once(how_many: int, work: Callable[[int], object]) -> list[object]:
    """Run ``work`` in threads that start together, each on its own connection; answers or errors."""
    answers: list[object] = []
    start = threading.Barrier(how_many)

    def run(number: int) -> None:
        try:
            start.wait(timeout=20)
            answers.append(work(number))
        except Exception as error:  # noqa: BLE001  the answer is the error; the test names it
            answers.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(how_many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_writers_of_a_new_book_number_their_entries_without_a_gap(self):
        answers = at_once(8, lambda at: [mint(f"{at} {turn}", 1).number for turn in range(5)])
        assert sorted(number for numbers in answers for number in numbers) == list(range(1, 41))
        assert held() == 40
        assert queries.verify("purses").whole

    def test_what_is_there_once_is_taken_once(self):
        mint("a", 70)
        answers = at_once(
            6, lambda at: services.post(CHART, transfer(f"b{at}", ANNA, BOB, 50), actor="test").is_new
        )
        assert sorted(str(type(answer).__name__) for answer in answers) == ["Conflict"] * 5 + ["bool"]
        assert (held(), held(BOB)) == (20, 50)

    def test_one_key_sent_by_many_at_once_posts_once(self):
        draft = transfer("same", MINT, ANNA, 70)
        answers = at_once(6, lambda _: services.post(CHART, draft, actor="test").is_new)
        assert sorted(answers) == [False] * 5 + [True]
        assert held() == 70

    def test_a_process_killed_in_the_middle_leaves_no_trace(self):
        mint("a", 70)
        connections.close_all()
        child = os.fork()
        if child == 0:
            # Neither pytest nor Django may clean up here: the process ends as by a power cut.
            with transaction.atomic():
                services.post(CHART, transfer("b", ANNA, BOB, 50), actor="test")
                services.post(CHART, transfer("c", ANNA, BOB, 20), actor="test")
                os.kill(os.getpid(), signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WTERMSIG(status) == signal.SIGKILL
        verdict = queries.verify("purses")
        assert (verdict.whole, verdict.entries, held(), held(BOB)) == (True, 1, 70, 0)
        assert services.post(CHART, transfer("b", ANNA, BOB, 50), actor="test").entry.number == 2
