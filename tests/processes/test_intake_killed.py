"""The power fails while a national system's folder is read: what was told again is taken once."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from isthmus.apps.etrade.formats.samples import sample_declarations
from tests.processes.nodes import ROOT, RealNode

SOUND, DAMAGED = 380, 20

pytestmark = pytest.mark.processes


def watching(node: RealNode, folder: Path) -> "subprocess.Popen[str]":
    """`isthmus etrade watch` of the folder, which ends once nothing is left in it."""
    words = ["etrade", "watch", str(folder), "--once", "--settle", "0", "--json"]
    return subprocess.Popen(
        [sys.executable, "-m", "isthmus.node", *words],
        env=node.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
    )


def left(folder: Path) -> int:
    return sum(path.is_file() for path in folder.iterdir())


def test_a_run_that_is_killed_in_the_middle_is_gone_on_with(tmp_path: Path) -> None:
    node = RealNode("mm", tmp_path / "mm")
    node.make()
    node.command("organisation", "add", "customs", "--name", "Customs")
    folder = tmp_path / "in"
    folder.mkdir()
    written = sample_declarations(11, SOUND, malformed=DAMAGED)
    for name, content in written:
        (folder / name).write_bytes(content)
    first = watching(node, folder)
    deadline = time.monotonic() + 60
    while left(folder) == len(written) and time.monotonic() < deadline:
        time.sleep(0.005)
    first.kill()
    first.communicate()
    assert 0 < left(folder) < len(written), "the run was not killed in its middle"
    second = watching(node, folder)
    said, _ = second.communicate(timeout=120)
    counts = json.loads(said)
    assert second.returncode in {0, 2}
    assert left(folder) == 0
    found = node.command("etrade", "list", "--limit", "1000")
    numbers = [row["number"] for row in found]
    assert len(numbers) == len(set(numbers)) == SOUND
    # What was kept before the kill and not yet moved away is seen again, and is nothing new.
    assert counts["new"] < len(written)
    done = {path.name for path in (folder / "done").iterdir()}
    refused = {path.name for path in (folder / "refused").iterdir() if not path.name.endswith(".reason.txt")}
    assert (len(done), len(refused)) == (SOUND, DAMAGED)
    assert done | refused == {name for name, _content in written}
