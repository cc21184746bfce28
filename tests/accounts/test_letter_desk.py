"""The page of letters: what a person sees and decides, and what is forgotten after a term."""

import json
from datetime import timedelta
from unittest import mock
from uuid import uuid4

import pytest
from django.conf import settings
from django.core import mail
from django.test import override_settings
from django.urls import reverse

from isthmus.accounts import letter_services as services
from isthmus.accounts import letters
from isthmus.accounts.models import AuditEvent, Letter
from isthmus.jobs import runner
from isthmus.jobs.models import Job
from isthmus.jobs.models import State as JobState
from isthmus.jobs.progress import Progress
from isthmus.kit import clock
from isthmus.kit.errors import Conflict
from tests.second_factors import browser_of

from .conftest import People

pytestmark = pytest.mark.django_db
State = Letter.State


def post(key: str = "workshops.decision:x", **changes: object) -> Letter:
    made = letters.post(key, "fatima@sample.example", "فاطمة", f"About {key}", "What was said")
    assert made is not None
    Letter.objects.filter(pk=made.pk).update(**changes)
    return services.letters().get(pk=made.pk)


def given_up() -> None:
    Job.objects.update(state=JobState.FAILED, finished=clock.now())


def anew(row: Letter) -> Letter:
    return services.letters().get(pk=row.pk)


def work() -> None:
    runner.run_one("worker", kinds=[letters.JOB])


class TestWhoDecides:
    @pytest.mark.parametrize("state", [State.DOUBTFUL, State.WAITING, State.SENDING])
    def test_what_the_worker_no_longer_has_before_it_needs_a_person(self, state: State) -> None:
        row = post(state=state)
        assert services.needs_person(row) == (state == State.DOUBTFUL)
        given_up()
        assert services.needs_person(anew(row))
        assert services.letters().filter(services.NEEDS_PERSON).count() == 1
        assert services.in_doubt(anew(row)) == (state != State.WAITING)
        assert services.letters().filter(services.IN_DOUBT).count() == int(state != State.WAITING)

    @pytest.mark.parametrize("state", [State.SENT, State.LEFT])
    def test_what_is_settled_needs_nobody(self, state: State) -> None:
        row = post(state=state)
        given_up()
        for act in (services.send_again, services.leave):
            with pytest.raises(Conflict, match="nothing to decide"):
                act(anew(row), actor="operator@node.test")
        assert anew(row).state == state

    def test_what_waits_for_the_worker_needs_nobody(self) -> None:
        with pytest.raises(Conflict):
            services.leave(post(), actor="operator@node.test")


class TestDeciding:
    def test_a_letter_in_doubt_goes_again_only_when_it_is_said(self) -> None:
        row = post(state=State.DOUBTFUL)
        work()
        assert mail.outbox == []
        services.send_again(row, actor="operator@node.test")
        work()
        assert (anew(row).state, len(mail.outbox)) == (State.SENT, 1)
        event = AuditEvent.objects.get(kind="accounts.letter.again")
        assert (event.actor, event.subject, event.detail) == (
            "operator@node.test",
            "workshops.decision:x",
            {"before": "doubtful"},
        )

    def test_nothing_is_asked_of_a_worker_that_has_not_finished(self) -> None:
        row = post(state=State.DOUBTFUL)
        with pytest.raises(Conflict, match="about to finish"):
            services.send_again(row, actor="x")

    def test_a_letter_that_is_left_is_never_sent_and_says_nothing_any_more(self) -> None:
        row = post(state=State.DOUBTFUL)
        services.leave(row, actor="operator@node.test")
        work()
        assert (anew(row).state, anew(row).text, mail.outbox) == (State.LEFT, "", [])
        assert AuditEvent.objects.get(kind="accounts.letter.left").actor == "operator@node.test"


