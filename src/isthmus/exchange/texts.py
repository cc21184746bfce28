"""Texts in records that a pattern alone does not settle: days of the calendar and moments in UTC."""

from datetime import date

from isthmus.kit import clock


def calendar_day(text: str) -> str:
    """The text where it is a day such as 2026-11-23; ValueError otherwise."""
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError("this day is not in the calendar") from None
    return text


def utc_moment(text: str) -> str:
    """The text where it is a time in UTC; ValueError otherwise."""
    try:
        clock.from_text(text)
    except ValueError:
        raise ValueError("this is not a time in UTC such as 2026-11-23T10:02:00Z") from None
    return text
