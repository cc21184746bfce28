"""Asking for work, stopping it, starting it again; what the queue forgets and what it repeats."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from isthmus.jobs import queries, registry, runner, services
from isthmus.jobs.declare import JobKind, every
from isthmus.jobs.models import Job, Schedule, State
from isthmus.jobs.progress import Progress
from isthmus.kit.errors import BadInput, Conflict, Fault, NotFound
from tests.jobs import handlers
from tests.jobs.conftest import Clock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]


def test_a_job_waits_with_what_it_was_asked(time: Clock):
    job = services.enqueue("test.double", {"number": 21}, actor="officer 7")
    job.refresh_from_db()
    assert (job.kind, job.arguments, job.requested_by) == ("test.double", {"number": 21}, "officer 7")
    assert (job.state, job.run_at, job.created) == (State.WAITING, time.moment, time.moment)


def test_a_job_of_a_rolled_back_transaction_never_was():
    with transaction.atomic():
        services.enqueue("test.double")
        transaction.set_rollback(True)
    assert not Job.objects.exists()


def test_an_unknown_kind_is_our_fault():
    with pytest.raises(Fault) as caught:
        services.enqueue("test.nowhere")
    assert caught.value.code == "jobs.kind.unknown"


@pytest.mark.parametrize("value", [object(), float("nan"), {1, 2}])
def test_arguments_that_json_cannot_hold_are_refused(value: object):
    with pytest.raises(BadInput) as caught:
        services.enqueue("test.double", {"number": value})
    assert caught.value.code == "jobs.arguments"
    assert not Job.objects.exists()


def test_a_unique_key_holds_one_unfinished_job():
    first = services.enqueue("test.double", unique_key="k")
    assert services.enqueue("test.double", {"number": 5}, unique_key="k").pk == first.pk
    assert services.enqueue("test.double", unique_key="other").pk != first.pk
    runner.run_one("w")
    again = services.enqueue("test.double", unique_key="k")
    assert again.pk != first.pk
    assert Job.objects.filter(unique_key="k").count() == 2


@pytest.mark.skipif(connection.vendor != "sqlite", reason="other databases plan by what a table holds")
def test_a_key_is_looked_up_in_an_index_however_many_jobs_are_kept():
    asked = []

    def remember(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(remember):
        services.enqueue("test.double", unique_key="k")
    lookup, parameters = next(one for one in asked if one[0].startswith("SELECT"))
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + lookup, parameters)
        plan = [row[-1] for row in cursor.fetchall()]
    assert plan[0] == "SEARCH jobs_job USING INDEX jobs_by_key (unique_key=? AND state=?)"


def test_jobs_without_a_key_are_all_kept():
    assert services.enqueue("test.double").pk != services.enqueue("test.double").pk


def test_the_database_itself_refuses_a_second_unfinished_job_of_a_key():
    services.enqueue("test.double", unique_key="k")
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(kind="test.double", unique_key="k")


@pytest.mark.parametrize("wrong", [{"state": "asleep"}, {"state": State.RUNNING}, {"state": State.DONE}])
def test_the_database_refuses_a_state_that_contradicts_itself(wrong: dict[str, str]):
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(kind="test.double", **wrong)


def test_a_waiting_job_is_cancelled_at_once():
    job = services.enqueue("test.double")
    assert services.cancel(job.pk).state == State.CANCELLED
    assert runner.run_one("w") is None
    assert handlers.done == []


def test_a_finished_job_cannot_be_cancelled():
    job = services.enqueue("test.double")
    runner.run_one("w")
    with pytest.raises(Conflict) as caught:
        services.cancel(job.pk)
    assert caught.value.code == "jobs.finished"


def test_an_unknown_job_is_not_found():
    for ask in (services.cancel, services.retry, queries.state_of):
        with pytest.raises(NotFound):
            ask(uuid4())


def test_a_failed_job_can_be_started_again_with_all_its_tries(time: Clock):
    job = services.enqueue("test.refuse")
    runner.run_one("w")
    time.pass_time(days=1)
    again = services.retry(job.pk)
    assert (again.state, again.failures, again.error, again.run_at) == (State.WAITING, 0, "", time.moment)
    runner.run_one("w")
    assert queries.state_of(job.pk).state == State.FAILED


def test_only_a_failed_or_cancelled_job_is_started_again():
    with pytest.raises(Conflict) as caught:
        services.retry(services.enqueue("test.double").pk)
    assert caught.value.code == "jobs.not-failed"


def test_a_job_that_was_asked_for_anew_is_not_started_again():
    old = services.enqueue("test.double", unique_key="k")
    services.cancel(old.pk)
    services.enqueue("test.double", unique_key="k")
    with pytest.raises(Conflict) as caught:
        services.retry(old.pk)
    assert caught.value.code == "jobs.replaced"


def test_a_schedule_fires_when_due_and_not_before(time: Clock):
    assert services.fire_due() == 0  # the first look notes when it is due
    time.pass_time(minutes=59)
    assert services.fire_due() == 0
    time.pass_time(minutes=1)
    assert services.fire_due() == 1
    assert Job.objects.get().kind == "test.hourly"
    assert services.fire_due() == 0


def test_a_node_that_slept_a_week_runs_a_scheduled_job_once(time: Clock):
    services.sync_schedules()
    time.pass_time(days=7)
    assert services.fire_due() == 1
    row = Schedule.objects.get()
    assert (row.last_run, row.next_run) == (time.moment, time.moment + timedelta(hours=1))


def test_a_schedule_whose_job_still_runs_adds_no_second_one(time: Clock):
    services.sync_schedules()
    time.pass_time(hours=1)
    services.fire_due()
    time.pass_time(hours=1)
    services.fire_due()
    assert Job.objects.count() == 1


def test_the_schedule_table_follows_the_code(time: Clock, monkeypatch: pytest.MonkeyPatch):
    services.sync_schedules()
    due = Schedule.objects.get().next_run
    time.pass_time(minutes=10)
    services.sync_schedules()
    assert Schedule.objects.get().next_run == due  # starting a worker does not postpone what is due

    changed = {"test.hourly": JobKind("test.hourly", "x:y", schedule=every(minutes=5))}
    monkeypatch.setattr(registry, "kinds", lambda: changed)
    services.sync_schedules()
    row = Schedule.objects.get()
    assert (row.rule, row.next_run) == ("every 300 s", time.moment + timedelta(minutes=5))

    time.pass_time(hours=1)
    monkeypatch.setattr(registry, "kinds", dict)
    assert services.fire_due() == 0
    assert not Schedule.objects.exists()


def test_old_finished_jobs_are_removed_and_nothing_else(time: Clock, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(services, "_PRUNED_AT_ONCE", 2)
    for _ in range(5):
        services.enqueue("test.double")
        runner.run_one("w")
    waiting = services.enqueue("test.double", run_at=time.moment + timedelta(days=90))
    time.pass_time(days=31)
    fresh = services.enqueue("test.double")
    runner.run_one("w")
    Job.objects.filter(pk=waiting.pk).update(created=time.moment - timedelta(days=365))
    # The prune itself is a running job; its progress is fenced like any other's.
    pruner = services.enqueue("test.double")
    claimed = runner.claim("w")
    assert claimed is not None
    assert services.prune(Progress(claimed.job_id, claimed.attempt, 60)) == {"removed": 5}
    assert set(Job.objects.values_list("pk", flat=True)) == {waiting.pk, fresh.pk, pruner.pk}


def test_the_queue_at_a_glance(time: Clock):
    assert queries.glance() == queries.QueueGlance(due=0, running=0, failed=0, oldest_due=None)
    services.enqueue("test.refuse")
    runner.run_one("w")
    services.enqueue("test.double", run_at=time.moment + timedelta(hours=1))
    oldest = time.moment - timedelta(minutes=3)
    services.enqueue("test.double", run_at=oldest)
    assert queries.glance() == queries.QueueGlance(due=1, running=0, failed=1, oldest_due=oldest)
