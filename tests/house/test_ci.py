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


def test_every_row_of_the_fault_matrix_runs_on_both_databases() -> None:
    """What is marked ``once`` is left out on PostgreSQL; so are the drills of power cuts and restores not."""
    both = [*(ROOT / "tests" / "faults").glob("*.py")]
    both += [ROOT / "tests" / "processes" / f"test_{name}.py" for name in ("kill", "movements", "restore")]
    assert [path.name for path in both if "mark.once" in path.read_text(encoding="utf-8")] == []
