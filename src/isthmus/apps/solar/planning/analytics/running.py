"""The plan of a file of homes: tables for its squares, a look-up for each, sums and lots."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from isthmus.analysis.engine import Workspace, open_workspace, quoted
from isthmus.analysis.portable import as_sql, table
from isthmus.analysis.tables import hand_out, kind_of, save_table
from isthmus.apps.solar.engine.analytics import THREADS
from isthmus.apps.solar.engine.rules.battery import CHEMISTRIES
from isthmus.apps.solar.loads.appliance_queries import appliances
from isthmus.apps.solar.planning.analytics.intake import Homes, take_in
from isthmus.apps.solar.planning.analytics.looking_up import planned
from isthmus.apps.solar.planning.analytics.making import Table, as_columns, tables_of
from isthmus.apps.solar.planning.rules.choosing import ASKED, BEYOND, LESSER, Rates, levels_for, rates
from isthmus.apps.solar.planning.rules.squares import middle_of
from isthmus.apps.solar.sizing import queries
from isthmus.apps.solar.sizing.rules.prices import Prices
from isthmus.kit.errors import BadInput

_WRITE = "COPY ($query) TO $file (FORMAT parquet)"
_VIEW = "CREATE OR REPLACE VIEW plan AS SELECT * FROM read_parquet($file)"
# One reading of the plan: everything that is added up comes from these few rows.
_SUMMED = """
CREATE OR REPLACE TABLE summed AS
SELECT district, state, wp, battery_wh, count(*) AS rows, sum(homes)::BIGINT AS homes,
    sum(homes * price)::DECIMAL(18, 2) AS cost
FROM plan GROUP BY ALL
"""
_TOTALS = """
coalesce(sum(rows), 0)::BIGINT, coalesce(sum(homes), 0)::BIGINT,
    coalesce(sum(homes) FILTER (state = $asked), 0)::BIGINT,
    coalesce(sum(homes) FILTER (state = $less), 0)::BIGINT,
    coalesce(sum(homes) FILTER (state = $beyond), 0)::BIGINT,
    coalesce(sum(homes * wp) FILTER (state <> $beyond), 0)::BIGINT,
    coalesce(sum(homes * battery_wh) FILTER (state <> $beyond), 0)::BIGINT,
    coalesce(sum(cost) FILTER (state <> $beyond), 0)::DECIMAL(18, 2)
FROM summed
"""
_WHOLE = "SELECT $totals"
_BY_DISTRICT = "SELECT district, $totals GROUP BY district ORDER BY district"
_COUNTED = (
    "SELECT count(*) FROM (SELECT DISTINCT district, wp, battery_wh FROM summed WHERE state <> $beyond)"
)
_LOTS = """
SELECT district, $battery AS battery, wp, battery_wh, sum(homes)::BIGINT AS systems,
    sum(cost)::DECIMAL(18, 2) AS cost, $currency AS currency
FROM summed WHERE state <> $beyond GROUP BY ALL ORDER BY district, systems DESC, wp, battery_wh
"""
_OUT = """
SELECT id, district, homes, llp, wp, battery_wh, $battery AS battery,
    (cents * 0.01::DECIMAL(3, 2))::DECIMAL(18, 2) AS price, state FROM ($query)
"""


@dataclass(frozen=True, slots=True)
class Totals:
    """Homes by what they are given, and what is bought for those within their budget.

    ``name`` is the district's, "" for the whole. Power in Wp, storage in Wh on labels, ``cost`` in currency.
    """

    name: str
    rows: int
    homes: int
    asked: int
    less: int
    beyond: int
    wp: int
    battery_wh: int
    cost: Decimal


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file came to; ``far`` are middles of squares whose climate is of land more than 300 km away."""

    whole: Totals
    districts: tuple[Totals, ...]
    lots: int
    tables: int
    far: tuple[tuple[float, float], ...]
    currency: str
    prices: Prices
    seconds: Mapping[str, float]


