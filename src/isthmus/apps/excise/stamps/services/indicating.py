"""Looking for what stamps should not do, and closing what an officer has looked into.

Whatever is found is an indication with its evidence and the bounds that were allowed for. Looking again finds
the same once; what was closed stays closed unless it has grown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.accounts.models import Kind, Organisation
from isthmus.apps.excise.registry.models import Product
from isthmus.apps.excise.stamps import evidence_queries as evidence
from isthmus.apps.excise.stamps import queries
from isthmus.apps.excise.stamps.models import (
    IndicationKind,
    IndicationSource,
    StampBatch,
    StampIndication,
)
from isthmus.apps.excise.stamps.rules import codes
from isthmus.apps.excise.stamps.rules.production import Gap, unproduced
from isthmus.jobs.progress import Progress
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, FieldFault
from isthmus.kit.text import nfc

CLOCK_ERROR = timedelta(minutes=15)
"""By how much two clocks together may be wrong."""
LOOKED_AT = timedelta(days=90)
"""How far back events of single bottles are compared."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign about one serial, with its evidence."""

    kind: IndicationKind
    source: IndicationSource
    gtin: str
    serial: str
    at: datetime
    evidence: Mapping[str, Any]


def _authority(gtin: str, batch: StampBatch | None) -> Organisation | None:
    product = (
        Product.objects.select_related("operator__organisation")
        .filter(gtin__in=codes.spellings(gtin))
        .first()
    )
    if product is not None:
        return product.operator.organisation
    holder = None if batch is None else batch.organisation
    return holder if holder is not None and holder.kind != Kind.FIRM else None


def _batch_of(gtin: str, serial: str) -> StampBatch | None:
    try:
        raw = codes.understood(serial).serial
    except codes.CodeFault:
        return None
    found = queries.find(raw, gtin)
    return None if found is None else found.batch


def _name(*parts: object) -> str:
    return sha256("\n".join(str(part) for part in parts).encode()).hexdigest()


@transaction.atomic
def keep(signs: Iterable[Sign]) -> int:
    """Keep signs about serials that are not kept yet; how many are new."""
    new = 0
    for one in signs:
        key = _name(one.kind, one.source, one.serial, one.at.isoformat(), one.evidence.get("place", ""))
        if StampIndication.objects.filter(key=key).exists():
            continue
        batch = _batch_of(one.gtin, one.serial)
        gtin = one.gtin or (batch.gtin if batch is not None else "")
        StampIndication.objects.create(
            kind=one.kind,
            source=one.source,
            key=key,
            organisation=_authority(gtin, batch),
            batch=batch,
            gtin=gtin,
            serial=one.serial,
            at=one.at,
            evidence=dict(one.evidence),
            found_at=clock.now(),
        )
        new += 1
    return new


@transaction.atomic
def _keep_gap(source: IndicationSource, gtin: str, gap: Gap, clock_error: timedelta) -> int:
    """Keep that more was activated than produced; an open one of the product grows with it."""
    said = {
        "activated": gap.activated,
        "produced": gap.produced,
        "missing": gap.missing,
        "clock_error_s": int(clock_error.total_seconds()),
    }
    rows = StampIndication.objects.select_for_update().filter(
        kind=IndicationKind.UNPRODUCED, source=source, gtin=gtin
    )
    last = rows.order_by("-found_at", "-pk").first()
    if last is not None and last.closed_at is None:
        last.at, last.evidence = gap.at, said
        last.save(update_fields=["at", "evidence"])
        return 0
    if last is not None and gap.missing <= last.evidence["missing"]:
        return 0
    StampIndication.objects.create(
        kind=IndicationKind.UNPRODUCED,
        source=source,
        key=_name(IndicationKind.UNPRODUCED, source, gtin, gap.at.isoformat(), gap.missing),
        organisation=_authority(gtin, None),
        gtin=gtin,
        at=gap.at,
        evidence=said,
        found_at=clock.now(),
    )
    return 1


def look(*, clock_error: timedelta = CLOCK_ERROR) -> dict[str, int]:
    """Compare activations with production, and the events of single bottles with each other.

    How many products were compared, and how many indications of each kind are new.
    """
    found = {"products": 0, "signs": 0, "unproduced": 0}
    today = clock.now().date()
    for gtin in evidence.gtins():
        found["products"] += 1
        activated = evidence.activated(gtin)
        produced = evidence.produced_by_events(gtin)
        if produced:
            gap = unproduced(activated, produced, clock_error)
            if gap is not None:
                found["unproduced"] += _keep_gap(IndicationSource.EVENTS, gtin, gap, clock_error)
        closed = evidence.closed_until(gtin, today)
        if closed is not None:
            due = [one for one in activated if one.at < closed]
            gap = unproduced(due, evidence.declared_on_returns(gtin), clock_error)
            if gap is not None:
                found["unproduced"] += _keep_gap(IndicationSource.RETURNS, gtin, gap, clock_error)
    since = clock.now() - LOOKED_AT
    signs = evidence.signs_in_events(since, clock_error)
    found["signs"] = keep(
        Sign(IndicationKind(one.kind), IndicationSource.EVENTS, one.gtin, one.serial, one.at, one.facts)
        for one in signs
    )
    return found


def look_by_job(progress: Progress) -> dict[str, int]:
    """Job: look every night."""
    found = look()
    progress.step(found["products"], found["products"])
    return found


@transaction.atomic
def close(indication: StampIndication, note: str, *, actor: str) -> StampIndication:
    """Close an indication with a note of what was found; BadInput without one, Conflict a second time."""
    said = " ".join(nfc(note).split())
    if not said or len(said) > 500:
        message = _("Note what you found, in at most 500 signs.")
        raise BadInput("excise.indication-note", message, faults=(FieldFault("note", message),))
    row = StampIndication.objects.select_for_update().get(pk=indication.pk)
    if row.closed_at is not None:
        raise Conflict("excise.indication-closed", _("This indication is closed already."))
    row.closed_at, row.closed_by, row.note = clock.now(), actor, said
    row.save(update_fields=["closed_at", "closed_by", "note"])
    audit.note("excise.stamp-indication-closed", actor=actor, subject=str(row.pk), detail={"note": said})
    return row
