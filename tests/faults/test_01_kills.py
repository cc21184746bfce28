"""Group 1: a node is killed at each step of a record's way, and the power is cut.

The points have names in ``rig.py``; a node that is killed there is started again as it is, without repair.
"""

import pytest

from tests.faults import rig
from tests.faults.fleet import AgentGoneError, Fleet
from tests.faults.machine import COMPILER, MISSING
from tests.faults.matrix import SQLITE, row, rows

pytestmark = pytest.mark.processes

SENT = "The sender, started again, goes on where it was: nothing lost, nothing twice."
TAKEN = "The receiver, started again, has either all of the batch or nothing of it; the sender asks again."


@rows("point", [(point, f"kill -9 of the sender: {rig.POINTS[point]}.", SENT) for point in rig.SENDERS])
def test_sender_killed(fleet: Fleet, point: str):
    if point == "claim":  # a worker that has kept the lease from an earlier row claims nothing
        fleet["mm"].stop()
        fleet.restart("mm")
    fleet.kill_at("mm", point)
    fleet.publish("mm", "cn", 6, portion=6)
    fleet.wait_for_death("mm")
    fleet.publish("mm", "cn", 4)
    fleet.restart("mm")
    fleet.settled()


@rows("point", [(point, f"kill -9 of the receiver: {rig.POINTS[point]}.", TAKEN) for point in rig.RECEIVERS])
def test_receiver_killed(fleet: Fleet, point: str):
    fleet.kill_at("cn", point)
    fleet.publish("mm", "cn", 6, portion=6)
    fleet.wait_for_death("cn")
    fleet.publish("mm", "cn", 4)
    fleet.restart("cn")
    fleet.settled()


@row(
    "kill -9 of a process that publishes six records: signed and written, not committed.",
    "None of them exists; the next records take their numbers.",
)
def test_publisher_killed_before_its_commit(fleet: Fleet):
    before = fleet["mm"].ask("position")["streams"]["mm>cn#1"][0]
    fleet.kill_at("mm", "publish before commit")
    with pytest.raises(AgentGoneError):
        fleet["mm"].ask("publish_numbers", "cn", 900_000, 6, 6)
    assert fleet["mm"].ask("position")["streams"]["mm>cn#1"][0] == before
    fleet.publish("mm", "cn", 3)
    fleet.settled()


@row(
    "kill -9 of a process that publishes: committed, but its caller was not told.",
    "All six records are there and cross once.",
)
def test_publisher_killed_after_its_commit(fleet: Fleet):
    fleet.kill_at("mm", "publish after commit")
    with pytest.raises(AgentGoneError):
        fleet.publish("mm", "cn", 6, portion=6)
    fleet.publish("mm", "cn", 3)
    fleet.settled()


@row(
    "Sender and receiver are killed at the same step: the batch is committed, its answer half read.",
    "Both, started again, agree; the receipt comes a second time with the same verdicts.",
)
def test_both_killed(fleet: Fleet):
    fleet.kill_at("cn", "answer half sent")
    fleet.publish("mm", "cn", 6)
    fleet.wait_for_death("cn")
    fleet["mm"].kill()
    fleet.restart("cn")
    fleet.restart("mm")
    fleet.settled()


@pytest.mark.skipif(not COMPILER, reason=MISSING)
@row(
    "The power of the sender is cut (kill -9, and all that was not synced is lost) after it published, then"
    " that of the receiver after it answered, twice over.",
    "What was published or receipted before the cut is there after it, on both sides.",
    databases=SQLITE,
)
def test_power_cut(own_fleet: Fleet):
    fleet = own_fleet.start(("cn", "mm"), power=("cn", "mm"))
    for _ in range(2):
        fleet.publish("mm", "cn", 6)
        fleet.publish("cn", "mm", 3)
        fleet.cut_power("mm")
        fleet.restart("mm")
        fleet.drain()
        fleet.cut_power("cn")
        fleet.publish("mm", "cn", 2)
        fleet.restart("cn")
    fleet.settled()


@pytest.mark.skipif(not COMPILER, reason=MISSING)
@rows(
    "point",
    [
        (
            point,
            f"The power of the node is cut: {rig.POINTS[point]}.",
            "As with kill -9, though the disk forgets.",
        )
        for point in (*rig.SENDERS, *rig.RECEIVERS)
    ],
    databases=SQLITE,
    long=True,
)
def test_power_cut_at(own_fleet: Fleet, point: str):
    fleet = own_fleet.start(("cn", "mm"), power=("cn", "mm"))
    victim = "mm" if point in rig.SENDERS else "cn"
    for _ in range(2):
        fleet.kill_at(victim, point)
        fleet.publish("mm", "cn", 6, portion=6)
        fleet.wait_for_death(victim)
        fleet.cut_power(victim)
        fleet.publish("mm", "cn", 2)
        fleet.restart(victim)
        fleet.settled()


@pytest.mark.skipif(not COMPILER, reason=MISSING)
@row(
    "The same power cut on a sender whose database does not sync at commit: proof that these rows can fail.",
    "Records that were published are gone, and the comparison says so.",
    databases=SQLITE,
)
def test_power_cut_without_sync(own_fleet: Fleet):
    fleet = own_fleet.start((), power=("mm",))
    fleet["mm"].variables["FAULTS_SYNCHRONOUS"] = "OFF"
    fleet["mm"].dismiss()
    fleet.publish("mm", "cn", 6)
    fleet.cut_power("mm")
    assert fleet["mm"].ask("position")["streams"]["mm>cn#1"][0] == 1
    with pytest.raises(AssertionError, match="EX-mm-cn-0"):
        fleet.settled(seconds=0)
