"""Keys of codes: made when first needed, sealed by the node's vault, rolled over, never shown."""

import os
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.excise.stamps.models import StampKey, StampKeyKind
from isthmus.apps.excise.stamps.rules import codes
from isthmus.kit import clock
from isthmus.kit.errors import Refused
from isthmus.trust import vault


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What an inspector's telephone knows of a signature key."""

    number: int
    public: bytes
    made_at: datetime


def _name(kind: str, number: int) -> str:
    return f"excise.stamp-key {kind} {number}"


def secret_of(key: StampKey) -> bytes:
    """The secret half, opened; 32 bytes."""
    return vault.unseal(bytes(key.sealed), name=_name(key.kind, key.number))


def private_of(key: StampKey) -> Ed25519PrivateKey:
    """A signature key, opened."""
    return Ed25519PrivateKey.from_private_bytes(secret_of(key))


@transaction.atomic
def roll(kind: StampKeyKind, *, actor: str) -> StampKey:
    """A new key that makes codes from now on; the old one still checks those it made.

    Refused ``excise.stamp-keys-spent`` when the two signs of a code name no further key.
    """
    last = StampKey.objects.select_for_update().filter(kind=kind).order_by("-number").first()
    number = 0 if last is None else last.number + 1
    if number >= codes.MOST_KEYS:
        raise Refused("excise.stamp-keys-spent", _("This node has used up its 1,024 keys of this kind."))
    now, secret, public = clock.now(), os.urandom(codes.TAG_KEY_BYTES), b""
    if kind == StampKeyKind.SIGNATURE:
        private = Ed25519PrivateKey.from_private_bytes(secret)
        public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    if last is not None:
        last.retired_at = now
        last.save(update_fields=["retired_at"])
    key = StampKey.objects.create(
        kind=kind,
        number=number,
        sealed=vault.seal(secret, name=_name(kind, number)),
        public=public,
        made_at=now,
    )
    audit.note("excise.stamp-key-made", actor=actor, subject=f"{kind} {number}")
    return key


def in_use(kind: StampKeyKind, *, actor: str) -> StampKey:
    """The key that makes codes now; the first one is made here."""
    return StampKey.objects.filter(kind=kind, retired_at=None).first() or roll(kind, actor=actor)


def numbered(kind: StampKeyKind, number: int) -> StampKey | None:
    """The key that a code names, retired ones included."""
    return StampKey.objects.filter(kind=kind, number=number).first()


def public_keys() -> list[PublicKey]:
    """All keys of signatures, for the pages that check without a network."""
    rows = StampKey.objects.filter(kind=StampKeyKind.SIGNATURE).order_by("number")
    return [PublicKey(row.number, bytes(row.public), row.made_at) for row in rows]
