"""Group 9: bundles twice, in any order, damaged, meant for others, and between what goes online."""

import pytest

from tests.faults.fleet import AgentGoneError, Fleet
from tests.faults.matrix import row
from tests.processes.nodes import StepFailedError

pytestmark = pytest.mark.processes


@row(
    "Line down; a bundle is read three times, and another carries the receipts back, read twice.",
    "Taken once, known afterwards; the receipts settle the records; nothing is left for the line.",
)
def test_twice(fleet: Fleet):
    fleet.lines["mm", "cn"].refuse()
    fleet.publish("mm", "cn", 8)
    stick = fleet["mm"].ask("bundle_out", "cn")
    reports = [fleet["cn"].ask("bundle_in", stick) for _ in range(3)]
    assert [report["taken"] for report in reports] == [8, 0, 0]
    back = fleet["cn"].ask("bundle_out", "mm")
    for _ in range(2):
        fleet["mm"].ask("bundle_in", back)
    fleet.settled()
    fleet.lines["mm", "cn"].heal()


@row(
    "A second bundle is read before the first.",
    "It says which record comes first and takes nothing; both are taken in their order.",
)
def test_out_of_order(fleet: Fleet):
    fleet.lines["mm", "cn"].refuse()
    fleet.publish("mm", "cn", 4)
    first = fleet["mm"].ask("bundle_out", "cn")
    last = fleet["mm"].ask("position")["streams"]["mm>cn#1"][0]
    fleet.publish("mm", "cn", 4)
    second = fleet["mm"].ask("bundle_out", "cn", last)
    early = fleet["cn"].ask("bundle_in", second)
    assert early["taken"] == 0
    assert f"Record {last - 3} is expected first" in early["problems"][0]
    assert fleet["cn"].ask("bundle_in", first)["taken"] == 4
    assert fleet["cn"].ask("bundle_in", second)["taken"] == 4
    fleet.lines["mm", "cn"].heal()
    fleet.settled()


@row(
    "Records go online while a bundle with the same and more is under way, and the other way round.",
    "Whatever comes first counts, the other is known; order kept, one effect.",
)
def test_mixed_with_the_line(fleet: Fleet):
    line = fleet.lines["mm", "cn"]
    line.refuse()
    fleet.publish("mm", "cn", 5)
    stick = fleet["mm"].ask("bundle_out", "cn")
    line.heal()
    fleet.drain()
    assert fleet["cn"].ask("bundle_in", stick)["taken"] == 0
    line.lost_answers = 2
    fleet.publish("mm", "cn", 5)
    try:
        stick = fleet["mm"].ask("bundle_out", "cn")
    finally:
        fleet.publish("mm", "cn", 3)
    if stick:
        fleet["cn"].ask("bundle_in", stick)
    fleet.settled()


@row(
    "One bit of a bundle is flipped, at eight places from the manifest to the end.",
    "Refused with words; nothing of it is used; the whole one is taken afterwards.",
)
def test_corrupted(fleet: Fleet):
    fleet.lines["mm", "cn"].refuse()
    fleet.publish("mm", "cn", 4)
    whole = bytes.fromhex(fleet["mm"].ask("bundle_out", "cn"))
    size = fleet["cn"].ask("story", 0)["size"]
    for part in range(8):
        place = min(len(whole) - 1, part * len(whole) // 7)
        damaged = bytearray(whole)
        damaged[place] ^= 4
        with pytest.raises(StepFailedError, match=r"wire\.|exchange\.|trust\."):
            fleet["cn"].ask("bundle_in", bytes(damaged).hex())
    assert fleet["cn"].ask("story", 0)["size"] == size
    assert fleet["cn"].ask("bundle_in", whole.hex())["taken"] == 4
    fleet.lines["mm", "cn"].heal()
    fleet.settled()


@row("A bundle is cut short at six lengths.", "Refused with words; the whole one is taken afterwards.")
def test_truncated(fleet: Fleet):
    fleet.lines["mm", "cn"].refuse()
    fleet.publish("mm", "cn", 4)
    whole = bytes.fromhex(fleet["mm"].ask("bundle_out", "cn"))
    for length in (0, 1, 200, len(whole) // 2, len(whole) - 100, len(whole) - 1):
        with pytest.raises(StepFailedError, match=r"wire\.|exchange\.|trust\."):
            fleet["cn"].ask("bundle_in", whole[:length].hex())
    assert fleet["cn"].ask("bundle_in", whole.hex())["taken"] == 4
    fleet.lines["mm", "cn"].heal()
    fleet.settled()


@row(
    "A bundle for one partner is read at another; then at the right one.",
    "The wrong one says whom it is for and does not open it; the right one takes it.",
)
def test_another_nodes(fleet: Fleet):
    fleet.lines["mm", "cn"].refuse()
    fleet.publish("mm", "cn", 3)
    stick = fleet["mm"].ask("bundle_out", "cn")
    with pytest.raises(StepFailedError, match="meant for cn"):
        fleet["md"].ask("bundle_in", stick)
    assert fleet["cn"].ask("bundle_in", stick)["taken"] == 3
    fleet.lines["mm", "cn"].heal()
    fleet.settled()


@row(
    "The process that reads a bundle is killed when its records are committed, before their receipts settle.",
    "The same bundle is read again: known; the receipts go back.",
)
def test_killed_while_reading(fleet: Fleet):
    fleet.lines["mm", "cn"].refuse()
    fleet.publish("mm", "cn", 4)
    stick = fleet["mm"].ask("bundle_out", "cn")
    fleet.kill_at("cn", "receive after commit")
    with pytest.raises(AgentGoneError):
        fleet["cn"].ask("bundle_in", stick)
    assert fleet["cn"].ask("bundle_in", stick)["repeated"] == 4
    fleet["mm"].ask("bundle_in", fleet["cn"].ask("bundle_out", "mm"))
    fleet.settled()
    fleet.lines["mm", "cn"].heal()
