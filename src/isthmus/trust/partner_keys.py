"""Writers of partners' keys: what roll-overs, revocations, cards and people say about them."""

from dataclasses import dataclass
from datetime import datetime

from cryptography.x509 import Certificate
from django.db import transaction

from isthmus.accounts import audit
from isthmus.kit import clock
from isthmus.kit.errors import Conflict, NotFound, Refused
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose, Partner, PartnerKey
from isthmus.trust.validation import check_revoking
from isthmus.wire import keys
from isthmus.wire.card import NodeCard
from isthmus.wire.record import Record
from isthmus.wire.revocation import KeyRevocation, check_revocation
from isthmus.wire.rollover import KeyRollover, check_rollover


def _known(partner: Partner, *, lock: bool = False) -> dict[str, PartnerKey]:
    rows = PartnerKey.objects.filter(partner=partner)
    return {key.kid: key for key in (rows.select_for_update() if lock else rows)}


def _certificate(key: PartnerKey) -> Certificate:
    return keystore.parse_certificate(key.certificate)


def _root(known: dict[str, PartnerKey]) -> Certificate:
    return next(_certificate(key) for key in known.values() if key.purpose == KeyPurpose.ROOT)


def certified(
    partner: Partner, purpose: KeyPurpose, pem: str, *, effective_from: datetime | None = None
) -> PartnerKey:
    """The row, unsaved, of a certificate whose chain was checked."""
    certificate = keystore.parse_certificate(pem)
    return PartnerKey(
        partner=partner,
        purpose=purpose,
        kid=keys.thumbprint(certificate),
        certificate=pem,
        valid_from=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc,
        effective_from=effective_from,
    )


@dataclass(frozen=True, slots=True)
class _Succession:
    """A roll-over that holds: what it says, the row that gives way, that of the new key if known."""

    body: KeyRollover
    old: PartnerKey
    new_kid: str
    new: PartnerKey | None

    @property
    def is_known(self) -> bool:
        """Whether nothing would change; a successor may still take over earlier than it said first."""
        at = self.old.superseded_at
        return self.old.successor == self.new_kid and at is not None and at <= self.body.effective_from


def _succession(known: dict[str, PartnerKey], record: Record, kid: str) -> _Succession:
    body = KeyRollover.from_json(record.body)
    old, seal = known.get(body.old_kid), known.get(kid)
    if old is None or seal is None:
        raise Refused(
            "trust.rollover-unknown",
            f"The roll-over replaces the key {body.old_kid}, which is not known here.",
            next_step="The earlier roll-overs must arrive first, or the partner's present card be added.",
        )
    fault = seal.fault_at(record.issued)
    if fault not in {"", "revoked"}:
        raise Refused(f"trust.key-{fault}", f"The key {kid} was not in force when the roll-over was issued.")
    new = check_rollover(record, kid, _certificate(old), _root(known), seal=_certificate(seal))
    new_kid = keys.thumbprint(new)
    if old.successor not in {"", new_kid}:
        raise Refused(
            "trust.rollover-again",
            f"The key {old.kid} has named another successor before.",
            next_step="Call the partner: two people may hold its key.",
        )
    return _Succession(body, old, new_kid, known.get(new_kid))


def judge_rollover(partner: Partner, record: Record, kid: str) -> None:
    """Refused unless a partner's record, whose signature under ``kid`` holds, announces a successor.

    A revoked seal may still announce: the root has certified what it names. Codes
    ``trust.rollover-unknown`` where a key that it speaks of is not known here, ``trust.rollover-again`` where
    another successor was named before, ``trust.key-*`` where the signer was not in force, and what
    ``check_rollover`` raises.
    """
    _succession(_known(partner), record, kid)


@transaction.atomic
def learn_rollover(partner: Partner, record: Record, kid: str) -> bool:
    """Take the successor that such a record announces; returns whether anything was new.

    The same roll-over may be learnt again, early or late. Raises what ``judge_rollover`` raises.
    """
    found = _succession(_known(partner, lock=True), record, kid)
    if found.is_known:
        return False
    old, body = found.old, found.body
    old.successor, old.superseded_at = found.new_kid, body.effective_from
    old.save(update_fields=["successor", "superseded_at"])
    new = found.new or certified(partner, KeyPurpose(body.purpose), body.certificate)
    new.effective_from = body.effective_from
    new.save()
    audit.note(
        "trust.partner-key-rolled",
        actor=partner.node_id,
        subject=partner.node_id,
        detail={
            "purpose": body.purpose,
            "old": old.kid,
            "new": new.kid,
            "effective_from": clock.to_text(body.effective_from),
        },
    )
    return True


