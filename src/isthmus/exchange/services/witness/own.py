"""This node's own log as partners see it: their cosignatures, and what they hold against it."""

from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings

from isthmus.exchange import queries
from isthmus.exchange.ledger import Ledger, prove_consistency, read_node
from isthmus.exchange.models import Checkpoint, Cosignature
from isthmus.exchange.services.alarms import raise_alarm
from isthmus.exchange.services.witness.codes import OWN_BEHIND
from isthmus.exchange.services.witness.evidence import alarm_own_fork, keep_evidence
from isthmus.exchange.services.witness.notes import signed_head
from isthmus.kit import clock
from isthmus.kit.errors import IsthmusError, Refused
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose, Partner
from isthmus.trust.statements import insert
from isthmus.trust.validation import check_key_at, key_ring, own_ring
from isthmus.wire import checkpoint, cosignature, merkle
from isthmus.wire.proof import ConsistencyProof


def own_note(ledger: Ledger) -> str:
    """The signed note of this node's present head: the one that was signed already, else a new one."""
    rows = Checkpoint.objects.filter(
        node_id=queries.me(), size=ledger.frontier.size, root=ledger.frontier.root().hex()
    )
    signed = rows.values_list("note", flat=True).first()
    return signed or ledger.checkpoint()


def own_head(note: str) -> Checkpoint:
    """The head of this node's own log in a note; Refused where none of its log keys signed it."""
    return signed_head(queries.me(), note, own_ring(queries.me(), KeyPurpose.LOG).keys.values())


def root_over(size: int) -> str:
    """The root (hex) of the first ``size`` entries of this node's log."""
    return merkle.root_at(size, read_node).hex()


def prove_from(size: int, new_size: int) -> ConsistencyProof:
    """That this node's log of ``new_size`` entries begins with that of ``size``."""
    path = tuple(step.hex() for step in prove_consistency(size, new_size))
    return ConsistencyProof(old_size=size, old_root=root_over(size), size=new_size, path=path)


def _note_over(size: int) -> str:
    """A note over the first ``size`` entries, signed now: what this node's log says it had then."""
    name = checkpoint.origin_of(queries.me())
    root = bytes.fromhex(root_over(size))
    head = checkpoint.Checkpoint(origin=name, size=size, root=root, issued=clock.now())
    return checkpoint.sign_checkpoint(head, name=name, key=keystore.in_use(KeyPurpose.LOG).private_key)


def is_ours(ledger: Ledger, head: Checkpoint, shown_by: str) -> bool:
    """Whether a head that this node's key signed is a head of its log as it is now.

    If not, this node has lost or rewritten a part of its log: its own operator is alarmed.
    """
    size = ledger.stored_size
    if head.size > size:
        raise_alarm(
            OWN_BEHIND,
            shown_by,
            f"{shown_by} holds a signed head of this node's log over {head.size} entries; it has {size}.",
            next_step="This node was probably restored from an older backup: follow the guide on restoring.",
        )
        return False
    if root_over(head.size) == head.root:
        return True
    public_key = keystore.in_use(KeyPurpose.LOG).certificate.public_key()
    try:
        evidence = cosignature.find_split_view(head.note, _note_over(head.size), public_key=public_key)
    except IsthmusError:  # the head was signed with a log key that has rolled over since
        alarm_own_fork(head.size, shown_by)
    else:
        assert evidence is not None
        keep_evidence(evidence, queries.me(), found_by=shown_by)
    return False


@dataclass(frozen=True, slots=True)
class Answers:
    """What this node says to heads of its own log that a partner could not connect."""

    proofs: tuple[ConsistencyProof, ...]
    heads: tuple[str, ...]


def answer(ledger: Ledger, shown: Sequence[str], partner: Partner) -> Answers:
    """A proof for each head that the log still has; for one it has not, the note of what it has instead.

    A node that was restored without knowing it tells on itself so, with evidence that anybody can check.
    Notes that this node never signed are passed over.
    """
    proofs: dict[int, ConsistencyProof] = {}
    heads = []
    size = ledger.stored_size
    for note in shown:
        try:
            head = own_head(note)
        except IsthmusError:
            continue
        if is_ours(ledger, head, partner.node_id):
            proofs[head.size] = prove_from(head.size, size)
        elif head.size <= size:
            heads.append(_note_over(head.size))
    return Answers(tuple(proofs.values()), tuple(heads))


def take_cosignature(ledger: Ledger, partner: Partner, note: str) -> bool:
    """Keep a partner's cosignature of a head of this node's log; False where the head is not ours any more.

    Refused where the note was not signed by this node, or not cosigned by a log key of the partner that was
    valid then.
    """
    head = own_head(note)
    name = checkpoint.origin_of(partner.node_id)
    problem: IsthmusError | None = None
    for key in key_ring(partner, KeyPurpose.LOG).keys.values():
        public_key = keystore.public_key_of(key.certificate)
        try:
            _head, at = cosignature.verify_cosignature(note, name=name, public_key=public_key)
            check_key_at(key, at)
            if at > clock.now() + settings.ISTHMUS.clock_tolerance:
                raise Refused(
                    "exchange.from-the-future", "The cosignature is dated ahead of this node's clock."
                )
        except IsthmusError as error:
            problem = error
            continue
        if not is_ours(ledger, head, partner.node_id):
            return False
        assert isinstance(public_key, Ed25519PublicKey)
        theirs = cosignature.without_strangers(note, [(name, cosignature.cosigner_key_id(name, public_key))])
        row = Cosignature(
            partner=partner,
            size=head.size,
            root=head.root,
            note=cosignature.merge_notes(head.note, theirs),
            cosigned_at=at,
            received_at=clock.now(),
        )
        insert([row], ignore_conflicts=True)
        return True
    raise problem or Refused("exchange.no-log-key", f"No log key of {partner.node_id} is known.")


def newest_cosigned(partner: Partner, size: int) -> int:
    """The largest size up to ``size`` that the partner cosigned of this node's log as it is now; else 0."""
    rows = Cosignature.objects.filter(partner=partner, size__lte=size).order_by("-size")
    for row in rows[:10]:
        if root_over(row.size) == row.root:
            return row.size
    return 0
