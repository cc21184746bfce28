"""Group 8: somebody with access to the database changes what was written."""

import json

import pytest

from tests.faults.fleet import Fleet
from tests.faults.matrix import row, rows

pytestmark = pytest.mark.processes


def _places(found: dict[str, object]) -> dict[str, tuple[str, dict[str, object], str, object, str]]:
    other = "0" * 64
    return {
        "a record's column": (
            "exchange.Record",
            {"leaf": found["leaf"]},
            "subject",
            "EX-forged",
            "other values",
        ),
        "a log entry": ("exchange.LogEntry", {"index": found["entry"]}, "leaf", other, "its leaf was"),
        "a tree hash": (
            "exchange.LogEntry",
            {"index": found["above"]},
            "subtrees",
            _last_byte_changed(str(found["subtrees"])),
            "match its leaves",
        ),
        "a signed text": (
            "exchange.Token",
            {"entry_id": found["entry"]},
            "packed",
            _last_byte_changed(str(found["packed"])),
            "text was altered",
        ),
    }


def _last_byte_changed(written: str) -> str:
    return written[:-2] + f"{int(written[-2:], 16) ^ 1:02x}"


PLACES = ("a record's column", "a signed text", "a log entry", "a tree hash")


@rows(
    "place",
    [
        (
            place,
            f"Somebody changes {place} in the database of a node; later it is put back as it was.",
            "The walk over the log names the very entry and exits with 3; once put back, it finds nothing.",
        )
        for place in PLACES
    ],
)
def test_edited(fleet: Fleet, place: str):
    fleet.publish("mm", "cn", 2)
    fleet.settled()
    found = fleet["cn"].ask("newest_record", "mm", 1)
    model, lookup, field, value, words = _places(found)[place]
    before = fleet["cn"].ask("alter", model, lookup, field, value)
    said = fleet["cn"].ask("findings")
    assert any(words in finding for finding in said), said
    done = fleet.command("cn", "log", "verify", "--json")
    assert done.returncode == 3
    assert json.loads(done.stdout)["ok"] is False
    fleet["cn"].ask("alter", model, lookup if field != "leaf" else {"index": found["entry"]}, field, before)
    fleet.publish("mm", "cn", 2)
    fleet.settled()


@row(
    "The newest entries of a node's log are removed with their texts, and its head is set back.",
    "The walk says that the tail is gone and which records are not in the log any more; the node says so"
    " before it sends anything on.",
)
def test_deleted_tail(fleet: Fleet):
    fleet.publish("mm", "cn", 4)
    fleet.settled()
    fleet.spoiled = True
    fleet["cn"].stop()
    size = fleet["cn"].ask("cut_tail", 3)
    said = fleet["cn"].ask("findings")
    assert any(f"ends after {size} entries" in finding for finding in said), said
    assert any("not in the log any more" in finding for finding in said), said
    assert fleet.command("cn", "log", "verify").returncode == 3
