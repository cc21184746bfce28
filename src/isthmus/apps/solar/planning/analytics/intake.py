"""The homes of a file: read, checked, refused by the row that is wrong."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.analysis.engine import Workspace
from isthmus.analysis.tables import open_table, unreadable
from isthmus.apps.solar.loads.appliance_queries import asked_by, listed
from isthmus.apps.solar.loads.rules.appliances import Known
from isthmus.apps.solar.loads.rules.limits import LEAST_WH, MOST_WH
from isthmus.apps.solar.loads.rules.shapes import SHAPES, nearest_shape
from isthmus.apps.solar.planning.analytics.repeating import repeated
from isthmus.apps.solar.planning.rules.squares import ACROSS, SIDE
from isthmus.kit.errors import BadInput, FieldFault

REQUIRED = ("id", "lat", "lon")
OPTIONAL = ("wh_per_day", "appliances", "budget", "district", "shape", "homes")
MOST_LISTS = 100_000
"""Different lists of appliances in a file; more are no lists but measurements."""
MOST_FAULTS = 5
MOST_HOMES = 10_000_000

_READ = """
CREATE OR REPLACE VIEW home AS
SELECT nullif(trim(id::VARCHAR), '') AS id, TRY_CAST(lat AS DOUBLE) AS lat, TRY_CAST(lon AS DOUBLE) AS lon,
    $cells
FROM read_home
"""
_CELLS = {
    "wh_per_day": "TRY_CAST(wh_per_day AS DOUBLE) AS wh, wh_per_day IS NOT NULL AS has_wh",
    "appliances": "nullif(trim(appliances::VARCHAR), '') AS appliances",
    "budget": "CAST(TRY_CAST(budget AS DECIMAL(18, 2)) * 100 AS BIGINT) AS budget_cents,"
    " budget IS NOT NULL AS has_budget",
    "district": "coalesce(trim(district::VARCHAR), '') AS district",
    "shape": "coalesce(nullif(trim(shape::VARCHAR), ''), 'evening') AS shape,"
    " trim(shape::VARCHAR) <> '' AS has_shape",
    "homes": "TRY_CAST(homes AS BIGINT) AS homes",
}
_WITHOUT = {
    "wh_per_day": "NULL::DOUBLE AS wh, false AS has_wh",
    "appliances": "NULL::VARCHAR AS appliances",
    "budget": "NULL::BIGINT AS budget_cents, false AS has_budget",
    "district": "'' AS district",
    "shape": "'evening' AS shape, false AS has_shape",
    "homes": "1::BIGINT AS homes",
}
_CHECKS = {
    "id": "id IS NOT NULL",
    "lat": "lat BETWEEN -90 AND 90",
    "lon": "lon BETWEEN -180 AND 180",
    "wh_per_day": f"(NOT has_wh AND appliances IS NOT NULL) OR wh BETWEEN {LEAST_WH} AND {MOST_WH}",
    "budget": "NOT has_budget OR budget_cents >= 0",
    "shape": "shape IN (" + ", ".join(f"'{name}'" for name in SHAPES) + ")",
    "homes": f"homes BETWEEN 1 AND {MOST_HOMES}",
}
_SQUARE = (
    f"(floor((lat + {90 + SIDE / 2}) / {SIDE})::INTEGER * {ACROSS}"
    f" + floor((lon + {180 + SIDE / 2}) / {SIDE})::INTEGER % {ACROSS})"
)
_HOMES = """
CREATE OR REPLACE VIEW homes AS
SELECT home.id, district, homes, $square AS square,
    CASE WHEN has_shape OR list.shape IS NULL THEN home.shape ELSE list.shape END AS shape,
    coalesce(home.wh, list.wh) AS wh, budget_cents
