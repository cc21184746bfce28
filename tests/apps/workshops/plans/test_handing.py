"""A plan's words become a topic or a need: by whose leave, with which words, and what both pages show."""

import re
from typing import Any

import pytest
from django.urls import reverse

from isthmus.accounts.models import Kind, Organisation
from isthmus.accounts.policy import actor_for
from isthmus.accounts.roles import Role
from isthmus.apps.partners.models import Listing
from isthmus.apps.projects.models import Topic
from isthmus.apps.workshops.models import CountryPlan, HeldPlan
from isthmus.apps.workshops.plans.services import keeping, writing
from isthmus.exchange import handing, tokens
from isthmus.exchange.handlers import Erasing
from isthmus.exchange.models import Direction, Record
from isthmus.kit.errors import NotFound
from isthmus.wire import codec
from isthmus.wire.record import read_record
from tests.apps.partners.test_pages import GOODS, TERMS, VOLUME
from tests.apps.workshops.conftest import Office, person
from tests.apps.workshops.plans.plan_story import OFFICER, PLAN, accepted, hear, sent
from tests.apps.workshops.test_pages import text_of
from tests.second_factors import browser_of

TOPIC, NEED = reverse("projects:propose"), reverse("partners:need-new", args=["goods"])


def origin_of(plan: CountryPlan | HeldPlan) -> str:
    node = "mm" if isinstance(plan, CountryPlan) else plan.nominee.invitation.partner
    return f"workshops.country-plan:{node}/{plan.reference}"


def page_of(plan: CountryPlan | HeldPlan) -> str:
    return reverse(
        "workshops:plan" if isinstance(plan, CountryPlan) else "workshops:held-plan", args=[plan.pk]
    )


def held(office: Office, **changes: Any) -> HeldPlan:
    workshop = office.called()
    office.nominated(workshop)
    assert hear(office, workshop, **changes) == ""
    return HeldPlan.objects.get()


@pytest.fixture
def stranger(office: Office) -> Any:
    """An officer of another organisation, who may propose topics and enter needs and reads no plan."""
    other = Organisation.objects.create(code="other", name="Sample firm", kind=Kind.FIRM)
    return person("stranger", other, Role.OFFICER)


def buttons(page: str) -> list[str]:
    return [one for one in ("Propose a topic from it", "Enter a need from it") if one in page]


def value_of(page: str, name: str) -> str:
    found = re.search(
        rf'<textarea name="{name}"[^>]*>(.*?)</textarea>|name="{name}" value="([^"]*)"', page, re.DOTALL
    )
    return "" if found is None else (found[1] or found[2] or "").strip()


def everything_sent() -> str:
    rows = Record.objects.filter(stream__direction=Direction.OUT)
    bodies = (read_record(tokens.text_of(row.leaf) or "")[1].body for row in rows)
    return "\n".join(codec.encode(body).decode() for body in bodies)


