"""Rolling this node's keys over and revoking them, told to every partner; and what partners say of theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from isthmus.exchange import queries, tokens
from isthmus.exchange.handlers import Received
from isthmus.exchange.ledger import open_ledger
from isthmus.exchange.models import Direction, Record, Verdict
from isthmus.exchange.services.alarms import clear_alarm, raise_alarm
from isthmus.exchange.services.publish import Outgoing, Pen, publish
from isthmus.kit import clock
from isthmus.kit.errors import IsthmusError, Refused
from isthmus.trust import keystore, own_keys, partner_keys
from isthmus.trust.models import KeyPurpose, OwnKey, Partner, PartnerKey, PartnerState
from isthmus.trust.validation import check_revoking, key_ring, own_ring
from isthmus.wire.jws import Unverified
from isthmus.wire.record import Record as WireRecord
from isthmus.wire.record import read_record
from isthmus.wire.revocation import Ground, KeyRevocation, is_revocation, sign_revocation
from isthmus.wire.rollover import KeyRollover, check_rollover, is_rollover

ROLLOVER = "exchange.key-rollover/1"
REVOCATION = "exchange.key-revocation/1"
IN_DOUBT = "trust.records-in-doubt"
ENDING = "trust.key-ending"
PARTNER_ENDING = "trust.partner-key-ending"


@dataclass(frozen=True, slots=True)
class Rolled:
    """A key and its successor. ``told`` are the partners to whom the roll-over was published.

    Nobody was told where the old key could not sign any more (``by_card``): partners need the new card.
    """

    old: OwnKey
    new: OwnKey
    told: tuple[str, ...]
    by_card: bool


def _confirmed() -> list[str]:
    found = Partner.objects.exclude(state=PartnerState.PENDING).order_by("node_id")
    return list(found.values_list("node_id", flat=True))


def _announce(old: OwnKey, new: OwnKey, pen: Pen) -> tuple[str, ...]:
    body = KeyRollover(
        purpose=own_keys.IN_CERTIFICATES[KeyPurpose(old.purpose)],
        old_kid=old.kid,
        certificate=new.certificate,
        effective_from=new.begins,
    )
    told = _confirmed()
    publish([Outgoing(ROLLOVER, body, f"{old.purpose} {new.kid}")], to=told, pen=pen)
    return tuple(told)


@transaction.atomic
def roll_over(
    purpose: KeyPurpose, *, actor: str, effective_from: datetime | None = None, old_key_lost: bool = False
) -> Rolled:
    """Make a new key that takes over at ``effective_from`` (now), and tell every confirmed partner.

    The seal that is present signs the record, also one that gives way itself; suspended partners get it
    queued. Where the seal that gives way is lost or has run out, nobody can be told by a record: its partners
    are handed the new card. Raises what ``own_keys.make_successor`` raises.
    """
    with open_ledger():
        moment = clock.now()
        seal = (
            None if old_key_lost and purpose == KeyPurpose.SEAL else keystore.in_use(KeyPurpose.SEAL, moment)
        )
        old, new = own_keys.make_successor(
            purpose, effective_from=effective_from or moment, moment=moment, actor=actor
        )
        by_card = seal is None or seal.certificate.not_valid_after_utc < moment
        told = () if by_card or seal is None else _announce(old, new, Pen(seal, moment))
    clear_alarm(ENDING, old.purpose, actor=actor)
    return Rolled(old, new, told, by_card)


def _succeed_now(own: OwnKey, actor: str, *, lost: bool) -> None:
    """See to it that ``own`` has given way before it is revoked, also one whose successor waits."""
    moment = clock.now()
    if own.retired_at is None:
        roll_over(KeyPurpose(own.purpose), actor=actor, old_key_lost=lost)
    elif own.retired_at > moment:
        seal = keystore.in_use(KeyPurpose.SEAL, moment)
        new = OwnKey.objects.select_for_update().get(purpose=own.purpose, retired_at=None)
        OwnKey.objects.filter(pk=own.pk).update(retired_at=moment)
        new.effective_from = moment
        new.save(update_fields=["effective_from"])
        _announce(own, new, Pen(seal, moment))


@transaction.atomic
def revoke_own(own: OwnKey, *, revoked_from: datetime, ground: Ground, reason: str, actor: str) -> OwnKey:
    """Let a key of this node count no more from a moment on, and tell every confirmed partner.

    A key in use is rolled over first. The record is signed under the present seal and carries the root's own
    word (a revocation list). Refused ``keys.root`` for the root; BadInput ``keys.revocation`` for a moment to
    come or without a reason; Conflict ``keys.revoked``.
    """
    if own.purpose == KeyPurpose.ROOT:
        raise Refused(
            "keys.root",
            "A root cannot be revoked: everything of this node stands on it.",
            next_step="Tell every partner by telephone to suspend this node, then make a new node.",
        )
    check_revoking(
        "keys.revocation", revoked_from, reason, without_reason="Say what happened; the partners read it."
    )
    with open_ledger():
        own = OwnKey.objects.select_for_update().get(pk=own.pk)
        _succeed_now(own, actor, lost=ground == "lost")
        moment = clock.now()
        since = revoked_from.replace(microsecond=0)
        own = own_keys.mark_revoked(own, revoked_from=since, reason=reason, actor=actor)
        root = keystore.in_use(KeyPurpose.ROOT, moment)
        body = KeyRevocation(
            purpose=own_keys.IN_CERTIFICATES[KeyPurpose(own.purpose)],
            kid=own.kid,
            revoked_from=since,
            ground=ground,
            reason=reason[:400],
            crl=sign_revocation(
                keystore.parse_certificate(own.certificate),
                root.certificate,
                root.private_key,
                revoked_from=since,
                ground=ground,
                now=moment,
            ),
        )
        # Under whatever seal is present when it gets its number: its own key has given way by now.
        publish([Outgoing(REVOCATION, body, f"{own.purpose} {own.kid}")], to=_confirmed())
    return own


def readopt_keys(texts: Sequence[str]) -> int:
    """Know again the keys of this node that its own roll-overs name, after it came back from an older state.

    ``texts`` are records that a partner gave back. A roll-over counts if this node's root certified what it
    names and a key of its own signed it; anything else is passed over. Returns how many were new here.
    """
    known = 0
    for text in texts:
        try:
            unverified, record = read_record(text)
            if is_rollover(record) and record.sender == queries.me():
                known += _readopt(unverified, record)
        except IsthmusError:
            continue
    return known


def _readopt(unverified: Unverified, record: WireRecord) -> bool:
    body = KeyRollover.from_json(record.body)
    own_ring(record.sender).check_signature(unverified)
    rows = {row.kid: row for row in OwnKey.objects.filter(kid__in=[body.old_kid, unverified.kid])}
    certificates = {kid: keystore.parse_certificate(row.certificate) for kid, row in rows.items()}
    root = keystore.in_use(KeyPurpose.ROOT).certificate
    old = certificates.get(body.old_kid)
    if old is None:
        return False
    check_rollover(record, unverified.kid, old, root, seal=certificates[unverified.kid])
    return own_keys.readopt(body)


def _sender_of(received: Received) -> Partner:
    return Partner.objects.get(node_id=received.record.sender)


def check_received_rollover(received: Received) -> None:
    """Refuse a roll-over that does not hold, so that its sender learns it signed."""
    partner_keys.judge_rollover(_sender_of(received), received.record, received.kid)


def receive_rollover(received: Received) -> None:
    """A partner's new key takes over when its record says."""
    partner = _sender_of(received)
    partner_keys.learn_rollover(partner, received.record, received.kid)
    clear_alarm(PARTNER_ENDING, _subject(partner, received.body.purpose), actor=partner.node_id)


