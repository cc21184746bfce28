"""What a bundle carries for witnesses, so that two nodes that meet by stick alone are witnesses as well."""

from collections.abc import Sequence
from dataclasses import dataclass

from isthmus.exchange.ledger import Ledger
from isthmus.exchange.services.witness import own
from isthmus.exchange.services.witness.notes import locked_log
from isthmus.exchange.services.witness.speaking import gossip_for
from isthmus.trust.models import Partner
from isthmus.wire.checkpoint import read_checkpoint
from isthmus.wire.proof import ConsistencyProof
from isthmus.wire.receipt import read_receipt

MAX_PROOFS = 64


@dataclass(frozen=True, slots=True)
class Luggage:
    """Notes with this node's cosignature, and proofs under the bundle's checkpoint."""

    notes: tuple[str, ...]
    proofs: tuple[ConsistencyProof, ...]


def luggage_for(ledger: Ledger, partner: Partner, receipts: Sequence[str]) -> Luggage:
    """What goes beside the head of the log as it is in ``ledger``.

    Proofs from what the partner cosigned last and from the heads in ``receipts``, the newest of them: nobody
    can ask questions by stick, so the likely ones are answered beforehand.
    """
    log = locked_log(partner)
    size = ledger.frontier.size
    shown = {}
    for token in receipts[-MAX_PROOFS:]:
        head = read_checkpoint(read_receipt(token)[1].checkpoint)
        shown[head.size] = head.root.hex()
    sizes = {found for found, root in shown.items() if found <= size and own.root_over(found) == root}
    base = own.newest_cosigned(partner, size)
    wanted = sorted(sizes | ({base} if base else set()))
    return Luggage(
        notes=(*([log.cosigned_note] if log.cosigned_note else []), *gossip_for(partner, log, news=False)),
        proofs=tuple(own.prove_from(found, size) for found in wanted),
    )
