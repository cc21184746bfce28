"""What a system is like to live with: months, a bad week, and the tier of access that it gives."""

import json
import sys
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from click.testing import CliRunner

from isthmus.apps.solar.cli import solar
from isthmus.apps.solar.engine.analytics import Hours, run
from isthmus.apps.solar.engine.rules.battery import LEAD_ACID, LFP, Battery
from isthmus.apps.solar.engine.rules.panel import Panel
from isthmus.apps.solar.engine.rules.peaks import peak_on
from isthmus.apps.solar.loads.queries import load_of
from isthmus.apps.solar.sizing import queries
from isthmus.apps.solar.sizing.analytics import hours_of, size
from isthmus.apps.solar.sizing.living_analytics import live, traced
from isthmus.apps.solar.sizing.rules.living import bad_week, month_of_hours, months_short, short_by_month
from isthmus.apps.solar.sizing.rules.prices import Owned, a_month, price_of
from isthmus.apps.solar.sizing.rules.tiers import TIERS, Achieved, achieved, is_on
from isthmus.apps.solar.sizing.wording import peak_words
from isthmus.apps.solar.weather.queries import weather_at
from isthmus.kit.errors import BadInput

KANO = ["--lat", "12.05", "--lon", "8.52", "--tilt", "15"]


@pytest.fixture(scope="module")
def kano() -> Hours:
    weather = weather_at(12.05, 8.52, 15.0, air_c=27.0)
    return hours_of(weather, load_of(500, len(weather.light)), Panel())


def test_months_follow_the_calendar() -> None:
    months = month_of_hours((8760, 8784))
    assert len(months) == 8760 + 8784
    assert np.bincount(months)[:3].tolist() == [2 * 31 * 24, (28 + 29) * 24, 2 * 31 * 24]


def test_a_month_is_short_by_its_own_load() -> None:
    load, unmet = np.ones(8760), np.zeros(8760)
    unmet[: 31 * 24] = 0.02
    unmet[31 * 24 : 59 * 24] = 0.5
    unmet[-24:] = 0.1
    shares = short_by_month(load, unmet, (8760,))
    assert shares[:3].tolist() == pytest.approx([0.02, 0.5, 0.0])
    assert months_short(shares) == (1, 0)
    load[: 31 * 24] = 0.0
    assert short_by_month(load, np.zeros(8760), (8760,))[0] == 0.0


def test_the_bad_week_is_the_worst_of_one_year() -> None:
    stored, unmet = np.full(8760, 400.0), np.zeros(8760)
    unmet[100 * 24 + 5] = 30.0
    week = bad_week(stored, unmet, 800.0)
    assert week.first <= 100 * 24 < week.first + 168
    assert week.unmet.sum() == 30.0
    assert (len(week.stored), week.stored[0]) == (168, 0.5)


def test_over_two_years_it_is_the_second_worst_and_no_part_of_the_worst() -> None:
    stored, unmet = np.full(2 * 8760, 100.0), np.zeros(2 * 8760)
    unmet[50 * 24] = 50.0
    unmet[300 * 24] = 20.0
    assert bad_week(stored, unmet, 100.0).unmet.sum() == 20.0


def test_where_nothing_is_missing_the_emptiest_week_is_shown() -> None:
    stored = np.full(8760, 500.0)
    stored[200 * 24] = 100.0
    week = bad_week(stored, np.zeros(8760), 0.0)
    assert week.first <= 200 * 24 < week.first + 168
    assert week.stored.sum() == 0.0


def test_there_is_electricity_where_what_was_asked_came_or_some_was_left() -> None:
    load, unmet, stored = np.array([1.0, 1, 0, 0]), np.array([0.0, 0.5, 0, 0]), np.array([0.0, 9, 9, 0])
    assert is_on(load, unmet, stored).tolist() == [True, False, True, False]


def days(*whole: list[float]) -> np.ndarray:
    return np.array([wh for day in whole for wh in day])


def test_what_is_achieved_is_counted_from_the_hours() -> None:
    load = np.tile([10.0] * 18 + [60.0] * 4 + [10.0] * 2, 14)
    unmet, stored = np.zeros(14 * 24), np.full(14 * 24, 5.0)
    found = achieved(load, unmet, stored)
    assert found == Achieved(60.0, 440.0, 24.0, 4.0, 0.0, 0.0)
    unmet[20:22] = 60.0
    unmet[100] = 10.0
    found = achieved(load, unmet, stored, peak_w=75.0)
    assert (found.power_w, found.interruptions, found.hours_out) == (75.0, 1.0, 1.5)
    # Two of fourteen days are more than one in ten: what nine in ten reach is what the worse of them had.
    assert (found.hours, found.evening_hours, found.wh_per_day) == (23.0, 4.0, 430.0)


def test_a_system_that_never_gives_anything_gives_no_power() -> None:
    load = np.full(240, 10.0)
    assert achieved(load, load, np.zeros(240), peak_w=50.0) == Achieved(0.0, 0.0, 0.0, 0.0, 0.7, 168.0)


