"""Which signed heads need not be kept: a later one that continues them says all that they said."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TypeVar

FRESH = timedelta(days=1)
LONGEST = timedelta(days=400)
Key = TypeVar("Key")


def surplus(heads: Iterable[tuple[Key, datetime]], now: datetime) -> Iterator[Key]:
    """The keys of heads to drop, of ``heads`` given with their times in ascending order.

    What is younger than a day stays, so that everything is at hand while something is looked into. Of each
    day (UTC) before that the last head stays, for 400 days: a log that is restored from a backup is held
    against the last head that the backup can have contained.
    """
    before: tuple[Key, datetime] | None = None
    for key, at in heads:
        if before is not None and (before[1].date() == at.date() or now - before[1] > LONGEST):
            yield before[0]
        before = (key, at) if now - at > FRESH else None
        if before is None:
            return
    if before is not None and now - before[1] > LONGEST:
        yield before[0]
