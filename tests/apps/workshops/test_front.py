"""The card on the front page, the map of participants, and what other applications add to the report."""

from dataclasses import replace

import pytest

from isthmus.accounts.policy import Actor
from isthmus.apps.workshops import front_queries
from isthmus.apps.workshops.models import Call, Programme
from isthmus.apps.workshops.nominations.services import nominating
from isthmus.apps.workshops.programme.services import planning
from isthmus.apps.workshops.reporting import queries
from isthmus.exchange.application import ReportSection
from isthmus.exchange.registry import applications
from tests.apps.workshops.conftest import PERSON, Office
from tests.browser import workshop_story
from tests.second_factors import browser_of


def told(code: str) -> tuple[ReportSection, ...]:
    """What a sample application tells."""
    return (ReportSection("Projects (sample)", (f"Two of {code}.",)),)


def test_the_secretariat_sees_who_took_part_and_what_waits(office: Office):
    workshop_story.tell(office.secretariat)
    page = browser_of(office.officer).get("/").content.decode()
    for part in ("participants of the latest programme", "Nominees wait for a decision"):
        assert part in page
    page = browser_of(office.approver).get("/").content.decode()
    for part in ("An entry of expenditure waits for approval", "A nomination waits for the focal point"):
        assert part in page
    page = browser_of(office.officer).get("/workshops/programmes/SAMPLE-2026/").content.decode()
    assert "Participants by country" in page


def test_a_country_without_a_programme_sees_its_calls(office: Office):
    assert front_queries.card(Actor("nobody")).figure == "0"
    office.call_from_abroad()
    page = browser_of(office.officer).get("/").content.decode()
    assert "call to a workshop is open" in page
    assert "A call to a workshop has no nomination" in page
    nominating.nominate(Call.objects.get(), office.secretariat, {**PERSON}, actor="x")
    assert "has no nomination" not in browser_of(office.officer).get("/").content.decode()


def test_the_report_holds_what_other_applications_tell(office: Office, monkeypatch: pytest.MonkeyPatch):
    workshop_story.tell(office.secretariat)
    other = replace(applications()[0], report_section=f"{__name__}:told")
    monkeypatch.setattr(queries, "applications", lambda: (other,))
    monkeypatch.setattr(queries, "resolve", lambda _path: told)
    found = queries.paper_of(Programme.objects.get()).sections[-2]
    assert (found.heading, found.text) == ("Projects (sample)", ("Two of SAMPLE-2026.",))


def test_a_virtual_project_of_which_an_application_tells_stands_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    workshop_story.tell(office.secretariat)
    programme = Programme.objects.get()
    planning.add_virtual_project(programme, "Projects (Sample)", "What was planned.", actor="x")
    other = replace(applications()[0], report_section=f"{__name__}:told")
    monkeypatch.setattr(queries, "applications", lambda: (other,))
    monkeypatch.setattr(queries, "resolve", lambda _path: told)
    shown = queries.told(programme)
    assert shown.sections == ()
    assert shown.virtual_projects[-1] == ("Projects (Sample)", "Two of SAMPLE-2026.")
