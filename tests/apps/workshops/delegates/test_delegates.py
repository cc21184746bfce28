"""The delegate's own form: through a link, without an account, handed in once, and sealed until then."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from isthmus.apps.workshops.delegates import services
from isthmus.apps.workshops.models import Call, DelegateLink, Nomination
from isthmus.apps.workshops.nominations import body_queries as bodies
from isthmus.apps.workshops.nominations.services import nominating
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, NotFound
from tests.apps.workshops.conftest import Office
from tests.second_factors import browser_of

ANSWERS = {
    "name": {"name": "ဒေါ်ခင်မျိုးဆွေ (sample)"},
    "country": {"country": "MM"},
    "work": {"position": "Head of systems", "employer": "Sample ministry"},
    "reach": {"email": ""},
    "gender": {"gender": "female"},
    "motivation": {"motivation": "Trade data\ncrosses by hand"},
}


def at(name: str, *args: Any) -> str:
    return reverse(f"workshops:{name}", args=args)


def given_out(office: Office) -> tuple[DelegateLink, str]:
    office.call_from_abroad()
    return services.give_out(Call.objects.get(), office.secretariat, "The lady", actor="officer@node.test")


class _Nothing:
    def step(self, done: int, total: int | None = None, note: str = "") -> None:
        """No queue is there to be told."""


class TestPages:
    def test_from_the_link_to_the_approval(self, office: Office):
        office.call_from_abroad()
        officer, approver = browser_of(office.officer), browser_of(office.approver)
        forms = at("delegate-forms", Call.objects.get().pk)
        made = officer.post(forms, {"meant_for": "The lady", "organisation": office.secretariat.pk})
        (secret,) = set(re.findall(r"/delegate/([\w-]+)/", made.content.decode()))
        assert secret not in officer.get(forms).content.decode()
        person = Client()
        assert b"Six short questions" in person.get(at("delegate", secret)).content
        for place, (step, answers) in enumerate(ANSWERS.items(), start=1):
            page = person.get(at("delegate-question", secret, step)).content.decode()
            assert f"Step {place} of 6" in page
            sent = person.post(at("delegate-question", secret, step), answers)
            assert sent.status_code == 302, sent.content
        assert sent["Location"] == at("delegate-check", secret)
        assert "Trade data crosses by hand" in person.get(sent["Location"]).content.decode()
        assert Nomination.objects.count() == 0
        person.post(sent["Location"])
        done = person.get(at("delegate", secret)).content.decode()
        row = Nomination.objects.get()
        assert (
            re.sub("-", "", re.search(r"[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}", done)[0]).lower()
            in row.reference
        )  # type: ignore[index]  # None fails the test
        assert office.told(bodies.NOMINATION) == []
        approver.post(at("nomination-approve", row.pk))
        (body,) = office.told(bodies.NOMINATION)
        assert (body["name"], body["country"]) == ("ဒေါ်ခင်မျိုးဆွေ (sample)", "MM")
        assert "Handed in" in officer.get(forms).content.decode()

    def test_a_person_of_another_country_is_told_whom_to_ask(self, office: Office):
        _link, secret = given_out(office)
        answer = Client().post(at("delegate-question", secret, "country"), {"country": "MV"})
        assert "ask the focal point of Maldives" in answer.content.decode().replace("\n", " ")

    def test_questions_are_asked_in_order_and_can_be_left_and_found_again(self, office: Office):
        _link, secret = given_out(office)
        Client().post(at("delegate-question", secret, "name"), ANSWERS["name"])
        assert Client().get(at("delegate-check", secret))["Location"] == at(
            "delegate-question", secret, "country"
        )
        page = Client().get(at("delegate-question", secret, "name")).content.decode()
        assert "ဒေါ်ခင်မျိုးဆွေ" in page
        assert Client().get(at("delegate-question", secret, "age")).status_code == 404

    def test_who_guesses_finds_nothing(self, office: Office):
        given_out(office)
        for guess in ("a", "0" * 32, "%C3%A4"):
            assert Client().get(f"/workshops/delegate/{guess}/").status_code == 404

    def test_a_form_that_was_taken_back_says_so(self, office: Office):
        link, secret = given_out(office)
        browser_of(office.officer).post(at("delegate-form-back", link.pk))
        for path in (at("delegate", secret), at("delegate-check", secret)):
            assert "taken back" in Client().get(path).content.decode()
        answer = Client().post(at("delegate-question", secret, "name"), ANSWERS["name"])
        assert "closed" in answer.content.decode()
        assert browser_of(office.officer).post(at("delegate-form-back", 999)).status_code == 404


class TestForm:
    def fill(self, link: DelegateLink, **changes: str) -> None:
        told = {name: value for answers in ANSWERS.values() for name, value in answers.items()}
        services.keep(link, {**told, "motivation": "Trade data", **changes})

    def test_answers_are_sealed_and_wiped_once_handed_in(self, office: Office):
        link, secret = given_out(office)
        self.fill(link)
        link.refresh_from_db()
        assert b"Sample ministry" not in bytes(link.answers)
        assert secret not in {link.digest, link.meant_for}
        services.hand_in(link)
        link.refresh_from_db()
        assert (bytes(link.answers), services.is_open(link)) == (b"", False)
        with pytest.raises(Conflict, match="closed"):
            services.hand_in(link)

    def test_the_same_person_twice_is_told_and_nothing_is_lost(self, office: Office):
        link, _secret = given_out(office)
        self.fill(link)
        services.hand_in(link)
        second, secret = services.give_out(link.call, office.secretariat, "Again", actor="x")
        self.fill(second)
        page = Client().post(at("delegate-check", secret)).content.decode()
        assert "nominated for this workshop already" in page
        second.refresh_from_db()
        assert services.answers_of(second)["name"] == ANSWERS["name"]["name"]

    def test_late_is_said_and_taken_until_the_first_day(self, office: Office):
        link, secret = given_out(office)
        Call.objects.update(until=clock.now() - timedelta(days=1))
        assert (
            "The deadline for nominations has passed" in Client().get(at("delegate", secret)).content.decode()
        )
        Call.objects.update(starts=clock.now().date())
        assert "The workshop has begun" in Client().get(at("delegate", secret)).content.decode()
        link = services.find(secret)
        with pytest.raises(Conflict, match="begun"):
            services.give_out(link.call, office.secretariat, "Late", actor="x")

    def test_what_nobody_handed_in_is_wiped_when_the_workshop_begins(self, office: Office):
        link, _secret = given_out(office)
        self.fill(link)
        assert services.purge(_Nothing()) == {"wiped": 0}  # type: ignore[arg-type]  # it only takes steps
        Call.objects.update(starts=clock.now().date())
        assert services.purge(_Nothing()) == {"wiped": 1}  # type: ignore[arg-type]  # as above
        link.refresh_from_db()
        assert bytes(link.answers) == b""

    def test_a_form_is_for_somebody(self, office: Office):
        office.call_from_abroad()
        with pytest.raises(BadInput, match="for whom"):
            services.give_out(Call.objects.get(), office.secretariat, "", actor="x")
        with pytest.raises(NotFound):
            services.find("made up")


def test_who_gave_out_the_form_may_approve_what_the_person_wrote(office: Office):
    office.call_from_abroad()
    link, _secret = services.give_out(Call.objects.get(), office.secretariat, "A", actor="approver@node.test")
    TestForm().fill(link)
    sent = nominating.approve(services.hand_in(link), actor="approver@node.test")
    assert sent.by == f"delegate form {link.pk}"
