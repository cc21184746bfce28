"""The commands of a guide, as a person types them, run by a test with other folders in their place."""

import json
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.processes.nodes import ROOT

PROGRAM = "python3 run.py "


def commands(guide: str, heading: str) -> list[str]:
    """The commands in the section of ``guide`` whose heading begins with ``heading``, in order."""
    text = (ROOT / "docs" / "guide" / guide).read_text(encoding="utf-8")
    section = next(part for part in text.split("\n## ") if part.startswith(heading))
    fenced = [block.partition("\n")[2] for block in section.split("```")[1::2]]
    lines = [line for block in fenced for line in block.splitlines()]
    return [line.removeprefix(PROGRAM) for line in lines if line.startswith(PROGRAM)]


def run(command: str, places: Mapping[str, str], environment: Mapping[str, str], *, code: int = 0) -> Any:
    """Run one of them with ``--json``; ``places`` puts other words in the place of the guide's."""
    words = shlex.split(command)
    for known, real in places.items():
        words = [word.replace(known, real) for word in words]
    done = subprocess.run(
        [sys.executable, "-m", "isthmus.node", *words, "--json"],
        env=dict(environment),
        capture_output=True,
        cwd=ROOT,
        check=False,
        timeout=240,
    )
    assert done.returncode == code, f"{command}: {done.stderr.decode()[-3000:]}"
    return json.loads(done.stdout) if done.stdout.strip() else None


def copy_folder(source: Path, target: Path) -> None:
    """A machine's snapshot of a folder, as it lies on the disk."""
    subprocess.run(["cp", "-a", str(source), str(target)], check=True)