BEST = Achieved(2000.0, 8200.0, 24.0, 4.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("changes", "tier", "holds_back"),
    [
        ({}, 5, ""),
        ({"power_w": 1999.0}, 4, "power"),
        ({"wh_per_day": 999.0}, 2, "energy"),
        ({"hours": 7.0}, 2, "hours"),
        ({"evening_hours": 1.0}, 1, "evening"),
        ({"interruptions": 4.0}, 4, "reliability"),
        ({"hours_out": 2.5}, 4, "reliability"),
        ({"interruptions": 15.0}, 3, "reliability"),
        ({"wh_per_day": 11.0}, 0, "energy"),
        ({"hours": 3.9}, 0, "hours"),
    ],
)
def test_the_tier_is_the_lowest_of_all_attributes(
    changes: dict[str, float], tier: int, holds_back: str
) -> None:
    found = replace(BEST, **changes)
    assert (found.tier, found.holds_back()) == (tier, holds_back)


def test_each_tier_asks_for_no_less_than_the_one_before() -> None:
    for lower, higher in pairwise(TIERS):
        assert lower.power_w < higher.power_w
        assert lower.wh_per_day < higher.wh_per_day
        assert lower.hours <= higher.hours
        assert lower.evening_hours <= higher.evening_hours
        assert lower.interruptions >= higher.interruptions


@pytest.mark.parametrize("capacity", [0.0, 300.0])
@pytest.mark.parametrize("battery", [LFP, replace(LEAD_ACID, fade_per_year=2.5)])
def test_the_compiled_hours_are_those_of_the_reference(
    battery: Battery, capacity: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = np.random.default_rng(5)
    hours = Hours(
        np.maximum(drawn.normal(0.1, 0.4, 8760), 0.0),
        drawn.uniform(0.0, 40.0, 8760),
        np.full(8760, 30.0),
        (8760,),
        (1.0,),
    )
    fast = traced(hours, 200.0, capacity, battery)
    monkeypatch.setitem(sys.modules, "isthmus.apps.solar.sizing.kernel", None)
    plain = traced(hours, 200.0, capacity, battery)
    assert plain[1].sum() > 0
    for one, other in zip(fast, plain, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-9)


def test_a_life_agrees_with_what_the_kernel_found(kano: Hours) -> None:
    life = live(kano, 120, 700, LFP)
    found = run(kano, [120.0], [700 * LFP.usable], LFP)
    by_month = np.bincount(month_of_hours(kano.by_year), kano.load, 12)
    assert (life.by_month * by_month).sum() == pytest.approx(found.unmet.sum(), rel=1e-3)
    assert months_short(life.by_month)[0] in {6, 7, 8}  # the rains
    assert life.week.unmet.sum() > 0
    assert life.achieved.tier == 2


def test_what_is_owned_is_used_and_not_paid_again(kano: Hours) -> None:
    prices = queries.prices()
    new = size(kano, LFP, prices, 0.03)
    more = size(kano, LFP, prices, 0.03, Owned(wp=100))
    assert more.wp >= 100
    assert more.by_energy <= 0.03
    assert more.price == price_of(prices, LFP, more.wp, more.battery_wh, Owned(wp=100))
    assert more.price < new.price
    large = size(kano, LFP, prices, 0.03, Owned(1000, 5003))
    assert (large.wp, large.battery_wh, large.price) == (1000, 5003, 0)


def test_a_month_pays_for_later_batteries_as_well() -> None:
    prices = queries.prices()
    price = price_of(prices, LFP, 150, 1000)
    assert str(price) == "433.00"
    assert str(a_month(prices, LFP, price, 1000, 1.0)) == "1.80"
    assert str(a_month(prices, LFP, price, 1000, 2.0)) == "2.97"
    assert a_month(prices, LFP, price, 1000, 0.5) == a_month(prices, LFP, price, 1000, 1.0)


def asked(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(solar, [*arguments], catch_exceptions=True)
    if isinstance(done.exception, BadInput):
        return 2, done.exception.message
    return done.exit_code, done.stdout


def test_the_shell_sizes_for_appliances_and_says_the_tier_and_the_months() -> None:
    home = ["--appliances", "lamp:3,phone:2,television:1,radio:1", "--llp", "0.1"]
    code, out = asked("size", *KANO, *home, "--json")
    assert code == 0
    (design,) = json.loads(out)["designs"]
    assert design["tier"] == 2 or design["tier_holds_back"]
    assert design["months_short"][0] in {7, 8, 9}
    assert len(design["short_by_month"]) == 12
    assert design["gives"]["power_w"] == 54
    code, out = asked("size", *KANO, *home, "--growth", "0.03", "--owned-wp", "40")
    assert code == 0
    assert "runs short in: " in out
    assert "tier of access achieved" in out


def test_a_battery_too_small_for_all_at_once_is_said_and_one_that_is_not_is_silent() -> None:
    home = ["--appliances", "lamp:3,rice-cooker", "--pv-wp", "300"]
    code, out = asked("simulate", *KANO, *home, "--battery-wh", "200")
    assert code == 0
    assert "the battery gives 166 W: do not use all of it together, or take a battery of 410 Wh." in out
    code, out = asked("simulate", *KANO, *home, "--battery-wh", "410", "--json")
    peak = json.loads(out)["designs"][0]["peak"]
    assert peak == {"asks_w": 340.9, "gives_w": 341.5, "is_carried": True, "least_battery_wh": 409.3}
    assert peak_words(peak_on(410, LFP, 340.9)) == peak_words(None) == ""


def test_the_shell_wants_either_a_use_or_appliances() -> None:
    wanted = (2, "Give either --wh-per-day or --appliances.")
    assert asked("size", *KANO) == wanted
    assert asked("size", *KANO, "--wh-per-day", "500", "--appliances", "lamp") == wanted
