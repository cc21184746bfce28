"""Whether what a delegate tells of passport and journey fits the workshop."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

FIELDS = ("passport", "born", "expires", "arrives", "leaves", "diet", "room")
"""What is asked, in the order of the form; days in ISO form, empty where it was not told."""
DAYS = ("born", "expires", "arrives", "leaves")


class Wrong(StrEnum):
    """What does not fit."""

    NO_DAY = "no-day"
    EXPIRES = "expires"
    ORDER = "order"
    ELSEWHEN = "elsewhen"


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def misfit(told: Mapping[str, str], starts: date, ends: date) -> tuple[str, Wrong] | None:
    """The first field that does not fit, and why; None where all do.

    A passport has to last until the workshop ends; whoever leaves has arrived before; and somebody who
    leaves before it begins, or arrives after it ends, does not come to it.
    """
    for name in DAYS:
        try:
            _day(told[name])
        except ValueError:
            return name, Wrong.NO_DAY
    expires, arrives, leaves = (_day(told[name]) for name in ("expires", "arrives", "leaves"))
    if expires and expires < ends:
        return "expires", Wrong.EXPIRES
    if arrives and leaves and leaves < arrives:
        return "leaves", Wrong.ORDER
    if arrives and arrives > ends:
        return "arrives", Wrong.ELSEWHEN
    if leaves and leaves < starts:
        return "leaves", Wrong.ELSEWHEN
    return None
