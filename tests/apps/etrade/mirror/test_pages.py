"""The pages of a corridor: both sides of the same goods, seen by those who may."""

import pytest
from django.urls import reverse

from isthmus.apps.etrade.cases.models import Corridor as Compared
from tests.apps.etrade.conftest import Customs
from tests.second_factors import browser_of


def read(customs: Customs, query: str = "") -> str:
    page = browser_of(customs.officer).get(reverse("etrade:corridor", args=["cn"]) + query)
    assert page.status_code == 200
    return "".join(part.decode() for part in page) if page.streaming else str(page.content.decode())


def test_goods_that_come_in_stand_beside_what_was_sent(traded: Customs) -> None:
    page = read(traded)
    assert "1,000.00" in page
    assert "700.00" in page
    assert "\u2212360.00" in page
    assert "9,000" not in page
    assert "<svg" in page


def test_goods_that_go_out_are_another_way(traded: Customs) -> None:
    page = read(traded, "?way=out&level=hs6&period=quarter")
    assert "2026-Q1" in page
    assert "50.00" in page
    assert "1,000.00" not in page


def test_the_mirror_can_be_taken_along_as_csv(traded: Customs) -> None:
    (head, line) = read(traded, "?level=hs2&period=year&export=csv").splitlines()
    assert head.startswith("\ufeffHS code,Time,Currency")
    assert line.startswith("07,2026,USD,1000.000000,700.000000,-360.00")


def test_another_ministry_sees_no_figures(traded: Customs) -> None:
    page = browser_of(traded.elsewhere).get(reverse("etrade:corridor", args=["cn"])).content.decode()
    assert "Nothing to compare yet" in page
    assert "1,000.00" not in page


def test_corridors_are_listed_and_unknown_ones_are_not_there(traded: Customs) -> None:
    browser = browser_of(traded.officer)
    assert (
        reverse("etrade:corridor", args=["cn"]) in browser.get(reverse("etrade:corridors")).content.decode()
    )
    assert browser.get(reverse("etrade:corridor", args=["xx"])).status_code == 404


def test_quarters_are_the_default_and_the_page_says_why(traded: Customs) -> None:
    page = read(traded)
    assert "2026-Q1" in page
    assert "gaps of single months are lag" in page


def behind(customs: Customs, query: str) -> str:
    page = browser_of(customs.officer).get(reverse("etrade:corridor-rows", args=["cn"]) + query)
    assert page.status_code == 200
    return "".join(part.decode() for part in page) if page.streaming else str(page.content.decode())


def test_each_number_of_the_mirror_leads_to_the_lines_that_make_it_up(traded: Customs) -> None:
    cell = "level=hs4&amp;hs=0713&amp;period=2026-Q1&amp;currency=USD"
    assert f"?way=in&amp;side=imports&amp;{cell}" in read(traded)
    page = behind(traded, "?way=in&side=imports&level=hs4&hs=0713&period=2026-Q1&currency=USD")
    assert "1 of 1 line" in page
    assert "MM-1" in page
    assert "MM-2" not in page, "what was cancelled never crossed"
    assert "CN-1" not in page


def test_a_number_of_a_state_leads_to_its_declarations_and_they_can_be_taken_along(traded: Customs) -> None:
    (_head, line) = behind(traded, "?way=in&side=exports&state=lodged&export=csv").splitlines()
    assert line.startswith("CN-1,2026-03-05,071331,100")
    assert "No such lines" in behind(traded, "?way=in&side=exports&state=held")


@pytest.mark.parametrize("query", ["", "?way=in", "?way=in&side=both", "?way=in&side=exports&hs=x"])
def test_an_address_of_no_number_is_not_there(traded: Customs, query: str) -> None:
    page = browser_of(traded.officer).get(reverse("etrade:corridor-rows", args=["cn"]) + query)
    assert page.status_code == 404


def test_another_ministry_sees_no_lines(traded: Customs) -> None:
    address = reverse("etrade:corridor-rows", args=["cn"]) + "?way=in&side=exports"
    assert "CN-1" not in browser_of(traded.elsewhere).get(address).content.decode()


def test_the_page_of_a_compared_corridor_tells_what_moves(traded: Customs) -> None:
    compared = Compared.objects.create(partner="cn", way="in")
    page = browser_of(traded.officer).get(reverse("etrade:case-corridor", args=[compared.pk]))
    text = page.content.decode()
    assert reverse("etrade:corridor", args=["cn"]) + "?way=in" in text
    assert "side=imports&amp;level=hs2&amp;hs=07" in text
    assert "side=exports&amp;level=hs2&amp;period=2026-03" in text
    assert "Net weight by month" in text
