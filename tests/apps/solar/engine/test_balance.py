"""The hourly balance: what it conserves, what more of a part does, and that the fast forms agree with it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.solar.engine import analytics, kernel, kernel_numpy
from isthmus.apps.solar.engine.analytics import Hours, run
from isthmus.apps.solar.engine.rules.balance import balance
from isthmus.apps.solar.engine.rules.battery import (
    CHEMISTRIES,
    LEAD_ACID,
    LFP,
    Battery,
    ageing_per_hours,
    zero_loss,
)
from isthmus.kit.errors import BadInput

PLAIN = Battery("plain", charged=0.95, discharged=0.95, usable=1.0, charge_rate=1e6, discharge_rate=1e6)
POWERS = st.floats(0, 500, allow_subnormal=False)
DAYS = st.lists(st.tuples(POWERS, POWERS), min_size=1, max_size=200)
CAPACITIES = st.floats(0, 3000, allow_subnormal=False)
BATTERIES = st.builds(
    Battery,
    name=st.just("any"),
    charged=st.floats(0.7, 1),
    discharged=st.floats(0.7, 1),
    usable=st.just(1.0),
    kept_per_hour=st.floats(0.99, 1),
    charge_rate=st.floats(0.05, 2),
    discharge_rate=st.floats(0.05, 2),
    fade_per_cycle=st.floats(0, 0.01),
    fade_per_year=st.floats(0, 0.2),
)


@given(DAYS, CAPACITIES, BATTERIES)
def test_every_hour_accounts_for_every_watt_hour(
    days: list[tuple[float, float]], capacity: float, battery: Battery
) -> None:
    supply, load = ([pair[at] for pair in days] for at in (0, 1))
    found = balance(supply, load, capacity, battery, [1e-6] * len(days), keep=True)
    stored = capacity
    for hour in found.trace:
        served = hour.load - hour.unmet
        assert hour.supply + hour.drawn * battery.discharged == pytest.approx(
            served + hour.charge + hour.spilled, abs=1e-6
        )
        assert stored - hour.leaked + hour.charge * battery.charged - hour.drawn == pytest.approx(
            hour.stored, abs=1e-6
        )
        assert -1e-9 <= hour.stored <= capacity + 1e-9
        assert min(hour.charge, hour.drawn, hour.unmet, hour.spilled, hour.leaked) >= -1e-9
        assert hour.charge == 0 or hour.drawn == 0
        stored = hour.stored
    assert found.unmet == pytest.approx(sum(hour.unmet for hour in found.trace))
    assert found.dark_hours == sum(hour.unmet > 0 for hour in found.trace)


@given(DAYS, CAPACITIES, st.floats(0.1, 50))
def test_a_system_scaled_with_its_load_comes_to_the_same(
    days: list[tuple[float, float]], capacity: float, scale: float
) -> None:
    supply, load = ([pair[at] for pair in days] for at in (0, 1))
    small = balance(supply, load, capacity, PLAIN)
    large = balance([s * scale for s in supply], [w * scale for w in load], capacity * scale, PLAIN)
    assert large.unmet == pytest.approx(small.unmet * scale, rel=1e-9, abs=1e-6)
    assert large.by_energy == pytest.approx(small.by_energy, rel=1e-6, abs=1e-9)


@given(DAYS, CAPACITIES, st.floats(0, 500), st.floats(1, 3))
def test_more_battery_or_more_panel_never_leaves_more_unmet(
    days: list[tuple[float, float]], capacity: float, more: float, times: float
) -> None:
    supply, load = ([pair[at] for pair in days] for at in (0, 1))
    least = balance(supply, load, capacity, PLAIN).unmet
    assert balance(supply, load, capacity + more, PLAIN).unmet <= least + 1e-6
    assert balance([s * times for s in supply], load, capacity, PLAIN).unmet <= least + 1e-6


@given(DAYS)
def test_the_zero_loss_capacity_is_just_enough(days: list[tuple[float, float]]) -> None:
    supply, load = ([pair[at] for pair in days] for at in (0, 1))
    needed = zero_loss(supply, load, PLAIN).capacity_wh
    assert balance(supply, load, needed + 1e-6, PLAIN).unmet == pytest.approx(0, abs=1e-6)
    if needed > 0.01:
        assert balance(supply, load, needed - 0.01, PLAIN).unmet > 0


def test_a_panel_that_gives_too_little_in_the_long_run_is_said_to() -> None:
    assert zero_loss([100.0, 0.0], [0.0, 100.0], PLAIN).closes is False
    assert zero_loss([111.0, 0.0], [0.0, 100.0], PLAIN).closes is True


def test_nothing_asked_is_nothing_missed() -> None:
    found = balance([], [], 100.0, PLAIN)
    assert (found.by_energy, found.by_hours) == (0.0, 0.0)


def test_the_battery_gives_and_takes_no_faster_than_it_may() -> None:
    slow = replace(PLAIN, charge_rate=0.1, discharge_rate=0.2)
    out, into = balance([0.0, 500.0], [95.0, 0.0], 100.0, slow, keep=True).trace
    assert out.drawn == pytest.approx(20.0)
    assert out.unmet == pytest.approx(95.0 - 19.0)
    assert into.charge == pytest.approx(10.0)
    assert into.spilled == pytest.approx(490.0)


def test_the_longest_dark_time_is_counted_through() -> None:
    supply, load = [0.0, 0.0, 10.0, 0.0, 0.0, 0.0], [5.0, 5.0, 5.0, 5.0, 0.0, 5.0]
    found = balance(supply, load, 0.0, PLAIN)
    assert (found.dark_hours, found.longest_dark) == (4, 2)


def test_a_worn_battery_is_replaced_and_counted() -> None:
    quick = replace(PLAIN, fade_per_cycle=0.11)
    found = balance([0.0, 120.0] * 6, [95.0, 0.0] * 6, 100.0, quick, keep=True)
    assert found.replaced == 3
    assert min(hour.health for hour in found.trace) >= 0.8


def test_age_costs_capacity_and_heat_doubles_it() -> None:
    mild, hot = ageing_per_hours(LFP, np.array([25.0, 35.0]))
    assert mild * 8760 == pytest.approx(LFP.fade_per_year)
    assert hot == pytest.approx(2 * mild)


@pytest.mark.parametrize(
    "wrong",
    [
        {"charged": 0.0},
        {"discharged": 1.1},
        {"usable": 0.0},
        {"kept_per_hour": 0.0},
        {"replaced_at": 2.0},
        {"charge_rate": 0.0},
        {"discharge_rate": -1.0},
        {"fade_per_cycle": -0.1},
        {"fade_per_year": -0.1},
    ],
)
def test_a_battery_that_cannot_be_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"must be|is none|does not grow"):
        replace(PLAIN, **wrong)


def a_year(seed: int, hours: int = 8760) -> Hours:
    """A year of weather that is sometimes bad for days, and a load that peaks in the evening."""
    drawn = np.random.default_rng(seed)
    clock = np.arange(hours) % 24
    days = np.repeat(drawn.uniform(0.1, 1.0, -(-hours // 24)), 24)[:hours]
    supply = np.maximum(np.sin((clock - 6) / 12 * np.pi), 0.0) * days
    load = np.where((clock > 17) & (clock < 23), 60.0, 10.0)
    air = 28.0 + 5.0 * np.sin((clock - 9) / 12 * np.pi)
    return Hours(supply, load, air, (hours,), (1.0,))


SIZES = [(0.0, 800.0), (60.0, 0.0), (90.0, 400.0), (120.0, 600.0), (200.0, 1500.0)]


@pytest.mark.parametrize("battery", CHEMISTRIES.values(), ids=CHEMISTRIES)
@pytest.mark.parametrize("seed", range(3))
def test_kernel_numpy_and_reference_agree(
    battery: Battery, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    worn = replace(battery, fade_per_cycle=battery.fade_per_cycle * 50)
    year = a_year(seed)
    sizes = [wp for wp, _ in SIZES], [wh for _, wh in SIZES]
    fast = run(year, *sizes, worn)
    monkeypatch.setattr(analytics, "_kernel", lambda: None)
    plain = run(year, *sizes, worn)
    ageing = ageing_per_hours(worn, year.air).tolist()
    for at, (wp, wh) in enumerate(SIZES):
        told = balance((year.supply * wp).tolist(), year.load.tolist(), wh, worn, ageing)
        for found, close in ((plain, 1e-9), (fast, 2e-4)):
            assert found.unmet[0, at] == pytest.approx(told.unmet, rel=close, abs=close * told.load)
            assert found.spilled[0, at] == pytest.approx(told.spilled, rel=close, abs=close * told.load)
            assert found.drawn[0, at] == pytest.approx(told.drawn, rel=close, abs=close * told.load)
            assert found.dark_hours[0, at] == pytest.approx(told.dark_hours, abs=8760 * close)
            assert found.replaced[0, at] == told.replaced
        assert plain.longest_dark[at] == told.longest_dark


def test_the_kernel_in_python_is_the_kernel_compiled() -> None:
    """Its lines run uncompiled once: what the compiler makes of them must not differ from what they say."""
    hours, n = 100, kernel.LANES
    year = a_year(1)
    series = [values[:hours].astype(np.float32) for values in (year.supply, year.load, year.air * 1e-7)]
    wp = np.linspace(0, 200, n, dtype=np.float32)
    capacity = np.linspace(0, 900, n, dtype=np.float32)
    figures = np.array([0.97, 0.98, 0.9999, 0.5, 1.0, 0.05, 0.8], np.float32)
    found = []
    for work in (kernel.full, kernel.full.py_func):
        sums, most = np.zeros((1, len(kernel_numpy.MEASURES), n)), np.zeros(n, np.float32)
        work(*series, np.ones(1), wp, capacity, figures, np.array([hours]), sums, most, 0, n)
        found.append((sums, most))
    assert np.allclose(found[0][0], found[1][0], rtol=1e-3, atol=0.05)
    assert np.array_equal(found[0][1], found[1][1])


def test_years_are_told_apart_and_their_interval_lies_around_the_whole() -> None:
    good, leap = a_year(1), a_year(2, 8784)
    both = Hours(
        np.concatenate([good.supply, leap.supply * 0.5]),
        np.concatenate([good.load, leap.load]),
        np.concatenate([good.air, leap.air]),
        (8760, 8784),
        (1.0, 1.0),
    )
    found = run(both, [120.0], [600.0], LFP)
    low, high = found.interval()
    assert found.unmet.shape == (2, 1)
    assert low[0] < found.by_energy[0] < high[0]
    assert found.hours.tolist() == [8760, 8784]
    assert found.by_hours[0] == pytest.approx(found.dark_hours.sum() / (8760 + 8784))


def test_more_designs_than_lanes_come_out_in_their_order() -> None:
    year = a_year(4)
    wp = np.linspace(10, 300, 150)
    found = run(year, wp.tolist(), [500.0] * 150, LEAD_ACID)
    assert np.all(np.diff(found.by_energy) <= 1e-6)
    assert found.by_energy[149] == pytest.approx(run(year, [300.0], [500.0], LEAD_ACID).by_energy[0])


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("supply", float("nan"), "supply has no number in hour 4"),
        ("load", float("inf"), "load has no number in hour 4"),
        ("air", float("nan"), "air has no number in hour 4"),
        ("supply", -0.1, "supply is below zero in hour 4"),
        ("load", -1.0, "load is below zero in hour 4"),
    ],
)
def test_a_wrong_hour_is_named(name: str, value: float, said: str) -> None:
    year = a_year(0)
    values = {one: getattr(year, one).copy() for one in ("supply", "load", "air")}
    values[name][3] = value
    with pytest.raises(BadInput, match=said):
        Hours(**values, by_year=(8760,), faded=(1.0,))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"by_year": (8784,)}, "has 8760 hours; the years have 8784"),
        ({"by_year": (4380, 4380), "faded": (1.0, 1.0)}, "must be whole"),
        ({"faded": (1.2,)}, "what is left of the panel"),
        ({"faded": (1.0, 1.0)}, "what is left of the panel"),
        ({"load": np.zeros(8760)}, "nothing to supply"),
    ],
)
def test_a_series_that_is_none_is_refused(changes: dict[str, object], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        replace(a_year(0), **changes)


@pytest.mark.parametrize(("wp", "wh"), [(-1.0, 500.0), (float("nan"), 500.0), (100.0, 2e6), (2e5, 500.0)])
def test_a_size_that_no_family_has_is_refused(wp: float, wh: float) -> None:
    with pytest.raises(BadInput, match="A size must be between"):
        run(a_year(0), [wp], [wh], LFP)
