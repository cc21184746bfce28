"""Group 4: lines that refuse, break, swallow or crawl."""

import pytest

from tests.faults.fleet import TIMEOUT_SECONDS, Fleet
from tests.faults.matrix import row

pytestmark = pytest.mark.processes


@row(
    "The line refuses every connection while ten records wait.",
    "They wait, and go once it is back; no alarm.",
)
def test_refused(fleet: Fleet):
    line = fleet.lines["mm", "cn"]
    line.refuse()
    fleet.publish("mm", "cn", 10)
    fleet.until(lambda: fleet["mm"].ask("position")["streams"]["mm>cn#1"][3], "the failure is not told")
    line.heal()
    fleet.settled()


@row(
    "The connection is reset in the head of the request, in its middle and near its end.",
    "The receiver takes nothing of it; the sender sends again.",
)
def test_reset_in_the_request(fleet: Fleet):
    line = fleet.lines["mm", "cn"]
    line.reset_requests_at = [0, 0.5, 0.9]
    fleet.publish("mm", "cn", 10, padding=3000)
    fleet.settled()
    assert line.resets == 3


@row(
    "The connection is reset in the head of the answer, in its middle and near its end.",
    "The receiver has the batch; the sender asks again and gets the same verdicts; no second effect.",
)
def test_reset_in_the_answer(fleet: Fleet):
    line = fleet.lines["mm", "cn"]
    line.reset_answers_at = [0, 0.5, 0.9]
    fleet.publish("mm", "cn", 10)
    fleet.settled()
    assert line.resets == 3


@row(
    "The line accepts and swallows everything for longer than a request may take.",
    "The request ends by its time limit, other partners are served meanwhile; all goes once it is back.",
)
def test_black_hole(fleet: Fleet):
    line = fleet.lines["mm", "cn"]
    line.black_hole = True
    fleet.publish("mm", "cn", 5)
    fleet.until(lambda: "streams" in fleet["mm"].ask("position"), "the node does not answer")
    fleet.publish("mm", "md", 5)
    fleet.until(
        lambda: (
            fleet["mm"].ask("position")["streams"]["mm>md#1"][0]
            == fleet["mm"].ask("position")["streams"]["mm>md#1"][1]
        ),
        "another partner waits for the one behind the black hole",
        seconds=TIMEOUT_SECONDS + 5,
    )
    fleet.until(
        lambda: fleet["mm"].ask("position")["streams"]["mm>cn#1"][3],
        "the failure is not told",
        seconds=TIMEOUT_SECONDS + 5,
    )
    line.heal()
    line.cut()
    fleet.settled()


@row("The line carries 1 kB a second, both ways.", "A batch of five records crosses all the same; no alarm.")
def test_one_kilobyte_a_second(fleet: Fleet):
    fleet.lines["mm", "cn"].bytes_a_second = 1000
    fleet.publish("mm", "cn", 5)
    fleet.settled()
    fleet.lines["mm", "cn"].heal()