FROM home LEFT JOIN list ON list.appliances = home.appliances
"""
_PLACES = "SELECT square, shape, count(*) FROM homes GROUP BY ALL ORDER BY ALL"
_COUNTED = "SELECT count(*), $counts FROM home"
_WRONG = "SELECT coalesce(id, ''), $checks FROM home WHERE NOT ($all) ORDER BY 1 LIMIT $most"
_DIFFERENT = "SELECT DISTINCT appliances FROM home WHERE appliances IS NOT NULL ORDER BY 1 LIMIT $most"


@dataclass(frozen=True, slots=True)
class Homes:
    """What the view ``homes`` holds: rows, and the squares and shapes of the day among them."""

    rows: int
    places: tuple[tuple[int, str], ...]
    has_districts: bool


def take_in(workspace: Workspace, path: Path, known: Known) -> Homes:
    """Make the view ``homes`` (id, district, homes, square, shape, wh, budget_cents) of a file.

    BadInput names the first rows that are wrong, by their id.
    """
    import duckdb

    columns = open_table(workspace, path, "read_home")
    missing = [name for name in REQUIRED if name not in columns]
    if missing or not {"wh_per_day", "appliances"} & set(columns):
        raise BadInput(
            "solar.homes-columns",
            _("%(file)s lacks the columns %(columns)s.")
            % {"file": path.name, "columns": ", ".join(missing or ["wh_per_day"])},
            next_step=_("It needs id, lat, lon and wh_per_day or appliances; it may have %(more)s.")
            % {"more": ", ".join(OPTIONAL[2:])},
        )
    cells = ", ".join(_CELLS[name] if name in columns else _WITHOUT[name] for name in OPTIONAL)
    try:
        workspace.run(_READ.replace("$cells", cells))
        _check(workspace, path)
        _lists(workspace, path, known)
        workspace.run(_HOMES.replace("$square", _SQUARE))
        places = workspace.rows(_PLACES)
    except duckdb.Error as error:
        raise unreadable(path, error) from error
    rows = sum(int(str(count)) for _square, _shape, count in places)
    if not rows:
        raise BadInput("solar.no-homes", _("%(file)s has no row.") % {"file": path.name})
    found = tuple((int(str(square)), str(shape)) for square, shape, _count in places)
    return Homes(rows, found, "district" in columns)


def _check(workspace: Workspace, path: Path) -> None:
    checks = [f"coalesce({check}, false)" for check in _CHECKS.values()]
    counting = ", ".join(f"count(*) FILTER (NOT {check})" for check in checks)
    rows_in_all, *counts = workspace.rows(_COUNTED.replace("$counts", counting))[0]
    if not any(counts):
        _once(workspace, path, int(str(rows_in_all)))
        return
    query = _WRONG.replace("$checks", ", ".join(checks)).replace("$all", " AND ".join(checks))
    rows = workspace.rows(query.replace("$most", str(MOST_FAULTS)))
    faults = tuple(
        FieldFault(
            _("row with id %(id)s") % {"id": row[0] or _("that is empty")},
            _("%(columns)s cannot be used")
            % {"columns": ", ".join(name for name, good in zip(_CHECKS, row[1:], strict=True) if not good)},
        )
        for row in rows
    )
    raise BadInput(
        "solar.homes",
        _("%(file)s has cells that cannot be used: %(counts)s.")
        % {
            "file": path.name,
            "counts": ", ".join(
                f"{name} {count}" for name, count in zip(_CHECKS, counts, strict=True) if count
            ),
        },
        next_step=_(
            "Degrees for lat and lon, %(least)d to %(most)d Wh a day or appliances, a budget of 0 or more,"
            " a shape of %(shapes)s."
        )
        % {"least": LEAST_WH, "most": MOST_WH, "shapes": ", ".join(SHAPES)},
        faults=faults,
    )


def _once(workspace: Workspace, path: Path, rows: int) -> None:
    """Each id stands once: a home that is planned twice would be bought twice."""
    found, too_many = repeated(workspace, rows, MOST_FAULTS)
    if not found:
        return
    raise BadInput(
        "solar.homes-twice",
        ngettext(
            "%(file)s has an id that stands more than once: %(rows)d row too many.",
            "%(file)s has ids that stand more than once: %(rows)d rows too many.",
            too_many,
        )
        % {"file": path.name, "rows": too_many},
        next_step=_("Give every home an id of its own; alike homes are one row with their number in homes."),
        faults=tuple(
            FieldFault(
                _("rows with id %(id)s") % {"id": name},
                _("there are %(count)d of them") % {"count": count},
            )
            for name, count in found
        ),
    )


def _lists(workspace: Workspace, path: Path, known: Known) -> None:
    """The table ``list``: each different list of appliances with its use and the shape nearest to it."""
    different = _DIFFERENT.replace("$most", str(MOST_LISTS + 1))
    texts = [str(text) for (text,) in workspace.rows(different)]
    if len(texts) > MOST_LISTS:
        raise BadInput(
            "solar.homes-lists",
            _("%(file)s has more than %(most)d different lists of appliances.")
            % {"file": path.name, "most": MOST_LISTS},
            next_step=_("Give wh_per_day and a shape instead."),
        )
    days = [asked_by(listed(text, known), known) for text in texts]
    for text, day in zip(texts, days, strict=True):
        if not LEAST_WH <= day.wh_per_day <= MOST_WH:
            raise BadInput(
                "solar.homes",
                _("The appliances “%(list)s” use %(wh)d Wh a day; a family uses %(least)d to %(most)d.")
                % {"list": text, "wh": day.wh_per_day, "least": LEAST_WH, "most": MOST_WH},
            )
    workspace.connection.register(
        "given_list",
        {
            "appliances": np.array(texts, dtype=object),
            "wh": np.array([day.wh_per_day for day in days], dtype=np.float64),
            "shape": np.array([nearest_shape(np.asarray(day.wh)) for day in days], dtype=object),
        },
    )
    workspace.run(
        "CREATE OR REPLACE TABLE list AS"
        " SELECT appliances::VARCHAR AS appliances, wh, shape::VARCHAR AS shape FROM given_list"
    )
    workspace.connection.unregister("given_list")
