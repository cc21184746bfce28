"""Who is sending on a stream now: one worker at a time, by a lease that ends by itself."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.crypto import get_random_string

from isthmus.exchange import queries
from isthmus.exchange.delivery.succession import folder_name
from isthmus.exchange.models import Stream


def claim(stream_id: int, holder: str, *, moment: datetime, seconds: float) -> bool:
    """Take the lease of a stream if it is free or has run out; one conditional update decides the race."""
    free = Q(lease_until=None) | Q(lease_until__lte=moment)
    due = Q(next_attempt_at=None) | Q(next_attempt_at__lte=moment)
    taken = Stream.objects.filter(free, due, pk=stream_id).update(
        lease_holder=holder, lease_until=moment + timedelta(seconds=seconds)
    )
    return bool(taken)


def release(
    stream_id: int, holder: str, *, failures: int, error: str, next_attempt_at: datetime | None
) -> None:
    """Give the lease back with the outcome; nothing happens where somebody else holds it by now."""
    Stream.objects.filter(pk=stream_id, lease_holder=holder).update(
        lease_holder="",
        lease_until=None,
        failures=failures,
        last_error=error[:2000],
        next_attempt_at=next_attempt_at,
    )


def new_holder() -> str:
    """A name for one turn, so that a worker whose lease ran out cannot release its successor's."""
    return f"{queries.me()}-{folder_name()}-{get_random_string(16)}"


def due_streams(moment: datetime) -> list[Stream]:
    """Outgoing streams of active, reachable partners with something to send, whose time has come."""
    free = Q(lease_until=None) | Q(lease_until__lte=moment)
    due = Q(next_attempt_at=None) | Q(next_attempt_at__lte=moment)
    return [stream for stream in queries.streams_to_push().filter(free, due) if stream.waiting]
