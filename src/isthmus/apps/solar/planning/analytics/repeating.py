"""Homes that stand in a file more than once: found exactly, in bounded memory and about one reading of it."""

import numpy as np
from numpy.typing import NDArray

from isthmus.analysis.engine import Workspace

AT_ONCE = 16_000_000
"""Hashes that are sorted together: 128 MB. More rows are looked at in several parts."""
SUSPECTS = 1000
"""Repeated hashes whose ids are compared in one statement."""

_HASHES = "SELECT hash(id) AS hash FROM home"
_PART = " WHERE hash(id) % $parts = $part"
_SAME = """
SELECT id, count(*) FROM home WHERE hash(id) IN ($suspects) GROUP BY id HAVING count(*) > 1
ORDER BY id LIMIT $most
"""


def repeated(workspace: Workspace, rows: int, most: int) -> tuple[list[tuple[str, int]], int]:
    """Of the view ``home`` some ids that stand more than once with how often, and how many rows are too many.

    At most ``most`` ids. Equal ids have equal hashes, so that none is missed; ids of a repeated hash are then
    compared themselves, so that none is accused wrongly.
    """
    parts = max(-(-rows // AT_ONCE), 1)
    found: list[tuple[str, int]] = []
    too_many = 0
    for part in range(parts):
        where = _PART.replace("$parts", str(parts)).replace("$part", str(part)) if parts > 1 else ""
        hashes: NDArray[np.uint64] = workspace.column(_HASHES + where)
        hashes.sort()
        again = hashes[1:][hashes[1:] == hashes[:-1]]
        del hashes
        suspects = np.unique(again).tolist()
        confirmed = _confirmed(workspace, suspects, most - len(found))
        found += confirmed
        too_many += len(again) if confirmed or len(found) >= most else 0
    return found, too_many


def _confirmed(workspace: Workspace, suspects: list[int], most: int) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for begin in range(0, len(suspects), SUSPECTS):
        if len(found) >= most:
            break
        listed = ", ".join(f"{one}::UBIGINT" for one in suspects[begin : begin + SUSPECTS])
        statement = _SAME.replace("$suspects", listed).replace("$most", str(most - len(found)))
        found += [(str(name), int(str(count))) for name, count in workspace.rows(statement)]
    return found
