"""How an engagement stands: what the engaging side says of it, and what the expert says."""

from enum import StrEnum


class Standing(StrEnum):
    """Agreed is what both sides state alike."""

    AGREED = "agreed"
    DISPUTED = "disputed"
    ONE_SIDED = "one-sided"


def standing(engager: str, expert: str) -> Standing:
    """From what each side says: ``confirmed``, ``disputed``, or empty where it has said nothing."""
    if "disputed" in {engager, expert}:
        return Standing.DISPUTED
    return Standing.AGREED if engager and expert else Standing.ONE_SIDED
