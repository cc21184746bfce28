"""How long a journey may take, and when a movement is late.

The limits are the most that users of EMCS state by mode of transport. They are not confirmed: no published
text was compared. A country passes its own table where its law has other limits.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

LIMIT_DAYS: Mapping[str, int] = {
    "0": 45,  # other
    "1": 45,  # sea
    "2": 35,  # rail
    "3": 35,  # road
    "4": 20,  # air
    "5": 30,  # post
    "7": 15,  # fixed installations, such as pipelines
    "8": 35,  # inland waterway
}
_TIME = re.compile(r"H(?P<hours>[01][0-9]|2[0-4])|D(?P<days>[0-8][0-9]|9[0-2])")


def journey(code: str) -> timedelta:
    """How long a journey is stated to take: ``H12`` is twelve hours, ``D20`` twenty days.

    Raises ValueError for another form, and for a journey that takes no time.
    """
    found = _TIME.fullmatch(code)
    if found is None:
        raise ValueError(f"{code} is no journey time")
    length = timedelta(hours=int(found["hours"])) if found["hours"] else timedelta(days=int(found["days"]))
    if not length:
        raise ValueError(f"{code} takes no time")
    return length


def limit(mode: str, limits: Mapping[str, int] = LIMIT_DAYS) -> timedelta:
    """The longest journey by a mode of transport (EMCS code). Raises KeyError for a mode without a limit."""
    return timedelta(days=limits[mode])


def excess(code: str, mode: str, limits: Mapping[str, int] = LIMIT_DAYS) -> timedelta:
    """By how much a stated journey is longer than its mode allows; zero where it is not."""
    return max(journey(code) - limit(mode, limits), timedelta())


def due(dispatched: datetime, code: str) -> datetime:
    """When the goods must have arrived."""
    return dispatched + journey(code)


def late_by(dispatched: datetime, code: str, now: datetime) -> timedelta:
    """How late an open movement is; zero until its time is over."""
    return max(now - due(dispatched, code), timedelta())
