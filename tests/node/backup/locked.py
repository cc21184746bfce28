"""Backups that these tests make, and the key pair that locks them."""

from pathlib import Path
from typing import Any

from isthmus.node.backup import age, making

KEY = age.Identity.generate()


def make(target: Path, **options: Any) -> making.Made:
    return making.make(target, **{"recipients": [KEY.recipient], "actor": "operator", **options})
