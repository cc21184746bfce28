"""Doing what a request asks once, however often it comes: the Idempotency-Key of the API."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts.models import Organisation
from isthmus.exchange.models import KeptAnswer
from isthmus.jobs.progress import Progress
from isthmus.kit import clock
from isthmus.kit.errors import Conflict
from isthmus.wire.codec import Json, digest_json

KEPT_FOR = timedelta(days=30)
"""Longer than a program with a broken link tries again."""

_PORTION = 1000


def fingerprint_of(action: str, asked: Json) -> str:
    """SHA-256 (hex) that names an action and what it was asked with, whatever the order of members."""
    return sha256(action.encode() + b"\n" + digest_json(asked)).hexdigest()


@transaction.atomic
def answer_once(
    organisation: Organisation, key: str, fingerprint: str, act: Callable[[], dict[str, Any]]
) -> tuple[dict[str, Any], bool]:
    """The answer to a request, and whether it is one given before.

    ``act`` runs in this transaction, once for each key of an organisation; what it raises undoes the key,
    so that the request may be corrected and sent again. Two requests of one key at once wait for each
    other. Conflict where the key came with another request before.
    """
    kept, new = KeptAnswer.objects.get_or_create(
        organisation=organisation, key=key, defaults={"fingerprint": fingerprint, "given_at": clock.now()}
    )
    if not new:
        if kept.fingerprint != fingerprint:
            raise Conflict(
                "api.idempotency-key",
                _("This Idempotency-Key came with another request before."),
                next_step=_("Send every new request with a key of its own."),
            )
        return kept.answer, True
    kept.answer = act()
    kept.save(update_fields=["answer"])
    return kept.answer, False


def prune(progress: Progress) -> dict[str, int]:
    """Job: forget answers that are older than ``KEPT_FOR``."""
    gone = 0
    while True:
        old = KeptAnswer.objects.filter(given_at__lt=clock.now() - KEPT_FOR).order_by("given_at")
        portion = list(old.values_list("pk", flat=True)[:_PORTION])
        if portion:
            gone += KeptAnswer.objects.filter(pk__in=portion).delete()[0]
        progress.step(gone)
        if len(portion) < _PORTION:
            return {"pruned": gone}
