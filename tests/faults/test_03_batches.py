"""Group 3: batches that come twice, in the wrong order, or not whole."""

import gzip

import pytest

from tests.faults.fleet import Fleet
from tests.faults.matrix import row

pytestmark = pytest.mark.processes


@row(
    "Every request that crossed is sent again by the line, byte for byte, oldest first and newest first.",
    "The same verdicts or a refusal of the request; no second effect, no second place in the log.",
)
def test_duplicated_on_the_line(fleet: Fleet):
    line = fleet.lines["mm", "cn"]
    line.requests.clear()
    for _ in range(3):
        fleet.publish("mm", "cn", 4)
        fleet.drain()
    requests = list(line.requests)
    assert len(requests) >= 3
    for request in [*requests, *reversed(requests)]:
        status = line.play_again(request).split(maxsplit=2)[1]
        assert status in {b"200", b"403", b"409"}
    fleet.settled()


@row(
    "The sender pushes the same batch again after it was receipted.",
    "The receiver answers with the same verdicts and applies nothing.",
)
def test_duplicated_by_the_sender(fleet: Fleet):
    fleet.publish("mm", "cn", 5)
    fleet.settled()
    first = fleet["mm"].ask("position")["streams"]["mm>cn#1"][0] - 4
    tokens = fleet["mm"].ask("tokens_from", "cn", first)
    for _ in range(2):
        answers = fleet["mm"].ask("push", "cn", tokens)
        assert fleet["mm"].ask("settle", "cn", answers) == []
    fleet.settled()


@row(
    "A later batch arrives before an earlier one, several times.",
    "The receiver names the number it expects and takes nothing out of order; the sender goes back to it.",
)
def test_reordered(fleet: Fleet):
    line = fleet.lines["mm", "cn"]
    line.refuse()
    fleet.publish("mm", "cn", 12)
    tokens = fleet["mm"].ask("waiting", "cn")
    for start in (8, 4, 8, 0, 8):
        answers = fleet["mm"].ask("push", "cn", tokens[start : start + 4])
        problems = fleet["mm"].ask("settle", "cn", answers)
        assert bool(problems) == (start != 0), problems
    line.heal()
    fleet.settled()


@row(
    "One batch holds its records backwards.",
    "What is next is taken, the rest refused with the number expected; it heals by itself.",
)
def test_shuffled_inside(fleet: Fleet):
    line = fleet.lines["mm", "cn"]
    line.refuse()
    fleet.publish("mm", "cn", 4)
    tokens = fleet["mm"].ask("waiting", "cn")
    answers = fleet["cn"].ask("take", "mm", list(reversed(tokens)))
    fleet["mm"].ask("settle", "cn", answers)
    line.heal()
    fleet.settled()


@row(
    "A batch whose compressed body ends early is sent with a good signature, at five lengths.",
    "Refused as bad input; nothing of it is taken; the whole batch crosses afterwards.",
)
def test_truncated(fleet: Fleet):
    line = fleet.lines["mm", "cn"]
    line.refuse()
    fleet.publish("mm", "cn", 6)
    whole = "\n".join(fleet["mm"].ask("waiting", "cn")).encode() + b"\n"
    packed = gzip.compress(whole)
    for length in (0, 1, 10, len(packed) // 2, len(packed) - 1):
        status, _ = fleet["mm"].ask("call_inbox", "cn", packed[:length].hex())
        assert status in {400, 422}, length
    line.heal()
    fleet.settled()


@row(
    "A batch is cut inside its last record before it is compressed.",
    "The whole records before it are taken, the torn one is refused with the number expected; it heals.",
)
def test_torn_record(fleet: Fleet):
    line = fleet.lines["mm", "cn"]
    line.refuse()
    fleet.publish("mm", "cn", 4)
    tokens = fleet["mm"].ask("waiting", "cn")
    answers = fleet["cn"].ask("take", "mm", [*tokens[:3], tokens[3][: len(tokens[3]) // 2]])
    assert len(answers) == 2
    fleet["mm"].ask("settle", "cn", answers)
    line.heal()
    fleet.settled()
