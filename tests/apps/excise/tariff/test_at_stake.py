"""Duty at stake: by the rates of the day or, where the tariff ends before it, by the last known ones."""

from dataclasses import replace
from datetime import date

import pytest

from isthmus.apps.excise.tariff.queries import tariff_of
from isthmus.apps.excise.tariff.rules.model import Line
from isthmus.apps.excise.tariff.services import answer, duty_at_stake
from isthmus.kit.errors import BadInput

BRANDY = Line("S200", hs="22082029", abv=40_000, volume=500_000, quantity=10, day=date(2022, 6, 1))


def test_rates_of_the_day_are_taken_where_the_tariff_knows_them():
    stake = duty_at_stake(tariff_of("MD"), BRANDY)
    assert (stake.duty_minor, stake.currency) == (23_004, "MDL")
    assert (stake.rates_of, stake.is_last_known) == (date(2022, 6, 1), False)
    assert stake.rule == answer(tariff_of("MD"), "1", BRANDY).rule


def test_after_the_last_row_the_last_known_rates_are_taken_and_marked():
    stake = duty_at_stake(tariff_of("MD"), replace(BRANDY, day=date(2026, 11, 27)))
    assert (stake.duty_minor, stake.rates_of, stake.is_last_known) == (24_154, date(2023, 12, 31), True)


def test_a_return_is_not_worked_out_by_last_known_rates():
    assert answer(tariff_of("MD"), "1", replace(BRANDY, day=date(2026, 11, 27))).duty_minor is None


@pytest.mark.parametrize(
    ("line", "where", "words"),
    [
        (replace(BRANDY, day=date(2020, 12, 31)), "product", "begins on 2021-01-01"),
        (replace(BRANDY, abv=None), "abv", "abv"),
        (replace(BRANDY, product="X999"), "product", "X999"),
    ],
)
def test_what_cannot_be_worked_out_says_why(line: Line, where: str, words: str):
    with pytest.raises(BadInput, match="cannot be worked out") as caught:
        duty_at_stake(tariff_of("MD"), line)
    assert [fault.where for fault in caught.value.faults] == [where]
    assert words in caught.value.faults[0].message
