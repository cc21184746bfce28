"""The lots that `isthmus solar plan --lots` wrote become lots of a request, or are refused by line."""

from pathlib import Path

import pytest

from isthmus.apps.solar.planning.analytics.lots import lots_of_plan
from isthmus.kit.errors import BadInput

pytestmark = pytest.mark.once
HEADS = "district,battery,wp,battery_wh,systems,cost,currency"


def written(folder: Path, *lines: str) -> Path:
    file = folder / "lots.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def test_each_line_is_a_lot_and_small_ones_are_asked_for_as_kits(tmp_path: Path):
    rows = ("Tofa,lfp,400,1500,3,2000.00,USD", "Kumbotso,lfp,160,500,77,23038.40,USD")
    lots = lots_of_plan(written(tmp_path, HEADS, *rows))
    assert [(one["lot"], one["place"], one["count"], one["kind"]) for one in lots] == [
        (1, "Kumbotso", 77, "kit"),
        (2, "Tofa", 3, "component-system"),
    ]
    assert (lots[0]["wp"], lots[0]["battery_wh"], lots[0]["battery"]) == (160, 500, "lfp")


def test_a_plan_without_districts_has_lots_without_a_place(tmp_path: Path):
    (lot,) = lots_of_plan(written(tmp_path, HEADS, ",lead-acid,40,120,7,900.00,USD"))
    assert lot["place"] is None


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (("district,wp", "Tofa,40"), "lacks the columns: battery, battery_wh, systems"),
        ((HEADS,), "has no lots"),
        ((HEADS, "Tofa,lfp,many,120,7,900.00,USD"), "cannot be read as CSV"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, lines: tuple[str, ...], says: str):
    with pytest.raises(BadInput, match=says):
        lots_of_plan(written(tmp_path, *lines))
