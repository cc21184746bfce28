"""The table of ASVS 5.0, level 1: whole, with a state and a reason each, and naming tests that exist."""

import ast
import re
from functools import cache

import pytest

from tests.processes.nodes import ROOT

TABLE = ROOT / "docs" / "security" / "asvs-5.0-level-1.md"
COUNTS = {
    "V1.2": 5, "V1.3": 2, "V1.5": 1, "V2.1": 1, "V2.2": 2, "V2.3": 1, "V3.2": 2, "V3.3": 1, "V3.4": 2,
    "V3.5": 3, "V4.1": 1, "V4.4": 1, "V5.2": 2, "V5.3": 2, "V6.1": 1, "V6.2": 8, "V6.3": 2, "V6.4": 2,
    "V7.2": 4, "V7.4": 2, "V8.1": 1, "V8.2": 2, "V8.3": 1, "V9.1": 3, "V9.2": 1, "V10.4": 5, "V11.3": 2,
    "V11.4": 1, "V12.1": 1, "V12.2": 2, "V13.4": 1, "V14.2": 1, "V14.3": 1, "V15.1": 1, "V15.2": 1,
    "V15.3": 1,
}  # fmt: skip
"""Requirements of level 1 in each section of the standard; they are numbered from 1 in all of them."""

ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TABLE.read_text(encoding="utf-8").splitlines()
    if line.startswith("| V")
]


def test_every_requirement_is_there_once_and_in_order() -> None:
    wanted = [f"{section}.{number}" for section, count in COUNTS.items() for number in range(1, count + 1)]
    assert [row[0] for row in ROWS] == wanted
    assert len(wanted) == 70


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row[0]))
def test_each_says_what_how_and_by_which_test(row: list[str]) -> None:
    _number, asks, state, how, tests = row
    assert state in {"holds", "not applicable", "not met"}
    assert len(asks) > 10
    assert state == "holds" or len(how) > 25, "what does not hold has its reason"
    assert state == "not met" or tests != "-"


@cache
def names_in(path: str) -> set[str]:
    """The tests of a file, those in classes with the class before them."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    found = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    for group in tree.body:
        if isinstance(group, ast.ClassDef):
            found |= {
                f"{group.name}::{node.name}" for node in group.body if isinstance(node, ast.FunctionDef)
            }
    return {name for name in found if name.rpartition("::")[2].startswith("test_")}


NAMED = sorted({test for row in ROWS for test in re.findall(r"`(tests/[^`]+)`", row[4])})


@pytest.mark.parametrize("test", NAMED)
def test_every_test_that_is_named_exists(test: str) -> None:
    path, _, name = test.partition("::")
    found = names_in(path)
    assert found if name == "test_*" else name in found


def test_the_sums_in_its_head_are_right() -> None:
    states = [row[2] for row in ROWS]
    head = TABLE.read_text(encoding="utf-8").partition("| Requirement")[0]
    assert f"{states.count('holds')} hold, {states.count('not applicable')} do not apply" in head
    assert f"{states.count('not met')} are not met" in head


def test_the_guide_says_how_guessing_is_slowed_down() -> None:
    guide = (ROOT / "docs" / "guide" / "security.md").read_text(encoding="utf-8")
    assert "ISTHMUS_SECOND_FACTOR" in guide
    from isthmus.accounts import patience

    for rule in (patience.FROM_ONE_ADDRESS, patience.BY_ONE_ADDRESS, patience.ON_ONE_ACCOUNT):
        assert f"{rule.free} tries" in guide, rule


def test_the_policy_says_how_soon_weaknesses_are_mended() -> None:
    policy = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    for word in ("How to report", "Supported versions", "days", "What is defended", "What is not"):
        assert word in policy
