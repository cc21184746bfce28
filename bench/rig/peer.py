"""The AS2 peer: django-pyas2 and the library below it, in an environment of their own."""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

PACKAGE = "django-pyas2==1.2.3"
KNOWN = 16
"""Exchanges a core-second of django-pyas2 with its database and HTTP, from an earlier measurement."""
_SCRIPT = Path(__file__).resolve().parent.parent / "peer" / "as2_messages.py"


def measure(folder: Path, size: int) -> dict[str, object]:
    """What AS2 messages and receipts alone take here, or why that could not be measured."""
    python = folder / "bin" / "python"
    try:
        if not python.exists():
            venv.create(folder, with_pip=True)
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGE]
        subprocess.run(install, check=True, capture_output=True, text=True)
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        done = subprocess.run(
            [python, _SCRIPT, "--bytes", str(size)],
            check=True,
            capture_output=True,
            text=True,
            env=environment,
        )
    except subprocess.CalledProcessError as error:
        lines = (error.stderr or "").strip().splitlines() or [str(error)]
        print(f"the peer could not be measured: {lines[-1]}", file=sys.stderr)
        return {"not_measured": lines[-1]}
    found: dict[str, object] = json.loads(done.stdout)
    return found
