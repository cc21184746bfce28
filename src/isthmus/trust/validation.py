"""Whether a token was signed by the node it claims to come from, with a key that was valid at the time."""

from dataclasses import dataclass
from datetime import datetime

from isthmus.kit import clock
from isthmus.kit.errors import BadInput, FieldFault, Refused
from isthmus.trust.keystore import public_key_of
from isthmus.trust.models import KeyPurpose, OwnKey, Partner, PartnerKey
from isthmus.trust.statements import Lookup
from isthmus.wire import jws
from isthmus.wire.jws import Unverified

UNKNOWN_KEY = "trust.unknown-key"


@dataclass(frozen=True)
class KeyRing:
    """The seal keys of one node, read once for a whole batch."""

    node_id: str
    keys: dict[str, PartnerKey]

    def check_signature(self, unverified: Unverified) -> PartnerKey:
        """The key that made the signature; Refused where the key is unknown or the signature is wrong."""
        key = self.keys.get(unverified.kid)
        if key is None:
            raise Refused(
                "trust.unknown-key",
                f"The key {unverified.kid} is not one that {self.node_id} is known to seal with.",
                next_step="If the partner has rolled its key over, the roll-over record must arrive first.",
            )
        jws.verify(unverified, public_key_of(key.certificate))
        return key


_KEYS = Lookup(lambda partner: PartnerKey.objects.filter(partner_id=partner), int)


def key_rings(partner: Partner, *purposes: KeyPurpose) -> list[KeyRing]:
    """For each purpose all keys that a partner ever had, the retired and revoked ones included."""
    every = _KEYS(partner.pk)
    return [
        KeyRing(partner.node_id, {key.kid: key for key in every if key.purpose == purpose})
        for purpose in purposes
    ]


def key_ring(partner: Partner, purpose: KeyPurpose = KeyPurpose.SEAL) -> KeyRing:
    """The keys for one purpose."""
    return key_rings(partner, purpose)[0]


def own_ring(node_id: str, purpose: KeyPurpose = KeyPurpose.SEAL) -> KeyRing:
    """The same for this node's own keys, as a partner would see them."""
    return KeyRing(
        node_id,
        {
            own.kid: PartnerKey(
                purpose=purpose,
                kid=own.kid,
                certificate=own.certificate,
                valid_from=own.valid_from,
                valid_until=own.valid_until,
                effective_from=own.effective_from,
                superseded_at=own.retired_at,
                revoked_at=own.revoked_from,
            )
            for own in OwnKey.objects.filter(purpose=purpose)
        },
    )


_WORDS = {
    "not-yet-valid": "not valid yet",
    "expired": "expired",
    "revoked": "revoked",
    "superseded": "replaced by its successor",
}


def check_key_at(key: PartnerKey, moment: datetime) -> None:
    """Refused where ``key`` may not have signed at ``moment`` (before, after, replaced or revoked)."""
    fault = key.fault_at(moment)
    if fault:
        raise Refused(
            f"trust.key-{fault}", f"The key {key.kid} was {_WORDS[fault]} when the record was issued."
        )


def check_arrival(key: PartnerKey, issued: datetime) -> None:
    """The same for what arrives now: once a revocation is known, nothing under the key counts any more.

    Whoever has a leaked key writes any date; only what this node held before it knew can be told apart.
    """
    if key.revoked_at is not None and issued < key.revoked_at:
        raise Refused(
            "trust.key-revoked",
            f"The key {key.kid} is revoked; what it signed counts only if it came before that was known.",
            next_step="Sign the statement again under the present key.",
        )
    check_key_at(key, issued)


def check_revoking(code: str, revoked_from: datetime, reason: str, *, without_reason: str) -> None:
    """Check what people state who revoke a key; BadInput ``code`` for a moment to come or no reason."""
    faults = []
    if revoked_from > clock.now():
        faults.append(FieldFault("revoked_from", "The moment must not lie ahead."))
    if not reason.strip():
        faults.append(FieldFault("reason", without_reason))
    if faults:
        raise BadInput(code, " ".join(fault.message for fault in faults), faults=tuple(faults))
