"""What anybody may ask about a code, and the count of how often one was asked about."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.apps.excise.stamps import queries
from isthmus.apps.excise.stamps.models import StampKeyKind, StampSeen
from isthmus.apps.excise.stamps.rules import codes
from isthmus.apps.excise.stamps.rules.verdicts import ANSWERED, Verdict, verdict_on
from isthmus.apps.excise.stamps.services import keys
from isthmus.apps.excise.stamps.wording import headline, meaning
from isthmus.kit import clock

AGAIN = timedelta(minutes=1)
"""Whoever loads the answer again within so long counts once."""
SMS_SIGNS = 160


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known about a code. ``seen`` counts earlier checks, ``first_seen`` is the first of them."""

    verdict: Verdict
    code: codes.Code | None = None
    found: queries.Found | None = None
    seen: int = 0
    first_seen: datetime | None = None

    @property
    def product(self) -> str:
        """What the stamp was issued for; empty where that is not known, or must not be told."""
        return self.found.batch.product if self.found is not None and self.verdict in ANSWERED else ""


def verify(text: str, *, note: bool = True) -> Answer:
    """The answer about a code as read or typed; with ``note`` a check of an existing serial is counted."""
    try:
        code = codes.understood(text)
    except codes.CodeFault:
        return Answer(Verdict.NO_CODE)
    found = queries.find(code.serial, code.gtin)
    gtin = code.gtin or (found.batch.gtin if found is not None else "")
    refused = _refused(code, gtin, found is not None)
    if refused is not None:
        return Answer(refused, code)
    if found is None:
        return Answer(Verdict.UNKNOWN_SERIAL, code)
    before = queries.seen(code.serial)
    if note:
        _note_seen(code.serial)
    return Answer(
        verdict_on(found.place),
        code,
        found,
        before.count if before is not None else 0,
        before.first_at if before is not None else None,
    )


def _refused(code: codes.Code, gtin: str, known: bool) -> Verdict | None:
    """Why a code proves nothing; None where its tag, and its signature if it has one, hold."""
    if code.signature_key is not None:
        signature_key = keys.numbered(StampKeyKind.SIGNATURE, code.signature_key)
        if signature_key is None:
            return Verdict.UNKNOWN_KEY
        public = Ed25519PublicKey.from_public_bytes(bytes(signature_key.public))
        if not codes.signature_holds(public, gtin, code.serial, code.signature):
            return Verdict.FORGED
    if code.tag_key is None:
        # Eighty random bits are beyond guessing: that the serial exists is proof enough.
        return None if known else Verdict.UNKNOWN_SERIAL
    tag_key = keys.numbered(StampKeyKind.TAG, code.tag_key)
    if tag_key is None:
        return Verdict.UNKNOWN_KEY
    if not gtin:
        return Verdict.UNKNOWN_SERIAL
    holds = codes.tag_holds(keys.secret_of(tag_key), gtin, code.serial, code.tag)
    return None if holds else Verdict.FORGED


@transaction.atomic
def _note_seen(serial: bytes) -> None:
    now = clock.now()
    row, made = StampSeen.objects.select_for_update().get_or_create(
        serial=serial, defaults={"count": 1, "first_at": now, "last_at": now}
    )
    if made or now - row.last_at < AGAIN:
        return
    row.count, row.last_at = row.count + 1, now
    row.save(update_fields=["count", "last_at"])


def sms_answer(text: str) -> str:
    """The answer to a text message with the signs of a stamp, in at most 160 signs; it is counted."""
    answer = verify(text)
    parts = [headline(answer.verdict)]
    if answer.product:
        parts.append(f"{answer.product[:40]}.")
    if answer.first_seen is not None:
        told = ngettext(
            "Checked %(count)d time since %(day)s.", "Checked %(count)d times since %(day)s.", answer.seen
        )
        parts.append(told % {"count": answer.seen, "day": f"{answer.first_seen:%Y-%m-%d}"})
    parts.append(
        _("A copy answers alike.") if answer.verdict is Verdict.IN_ORDER else meaning(answer.verdict)
    )
    said = ""
    for part in parts:
        longer = f"{said} {part}".strip()
        if len(longer) <= SMS_SIGNS:
            said = longer
    return said
