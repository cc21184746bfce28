"""Tables for the sample nodes: made once and copied, which is quicker than making them nine times."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from isthmus.kit.errors import Fault
from isthmus.node.demo.processes import RunningNode
from isthmus.node.demo.screen import Screen

DATABASE = "node.sqlite3"


def lay_out(nodes: Sequence[RunningNode], screen: Screen) -> None:
    """Give each node that has no database yet a copy of one with every table and no row."""
    new = [node for node in nodes if not (node.home / DATABASE).exists()]
    if not new:
        return
    screen.under_way("the tables of a node, which the others copy")
    with tempfile.TemporaryDirectory(dir=new[0].home) as folder:
        made = _migrated(Path(folder))
        for node in new:
            draft = node.home / f"{DATABASE}.part"
            shutil.copyfile(made, draft)
            draft.replace(node.home / DATABASE)


def _migrated(home: Path) -> Path:
    foreign = {name: value for name, value in os.environ.items() if not name.startswith("ISTHMUS_")}
    own = {
        "ISTHMUS_HOME": str(home),
        "ISTHMUS_NODE_ID": "tables",
        "ISTHMUS_NODE_NAME": "Tables",
        "ISTHMUS_URL": "http://localhost:1",
        "DJANGO_SETTINGS_MODULE": "isthmus.node.settings",
    }
    done = subprocess.run(
        [sys.executable, "-P", "-m", "isthmus.node", "migrate"],
        env={**foreign, **own},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Fault("demo.tables", f"The tables could not be made:\n{done.stderr[-2000:]}")
    return home / DATABASE