def check_received_revocation(received: Received) -> None:
    """Refuse a revocation that the partner's root did not sign."""
    partner_keys.judge_revocation(_sender_of(received), received.record, received.kid)


def receive_revocation(received: Received) -> None:
    """A partner's key counts no more; what was taken under it since then is named to the operator."""
    partner = _sender_of(received)
    partner_keys.learn_revocation(partner, received.record, received.kid)
    question_records(partner, partner.keys.get(kid=received.body.kid))


def _subject(partner: Partner, purpose: str) -> str:
    return f"{partner.node_id} {purpose}"


def revoke_partner_key(
    partner: Partner, kid: str, *, revoked_from: datetime, reason: str, actor: str
) -> PartnerKey:
    """Let a partner's key count no more, as its people said over the telephone."""
    with transaction.atomic(), open_ledger():
        key = partner_keys.revoke(partner, kid, revoked_from=revoked_from, reason=reason, actor=actor)
        question_records(partner, key)
    return key


def question_records(partner: Partner, key: PartnerKey) -> int:
    """Raise an alarm about records that took effect here and that the revoked key signed too late.

    They came before the revocation was known. Their place and verdict stay; whether their effects do
    is for people to decide, with the partner. Returns how many there are.
    """
    if key.purpose != KeyPurpose.SEAL or key.revoked_at is None:
        return 0
    rows = Record.objects.filter(
        stream__partner=partner,
        stream__direction=Direction.IN,
        verdict=Verdict.ACCEPTED,
        issued__gte=key.revoked_at,
    ).order_by("seq")
    found = [
        row
        for row, text in tokens.with_texts(
            (row.leaf, row) for row in rows.iterator(chunk_size=tokens.PORTION)
        )
        if text is not None and read_record(text)[0].kid == key.kid and not is_rollover(read_record(text)[1])
    ]
    if found:
        named = ", ".join(f"{row.subject} (number {row.seq})" for row in found[:10])
        raise_alarm(
            IN_DOUBT,
            f"{partner.node_id} {key.kid[:12]}",
            f"{len(found)} accepted records of {partner.name} are dated after its key was revoked: {named}"
            + (" and more." if len(found) > 10 else "."),
            next_step="Go through them with the partner: each was either its own or a forger’s. "
            "Undo the effects of those that were not its own.",
        )
    return len(found)


