"""Gates between the stages: what a text needs, who signed it, and whether it may open.

A gate opens when nodes of at least three countries have signed the same text. A signature of a node that
left or was suspended stays on record and does not count.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Any

from isthmus.apps.projects.rules.members import Quorum, members, quorum
from isthmus.apps.projects.rules.said import Said, in_order

STAGES = ("topic", "interest", "group", "pilot", "real", "closed")
BEFORE = {"group": "interest", "pilot": "group", "result": "pilot"}
"""The stage at which a topic must stand for a gate of this kind."""
AFTER = {"group": "group", "pilot": "pilot", "result": "real"}
"""The stage to which an open gate leads."""
_NEEDED = {
    "group": ("text",),
    "pilot": ("text", "budget", "currency", "indicator", "unit", "baseline", "target", "ends", "exit"),
    "result": ("text", "measured", "project"),
}


def missing_parts(kind: str, terms: Mapping[str, Any]) -> tuple[str, ...]:
    """The parts that a text of this kind lacks, by name."""
    return tuple(name for name in _NEEDED[kind] if not terms.get(name))


def moves_forward(now: str, to: str) -> bool:
    """Whether a topic may go from a stage to another or stay; nothing leads out of a closed or real one."""
    return now == to or (now not in {"real", "closed"} and STAGES.index(now) < STAGES.index(to))


class Standing(Enum):
    """How a signature stands."""

    COUNTS = "counts"
    OTHER_TEXT = "other-text"
    LEFT = "left"
    SUSPENDED = "suspended"
    NO_COUNTRY = "no-country"


@dataclass(frozen=True, slots=True)
class Signature:
    """A node's word on a gate; ``signed`` is False where it refused, with the reason."""

    node: str
    country: str
    at: datetime
    digest: str
    signed: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Gate:
    """A text that was put, and what was said of it."""

    reference: str
    kind: str
    digest: str
    terms: Mapping[str, Any]
    put_at: datetime
    answers: tuple[Signature, ...] = ()
    opened_at: datetime | None = None
    dropped_at: datetime | None = None
    reason: str = ""
    signed_by: tuple[Mapping[str, Any], ...] = field(default=())

    @property
    def is_open_to_sign(self) -> bool:
        """Whether it still waits: neither open nor dropped."""
        return self.opened_at is None and self.dropped_at is None

    def answer_of(self, node: str) -> Signature | None:
        """What a node said of it, if anything."""
        return next((one for one in self.answers if one.node == node), None)


def gates(statements: Iterable[Said]) -> tuple[Gate, ...]:
    """The gates in the order in which they were put. The last word of a node counts."""
    ordered = [one for one in in_order(statements) if one.sort == "gate"]
    found: dict[str, Gate] = {}
    for one in ordered:
        body = one.body
        if body["says"] == "put":
            found[body["gate"]] = Gate(
                body["gate"], body["kind"], body["digest"], body.get("terms") or {}, one.at
            )
    for one in ordered:
        gate = found.get(one.body["gate"])
        if gate is not None:
            found[gate.reference] = _heard(gate, one)
    return tuple(found.values())


def _heard(gate: Gate, one: Said) -> Gate:
    body = one.body
    if body["says"] == "opened":
        return replace(gate, opened_at=one.at, signed_by=tuple(body.get("signed_by") or ()))
    if body["says"] == "dropped":
        return replace(gate, dropped_at=one.at, reason=body.get("reason") or "")
    if body["says"] in {"signed", "refused"}:
        said = Signature(
            one.node,
            body.get("country") or "",
            one.at,
            body["digest"],
            body["says"] == "signed",
            body.get("reason") or "",
        )
        others = tuple(other for other in gate.answers if other.node != one.node)
        return replace(gate, answers=(*others, said))
    return gate


def standing(signature: Signature, gate: Gate, *, left: Collection[str], away: Collection[str]) -> Standing:
    """Whether a signature counts; ``left`` are nodes outside the group, ``away`` those that are suspended."""
    if signature.digest != gate.digest:
        return Standing.OTHER_TEXT
    if signature.node in left:
        return Standing.LEFT
    if signature.node in away:
        return Standing.SUSPENDED
    if not signature.country:
        return Standing.NO_COUNTRY
    return Standing.COUNTS


@dataclass(frozen=True, slots=True)
class Count:
    """The signatures of a gate with how each stands, and the quorum that they make."""

    signatures: tuple[tuple[Signature, Standing], ...]
    quorum: Quorum

    @property
    def counted(self) -> tuple[Signature, ...]:
        """Those that count."""
        return tuple(one for one, stands in self.signatures if stands is Standing.COUNTS)


def count(gate: Gate, statements: Iterable[Said], away: Collection[str] = ()) -> Count:
    """How the signatures of a gate stand now; of refusals there is nothing to count."""
    in_group = {one.node for one in members(statements).values() if one.left_at is None}
    signed = [one for one in gate.answers if one.signed]
    left = {one.node for one in signed} - in_group
    each = tuple((one, standing(one, gate, left=left, away=away)) for one in signed)
    return Count(each, quorum([one.country for one, stands in each if stands is Standing.COUNTS]))
