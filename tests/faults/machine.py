"""The machine under a node: its clock may be wrong, its disk full, its power cut (``shim.c``)."""

import hashlib
import os
import shutil
import struct
import subprocess
import tempfile
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).with_name("shim.c")
COMPILER = shutil.which("gcc") or shutil.which("cc") or ""
MISSING = "no C compiler is installed, so no machine can be made to fail"


@cache
def library() -> Path:
    """The compiled shim; compiled at the first call on this machine."""
    mark = hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:16]
    place = Path(tempfile.gettempdir()) / f"isthmus-faults-{os.getuid()}" / f"shim-{mark}.so"
    if not place.exists():
        place.parent.mkdir(mode=0o755, exist_ok=True)
        draft = place.with_suffix(f".{os.getpid()}")
        command = [
            COMPILER,
            "-shared",
            "-fPIC",
            "-O2",
            "-Wall",
            "-Werror",
            "-o",
            str(draft),
            str(SOURCE),
            "-ldl",
        ]
        subprocess.run(command, check=True, capture_output=True)
        draft.replace(place)
    return place


class Machine:
    """What one node, or one database server, runs on. ``root`` is the folder of its files."""

    def __init__(self, root: Path, aside: Path) -> None:
        self.root = root
        self.shadow = aside / f"{root.name}-synced"
        self._control = aside / f"{root.name}-machine"
        self._hours = 0.0
        self._full = False
        self._write()

    def _write(self) -> None:
        content = struct.pack("=qq", int(self._hours * 3600 * 10**9), int(self._full))
        if self._control.exists():
            with self._control.open("r+b") as file:  # in place: the processes look at this very file
                file.write(content)
        else:
            self._control.write_bytes(content)

    def set_clock(self, hours: float) -> None:
        """Put the time of day ahead by so many hours, for all processes, at once."""
        self._hours = hours
        self._write()

    def fill_disk(self, *, full: bool = True) -> None:
        """Let nothing be written below the root any more, or let it again."""
        self._full = full
        self._write()

    def watch_power(self) -> None:
        """From the next start on, remember what is synced; begins with what is there now."""
        shutil.rmtree(self.shadow, ignore_errors=True)
        shutil.copytree(self.root, self.shadow, symlinks=True)

    def lose_what_was_not_synced(self) -> None:
        """Put back what a disk would hold after a power cut; every process must be dead."""
        for draft in self.shadow.rglob("*.draft-*"):
            draft.unlink()
        lost = self.root.with_name(f"{self.root.name}-lost")
        shutil.rmtree(lost, ignore_errors=True)
        self.root.rename(lost)
        shutil.copytree(self.shadow, self.root, symlinks=True)

    @property
    def variables(self) -> dict[str, str]:
        """What a process gets into its environment to run on this machine."""
        found = {
            "LD_PRELOAD": str(library()),
            "FAULTS_CONTROL": str(self._control),
            "FAULTS_ROOT": str(self.root),
        }
        if self.shadow.exists():
            found["FAULTS_SHADOW"] = str(self.shadow)
        return found
