"""The fault matrix as a table: each row says what is done to the nodes, what must hold, and is a test."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parent
GROUPS = {
    1: "Kills and power cuts",
    2: "Receipts lost, delayed, duplicated",
    3: "Batches duplicated, reordered, truncated",
    4: "Bad lines",
    5: "Disk full",
    6: "Clocks",
    7: "Keys",
    8: "A log that was tampered with",
    9: "Bundles",
    10: "Hostile bodies",
    11: "Agreements and types that do not fit",
    12: "A backup put back",
    13: "A split view",
    14: "Databases restarted, two workers",
}
BOTH, SQLITE, POSTGRES = "both", "SQLite", "PostgreSQL"


@dataclass(frozen=True)
class Row:
    """One row: ``injected`` says what is done, ``holds`` what must be true afterwards.

    ``long`` rows run in the benchmark alone. ``databases`` says where the row means something.
    """

    name: str
    injected: str
    holds: str
    long: bool = False
    databases: str = BOTH


def row(injected: str, holds: str, *, long: bool = False, databases: str = BOTH) -> pytest.MarkDecorator:
    """Mark a test as one row of the matrix."""
    return pytest.mark.fault(Row("", injected, holds, long, databases))


def rows(name: str, cases: Sequence[tuple[str, str, str]], **common: Any) -> Callable[[Any], Any]:
    """Mark a test as several rows, one for each (value, injected, holds) that it gets as ``name``."""

    def mark(function: Any) -> Any:
        parameters = [
            pytest.param(value, id=value.replace(" ", "-"), marks=row(injected, holds, **common))
            for value, injected, holds in cases
        ]
        return pytest.mark.parametrize(name, parameters)(function)

    return mark


def modules() -> list[str]:
    """The files of the groups, in order."""
    return sorted(path.stem for path in FOLDER.glob("test_[0-9][0-9]_*.py"))


def group_of(module: str) -> int:
    """The number of a file's group."""
    return int(module.rpartition(".")[2].split("_")[1])


def rows_of(module: str) -> Iterator[tuple[str, Row]]:
    """The rows of a group's file: the test's name with its parameter, and what it says of itself."""
    loaded = import_module(f"tests.faults.{module}")
    for name, function in vars(loaded).items():
        if not name.startswith("test_"):
            continue
        for mark in getattr(function, "pytestmark", []):
            if mark.name == "fault":
                yield name, mark.args[0]
            elif mark.name == "parametrize":
                for parameter in mark.args[1]:
                    for inner in parameter.marks:
                        if inner.name == "fault":
                            yield f"{name}[{parameter.id}]", inner.args[0]


def unmarked_in(module: str) -> list[str]:
    """Tests of a group's file that are no row."""
    known = {name.partition("[")[0] for name, _ in rows_of(module)}
    loaded = import_module(f"tests.faults.{module}")
    return [name for name in vars(loaded) if name.startswith("test_") and name not in known]


HEAD = """# The fault matrix

What has been done to real nodes, with real processes and sockets, and what held each time. Each row injects
a fault, lets the exchange drain, and then compares all sides: nothing lost, no effect twice, order kept, a
receipt for every record, the same verdict on both sides, both logs as they were written, every log head that
a partner holds still the beginning of the log, and the right alarm or none. `settled` in
`tests/faults/fleet.py` is that comparison; no row ends without it unless it says so.

`python3 run.py test tests/faults` runs the rows on SQLite, with `ISTHMUS_TEST_DATABASE` on PostgreSQL;
`python3 run.py bench faults` runs all of them, the long ones too, and prints a table.
`python3 run.py bench soak --minutes 60` throws the same faults at three nodes for an hour, at random.

This page is written from the tests: `python -m tests.faults.document`.
"""


def document() -> str:
    """The page of the guide."""
    parts = [HEAD]
    by_group: dict[int, list[str]] = {}
    for module in modules():
        by_group.setdefault(group_of(module), []).append(module)
    for number, title in GROUPS.items():
        parts.append(f"\n## {number}. {title}\n")
        for module in by_group.get(number, []):
            parts.append(f"`tests/faults/{module}.py`\n")
            parts.append("| test | what is done | what holds | runs |\n|---|---|---|---|")
            for name, found in rows_of(module):
                where = "bench" if found.long else "tests"
                if found.databases != BOTH:
                    where += f", {found.databases} only"
                parts.append(f"| `{name}` | {found.injected} | {found.holds} | {where} |")
    return "\n".join(parts) + "\n"
