"""How far a letter of intent is, whatever order both nodes hear of it in.

The node that received it signs or declines it once; the writer may withdraw it until then. Where the two
cross on the way, both nodes come to the same end: what the receiver said counts, for a withdrawal counts from
when it arrives.
"""

from enum import StrEnum


class LetterStanding(StrEnum):
    """How far it is."""

    DRAFT = "draft"
    SENT = "sent"
    SIGNED = "signed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class LetterSays(StrEnum):
    """What is said of a letter that was sent: its receiver signs or declines, its writer withdraws."""

    SIGNED = "signed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


_STEPS = {
    (LetterStanding.SENT, LetterSays.SIGNED): LetterStanding.SIGNED,
    (LetterStanding.SENT, LetterSays.DECLINED): LetterStanding.DECLINED,
    (LetterStanding.SENT, LetterSays.WITHDRAWN): LetterStanding.WITHDRAWN,
    # The receiver had spoken before it heard of the withdrawal.
    (LetterStanding.WITHDRAWN, LetterSays.SIGNED): LetterStanding.SIGNED,
    (LetterStanding.WITHDRAWN, LetterSays.DECLINED): LetterStanding.DECLINED,
}


def after(standing: LetterStanding, says: LetterSays) -> LetterStanding:
    """Where a letter is after something was said; where it was, if that cannot move it any more."""
    return _STEPS.get((standing, says), standing)
