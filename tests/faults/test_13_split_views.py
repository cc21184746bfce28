"""Group 13: an operator shows two partners two histories of one log."""

import pytest

from tests.faults.fleet import Fleet
from tests.faults.matrix import row

pytestmark = pytest.mark.processes


def _shown_whole(fleet: Fleet, partner: str) -> int:
    """Wait until a partner holds a head over the whole log of mm; returns its size."""
    fleet.until(
        lambda: fleet[partner].ask("head_of", "mm") >= fleet["mm"].ask("log_size"),
        f"{partner} is not shown the whole log",
        60,
    )
    return fleet["mm"].ask("log_size")


CAUGHT = {"exchange.split-view", "exchange.proof-wrong"}


@row(
    "A node exchanges records with one partner, is put back as it was before, and shows the other partner a"
    " log that goes on differently; the two partners know each other.",
    "Both partners raise the alarm and hold both signed heads, before the first has heard of the node again;"
    " their own exchange goes on.",
)
def test_two_histories_for_two_partners(own_fleet: Fleet):
    for node_id in ("cn", "md", "mm"):
        own_fleet.variables[node_id] = {"ISTHMUS_WITNESS_SECONDS": "1"}
    fleet = own_fleet.start()
    fleet.publish("mm", "cn", 1)
    fleet.publish("mm", "md", 1)
    fleet.publish("cn", "md", 1)
    fleet.settled()
    fleet.snapshot("mm")
    for pair in (("mm", "md"), ("md", "mm")):
        fleet.lines[pair].refuse()
    for _ in range(4):
        fleet.publish("mm", "cn", 1)
        fleet.drain()
    shown = _shown_whole(fleet, "cn")
    fleet.put_snapshot_back("mm")
    for pair in (("mm", "md"), ("md", "mm")):
        fleet.lines[pair].heal()
    for pair in (("mm", "cn"), ("cn", "mm")):
        fleet.lines[pair].refuse()
    fleet.restart("mm")
    for _ in range(4):
        fleet.publish("mm", "md", 1)
        fleet.until(lambda: fleet["mm"].ask("waiting", "md") == [], "it does not cross")
    while _shown_whole(fleet, "md") < shown:
        fleet.publish("mm", "md", 1)
    fleet.publish("cn", "md", 1)
    for node_id in ("cn", "md"):
        fleet.until(
            lambda node=node_id: CAUGHT & set(fleet[node].ask("open_alarms")), f"{node_id} has no alarm", 60
        )
    for node_id in ("cn", "md"):
        assert fleet[node_id].ask("findings") == []
    fleet.publish("cn", "md", 2)
    fleet.publish("md", "cn", 2)
    for one, other in (("cn", "md"), ("md", "cn")):
        fleet.until(
            lambda one=one, other=other: fleet[one].ask("waiting", other) == [], "their exchange stops"
        )
