"""Failed tries: counted in the database, for all processes, and slowing down whoever makes them."""

import multiprocessing
from datetime import datetime, timedelta

import hypothesis
import pytest
from django.conf import settings
from django.db import connection, connections
from hypothesis import given
from hypothesis import strategies as st

from isthmus.accounts import attempts, jobs, once
from isthmus.accounts.attempts import Counted, TooManyRequests, begin, waiting
from isthmus.accounts.models import Attempt, Spent
from isthmus.accounts.patience import Patience
from isthmus.jobs.services import enqueue
from isthmus.kit import clock

CALM = Patience(free=3, first=10, longest=60, forget=100)


def one(*parts: str, proves: bool = False) -> Counted:
    return Counted("test", parts, CALM, proves=proves)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The time, which a test may move: ``at[0] += ...``."""
    moments = [clock.now()]
    monkeypatch.setattr(clock, "now", lambda: moments[0])
    return moments


class TestPatience:
    @pytest.mark.parametrize(
        ("level", "seconds"),
        [(0, 0), (2, 0), (2.4, 0), (2.6, 10), (3, 10), (4, 20), (5, 40), (6, 60), (7, 60), (10_000, 60)],
    )
    def test_the_wait_doubles_up_to_its_limit(self, level: float, seconds: int) -> None:
        assert CALM.pause(level) == seconds

    def test_failures_are_forgotten_one_after_the_other(self) -> None:
        assert CALM.level_after(4, 150) == 2.5
        assert CALM.level_after(1, 1000) == 0
        assert CALM.level_after(4, -1000) == 4

    def test_what_is_left_to_wait(self) -> None:
        assert CALM.wait(4, 5) == 15
        assert CALM.wait(4, 20) == 0
        assert CALM.wait(4, -100) == 20

    @given(st.floats(0, 1000), st.floats(0, 1e6))
    def test_nobody_ever_waits_longer_than_the_limit(self, level: float, seconds: float) -> None:
        assert 0 <= CALM.wait(level, seconds) <= CALM.longest
        assert 0 <= CALM.level_after(level, seconds) <= level

    @hypothesis.settings(deadline=None, max_examples=20)  # a day in steps of seconds takes its time
    @given(st.integers(5, 400))
    def test_a_day_of_patient_guessing_is_bounded(self, pause: int) -> None:
        """Whoever tries as often as it is let, at any rhythm, makes so many tries a day and no more."""
        level, last, now, made = 0.0, 0.0, 0.0, 0
        while now < 86_400:
            if not CALM.wait(level, now - last):
                level, last, made = CALM.level_after(level, now - last) + 1, now, made + 1
            now += pause
        assert made <= CALM.free + 86_400 / CALM.forget + 86_400 / CALM.longest + 1


@pytest.mark.django_db
class TestCounting:
    def test_a_few_are_free_and_then_each_waits_longer(self, at: list[datetime]) -> None:
        for _ in range(3):
            begin(one("a"))
        with pytest.raises(TooManyRequests) as refused:
            begin(one("a"))
        assert (refused.value.status, refused.value.retry_after) == (429, 10)
        assert "10 seconds" in str(refused.value)
        at[0] += timedelta(seconds=10)
        begin(one("a"))
        assert waiting(one("a")) == 20

    def test_a_try_that_has_to_wait_does_not_make_the_wait_longer(self, at: list[datetime]) -> None:
        for _ in range(3):
            begin(one("a"))
        for _ in range(50):
            with pytest.raises(TooManyRequests):
                begin(one("a"), one("b"))
        assert waiting(one("a")) == 10
        assert not Attempt.objects.filter(key=one("b").key).exists()

    def test_counters_are_apart(self, at: list[datetime]) -> None:
        for _ in range(3):
            begin(one("a"))
        assert waiting(one("b")) == 0
        assert waiting(Counted("other", ("a",), CALM)) == 0
        assert one("a", "b").key != one("ab").key

    def test_a_success_takes_its_own_count_back_and_no_more(self, at: list[datetime]) -> None:
        begin(one("a"))
        begin(one("a"))
        begin(one("a")).succeeded()
        assert waiting(one("a")) == 0
        assert Attempt.objects.get().level == 2

    def test_a_success_that_proves_the_owner_wipes_the_counter(self, at: list[datetime]) -> None:
        begin(one("a", proves=True))
        begin(one("a", proves=True)).succeeded()
        assert not Attempt.objects.exists()

    def test_the_table_names_nobody(self, at: list[datetime]) -> None:
        begin(one("officer@node.test", "192.0.2.7"))
        row = Attempt.objects.get()
        assert "officer" not in str(row)
        assert len(row.key) == 64

    def test_old_counters_are_forgotten(self, at: list[datetime]) -> None:
        begin(one("a"))
        at[0] += timedelta(days=1)
        begin(one("b"))
        at[0] += timedelta(days=1, seconds=1)
        assert attempts.forget_old() == 1
        assert attempts.forget_old(at[0] + timedelta(days=9)) == 1


@pytest.mark.django_db
class TestOnce:
    def test_the_second_use_is_told(self, at: list[datetime]) -> None:
        until = at[0] + timedelta(minutes=1)
        assert once.spend("totp", "7", "123456", until=until)
        assert not once.spend("totp", "7", "123456", until=until)
        assert once.spend("totp", "8", "123456", until=until)
        assert once.spend("request", "7", "123456", until=until)
        assert str(Spent.objects.filter(owner="8").get()) == "totp 8"

    def test_it_is_forgotten_when_it_would_be_refused_anyway(self, at: list[datetime]) -> None:
        once.spend("totp", "7", "1", until=at[0] + timedelta(minutes=1))
        assert once.forget_expired() == 0
        assert once.forget_expired(at[0] + timedelta(minutes=2)) == 1

    def test_the_worker_tidies_up(self, at: list[datetime], client: object) -> None:
        begin(one("a"))
        once.spend("totp", "7", "1", until=at[0])
        session = client.session
        session["a"] = 1
        session.set_expiry(at[0] + timedelta(hours=1))
        session.save()
        at[0] += timedelta(days=3)

        class Quiet:
            def step(self, done: int, total: int | None = None, note: str = "") -> None:
                assert done <= (total or 0)

        assert jobs.tidy(Quiet()) == {"counters": 1, "spent": 1, "sessions": 1}
        assert enqueue("accounts.tidy").kind == "accounts.tidy"


def _guess(database: str, ready: object, outcome: object) -> None:
    """In a process of its own: ten tries as fast as they go."""
    connections.close_all()
    settings.DATABASES["default"]["NAME"] = database
    connection.settings_dict["NAME"] = database
    ready.wait()
    let = 0
    for _ in range(10):
        try:
            begin(one("victim"))
            let += 1
        except TooManyRequests:
            pass
    outcome.put(let)
    connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_two_processes_count_together() -> None:
    """Two web processes, or one that was started anew, give a guesser no more tries than one does."""
    context = multiprocessing.get_context("fork")
    ready, outcome = context.Barrier(2), context.Queue()
    name = str(connection.settings_dict["NAME"])
    connections.close_all()
    both = [context.Process(target=_guess, args=(name, ready, outcome)) for _ in range(2)]
    for process in both:
        process.start()
    let = [outcome.get(timeout=60) for _ in both]
    for process in both:
        process.join(30)
        assert process.exitcode == 0
    assert sum(let) == 3
    assert waiting(one("victim")) > 0
