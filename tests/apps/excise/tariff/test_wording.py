"""Rates, bands and roundings in words."""

from dataclasses import replace
from datetime import date

import pytest

from isthmus.apps.excise.tariff.rules.model import Line, LineFault, Row
from isthmus.apps.excise.tariff.rules.reference import assess
from isthmus.apps.excise.tariff.wording import (
    bands_words,
    days_words,
    explain,
    fault_words,
    rate_words,
    rounding_words,
)
from tests.apps.excise.tariff.made import made_up

REDUCED = "on the strength above 0.5 %, less the discount of a small producer"


def rows_of(group: str) -> list[Row]:
    return [row for row in made_up().rows if row.group == group]


def test_rates_are_said_with_their_bases():
    assert [
        rate_words(rows_of(group)[0], "ZZD") for group in ("beer", "bulk", "shots", "either", "reduced")
    ] == [
        "0.787 ZZD a hectolitre and degree Plato",
        "12.345 ZZD a hectolitre",
        "0.123456 ZZD a centilitre of pure alcohol",
        "30 % of the retail price or, if greater, 9.99 ZZD a litre of pure alcohol",
        f"1.015 ZZD a litre of pure alcohol, {REDUCED}",
    ]
    assert rate_words(rows_of("mixed")[0], "ZZD").startswith(
        "12.5 % of the CIF value plus 3.7 ZZD a litre of"
    )
    assert [rate_words(row, "ZZD") for row in rows_of("free")] == ["exempt", "not known"]


def test_bands_are_said_with_their_ends():
    assert [bands_words(row) for row in rows_of("beer")] == [
        "from 1 below 12 degrees Plato",
        "12 to 30 degrees Plato",
        "above 2 % by volume",
        "up to 2 % by volume",
    ]
    assert [bands_words(row) for row in rows_of("kegs")] == [
        "containers of up to 48 l",
        "containers of above 48 l",
    ]
    assert bands_words(rows_of("small")[0]) == "producers of up to 100 hl of alcohol a year"
    assert bands_words(rows_of("ale")[0]) == ""


def test_days_and_roundings_are_said():
    first, later = rows_of("beer")[0], rows_of("beer")[2]
    assert days_words(first.first_day, first.last_day) == "from 2020-01-01 to 2020-12-31"
    assert days_words(later.first_day, later.last_day) == "from 2021-02-01"
    assert [rounding_words(one) for one in rows_of("either")[0].roundings] == [
        "each part: Rounded down to 0.1",
        "duty: Rounded to 0.01, half up (unconfirmed)",
    ]


def test_an_answer_tells_of_a_late_look_of_a_gap_and_of_stamps():
    def told(product: str, abv: int, day: date) -> list[str]:
        line = Line(product, abv=abv, volume=700_000, quantity=1, cif=10**6, day=day)
        return [one.text for one in explain(made_up(), line, assess(made_up(), line))]

    late = told("mixed", 40_000, date(2031, 1, 1))
    assert "Unconfirmed: the tariff was last looked at on 2030-01-01." in late
    assert "The charge beside the duty is not worked out: retail is missing." in late
    assert late[-1] == "Needs an excise stamp (Stamp act), but not for: transit."
    assert told("ale", 5_000, date(2021, 1, 1))[-1] == "No stamp: weak (s. 1)."
    bare = replace(made_up(), stamp_exemptions=())
    line = Line("ale", abv=40_000, volume=700_000, quantity=1, day=date(2021, 1, 1))
    assert explain(bare, line, assess(bare, line))[-1].text == "Needs an excise stamp (Stamp act)."


def test_a_gap_names_the_bands_that_there_are():
    line = Line("kegs", abv=5_000, volume=10**6, quantity=1, plato=None, day=date(2021, 1, 1))
    two = replace(made_up(), rows=tuple(row for row in made_up().rows if row.rule != "ZZ/kegs/2020-01-01"))
    with pytest.raises(LineFault) as caught:
        assess(two, line)
    assert fault_words(caught.value) == (
        "No band of ZZ holds kegs with size_l 1 on 2021-01-01; there are: above 48."
    )
