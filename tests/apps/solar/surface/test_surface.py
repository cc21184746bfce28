"""The reliability surface: what every size does, what reliability costs, and the files of the shell."""

import csv
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
from isthmus.apps.solar.engine.rules.battery import LFP
from isthmus.apps.solar.engine.rules.panel import Panel
from isthmus.apps.solar.loads.queries import load_of
from isthmus.apps.solar.sizing.analytics import hours_of, simulate, size
from isthmus.apps.solar.sizing.rules.prices import Prices
from isthmus.apps.solar.surface.analytics import Answer, answer, surface, year
from isthmus.apps.solar.surface.formats.tables import COLUMNS, as_csv
from isthmus.apps.solar.surface.rules.frontier import frontier, rungs, shown_spans
from isthmus.apps.solar.surface.rules.usual import LADDER
from isthmus.apps.solar.surface.rules.year import year_of
from isthmus.apps.solar.surface.shares_wording import percent, percent_text
from isthmus.apps.solar.surface.wording import frontier_chart, surface_chart
from isthmus.apps.solar.weather.queries import Weather, weather_at
from isthmus.kit.errors import BadInput

KANO = ["--lat", "12.05", "--lon", "8.52", "--wh-per-day", "500", "--tilt", "15"]
PRICES = Prices(
    "USD",
    Decimal("0.50"),
    Decimal("0.10"),
    Decimal(40),
    {"lfp": Decimal("0.25")},
    20,
    date(2026, 11, 27),
    confirmed=True,
)


@pytest.fixture(scope="module")
def kano() -> Hours:
    weather = weather_at(12.05, 8.52, 15.0, air_c=27.0)
    return hours_of(weather, load_of(500, len(weather.light)), Panel())


@pytest.fixture(scope="module")
def found(kano: Hours) -> Answer:
    return answer(kano, LFP, PRICES, 0.01, 32)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), min_size=1, max_size=40))
def test_the_frontier_is_what_no_design_beats(designs: list[tuple[int, int]]) -> None:
    short, costs = (np.array([design[at] for design in designs], float) for at in (0, 1))
    best = frontier(short, costs)
    cheapest = {cost: min(run for run, paid in designs if paid <= cost) for _run, cost in designs}
    assert [costs[at] for at in best] == sorted({costs[at] for at in best})
    assert all(designs[at][0] == cheapest[designs[at][1]] for at in best)
    assert min(run for run, _cost in designs) in [designs[at][0] for at in best]
    runs = [designs[at][0] for at in best]
    assert runs == sorted(set(runs), reverse=True)


def test_the_rungs_are_those_in_reach_and_the_one_that_was_asked() -> None:
    assert rungs(0.0, 0.015) == (0.2, 0.1, 0.05, 0.03, 0.02, 0.015, 0.01, 0.005, 0.002, 0.001)
    assert rungs(0.0, 0.01) == LADDER
    assert rungs(0.04, 0.05) == (0.2, 0.1, 0.05)


def test_a_surface_shows_what_a_mean_day_needs_and_further_where_a_design_does() -> None:
    panel, storage = shown_spans(500.0, 4.0, 175.0, 450.0)
    assert (panel.least, panel.most) == (75.0, 500.0)
    assert (storage.least, storage.most) == (100.0, 2000.0)
    panel, storage = shown_spans(500.0, 4.0, 400.0, 1500.0)
    assert (panel.most, storage.most) == (800.0, 3000.0)


def test_a_year_is_told_by_months_and_by_what_became_of_the_sun() -> None:
    hours = 2 * 8760
    supply, load, unmet = np.full(hours, 3.0), np.full(hours, 2.0), np.zeros(hours)
    unmet[:10] = 1.0
    mean = year_of(supply, load, unmet, 2 * 5000.0, (8760, 8760))
    assert mean.given[0] == 31 * 24 * 3
    assert mean.asked[1] == 28 * 24 * 2
    assert mean.missed.tolist() == [5.0, *[0.0] * 11]
    assert mean.met == 8760 * 2 - 5
    assert mean.left_over == 5000.0
    assert mean.lost == pytest.approx(8760 * 3 - mean.met - 5000.0)


def test_a_surface_agrees_with_its_designs_and_falls_both_ways(kano: Hours) -> None:
    whole = surface(kano, LFP, PRICES, 8)
    assert whole.by_energy.shape == whole.by_hours.shape == whole.costs.shape == (8, 8)
    one = simulate(kano, round(whole.wp[5]), round(whole.battery_wh[3]), LFP, PRICES)
    assert whole.by_energy[5, 3] == pytest.approx(one.by_energy, abs=2e-3)
    assert (np.diff(whole.by_energy, axis=0) <= 1e-6).all()
    assert (np.diff(whole.by_energy, axis=1) <= 1e-6).all()
    assert whole.sizes(5 * 8 + 3) == (whole.wp[5], whole.battery_wh[3])


def test_the_asked_system_is_that_of_sizing_and_no_cheaper_one_is_as_good(kano: Hours, found: Answer) -> None:
    assert found.asked.design == size(kano, LFP, PRICES, 0.01)
    assert found.asked in found.systems
    assert [one.target for one in found.systems] == list(LADDER)
    assert all(one.design.by_energy <= one.target for one in found.systems)
    costs = [one.over_life for one in found.systems]
    assert costs == sorted(costs)
    short, all_costs = found.surface.by_energy.ravel(), found.surface.costs.ravel()
    least = min(all_costs[short <= 0.01])
    assert float(found.asked.over_life) <= least * 1.02


