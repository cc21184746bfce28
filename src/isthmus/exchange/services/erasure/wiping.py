"""Deleting texts and files, and with them what was derived from them. The caller holds the ledger."""

from collections.abc import Collection
from uuid import UUID

from django.db import connection, transaction

from isthmus.exchange import registry, tokens
from isthmus.exchange.handlers import Erasing
from isthmus.exchange.models import (
    Attachment,
    AttachmentState,
    Chunk,
    Direction,
    Effect,
    KeptAnswer,
    Naming,
    Record,
    Refusal,
    SubjectKey,
    Superseded,
)
from isthmus.exchange.services.erasure.places import ERASED, PLACE_TYPE
from isthmus.kit import clock
from isthmus.trust.models import Partner
from isthmus.wire.codec import Json

CONTROL = "exchange."
"""What record types of the exchange itself begin with: agreements and keys must stay provable."""


def is_erasable(record_type: str) -> bool:
    """Whether records of a type may be erased."""
    return record_type == PLACE_TYPE or not record_type.startswith(CONTROL)


def wipe(partner: Partner, leaves: Collection[str], attachments: Collection[str], *, ground: str) -> None:
    """Delete the texts and files named by hash, as far as they crossed between this node and ``partner``.

    The application's ``erase`` is called for each record; whatever it raises undoes all of it.
    """
    assert connection.in_atomic_block, "a text goes in the transaction of its tombstone"
    rows = list(
        Record.objects.select_for_update(of=("self",))
        .filter(leaf__in=leaves, stream__partner=partner)
        .select_related("stream")
    )
    rows = [row for row in rows if is_erasable(row.type)]
    earlier = Superseded.objects.filter(leaf__in=leaves, stream__partner=partner)
    tokens.erase([*(row.leaf for row in rows), *earlier.values_list("leaf", flat=True)])
    for row in rows:
        scrub_answers(row.leaf)
        _tell_application(row, partner, ground)
        # What could not be read may have been offered again and again, each time with its text.
        Refusal.objects.filter(partner=partner, stream=row.stream.name, seq=row.seq).update(offered="")
        if row.effect == Effect.QUARANTINED:
            row.effect = Effect.DISMISSED
        row.subject, row.withheld, row.effect_error = ERASED, [], ""
    Record.objects.bulk_update(rows, ["subject", "withheld", "effect", "effect_error"])
    named = Naming.objects.filter(leaf__in=[row.leaf for row in rows])
    asked = Naming.objects.filter(attachment__sha256__in=attachments, stream__partner=partner)
    files = set(named.values_list("attachment", flat=True)) | set(asked.values_list("attachment", flat=True))
    named.update(erased=True, name=ERASED)
    asked.update(erased=True, name=ERASED)
    drop_unnamed(files)
    if connection.vendor == "sqlite":
        transaction.on_commit(_empty_journal, robust=True)


def scrub_answers(leaf: str) -> None:
    """Take the business key of an erased record out of the answers that the API keeps."""
    for kept in KeptAnswer.objects.filter(answer__icontains=leaf):
        kept.answer = without_subject(kept.answer, leaf)
        kept.save(update_fields=["answer"])


def without_subject(value: Json, leaf: str) -> Json:
    """The JSON value with the subject of every record of that leaf replaced."""
    if isinstance(value, list):
        return [without_subject(item, leaf) for item in value]
    if not isinstance(value, dict):
        return value
    cleared = {"subject": ERASED} if value.get("leaf") == leaf and "subject" in value else {}
    return {**{name: without_subject(item, leaf) for name, item in value.items()}, **cleared}


def _tell_application(row: Record, partner: Partner, ground: str) -> None:
    kind = registry.record_types().get(row.key)
    if kind is None or not kind.erase:
        return
    sent = row.stream.direction == Direction.OUT
    registry.resolve(kind.erase)(Erasing(row.leaf, row.key, row.subject, partner.node_id, sent, ground))


def drop_unnamed(files: Collection[int]) -> None:
    """Delete the bytes of these files (keys) that no record names any more."""
    rows = list(
        Attachment.objects.select_for_update(of=("self",)).filter(pk__in=files).exclude(namings__erased=False)
    )
    gone = [row.pk for row in rows]
    Chunk.objects.filter(attachment__in=gone).delete()
    erased = Attachment.objects.filter(pk__in=gone)
    erased.update(state=AttachmentState.ERASED, manifest=None, whole_at=None)
    destroy_idle_keys({row.subject_key_id for row in rows if row.subject_key_id is not None})


def destroy_idle_keys(keys: Collection[UUID]) -> None:
    """Destroy the keys of subjects of whom no file is left: copies elsewhere cannot be opened any more."""
    living = Attachment.objects.exclude(state=AttachmentState.ERASED).filter(subject_key__in=keys)
    idle = SubjectKey.objects.filter(pk__in=keys, destroyed_at=None).exclude(attachments__in=living)
    idle.update(tag="", sealed=b"", destroyed_at=clock.now())


def _empty_journal() -> None:
    """SQLite's journal still holds the pages as they were: let it be written back and cut to nothing."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