def own_news(partner: Partner) -> list[str]:
    """This node's roll-overs and revocations that were signed for a partner, oldest first."""
    return _news(partner, Direction.OUT)


def news_of(partner: Partner) -> list[str]:
    """A partner's roll-overs and revocations that were accepted here, oldest first."""
    return _news(partner, Direction.IN)


def _news(partner: Partner, direction: Direction) -> list[str]:
    rows = (
        Record.objects.exclude(verdict=Verdict.REFUSED)
        .filter(
            stream__partner=partner,
            stream__direction=direction,
            type__in=[ROLLOVER.partition("/")[0], REVOCATION.partition("/")[0]],
        )
        .order_by("pk")
    )
    return [text for _, text in tokens.with_texts((row.leaf, row) for row in rows) if text is not None]


def take_news(partner: Partner, texts: Sequence[str]) -> int:
    """Learn from a partner's signed roll-overs and revocations ahead of their place in the stream.

    Each proves itself; what does not is passed over, and so is what is known. They take their place in the
    stream and the log later, as every record does. Returns how many were new.
    """
    if not partner.is_active:
        raise Refused("exchange.suspended", "This node has suspended the exchange with you.")
    return sum(_take(partner, text) for text in texts)


def _take(partner: Partner, text: str) -> bool:
    try:
        unverified, record = read_record(text)
        if (record.sender, record.receiver) != (partner.node_id, queries.me()):
            return False
        return _learn(partner, unverified, record)
    except IsthmusError:
        return False


def _learn(partner: Partner, unverified: Unverified, record: WireRecord) -> bool:
    key_ring(partner).check_signature(unverified)
    if is_rollover(record):
        return partner_keys.learn_rollover(partner, record, unverified.kid)
    if is_revocation(record):
        learnt = partner_keys.learn_revocation(partner, record, unverified.kid)
        question_records(partner, partner.keys.get(kid=KeyRevocation.from_json(record.body).kid))
        return learnt
    return False
