"""A real node that shows one history to one partner and another to the next is found out where they meet."""

import shutil
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest

from isthmus.wire.verify import verify_artefact
from tests.processes.nodes import RealNode

pytestmark = [pytest.mark.processes, pytest.mark.once]


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[dict[str, RealNode]]:
    """Three nodes that know each other; none runs yet."""
    made = {
        node_id: RealNode(
            node_id,
            tmp_path / node_id,
            variables={"ISTHMUS_WITNESS_SECONDS": "1"},
            steps="tests.processes.witness_steps",
        )
        for node_id in ("cn", "md", "mm")
    }
    try:
        for node in made.values():
            node.make()
        cards = {node_id: node.run("card") for node_id, node in made.items()}
        for one, other in permutations(made, 2):
            made[one].run("meet", cards[other]["card"], cards[other]["words"])
        yield made
    finally:
        for node in made.values():
            node.stop()


def run(*nodes: RealNode) -> None:
    for node in nodes:
        node.start()
    for node in nodes:
        node.wait_until_ready()


def test_two_histories_are_found_at_the_third_contact(nodes: dict[str, RealNode], tmp_path: Path) -> None:
    cn, md, mm = nodes["cn"], nodes["md"], nodes["mm"]
    shutil.copytree(md.home, tmp_path / "md.before")

    # First contact: Moldova's node shows one history to Myanmar.
    run(md, mm)
    size = md.run("note_events", "for mm", "6")
    mm.run("until_witnessed", "md", str(size))
    md.stop()
    mm.stop()

    # Second: set back in secret, it shows another one to China.
    shutil.move(md.home, tmp_path / "md.for-mm")
    shutil.move(tmp_path / "md.before", md.home)
    run(md, cn)
    size = md.run("note_events", "for cn", "9")
    cn.run("until_witnessed", "md", str(size))
    assert (mm.run("alarms"), cn.run("alarms")) == ([], [])

    # Third: the two of them speak with each other, and with Moldova.
    run(mm)
    for node in (mm, cn):
        assert node.run("until_alarm", "exchange.split-view") == "md"
    assert md.run("until_alarm", "exchange.own-log-forked") == "md"
    held = cn.run("evidence")
    finding = verify_artefact(held["evidence"].encode(), held["card"])
    assert (finding.ok, finding.signer) == (True, "md")
