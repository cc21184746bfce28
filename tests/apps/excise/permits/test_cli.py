"""Permits and quotas from the shell."""

import json

from click.testing import CliRunner

from isthmus.apps.excise.cli import excise
from isthmus.kit.errors import NotFound
from tests.apps.excise.permits.conftest import Atoll, applied, approved, drawn, quota


def shown(*args: str) -> list[dict]:
    answer = CliRunner().invoke(excise, ["permits", *args, "--json"], catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.output)


def test_permits_are_listed_with_what_is_left_in_millilitres(atoll: Atoll):
    quota(atoll.near, 10)
    quota(atoll.far, 5)
    drawn(approved(atoll.near, 6), 2)
    applied(atoll.far, 5)
    rows = shown("list")
    assert [(row["number"], row["state"], row["granted_ml"], row["left_ml"]) for row in rows] == [
        ("PER-2023-000002", "applied", 0, 0),
        ("PER-2023-000001", "approved", 6000, 4000),
    ]
    assert [row["number"] for row in shown("list", "--operator", "MV00000000025")] == ["PER-2023-000002"]
    assert shown("list", "--year", "2022") == []


def test_quotas_are_listed_by_island(atoll: Atoll):
    quota(atoll.near, 10)
    drawn(approved(atoll.near, 6), 2)
    (row,) = shown("quota", "--year", "2023")
    assert row == {
        "island": "Sample island",
        "operator": "MV00000000017",
        "year": 2023,
        "granted_ml": 10_000,
        "transferred_ml": 0,
        "used_ml": 2_000,
        "left_ml": 8_000,
    }
    assert shown("quota", "--year", "2022") == []


def test_a_draw_down_is_taken_back_and_listed_so(atoll: Atoll):
    quota(atoll.near, 10)
    drawn(approved(atoll.near, 6), 2)
    answer = shown("reverse", "PER-2023-000001", "1", "--reason", "Did not arrive", "--on", "2023-05-11")
    assert answer == {
        "permit": "PER-2023-000001",
        "draw": "1",
        "amount_ml": 2_000,
        "reversed_on": "2023-05-11",
        "return": "RET-2023-000001 v2",
    }
    (row,) = shown("draws", "PER-2023-000001")
    assert (row["amount_ml"], row["reversed_on"], row["why"]) == (2_000, "2023-05-11", "Did not arrive")
    found = CliRunner().invoke(excise, ["permits", "reverse", "PER-2023-000001", "2", "--reason", "x"])
    assert isinstance(found.exception, NotFound)
