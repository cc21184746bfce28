"""What the processes of this node use, from /proc: the web server's alone would be half of the truth."""

import os
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Usage:
    """All processes of the node together."""

    processes: int
    memory_bytes: int
    cpu_seconds: float
    open_files: int


def _stat(pid: str) -> list[str]:
    """The fields of /proc/PID/stat behind the name, which may hold blanks itself."""
    return (PROC / pid / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()


def _memory(pid: str) -> int:
    """Proportional set size in bytes: what several processes share is divided among them."""
    for line in (PROC / pid / "smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def usage(session: int | None = None) -> Usage:
    """Add up the processes of a session, this one's if none is given: a service has a session of its own."""
    wanted = str(os.getsid(0) if session is None else session)
    count, memory, ticks, files = 0, 0, 0, 0
    for pid in (entry.name for entry in PROC.iterdir() if entry.name.isdigit()):
        try:
            fields = _stat(pid)
            if fields[3] != wanted or fields[0] == "Z":
                continue
            memory += _memory(pid)
            files += len(os.listdir(PROC / pid / "fd"))  # noqa: PTH208  only their number is wanted
        except OSError:
            continue  # it has just ended, or belongs to somebody else
        count += 1
        ticks += int(fields[11]) + int(fields[12])
    return Usage(count, memory, ticks / _TICKS, files)
