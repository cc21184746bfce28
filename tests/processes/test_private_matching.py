"""Two running nodes that show each other no row learn which shipments both have, and send only these."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes.nodes import RealNode
from tests.processes.pairs import running

pytestmark = [pytest.mark.processes, pytest.mark.once]


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[RealNode, RealNode]]:
    """Two nodes that have met and run."""
    with running(tmp_path, "match") as nodes:
        for node in nodes:
            node.steps = "tests.processes.match_steps"
        yield nodes


def test_only_what_both_have_is_ever_shown(pair: tuple[RealNode, RealNode]) -> None:
    mm, cn = pair
    agreement = mm.run("propose", "mm", "cn")
    assert cn.run("sign", agreement) == "in-force"
    mm.run("in_force", agreement)
    for node in pair:
        node.command("organisation", "add", "customs", "--name", "Customs (Sample data)")
    assert mm.run("lodge", "export", "1,2,3,4") == 4
    assert cn.run("lodge", "import", "2,3,9") == 3

    days = ("--from", "2026-01-01", "--until", "2026-12-31")
    asked = mm.command("etrade", "match", "ask", "cn", *days)
    assert (asked["hashed"], asked["state"]) == (4, "Waits for the partner")
    answer = mm.run("answered", asked["number"])
    assert answer["compared"] == 3
    hits = mm.command("etrade", "match", "show", asked["number"])
    assert [(hit["number"], hit["sure"]) for hit in hits] == [("MM-E-2", True), ("MM-E-3", True)]

    # What crossed so far: keyed hashes, and which of them fit.
    for node in pair:
        seen = node.run("received")
        assert seen["declarations"] == []
        assert "MUSE" not in seen["bodies"]
        assert "MM-E-" not in seen["bodies"]

    assert mm.command("etrade", "match", "send", asked["number"])["sent"] == 2
    cn.run("came", "2")
    assert cn.run("received")["declarations"] == ["MM-E-2", "MM-E-3"]
