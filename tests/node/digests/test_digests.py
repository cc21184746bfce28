"""Digests: each officer is told what waits, in the own language, as the own roles show it, and only news."""

from datetime import date, timedelta
from unittest import mock
from uuid import uuid4

import pytest
from django.core import mail

from isthmus.accounts import letters, services
from isthmus.accounts.models import Letter, Membership, Officer
from isthmus.accounts.policy import Actor, actor_for
from isthmus.exchange.models import Alarm
from isthmus.exchange.services import alarms
from isthmus.jobs import runner
from isthmus.jobs.progress import Progress
from isthmus.kit import clock
from isthmus.node import waiting
from isthmus.node.digests import services as digests
from isthmus.trust.models import Partner, PartnerState
from tests.accounts.conftest import People, people
from tests.exchange.pages import World, text_of, visitor, world

__all__ = ["people", "world"]

MONDAY = date(2026, 11, 23)


def wish(officer: Officer, digest: str, language: str = "") -> None:
    services.change_profile(officer, full_name="Ma Mya", language=language, digest=digest, actor="test")
    Officer.objects.filter(pk=officer.pk).update(digest_on=MONDAY - timedelta(days=1))


def on(day: date) -> list[Letter]:
    """The letters that the job of this day writes."""
    before = set(Letter.objects.values_list("pk", flat=True))
    with (
        mock.patch.object(digests, "local_day", return_value=day),
        mock.patch.object(Progress, "step"),
    ):
        told = digests.send(Progress(uuid4(), 1, 60))
    found = list(Letter.objects.exclude(pk__in=before).order_by("pk"))
    assert told == {"written": len(found)}
    return found


def test_nobody_is_written_to_who_did_not_ask_for_it(world: World, people: People) -> None:
    assert {officer.digest for officer in Officer.objects.all()} == {"never"}
    assert on(MONDAY) == []


def test_the_letter_says_how_much_waits_where_and_how_to_end_it(world: World, people: People) -> None:
    wish(people.operator, "daily")
    (row,) = on(MONDAY)
    assert (row.address, row.name) == ("operator@node.test", "Ma Mya")
    assert row.key == f"node.digest:{people.operator.pk}:2026-11-23"
    assert "- Record in quarantine: 1\n  http://localhost:8000/exchange/quarantine/" in row.text
    assert "http://localhost:8000/people/profile/" in row.text
    count = sum(task.count or 0 for task in waiting.in_order(_groups(people.operator)))
    assert row.subject == f"{count} matters wait for you"
    runner.run_one("worker", kinds=[letters.JOB])
    assert mail.outbox[0].to == ["Ma Mya <operator@node.test>"]


def _groups(officer: Officer) -> tuple[waiting.Group, ...]:
    actor = actor_for(officer)
    return waiting.groups(actor, waiting.cards(actor))


def test_it_holds_what_the_front_page_shows_and_nothing_that_the_roles_do_not(
    world: World, people: People
) -> None:
    for officer in (people.operator, people.approver):
        wish(officer, "daily")
    for row, officer in zip(on(MONDAY), (people.operator, people.approver), strict=True):
        page = text_of(visitor(officer).get("/"))
        for group in _groups(officer):
            assert f"\n\n{group.title}\n- " in row.text
            for task in group.tasks:
                assert str(task.title) in row.text
                assert str(task.title) in page
    operator, approver = Letter.objects.order_by("pk")
    assert "Partner to confirm" in approver.text
    assert "Partner to confirm" not in operator.text
    assert "quarantine" not in approver.text or "quarantine" in text_of(visitor(people.approver).get("/"))


def test_roles_are_those_of_the_day(world: World, people: People) -> None:
    wish(people.operator, "daily")
    Membership.objects.filter(officer=people.operator).delete()
    assert on(MONDAY) == []
    Officer.objects.filter(pk=people.operator.pk).update(is_active=False)
    assert on(MONDAY + timedelta(days=1)) == []


def test_it_is_in_the_officers_language(world: World, people: People) -> None:
    wish(people.operator, "daily", "fr")
    wish(people.approver, "daily", "ar")
    french, arabic = on(MONDAY)
    assert "Enregistrement en quarantaine" in french.text
    assert any("\N{ARABIC LETTER ALEF}" in line for line in arabic.text.splitlines() if line.startswith("- "))


def test_what_was_told_is_not_told_again_until_it_changes(world: World, people: People) -> None:
    wish(people.operator, "daily")
    assert [len(on(MONDAY + timedelta(days=number))) for number in (0, 0, 1, 2)] == [1, 0, 0, 0]
    Letter.objects.create(key="x", address="a@sample.example", made_at=clock.now(), state="doubtful")
    (row,) = on(MONDAY + timedelta(days=3))
    assert (
        "A letter may have left, or was refused: 1\n  http://localhost:8000/people/letters/?state=person"
        in (row.text)
    )


def test_what_was_done_and_comes_again_is_told_again(people: People) -> None:
    wish(people.operator, "daily")
    seen = []
    for number in range(4):
        if number == 1:
            Alarm.objects.all().delete()
        else:
            alarms.raise_alarm("exchange.undelivered", "s", "m")
        seen.append(len(on(MONDAY + timedelta(days=number))))
    assert seen == [1, 0, 1, 0]


def test_who_wants_it_weekly_is_told_on_monday_or_the_day_after_a_monday_without_power(
    world: World, people: People
) -> None:
    wish(people.operator, "weekly")
    assert len(on(MONDAY)) == 1
    Partner.objects.filter(state=PartnerState.PENDING).update(state=PartnerState.SUSPENDED)
    Alarm.objects.all().delete()
    assert [len(on(MONDAY + timedelta(days=number))) for number in (1, 6, 8, 9)] == [0, 0, 1, 0]


def test_an_address_that_cannot_be_used_stops_nobody_else(world: World, people: People) -> None:
    wish(people.operator, "daily")
    wish(people.approver, "daily")
    Officer.objects.filter(pk=people.operator.pk).update(email="å@node.test")
    (row,) = on(MONDAY)
    assert row.address == "approver@node.test"


def test_what_fails_for_one_keeps_no_other_letter_back_and_is_tried_again(
    world: World, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    wish(people.operator, "daily")
    wish(people.approver, "daily")

    def cards(actor: Actor) -> tuple[waiting.ApplicationCard, ...]:
        if actor.officer_id == people.operator.pk:
            raise RuntimeError("an application has a fault")
        return real(actor)

    real = waiting.cards
    with monkeypatch.context() as patch:
        patch.setattr(waiting, "cards", cards)
        with pytest.raises(RuntimeError, match="has a fault"):
            on(MONDAY)
    assert Letter.objects.get().address == "approver@node.test"
    (row,) = on(MONDAY)
    assert row.address == "operator@node.test"
