"""Who is sending on a stream now: one worker at a time, by a lease that ends by itself."""

from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils.crypto import get_random_string

from isthmus.exchange import queries
from isthmus.exchange.delivery.succession import folder_name
from isthmus.exchange.models import Stream
from isthmus.trust.statements import Select, Update


def _due(moment: datetime) -> Q:
    """Streams that nobody sends on and whose time has come."""
    free = Q(lease_until=None) | Q(lease_until__lte=moment)
    return free & (Q(next_attempt_at=None) | Q(next_attempt_at__lte=moment))


_DUE = Select(
    lambda moment: queries.streams_to_push().filter(_due(moment), settled_seq__lt=F("last_seq")), datetime
)
_CLAIM = Update(
    lambda moment, _until, _holder, key: Stream.objects.filter(_due(moment), pk=key),
    lambda _moment, until, holder, _key: {"lease_holder": holder, "lease_until": until},
    datetime,
    datetime,
    str,
    int,
)
_RELEASE = Update(
    lambda holder, key, *_: Stream.objects.filter(pk=key, lease_holder=holder),
    lambda _holder, _key, failures, error, next_attempt: {
        "lease_holder": "",
        "lease_until": None,
        "failures": failures,
        "last_error": error,
        "next_attempt_at": next_attempt,
    },
    str,
    int,
    int,
    str,
    datetime,
)


def claim(stream_id: int, holder: str, *, moment: datetime, seconds: float) -> bool:
    """Take the lease of a stream if it is free or has run out; one conditional update decides the race."""
    return bool(_CLAIM(moment, moment + timedelta(seconds=seconds), holder, stream_id))


def release(
    stream_id: int, holder: str, *, failures: int, error: str, next_attempt_at: datetime | None
) -> None:
    """Give the lease back with the outcome; nothing happens where somebody else holds it by now."""
    _RELEASE(holder, stream_id, failures, error[:2000], next_attempt_at)


def new_holder() -> str:
    """A name for one turn, so that a worker whose lease ran out cannot release its successor's."""
    return f"{queries.me()}-{folder_name()}-{get_random_string(16)}"


def due_streams(moment: datetime) -> list[Stream]:
    """Outgoing streams of active, reachable partners with something to send, whose time has come."""
    return _DUE(moment)
