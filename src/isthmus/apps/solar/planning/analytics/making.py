"""Normalised tables from the engine: one for each square and shape."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from isthmus.apps.solar.engine.analytics import run
from isthmus.apps.solar.engine.rules.battery import Battery
from isthmus.apps.solar.engine.rules.panel import Panel
from isthmus.apps.solar.loads.queries import load_of
from isthmus.apps.solar.loads.rules.shapes import SHAPES
from isthmus.apps.solar.planning.rules.squares import middle_of
from isthmus.apps.solar.planning.rules.tables import Relative, relative
from isthmus.apps.solar.sizing.analytics import hours_of
from isthmus.apps.solar.sizing.rules.choosing import first_spans
from isthmus.apps.solar.sizing.rules.prices import Prices, life_costs
from isthmus.apps.solar.sizing.rules.usual import usual_tilt
from isthmus.apps.solar.weather.queries import Weather, weather_at

PANELS, BATTERIES = 20, 32
"""Sizes of a table's grid: 640 designs, ten blocks of the kernel."""
OUT_OF_REACH = -1.0
UNIT_WH = 1000.0
"""The load a table is made with; it cancels out."""


@dataclass(frozen=True, slots=True)
class Table:
    """The systems for a square and a shape, the most reliable first; a level out of reach is missing."""

    square: int
    shape: str
    rows: tuple[Relative, ...]
    is_far: bool


def tables_of(
    square: int, shapes: Iterable[str], battery: Battery, prices: Prices, levels: tuple[float, ...]
) -> list[Table]:
    """The tables of a square. BadInput where no climate speaks for it."""
    lat, lon = middle_of(square)
    lon = lon if lon <= 180.0 else lon - 360.0
    weather = weather_at(lat, lon, usual_tilt(lat))
    is_far = weather.cell is not None and weather.cell.is_far
    return [Table(square, shape, _rows(weather, shape, battery, prices, levels), is_far) for shape in shapes]


def _rows(
    weather: Weather, shape: str, battery: Battery, prices: Prices, levels: tuple[float, ...]
) -> tuple[Relative, ...]:
    hours = hours_of(weather, load_of(UNIT_WH, len(weather.light), SHAPES[shape]), Panel())
    yield_per_day = float(hours.supply.sum()) / len(hours.supply) * 24.0
    if yield_per_day <= 0.0:
        return ()
    panel, storage = first_spans(UNIT_WH, yield_per_day)
    wp = np.geomspace(panel.least, panel.most, PANELS)
    usable = np.geomspace(storage.least, storage.most, BATTERIES)
    every_wp, every_usable = (part.ravel() for part in np.meshgrid(wp, usable, indexing="ij"))
    found = run(hours, every_wp.tolist(), every_usable.tolist(), battery)
    batteries = 1.0 + found.replaced.sum(axis=0) * prices.years / len(hours.by_year)
    costs = life_costs(prices, battery, every_wp, every_usable, batteries) - float(prices.fixed)
    label = usable / battery.usable / UNIT_WH
    short, cost = (values.reshape(PANELS, BATTERIES) for values in (found.by_energy, costs))
    rows = (relative(level, wp / UNIT_WH, label, short, cost) for level in levels)
    return tuple(row for row in rows if row is not None)


def as_columns(tables: Iterable[Table], levels: tuple[float, ...]) -> Mapping[str, np.ndarray]:
    """Tables as columns for the analytics engine: square, shape, far, and llp, wp and wh of each level.

    A level that is not reached has `OUT_OF_REACH`.
    """
    known = list(tables)
    by_level = [{row.level: row for row in table.rows} for table in known]
    columns = {
        "square": np.array([table.square for table in known], dtype=np.int32),
        "shape": np.array([table.shape for table in known], dtype=object),
        "far": np.array([table.is_far for table in known], dtype=bool),
    }
    for place, level in enumerate(levels):
        rows = [found.get(level) for found in by_level]
        columns[f"llp_{place}"] = np.full(len(known), level)
        columns[f"wp_{place}"] = np.array([OUT_OF_REACH if row is None else row.wp for row in rows])
        columns[f"wh_{place}"] = np.array([OUT_OF_REACH if row is None else row.battery_wh for row in rows])
    return columns