def _revoke(key: PartnerKey, revoked_from: datetime, reason: str, by: str) -> bool:
    """Revoke from the earlier of two moments; returns whether anything changed."""
    if key.revoked_at is not None and key.revoked_at <= revoked_from:
        return False
    key.revoked_known_at = key.revoked_known_at or clock.now()
    key.revoked_at, key.revoked_by, key.revoked_reason = revoked_from, by[:200], reason[:500]
    key.save(update_fields=["revoked_at", "revoked_known_at", "revoked_by", "revoked_reason"])
    audit.note(
        "trust.partner-key-revoked",
        actor=by,
        subject=key.partner.node_id,
        detail={
            "purpose": key.purpose,
            "kid": key.kid,
            "revoked_from": clock.to_text(revoked_from),
            "reason": reason,
        },
    )
    return True


def _revoked(known: dict[str, PartnerKey], record: Record, kid: str) -> tuple[PartnerKey, KeyRevocation]:
    body = KeyRevocation.from_json(record.body)
    key = known.get(body.kid)
    if key is None:
        raise Refused("trust.revocation-unknown", f"The key {body.kid}, which it revokes, is not known here.")
    return key, check_revocation(record, kid, _certificate(key), _root(known))


def judge_revocation(partner: Partner, record: Record, kid: str) -> None:
    """Refused unless a partner's record, whose signature under ``kid`` holds, revokes one of its keys.

    Codes ``trust.revocation-unknown`` for a key that is not known here, and what ``check_revocation`` raises.
    """
    _revoked(_known(partner), record, kid)


@transaction.atomic
def learn_revocation(partner: Partner, record: Record, kid: str) -> bool:
    """Take such a revocation; returns whether anything was new. Raises what ``judge_revocation`` raises."""
    key, body = _revoked(_known(partner, lock=True), record, kid)
    key.partner = partner
    return _revoke(key, body.revoked_from, body.reason, partner.node_id)


@transaction.atomic
def revoke(partner: Partner, kid: str, *, revoked_from: datetime, reason: str, actor: str) -> PartnerKey:
    """Let a partner's key count no more from a moment on, as its people said over the telephone.

    Raises NotFound for a key that the partner never had, Refused for its root, BadInput for a moment to come
    or without a reason, Conflict where it is revoked from that moment or an earlier one already.
    """
    key = _known(partner, lock=True).get(kid)
    if key is None:
        raise NotFound("trust.unknown-key", f"{partner.name} has no key {kid} here.")
    if key.purpose == KeyPurpose.ROOT:
        raise Refused(
            "trust.root-key",
            "A root cannot be revoked: everything of the partner stands on it.",
            next_step="Suspend the partner, and confirm it anew under another root.",
        )
    check_revoking(
        "trust.revocation", revoked_from, reason, without_reason="Say who told you and what happened."
    )
    key.partner = partner
    if not _revoke(key, revoked_from, reason, actor):
        raise Conflict("trust.revoked-already", f"The key {kid} is revoked from an earlier moment already.")
    return key


def learn_card(partner: Partner, card: NodeCard, *, actor: str) -> list[PartnerKey]:
    """Add the keys of a confirmed partner's card that are not known yet; its root was compared before.

    The keys that they follow are taken to have given way when the card was issued, at the latest: a roll-over
    that arrives afterwards says it exactly.
    """
    known = _known(partner, lock=True)
    added: list[PartnerKey] = []
    for purpose in (KeyPurpose.SEAL, KeyPurpose.ENCRYPTION, KeyPurpose.LOG):
        row = certified(partner, purpose, getattr(card, purpose.value))
        if row.kid in known:
            continue
        row.save()
        PartnerKey.objects.filter(partner=partner, purpose=purpose, superseded_at=None).exclude(
            pk=row.pk
        ).update(superseded_at=card.issued)
        added.append(row)
        audit.note(
            "trust.partner-key-added",
            actor=actor,
            subject=partner.node_id,
            detail={"purpose": purpose.value, "kid": row.kid},
        )
    return added
