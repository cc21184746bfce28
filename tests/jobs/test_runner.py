"""How a worker does jobs: what it writes down, what it tries again, what it leaves to others."""

from datetime import timedelta

import pytest

from isthmus.jobs import queries, runner, services
from isthmus.jobs.models import Job, State
from isthmus.jobs.progress import Cancelled, LeaseLost, Progress, WorkerStopping
from isthmus.jobs.registry import kinds as declared_kinds
from isthmus.kit.errors import Fault
from tests.jobs import handlers
from tests.jobs.conftest import Clock

pytestmark = [pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _test_kinds(kinds: None):
    return kinds


def claimed(kind: str = "test.count", **arguments: object) -> runner.Claim:
    services.enqueue(kind, arguments)
    held = runner.claim("first")
    assert held is not None
    return held


def test_an_idle_queue_gives_nothing():
    assert runner.run_one("w") is None


def test_a_job_is_done_and_its_result_kept(time: Clock):
    job = services.enqueue("test.double", {"number": 21}, actor="officer 7")
    held = runner.run_one("w")
    assert held is not None
    assert held.job_id == job.pk
    state = queries.state_of(job.pk)
    assert (state.state, state.result, state.finished) == (State.DONE, {"answer": 42}, time.moment)
    assert (state.done, state.total, state.note, state.percent) == (1, 1, "doubled", 100)
    assert (state.requested_by, state.can_stop, state.error) == ("officer 7", False, "")


def test_the_longest_due_job_comes_first_and_a_future_one_waits(time: Clock):
    services.enqueue("test.double", {"number": 3}, run_at=time.moment + timedelta(minutes=1))
    services.enqueue("test.double", {"number": 2})
    services.enqueue("test.double", {"number": 1}, run_at=time.moment - timedelta(minutes=1))
    while runner.run_one("w"):
        pass
    assert handlers.done == [1, 2]
    time.pass_time(minutes=1)
    runner.run_one("w")
    assert handlers.done == [1, 2, 3]


def test_a_worker_can_keep_to_some_kinds():
    services.enqueue("test.break")
    assert runner.run_one("w", kinds=["test.double"]) is None
    assert handlers.done == []


def test_a_failure_is_tried_again_later_and_then_given_up(time: Clock, caplog: pytest.LogCaptureFixture):
    job = services.enqueue("test.break")
    for pause in (5, 10):
        runner.run_one("w")
        row = Job.objects.get()
        assert row.state == State.WAITING
        assert row.error == "RuntimeError: the printer is on fire"
        wait = (row.run_at - time.moment).total_seconds()
        assert pause / 2 <= wait <= pause
        assert runner.run_one("w") is None
        time.pass_time(seconds=pause)
    runner.run_one("w")
    state = queries.state_of(job.pk)
    assert (state.state, state.error) == (State.FAILED, "RuntimeError: the printer is on fire")
    assert handlers.done == ["tried"] * 3
    assert "the printer is on fire" in caplog.text


def test_bad_input_is_not_tried_again():
    job = services.enqueue("test.refuse")
    runner.run_one("w")
    state = queries.state_of(job.pk)
    assert (state.state, state.error) == (State.FAILED, "The file is empty. Choose another one.")


@pytest.mark.parametrize("kind", ["test.gone", "test.removed"])
def test_a_job_nobody_can_do_is_kept_with_the_reason(kind: str):
    job = services.enqueue("test.gone")
    Job.objects.update(kind=kind)
    runner.run_one("w")
    state = queries.state_of(job.pk)
    assert state.state == State.WAITING
    assert kind in state.error
    assert (Job.objects.get().failures) == 1


def test_ctrl_c_gives_the_job_back_without_counting_a_failure():
    services.enqueue("test.interrupted")
    with pytest.raises(KeyboardInterrupt):
        runner.run_one("w")
    row = Job.objects.get()
    assert (row.state, row.failures, row.attempts, row.lease_until, row.worker) == (
        State.WAITING,
        0,
        1,
        None,
        "",
    )


def test_a_stopping_worker_gives_the_job_back():
    services.enqueue("test.count", {"total": 5})
    runner.run_one("w", stopping=lambda: True)
    row = Job.objects.get()
    assert (row.state, row.failures, handlers.done) == (State.WAITING, 0, [1])
    runner.run_one("w", stopping=lambda: False)
    assert queries.state_of(row.pk).result == {"counted": 5}


def test_a_running_job_stops_at_its_next_step_when_asked():
    held = claimed(total=5)
    services.cancel(held.job_id)
    state = queries.state_of(held.job_id)
    assert (state.state, state.stopping, state.can_stop) == (State.RUNNING, True, False)
    with pytest.raises(Cancelled):
        Progress(held.job_id, held.attempt, 60).step(1, 5)


def test_a_cancelled_handler_ends_as_cancelled(monkeypatch: pytest.MonkeyPatch):
    job = services.enqueue("test.count", {"total": 5})
    real_claim = runner.claim

    def claim_and_cancel(worker: str, kinds: object = None) -> runner.Claim | None:
        held = real_claim(worker)
        services.cancel(job.pk)
        return held

    monkeypatch.setattr(runner, "claim", claim_and_cancel)
    runner.run_one("w")
    assert queries.state_of(job.pk).state == State.CANCELLED
    assert handlers.done == [1]


def test_a_job_that_is_given_back_after_a_request_to_stop_ends_there():
    held = claimed(total=5)
    services.cancel(held.job_id)
    assert runner.give_back(held)
    state = queries.state_of(held.job_id)
    assert (state.state, state.finished is not None) == (State.CANCELLED, True)


def test_each_written_step_renews_the_lease(time: Clock):
    held = claimed(total=5)
    ticks = iter([0.0, 0.2, 1.0])
    progress = Progress(held.job_id, held.attempt, 60, monotonic=lambda: next(ticks))
    time.pass_time(seconds=50)
    progress.step(1, 5, "x" * 300)
    row = Job.objects.get()
    assert row.lease_until == time.moment + timedelta(seconds=60)
    assert (row.progress_done, row.progress_total, row.progress_note) == (1, 5, "x" * 200)
    progress.step(2, 5)  # too soon after the first: not written
    assert Job.objects.get().progress_done == 1
    progress.step(3, 5)
    assert Job.objects.get().progress_done == 3
    assert queries.state_of(held.job_id).percent == 60


def test_progress_without_a_total_has_no_percentage():
    held = claimed(total=5)
    Progress(held.job_id, held.attempt, 60).step(7)
    state = queries.state_of(held.job_id)
    assert (state.done, state.total, state.percent, state.can_stop) == (7, None, None, True)


def test_a_silent_workers_job_is_done_by_another(time: Clock):
    held = claimed(total=2)
    assert runner.reap() == 0
    time.pass_time(seconds=61)
    assert runner.reap() == 1
    row = Job.objects.get()
    assert (row.state, row.failures, row.error) == (
        State.WAITING,
        1,
        "The worker stopped in the middle of this job.",
    )
    time.pass_time(minutes=1)
    runner.run_one("second")
    state = queries.state_of(held.job_id)
    assert (state.state, state.result, state.error) == (State.DONE, {"counted": 2}, "")


def test_a_job_that_kills_every_worker_is_given_up(time: Clock):
    services.enqueue("test.break")
    for _ in range(3):
        assert runner.claim("doomed") is not None
        time.pass_time(hours=2)
        assert runner.reap() == 1
        time.pass_time(hours=2)
    assert Job.objects.get().state == State.FAILED
    assert runner.claim("doomed") is None


def test_a_silent_workers_job_that_was_cancelled_ends_there(time: Clock):
    held = claimed(total=2)
    services.cancel(held.job_id)
    time.pass_time(minutes=5)
    assert runner.reap() == 1
    assert queries.state_of(held.job_id).state == State.CANCELLED


def test_a_worker_whose_lease_was_lost_may_write_nothing(time: Clock):
    late = claimed(total=2)
    time.pass_time(minutes=5)
    runner.reap()
    time.pass_time(minutes=1)
    second = runner.claim("second")
    assert second is not None
    assert second.attempt == late.attempt + 1

    with pytest.raises(LeaseLost):
        Progress(late.job_id, late.attempt, 60).step(2, 2)
    assert not runner.finish(late, {"counted": "by the wrong one"})
    assert not runner.give_back(late)
    row = Job.objects.get()
    assert (row.state, row.worker, row.result, row.progress_done) == (State.RUNNING, "second", None, 0)
    assert runner.finish(second, {"counted": 2})
    assert queries.state_of(late.job_id).result == {"counted": 2}


def test_a_late_handler_leaves_the_job_to_the_one_who_has_it(time: Clock, caplog: pytest.LogCaptureFixture):
    services.enqueue("test.count", {"total": 2})

    def taken_over() -> bool:
        time.pass_time(minutes=5)
        runner.reap()
        return False

    with caplog.at_level("WARNING"):
        runner.run_one("late", stopping=taken_over)
    assert Job.objects.get().state == State.WAITING
    assert "the lease ran out" in caplog.text


def test_a_renewed_lease_is_not_reaped_by_a_look_at_the_old_one(time: Clock):
    held = claimed(total=2)
    time.pass_time(seconds=61)
    Progress(held.job_id, held.attempt, 60).step(1, 2)
    assert runner.reap() == 0


def test_stopping_is_told_before_anything_is_written():
    held = claimed(total=5)
    with pytest.raises(WorkerStopping):
        Progress(held.job_id, held.attempt, 60, stopping=lambda: True).step(4, 5)
    assert Job.objects.get().progress_done == 0


def test_housekeeping_takes_back_and_starts_what_is_due(time: Clock):
    services.sync_schedules()
    claimed(total=2)
    time.pass_time(hours=1)
    runner.housekeep()
    assert sorted(Job.objects.values_list("kind", "state")) == [
        ("test.count", State.WAITING),
        ("test.hourly", State.WAITING),
    ]


def test_the_queue_clears_itself_by_a_declared_job():
    declared = declared_kinds()["jobs.prune"]
    assert (declared.handler, str(declared.schedule)) == ("isthmus.jobs.services:prune", "every 3600 s")


def test_two_applications_cannot_declare_one_kind(monkeypatch: pytest.MonkeyPatch):
    from django.apps import apps

    config = apps.get_app_config("jobs")
    monkeypatch.setattr(config, "jobs", config.jobs * 2)
    with pytest.raises(Fault, match="Two applications declare the job"):
        declared_kinds.__wrapped__()
