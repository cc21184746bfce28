"""Proofs that others can check against a signed head of this node's log."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from isthmus.exchange import queries
from isthmus.exchange.ledger import Inclusion, prove_consistency, prove_inclusion, read_node
from isthmus.exchange.models import Checkpoint, LogEntry, LogHead
from isthmus.kit.errors import BadInput, FieldFault
from isthmus.wire import merkle


def prove_under_checkpoint(leaf: str) -> tuple[Inclusion, str | None]:
    """The inclusion proof of a leaf (hex) under the newest own checkpoint that covers it, and that note.

    Where no checkpoint covers it yet: the proof in the present log, and None. NotFound where the leaf is
    not in the log.
    """
    index = LogEntry.objects.filter(leaf=leaf).values_list("index", flat=True).first()
    head = Checkpoint.objects.filter(node_id=queries.me()).order_by("-size").first()
    if index is None or head is None or head.size <= index:
        return prove_inclusion(leaf), None
    path = merkle.inclusion_proof(index, head.size, read_node)
    proof = Inclusion(index, head.size, bytes.fromhex(leaf), tuple(path), bytes.fromhex(head.root))
    return proof, head.note


@dataclass(frozen=True, slots=True)
class Consistency:
    """That the first ``old`` leaves of the log of ``new`` leaves are the log of ``old`` leaves."""

    old: int
    new: int
    old_root: bytes
    new_root: bytes
    path: tuple[bytes, ...]


def prove_growth(old: int, new: int) -> Consistency:
    """The consistency proof between two sizes of this log; BadInput for sizes that it never had."""
    size = LogHead.objects.filter(pk=1).values_list("size", flat=True).first() or 0
    faults = []
    if not 1 <= old <= new:
        faults.append(FieldFault("old", _("must be at least 1 and at most the new size")))
    if new > size:
        faults.append(
            FieldFault("new", _("must be at most %(size)d, the present size of the log") % {"size": size})
        )
    if faults:
        listed = "; ".join(f"{fault.where} {fault.message}" for fault in faults)
        raise BadInput("exchange.log-size", f"{listed}.", faults=tuple(faults))
    return Consistency(
        old, new, merkle.root_at(old, read_node), merkle.root_at(new, read_node), prove_consistency(old, new)
    )
