"""The pages of the code lists, and declarations with their codes in words."""

from pathlib import Path

import pytest
from django.urls import reverse

from isthmus.apps.etrade import services as etrade
from isthmus.apps.etrade.formats.samples import sample_declarations
from isthmus.apps.etrade.models import Declaration
from tests.api_client import Program, secret_for
from tests.apps.etrade.conftest import Customs
from tests.apps.etrade.reference.lists import load_lists
from tests.second_factors import browser_of


@pytest.fixture
def loaded(tmp_path: Path, db: None) -> None:
    load_lists(tmp_path)


def read(customs: Customs, path: str) -> str:
    page = browser_of(customs.officer).get(path)
    assert page.status_code == 200
    return str(page.content.decode())


def test_the_list_begins_with_chapters_and_finds_by_words(customs: Customs, loaded: None) -> None:
    chapters = read(customs, reverse("etrade:hs-codes"))
    assert "Vegetables" in chapters
    assert "mung beans" not in chapters
    found = read(customs, reverse("etrade:hs-codes") + "?q=mung&edition=2022")
    assert reverse("etrade:hs-code", args=["2022", "071331"]) in found


def test_one_code_shows_its_tree_its_section_and_other_editions(customs: Customs, loaded: None) -> None:
    page = read(customs, reverse("etrade:hs-code", args=["2022", "0713"]))
    assert "II, Vegetable products" in page
    assert "mung beans" in page
    assert reverse("etrade:hs-code", args=["2017", "0713"]) in page
    assert f"{reverse('etrade:declarations')}?hs=0713" in page


def test_an_unknown_code_is_said_to_be_none(customs: Customs, loaded: None) -> None:
    page = browser_of(customs.officer).get(reverse("etrade:hs-code", args=["2022", "999999"]))
    assert page.status_code == 404


def test_places_are_narrowed_by_country_and_function(customs: Customs, loaded: None) -> None:
    path = reverse("etrade:places")
    assert "Yangon" in read(customs, path + "?country=mm&function=1")
    assert "Yangon" not in read(customs, path + "?function=B")
    assert "Two letters" in read(customs, path + "?country=x")


def test_units_say_what_they_convert_to_and_what_cannot_be_compared(customs: Customs, loaded: None) -> None:
    page = read(customs, reverse("etrade:units"))
    assert "0.45359237" in page
    assert "bag" in page
    assert "not comparable" in page


def test_currencies_show_the_newest_rate(customs: Customs, loaded: None) -> None:
    page = read(customs, reverse("etrade:currencies"))
    assert "Myanmar Kyat" in page
    assert "0.00048" in page


def test_a_node_without_lists_says_how_they_get_here(customs: Customs) -> None:
    assert "isthmus reference load" in read(customs, reverse("etrade:hs-codes"))
    assert "isthmus reference load" in read(customs, reverse("etrade:places"))


def test_a_declaration_shows_its_codes_in_words(customs: Customs, loaded: None) -> None:
    ((name, content),) = sample_declarations(5, 1)
    etrade.take_document(name, content, organisation=customs.organisation, actor="test")
    row = Declaration.objects.get()
    row.body["items"][0].update(hs_code="071331", hs_version="2022")
    row.body["port_of_discharge"] = "MMRGN"
    row.save()
    page = read(customs, reverse("etrade:declaration", args=[row.pk]))
    assert "071331, Beans, dried: mung beans" in page
    assert "MMRGN, Yangon" in page


class TestApi:
    @pytest.fixture
    def program(self, customs: Customs, loaded: None) -> Program:
        return Program(secret_for("customs"))

    def test_codes_are_listed_and_read(self, program: Program) -> None:
        found = program.get("/etrade/lists/hs-codes", edition="2022", parent="0713").json()["items"]
        assert {row["code"] for row in found} == {"071331", "071390"}
        one = program.get("/etrade/lists/hs-codes/2017/071331").json()
        assert (one["edition"], one["words"]) == ("2017", "Beans, dried: green gram (Vigna radiata)")
        assert program.get("/etrade/lists/hs-codes/2022/071399").status_code == 404
        assert [row["code"] for row in program.get("/etrade/lists/hs-codes", q="mung").json()["items"]] == [
            "071331"
        ]

    def test_places_are_listed_and_read(self, program: Program) -> None:
        found = program.get("/etrade/lists/places", country="MM", q="muse").json()["items"]
        assert [row["code"] for row in found] == ["MMMUS"]
        assert program.get("/etrade/lists/places/MMRGN").json()["latitude"] == "16.800000"
        assert program.get("/etrade/lists/places/MMXXX").status_code == 404

    def test_units_and_rates_are_listed(self, program: Program) -> None:
        units = {row["code"]: row for row in program.get("/etrade/lists/units").json()}
        assert units["TNE"]["factor"] == "1000"
        rates = program.get("/etrade/lists/rates", currency="MMK").json()["items"]
        assert {(row["day"], row["rate"]) for row in rates} == {
            ("2026-01-01", "0.00047"),
            ("2026-06-01", "0.00048"),
        }
