"""Duty and tariffs for programs."""

from isthmus.accounts.models import Organisation
from tests.api_client import Program, program

BEER = {
    "line": "1",
    "product": "beer",
    "abv": "5",
    "volume_l": "0.5",
    "quantity": "1000",
    "date": "2021-12-31",
}


def officer() -> Program:
    return program("customs")


def test_lines_are_worked_out_with_steps_and_faults_are_said(customs: Organisation):
    asked = {"tariff": "MD", "lines": [BEER, BEER | {"line": "2", "abv": None}, BEER | {"abv": "5.12345"}]}
    answer = officer().post("/excise/duty", asked)
    assert answer.status_code == 200
    first, second, third = answer.json()["lines"]
    assert (first["duty_minor"], first["rule"], first["error"]) == (138000, "MD/beer/2021-01-01", "")
    assert first["steps"][2] == {
        "step": "litres",
        "text": "Litres of product: 0.5 × 1000 = 500 l",
        "value": "500",
        "unit": "l",
    }
    assert (second["duty_minor"], second["error"]) == (None, "abv is missing.")
    assert "more than 3 decimals" in third["error"]


def test_a_country_without_a_tariff_is_not_found(customs: Organisation):
    assert officer().post("/excise/duty", {"tariff": "FR", "lines": [BEER]}).status_code == 404


def test_tariffs_are_listed_with_their_rows(customs: Organisation):
    found = officer().get("/excise/tariffs").json()
    assert [tariff["country"] for tariff in found] == ["MD", "MV", "AU", "GB", "KE"]
    row = found[1]["rows"][0]
    assert row["rate"] == "25 % of the CIF value plus 50 MVR a litre"
    assert row["confirmed"] is False
    assert row["roundings"] == ["duty: Rounded to 0.01, half up (unconfirmed)"]
