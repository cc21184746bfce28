"""Which groups of answers may be shown, so that nobody's own answer can be read or worked out.

A group is shown from ``LEAST`` answers on (k-anonymity, Sweeney 2002). What is hidden must not follow by
taking the shown groups from the whole, so that the hidden ones together are none or ``LEAST`` at least
(secondary suppression, Willenborg and de Waal 2001).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

LEAST: Final = 5
SCALE: Final = (1, 2, 3, 4, 5)


def may_show(sizes: Mapping[str, int]) -> frozenset[str]:
    """The groups that may be shown beside the whole; the sizes are of answers to one question."""
    by_size = sorted((size, name) for name, size in sizes.items() if size)
    hidden = [one for one in by_size if one[0] < LEAST]
    shown = by_size[len(hidden) :]
    while hidden and shown and sum(size for size, _name in hidden) < LEAST:
        hidden.append(shown.pop(0))
    return frozenset(name for _size, name in shown)


@dataclass(frozen=True, slots=True)
class Told:
    """Answers to a question on a scale: how many, how many of each step, and their mean (two decimals)."""

    number: int
    counts: tuple[int, ...]
    mean: Decimal


def told(answers: Iterable[int]) -> Told | None:
    """What may be told of the answers of one group; None where they are too few."""
    found = Counter(answers)
    number = found.total()
    if number < LEAST:
        return None
    total = sum(step * count for step, count in found.items())
    mean = (Decimal(total) / number).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return Told(number, tuple(found[step] for step in SCALE), mean)


def by_group(answers: Iterable[tuple[str, int]]) -> tuple[Told | None, dict[str, Told]]:
    """The whole, and the groups that may be shown beside it, of answers with the group of each."""
    listed = list(answers)
    whole = told(step for _name, step in listed)
    sizes = Counter(name for name, _step in listed)
    shown = {name: told(step for other, step in listed if other == name) for name in sorted(may_show(sizes))}
    return whole, {name: found for name, found in shown.items() if found is not None}
