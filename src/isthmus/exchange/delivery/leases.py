"""Who is sending on a stream now: one worker at a time, by a lease that ends by itself."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q

from isthmus.exchange import queries
from isthmus.exchange.delivery.succession import folder_name
from isthmus.exchange.models import Stream
from isthmus.trust.statements import Select, Update


def free_at(moment: datetime, latest: datetime) -> Q:
    """What nobody holds and whose time has come.

    What lies behind ``latest`` was written while this node's clock was ahead, and is not waited for.
    """
    free = Q(lease_until=None) | Q(lease_until__lte=moment) | Q(lease_until__gt=latest)
    return free & _is_time(moment, latest)


def _is_time(moment: datetime, latest: datetime) -> Q:
    return Q(next_attempt_at=None) | Q(next_attempt_at__lte=moment) | Q(next_attempt_at__gt=latest)


def latest_end(moment: datetime) -> datetime:
    """The latest moment at which a lease or a pause that has begun can end, with a minute's grace."""
    longest = max(_lease_seconds(), settings.ISTHMUS.retry_limit_seconds)
    return moment + timedelta(seconds=longest, minutes=1)


def _due(moment: datetime, latest: datetime, holder: str) -> Q:
    """Streams that nobody else sends on and whose time has come."""
    return free_at(moment, latest) | Q(lease_holder=holder) & _is_time(moment, latest)


_DUE = Select(
    lambda moment, latest, holder: queries.streams_to_push().filter(
        _due(moment, latest, holder), settled_seq__lt=F("last_seq")
    ),
    datetime,
    datetime,
    str,
)
_CLAIM = Update(
    lambda moment, latest, _until, holder, key: Stream.objects.filter(_due(moment, latest, holder), pk=key),
    lambda _moment, _latest, until, holder, _key: {"lease_holder": holder, "lease_until": until},
    datetime,
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
    return bool(_CLAIM(moment, latest_end(moment), moment + timedelta(seconds=seconds), holder, stream_id))


def release(
    stream_id: int, holder: str, *, failures: int, error: str, next_attempt_at: datetime | None
) -> None:
    """Give the lease back with the outcome; nothing happens where somebody else holds it by now."""
    _RELEASE(holder, stream_id, failures, error[:2000], next_attempt_at)


def new_holder() -> str:
    """A name of a holder, so that a worker whose lease ran out cannot release its successor's."""
    return f"{queries.me()}-{folder_name()}-{secrets.token_hex(8)}"


def due_streams(moment: datetime, holder: str = "nobody") -> list[Stream]:
    """Outgoing streams of active, reachable partners with something to send, whose time has come.

    Those that ``holder`` has kept are among them.
    """
    return _DUE(moment, latest_end(moment), holder)


class Holding:
    """The streams that a worker goes on holding between its turns.

    Taking and giving back a lease costs a commit each. A worker that serves a stream turn after turn keeps
    its lease instead, and takes it anew before it runs out. Nothing rests on it but that two workers do not
    send the same at once: what is sent twice is received once.
    """

    def __init__(self) -> None:
        self.name = new_holder()
        self._until: dict[int, datetime] = {}
        self.calm: set[int] = set()
        """Streams that were quiet after their last turn: all was delivered, and no alarm stood open."""

    def has(self, stream_id: int, moment: datetime) -> bool:
        """Whether the lease is held for another turn."""
        until = self._until.get(stream_id)
        return until is not None and until - moment > timedelta(seconds=_lease_seconds() / 2)

    def take(self, stream_id: int, moment: datetime) -> bool:
        """Take the lease or take it anew; False where another worker has it."""
        self.forget(stream_id)
        seconds = _lease_seconds()
        if not claim(stream_id, self.name, moment=moment, seconds=seconds):
            return False
        self._until[stream_id] = moment + timedelta(seconds=seconds)
        return True

    def forget(self, stream_id: int) -> None:
        """The lease was given back, or another worker has taken it."""
        self._until.pop(stream_id, None)
        self.calm.discard(stream_id)

    def give_all_back(self) -> None:
        """At the end of a worker."""
        held = Stream.objects.filter(lease_holder=self.name)
        held.update(lease_holder="", lease_until=None)
        self._until.clear()
        self.calm.clear()


def _lease_seconds() -> float:
    """As long as a turn with a slow partner takes."""
    seconds: float = settings.ISTHMUS.request_timeout_seconds * 4 + 60
    return seconds
