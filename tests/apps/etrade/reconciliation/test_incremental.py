"""What came in portions is reconciled as if it had come at once, whatever the order."""

import csv
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bench.corridor.make import make
from bench.corridor.settings import NOISES, Corridor
from isthmus.analysis.engine import Workspace, open_workspace
from isthmus.apps.etrade.reconciliation.analytics.incremental import (
    Arrivals,
    KnownLink,
    Opened,
    reconcile_arrivals,
)
from isthmus.apps.etrade.reconciliation.analytics.running import Inputs, read_corridor, reconcile
from isthmus.apps.etrade.reconciliation.rules.calibration import Calibration

Row = dict[str, str]
Found = tuple[list[tuple[object, ...]], list[tuple[object, ...]]]
CALIBRATION = Calibration()
_LINKS = """
SELECT e.id, i.id, l.pass, l.sweep, l.score
FROM links AS l JOIN exports AS e ON e.rowid = l.e JOIN imports AS i ON i.rowid = l.i ORDER BY ALL
"""
EVERY_TRAP = {
    **dict.fromkeys(
        ("split", "merged", "duplicate", "missing_import", "unit", "currency", "entrepot", "hs_shift"), 500
    ),
    "undervalued": 300,
    "gap": 300,
}


@cache
def corridor(seed: int, noise: str) -> tuple[tuple[Row, ...], tuple[Row, ...], str]:
    """Both sides of a corridor of few firms, in which most rows compete with others, and its rates."""
    with tempfile.TemporaryDirectory() as made:
        files = make(Corridor(45, seed, NOISES[noise], EVERY_TRAP), Path(made), ".csv")
        sides = []
        for path in (files.exports, files.imports):
            with path.open(encoding="utf-8", newline="") as stream:
                sides.append(tuple(csv.DictReader(stream)))
        return sides[0], sides[1], files.rates.read_text(encoding="utf-8")


@contextmanager
def workspace_with(exports: list[Row], imports: list[Row], rates: str) -> Iterator[Workspace]:
    """A workspace with the rows read into it."""
    with tempfile.TemporaryDirectory() as made:
        inputs = Inputs(*(Path(made) / name for name in ("exports.csv", "imports.csv", "rates.csv")))
        names = list(corridor(1, "ordinary")[0][0])
        for path, rows in ((inputs.exports, exports), (inputs.imports, imports)):
            with path.open("w", encoding="utf-8", newline="") as stream:
                writer = csv.DictWriter(stream, names)
                writer.writeheader()
                writer.writerows(rows)
        assert inputs.rates is not None
        inputs.rates.write_text(rates, encoding="utf-8")
        with open_workspace(*inputs.paths()) as workspace:
            read_corridor(workspace, inputs)
            yield workspace


def found(workspace: Workspace) -> Found:
    return workspace.rows(_LINKS), workspace.rows("SELECT * FROM cases ORDER BY rank")


def at_once(exports: list[Row], imports: list[Row], rates: str) -> Found:
    with workspace_with(exports, imports, rates) as workspace:
        reconcile(workspace, CALIBRATION, lambda _done, _label: None)
        return found(workspace)


def in_addition(
    exports: list[Row], imports: list[Row], rates: str, links: list[tuple[object, ...]], came: Arrivals
) -> tuple[Found, Opened]:
    with workspace_with(exports, imports, rates) as workspace:
        known = [KnownLink(*link) for link in links]  # type: ignore[arg-type]  # rows of the query above
        opened = reconcile_arrivals(workspace, CALIBRATION, known, came, most=1.0)
        return found(workspace), opened


@settings(max_examples=6, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(
    seed=st.integers(1, 40),
    noise=st.sampled_from(["ordinary", "harsh", "no-documents"]),
    draw=st.randoms(use_true_random=False),
    portions=st.integers(2, 4),
)
def test_portions_in_any_order_give_what_one_run_gives(seed, noise, draw, portions) -> None:  # type: ignore[no-untyped-def]  # drawn
    exports, imports, rates = corridor(seed, noise)
    rows = [("e", row) for row in exports] + [("i", row) for row in imports]
    draw.shuffle(rows)
    cuts = sorted(draw.randrange(1, len(rows)) for _ in range(portions - 1))
    present: dict[str, list[Row]] = {"e": [], "i": []}
    links: list[tuple[object, ...]] = []
    for start, end in zip([0, *cuts], [*cuts, len(rows)], strict=True):
        came: dict[str, list[Row]] = {"e": [], "i": []}
        for side, row in rows[start:end]:
            came[side].append(row)
            present[side].append(row)
        arrivals = Arrivals([row["id"] for row in came["e"]], [row["id"] for row in came["i"]])
        (links, cases), _opened = in_addition(present["e"], present["i"], rates, links, arrivals)
    assert (links, cases) == at_once(list(exports), list(imports), rates)
    assert links
    assert cases


def test_a_single_new_row_opens_few_others() -> None:
    exports, imports, rates = corridor(3, "ordinary")
    most = list(imports[:-1])
    links, _cases = at_once(list(exports), most, rates)
    result, opened = in_addition(
        list(exports), list(imports), rates, links, Arrivals((), [imports[-1]["id"]])
    )
    assert not opened.whole
    assert 0 < opened.imports < len(imports) / 2
    assert result == at_once(list(exports), list(imports), rates)


@settings(max_examples=4, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(
    seed=st.integers(1, 40),
    noise=st.sampled_from(["ordinary", "harsh", "no-documents"]),
    draw=st.randoms(use_true_random=False),
)
def test_withdrawn_and_amended_rows_open_what_they_touched(seed, noise, draw) -> None:  # type: ignore[no-untyped-def]  # drawn
    exports, imports, rates = corridor(seed, noise)
    sides = {"e": list(exports), "i": list(imports)}
    late = {side: draw.sample(rows, 3) for side, rows in sides.items()}
    gone = {side: draw.sample(rows, draw.randrange(1, 4)) for side, rows in sides.items()}
    before = {
        side: [row for row in rows if row not in late[side] or row in gone[side]]
        for side, rows in sides.items()
    }
    links, _cases = at_once(before["e"], before["i"], rates)
    after = {side: [row for row in rows if row not in gone[side]] for side, rows in sides.items()}
    came = {side: [row["id"] for row in rows if row not in before[side]] for side, rows in after.items()}
    with_gone = {side: [*after[side], *gone[side]] for side in sides}
    ids = {side: [row["id"] for row in gone[side]] for side in sides}
    arrivals = Arrivals(came["e"], came["i"], ids["e"], ids["i"])
    result, opened = in_addition(with_gone["e"], with_gone["i"], rates, links, arrivals)
    assert not opened.whole
    assert result == at_once(after["e"], after["i"], rates)


@pytest.mark.parametrize("cause", ["too many rows", "a link of a row that is nowhere"])
def test_the_whole_corridor_is_opened_where_the_blocks_cannot_be_told(cause: str) -> None:
    exports, imports, rates = corridor(3, "ordinary")
    links, cases = at_once(list(exports), list(imports), rates)
    known = [KnownLink(*link) for link in links]  # type: ignore[arg-type]  # rows of the query above
    if cause != "too many rows":
        known.append(replace(known[0], import_id="nowhere"))
    with workspace_with(list(exports), list(imports), rates) as workspace:
        came = Arrivals([exports[0]["id"]])
        opened = reconcile_arrivals(
            workspace, CALIBRATION, known, came, most=0.0 if cause == "too many rows" else 1.0
        )
        assert opened == Opened(len(exports), len(imports), whole=True)
        assert found(workspace) == (links, cases)
