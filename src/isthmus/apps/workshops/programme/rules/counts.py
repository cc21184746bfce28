"""How many took part: counted from attendance, else as an earlier report states it, else only in all."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Basis(StrEnum):
    """What a number of participants rests on."""

    COUNTED = "counted"
    STATED = "stated"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Participants:
    """A number of people and what it rests on; 0 where it is not known."""

    number: int
    basis: Basis


def participants(counted: int, stated: int | None) -> Participants:
    """Of one workshop: attendance first, then what was stated."""
    if counted:
        return Participants(counted, Basis.COUNTED)
    return Participants(0, Basis.UNKNOWN) if stated is None else Participants(stated, Basis.STATED)


@dataclass(frozen=True, slots=True)
class InAll:
    """Of a programme: in all, and the remainder that no single workshop states; None where each does."""

    number: int
    remainder: int | None


def in_all(each: Iterable[Participants], stated: int | None) -> InAll:
    """The sum of the workshops, or what was stated of all where some are not known alone.

    ValueError where less was stated than the known ones have together.
    """
    found = list(each)
    known = sum(one.number for one in found)
    if stated is None or all(one.basis is not Basis.UNKNOWN for one in found):
        return InAll(known, None)
    if stated < known:
        raise ValueError("fewer are stated in all than the workshops have together")
    return InAll(stated, stated - known)