def plan_homes(
    homes: Path,
    out: Path | None,
    *,
    target: float,
    battery: str = "lfp",
    country: str = "",
    lots: Path | None = None,
    step: Callable[[int, int], None] = lambda _done, _all: None,
) -> Plan:
    """Plan every home of a CSV or Parquet file; BadInput for what cannot be read or planned.

    ``out`` gets a row for each home, ``lots`` one for each size in each district. ``target`` is the share of
    the use that may stay unmet.
    """
    for path in (out, lots):
        if path is not None:
            kind_of(path)
            if path.resolve() == homes.resolve():
                raise BadInput(
                    "solar.out",
                    _("%(file)s is the list of homes: the plan would overwrite it.") % {"file": path.name},
                    next_step=_("Give the plan a name of its own."),
                )
    if out is not None and lots is not None and out.resolve() == lots.resolve():
        raise BadInput("solar.out", _("The plan and its lots need a file each."))
    prices = queries.prices()
    levels = levels_for(target)
    began = time.process_time()
    with open_workspace(homes) as workspace:
        found = take_in(workspace, homes, appliances(country))
        read = time.process_time()
        tables = _tables(found, battery, prices, levels, step)
        made = time.process_time()
        words = {"$battery": f"'{battery}'", "$currency": f"'{prices.currency}'", "$beyond": f"'{BEYOND}'"}
        file = _looked_up(workspace, tables, levels, _rates(prices, battery), words)
        whole, districts, count = _summed(workspace, words, found.has_districts)
        if lots is not None:
            save_table(workspace, _filled(_LOTS, words), lots)
        if out is not None and kind_of(out) == file.suffix:
            hand_out(file, out)
        elif out is not None:
            save_table(workspace, "SELECT * FROM plan", out)
        ended = time.process_time()
    return Plan(
        whole,
        districts,
        count,
        len(tables),
        tuple(sorted({middle_of(one.square) for one in tables if one.is_far})),
        prices.currency,
        prices,
        {"reading": read - began, "tables": made - read, "looking_up": ended - made},
    )


def _filled(text: str, words: Mapping[str, str]) -> str:
    for name, value in words.items():
        text = text.replace(name, value)
    return text


def _rates(prices: Prices, battery: str) -> Rates:
    return rates(prices.fixed, prices.panel_per_wp + prices.controller_per_wp, prices.battery_per_wh[battery])


def _tables(
    found: Homes,
    battery: str,
    prices: Prices,
    levels: tuple[float, ...],
    step: Callable[[int, int], None],
) -> list[Table]:
    shapes: dict[int, list[str]] = {}
    for square, shape in found.places:
        shapes.setdefault(square, []).append(shape)
    language = get_language()

    def make(square: int) -> list[Table]:
        # What is said of a place is said in the reader's language, in every thread.
        with override(language):
            return tables_of(square, shapes[square], CHEMISTRIES[battery], prices, levels)

    made: list[Table] = []
    # The weather of one square is drawn while the kernel runs another.
    with ThreadPoolExecutor(THREADS) as pool:
        try:
            for done, tables in enumerate(pool.map(make, shapes), start=1):
                _light_enough(tables)
                made += tables
                step(done, len(shapes))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return made


def _light_enough(tables: list[Table]) -> None:
    for one in tables:
        if one.rows:
            continue
        lat, lon = middle_of(one.square)
        raise BadInput(
            "solar.too-dark",
            _("Around %(lat)g, %(lon)g there is too little sun for any family's system.")
            % {"lat": lat, "lon": lon},
            next_step=_("Plan another source for the homes there, and leave them out."),
        )


def _looked_up(
    workspace: Workspace,
    tables: list[Table],
    levels: tuple[float, ...],
    prices: Rates,
    words: Mapping[str, str],
) -> Path:
    """Write every home's row to a file of the workspace, and make it the view ``plan``."""
    workspace.connection.register("given_tables", dict(as_columns(tables, levels)))
    workspace.run(
        "CREATE OR REPLACE TABLE need AS SELECT * REPLACE (shape::VARCHAR AS shape) FROM given_tables"
    )
    workspace.connection.unregister("given_tables")
    query = as_sql(planned(table(workspace, "homes"), table(workspace, "need"), levels, prices))
    file = workspace.name(".parquet")
    rows = _filled(_OUT, {**words, "$query": query})
    workspace.run(_filled(_WRITE, {"$query": rows, "$file": quoted(file)}))
    workspace.run(_filled(_VIEW, {"$file": quoted(file)}))
    return file


def _summed(
    workspace: Workspace, words: Mapping[str, str], has_districts: bool
) -> tuple[Totals, tuple[Totals, ...], int]:
    """The sums of ``plan``, for the whole and by district, and how many lots there are."""
    workspace.run(_SUMMED)
    counted = _filled(_TOTALS, {**words, "$asked": f"'{ASKED}'", "$less": f"'{LESSER}'"})
    whole = _totals("", workspace.rows(_filled(_WHOLE, {"$totals": counted}))[0])
    rows: list[tuple[object, ...]] = []
    if has_districts:
        rows = workspace.rows(_filled(_BY_DISTRICT, {"$totals": counted}))
    count = workspace.number(_filled(_COUNTED, words))
    return whole, tuple(_totals(str(row[0]), row[1:]) for row in rows), count


def _totals(name: str, row: tuple[object, ...]) -> Totals:
    counts = [int(str(value)) for value in row[:7]]
    rows, homes, asked, less, beyond, wp, battery_wh = counts
    return Totals(name, rows, homes, asked, less, beyond, wp, battery_wh, Decimal(str(row[7])))
