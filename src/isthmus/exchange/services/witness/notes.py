"""Notes of other logs: who signed them, and keeping their heads until they are judged."""

from collections.abc import Iterable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from isthmus.exchange.models import Checkpoint, Witnessed
from isthmus.exchange.rules.heads import Head
from isthmus.kit import clock
from isthmus.kit.errors import IsthmusError, Refused
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose, Partner, PartnerKey
from isthmus.trust.statements import insert
from isthmus.trust.validation import check_arrival, key_ring
from isthmus.wire import cosignature
from isthmus.wire.checkpoint import origin_of, verify_checkpoint
from isthmus.wire.cosignature import SplitView


def signed_head(node_id: str, note: str, log_keys: Iterable[PartnerKey]) -> Checkpoint:
    """The head in a note of the log of ``node_id``, with the log's own line alone; not stored yet.

    Refused where none of its log keys signed it or that key was not valid then; BadInput for no checkpoint.
    """
    name = origin_of(node_id)
    problem: IsthmusError | None = None
    for key in log_keys:
        public_key = keystore.public_key_of(key.certificate)
        try:
            head = verify_checkpoint(note, name=name, public_key=public_key)
            check_arrival(key, head.issued)
        except IsthmusError as error:
            problem = error
            continue
        if head.origin != name:
            raise Refused("exchange.other-log", f"The note is of the log {head.origin}, not of {name}.")
        assert isinstance(public_key, Ed25519PublicKey)
        return Checkpoint(
            node_id=node_id,
            size=head.size,
            root=head.root.hex(),
            note=cosignature.alone(note, name=name, public_key=public_key),
            issued=head.issued,
        )
    raise problem or Refused("exchange.no-log-key", f"No log key of {node_id} is known.")


def head_of_partner(partner: Partner, note: str) -> Checkpoint:
    """The same for a partner's log, under all log keys it ever had."""
    return signed_head(partner.node_id, note, key_ring(partner, KeyPurpose.LOG).keys.values())


def keep(row: Checkpoint, via: str) -> None:
    """Store a head that came by ``via``, unless it is here already."""
    row.via, row.seen_at = via[:31], clock.now()
    insert([row], ignore_conflicts=True)


def head_in(row: Checkpoint) -> Head:
    """The head of a stored note, as the rules read it."""
    return Head(row.size, bytes.fromhex(row.root))


def tip_of(log: Witnessed) -> Head | None:
    """The newest head that every later one must continue; None where nothing was proved yet."""
    return Head(log.tip_size, bytes.fromhex(log.tip_root)) if log.tip_root else None


def evidence_in(partner: Partner, note: str, other: str) -> SplitView | None:
    """The evidence in two notes of a partner's log; None where two of its keys signed them."""
    for key in key_ring(partner, KeyPurpose.LOG).keys.values():
        public_key = keystore.public_key_of(key.certificate)
        try:
            return cosignature.find_split_view(note, other, public_key=public_key)
        except IsthmusError:
            continue
    return None


def locked_log(partner: Partner) -> Witnessed:
    """What is known of the partner's log, locked until the transaction ends; made at first use.

    The ledger's lock is taken before it, as by every writer of the exchange.
    """
    log = Witnessed.objects.select_for_update().filter(partner=partner).first()
    if log is None:
        log = Witnessed.objects.create(partner=partner)
    log.partner = partner
    return log
