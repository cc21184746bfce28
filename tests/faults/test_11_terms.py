"""Group 11: agreements that end while records are under way, and types that the receiver does not know."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.faults.fleet import Fleet
from tests.faults.machine import COMPILER, MISSING
from tests.faults.matrix import row, rows

pytestmark = pytest.mark.processes


def _agree_again(fleet: Fleet) -> None:
    """Let declarations cross between mm and cn once more."""
    fleet["mm"].ask("agree", "cn")
    fleet.drain()
    fleet["cn"].ask("sign_all")
    fleet.drain()


@row(
    "The receiver withdraws from the agreement while records under it wait for the line.",
    "They get a signed refusal in their places and no effect; the sender shows it; under a new agreement the"
    " next ones cross.",
)
def test_withdrawn_in_between(fleet: Fleet):
    fleet.lines["mm", "cn"].refuse()
    late = fleet.publish("mm", "cn", 3)
    assert fleet["cn"].ask("withdraw_all", "mm") >= 1
    fleet.until(lambda: fleet["mm"].ask("in_force_with", "cn") == 0, "the withdrawal does not arrive")
    fleet.lines["mm", "cn"].heal()
    fleet.drain()
    _agree_again(fleet)
    fleet.publish("mm", "cn", 2)
    fleet.settled(refused=dict.fromkeys(late, "exchange.not-agreed"))


@pytest.mark.skipif(not COMPILER, reason=MISSING)
@row(
    "The agreement runs out while records under it wait for the line: all clocks move on by three hours.",
    "They get a signed refusal in their places; publishing more is refused with words.",
)
def test_expired_in_between(fleet: Fleet):
    fleet["cn"].ask("withdraw_all", "mm")
    fleet.drain()
    until = (datetime.now(UTC) + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    fleet["mm"].ask("agree_until", "cn", until)
    fleet.drain()
    fleet["cn"].ask("sign_all")
    fleet.drain()
    fleet.lines["mm", "cn"].refuse()
    late = fleet.publish("mm", "cn", 3)
    for machine in fleet.machines.values():
        machine.set_clock(3)
    fleet.lines["mm", "cn"].heal()
    fleet.drain()
    assert fleet.code_of_publishing("mm", "cn") == "exchange.not-agreed"
    for machine in fleet.machines.values():
        machine.set_clock(0)
    # By the right clocks it stands for two hours yet: a node set ahead later would refuse what is under it.
    fleet["cn"].ask("withdraw_all", "mm")
    fleet.drain()
    _agree_again(fleet)
    fleet.publish("mm", "cn", 2)
    fleet.settled(refused=dict.fromkeys(late, "exchange.not-agreed"))


@rows(
    "kind",
    [
        (
            kind,
            f"A newer release sends {kind}, {words}, between records that the receiver knows.",
            "It gets a signed refusal in its place; the records before and behind it take effect.",
        )
        for kind, words in (
            ("etrade.export-declaration/9", "a version that the receiver does not know"),
            ("etrade.unheard-of/1", "a type that the receiver does not know"),
        )
    ],
)
def test_unknown(fleet: Fleet, kind: str):
    fleet.lines["mm", "cn"].refuse()
    fleet.publish("mm", "cn", 2)
    fleet["mm"].ask("publish_unknown", "cn", kind, "EX-new")
    fleet.publish("mm", "cn", 2)
    fleet.lines["mm", "cn"].heal()
    stories = fleet.settled()
    codes = [entry[3] for entry in stories["cn"]["streams"]["mm>cn#1"]["records"] if entry[4] == kind]
    assert codes[-1] == "exchange.unknown-type"
