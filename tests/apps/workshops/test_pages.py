"""Pages of secretariat and country: who sees and does what, from the plan to the report."""

import re
from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from isthmus.apps.workshops.models import Entry, Nomination, Nominee, Programme, Workshop
from isthmus.apps.workshops.nominations import body_queries as bodies
from isthmus.kit import clock
from tests.apps.workshops.conftest import PERSON, Office
from tests.browser import workshop_pages, workshop_story
from tests.second_factors import browser_of


def text_of(answer: Any) -> str:
    assert answer.status_code == 200, answer.content[:500]
    return re.sub(r"\s+", " ", answer.content.decode().replace("\N{NO-BREAK SPACE}", " "))


def day(ahead: int) -> str:
    return (clock.now() + timedelta(days=ahead)).date().isoformat()


def at(name: str, *args: Any) -> str:
    return reverse(f"workshops:{name}", args=args)


PLAN = {
    "code": "sample-1",
    "title": "Sample programme",
    "fund": "Sample fund",
    "reference": "S/1",
    "partners": "One\nTwo\nOne",
    "currency": "usd",
    "background": "Why.",
    "objectives": "",
}


class TestSecretariat:
    def plan(self, office: Office) -> tuple[Any, Any, Workshop]:
        officer, approver = browser_of(office.officer), browser_of(office.approver)
        days = {"starts": day(-50), "ends": day(50), "organisation": office.secretariat.pk}
        answer = officer.post(at("programme-plan"), {**PLAN, **days})
        assert answer["Location"] == at("programme", "SAMPLE-1")
        assert Programme.objects.get().partners == ["One", "Two"]
        told = {"title": "W", "theme": "", "host": "H", "place": "P", "starts": day(-1), "ends": day(0)}
        answer = officer.post(at("workshop-plan", "SAMPLE-1"), told)
        workshop = Workshop.objects.get()
        assert answer["Location"] == at("workshop", "SAMPLE-1-W1")
        return officer, approver, workshop

    def test_from_the_call_to_the_report(self, office: Office):
        officer, _approver, workshop = self.plan(office)
        here = at("workshop", workshop.number)
        assert "No country is called yet" in text_of(officer.get(here))
        officer.post(at("workshop-call", workshop.number), {"to": ["cn"], "quota": 1, "until": day(3)})
        assert len(office.told(bodies.CALL)) == 1
        assert "Nobody is left to call" in text_of(officer.get(at("workshop-call", workshop.number)))
        office.nominated(workshop)
        nominee = Nominee.objects.get()
        assert "To be decided" in text_of(officer.get(here))
        page = text_of(officer.post(at("nominee", nominee.pk), {"says": "waiting", "reason": ""}))
        assert "Say why" in page
        officer.post(at("nominee", nominee.pk), {"says": "accepted", "reason": ""})
        officer.post(at("workshop-attendance", workshop.number), {"on": day(-1), "present": [nominee.pk]})
        session = {"kind": "case", "title": "A case", "speaker": "S", "position": ""}
        officer.post(at("workshop-session", workshop.number), session)
        officer.post(at("workshop-account", workshop.number), {"account": "It went well.", "stated": ""})
        officer.post(at("workshop-held", workshop.number))
        officer.post(at("workshop-reported", workshop.number))
        officer.post(at("virtual-project", "SAMPLE-1"), {"title": "V", "text": "By delegates."})
        assert "Reported" in text_of(officer.get(at("programme", "SAMPLE-1")))
        page = text_of(officer.get(at("report", "SAMPLE-1")))
        for part in ("It went well.", "A case (S)", "By delegates.", "China"):
            assert part in page
        assert officer.get(at("report-file", "SAMPLE-1", "docx")).content.startswith(b"PK")
        assert officer.get(at("report-file", "SAMPLE-1", "odt")).status_code == 404

    def test_money_from_the_budget_to_the_closing(self, office: Office):
        officer, approver, _workshop = self.plan(office)
        book = at("book", "SAMPLE-1")
        page = text_of(officer.post(at("budget", "SAMPLE-1"), {"lines": "Travel; Buses; 1,000"}))
        assert "is no amount" in page
        officer.post(at("budget", "SAMPLE-1"), {"lines": "Travel; Buses; 100\nTravel; Tickets; 50.50"})
        lines = {row.name: row.pk for row in Programme.objects.get().budget.all()}
        entry = {"kind": "expense", "on": day(0), "text": "To the park", "line": lines["Buses"],
                 "amount": "120", "receipt": "R-1"}  # fmt: skip
        assert "short by 20.00 USD" in text_of(officer.post(at("entry-new", "SAMPLE-1"), entry))
        move = {"on": day(0), "taken_from": lines["Tickets"], "line": lines["Buses"], "amount": "20",
                "text": "More buses"}  # fmt: skip
        assert officer.post(at("virement", "SAMPLE-1"), move).status_code == 403
        approver.post(at("virement", "SAMPLE-1"), move)
        officer.post(at("entry-new", "SAMPLE-1"), entry)
        officer.post(at("totals", "SAMPLE-1"), {"totals": "Travel; 119\nTotal; 120"})
        page = text_of(officer.get(book))
        for part in ("120.00 USD spent, 119.00 USD declared", "Entries wait for a second person: 2."):
            assert part in page
        made = Entry.objects.get(number=2)
        approver.post(at("entry-approve", made.pk))
        officer.post(at("totals", "SAMPLE-1"), {"totals": "Travel; 120\nTotal; 120"})
        assert "Close the book" in text_of(approver.get(book))
        approver.post(at("book-close", "SAMPLE-1"))
        assert "Note an entry" not in text_of(officer.get(book))

    def test_an_amount_of_another_currency_needs_its_rate(self, office: Office):
        officer, _approver, _workshop = self.plan(office)
        officer.post(at("budget", "SAMPLE-1"), {"lines": "Travel; Buses; 100"})
        line = Programme.objects.get().budget.get().pk
        entry = {"kind": "expense", "on": day(0), "text": "Bus", "line": line, "receipt": "R",
                 "original_currency": "cny", "original_amount": "100"}  # fmt: skip
        page = text_of(officer.post(at("entry-new", "SAMPLE-1"), entry))
        assert page.count("An amount of another currency needs this.") >= 3
        rate = {"rate": "0.1537", "rate_on": day(-1), "rate_source": "Sample bank"}
        officer.post(at("entry-new", "SAMPLE-1"), entry | rate)
        made = Entry.objects.get()
        assert made.amount_minor == 1537
        page = text_of(officer.get(at("entry", made.pk)))
        assert "0.1537" in page
        officer.post(at("entry", made.pk), {"reason": "Keyed wrongly"})
        assert Entry.objects.count() == 2


