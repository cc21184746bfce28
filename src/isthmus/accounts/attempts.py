"""Failed tries, counted in the database: what one process has seen, every other knows, also after a restart.

A try is counted before it is made and taken back when it succeeds, so that many at once cannot all pass.
Nobody is shut out by a stranger: what a stranger's failures slow down is the stranger's address, and a
browser that never signed in to the account. The owner's own browser is counted apart (see ``browsers``),
and a passkey, which cannot be guessed, is not counted at all.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts.models import Attempt
from isthmus.accounts.patience import Patience
from isthmus.kit import clock
from isthmus.kit.errors import Refused

_FORGOTTEN_AFTER = timedelta(days=2)


class TooManyRequests(Refused):
    """Too much in a short time; ``retry_after`` is in whole seconds."""

    status = 429

    def __init__(self, retry_after: float, message: str = "") -> None:
        self.retry_after = max(1, math.ceil(retry_after))
        super().__init__(
            "accounts.too-many-requests",
            message or _("Too many requests in a short time."),
            next_step=_("Wait %(seconds)d seconds before the next one.") % {"seconds": self.retry_after},
        )


@dataclass(frozen=True, slots=True)
class Counted:
    """What a try is counted under: a kind of counter, whom it is about, and its patience.

    ``proves``: whether a success wipes the counter, because nobody but the owner of all its parts could have
    had it. Where strangers share a counter, a success only takes its own try back.
    """

    purpose: str
    parts: tuple[str, ...]
    patience: Patience
    proves: bool = False

    @property
    def key(self) -> str:
        """What is stored: a digest, so that the table lists no addresses of people and no typing errors."""
        return sha256("\0".join((self.purpose, *self.parts)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Try:
    """A try that was counted as a failure until it is known to have succeeded."""

    counted: tuple[Counted, ...]

    def succeeded(self) -> None:
        """Take the count back."""
        proved = [one.key for one in self.counted if one.proves]
        shared = [one.key for one in self.counted if not one.proves]
        with transaction.atomic():
            Attempt.objects.filter(key__in=proved).delete()
            rows = _locked(shared)
            for row in rows:
                row.level = max(0.0, row.level - 1)
            Attempt.objects.bulk_update(rows, ["level"])


def begin(*counted: Counted) -> Try:
    """Count one try under every counter; TooManyRequests, counting nothing, where one of them says wait."""
    moment = clock.now()
    new = [Attempt(key=one.key, level=0.0, last=moment) for one in counted]
    with transaction.atomic():
        # The rows are there before they are locked, so that two first tries cannot overlook each other.
        Attempt.objects.bulk_create(new, ignore_conflicts=True)
        rows = {row.key: row for row in _locked([one.key for one in counted])}
        wait = max((_wait(one, rows[one.key], moment) for one in counted), default=0.0)
        if wait > 0:
            raise TooManyRequests(wait, _("Too many tries in a short time."))
        for one in counted:
            row = rows[one.key]
            row.level = one.patience.level_after(row.level, (moment - row.last).total_seconds()) + 1
            row.last = moment
        Attempt.objects.bulk_update(rows.values(), ["level", "last"])
    return Try(counted)


def waiting(*counted: Counted) -> float:
    """Seconds that a try under these counters would have to wait now; 0 where it may be made."""
    moment = clock.now()
    rows = {row.key: row for row in Attempt.objects.filter(key__in=[one.key for one in counted])}
    return max((_wait(one, rows.get(one.key), moment) for one in counted), default=0.0)


def forget_old(moment: datetime | None = None) -> int:
    """Delete counters that nobody touched for two days; returns how many."""
    before = (moment or clock.now()) - _FORGOTTEN_AFTER
    return Attempt.objects.filter(last__lt=before).delete()[0]


def _locked(keys: Sequence[str]) -> list[Attempt]:
    # In one order everywhere, so that two tries never wait for each other.
    return list(Attempt.objects.select_for_update().filter(key__in=keys).order_by("key"))


def _wait(one: Counted, row: Attempt | None, moment: datetime) -> float:
    return 0.0 if row is None else one.patience.wait(row.level, (moment - row.last).total_seconds())
