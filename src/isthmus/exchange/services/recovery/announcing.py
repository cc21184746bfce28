"""Telling each partner, in a signed record, from which size on this node's log has a new history."""

from isthmus.exchange.ledger import open_ledger, read_node
from isthmus.exchange.models import Direction, Record, Restoration
from isthmus.exchange.records import RecoveryV1
from isthmus.exchange.services.publish import Outgoing, publish
from isthmus.trust.models import Partner
from isthmus.wire import merkle

RECOVERY = "exchange.recovery/1"


def announce(partner: Partner) -> bool:
    """Publish `exchange.recovery/1` once for the last return to an older state; False where it was told.

    Call it inside the transaction that lets the stream move again.
    """
    restoration = Restoration.objects.first()
    if restoration is None:
        return False
    name = RECOVERY.partition("/")[0]
    told = Record.objects.filter(
        stream__partner=partner,
        stream__direction=Direction.OUT,
        type=name,
        issued__gte=restoration.happened_at,
    )
    if told.exists():
        return False
    with open_ledger() as ledger:
        ledger.write()  # the head signed below must stand on what was appended so far
        body = RecoveryV1(
            restored_at=restoration.happened_at,
            kept_size=restoration.kept_size,
            kept_root=merkle.root_at(restoration.kept_size, read_node).hex(),
            checkpoint=ledger.checkpoint(),
            reason=restoration.found or "This node was restored from a backup.",
        )
        publish([Outgoing(RECOVERY, body, f"log from {restoration.kept_size}")], to=[partner.node_id])
    return True