def test_what_the_sun_could_give_is_used_left_over_or_lost(kano: Hours, found: Answer) -> None:
    mean, unmet = year(kano, found.asked.design, LFP)
    assert mean.asked.sum() == pytest.approx(500 * 365)
    assert mean.missed.sum() / mean.asked.sum() == pytest.approx(found.asked.design.by_energy, abs=1e-4)
    assert mean.met + mean.left_over + mean.lost == pytest.approx(mean.given.sum())
    assert 0.02 < mean.lost / mean.given.sum() < 0.15
    assert len(unmet) == sum(kano.by_year)


def test_the_pictures_say_what_one_sees(found: Answer) -> None:
    picture = surface_chart(found.surface, found.asked)
    one = found.asked.design
    assert f"{one.wp}\u00a0Wp and {one.battery_wh}\u00a0Wh" in str(picture.description)
    assert "1\u00a0%" in str(picture.description)
    drawn = str(picture.draw(680))
    assert drawn.count('class="contour"') == 4
    assert drawn.count('path class="reference"') == 1
    priced = frontier_chart(found.systems, found.asked)
    assert [choice.marked for choice in priced.choices].count(True) == 1
    assert "USD" in str(priced.description)


def test_shares_are_read_in_percent() -> None:
    assert percent(0.07) == 7.0
    assert [percent_text(share) for share in (0.2, 0.0123, 0.000456, 0.12345, 0.0)] == [
        "20\u00a0%",
        "1.2\u00a0%",
        "0.046\u00a0%",
        "12.3\u00a0%",
        "0\u00a0%",
    ]


def test_a_surface_as_csv_has_a_row_for_each_design() -> None:
    short = np.array([[0.5, 0.25], [0.25, 0.0]])
    text = as_csv(np.array([50.0, 100.0]), np.array([200.0, 400.0]), short, short, short * 100, "USD", [0, 3])
    rows = list(csv.DictReader(text.decode().splitlines()))
    assert tuple(rows[0]) == COLUMNS
    assert [(row["wp"], row["battery_wh"], row["unmet_share"], row["unbeaten"]) for row in rows] == [
        ("50.00", "200.0", "0.500000", "yes"),
        ("50.00", "400.0", "0.250000", "no"),
        ("100.00", "200.0", "0.250000", "no"),
        ("100.00", "400.0", "0.000000", "yes"),
    ]


@pytest.mark.parametrize("side", [7, 257])
def test_too_few_and_too_many_sizes_are_refused(kano: Hours, side: int) -> None:
    with pytest.raises(BadInput, match="between 8 and 256 sizes"):
        surface(kano, LFP, PRICES, side)


def test_a_place_without_sun_has_no_surface() -> None:
    dark = Weather(np.zeros(8760), np.full(8760, 20.0), (8760,), None, ())
    with pytest.raises(BadInput, match="there is no surface"):
        surface(hours_of(dark, load_of(500, 8760), Panel()), LFP, PRICES, 8)


def asked(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(solar, ["surface", *KANO, "--side", "16", *arguments])
    if isinstance(done.exception, BadInput):
        return 2, done.exception.message
    return done.exit_code, done.stdout


def test_the_shell_writes_pictures_and_tells_the_systems(tmp_path: Path) -> None:
    drawn, priced = tmp_path / "surface.svg", tmp_path / "frontier.svg"
    code, out = asked("--out", str(drawn), "--frontier", str(priced), "--llp", "0.03")
    assert code == 0
    assert len(out.splitlines()) == 1 + len(LADDER)
    assert out.count("*") == 1
    for path in (drawn, priced):
        assert path.read_text(encoding="utf-8").startswith('<svg xmlns="http://www.w3.org/2000/svg"')


def test_the_shell_tells_every_design_to_programs(tmp_path: Path) -> None:
    whole, table = tmp_path / "surface.json", tmp_path / "surface.csv"
    code, out = asked("--out", str(whole), "--json")
    assert code == 0
    told = json.loads(out)
    assert told["asked"]["target"] == 0.03
    assert [one["target"] for one in told["systems"]] == list(LADDER)
    assert [one["cost_over_life"] for one in told["frontier"]] == sorted(
        one["cost_over_life"] for one in told["frontier"]
    )
    held = json.loads(whole.read_text(encoding="utf-8"))
    assert len(held["by_energy"]) == len(held["wp"]) == len(held["battery_wh"]) == 16
    assert asked("--out", str(table))[0] == 0
    assert len(table.read_text(encoding="utf-8").splitlines()) == 1 + 16 * 16


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--out", "surface.png"], "must end with .svg, .csv or .json"),
        (["--frontier", "frontier.csv"], "must end with .svg"),
        (["--owned-wp", "100"], "does not take what is owned"),
        (["--out", "/nowhere/surface.svg"], "cannot be written"),
    ],
)
def test_the_shell_refuses_what_it_cannot_write(arguments: list[str], said: str) -> None:
    code, told = asked(*arguments)
    assert (code, said in told) == (2, True)