class TestCountry:
    def test_an_officer_nominates_and_the_focal_point_approves(self, office: Office):
        officer, approver = browser_of(office.officer), browser_of(office.approver)
        office.call_from_abroad()
        (call,) = re.findall(r"/calls/(\d+)/", text_of(officer.get(at("calls"))))[:1]
        told = {**PERSON, "organisation": office.secretariat.pk}
        officer.post(at("nominate", call), told)
        row = Nomination.objects.get()
        here = at("nomination", row.pk)
        assert "Approve and send" not in text_of(officer.get(here))
        assert officer.post(at("nomination-approve", row.pk)).status_code == 403
        assert "Approve and send" in text_of(approver.get(here))
        approver.post(at("nomination-approve", row.pk))
        assert len(office.told(bodies.NOMINATION)) == 1
        officer.post(at("nomination-withdraw", row.pk))
        assert "Withdrawn" in text_of(officer.get(at("nominations")))

    def test_who_did_not_plan_a_programme_sees_none(self, office: Office):
        workshop_story.tell(
            type(office.secretariat).objects.create(code="other", name="Other", kind="ministry")
        )
        officer = browser_of(office.officer)
        assert "This node runs no programme" in text_of(officer.get(at("programmes")))
        assert officer.get(at("programme", "SAMPLE-2026")).status_code == 404
        assert officer.get(at("workshop", "SAMPLE-2026-W1")).status_code == 404


def test_every_page_of_the_story_opens(office: Office):
    found = workshop_story.tell(office.secretariat)
    browsers = {
        "officer": browser_of(office.officer),
        "approver": browser_of(office.approver),
        "visitor": Client(),
    }
    for page in workshop_pages.PAGES:
        assert browsers[page.who].get(page.path(found)).status_code == page.status, page
