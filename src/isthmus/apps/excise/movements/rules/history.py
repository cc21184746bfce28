"""What a movement's state is, given all that was said about it, in whatever order it came.

Records of two nodes cross on links that come and go, and clocks differ. So the state is worked out from the
set of statements, never step by step as they come. Each statement names the version of the document that it
speaks of (EMCS: sequence number): that, and the place of its kind in a movement's life, order the
statements; the time that it claims only decides between equals.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from isthmus.apps.excise.movements.rules.states import BY_KIND, DISCHARGED, FINAL, Kind, Party, State


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing said: ``key`` names it once and for all, ``sequence`` is the version of the document.

    A change of destination carries the sequence that it makes; all else that which it speaks of. ``node`` is
    who signed it.
    """

    key: str
    kind: Kind
    by: Party
    sequence: int
    at: datetime
    node: str


class Objection(StrEnum):
    """Why a statement has no effect."""

    NOT_THEIRS = "not-theirs"
    """This party may not say it."""
    WRONG_NODE = "wrong-node"
    """The signature is that of another country than the party belongs to."""
    OLD_DOCUMENT = "old-document"
    """It speaks of a version that a change of destination has replaced, or of one that is not here."""
    NOT_NOW = "not-now"
    """The movement was not in a state for it."""


@dataclass(frozen=True, slots=True)
class Nodes:
    """Who signs for which side: the node of dispatch and that of destination (they may be the same)."""

    dispatch: str
    destination: str

    def may_sign(self, statement: Statement) -> bool:
        """Whether the statement's party belongs to the node that signed it.

        Customs can be on either side, but what ends a movement is theirs at the destination: the side of
        dispatch never closes a movement across a border by its own word.
        """
        if statement.by in {Party.CONSIGNOR, Party.DISPATCH_OFFICE}:
            return statement.node == self.dispatch
        ends = statement.kind in {Kind.RECEIVE, Kind.EXIT}
        if ends or statement.by in {Party.CONSIGNEE, Party.DESTINATION_OFFICE}:
            return statement.node == self.destination
        return statement.node in {self.dispatch, self.destination}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a movement stands, by what, and what was set aside and why."""

    state: State
    sequence: int
    effective: tuple[Statement, ...]
    set_aside: tuple[tuple[Statement, Objection], ...]

    @property
    def final(self) -> bool:
        """Whether nothing moves it any more."""
        return self.state in FINAL

    @property
    def discharged(self) -> bool:
        """Whether the guarantee is free."""
        return self.state in DISCHARGED


# The place of a kind in the life of one version of the document. What opens it comes first, what notes
# something about it after, what ends it last.
_PLACE = {
    Kind.ACCEPT: 0,
    Kind.CHANGE: 0,
    Kind.ALERT: 1,
    Kind.CUSTOMS_ACCEPT: 1,
    Kind.CUSTOMS_REFUSE: 2,
    Kind.REJECT: 2,
    Kind.RECEIVE: 3,
    Kind.EXIT: 3,
    Kind.REFUSE: 3,
    Kind.REFUSE_PART: 3,
    # What arrived was not cancelled, whatever the consignor says and whenever.
    Kind.CANCEL: 4,
    Kind.SPLIT: 5,
    Kind.INTERRUPT: 6,
    Kind.LOSE: 7,
    Kind.CLOSE: 8,
}
# Kinds that only note something: they are looked at where the document stands in the end.
_NOTES = frozenset({Kind.DELAY, Kind.EVENT, Kind.SHORTAGE, Kind.REMIND})


def _order(statement: Statement) -> tuple[int, int, datetime, str]:
    return (statement.sequence, _PLACE[statement.kind], statement.at, statement.key)


def _whole(one: Statement) -> tuple[datetime, str, str, int, str]:
    return (one.at, one.kind, one.by, one.sequence, one.node)


def standing(statements: Iterable[Statement], nodes: Nodes) -> Standing:
    """Where the movement stands by all of ``statements``; the same for every order and every repetition."""
    # Where one key says two things, the earlier counts, whichever came first.
    known = {statement.key: statement for statement in sorted(statements, key=_whole, reverse=True)}
    moving = sorted((one for one in known.values() if one.kind not in _NOTES), key=_order)
    notes = sorted((one for one in known.values() if one.kind in _NOTES), key=lambda one: (one.at, one.key))
    state, sequence = State.UNKNOWN, 0
    effective: list[Statement] = []
    visited = {State.UNKNOWN}
    aside: list[tuple[Statement, Objection]] = []
    for one in moving:
        objection = objection_to(one, state, sequence, nodes)
        if objection is not None:
            aside.append((one, objection))
            continue
        after = BY_KIND[one.kind].after
        assert after is not None
        state, sequence = after, one.sequence
        visited.add(state)
        effective.append(one)
    for one in notes:
        row = BY_KIND[one.kind]
        if one.by not in row.by:
            aside.append((one, Objection.NOT_THEIRS))
        elif not nodes.may_sign(one):
            aside.append((one, Objection.WRONG_NODE))
        elif not row.before & visited:
            aside.append((one, Objection.NOT_NOW))
        else:
            effective.append(one)
    return Standing(state, sequence, tuple(effective), tuple(aside))


def objection_to(statement: Statement, state: State, sequence: int, nodes: Nodes) -> Objection | None:
    """Why a statement has no effect on a movement in ``state`` under ``sequence``; None where it has."""
    row = BY_KIND[statement.kind]
    if statement.by not in row.by:
        return Objection.NOT_THEIRS
    if not nodes.may_sign(statement):
        return Objection.WRONG_NODE
    makes = statement.kind in {Kind.ACCEPT, Kind.CHANGE}
    if statement.sequence != (sequence + 1 if makes else sequence):
        return Objection.OLD_DOCUMENT
    if state not in row.before:
        return Objection.NOT_NOW
    return None


_CONCLUSIONS = {
    "1": Kind.RECEIVE,
    "2": Kind.RECEIVE,
    "3": Kind.REFUSE,
    "4": Kind.REFUSE_PART,
    "21": Kind.EXIT,
    "22": Kind.EXIT,
    "23": Kind.REFUSE,
}


def kind_of_conclusion(conclusion: str) -> Kind:
    """What a report of receipt or export says (EMCS global conclusion). Raises KeyError for another code."""
    return _CONCLUSIONS[conclusion]
