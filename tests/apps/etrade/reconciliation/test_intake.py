"""What the typed tables hold of the cells of a file."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from isthmus.analysis.engine import open_workspace
from isthmus.apps.etrade.reconciliation.analytics.intake import read_rates, read_side
from isthmus.apps.etrade.reconciliation.rules.names import mark_key

MARKS = [
    *("CMR-2026-0001234", "cmr 2026/1234", "CMR_2026_1234", "784-36296397", "MSKU4801050", "msku 480105-0"),
    *("8K-2256", "8k·2256", "ကခ-1234", "№ 17", "é-1", "--", " / ", "A", "a.b"),
]


def table_of(folder: Path, columns: str, lines: Sequence[str], asked: str) -> list[tuple[object, ...]]:
    path = folder / "e.csv"
    path.write_text("\n".join([columns, *lines]) + "\n", encoding="utf-8")
    with open_workspace(path) as workspace:
        read_rates(workspace, None)
        read_side(workspace, path, "exports")
        return workspace.rows(asked)


@pytest.mark.parametrize("column", ["transport_doc", "container", "plate", "ucr"])
def test_a_mark_becomes_the_hash_of_what_both_sides_would_write(tmp_path: Path, column: str) -> None:
    lines = [f'{place:02d},2026-03-01,071331,CN,"{mark}"' for place, mark in enumerate(MARKS)]
    name = "doc" if column == "transport_doc" else column
    keys = ", ".join("'" + mark_key(mark) + "'" for mark in MARKS)
    asked = (
        f"SELECT x.id, x.{name} = hash(k.key) FROM exports AS x JOIN (SELECT unnest([{keys}]) AS key, "
        "unnest(range(100)) AS place) AS k ON CAST(x.id AS INTEGER) = k.place ORDER BY 1"
    )
    found = table_of(tmp_path, f"id,date,hs,partner,{column}", lines, asked)
    # a mark of signs alone is none
    assert [same for _id, same in found] == [True if mark_key(mark) else None for mark in MARKS]


def test_weights_are_grams_and_nothing_weighed_is_unknown(tmp_path: Path) -> None:
    lines = [
        "1,2026-03-01,0713.31,cn ,19873.4,126",
        "2,2026-03-01,07133190,CN,0,",
        "3,2026-03-01,071331,CN,,1",
    ]
    found = table_of(
        tmp_path,
        "id,date,hs,partner,net_kg,packages",
        lines,
        "SELECT hs6, partner, grams, packages FROM exports",
    )
    assert found == [(71331, "CN", 19_873_400, 126), (71331, "CN", None, None), (71331, "CN", None, 1)]
