"""Whether a missing text was erased: shown by the signed tombstone itself, not by a row that says so."""

from dataclasses import dataclass, field

from isthmus.exchange import queries, tokens
from isthmus.exchange.models import Erased, Record, Tombstone, Verdict
from isthmus.exchange.services.erasure.places import ERASED_CODE, PLACE_TYPE
from isthmus.kit.errors import IsthmusError
from isthmus.trust.validation import check_key_at, key_ring, own_ring
from isthmus.wire.receipt import read_receipt
from isthmus.wire.record import leaf_hash, read_record
from isthmus.wire.tombstone import Erasure, read_tombstone


@dataclass
class Prover:
    """Finds erasures, and reads each tombstone once."""

    _read: dict[str, Erasure | None] = field(default_factory=dict)

    def erasure_of(self, hash_hex: str, partner_id: int) -> tuple[Erasure, Tombstone] | None:
        """The erasure of a leaf or file between this node and that partner; None where none is proved."""
        rows = Erased.objects.filter(hash=hash_hex, tombstone__stream__partner=partner_id).select_related(
            "tombstone__stream__partner"
        )
        for row in rows.order_by("id"):
            found = self._proved(row.tombstone)
            if found is not None and found.covers(hash_hex):
                return found, row.tombstone
        return None

    def is_accounted_for(self, row: Record) -> bool:
        """Whether a record's text may be missing: erased, or it never came because its sender erased it."""
        return self.erasure_of(row.leaf, row.stream.partner_id) is not None or never_came(row)

    def _proved(self, row: Tombstone) -> Erasure | None:
        if row.leaf not in self._read:
            self._read[row.leaf] = _read(row)
        return self._read[row.leaf]


def _read(row: Tombstone) -> Erasure | None:
    """The erasure that a logged, signed tombstone states; None where it does not prove itself."""
    text = tokens.text_of(row.leaf)
    if text is None or leaf_hash(text).hex() != row.leaf:
        return None
    ring = own_ring(row.node_id) if row.node_id == queries.me() else key_ring(row.stream.partner)
    try:
        unverified, record = read_record(text)
        check_key_at(ring.check_signature(unverified), record.issued)
        found = read_tombstone(record)
    except IsthmusError:
        return None
    return found if found.node == row.node_id else None


def erasure_of(row: Record) -> tuple[Erasure, Tombstone] | None:
    """The erasure of a record, proved by its tombstone; None where there is none."""
    return Prover().erasure_of(row.leaf, row.stream.partner_id)


def never_came(row: Record) -> bool:
    """Whether this node took the place without a text, as the receipt that it signed then says."""
    if (row.type, row.verdict, row.verdict_code) != (PLACE_TYPE, Verdict.REFUSED, ERASED_CODE):
        return False
    text = tokens.text_of(row.receipt.leaf) if row.receipt is not None else None
    if text is None:
        return False
    try:
        unverified, receipt = read_receipt(text)
        check_key_at(own_ring(queries.me()).check_signature(unverified), receipt.issued)
    except IsthmusError:
        return False
    return any(
        (verdict.seq, verdict.leaf, verdict.code) == (row.seq, row.leaf, ERASED_CODE)
        for verdict in receipt.verdicts
    )
