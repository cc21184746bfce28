"""What may be used once: a code from an app, a signed request. Kept in the database until it is worthless."""

from datetime import datetime

from django.db import IntegrityError, transaction

from isthmus.accounts.models import Spent
from isthmus.kit import clock


def spend(purpose: str, owner: str, token: str, *, until: datetime) -> bool:
    """Note that ``owner`` used ``token`` for ``purpose``; False where it was used before.

    ``until`` is when it would no longer be accepted anyway: the note can be forgotten then. Of two at once,
    the database lets one through.
    """
    try:
        with transaction.atomic():
            Spent.objects.create(purpose=purpose, owner=owner, token=token, until=until)
    except IntegrityError:
        return False
    return True


def forget_expired(moment: datetime | None = None) -> int:
    """Delete notes about what no longer would be accepted; returns how many."""
    return Spent.objects.filter(until__lt=moment or clock.now()).delete()[0]
