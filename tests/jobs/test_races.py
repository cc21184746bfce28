"""Several workers at once, on real connections: each job is taken once, each schedule fires once."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from isthmus.jobs import queries, runner, services
from isthmus.jobs.models import Job, State
from tests.jobs import handlers
from tests.jobs.conftest import Clock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("kinds")]


def at_once(count: int, work: Callable[[int], object]) -> list[object]:
    """Run ``work`` in so many threads that start together, each on its own connection; their answers."""
    answers: list[object] = []
    start = threading.Barrier(count)

    def run(number: int) -> None:
        try:
            start.wait(timeout=20)
            answers.append(work(number))
        except Exception as error:  # noqa: BLE001  the answer is the error; the test names it
            answers.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


def test_racing_workers_take_each_job_once():
    for number in range(20):
        services.enqueue("test.double", {"number": number})

    def take_all(number: int) -> list[object]:
        mine: list[object] = []
        while held := runner.claim(f"worker {number}"):
            mine.append(held.arguments["number"])
        return mine

    taken = at_once(4, take_all)
    assert sorted(number for mine in taken for number in mine) == list(range(20))
    assert set(Job.objects.values_list("state", "attempts")) == {(State.RUNNING, 1)}


def test_one_job_goes_to_one_of_many_claimers():
    for _ in range(5):
        job = services.enqueue("test.double")
        claims = at_once(4, lambda number: runner.claim(f"worker {number}"))
        assert [claim.job_id for claim in claims if claim is not None] == [job.pk]


def test_a_unique_key_survives_a_race():
    for key in ("a", "b", "c"):
        jobs = at_once(4, lambda _, key=key: services.enqueue("test.double", unique_key=key).pk)
        assert len(set(jobs)) == 1
        assert Job.objects.filter(unique_key=key).count() == 1


def test_a_schedule_fires_once_for_many_workers(time: Clock):
    at_once(4, lambda _: services.sync_schedules())
    time.pass_time(hours=1)
    assert sorted(at_once(4, lambda _: services.fire_due())) == [0, 0, 0, 1]
    assert Job.objects.get().kind == "test.hourly"


def test_two_reapers_take_a_lost_job_back_once(time: Clock):
    services.enqueue("test.count", {"total": 1})
    runner.claim("killed")
    time.pass_time(minutes=5)
    assert sorted(at_once(2, lambda _: runner.reap())) == [0, 1]
    assert Job.objects.get().failures == 1


def test_a_job_is_stopped_from_outside_while_it_runs():
    job = services.enqueue("test.meet")

    def act(number: int) -> object:
        if number == 0:
            return runner.run_one("w")
        assert handlers.started.wait(timeout=20)
        services.cancel(job.pk)
        handlers.carry_on.set()
        return None

    answers = at_once(2, act)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert queries.state_of(job.pk).state == State.CANCELLED
    assert handlers.done == []
