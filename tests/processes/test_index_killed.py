"""The power fails while topics are written: what is found is what is there, and a rebuild finds the same."""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes.databases import drop_postgres, make_postgres
from tests.processes.nodes import ROOT, RealNode

KILLS = 3
pytestmark = pytest.mark.processes


@pytest.fixture
def node(tmp_path: Path) -> Iterator[RealNode]:
    server, name = os.environ.get("ISTHMUS_TEST_DATABASE", ""), f"isthmus_index_{os.getpid()}"
    made = RealNode("mm", tmp_path / "mm", make_postgres(server, name) if server else "")
    try:
        made.make()
        yield made
    finally:
        if server:
            drop_postgres(server, name)


def started(node: RealNode, verb: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.processes.topics_writer", verb],
        env=node.environment,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def test_rows_and_index_agree_after_every_kill_and_a_rebuild_gives_the_same(node: RealNode) -> None:
    chance = random.Random(8)
    committed: set[str] = set()
    for _kill in range(KILLS):
        writer = started(node, "write")
        assert writer.stdout is not None
        for _line in range(chance.randint(3, 12)):
            committed.add(f"mm/{writer.stdout.readline().strip()}")
        time.sleep(chance.uniform(0, 0.02))
        writer.kill()
        rest, _ = writer.communicate()
        committed |= {f"mm/{line}" for line in rest.splitlines() if len(line) == 32}
    said, _ = started(node, "look").communicate(timeout=120)
    told = json.loads(said)
    assert told["documents"] == told["topics"]
    assert committed <= set(told["topics"])
    assert told["extent"][0] == len(told["topics"])
    assert told["postings"] > len(told["topics"])
    assert told["same"]
