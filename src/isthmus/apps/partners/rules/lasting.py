"""How long needs and offers last, and when people are asked what became of an introduction."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

LASTS = timedelta(days=180)
"""Without a confirmation, a need or an offer expires after this time."""
REMIND_BEFORE = timedelta(days=14)
ASKED_AFTER_MONTHS = (6, 12)
"""When both sides are asked what became of an introduction."""


def expires_at(confirmed_at: datetime, last_day: date | None) -> datetime:
    """When a need or an offer ends: 180 days after its confirmation, or with its own last day (UTC)."""
    end = confirmed_at + LASTS
    if last_day is None:
        return end
    return min(end, datetime(last_day.year, last_day.month, last_day.day, tzinfo=UTC) + timedelta(days=1))


def due_at(agreed_at: datetime, months: int) -> datetime:
    """So many calendar months later, on the last day of a month that is too short."""
    place = agreed_at.month - 1 + months
    year, month = agreed_at.year + place // 12, place % 12 + 1
    return agreed_at.replace(year=year, month=month, day=min(agreed_at.day, monthrange(year, month)[1]))
