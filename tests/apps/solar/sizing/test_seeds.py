"""Several synthetic weathers of one place: every figure is over the years of all of them."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from isthmus.apps.solar.cli import solar
from isthmus.apps.solar.engine.analytics import Hours, run
from isthmus.apps.solar.engine.rules.battery import LFP
from isthmus.apps.solar.engine.rules.panel import Panel
from isthmus.apps.solar.engine.spread_analytics import monte_carlo, shares
from isthmus.apps.solar.loads.queries import load_of
from isthmus.apps.solar.sizing.analytics import hours_of
from isthmus.apps.solar.sizing.living_analytics import live
from isthmus.apps.solar.weather.queries import weather_at
from isthmus.kit.errors import BadInput

pytestmark = pytest.mark.once
KANO = ["--lat", "12.05", "--lon", "8.52", "--wh-per-day", "500"]


@pytest.fixture(scope="module")
def each() -> tuple[Hours, Hours]:
    def of(seed: int) -> Hours:
        weather = weather_at(12.05, 8.52, 15.0, air_c=27.0, seed=seed)
        return hours_of(weather, load_of(500, len(weather.light)), Panel())

    return of(1), of(2)


def test_a_design_is_run_under_each_weather_from_new(each: tuple[Hours, Hours]) -> None:
    both = replace(each[0], more=(each[1],))
    one, other, joined = (run(hours, [150], [750], LFP) for hours in (*each, both))
    assert joined.unmet.tolist() == [*one.unmet.tolist(), *other.unmet.tolist()]
    assert joined.longest_dark.tolist() == [max(one.longest_dark[0], other.longest_dark[0])]
    assert joined.by_energy[0] == pytest.approx((one.by_energy[0] + other.by_energy[0]) / 2)


def test_the_interval_is_over_years_and_seeds(each: tuple[Hours, Hours]) -> None:
    both = replace(each[0], more=(each[1],))
    spread = monte_carlo(both, 150, 750, LFP, sun=0.0, capacity=0.0, draws=1)
    years = shares(*(run(hours, [150], [750], LFP) for hours in each))
    assert len(years) == 40
    assert (spread.low, spread.high) == pytest.approx(tuple(np.quantile(years, [0.05, 0.95])))


def test_both_weathers_are_lived_through(each: tuple[Hours, Hours]) -> None:
    both = live(replace(each[0], more=(each[1],)), 150, 940, LFP)
    alone = [live(hours, 150, 940, LFP) for hours in each]
    mean = (alone[0].by_month + alone[1].by_month) / 2
    assert both.by_month.tolist() == pytest.approx(mean.tolist())
    assert both.achieved.hours_out == pytest.approx(sum(one.achieved.hours_out for one in alone) / 2)


def asked(*arguments: str) -> tuple[str, str]:
    given = ["simulate", *KANO, "--pv-wp", "150", "--battery-wh", "940", *arguments]
    done = CliRunner().invoke(solar, given, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout, done.stderr


def test_the_shell_says_over_how_many_years_and_seeds() -> None:
    assert "Over 40 synthetic years of 2 weathers." in asked("--seeds", "2")[1]
    assert json.loads(asked("--seeds", "2", "--json")[0])["over"] == {"years": 40, "seeds": 2}
    assert "synthetic years" not in asked()[1]


def test_a_weather_file_has_no_seeds(tmp_path: Path) -> None:
    file = tmp_path / "weather.csv"
    file.write_text("time,ghi_w_m2,temp_c\n", encoding="utf-8")
    with pytest.raises(BadInput, match="it goes with no seeds"):
        asked("--weather", str(file), "--seeds", "2")
