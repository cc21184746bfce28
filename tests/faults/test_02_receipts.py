"""Group 2: receipts that are lost, late, or come more than once."""

import pytest

from tests.faults.fleet import TIMEOUT_SECONDS, Fleet
from tests.faults.matrix import row

pytestmark = pytest.mark.processes


@row(
    "The answers to three pushes in a row never arrive.",
    "The sender asks again with the same numbers (a product that renumbers would deliver four times);"
    " every record has one place, one effect, one receipt.",
)
def test_lost(fleet: Fleet):
    line = fleet.lines["mm", "cn"]
    line.lost_answers = 3
    fleet.publish("mm", "cn", 10, portion=10)
    fleet.settled()
    assert line.lost == 3


@row(
    "Every answer is lost while records go both ways and to a third node.",
    "Both directions settle once answers come; the third node never noticed.",
)
def test_lost_both_ways(fleet: Fleet):
    for pair in (("mm", "cn"), ("cn", "mm")):
        fleet.lines[pair].lost_answers = 4
        fleet.publish(*pair, 12, portion=3)
    fleet.publish("mm", "md", 5)
    fleet.settled()


@row("Answers come half a second late, within the time limit.", "They count; nothing is sent twice.")
def test_delayed(fleet: Fleet):
    line = fleet.lines["mm", "cn"]
    line.answer_delay = 0.5
    fleet.publish("mm", "cn", 5, portion=5)
    fleet.settled()
    assert line.calls == 1


@row(
    "An answer comes after the sender has given the request up.",
    "The sender has asked again by then; one effect, one receipt that counts.",
)
def test_delayed_beyond_the_time_limit(fleet: Fleet):
    line = fleet.lines["mm", "cn"]
    line.answer_delay = TIMEOUT_SECONDS + 1.0
    fleet.publish("mm", "cn", 5, portion=5)
    fleet.until(lambda: line.calls >= 2, "the sender does not ask again", TIMEOUT_SECONDS + 10)
    line.answer_delay = 0
    fleet.settled()


@row(
    "The receiver posts its newest receipts again, twice and in the wrong order.",
    "They are known: no problem, no change, the log holds each once.",
)
def test_duplicated(fleet: Fleet):
    for _ in range(3):
        fleet.publish("mm", "cn", 3)
        fleet.drain()
    size = fleet.settled()["mm"]["size"]
    receipts = fleet["cn"].ask("receipts_given", "mm", 3)
    assert len(receipts) == 3
    fleet["cn"].ask("post_answers", "mm", [*reversed(receipts), *receipts])
    assert fleet.settled()["mm"]["size"] == size


@row(
    "Receipts for records that wait arrive from the last to the first.",
    "The stream settles only over what is covered without a gap; in the end all is.",
)
def test_out_of_order(fleet: Fleet):
    line = fleet.lines["mm", "cn"]
    line.refuse()
    fleet.publish("mm", "cn", 6)
    tokens = fleet["mm"].ask("waiting", "cn")
    answers = [fleet["cn"].ask("take", "mm", [token])[0] for token in tokens]
    before = fleet["mm"].ask("position")["streams"]["mm>cn#1"][1]
    fleet["cn"].ask("post_answers", "mm", list(reversed(answers[1:])))
    assert fleet["mm"].ask("position")["streams"]["mm>cn#1"][1] == before
    fleet["cn"].ask("post_answers", "mm", [answers[0]])
    line.heal()
    fleet.settled()


@row(
    "A third node posts a receipt that was given to another.",
    "It settles nothing and changes nothing; no alarm.",
)
def test_another_nodes_receipt(fleet: Fleet):
    fleet.publish("mm", "cn", 2)
    fleet.publish("mm", "md", 2)
    fleet.settled()
    receipts = fleet["cn"].ask("receipts_given", "mm", 1)
    fleet["md"].ask("post_answers", "mm", receipts)
    fleet.settled()
