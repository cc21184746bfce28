"""Movements between two real nodes: they close on both sides, none twice, however bad the lines are."""

import random
from collections.abc import Iterator
from typing import Any

import pytest

from tests.faults.line import Line
from tests.processes.nodes import finish
from tests.processes.rough import Pair, differing, rough

COUNT = 40
STEPS = "tests.processes.movement_steps"
VARIABLES = {"ISTHMUS_REQUEST_TIMEOUT_SECONDS": "20"}

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Two running nodes with an agreement over messages and scans; one has a consignor."""
    with rough(tmp_path_factory.mktemp("nodes"), "movements", VARIABLES, STEPS) as made:
        made.start()
        mm, cn = made["mm"], made["cn"]
        agreement = mm.ask("propose", "mm", "cn")
        cn.ask("sign", agreement)
        mm.ask("in_force", agreement)
        mm.ask("register")
        yield made


def spoil(line: Line, chance: random.Random) -> None:
    """Let the next calls on a line fail in every way, and cut what is under way."""
    line.reset_requests_at += [0, chance.random()]
    line.reset_answers_at += [chance.random(), 0]
    line.lost_answers += 2
    line.cut()


def out_of_order(pair: Pair, one: str, other: str) -> None:
    """Send the last half of what waits, or of what was settled, before the rest, and its answers twice."""
    node = pair[one]
    tokens = node.ask("tokens_from", other, 1)
    answers = node.ask("push", other, tokens[len(tokens) // 2 :])
    node.ask("settle", other, [*answers, *reversed(answers)])
    given = pair[other].ask("receipts_given", one, 3)
    pair[other].ask("post_answers", one, [*given, *reversed(given)])


def test_movements_close_once_over_lines_that_are_cut_and_reordered(pair: Pair) -> None:
    chance = random.Random(20261127)
    mm, cn = pair["mm"], pair["cn"]
    pair.lines["mm", "cn"].refuse()
    taking, answering = mm.begin("take_in", str(COUNT)), cn.begin("answer", str(COUNT), "60")
    assert finish(taking) == COUNT
    assert cn.ask("progress") == {}
    out_of_order(pair, "mm", "cn")
    pair.lines["mm", "cn"].heal()
    for line in pair.lines.values():
        spoil(line, chance)
    out_of_order(pair, "cn", "mm")
    pair.kill("cn")
    pair.restart("cn")
    assert finish(answering) == COUNT
    for one, other in (("mm", "cn"), ("cn", "mm")):
        out_of_order(pair, one, other)
        line = pair.lines[one, other]
        for request in list(line.requests):
            line.play_again(request)
    mm.ask("all_delivered", COUNT)
    pair.drain()
    sides = {node_id: node.ask("reckoning") for node_id, node in pair.nodes.items()}
    for node_id, side in sides.items():
        check(node_id, side, pair)
    assert (sides["mm"]["series"], sides["mm"]["reserved"]) == ([COUNT], 0)
    assert sides["mm"]["arcs"] == sides["cn"]["arcs"]
    assert sides["mm"]["messages"] == sides["cn"]["messages"] | {"IE815  mm": COUNT}
    assert sides["cn"]["messages"] == {"IE801 accept mm": COUNT, "IE818 receive cn": COUNT}
    assert differing(sides["mm"]["streams"], sides["cn"]["streams"]) == []


def check(node_id: str, side: dict[str, Any], pair: Pair) -> None:
    assert side["states"] == {"delivered": COUNT}
    assert (side["distinct_arcs"], side["told_by_both"], side["unmatched"]) == (COUNT, COUNT, 0)
    assert (side["lines"], side["most_alike"]) == (COUNT, 1)
    assert (side["closings"], side["most_closings"]) == (COUNT, 1)
    assert (set(side["effects"]), side["without_receipt"]) == ({"applied"}, 0)
    assert (side["findings"], side["alarms"]) == ([], [])
    for stream in side["streams"].values():
        assert (stream["gapless"], stream["refused"]) == (True, 0)
    for other, (size, root) in side["heads"].items():
        assert pair[other].ask("proves", size, root), f"{node_id}'s head of {other}"


def test_one_reference_at_two_gates_alarms_in_both_countries(pair: Pair) -> None:
    mm, cn = pair["mm"], pair["cn"]
    arc = mm.ask("one_on_the_road", 900)
    pair.lines["mm", "cn"].refuse()
    pair.lines["cn", "mm"].refuse()
    # Two loads under one document, at the same time, and neither country knows of the other's gate.
    assert mm.ask("scan", arc, "North gate", "out", "MM 1") == []
    assert cn.ask("scan", arc, "South gate", "in", "ZZ 9") == []
    pair.heal()
    assert mm.ask("told_scans", arc, 1) == [["South gate", True, ["other-plate"]]]
    assert cn.ask("told_scans", arc, 1) == [["North gate", True, ["other-plate"]]]
    # A third load, at another gate, is stopped on the spot and told to the other country.
    again = ["again", "other-gate", "other-plate"]
    assert mm.ask("scan", arc, "East gate", "out", "MM 2") == again
    assert cn.ask("told_scans", arc, 2)[1] == ["East gate", False, again]
