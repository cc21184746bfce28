"""From which score on a pass may accept by itself, measured against decoys.

A decoy is an export that cannot have an import: what links to it is false. Decoys compete with the exports
for the imports, as in the target-decoy search of proteomics (Elias and Gygi, Nature Methods 4, 2007): above
any score there are about as many false links among the exports as links of decoys. What decoys cannot show
are links that are false because two shipments bear the same document.
"""

from collections.abc import Iterable
from dataclasses import dataclass

MOST_FALSE = 50
"""False links among accepted ones that a threshold lets pass, in ten thousand."""
ENOUGH = 1000
"""Links of a pass from which a threshold is learned; one false link among fewer says too much."""
FURTHEST = 100
"""How far a threshold is moved from the engine's own, in tenths of a bit."""


@dataclass(frozen=True, slots=True)
class Scored:
    """How many links of exports and of decoys a pass has at one score, which is in tenths of a bit."""

    score: int
    links: int
    decoys: int


def threshold(counted: Iterable[Scored], given: int, least: int) -> tuple[int, int | None]:
    """The least score to accept from, and the false links among the accepted ones in ten thousand.

    ``given`` is the engine's own threshold, which few links leave as it is, without a measure; ``least`` that
    of links to be looked at, below which none goes. One decoy more than was found is counted, so that
    finding none is no proof.
    """
    falling = sorted(counted, key=lambda one: -one.score)
    if sum(one.links for one in falling) < ENOUGH:
        return given, None
    found = falling[0].score + 1
    links = decoys = 0
    for one in falling:
        links, decoys = links + one.links, decoys + one.decoys
        if (decoys + 1) * 10_000 <= MOST_FALSE * links:
            found = one.score
    bounded = max(min(found, given + FURTHEST), given - FURTHEST, least)
    accepted = [one for one in falling if one.score >= bounded]
    links = sum(one.links for one in accepted)
    if not links:
        return bounded, None
    return bounded, -(-sum(one.decoys for one in accepted) * 10_000 // links)