class TestWords:
    def test_a_topic_takes_all_and_a_need_takes_whom_it_seeks(self, office: Office):
        plan, actor = sent(office), actor_for(office.officer)
        whole = handing.draft_for(actor, "topic", origin_of(plan))
        assert (whole.title, whole.problem, whole.partner) == (
            PLAN["title"],
            PLAN["problem"],
            PLAN["partner"],
        )
        assert whole.steps == ("Merge two lists (by 31 Mar 2027)", "Train clerks")
        assert whole.figures == ("Clinics: 120 clinics",)
        assert (whole.leaf, whole.source) == (
            plan.leaf, "the country plan “One register of clinics” of Myanmar (Burma)",
        )  # fmt: skip
        part = handing.draft_for(actor, "need", origin_of(plan))
        assert (part.steps, part.partner, part.leaf) == ((), PLAN["partner"], plan.leaf)

    def test_a_plan_that_arrived_knows_its_programme_and_its_country(self, office: Office):
        found = handing.words_of(actor_for(office.officer), origin_of(held(office)))
        assert found is not None
        assert found.source == "the country plan “One register of clinics” of China"
        assert (found.programme, found.language) == ("SAMPLE-1", "en")

    def test_a_plan_without_more_than_its_title_gives_that(self, office: Office):
        row = held(office, **dict.fromkeys(("problem", "example", "steps", "partner", "figures")))
        page = text_of(browser_of(office.officer).get(f"{TOPIC}?from={origin_of(row)}"))
        assert (value_of(page, "title"), value_of(page, "text")) == (PLAN["title"], "")

    def test_before_the_focal_point_lets_it_go_a_plan_gives_no_words(self, office: Office):
        officer = browser_of(office.officer)
        row = writing.write(accepted(office), dict(PLAN), actor=OFFICER)
        for _ in range(2):
            assert buttons(text_of(officer.get(page_of(row)))) == []
            assert officer.get(f"{TOPIC}?from={origin_of(row)}").status_code == 404
            row = writing.hand_in(row, actor=OFFICER) if row.state == "draft" else row

    def test_a_further_version_gives_no_words_while_it_is_written(self, office: Office):
        row = sent(office)
        writing.write(row.nomination, {**PLAN, "problem": "A secret of the draft"}, actor=OFFICER)
        assert handing.words_of(actor_for(office.officer), origin_of(row)) is None

    def test_once_erased_it_gives_none(self, office: Office):
        row = held(office)
        keeping.erase(Erasing(row.leaf, "x", "y", "cn", sent=False, ground="order"))
        assert buttons(text_of(browser_of(office.officer).get(page_of(row)))) == []
        assert handing.words_of(actor_for(office.officer), origin_of(row)) is None


class TestAccess:
    def test_who_may_not_read_the_plan_gets_no_word(self, office: Office, stranger: Any):
        browser = browser_of(stranger)
        for plan in (sent(office), held(office)):
            for form in (TOPIC, NEED):
                assert browser.get(form).status_code == 200
                answer = browser.get(f"{form}?from={origin_of(plan)}")
                assert answer.status_code == 404
                assert PLAN["problem"] not in answer.content.decode()
                assert browser.post(f"{form}?from={origin_of(plan)}", GOODS).status_code == 404
        assert not Topic.objects.exists()

    def test_what_there_is_not_and_what_one_may_not_read_look_alike(self, office: Office, stranger: Any):
        actor, plan = actor_for(stranger), sent(office)
        said = set()
        for origin in (origin_of(plan), "workshops.country-plan:mm/0", "nobody.gives:mm/0", "no origin"):
            with pytest.raises(NotFound) as caught:
                handing.draft_for(actor, "topic", origin)
            said.add(str(caught.value))
        (only,) = said
        assert only.startswith("There is nothing here whose words you could take.")

    def test_who_may_read_and_not_write_sees_no_button(self, office: Office):
        auditor = person("auditor", office.secretariat, Role.AUDITOR)
        plan = sent(office)
        assert buttons(text_of(browser_of(office.officer).get(page_of(plan)))) == [
            "Propose a topic from it", "Enter a need from it",
        ]  # fmt: skip
        assert buttons(text_of(browser_of(auditor).get(page_of(plan)))) == []
        for kind in ("topic", "need", "poem"):
            with pytest.raises(NotFound):
                handing.draft_for(actor_for(auditor), kind, origin_of(plan))


