"""Who takes part in a topic, and whether there are enough countries for a working group."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from isthmus.apps.projects.rules.said import Said, in_order

QUORUM = 3
"""Countries that a working group needs, and that must sign a gate."""
OBSERVER = "observer"


@dataclass(frozen=True, slots=True)
class Member:
    """A node that said something about joining; the last word counts. ``left_at`` is None while it is in."""

    node: str
    country: str
    organisation: str
    role: str
    resources: str
    joined_at: datetime
    left_at: datetime | None = None
    reason: str = ""

    @property
    def counts(self) -> bool:
        """Whether it makes up the quorum: a country that is in and does more than look on."""
        return self.left_at is None and self.role != OBSERVER and bool(self.country)


def members(statements: Iterable[Said]) -> dict[str, Member]:
    """The members by node, those that left included, in the order in which they first joined."""
    found: dict[str, Member] = {}
    for one in in_order(statements):
        if one.sort != "interest":
            continue
        before, body = found.get(one.node), one.body
        if body["says"] == "joined":
            found[one.node] = Member(
                one.node,
                body.get("country") or "",
                body.get("organisation") or "",
                body.get("role") or OBSERVER,
                body.get("resources") or "",
                one.at,
            )
        elif before is not None and before.left_at is None:
            found[one.node] = Member(
                before.node,
                before.country,
                before.organisation,
                before.role,
                before.resources,
                before.joined_at,
                one.at,
                body.get("reason") or "",
            )
    return found


@dataclass(frozen=True, slots=True)
class Quorum:
    """Countries that count, each once, and how many are wanting."""

    countries: tuple[str, ...]
    wanting: int

    @property
    def is_met(self) -> bool:
        """Whether there are enough."""
        return self.wanting == 0


def quorum(countries: Collection[str]) -> Quorum:
    """The quorum that these countries make; a country with two nodes counts once."""
    each = tuple(sorted(set(countries) - {""}))
    return Quorum(each, max(0, QUORUM - len(each)))


def group_quorum(everybody: Iterable[Member], away: Collection[str] = ()) -> Quorum:
    """The quorum of a working group, without the nodes in ``away``."""
    return quorum([one.country for one in everybody if one.counts and one.node not in away])
