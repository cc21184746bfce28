"""The officer's pages: from the front page to the worst case, why it is one, and to the question."""

import pytest
from django.urls import reverse

from isthmus.apps.etrade.cases.models import CaseState
from isthmus.apps.etrade.models import Case
from tests.apps.etrade.conftest import Corridor, Customs
from tests.second_factors import browser_of


def url(case: Case) -> str:
    return reverse("etrade:case", args=[case.pk])


class TestQueue:
    def test_the_front_page_leads_to_it(self, case: Case, customs: Customs) -> None:
        page = browser_of(customs.officer).get("/").content.decode()
        assert reverse("etrade:cases") in page
        assert "A case waits for a decision" in page

    def test_it_says_what_waits_and_how_it_is_ranked(self, case: Case, customs: Customs) -> None:
        page = browser_of(customs.officer).get(reverse("etrade:cases")).content.decode()
        assert "1 case waits, ranked by value at stake, as no duties are loaded." in page
        assert "false alarms a day" in page
        assert url(case) in page
        assert "Value too low" in page

    def test_decided_cases_leave_the_queue(self, case: Case, customs: Customs) -> None:
        Case.objects.update(state=CaseState.DISMISSED)
        client = browser_of(customs.officer)
        assert url(case) not in client.get(reverse("etrade:cases")).content.decode()
        found = client.get(reverse("etrade:cases"), {"state": "dismissed"}).content.decode()
        assert url(case) in found
        assert url(case) in client.get(reverse("etrade:cases"), {"state": "every"}).content.decode()

    def test_another_ministry_sees_none(self, case: Case, customs: Customs) -> None:
        client = browser_of(customs.elsewhere)
        assert url(case) not in client.get(reverse("etrade:cases")).content.decode()
        assert client.get(url(case)).status_code == 404

    @pytest.mark.parametrize(
        "given", [{"hs": "0713"}, {"reason": "low-value"}, {"partner": "cn"}, {"way": "in"}]
    )
    def test_filters_find_it(self, case: Case, customs: Customs, given: dict[str, str]) -> None:
        assert url(case) in browser_of(customs.officer).get(reverse("etrade:cases"), given).content.decode()

    @pytest.mark.parametrize("given", [{"hs": "85"}, {"reason": "unit"}, {"way": "out"}])
    def test_filters_leave_it_out(self, case: Case, customs: Customs, given: dict[str, str]) -> None:
        page = browser_of(customs.officer).get(reverse("etrade:cases"), given).content.decode()
        assert url(case) not in page


class TestCase:
    def test_it_says_what_the_matter_is_and_why(self, case: Case, customs: Customs) -> None:
        page = browser_of(customs.officer).get(url(case)).content.decode()
        assert (
            "MM-2026-00005 declares 38 % of the value that left as CN-2026-00005, at the same weight." in page
        )
        assert "11 other shipments of HS 0713.31 on this corridor have a value ratio of 1.06 to 1.06." in page
        assert "Most likely undervaluation." in page
        assert "<svg" in page
        assert "written otherwise" in page

    def test_one_press_asks_the_partner(self, case: Case, customs: Customs, corridor: Corridor) -> None:
        client = browser_of(customs.officer)
        page = client.post(url(case), {"action": "ask", "reason": "", "ground": ""}, follow=True)
        text = page.content.decode()
        assert "The signed question is on its way to the partner." in text
        assert "Not answered yet." in text
        assert corridor.sent("query")[0]["case"] == case.number

    def test_a_dismissal_without_a_reason_is_asked_for_one(self, case: Case, customs: Customs) -> None:
        page = browser_of(customs.officer).post(url(case), {"action": "dismiss"}).content.decode()
        assert "Choose a reason; another reason needs your words." in page
        case.refresh_from_db()
        assert case.state == CaseState.OPEN

    def test_an_auditor_sees_and_cannot_decide(self, case: Case, customs: Customs) -> None:
        client = browser_of(customs.auditor)
        assert "Ask the partner" not in client.get(url(case)).content.decode()
        assert client.post(url(case), {"action": "accept"}).status_code == 403


class TestCorridors:
    def test_what_was_compared_and_what_counts_as_usual(self, case: Case, customs: Customs) -> None:
        client = browser_of(customs.officer)
        page = client.get(reverse("etrade:case-corridors")).content.decode()
        one = reverse("etrade:case-corridor", args=[case.corridor_id])
        assert one in page
        text = client.get(one).content.decode()
        assert "1.06, between 0.98 and 1.20" in text
        assert "Not calibrated yet" in text