class TestTopic:
    @pytest.mark.parametrize("make", [sent, held])
    def test_begins_with_the_words_and_keeps_the_link_on_both_pages(
        self, office: Office, stranger: Any, make: Any
    ):
        plan, officer = make(office), browser_of(office.officer)
        form = f"{TOPIC}?from={origin_of(plan)}"
        page = text_of(officer.get(form))
        assert "nothing is kept before you send it" in page
        assert value_of(page, "problem") == PLAN["problem"]
        text = value_of(page, "text")
        assert text == (
            "Steps: 1. Merge two lists (by 31 Mar 2027) 2. Train clerks "
            "Partner sought: A country with a register of clinics Figures: Clinics: 120 clinics"
        )
        typed = {
            "title": "A register for two countries", "text": text, "problem": "Ours", "language": "en",
            "organisation": office.secretariat.pk,
        }  # fmt: skip
        assert "This field is required" in text_of(officer.post(form, {**typed, "title": ""}))
        there = officer.post(form, typed)["Location"]
        topic = Topic.objects.get()
        assert (topic.problem, topic.origin) == ("Ours", origin_of(plan))
        assert page_of(plan) in text_of(officer.get(there))
        assert f'<a href="{there}">A register for two countries</a>' in text_of(officer.get(page_of(plan)))
        other = text_of(browser_of(stranger).get(there))
        assert "Began with the words of" not in other
        assert PLAN["title"] not in other
        assert "workshops.country-plan:" not in everything_sent()

    def test_without_an_origin_the_form_is_as_ever(self, office: Office):
        page = text_of(browser_of(office.officer).get(TOPIC))
        assert (value_of(page, "title"), value_of(page, "text")) == ("", "")


class TestNeed:
    def entered(self, office: Office, browser: Any, first: str, goods: dict[str, str]) -> Listing:
        browser.post(first, goods)
        browser.post(reverse("partners:need-new", args=["volume"]), VOLUME)
        browser.post(reverse("partners:need-new", args=["terms"]), TERMS)
        contact = {
            "organisation": office.secretariat.pk, "contact": "Daw Sample Hla",
            "email": "hla@signal.example", "phone": "",
        }  # fmt: skip
        browser.post(reverse("partners:need-new", args=["contact"]), contact)
        self.checked = text_of(browser.get(reverse("partners:need-new", args=["check"])))
        browser.post(reverse("partners:need-new", args=["check"]))
        return Listing.objects.latest("pk")

    def test_begins_with_the_words_and_keeps_the_link_on_both_pages(self, office: Office, stranger: Any):
        plan, officer = held(office), browser_of(office.officer)
        page = text_of(officer.get(f"{NEED}?from={origin_of(plan)}"))
        assert value_of(page, "title") == PLAN["title"]
        assert value_of(page, "text") == (
            "A country with a register of clinics Each province keeps its own list. "
            "Figures: Clinics: 120 clinics"
        )
        need = self.entered(office, officer, f"{NEED}?from={origin_of(plan)}", GOODS)
        assert "of China" in self.checked
        assert need.origin == origin_of(plan)
        there = reverse("partners:need", args=[need.pk])
        assert page_of(plan) in text_of(officer.get(there))
        assert there in text_of(officer.get(page_of(plan)))
        assert "Began with the words of" not in text_of(browser_of(stranger).get(there))
        assert "workshops.country-plan:" not in everything_sent()
        assert self.entered(office, officer, NEED, GOODS).origin == ""

    def test_what_was_typed_before_stands_and_the_link_can_be_dropped(self, office: Office):
        plan, officer = held(office), browser_of(office.officer)
        first = f"{NEED}?from={origin_of(plan)}"
        assert "Write 4, 6, 8" in text_of(officer.post(first, {**GOODS, "hs_code": "1.2"}))
        officer.post(first, GOODS)
        for address in (first, NEED):
            assert value_of(text_of(officer.get(address)), "title") == GOODS["title"]
        assert self.entered(office, officer, f"{NEED}?from=", GOODS).origin == ""

    def test_who_may_read_the_plan_no_more_enters_the_need_without_the_link(self, office: Office):
        plan, officer = held(office), browser_of(office.officer)
        officer.post(f"{NEED}?from={origin_of(plan)}", GOODS)
        HeldPlan.objects.update(body={})
        assert self.entered(office, officer, NEED, GOODS).origin == ""

    def test_an_offer_takes_no_words(self, office: Office):
        plan, officer = held(office), browser_of(office.officer)
        offer = reverse("partners:offer-new", args=["goods"])
        assert PLAN["title"] not in text_of(officer.get(f"{offer}?from={origin_of(plan)}"))


def test_a_name_that_two_declare_is_an_error():
    with pytest.raises(ValueError, match="Declared twice among: topic, topic"):
        handing._named([("topic", 1), ("topic", 2)])
