"""One system by the reference: wells, peaks, simple controllers, and what is told of its life."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.solar.engine.analytics import Hours, run
from isthmus.apps.solar.engine.rules.balance import Hour, balance
from isthmus.apps.solar.engine.rules.battery import LEAD_ACID, LFP, Battery
from isthmus.apps.solar.engine.rules.controller import best_volts, fits_pwm, lost_by_pwm, pwm_per_wp
from isthmus.apps.solar.engine.rules.kibam import LEAD_ACID_WELLS, Kibam
from isthmus.apps.solar.engine.rules.life import charge_histogram, off_grid, replaced_in
from isthmus.apps.solar.engine.rules.panel import fading
from isthmus.apps.solar.engine.rules.peaks import peak_on
from isthmus.apps.solar.engine.single_analytics import details, live
from isthmus.apps.solar.engine.spread_analytics import monte_carlo, sensitivity, shares

PLAIN = Battery("plain", charged=0.95, discharged=0.95, usable=1.0, charge_rate=1e6, discharge_rate=1e6)
POWERS = st.floats(0, 500, allow_subnormal=False)
DAYS = st.lists(st.tuples(POWERS, POWERS), min_size=1, max_size=100)
WELLS = st.builds(Kibam, share=st.floats(0.05, 0.95), per_hour=st.floats(0.05, 5))


def a_year(hours: int = 8760) -> Hours:
    drawn = np.random.default_rng(7)
    clock = np.arange(hours) % 24
    days = np.repeat(drawn.uniform(0.1, 1.0, -(-hours // 24)), 24)[:hours]
    supply = np.maximum(np.sin((clock - 6) / 12 * np.pi), 0.0) * days
    load = np.where((clock > 17) & (clock < 23), 60.0, 10.0)
    return Hours(supply, load, np.full(hours, 28.0), (hours,), (1.0,))


@given(DAYS, st.floats(0, 3000, allow_subnormal=False), WELLS)
def test_wells_conserve_and_stay_within_their_walls(
    days: list[tuple[float, float]], capacity: float, wells: Kibam
) -> None:
    supply, load = ([pair[at] for pair in days] for at in (0, 1))
    found = balance(supply, load, capacity, PLAIN, wells=wells, keep=True)
    stored = capacity
    for hour in found.trace:
        assert hour.stored == pytest.approx(stored + hour.charge * 0.95 - hour.drawn, abs=1e-6)
        assert -1e-6 <= hour.stored <= capacity + 1e-6
        stored = hour.stored
    assert found.unmet >= balance(supply, load, capacity, PLAIN).unmet - 1e-6


def test_fast_wells_are_no_wells() -> None:
    year = a_year()
    asked = ((year.supply * 100).tolist(), year.load.tolist(), 500.0, PLAIN)
    fast = balance(*asked, wells=Kibam(0.99, 50.0))
    assert fast.unmet == pytest.approx(balance(*asked).unmet, rel=1e-3)


def test_a_battery_gives_less_at_once_than_in_peace() -> None:
    """As Peukert has it: what one hour gives of what twenty give."""

    def given_in(hours: int) -> float:
        low, high = 0.0, 100.0
        for _step in range(40):
            middle = (low + high) / 2
            reach, stored = 100.0 * LEAD_ACID_WELLS.share, 100.0
            for _hour in range(hours):
                if LEAD_ACID_WELLS.most_out(reach, stored) < middle / hours:
                    high = middle
                    break
                reach = LEAD_ACID_WELLS.after(reach, stored, middle / hours)
                stored -= middle / hours
            else:
                low = middle
        return low

    slow = given_in(20)
    assert given_in(1) / slow == pytest.approx(0.61, abs=0.01)
    assert given_in(5) / slow == pytest.approx(0.78, abs=0.01)
    assert given_in(10) / slow == pytest.approx(0.90, abs=0.01)


@pytest.mark.parametrize(("share", "per_hour"), [(0.0, 1.0), (1.0, 1.0), (0.5, 0.0)])
def test_wells_that_are_none_are_refused(share: float, per_hour: float) -> None:
    with pytest.raises(ValueError, match="between nothing and all"):
        Kibam(share, per_hour)


@pytest.mark.parametrize(
    ("cells", "volts", "fits"),
    [(36, 12.0, True), (72, 24.0, True), (60, 12.0, False), (60, 24.0, False), (72, 12.0, False)],
)
def test_only_panels_of_the_batterys_voltage_go_with_pwm(cells: int, volts: float, fits: bool) -> None:
    assert fits_pwm(cells, volts) is fits


def test_pwm_loses_what_the_panels_voltage_is_above_the_batterys() -> None:
    assert lost_by_pwm(36, 12.0) == pytest.approx(1 - 13.2 / 18)
    assert lost_by_pwm(60, 12.0) == pytest.approx(1 - 13.2 / 30)
    assert best_volts(36, 65.0) == pytest.approx(18 * 0.84)
    given = pwm_per_wp(np.array([0.0, 1000.0, 1000.0]), np.array([25.0, 25.0, 100.0]), 36, 12.0, 0.1)
    assert given.tolist() == pytest.approx([0.0, 13.2 / 18 * 0.9, 0.7 * 0.9])
    assert pwm_per_wp(np.array([1000.0]), np.array([300.0]), 36, 12.0, 0.0).tolist() == [0.0]


@pytest.mark.parametrize(
    ("battery", "label", "carried", "least"),
    [(LFP, 400.0, True, 360.14), (LFP, 360.0, False, 360.14), (LEAD_ACID, 1000.0, False, 1595.74)],
)
def test_a_battery_gives_no_more_at_once_than_its_rate(
    battery: Battery, label: float, carried: bool, least: float
) -> None:
    peak = peak_on(label, battery, 300.0)
    assert peak.is_carried is carried
    assert peak.least_wh == pytest.approx(least, abs=0.01)
    assert peak_on(peak.least_wh, battery, 300.0).is_carried
    assert peak.gives_w == pytest.approx(label * battery.usable * battery.discharge_rate * battery.discharged)


def an_hour(stored: float, unmet: float = 0.0, spilled: float = 0.0, health: float = 1.0) -> Hour:
    return Hour(0.0, 10.0, 0.0, 0.0, unmet, spilled, 0.0, stored, health)


def test_days_are_counted_as_pvgis_counts_them() -> None:
    full = [an_hour(100.0, spilled=5.0), *[an_hour(50.0)] * 23]
    empty = [an_hour(0.0, unmet=3.0), *[an_hour(50.0)] * 23]
    neither = [an_hour(50.0)] * 24
    told = off_grid([*full, *empty, *neither, *neither, an_hour(0.0)], 100.0)
    assert told.d_total == 4
    assert (told.f_f, told.f_e) == (25.0, 25.0)
    assert (told.e_lost, told.e_miss) == (1.25, 0.75)
    worn = [an_hour(80.0, health=0.8)] * 24
    assert off_grid(worn, 100.0).f_f == 100.0
    with pytest.raises(ValueError, match="less than a day"):
        off_grid(full[:23], 100.0)


def test_the_charge_is_told_in_tenths() -> None:
    told = charge_histogram([an_hour(0.0), an_hour(100.0), an_hour(99.0), an_hour(45.0)], 100.0)
    assert told == (25.0, 0, 0, 0, 25.0, 0, 0, 0, 0, 50.0)
    assert charge_histogram([an_hour(0.0)], 0.0)[0] == 100.0


def test_a_battery_is_replaced_when_a_fifth_is_lost_and_the_year_is_told() -> None:
    assert replaced_in([an_hour(0, health=0.9), an_hour(0, health=0.81), an_hour(0)]) == (3.0,)
    quick = replace(LFP, fade_per_year=0.5, fade_per_cycle=0.0)
    told = live(a_year(), 150.0, 800.0, quick)
    assert told.replaced_after_years == pytest.approx((0.325, 0.65, 0.975), abs=0.003)
    assert told.outcome.replaced == 3


def test_one_system_is_what_the_kernel_says_of_it() -> None:
    year = a_year()
    told = live(year, 120.0, 600.0, LFP)
    faded = replace(year, supply=year.supply * fading(8760, 0.99))
    fast = run(faded, [120.0], [600.0], LFP)
    assert told.outcome.by_energy == pytest.approx(fast.by_energy[0], rel=1e-3)
    assert told.outcome.longest_dark == fast.longest_dark[0]
    assert sum(told.charge) == pytest.approx(100.0)
    assert told.off_grid.d_total == 365
    assert told.off_grid.e_miss == pytest.approx(told.outcome.unmet / 365)
    assert told.replaced_after_years == ()


def test_wells_leave_more_unmet_in_a_whole_life_too() -> None:
    with_wells = live(a_year(), 120.0, 400.0, LEAD_ACID, LEAD_ACID_WELLS)
    assert with_wells.outcome.unmet > live(a_year(), 120.0, 400.0, LEAD_ACID).outcome.unmet


def test_what_is_told_of_a_system_is_what_it_came_to() -> None:
    told = details(a_year(), 120.0, 400.0, LEAD_ACID, LEAD_ACID_WELLS)
    came = live(a_year(), 120.0, 400.0, LEAD_ACID, LEAD_ACID_WELLS)
    assert told["wells"] is True
    assert told["by_energy"] == round(came.outcome.by_energy, 6)
    assert told["off_grid"] == {
        "d_total": 365,
        "f_f": came.off_grid.f_f,
        "f_e": came.off_grid.f_e,
        "e_lost": came.off_grid.e_lost,
        "e_miss": came.off_grid.e_miss,
    }
    assert set(told["sensitivity"]) == {"sun", "battery", "load"}
    assert details(a_year(), 120.0, 400.0, LEAD_ACID)["wells"] is False


def test_what_is_unsure_widens_the_interval() -> None:
    year = a_year()
    sure = monte_carlo(year, 130.0, 700.0, LFP, sun=0.0, capacity=0.0)
    assert sure.low == sure.middle == sure.high
    assert sure.middle == pytest.approx(run(year, [130.0], [700.0], LFP).by_energy[0])
    unsure = monte_carlo(year, 130.0, 700.0, LFP, sun=0.08)
    assert unsure.low < sure.middle < unsure.high
    wider = monte_carlo(year, 130.0, 700.0, LFP, sun=0.16, load=0.2)
    assert wider.low <= unsure.low
    assert wider.high > unsure.high
    assert monte_carlo(year, 130.0, 700.0, LFP, sun=0.08) == unsure


def test_a_load_that_is_larger_is_a_smaller_system() -> None:
    year = a_year()
    told = sensitivity(year, 130.0, 700.0, LFP)
    larger = replace(year, load=year.load * 1.1)
    assert told["load"][1] == pytest.approx(run(larger, [130.0], [700.0], LFP).by_energy[0], rel=1e-3)
    base = run(year, [130.0], [700.0], LFP).by_energy[0]
    assert told["sun"][0] > base > told["sun"][1]
    assert told["battery"][0] > base > told["battery"][1]
    assert told["load"][0] < base < told["load"][1]


def test_the_shares_of_several_runs_stand_in_one_row() -> None:
    found = run(a_year(), [100.0, 150.0], [500.0, 500.0], LFP)
    assert shares(found, found).shape == (4,)
