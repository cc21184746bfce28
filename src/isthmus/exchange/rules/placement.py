"""Where an arriving record belongs in its stream."""

from enum import StrEnum


class Placement(StrEnum):
    """The receiver's finding about one sequence number."""

    NEXT = "next"
    REPEAT = "repeat"
    GAP = "gap"
    EQUIVOCATION = "equivocation"


def place(seq: int, leaf: str, *, expected: int, known_leaf: str | None) -> Placement:
    """Compare an arriving (seq, leaf) with what the stream holds.

    ``expected`` is the next free number (1 or more), ``known_leaf`` the leaf already held at ``seq``.
    The same number with another leaf means that the sender has signed two histories.
    """
    if seq == expected:
        return Placement.NEXT
    if seq > expected:
        return Placement.GAP
    return Placement.REPEAT if known_leaf == leaf else Placement.EQUIVOCATION
