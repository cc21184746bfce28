"""Finding stamps, batches and sums."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from isthmus.accounts.policy import Actor, Everything, reach_of
from isthmus.apps.excise.stamps.models import (
    StampAct,
    StampBatch,
    StampCrossing,
    StampHandover,
    StampSeen,
    StampSheaf,
    StampWhereabouts,
)
from isthmus.apps.excise.stamps.rules import codes
from isthmus.apps.excise.stamps.rules.custody import ON_SALE, SHEAF, Place, Sheaf, place_in

PREFIX_SHIFT = 8 * codes.SERIAL_BYTES - 63


@dataclass(frozen=True, slots=True)
class Found:
    """One stamp: its batch, its number in it, where it is, and the organisation that holds it."""

    batch: StampBatch
    number: int
    place: Place
    holder: int


def find(serial: bytes, gtin: str = "") -> Found | None:
    """The stamp of a serial; ``gtin`` narrows the search where it is known."""
    prefix = int.from_bytes(serial, "big") >> PREFIX_SHIFT
    rows = StampSheaf.objects.filter(lowest__lte=prefix, highest__gte=prefix)
    if gtin:
        rows = rows.filter(batch__gtin=gtin)
    for row in rows.select_related("batch", "whereabouts").iterator(chunk_size=50):
        place = place_in(bytes(row.serials), serial)
        if place is not None:
            sheaf = Sheaf.unpacked(bytes(row.whereabouts.places), bytes(row.whereabouts.holders))
            number = row.position * SHEAF + place + 1
            return Found(row.batch, number, Place(sheaf.places[place]), sheaf.holders[place])
    return None


def seen(serial: bytes) -> StampSeen | None:
    """What is known of earlier checks of a serial."""
    return StampSeen.objects.filter(serial=serial).first()


def counted(batch: StampBatch | None = None) -> Counter[tuple[int, int, Place]]:
    """Stamps by batch, holder and place, counted one by one in the packed rows.

    Without a batch, those that this node issued: each stamp counts with its issuer.
    """
    rows = StampWhereabouts.objects.order_by("pk")
    rows = rows.filter(sheaf__batch__issuer="") if batch is None else rows.filter(sheaf__batch=batch)
    total: Counter[tuple[int, int, Place]] = Counter()
    for number, places, holders in rows.values_list("sheaf__batch_id", "places", "holders").iterator():
        sheaf = Sheaf.unpacked(bytes(places), bytes(holders))
        for (holder, place), count in sheaf.counted().items():
            total[number, holder, place] += count
    return total


def on_sale() -> Iterator[bytes]:
    """The serials that a bottle on sale may carry, some thousands together, ten bytes each."""
    size = codes.SERIAL_BYTES
    wanted = bytes(ON_SALE)
    own = StampWhereabouts.objects.filter(sheaf__batch__issuer="")
    rows = own.order_by("pk").values_list("sheaf__serials", "places", "holders")
    for packed, places, holders in rows.iterator(chunk_size=50):
        states, serials = Sheaf.unpacked(bytes(places), bytes(holders)).places, bytes(packed)
        if not states.translate(None, wanted):
            yield serials
            continue
        picked = [
            serials[place * size : place * size + size]
            for place, state in enumerate(states)
            if state in wanted
        ]
        if picked:
            yield b"".join(picked)


Done = StampAct


def done_with(batch: StampBatch, most: int = 100) -> list[StampAct]:
    """The latest of what was done with a batch."""
    return list(batch.acts.select_related("holder").order_by("-at", "-pk")[:most])


def organisations_of(actor: Actor, action: str) -> frozenset[int]:
    """The organisations for which an actor may do something; all of his own where the node allows all."""
    reach = reach_of(actor, action)
    return actor.organisation_ids if isinstance(reach, Everything) else reach.ids


def batches_for(actor: Actor, action: str) -> QuerySet[StampBatch]:
    """The batches of which an actor's organisations were issued or offered stamps."""
    rows = StampBatch.objects.select_related("organisation", "tag_key", "signature_key")
    reach = reach_of(actor, action)
    if isinstance(reach, Everything):
        return rows
    offered = StampHandover.objects.filter(receiver__in=reach.ids).values("batch")
    return rows.filter(Q(organisation__in=reach.ids) | Q(pk__in=offered))


def handovers_for(actor: Actor, action: str) -> QuerySet[StampHandover]:
    """The handovers that an actor's organisations send or receive."""
    rows = StampHandover.objects.select_related("batch", "sender", "receiver")
    reach = reach_of(actor, action)
    if isinstance(reach, Everything):
        return rows
    return rows.filter(Q(sender__in=reach.ids) | Q(receiver__in=reach.ids))


def crossings_for(actor: Actor, action: str) -> QuerySet[StampCrossing]:
    """The handovers across the border that an actor's organisations send or receive."""
    rows = StampCrossing.objects.select_related("batch", "organisation")
    reach = reach_of(actor, action)
    return rows if isinstance(reach, Everything) else rows.filter(organisation__in=reach.ids)
