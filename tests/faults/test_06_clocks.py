"""Group 6: a node whose clock is a day off, both ways, and one that is off by more than is tolerated."""

import pytest

from tests.faults.fleet import Fleet
from tests.faults.machine import COMPILER, MISSING
from tests.faults.matrix import row, rows

pytestmark = [pytest.mark.processes, pytest.mark.skipif(not COMPILER, reason=MISSING)]
HOURS = {"a day ahead": 24, "a day behind": -24}


@rows(
    "wrong",
    [
        (
            name,
            f"The clock of one node is {name}; it sends and receives; then the clock is put right.",
            "Records cross both ways while it is wrong and after; nothing is refused, no alarm.",
        )
        for name in HOURS
    ],
)
def test_a_day_off(fleet: Fleet, wrong: str):
    fleet.machines["mm"].set_clock(HOURS[wrong])
    fleet.publish("mm", "cn", 3)
    fleet.publish("cn", "mm", 3)
    fleet.settled()
    fleet.machines["mm"].set_clock(0)
    fleet.publish("mm", "cn", 2)
    fleet.publish("cn", "mm", 2)
    fleet.settled()


@row(
    "A node whose clock is a day ahead cannot reach its partner; then clock and line are put right.",
    "The next attempt is not a day away: what waits goes at once.",
)
def test_put_right_while_records_wait(fleet: Fleet):
    fleet.lines["mm", "cn"].refuse()
    fleet.machines["mm"].set_clock(24)
    fleet.publish("mm", "cn", 3)
    fleet.until(lambda: fleet["mm"].ask("position")["streams"]["mm>cn#1"][3], "the failure is not told")
    fleet.machines["mm"].set_clock(0)
    fleet.lines["mm", "cn"].heal()
    fleet.settled(seconds=20)


@row(
    "The clock of a node is three days ahead, more than is tolerated, while it publishes; then it is right.",
    "Its requests are refused with words about the clock; afterwards what is dated in the future gets a"
    " signed refusal in its place, and what is published then crosses.",
)
def test_more_than_is_tolerated(fleet: Fleet):
    fleet.machines["mm"].set_clock(72)
    early = fleet.publish("mm", "cn", 2)
    fleet.until(
        lambda: "clock" in fleet["mm"].ask("position")["streams"]["mm>cn#1"][3],
        "the sender is not told about the clock",
    )
    fleet.machines["mm"].set_clock(0)
    fleet.publish("mm", "cn", 2)
    fleet.settled(refused=dict.fromkeys(early, "exchange.from-the-future"), seconds=20)
