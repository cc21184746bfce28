"""Write the page of the guide that says what the fault matrix does: `python -m tests.faults.document`."""

from pathlib import Path

from tests.faults.matrix import document

PAGE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "fault-matrix.md"

if __name__ == "__main__":
    PAGE.write_text(document(), encoding="utf-8")
