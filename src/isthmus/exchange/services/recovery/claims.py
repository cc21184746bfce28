"""A partner's word that this node came back from an older state stops its own streams, and no others.

Anybody can say so, by mistake or to do harm. What this node itself signed and does not know is a proof; only
that stops the streams with all partners (``marking``).
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.exchange.ledger import open_ledger
from isthmus.exchange.models import Claim, Direction, LogEntry, Restoration, Stream, StreamState
from isthmus.exchange.services.alarms import clear_alarm, raise_alarm
from isthmus.exchange.services.publish import open_stream
from isthmus.kit import clock
from isthmus.trust.models import Partner

OLDER_CLAIMED = "exchange.older-claimed"


def stop(streams: models.QuerySet[Stream]) -> None:
    """Let nothing go out on these streams until their partners have said how far they got."""
    streams.update(
        state=StreamState.RECOVERING,
        lease_holder="",
        lease_until=None,
        next_attempt_at=None,
        failures=0,
        last_error="",
    )


@transaction.atomic
def heed(partner: Partner, stream: str, found: str) -> None:
    """Stop the streams with ``partner``, which says ``found``, until it proves or drops it."""
    with open_ledger():
        for direction in Direction:
            open_stream(partner, direction)
        stop(Stream.objects.filter(partner=partner, state=StreamState.OPEN))
        Claim.objects.update_or_create(
            partner=partner, defaults={"stream": stream, "claimed_at": clock.now()}
        )
        raise_alarm(
            OLDER_CLAIMED,
            stream,
            _("%(name)s says that this node is in an older state: %(found)s")
            % {"name": partner.name, "found": found},
            next_step=_(
                "Only the streams with this partner stand still; the node asks it for what it claims to hold."
                " If you know of no backup or snapshot that was put back, call the partner."
            ),
        )
        audit.note("exchange.older-claimed", actor="node", subject=stream, detail={"found": found})


def is_claimed(partner: Partner) -> bool:
    """Whether the streams with ``partner`` stand still on its word alone."""
    return Claim.objects.filter(partner=partner).exists()


def proves(signed: Iterable[tuple[str, datetime]]) -> bool:
    """Whether any of these leaves (hex) of texts that this node signed, with their dates, shows a return.

    It does where this node's log does not have it, and where it was signed after the last return that is
    known: what a partner held back of an earlier loss shows nothing new.
    """
    known = Restoration.objects.values_list("happened_at", flat=True).first()
    later = {leaf for leaf, issued in signed if known is None or issued > known}
    return len(later) > LogEntry.objects.filter(leaf__in=later).values("leaf").distinct().count()


def drop(partner: Partner | None = None) -> bool:
    """The claim of ``partner`` is over, or all are; False where there was none."""
    claims = list(Claim.objects.filter(partner=partner) if partner is not None else Claim.objects.all())
    for claim in claims:
        clear_alarm(OLDER_CLAIMED, claim.stream, actor="node")
        claim.delete()
    return bool(claims)
