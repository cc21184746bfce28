"""The proposal of whom to accept, from the marks of all assessors who may judge."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from isthmus.apps.workshops.nominations import queries as nominations
from isthmus.apps.workshops.nominations.queries import NomineeSeen
from isthmus.apps.workshops.nominations.rules.ranking import Candidate, Placed, Weights, propose
from isthmus.apps.workshops.programme.models import Workshop
from isthmus.apps.workshops.reporting.queries import region_of
from isthmus.apps.workshops.reporting.rules.places import ELSEWHERE
from isthmus.apps.workshops.selection.models import Assessment

_PARAMS = Path(__file__).parent / "params" / "criteria.toml"


@cache
def weights() -> Weights:
    """What each criterion counts, and what balance adds."""
    told = tomllib.loads(_PARAMS.read_text(encoding="utf-8"))
    return Weights(told["criteria"], told["gender"], told["region"])


@dataclass(frozen=True, slots=True)
class Proposed:
    """A nominee and its place in the proposal; ``assessors`` gave marks, ``conflicts`` may not judge."""

    seen: NomineeSeen
    placed: Placed
    assessors: int
    conflicts: tuple[str, ...]


def _marks(rows: Iterable[Assessment]) -> dict[str, int]:
    """The mean of all marks of a criterion, rounded half up."""
    found: dict[str, list[int]] = {}
    for row in rows:
        for name, mark in row.marks.items():
            found.setdefault(name, []).append(mark)
    return {name: (2 * sum(marks) + len(marks)) // (2 * len(marks)) for name, marks in found.items()}


def proposal_of(workshop: Workshop, room: int) -> list[Proposed]:
    """Everybody whom a country nominated and did not withdraw, in the order that the rule proposes."""
    seen = {
        one.nominee.reference: one
        for one in nominations.nominees_of(workshop)
        if one.nominee.withdrawn_at is None and one.nominee.invitation.partner
    }
    rows: dict[str, list[Assessment]] = {reference: [] for reference in seen}
    for row in Assessment.objects.filter(nominee__invitation__workshop=workshop).select_related("nominee"):
        if row.nominee.reference in rows:
            rows[row.nominee.reference].append(row)
    regions, candidates = region_of(), []
    for reference, one in seen.items():
        said = [row.conflict for row in rows[reference] if row.conflict]
        judged = [row for row in rows[reference] if not row.conflict]
        candidates.append(
            Candidate(
                reference,
                one.country,
                regions.get(one.country.upper(), ELSEWHERE),
                one.nominee.gender,
                _marks(judged),
                one.nominee.invitation.quota,
                late=one.standing.late,
                conflict=said[0] if said and not judged else "",
            )
        )
    return [
        Proposed(
            seen[placed.reference],
            placed,
            sum(not row.conflict for row in rows[placed.reference]),
            tuple(f"{row.by}: {row.conflict}" for row in rows[placed.reference] if row.conflict),
        )
        for placed in propose(candidates, weights(), room)
    ]
