"""Which version of a template counts on a day."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar


class Dated(Protocol):
    """A version with its number and the day from which it is in force."""

    version: int
    starts: date


V = TypeVar("V", bound=Dated)


def in_force(versions: Iterable[V], on: date) -> V | None:
    """Of the versions whose day has come, the one that was written last; None before the first.

    A version that was planned for a later day is thus replaced by one that is written after it.
    """
    begun = [one for one in versions if one.starts <= on]
    return max(begun, key=lambda one: one.version, default=None)
