"""What a plan wrote, read again: its lots as those of a request, and its homes row by row."""

import tempfile
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from isthmus.analysis.engine import open_workspace
from isthmus.analysis.tables import open_table, unreadable
from isthmus.apps.solar.delivery.rules.standards import KIT_VOLTS, classify
from isthmus.kit.errors import BadInput

_HEADS = ("district", "battery", "wp", "battery_wh", "systems")
_READ = """
SELECT coalesce(district, ''), battery, wp::INTEGER, battery_wh::INTEGER, systems::INTEGER FROM lots
ORDER BY coalesce(district, ''), wp::INTEGER, battery_wh::INTEGER, battery
"""


def lots_of_plan(file: Path) -> list[dict[str, Any]]:
    """The lots in a CSV or Parquet file of a plan, by the names of ``TenderLotV1``, numbered from 1.

    What is small enough is asked for as a kit (IEC TS 62257-9-5): a plan says nothing of voltages, and none
    of that size needs more than a kit may have. BadInput names the head that is missing, or the line.
    """
    import duckdb

    with open_workspace(file) as workspace:
        columns = open_table(workspace, file, "lots")
        if missing := [head for head in _HEADS if head not in columns]:
            raise BadInput(
                "solar.lots",
                _("%(file)s lacks the columns: %(heads)s.")
                % {"file": file.name, "heads": ", ".join(missing)},
                next_step=_("Give the file that `isthmus solar plan --lots FILE` wrote."),
            )
        try:
            rows = workspace.rows(_READ)
        except duckdb.Error as error:
            raise unreadable(file, error) from error
    if not rows:
        raise BadInput("solar.lots", _("%(file)s has no lots.") % {"file": file.name})
    return [_lot(number, *row) for number, row in enumerate(rows, start=1)]


def _lot(number: int, district: Any, battery: Any, wp: Any, wh: Any, systems: Any) -> dict[str, Any]:  # noqa: ANN401  cells of a table
    return {
        "lot": number,
        "name": f"{wp} Wp, {wh} Wh",
        "kind": classify(one_kit=True, wp=wp, volts=KIT_VOLTS).value,
        "count": systems,
        "wp": wp,
        "battery_wh": wh,
        "battery": battery,
        "place": district or None,
    }


def homes_of(parquet: bytes) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    """The heads and rows of a file that a plan wrote."""
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "homes.parquet"
        file.write_bytes(parquet)
        with open_workspace(file) as workspace:
            heads = open_table(workspace, file, "homes")
            return heads, workspace.rows("SELECT * FROM homes")
