"""Group 12: a node comes back from an older snapshot and nobody says so.

The restore from a backup by the guide's own commands is walked in ``tests/processes/test_restore.py``.
"""

import json

import pytest

from tests.faults.fleet import Fleet
from tests.faults.matrix import row

pytestmark = pytest.mark.processes
OWN_AGE = [
    "exchange.older-claimed",
    "exchange.older-state",
    "exchange.own-log-behind",
    "exchange.own-log-forked",
]
TOLD = ["exchange.partner-behind", "exchange.partner-restored", "exchange.equivocation"]
HEADS = ["exchange.split-view", "exchange.proof-wrong", "exchange.proof-owed"]


@row(
    "A machine's snapshot is put back under a node whose records and receipts have gone on since with two"
    " partners; nobody publishes before the first contact.",
    "The node finds out, takes back its own records and receipts and what it had received, and goes on with"
    " the next number; effects are there once; both partners are told.",
)
def test_snapshot_put_back(own_fleet: Fleet):
    fleet = own_fleet.start()
    fleet.publish("mm", "cn", 3)
    fleet.settled()
    fleet.snapshot("mm")
    for pair in (("mm", "cn"), ("cn", "mm"), ("mm", "md")):
        fleet.publish(*pair, 4)
    fleet.settled()
    fleet.put_snapshot_back("mm")
    fleet.restart("mm")
    fleet.publish("cn", "mm", 1)
    fleet.publish("md", "mm", 1)
    fleet.until(
        lambda: (
            fleet["mm"].ask("numbers_of", "cn", "out") == fleet.published["mm", "cn"]
            and fleet["mm"].ask("numbers_of", "md", "out") == fleet.published["mm", "md"]
        ),
        "the records do not come back",
        60,
    )
    fleet.publish("mm", "cn", 2)
    fleet.publish("mm", "md", 2)
    told = ["exchange.partner-behind", "exchange.partner-restored"]
    fleet.settled(alarms_among={"cn": told, "md": told, "mm": OWN_AGE})


@row(
    "A snapshot is put back and people publish before the first contact, so that two histories exist; then"
    " both sides sign a new epoch.",
    "The stream stops with an alarm before a number goes out twice; in the new epoch everything crosses, what"
    " was published before the contact included.",
)
def test_two_histories(own_fleet: Fleet):
    fleet = own_fleet.start()
    fleet.publish("mm", "cn", 2)
    fleet.settled()
    fleet.snapshot("mm")
    fleet.publish("mm", "cn", 3)
    fleet.settled()
    held = fleet["cn"].ask("story", 0)["streams"]["mm>cn#1"]["records"]
    fleet.put_snapshot_back("mm")
    fleet.publish("mm", "cn", 2)
    fleet.restart("mm")
    fleet.until(lambda: "exchange.two-histories" in fleet["mm"].ask("open_alarms"), "no alarm", 60)
    assert fleet["cn"].ask("story", 0)["streams"]["mm>cn#1"]["records"] == held
    _begin_epoch(fleet)
    own = [*OWN_AGE, "exchange.two-histories"]
    fleet.settled(alarms_among={"cn": TOLD + HEADS, "md": TOLD + HEADS, "mm": own}, heads_of=("cn", "md"))


@row(
    "A node begins a new epoch after a snapshot was put back and its partner accepts; then the partner comes"
    " back from before all that, after it the node once more, and the partner again.",
    "Each gets back what it lost, the end of the closed stream before the new epoch; the streams open without"
    " anybody's help, everything is there once.",
)
def test_both_come_back(own_fleet: Fleet):
    fleet = own_fleet.start()
    fleet.publish("mm", "cn", 2)
    fleet.settled()
    fleet.snapshot("cn")
    fleet.publish("mm", "cn", 2)
    fleet.settled()
    fleet.snapshot("mm")
    fleet.publish("mm", "cn", 3)
    fleet.settled()
    fleet.put_snapshot_back("mm")
    fleet.publish("mm", "cn", 2)
    fleet.restart("mm")
    fleet.until(lambda: "exchange.two-histories" in fleet["mm"].ask("open_alarms"), "no alarm", 60)
    _begin_epoch(fleet)
    expected = {node_id: [*OWN_AGE, *TOLD, *HEADS, "exchange.two-histories"] for node_id in fleet.nodes}
    fleet.settled(alarms_among=expected, heads_of=())
    for node_id, other in (("cn", "mm"), ("mm", "cn"), ("cn", "mm")):
        fleet.put_snapshot_back(node_id)
        fleet.restart(node_id)
        fleet.publish(other, node_id, 1)
        fleet.until(lambda: _at_rest(fleet), "a stream stands still", 150)
        fleet.publish(node_id, other, 1)
        fleet.settled(alarms_among=expected, heads_of=())


def _begin_epoch(fleet: Fleet) -> None:
    """What the guide says in its section 7."""
    done = fleet.command("mm", "stream", "epoch", "cn", "--reason", "A snapshot was put back.", "--json")
    assert done.returncode == 0, done.stderr
    fleet.until(lambda: _asked(fleet, "epoch"), "the partner is not asked", 60)
    done = fleet.command(
        "cn", "stream", "accept", _asked(fleet, "epoch"), "--reason", "They called.", "--json"
    )
    assert done.returncode == 0, done.stderr


def _at_rest(fleet: Fleet) -> bool:
    """Whether the newest stream of each direction is open at both ends, with the same last number."""
    ends: dict[str, set[tuple[str, int]]] = {}
    for node in fleet.nodes.values():
        for name, stream in node.ask("story", 0)["streams"].items():
            ends.setdefault(name, set()).add((stream["state"], str(stream["last"])))
    newest = {name.rpartition("#")[0]: name for name in sorted(ends)}
    return all(len(ends[name]) == 1 and next(iter(ends[name]))[0] == "open" for name in newest.values())


def _asked(fleet: Fleet, what: str) -> str:
    done = fleet.command("cn", "stream", "requests", "--json")
    return next((str(one["number"]) for one in json.loads(done.stdout) if one["asks_for"] == what), "")
