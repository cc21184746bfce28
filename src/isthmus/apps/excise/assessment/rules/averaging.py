"""Averages of scores, what is strong and what is weak, and what one country can recommend to the other."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from isthmus.apps.excise.assessment.rules.comparing import GOOD

WEAK: Final = 1
"""A score up to which an answer is a gap."""
_TENTH: Final = Decimal("0.1")


def average(scores: Iterable[int | None]) -> Decimal | None:
    """The average of those that are known, to a tenth, half up; None without any."""
    known = [score for score in scores if score is not None]
    if not known:
        return None
    return (Decimal(sum(known)) / len(known)).quantize(_TENTH, ROUND_HALF_UP)


def is_strong(score: int | None) -> bool:
    """Whether a score that counts is a strength."""
    return score is not None and score >= GOOD


def is_weak(score: int | None) -> bool:
    """Whether a score that counts is a gap."""
    return score is not None and score <= WEAK


def recommends(by: int | None, to: int | None) -> bool:
    """Whether the one is good where the other is known not to be."""
    return is_strong(by) and to is not None and not is_strong(to)
