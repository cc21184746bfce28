"""How far partners' clocks are from this node's, as their answers show.

A request is accepted for minutes, a record for a day: whoever copies a request must not use it tomorrow. A
node whose clock is wrong would then be cut off. So it signs its requests, and only those, by the clock of
whoever reads them; records keep this node's own time. What a false answer can shift is bounded by the
tolerance for records, and a request that reads something is accepted once (see ``replay``).
"""

import json
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from django.conf import settings

from isthmus.kit import clock

_WRONG_TIME = {
    "exchange.request.early",
    "exchange.request.expired",
    # A key that rolled over while this node's clock was wrong is refused for the time of the request too.
    "trust.key-not-yet-valid",
    "trust.key-superseded",
}
_NEWS = timedelta(minutes=1)
"""A clock that differs less from what is known of it is no reason to ask again."""
_offsets: dict[str, timedelta] = {}
"""By partner; threads share it, and a process that is started anew learns again."""


def time_at(node_id: str) -> datetime:
    """The time for a request to this partner."""
    return clock.now() + _offsets.get(node_id, timedelta(0))


def learn(node_id: str, status: int, date: str, body: bytes) -> bool:
    """Whether an answer refused a request for its time alone and named the partner's: then ask again.

    ``date`` is the answer's Date header (RFC 9110).
    """
    if status != 403 or _code(body) not in _WRONG_TIME:
        return False
    try:
        theirs = parsedate_to_datetime(date).astimezone(UTC)
    except ValueError:
        return False
    offset = theirs - clock.now()
    if abs(offset) > settings.ISTHMUS.clock_tolerance:
        return False
    if abs(offset - _offsets.get(node_id, timedelta(0))) < _NEWS:
        return False
    _offsets[node_id] = offset
    return True


def forget() -> None:
    """Trust this node's own clock again."""
    _offsets.clear()


def _code(body: bytes) -> str:
    try:
        return str(json.loads(body)["title"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
