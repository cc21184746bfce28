"""Sizing: the cheapest design that is good enough, and what the shell says of it."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.solar.cli import solar
from isthmus.apps.solar.engine.analytics import Hours
from isthmus.apps.solar.engine.rules.battery import LEAD_ACID, LFP
from isthmus.apps.solar.engine.rules.controller import Pwm
from isthmus.apps.solar.engine.rules.panel import (
    Panel,
    cell_temperature_by_faiman,
    cell_temperature_by_noct,
    fading,
    yield_per_wp,
)
from isthmus.apps.solar.loads.queries import load_of
from isthmus.apps.solar.loads.rules.shapes import EVENING
from isthmus.apps.solar.sizing import queries
from isthmus.apps.solar.sizing.analytics import hours_of, simulate, size
from isthmus.apps.solar.sizing.rules.choosing import (
    STEPS,
    Span,
    cheapest,
    first_spans,
    grid,
    rounded_up,
    sold,
    steps_from,
)
from isthmus.apps.solar.sizing.rules.prices import Prices, a_month, label_wh, life_costs, over_life, price_of
from isthmus.apps.solar.weather.queries import Weather, weather_at
from isthmus.kit.errors import BadInput

KANO = ["--lat", "12.05", "--lon", "8.52", "--wh-per-day", "500", "--tilt", "15"]
PRICES = Prices(
    "USD",
    Decimal("0.50"),
    Decimal("0.10"),
    Decimal(40),
    {"lfp": Decimal("0.25"), "lead-acid": Decimal("0.10")},
    20,
    date(2026, 11, 27),
    confirmed=True,
)


@pytest.fixture(scope="module")
def kano() -> Hours:
    weather = weather_at(12.05, 8.52, 15.0, air_c=27.0)
    return hours_of(weather, load_of(500, len(weather.light)), Panel())


def test_heat_and_losses_take_from_a_panel() -> None:
    light, air = np.array([0.0, 800.0, 1000.0]), np.array([20.0, 20.0, 35.0])
    cell = cell_temperature_by_noct(light, air, 45.0)
    assert cell.tolist() == [20.0, 45.0, 66.25]
    given = yield_per_wp(light, cell, Panel(losses=0.1))
    assert given.tolist() == pytest.approx([0.0, 0.8 * 0.92 * 0.9, 1.0 * 0.835 * 0.9])
    assert yield_per_wp(np.array([100.0]), np.array([400.0]), Panel()).tolist() == [0.0]


def test_wind_cools_a_cell() -> None:
    still, windy = cell_temperature_by_faiman(
        np.array([1000.0, 1000.0]), np.array([30.0, 30.0]), np.array([0.0, 5.0])
    )
    assert still == pytest.approx(70.0)
    assert windy == pytest.approx(30 + 1000 / 59.2)


def test_the_wind_of_a_file_cools_the_panel() -> None:
    light, air = np.tile([0.0, 800.0] * 12, 365), np.full(8760, 30.0)
    load = load_of(500, 8760)
    still = hours_of(Weather(light, air, (8760,), None, ()), load, Panel())
    windy = hours_of(Weather(light, air, (8760,), None, (), wind=np.full(8760, 5.0)), load, Panel())
    assert windy.supply[1] > still.supply[1]
    cell = cell_temperature_by_faiman(light, air, np.full(8760, 5.0))
    assert windy.supply.tolist() == pytest.approx((yield_per_wp(light, cell, Panel()) * 0.96).tolist())


def test_a_simple_controller_gives_less_and_refuses_the_wrong_panel() -> None:
    light, air = np.tile([0.0, 800.0] * 12, 365), np.full(8760, 20.0)
    weather, load = Weather(light, air, (8760,), None, ()), load_of(500, 8760)
    simple = hours_of(weather, load, Panel(), Pwm(36, 12.0))
    assert simple.supply[1] == pytest.approx(0.8 * 13.2 / 18 * 0.86)
    assert simple.supply[1] < hours_of(weather, load, Panel()).supply[1]
    with pytest.raises(BadInput, match="60 cells does not go with a battery of 12 V"):
        hours_of(weather, load, Panel(), Pwm(60, 12.0))
    code, out = asked("simulate", *KANO, "--pv-wp", "150", "--battery-wh", "940", "--pwm-cells", "60")
    assert (code, "60 cells does not go" in out) == (2, True)


def test_a_panel_fades_evenly() -> None:
    left = fading(20 * 8760, 0.8)
    assert left[0] == 1.0
    assert left[10 * 8760] == pytest.approx(0.9)
    assert left[-1] == pytest.approx(0.8, abs=1e-4)


def test_a_load_is_spread_over_the_day_by_its_shape() -> None:
    load = load_of(500, 8784)
    assert len(load) == 8784
    assert load[:24].sum() == pytest.approx(500)
    assert load[19] == pytest.approx(500 * 0.11 / sum(EVENING))
    assert np.array_equal(load[:24], load[24:48])


@pytest.mark.parametrize("wh", [0.0, 9.0, 20_001.0, float("nan"), -5.0])
def test_no_load_and_a_factorys_are_refused(wh: float) -> None:
    with pytest.raises(BadInput, match="A family uses between 10 and 20000 Wh a day"):
        load_of(wh, 24)


@pytest.mark.parametrize("shape", [(1.0,) * 23, (0.0,) * 24, (-1.0, *(1.0,) * 23), (float("nan"),) * 24])
def test_what_is_no_shape_is_refused(shape: tuple[float, ...]) -> None:
    with pytest.raises(BadInput, match="has 24 shares"):
        load_of(500, 24, shape)


def test_a_span_is_narrowed_to_the_neighbours_of_its_best() -> None:
    span = Span(10.0, 1000.0)
    sizes = span.sizes()
    assert (len(sizes), sizes[0], sizes[-1]) == (STEPS, 10.0, pytest.approx(1000.0))
    closer = span.around(float(sizes[7]))
    assert (closer.least, closer.most) == (pytest.approx(sizes[6]), pytest.approx(sizes[8]))


def test_the_first_look_is_around_what_a_mean_day_needs() -> None:
    panel, storage = first_spans(500.0, 4.0)
    assert (panel.least, panel.most) == (pytest.approx(87.5), pytest.approx(1000.0))
    assert (storage.least, storage.most) == (pytest.approx(50.0), pytest.approx(4000.0))
    wp, wh = grid(panel, storage)
    assert len(wp) == len(wh) == STEPS**2
    assert len(set(zip(wp.tolist(), wh.tolist(), strict=True))) == STEPS**2


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(1, 1000)), min_size=1, max_size=60), st.floats(0, 1))
def test_the_cheapest_that_is_good_enough_is_just_that(
    designs: list[tuple[float, float]], target: float
) -> None:
    short, costs = (np.array([design[at] for design in designs]) for at in (0, 1))
    found = cheapest(short, costs, target)
    good = [(cost, run, at) for at, (run, cost) in enumerate(designs) if run <= target]
    assert found == (min(good)[2] if good else None)


@given(st.floats(0.1, 5000), st.sampled_from([5, 10]))
def test_a_size_is_rounded_up_to_what_is_sold(size_: float, step: int) -> None:
    sold = rounded_up(size_, step)
    assert sold % step == 0
    assert size_ <= sold < size_ + step


def test_sizes_that_are_sold_go_on_from_what_is_needed_and_stop_at_what_is_owned() -> None:
    assert steps_from(101.0, 0, 5, 3) == (105, 110, 115)
    assert steps_from(100.0, 0, 5, 2) == (100, 105)
    assert steps_from(100.0, 120, 5, 3) == (120,)
    wp, wh = sold((105, 110), (500, 510, 520))
    assert wp.tolist() == [105, 105, 105, 110, 110, 110]
    assert wh.tolist() == [500, 510, 520] * 2


def test_a_few_watt_hours_more_are_taken_where_they_save_a_battery(kano: Hours) -> None:
    found = size(kano, LFP, PRICES, 0.1)
    smaller = simulate(kano, found.wp, found.battery_wh - 60, LFP, PRICES)
    assert found.batteries < smaller.batteries


def test_prices_are_exact_and_lives_are_counted() -> None:
    assert price_of(PRICES, LFP, 150, 941) == Decimal("365.25")
    assert label_wh(425.0, LFP) == pytest.approx(500.0)
    one, three = life_costs(
        PRICES, LEAD_ACID, np.array([100.0, 100.0]), np.array([250.0, 250.0]), np.array([1.0, 3.0])
    )
    assert (one, three) == (pytest.approx(40 + 60 + 50), pytest.approx(40 + 60 + 150))


def test_later_batteries_are_paid_over_the_life() -> None:
    assert over_life(PRICES, LFP, Decimal(300), 400, 3.0) == Decimal(500)
    assert a_month(PRICES, LFP, Decimal(300), 400, 3.0) == Decimal("2.08")


def test_the_planning_prices_say_that_nobody_confirmed_them() -> None:
    assert queries.prices().confirmed is False
    assert set(queries.prices().battery_per_wh) == {"lfp", "lead-acid"}


@pytest.mark.parametrize("target", [0.1, 0.01])
def test_the_design_is_good_enough_and_a_smaller_one_is_not(kano: Hours, target: float) -> None:
    found = size(kano, LFP, PRICES, target)
    assert found.by_energy <= target
    assert found.low <= found.by_energy <= found.high
    assert simulate(kano, int(found.wp * 0.85), int(found.battery_wh * 0.85), LFP, PRICES).by_energy > target
    assert found.price == price_of(PRICES, LFP, found.wp, found.battery_wh)


def test_lead_acid_needs_more_on_the_label_and_more_of_them(kano: Hours) -> None:
    lithium, lead = (size(kano, battery, PRICES, 0.05) for battery in (LFP, LEAD_ACID))
    assert lead.battery_wh > lithium.battery_wh
    assert lead.batteries > lithium.batteries


def test_a_place_without_enough_sun_is_said_to_have_none() -> None:
    weather = weather_at(69.6, 18.9, 60.0, air_c=0.0)
    hours = hours_of(weather, load_of(500, len(weather.light)), Panel())
    with pytest.raises(BadInput, match="too little sun for weeks"):
        size(hours, LFP, PRICES, 0.005)
    dark = Weather(np.zeros(8760), np.full(8760, 20.0), (8760,), None, ())
    with pytest.raises(BadInput, match="too little sun for weeks"):
        size(hours_of(dark, load_of(500, 8760), Panel()), LFP, PRICES, 0.5)


def asked(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(solar, [*arguments], catch_exceptions=True)
    if isinstance(done.exception, BadInput):
        return 2, done.exception.message
    return done.exit_code, done.stdout


def test_the_shell_sizes_one_design_or_three() -> None:
    code, out = asked("size", *KANO, "--llp", "0.01", "--json")
    assert code == 0
    told = json.loads(out)
    (design,) = told["designs"]
    assert design["design"] == "asked"
    assert 0 < design["by_energy"] <= 0.01
    assert design["low"] <= design["by_energy"] <= design["high"]
    assert design["currency"] == "USD"
    assert told["prices"] == {"checked_on": "2026-11-27", "confirmed": False}
    code, out = asked("size", *KANO)
    assert code == 0
    assert [line.split(":")[0] for line in out.splitlines() if "Wp" in line] == ["basic", "good", "best"]


def test_the_shell_simulates_what_is_there() -> None:
    code, out = asked("simulate", *KANO, "--pv-wp", "150", "--battery-wh", "940", "--json")
    assert code == 0
    (design,) = json.loads(out)["designs"]
    assert (design["wp"], design["battery_wh"]) == (150, 940)
    assert 0.001 < design["by_energy"] < 0.03
    assert asked("simulate", *KANO, "--pv-wp", "150", "--battery-wh", "940", "--json")[1] == out


def test_the_shell_takes_a_shape_and_refuses_what_is_none(tmp_path: Path) -> None:
    shape = tmp_path / "shape.txt"
    shape.write_text("\n".join(["0"] * 10 + ["1"] * 6 + ["0"] * 8), encoding="utf-8")
    code, out = asked("size", *KANO, "--llp", "0.05", "--json", "--shape", str(shape))
    assert code == 0
    by_day = json.loads(out)["designs"][0]["battery_wh"]
    evening = json.loads(asked("size", *KANO, "--llp", "0.05", "--json")[1])["designs"][0]["battery_wh"]
    assert by_day < evening
    shape.write_text("many", encoding="utf-8")
    assert asked("size", *KANO, "--shape", str(shape)) == (
        2,
        "shape.txt does not hold 24 numbers, one a line.",
    )


def test_the_shell_refuses_a_place_that_is_none() -> None:
    code, said = asked("size", "--lat", "95", "--lon", "0", "--wh-per-day", "500")
    assert (code, said) == (2, "The latitude must be between -90 and 90 degrees, not 95.")


def test_the_shell_tells_the_details_of_what_is_there() -> None:
    given = ["simulate", *KANO, "--pv-wp", "150", "--battery-wh", "1600", "--battery", "lead-acid", "--json"]
    told = json.loads(asked(*given, "--details", "--wells")[1])
    assert told["details"]["off_grid"]["d_total"] == 7300
    assert told["details"]["wells"] is True
    assert sum(told["details"]["charge_histogram"]) == pytest.approx(100.0, abs=0.01)
    assert "details" not in json.loads(asked(*given)[1])
