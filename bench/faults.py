"""The whole fault matrix, the long rows too: what was injected, what held, and how long it took.

Each row is a test of ``tests/faults``; a database server given with ``--postgres`` runs them on PostgreSQL.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


class Table:
    """Collects the outcome of each row while pytest runs them."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    def pytest_itemcollected(self, item: Any) -> None:  # noqa: ANN401  pytest is imported where it is used
        """Note the rows in the order of the matrix."""
        mark = item.get_closest_marker("fault")
        if mark is not None:
            self.rows[item.nodeid] = {
                "group": int(item.path.stem.split("_")[1]),
                "row": item.name,
                "injected": mark.args[0].injected,
                "holds": mark.args[0].holds,
                "outcome": "not run",
                "seconds": 0.0,
            }

    def pytest_runtest_logreport(self, report: Any) -> None:  # noqa: ANN401  as above
        """Note what became of a row; making its nodes does not count as its time."""
        row = self.rows.get(report.nodeid)
        if row is None:
            return
        if report.when == "call":
            row["seconds"] = round(report.duration, 1)
        if report.outcome != "passed" or report.when == "call":
            row["outcome"] = "held" if report.outcome == "passed" else report.outcome
        if report.failed:
            row["why"] = str(report.longrepr)[-2000:]

    def pytest_deselected(self, items: Any) -> None:  # noqa: ANN401  as above
        """Leave out what is for the other database."""
        for item in items:
            self.rows.pop(item.nodeid, None)


def _show(rows: list[dict[str, Any]]) -> None:
    print(f"{'group':>5}  {'row':<52}{'outcome':<10}{'seconds':>8}  injected")
    for row in rows:
        told = f"{row['outcome']:<10}{row['seconds']:>8.1f}  {row['injected']}"
        print(f"{row['group']:>5}  {row['row']:<52}{told}")
    held = sum(row["outcome"] == "held" for row in rows)
    print(f"\n{held} of {len(rows)} rows held, in {sum(row['seconds'] for row in rows):.0f} s")


def main() -> int:
    """Run the matrix; exit code 1 where a row did not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--postgres", default="", help="a server such as postgres://postgres@127.0.0.1:5432/x"
    )
    parser.add_argument("--group", type=int, action="append", help="these groups alone")
    parser.add_argument("--json", action="store_true", help="print the table as JSON")
    options = parser.parse_args()
    os.chdir(ROOT)
    os.environ["ISTHMUS_TEST_DATABASE"] = options.postgres
    os.environ["FAULTS_LONG"] = "1"
    import pytest

    groups = options.group or range(1, 15)
    files = [
        str(path) for number in groups for path in sorted(Path("tests/faults").glob(f"test_{number:02}_*"))
    ]
    table = Table()
    quiet = ["-q", "-n", "0", "--no-header", "--no-summary"]
    out, sys.stdout = sys.stdout, sys.stderr  # the table alone goes to stdout
    try:
        code = pytest.main([*quiet, *files], plugins=[table])
    finally:
        sys.stdout = out
    rows = list(table.rows.values())
    if options.json:
        print(json.dumps({"bench": "faults", "rows": rows}, indent=1))
    else:
        _show(rows)
        for row in rows:
            if "why" in row:
                print(f"\n{row['row']}:\n{row['why']}")
    return 0 if code == 0 and all(row["outcome"] == "held" for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
