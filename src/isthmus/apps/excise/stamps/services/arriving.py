"""Stamps of a partner's node that a holder here has received: a batch of their own, without serials."""

from isthmus.accounts import audit
from isthmus.accounts.models import Organisation
from isthmus.apps.excise.stamps.models import (
    Proof,
    StampAct,
    StampBatch,
    StampCrossing,
    StampSheaf,
    StampWhereabouts,
)
from isthmus.apps.excise.stamps.rules.custody import SHEAF, Act, Place, Sheaf
from isthmus.apps.excise.stamps.services import book
from isthmus.kit import clock

NO_SERIALS = -1
"""Below the prefix of any serial: such a row is never found by one."""


def take_in(crossing: StampCrossing, organisation: Organisation, *, actor: str) -> StampBatch:
    """The batch of what arrived, in stock with its receiver, in the transaction of the caller."""
    batch = StampBatch.objects.create(
        organisation=organisation,
        issuer=crossing.issuer,
        issuer_batch=crossing.issuer_batch,
        begins=crossing.first,
        gtin=crossing.gtin,
        product=crossing.product,
        count=crossing.count,
        proof=Proof.PLAIN,
        issued_at=clock.now(),
    )
    sizes = [min(SHEAF, batch.count - start) for start in range(0, batch.count, SHEAF)]
    StampSheaf.objects.bulk_create(
        StampSheaf(batch=batch, position=position, lowest=NO_SERIALS, highest=NO_SERIALS, serials=b"")
        for position in range(len(sizes))
    )
    numbers = dict(StampSheaf.objects.filter(batch=batch).values_list("position", "pk"))
    rows = []
    for position, size in enumerate(sizes):
        places, holders = Sheaf.new(size, organisation.pk, Place.STOCK).packed()
        rows.append(StampWhereabouts(sheaf_id=numbers[position], places=places, holders=holders))
    StampWhereabouts.objects.bulk_create(rows)
    done = StampAct.objects.create(
        batch=batch,
        act=Act.ARRIVE.value,
        first=batch.begins,
        last=batch.ends,
        holder=organisation,
        at=batch.issued_at,
        actor=actor,
    )
    book.post_arrival(done, batch.count)
    detail = {"issuer": batch.issuer, "first": batch.begins, "last": batch.ends, "holder": organisation.code}
    audit.note("excise.stamps-arrive", actor=actor, subject=str(batch.pk), detail=detail)
    return batch
