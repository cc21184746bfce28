"""Signed requests that were used before.

Only what reads is remembered: a copied GET would hand what waits for a partner to whoever copied it. What
writes is refused nothing here and costs nothing here: a batch, receipts, a manifest or a chunk that comes
again has no second effect, and its answer tells the sender of a copy nothing that was not in the copy. The
time in the request bounds both.
"""

from django.conf import settings

from isthmus.accounts import once
from isthmus.kit.errors import Refused
from isthmus.wire.request import RequestClaim

_READING = "GET"


def refuse_replay(claim: RequestClaim) -> None:
    """Refused where this very request, of this partner, was answered before."""
    if claim.method != _READING:
        return
    until = claim.expires + settings.ISTHMUS.request_tolerance
    if not once.spend("request", claim.issuer, str(claim.id), until=until):
        raise Refused(
            "exchange.request.replayed",
            "This request was answered before.",
            next_step="Sign a new one.",
        )
