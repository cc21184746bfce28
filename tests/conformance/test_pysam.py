"""A year of panel and battery beside NREL's PVWatts v8, where PySAM is installed by hand.

NREL-PySAM takes 245 MB on the disk and is no dependency, not even of the tests: this runs where somebody did
`pip install NREL-PySAM` beside them. PVWatts takes off what slanting and scattered light loses at the glass;
here the light is given on the plane, before the glass, and so more comes out in the rainy months. The
tolerances say how much.
"""

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from isthmus.apps.solar.engine.rules.balance import balance
from isthmus.apps.solar.engine.rules.battery import LFP
from isthmus.apps.solar.engine.rules.panel import Panel, cell_temperature_by_noct, yield_per_wp
from isthmus.apps.solar.loads.queries import load_of

DATA = os.environ.get("ISTHMUS_CONFORMANCE_DATA", "")
FILE = Path(DATA, "solar", "kano_20y.npz")
pytestmark = pytest.mark.skipif(
    not (DATA and FILE.is_file()), reason="ISTHMUS_CONFORMANCE_DATA names no folder with solar"
)
pvwatts = pytest.importorskip("PySAM.Pvwattsv8", reason="NREL-PySAM is not installed: it takes 245 MB")
YEAR = 8760

Series = NDArray[np.float64]


@pytest.fixture(scope="module")
def year() -> dict[str, Series]:
    with np.load(FILE) as file:
        return {name: file[name][:YEAR].astype(np.float64) for name in file}


@pytest.fixture(scope="module")
def ours(year: dict[str, Series]) -> Series:
    panel = Panel()
    light = year["poa_w_m2"]
    return yield_per_wp(light, cell_temperature_by_noct(light, year["temp_c"], panel.noct_c), panel)


@pytest.fixture(scope="module")
def theirs(year: dict[str, Series]) -> Series:
    model: Any = pvwatts.new()
    hours = [datetime(2023, 1, 1) + timedelta(hours=hour) for hour in range(YEAR)]  # noqa: DTZ001  local clock
    model.SolarResource.solar_resource_data = {
        "lat": 12.05,
        "lon": 8.52,
        "tz": 1,
        "elev": 476,
        "year": [one.year for one in hours],
        "month": [one.month for one in hours],
        "day": [one.day for one in hours],
        "hour": [one.hour for one in hours],
        "minute": [30] * YEAR,
        "gh": year["ghi_w_m2"].tolist(),
        "dn": year["dni_w_m2"].tolist(),
        "df": year["dhi_w_m2"].tolist(),
        "tdry": year["temp_c"].tolist(),
        "wspd": [1.0] * YEAR,
        "albedo": [0.2] * YEAR,
    }
    model.SystemDesign.assign(
        {
            "system_capacity": 1.0,
            "dc_ac_ratio": 1.0,
            "tilt": 15,
            "azimuth": 180,
            "losses": 14.0,
            "array_type": 0,
            "module_type": 0,
            "gcr": 0.3,
            "inv_eff": 96,
            "bifaciality": 0.0,
        }
    )
    model.execute()
    return np.array(model.Outputs.dc) / 1000.0


def test_a_year_gives_as_much_as_pvwatts_within_a_hundredth(ours: Series, theirs: Series) -> None:
    assert ours.sum() == pytest.approx(theirs.sum(), rel=0.01)


def test_no_month_gives_a_twentieth_more_or_a_hundredth_less(ours: Series, theirs: Series) -> None:
    months = (
        [part.sum() for part in np.array_split(ours, 12)],
        [part.sum() for part in np.array_split(theirs, 12)],
    )
    ratio = np.array(months[0]) / np.array(months[1])
    assert ratio.min() > 0.99
    assert ratio.max() < 1.05


@pytest.mark.parametrize(("wp", "usable"), [(120, 600), (150, 800), (180, 1000)])
def test_a_system_runs_short_as_often_within_a_hundredth_of_the_use(
    ours: Series, theirs: Series, wp: int, usable: int
) -> None:
    load = load_of(500, YEAR)
    short = [
        balance((given * wp).tolist(), load.tolist(), float(usable), LFP, [0.0] * YEAR).by_energy
        for given in (ours, theirs)
    ]
    assert short[0] == pytest.approx(short[1], abs=0.01)
    assert short[0] <= short[1]
