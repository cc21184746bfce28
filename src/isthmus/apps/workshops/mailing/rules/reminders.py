"""When an accepted delegate is reminded of the follow-up form: at most twice, and never twice in a week."""

from datetime import date, timedelta
from enum import StrEnum

AFTER_DAYS = 7
"""Days after the acceptance at which the first reminder is due: the focal point has told what comes next."""
BEFORE_DAYS = 14
"""Days before the workshop at which the last reminder is due: a visa takes about as long."""
APART_DAYS = 7
"""Days that lie between the two at least; where they do not, only the last one is written."""


class Occasion(StrEnum):
    """Why somebody is reminded; each happens once."""

    AFTER = "after-acceptance"
    BEFORE = "before-workshop"


def occasion_of(accepted: date, starts: date, today: date) -> Occasion | None:
    """The reminder that is due today, or was due and can still be written; None where there is none.

    On the day of the acceptance the decision itself is written, and once the workshop has begun no form
    helps any more.
    """
    last = starts - timedelta(days=BEFORE_DAYS)
    if today >= starts or today <= accepted:
        return None
    if today >= last:
        return Occasion.BEFORE
    first = accepted + timedelta(days=AFTER_DAYS)
    if first <= today <= last - timedelta(days=APART_DAYS):
        return Occasion.AFTER
    return None
