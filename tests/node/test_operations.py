"""The operator's page: what is wrong stands first, and everything that moves or waits is on it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from isthmus.accounts.models import AuditEvent
from isthmus.exchange.models import Alarm, Stream
from isthmus.exchange.services.alarms import clear_by_hand, raise_alarm
from isthmus.jobs.models import Job, State
from isthmus.jobs.runner import run_one
from isthmus.jobs.services import enqueue
from isthmus.kit import clock
from isthmus.node.checkup import machine
from isthmus.node.last_backup import note_backup
from tests.accounts.conftest import People, people
from tests.exchange.pages import World, outgoing, text_of, visitor, world

__all__ = ["people", "world"]

PAGE = "/operations/"


@pytest.fixture
def sound() -> Iterator[None]:
    """A server on which nothing is wrong."""
    home = Path(settings.ISTHMUS.home)
    (home / "worker-alive").touch()
    settings.ISTHMUS.passphrase_path.chmod(0o600)
    (home / "secret_key").touch(mode=0o600)
    note_backup()
    yield
    (home / "last-backup").unlink()


def failed_job() -> Job:
    now = clock.now()
    return Job.objects.create(
        kind="exchange.log-verify", state=State.FAILED, finished=now, error="OSError: the disk is gone"
    )


def test_an_alarm_stands_first_with_what_to_do(world: World, people: People, sound: None) -> None:
    raise_alarm("exchange.equivocation", world.out.name, "Two records under number 2.")
    found = text_of(visitor(people.operator).get(PAGE))
    first = found.index("Two records under number 2.")
    assert found.index("A partner signed two different records under one number") < first
    assert first < found.index("1 records wait in quarantine.") < found.index("<h2>Streams")
    assert "Call the partner’s operator" in found or "Call the partner&#x27;s operator" in found
    assert "2 alarms are open" not in found, "they stand there themselves"


def test_streams_queues_and_certificates_are_on_it(world: World, people: People, sound: None) -> None:
    Stream.objects.filter(pk=world.out.pk).update(failures=4, last_error="The link was reset.")
    found = text_of(visitor(people.auditor).get(PAGE))
    for words in (
        "mm&gt;cn#1",
        "Cannot get through",
        "The link was reset.",
        "Records in quarantine",
        "Worker last seen",
        "Last good backup",
        "Entries in the log",
        "Seal: signs records and receipts",
        "China test node",
        "Valid until",
    ):
        assert words in found, words


def test_where_nothing_is_wrong_it_says_so(
    node: str, people: People, sound: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from isthmus.node import checkup

    monkeypatch.setattr(checkup.machine, "time_server", lambda: iter(()))
    monkeypatch.setattr(checkup.machine, "memory", lambda: iter(()))
    monkeypatch.setattr(checkup.machine, "disk", lambda: iter(()))
    found = text_of(visitor(people.operator).get(PAGE))
    assert "Nothing is wrong" in found
    assert "No stream yet." in found


def test_a_failed_job_shows_its_error_and_is_started_again(world: World, people: People) -> None:
    job = failed_job()
    assert "OSError: the disk is gone" in text_of(visitor(people.auditor).get(PAGE))
    browser = visitor(people.operator)
    answer = browser.post(f"{PAGE}jobs/{job.pk}/retry/", follow=True)
    assert "The job is in the queue again." in text_of(answer)
    job.refresh_from_db()
    assert job.state == State.WAITING
    assert AuditEvent.objects.get(kind="node.job-retried").actor == "operator@node.test"
    again = browser.post(f"{PAGE}jobs/{job.pk}/retry/", follow=True)
    assert "Only a failed or cancelled job can be started again." in text_of(again)


@pytest.mark.parametrize(
    ("role", "sees", "may"),
    [
        ("operator", 200, 302),
        ("approver", 200, 403),
        ("auditor", 200, 403),
        ("officer", 403, 403),
        ("elsewhere", 403, 403),
        ("nobody", 403, 403),
    ],
)
def test_each_role_comes_as_far_as_its_rule_says(
    role: str, sees: int, may: int, world: World, people: People
) -> None:
    browser = visitor(getattr(people, role))
    assert browser.get(PAGE).status_code == sees
    job = failed_job()
    assert browser.get(f"{PAGE}jobs/{job.pk}/retry/").status_code in {405, 403}
    assert browser.post(f"{PAGE}jobs/{job.pk}/retry/").status_code == may
    assert ('href="/operations/"' in text_of(browser.get("/"))) is (sees == 200)


def test_a_visitor_is_asked_to_sign_in(db: None, client: Client) -> None:
    answer: Any = client.get(PAGE)
    assert (answer.status_code, answer["Location"]) == (302, "/account/login/?next=/operations/")


def test_costs_as_many_queries_for_many_records_as_for_few(world: World, people: People, sound: None) -> None:
    browser = visitor(people.operator)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            text_of(browser.get(PAGE))
        return len(queries)

    few = cost()
    from isthmus.exchange.services import publish

    publish([outgoing(f"MORE-{n}") for n in range(5)], to=["cn"])
    for number in range(3):
        raise_alarm("exchange.frozen", f"cn>mm#{number}", "The partner has frozen it.")
    assert cost() == few <= 40


def test_a_disk_that_fills_up_raises_an_alarm_and_room_clears_it(
    node: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = [50_000_000]
    monkeypatch.setattr(machine, "free_bytes", lambda: free[0])
    for _ in range(2):
        enqueue("node.disk-watch")
        run_one("test")
    alarm = Alarm.objects.get()
    assert (alarm.code, alarm.times, alarm.cleared_at) == ("node.disk-low", 2, None)
    assert alarm.message == "50 MB are free where the node keeps its files."
    free[0] = 5_000_000_000
    enqueue("node.disk-watch")
    run_one("test")
    assert not Alarm.objects.filter(cleared_at=None).exists()


def test_an_alarm_that_was_cleared_is_gone(world: World, people: People, sound: None) -> None:
    clear_by_hand(world.alarm, "They answer again.", actor="operator")
    assert "1 record waits for China." not in text_of(visitor(people.operator).get(PAGE))
