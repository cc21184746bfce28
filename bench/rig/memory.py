"""Memory of a node's processes, sampled while it runs, and whether it grows."""

from dataclasses import dataclass, field
from pathlib import Path


def _numbers(pid: int) -> dict[str, int]:
    """PSS and anonymous memory of a process in kB; empty where it is gone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return {}
    found = dict(line.split(":", 1) for line in lines if ":" in line)
    return {name: int(found[name].split()[0]) for name in ("Pss", "Anonymous") if name in found}


def _children(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []


def parts_of(pid: int) -> dict[str, int]:
    """The processes of a node by what they do: the supervisor, the web server and its worker, the worker."""
    found = {"supervisor": pid}
    for child in _children(pid):
        inner = _children(child)
        if inner:
            found |= {"web server": child, "web worker": inner[0]}
        else:
            found["worker"] = child
    return found


@dataclass
class Samples:
    """What was measured of one process of one node: (seconds, pid, PSS kB, anonymous kB)."""

    rows: list[tuple[float, int, int, int]] = field(default_factory=list)

    def steady(self, since: float) -> list[tuple[float, int, int, int]]:
        """The samples of the process that ran last, from ``since`` seconds on."""
        last = self.rows[-1][1] if self.rows else 0
        return [row for row in self.rows if row[1] == last and row[0] >= since]

    def slope(self, since: float) -> float:
        """Growth of the anonymous memory in kB an hour, by least squares; 0 for less than three samples."""
        rows = self.steady(since)
        if len(rows) < 3:
            return 0.0
        times = [row[0] / 3600 for row in rows]
        sizes = [row[3] for row in rows]
        middle, mean = sum(times) / len(times), sum(sizes) / len(sizes)
        spread = sum((moment - middle) ** 2 for moment in times)
        return sum((t - middle) * (size - mean) for t, size in zip(times, sizes, strict=True)) / spread


class Watch:
    """Samples of every process of every node."""

    def __init__(self) -> None:
        self.samples: dict[str, dict[str, Samples]] = {}

    def look(self, moment: float, node: str, pid: int) -> None:
        """Measure the processes of a node now."""
        for part, process in parts_of(pid).items():
            numbers = _numbers(process)
            if len(numbers) == 2:
                kept = self.samples.setdefault(node, {}).setdefault(part, Samples())
                kept.rows.append((moment, process, numbers["Pss"], numbers["Anonymous"]))

    def report(self, node: str, since: float) -> dict[str, dict[str, float]]:
        """By process: first and last size, the largest, the slope in kB an hour from ``since`` on."""
        found = {}
        for part, samples in self.samples.get(node, {}).items():
            rows = samples.steady(since) or samples.rows[-1:]
            found[part] = {
                "samples": len(rows),
                "minutes": round((rows[-1][0] - rows[0][0]) / 60, 1),
                "anonymous_kb_first": rows[0][3],
                "anonymous_kb_last": rows[-1][3],
                "anonymous_kb_most": max(row[3] for row in rows),
                "pss_kb_most": max(row[2] for row in samples.rows),
                "slope_kb_per_hour": round(samples.slope(since), 1),
            }
        return found
