"""Twenty years at Kano, against what other programs made of the same series.

The oracles' figures stand in the README beside the series: PVWatts v8 (NREL) for a year's yield, CLOVER 5.1.2
for what is not met in 20 years, and a zero-loss storage on which a running deficit, a bisection and a linear
programme agree to 0.001 Wh.
"""

import os
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from isthmus.apps.solar.engine.analytics import Hours, run
from isthmus.apps.solar.engine.rules.balance import balance
from isthmus.apps.solar.engine.rules.battery import Battery, zero_loss
from isthmus.apps.solar.engine.rules.panel import Panel, cell_temperature_by_noct, fading, yield_per_wp

DATA = os.environ.get("ISTHMUS_CONFORMANCE_DATA", "")
FILE = Path(DATA, "solar", "kano_20y.npz")
pytestmark = pytest.mark.skipif(
    not (DATA and FILE.is_file()), reason="ISTHMUS_CONFORMANCE_DATA names no folder with solar"
)
YEAR, YEARS = 8760, 20
BATTERY = Battery(
    "as in the specification",
    charged=0.95,
    discharged=0.95,
    usable=1.0,
    charge_rate=10.0,
    discharge_rate=10.0,
)
PANEL = Panel(coefficient_per_k=-0.004, noct_c=45.0, losses=0.14)
# Wp, Wh, CLOVER's unmet energy and dark hours, and those of a plain hourly balance.
UNMET = [
    (120, 600, 0.0820, 0.1302, 0.08263, 0.13125),
    (150, 800, 0.00995, 0.01525, 0.01003, 0.01542),
    (180, 1000, 0.00055, 0.00084, 0.00055, 0.00085),
]

Series = NDArray[np.float64]


@pytest.fixture(scope="module")
def kano() -> dict[str, Series]:
    with np.load(FILE) as file:
        return {name: file[name].astype(np.float64) for name in file}


def per_wp(kano: dict[str, Series]) -> Series:
    light = kano["poa_w_m2"]
    return yield_per_wp(light, cell_temperature_by_noct(light, kano["temp_c"], PANEL.noct_c), PANEL)


def test_a_year_gives_what_pvwatts_says(kano: dict[str, Series]) -> None:
    yearly = per_wp(kano).reshape(YEARS, YEAR).sum(axis=1)
    assert yearly[0] == pytest.approx(1679, rel=0.005)


@pytest.mark.parametrize(("wp", "wh"), [(150, 840.861), (180, 530.767), (220, 452.963)])
def test_storage_without_loss_is_exact(kano: dict[str, Series], wp: int, wh: float) -> None:
    supply, load = (per_wp(kano) * wp)[:YEAR].tolist(), kano["load_wh"][:YEAR].tolist()
    found = zero_loss(supply, load, BATTERY)
    assert found.capacity_wh == pytest.approx(wh, abs=0.001)
    low, high = 0.0, 5000.0
    while high - low > 0.0002:
        middle = (low + high) / 2
        low, high = (low, middle) if balance(supply, load, middle, BATTERY).unmet < 1e-9 else (middle, high)
    assert high == pytest.approx(wh, abs=0.001)


@pytest.mark.parametrize(("wp", "wh", "energy", "hours", "plain_energy", "plain_hours"), UNMET)
def test_twenty_years_miss_what_clover_says(
    kano: dict[str, Series],
    wp: int,
    wh: int,
    energy: float,
    hours: float,
    plain_energy: float,
    plain_hours: float,
) -> None:
    supply = kano["clover_pv_kw_per_kwp"] * fading(YEARS * YEAR, 0.8)
    told = balance((supply * wp).tolist(), kano["load_wh"].tolist(), wh, BATTERY)
    assert told.by_energy == pytest.approx(energy, rel=0.02)
    assert told.by_hours == pytest.approx(hours, rel=0.02)
    assert told.by_energy == pytest.approx(plain_energy, abs=0.000006)
    assert told.by_hours == pytest.approx(plain_hours, abs=0.000006)
    series = Hours(supply, kano["load_wh"], kano["temp_c"], (YEAR,) * YEARS, (1.0,) * YEARS)
    fast = run(series, [wp], [wh], BATTERY)
    assert fast.by_energy[0] == pytest.approx(told.by_energy, rel=1e-4)
    assert fast.by_hours[0] == pytest.approx(told.by_hours, rel=1e-3)
    assert fast.longest_dark[0] == told.longest_dark
