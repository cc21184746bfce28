"""The newest record behind a counter, as the sources of papers name it."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet


def newest(what: str, found: tuple[int, datetime] | None) -> str:
    """An entry by its number and day, or that there is none."""
    if found is None:
        return f"{what}: no entry"
    return f"{what}: entry {found[0]} of {found[1]:%Y-%m-%d}"


def last_of(what: str, rows: "QuerySet[Any]", moment: str) -> str:
    """The newest of some rows; ``moment`` names the column of its time."""
    return newest(what, rows.order_by("-pk").values_list("pk", moment).first())
