"""Whether a text that a partner hands over was signed by this node itself, under any of its keys."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from isthmus.exchange import queries
from isthmus.exchange.rules.history import Place
from isthmus.kit.errors import IsthmusError, Refused
from isthmus.trust.models import Partner
from isthmus.trust.validation import KeyRing, check_key_at
from isthmus.wire import receipt as wire_receipt
from isthmus.wire import record as wire_record
from isthmus.wire.places import ErasedPlace, read_place

NOT_OURS = "exchange.not-ours"


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """A record that this node signed: its token, the key that signed it, its leaf (hex) and content."""

    token: str
    kid: str
    leaf: str
    record: wire_record.Record

    @property
    def place(self) -> Place:
        """Where it says that it stands."""
        return Place(self.record.seq, self.leaf, self.record.prev)


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """A place whose record the partner had to erase; ``prev`` is the leaf before it, as far as is known.

    It was signed by nobody: ``prev`` of the record that follows shows that its leaf is the true one.
    """

    leaf: str
    record: ErasedPlace
    prev: str

    @property
    def place(self) -> Place:
        """Where it says that it stands."""
        return Place(self.record.seq, self.leaf, self.prev)


def read_own(
    lines: Sequence[str], ring: KeyRing, partner: Partner, stream: str, *, leaf_before: Callable[[int], str]
) -> list["OwnRecord | OwnPlace"]:
    """This node's records to ``partner`` and places among them; Refused ``exchange.not-ours`` otherwise.

    ``leaf_before`` gives the leaf that is held here before a number, empty where there is none.
    """
    found: list[OwnRecord | OwnPlace] = []
    for line in lines:
        place = read_place(line)
        if place is None:
            found.append(read_own_record(line, ring, partner, stream))
            continue
        if place.stream != stream:
            raise _not_ours(f"place {place.seq} belongs to {place.stream}, not to {stream}")
        before = found[-1].leaf if found else leaf_before(place.seq)
        found.append(OwnPlace(place.leaf, place, before))
    return found


def _not_ours(what: str, error: IsthmusError | None = None) -> Refused:
    reason = f" {error.message}" if error is not None else ""
    return Refused(
        NOT_OURS,
        f"What the partner gave back is not what this node signed: {what}.{reason}",
        next_step="Nothing of it was taken. Call the partner; if a key of this node was rolled over after "
        "the backup, put the keys folder back as it was.",
    )


def read_own_record(token: str, ring: KeyRing, partner: Partner, stream: str) -> OwnRecord:
    """One of this node's records to ``partner``; Refused ``exchange.not-ours`` for anything else."""
    try:
        unverified, record = wire_record.read_record(token)
        key = ring.check_signature(unverified)
        check_key_at(key, record.issued)
    except IsthmusError as error:
        raise _not_ours("a record does not prove itself", error) from error
    if (record.sender, record.receiver, record.stream) != (queries.me(), partner.node_id, stream):
        raise _not_ours(f"record {record.seq} belongs to {record.stream}, not to {stream}")
    return OwnRecord(token, key.kid, wire_record.leaf_hash(token).hex(), record)


def read_own_receipt(token: str, ring: KeyRing, partner: Partner) -> wire_receipt.Receipt:
    """One of this node's receipts to ``partner``; Refused ``exchange.not-ours`` for anything else.

    It may speak of an epoch of the partner's stream that this node has forgotten.
    """
    try:
        unverified, content = wire_receipt.read_receipt(token)
        key = ring.check_signature(unverified)
        check_key_at(key, content.issued)
    except IsthmusError as error:
        raise _not_ours("a receipt does not prove itself", error) from error
    if (content.sender, content.receiver) != (queries.me(), partner.node_id):
        raise _not_ours(f"a receipt speaks of {content.stream}")
    return content
