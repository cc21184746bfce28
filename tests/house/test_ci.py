"""What the whole run leaves out of its stages is nothing that they should prove."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APART = re.compile(r"mark\.(?:browser|processes|fault)\b|faults\.matrix import")


def test_the_stage_of_real_nodes_and_browsers_looks_into_every_folder_that_has_some() -> None:
    named = re.search(r'^apart_in="(.*)"$', (ROOT / ".ci" / "run").read_text(encoding="utf-8"), re.MULTILINE)
    assert named is not None
    marked = {
        "/".join(path.relative_to(ROOT).parts[:2])
        for path in (ROOT / "tests").rglob("*.py")
        if APART.search(path.read_text(encoding="utf-8"))
    }
    assert sorted(marked) == named[1].split()
