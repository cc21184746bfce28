"""Numbers that neither skip nor repeat: returns, assessments, requests and licences are counted by year."""

from django.db import transaction

from isthmus.apps.excise.registry.models import NumberSeries
from isthmus.trust.statements import Select, store

_SERIES = Select(
    lambda name, year: NumberSeries.objects.select_for_update().filter(name=name, year=year), str, int
)


def next_number(name: str, year: int) -> int:
    """The next number of a named series in a year, from 1.

    The row of the series stays locked until the caller's transaction ends, and a number of a transaction
    that is rolled back is given out again: so there is no gap. A ``TransactionManagementError`` is raised
    outside a transaction. Take the number late: other writers of the series wait.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a number is given out within a transaction")
    series = _SERIES.first(name, year)
    if series is None:
        # Made apart from the lock: an insert that finds the row there waits for whoever makes it.
        NumberSeries.objects.get_or_create(name=name, year=year)
        (series,) = _SERIES(name, year)
    series.last += 1
    store([series], "last")
    return series.last


def written_number(prefix: str, year: int, number: int) -> str:
    """A number of a series as people write it: ``RET-2026-000017``."""
    return f"{prefix}-{year}-{number:06d}"
