"""Where three views of one answer do not agree."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

APART = 2
"""Scores that differ by so much are a disagreement; a difference of one is a matter of taste."""
GOOD = 3
"""A score from which on an answer must be borne out."""


class Why(StrEnum):
    """What kind of disagreement it is, the gravest first."""

    CONTRADICTED = "contradicted"
    APART = "apart"
    UNPROVED = "unproved"


@dataclass(frozen=True, slots=True)
class Views:
    """The scores of one clause: by the node itself, by the other node, by counters; None is no score."""

    own: int | None = None
    peer: int | None = None
    machine: int | None = None
    has_evidence: bool = False


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A clause to talk about. ``distance`` is between the highest and the lowest of its scores."""

    clause: str
    why: Why
    distance: int


def disagreement(clause: str, views: Views) -> Disagreement | None:
    """Whether the views of a clause disagree.

    ``contradicted``: counters give less than the node itself, by two or more. ``apart``: any two scores are
    two or more apart. ``unproved``: a good score of the node's own without evidence and without counters.
    """
    known = [score for score in (views.own, views.peer, views.machine) if score is not None]
    distance = max(known) - min(known) if known else 0
    if views.own is not None and views.machine is not None and views.own - views.machine >= APART:
        return Disagreement(clause, Why.CONTRADICTED, distance)
    if distance >= APART:
        return Disagreement(clause, Why.APART, distance)
    if views.own is not None and views.own >= GOOD and views.machine is None and not views.has_evidence:
        return Disagreement(clause, Why.UNPROVED, distance)
    return None


def disagreements(views: Mapping[str, Views]) -> list[Disagreement]:
    """All disagreements, the gravest first, then by distance, then in the order of the clauses."""
    found = [one for clause, view in views.items() if (one := disagreement(clause, view)) is not None]
    order = tuple(Why)
    return sorted(found, key=lambda one: (order.index(one.why), -one.distance))


def settled_score(views: Views) -> int | None:
    """The score that is used further: counters' before the peer's before the node's own."""
    return next(
        (score for score in (views.machine, views.peer, views.own) if score is not None),
        None,
    )
