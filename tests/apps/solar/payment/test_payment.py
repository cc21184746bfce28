"""Instalments and their risk, other sources, and waste."""

import json
from decimal import Decimal

from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.solar.payment.cli import pay
from isthmus.apps.solar.payment.queries import sources
from isthmus.apps.solar.payment.rules.instalments import Terms, covering, expected, instalment
from isthmus.apps.solar.payment.rules.sources import compare
from isthmus.apps.solar.payment.rules.waste import Installed, forecast

LOAN = Terms(Decimal(500), Decimal(50), 24, Decimal("0.015"), Decimal("0.01"), Decimal("0.4"))


def share(most: str) -> st.SearchStrategy[Decimal]:
    return st.decimals(0, Decimal(most), places=3)


class TestInstalments:
    def test_an_instalment_is_that_of_the_annuity(self):
        """By the formula: 450 x 0.015 / (1 - 1.015^-24) = 22.4658..."""
        assert instalment(LOAN) == Decimal("22.47")
        assert instalment(Terms(Decimal(480), Decimal(0), 24, *[Decimal(0)] * 3)) == Decimal("20.00")

    def test_whoever_stops_costs_the_lender(self):
        risk = expected(LOAN, instalment(LOAN))
        assert round(risk.paid_to_the_end, 4) == Decimal("0.7857")
        assert risk.loss > 0
        assert risk.received + risk.loss == LOAN.price

    @given(st.integers(1, 60), share("0.05"), share("0.05"), share("0.6"))
    def test_a_covering_instalment_loses_nothing(self, months: int, rate, stops, resale):
        terms = Terms(Decimal(500), Decimal(50), months, rate, stops, resale)
        assert abs(expected(terms, covering(terms)).loss) <= Decimal("0.31")
        if stops == 0:
            assert abs(covering(terms) - instalment(terms)) <= Decimal("0.01")


def test_other_sources_are_compared_and_none_is_confirmed_yet():
    known, years = sources()
    assert all(one.source and not one.confirmed for one in known)
    found = {one.name: one for one in compare(known, Decimal(500), years)}
    assert list(found) == ["kerosene", "dry-cells", "grid", "diesel"]
    assert found["diesel"].cost == Decimal("171.875")


def test_a_home_that_lives_by_kerosene_burns_some_three_litres_a_month_whatever_light_a_system_gives():
    known, years = sources()
    found = {one.name: one for one in compare(known, Decimal(500), years)}
    assert found["kerosene"].covers == Decimal("0.0106")
    assert round(found["kerosene"].cost, 2) == Decimal("35.62")
    assert round(found["kerosene"].co2_kg) == 88
    little = {one.name: one for one in compare(known, Decimal(10), years)}
    assert little["kerosene"].covers == Decimal("0.3")


def test_waste_comes_when_things_wear_out_and_again():
    installed = [
        Installed("lfp", 100, 11_800, 2027, 8),
        Installed("lead-acid", 10, 30_000, 2027, 4),
        Installed("lfp", 1, 6_400, 2027, 8),
    ]
    assert forecast(installed, 2036) == {
        2031: {"lead-acid": 300_000},
        2035: {"lfp": 1_186_400, "lead-acid": 300_000},
    }
    assert forecast([], 2050) == {}


def test_the_command_tells_it_and_refuses_what_is_no_money():
    asked = ["--price", "500", "--deposit", "50", "--wh-per-day", "500"]
    done = CliRunner().invoke(pay, [*asked, "--json"])
    told = json.loads(done.stdout)
    assert (told["monthly"], told["paid_to_the_end"]) == ("22.47", "0.7857")
    assert told["sources"][0]["name"] == "kerosene"
    assert "22.47 USD a month" in CliRunner().invoke(pay, asked).stdout
    for price in ("much", "-1", "NaN", "10"):
        failed = CliRunner().invoke(pay, [*asked, "--price", price])
        assert getattr(failed.exception, "code", "") == "solar.pay"
