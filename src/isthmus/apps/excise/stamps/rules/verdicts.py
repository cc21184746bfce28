"""What can be said about a code: online by the issuer, offline by public keys and the status filter.

No answer says "genuine". Tag and signature show that the issuer gave this number out; whether the paper that
carries it is the one that was printed, no code can show.
"""

from enum import StrEnum
from typing import Final

from isthmus.apps.excise.stamps.rules.custody import Place


class Verdict(StrEnum):
    """The answer about a code."""

    IN_ORDER = "in-order"
    """Issued by this administration, and activated: a bottle may carry it."""
    NOT_ACTIVE = "not-active"
    """Issued, but no bottle may carry it yet."""
    WITHDRAWN = "withdrawn"
    """Issued, but spoiled, cancelled, destroyed or lost."""
    UNKNOWN_SERIAL = "unknown-serial"
    """This administration issued no such serial."""
    FORGED = "forged"
    """The tag or the signature does not belong to this GTIN and serial."""
    UNKNOWN_KEY = "unknown-key"
    """The code names a key that this administration never had."""
    UNPROVEN = "unproven"
    """Nothing in the code can be checked here: no tag online, no signature offline."""
    NO_CODE = "no-code"
    """The text is no code of a stamp."""


ANSWERED: Final = frozenset({Verdict.IN_ORDER, Verdict.NOT_ACTIVE, Verdict.WITHDRAWN})
"""The verdicts about serials that exist."""


def verdict_on(place: Place) -> Verdict:
    """The answer about a serial that exists and whose tag holds."""
    if place in (Place.ACTIVATED, Place.SOLD):
        return Verdict.IN_ORDER
    waiting = (Place.ISSUED, Place.STOCK, Place.TRANSIT, Place.ABROAD)
    return Verdict.NOT_ACTIVE if place in waiting else Verdict.WITHDRAWN


def offline(*, signed: bool, key_known: bool, holds: bool, listed: bool | None) -> Verdict:
    """The answer without a network. ``listed`` is the status filter's, None where there is none.

    Typed signs carry no signature: the filter alone then says that a serial is on sale (``UNPROVEN``, for a
    thousandth of invented ones is found there by chance) or that it is not.
    """
    if signed and not key_known:
        return Verdict.UNKNOWN_KEY
    if signed and not holds:
        return Verdict.FORGED
    if listed is False:
        return Verdict.NOT_ACTIVE
    return Verdict.IN_ORDER if signed and listed else Verdict.UNPROVEN