class TestPages:
    def test_without_letters_it_says_how_mail_is_set_up(self, people: People) -> None:
        page = browser_of(people.operator).get(reverse("accounts:letters")).content.decode()
        assert "No letter yet" in page
        assert f"letters become files in {settings.EMAIL_FILE_PATH}" in page
        with override_settings(EMAIL_FILE_PATH=None, EMAIL_HOST="mail.sample.example", EMAIL_PORT=587):
            page = browser_of(people.operator).get(reverse("accounts:letters")).content.decode()
        assert "the mail server mail.sample.example, port 587" in page

    def test_the_list_is_narrowed_by_state_and_text(self, people: People) -> None:
        post("sent", state=State.SENT)
        post("left", state=State.LEFT)
        post("doubt", state=State.DOUBTFUL)
        post("given-up", reason="550 no such person")
        given_up()
        post("refused", reason="451 later")
        post("waits")
        browser = browser_of(people.auditor)

        def found(**query: str) -> set[str]:
            answer = browser.get(reverse("accounts:letters"), {**query, "export": "json"})
            return {row["about"].partition(" ")[2] for row in json.loads(answer.getvalue())["rows"]}

        assert len(found()) == 6
        assert found(state="person") == {"doubt", "given-up"}
        assert found(state="waiting") == {"waits"}
        assert found(state="refused") == {"given-up", "refused"}
        assert found(state="doubtful") == {"doubt"}
        assert found(state="sent") == {"sent"}
        assert found(state="left") == {"left"}
        assert found(q="doubt") == {"doubt"}
        assert len(found(q="FATIMA@")) == 6
        page = browser.get(reverse("accounts:letters")).content.decode()
        for words in (
            "Refused, not tried again",
            "Refused, is tried again",
            "In doubt",
            "فاطمة",
            "451 later",
        ):
            assert words in page
        assert "What was said" not in page

    def test_an_operator_decides_on_the_page_of_a_letter(self, people: People) -> None:
        row = post(state=State.DOUBTFUL)
        given_up()
        browser = browser_of(people.operator)
        page = browser.get(reverse("accounts:letter", args=[row.pk])).content.decode()
        assert "the person gets it twice" in page
        for button in ("letter_again", "letter_leave"):
            assert reverse(f"accounts:{button}", args=[row.pk]) in page
        answer = browser.post(reverse("accounts:letter_again", args=[row.pk]), follow=True)
        assert "The worker sends the letter again." in answer.content.decode()
        answer = browser.post(reverse("accounts:letter_leave", args=[row.pk]), follow=True)
        assert "There is nothing to decide about this letter" in answer.content.decode()
        assert anew(row).state == State.WAITING
        other = post("other", state=State.DOUBTFUL)
        browser.post(reverse("accounts:letter_leave", args=[other.pk]))
        assert anew(other).state == State.LEFT

    def test_who_may_only_look_decides_nothing(self, people: People) -> None:
        row = post(reason="550 no such person")
        given_up()
        page = browser_of(people.auditor).get(reverse("accounts:letter", args=[row.pk])).content.decode()
        assert "An operator of this node decides this." in page
        assert "550 no such person" in page
        for button in ("letter_again", "letter_leave"):
            address = reverse(f"accounts:{button}", args=[row.pk])
            assert browser_of(people.approver).post(address).status_code == 403
        assert anew(row).state == State.WAITING

    def test_a_letter_that_left_shows_when_and_offers_nothing(self, people: People) -> None:
        row = post()
        work()
        page = browser_of(people.operator).get(reverse("accounts:letter", args=[row.pk])).content.decode()
        assert "Occasion" in page
        assert "Send again" not in page


class TestForgetting:
    def purge(self) -> dict[str, int]:
        with mock.patch.object(Progress, "step"):
            return services.purge(Progress(uuid4(), 1, 60))

    def test_after_the_term_nobody_knows_to_whom_it_went_and_nobody_is_told_twice(
        self, people: People
    ) -> None:
        days = settings.ISTHMUS.mail_keep_days
        long_ago = clock.now() - timedelta(days=days, hours=1)
        sent = post("sent", state=State.SENT, made_at=long_ago)
        late = post("late", reason="550 fatima@sample.example is nobody", made_at=long_ago)
        young = post("young", made_at=long_ago + timedelta(hours=2))
        assert self.purge() == {"forgotten": 2, "never_sent": 1}
        for row in (anew(sent), anew(late)):
            assert (row.address, row.name, row.subject, row.text, row.reason) == ("", "", "", "", "")
        assert (anew(sent).state, anew(late).state) == (State.SENT, State.LEFT)
        assert anew(young).address == "fatima@sample.example"
        assert self.purge() == {"forgotten": 0, "never_sent": 0}
        post("sent")
        for _turn in range(4):
            work()
        assert [one.subject for one in mail.outbox] == ["About young"]
        page = browser_of(people.operator).get(reverse("accounts:letters")).content.decode()
        assert f"Forgotten after {days} days" in page
        assert browser_of(people.operator).get(reverse("accounts:letter", args=[late.pk])).status_code == 200
