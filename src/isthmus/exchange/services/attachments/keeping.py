"""Keeping a file of this node's own, and reading any that is here."""

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.exchange import queries
from isthmus.exchange.ledger import open_ledger
from isthmus.exchange.models import Attachment, AttachmentState, Chunk
from isthmus.exchange.rules.storage import MIB, has_room, share_mib
from isthmus.exchange.services.alarms import clear_alarm
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Refused
from isthmus.wire.attachment import CHUNK_BYTES, MAX_BYTES, AttachmentManifest, AttachmentRef

FULL = "exchange.storage-full"
SHARE_FULL = "exchange.partner-share-full"


def held_bytes(origin: str = "") -> int:
    """The bytes of all files here, or those of one node, those promised by a manifest included."""
    rows = Attachment.objects.exclude(state=AttachmentState.ERASED).exclude(manifest=None)
    if origin:
        rows = rows.filter(origin=origin)
    return rows.aggregate(total=Sum("size"))["total"] or 0


def check_room(size: int, origin: str) -> None:
    """Refused where ``size`` more bytes of ``origin`` go beyond what this node sets aside.

    ``exchange.storage-full`` for all files together, ``exchange.partner-share-full`` for those of a partner.
    Call it under the ledger, so that no two count at once. Promises that nobody kept make room first.
    """
    if _short(size, origin) is not None and release_promises():
        clear_alarm(SHARE_FULL, origin, actor="node")
    problem = _short(size, origin)
    if problem is not None:
        raise problem


def _short(size: int, origin: str) -> Refused | None:
    limit = settings.ISTHMUS.attachment_storage_mib
    if not has_room(size, held=held_bytes(), limit_mib=limit):
        return Refused(
            FULL,
            _("This node keeps %(limit)d MiB of files at most, and they are nearly used up.")
            % {"limit": limit},
            next_step=_("An operator raises ISTHMUS_ATTACHMENT_STORAGE_MIB or has old records erased."),
        )
    if origin == queries.me():
        return None
    share = share_mib(limit, settings.ISTHMUS.attachment_partner_percent, largest_mib=MAX_BYTES // MIB)
    if not has_room(size, held=held_bytes(origin), limit_mib=share):
        return Refused(
            SHARE_FULL,
            _("This node keeps %(limit)d MiB of files of %(partner)s at most, and they are nearly used up.")
            % {"limit": share, "partner": origin},
            next_step=_("An operator raises ISTHMUS_ATTACHMENT_PARTNER_PERCENT or has old records erased."),
        )
    return None


def release_promises() -> int:
    """Forget the manifests of files of which nothing has come for long; returns how many.

    The files stay wanted. Their senders find at the next try that nothing is here, and begin anew.
    """
    limit = clock.now() - timedelta(days=settings.ISTHMUS.attachment_promise_days)
    idle = list(
        Attachment.objects.select_for_update()
        .filter(state=AttachmentState.WANTED, moved_at__lte=limit)
        .exclude(manifest=None)
    )
    Chunk.objects.filter(attachment__in=idle).delete()
    for row in idle:
        row.manifest, row.moved_at = None, None
        row.save(update_fields=["manifest", "moved_at"])
        detail = {"from": row.origin, "bytes": row.size}
        audit.note("exchange.promise-released", actor="node", subject=row.sha256, detail=detail)
    return len(idle)


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(CHUNK_BYTES):
        yield piece


def describe(file: BinaryIO) -> AttachmentManifest:
    """The manifest of a seekable file, read a chunk at a time; BadInput ``wire.attachment.size``."""
    whole, hashes, size = sha256(), [], 0
    for piece in _pieces(file):
        size += len(piece)
        if size > MAX_BYTES:
            break
        whole.update(piece)
        hashes.append(sha256(piece).hexdigest())
    if not 1 <= size <= MAX_BYTES:
        raise BadInput(
            "wire.attachment.size",
            _("A file has 1 byte to 50 MiB."),
            next_step=_("Leave out empty files; send a large one in parts."),
        )
    return AttachmentManifest(
        sha256=whole.hexdigest(), size=size, chunk_bytes=CHUNK_BYTES, chunks=tuple(hashes)
    )


def keep(file: BinaryIO, *, name: str, media_type: str, actor: str) -> AttachmentRef:
    """Keep a seekable file of this node's own, and return how a record's body names it.

    The same file twice is kept once. BadInput for a size or name that cannot travel, Refused
    ``exchange.storage-full``. What no record has named after some weeks is removed again.
    """
    manifest = describe(file)
    reference = AttachmentRef.from_json(
        {"sha256": manifest.sha256, "size": manifest.size, "media_type": media_type, "name": name}
    )
    store_own(manifest, _pieces(file), actor=actor)
    return reference


@transaction.atomic
def store_own(manifest: AttachmentManifest, pieces: Iterator[bytes], *, actor: str) -> Attachment:
    """Store a whole file of this node's own in one transaction; one that is here already stays."""
    with open_ledger():
        return _store_own(manifest, pieces, actor=actor)


def _store_own(manifest: AttachmentManifest, pieces: Iterator[bytes], *, actor: str) -> Attachment:
    moment = clock.now()
    row, made = Attachment.objects.select_for_update().get_or_create(
        sha256=manifest.sha256,
        origin=queries.me(),
        defaults={"size": manifest.size, "noted_at": moment},
    )
    if not made and row.state == AttachmentState.WHOLE:
        return row
    check_room(manifest.size, queries.me())
    Chunk.objects.filter(attachment=row).delete()  # of a lost file that was on its way back
    for index, piece in enumerate(pieces):
        Chunk.objects.create(attachment=row, index=index, data=piece)
    row.manifest, row.state, row.whole_at = manifest.to_bytes(), AttachmentState.WHOLE, moment
    row.noted_at = moment
    row.save(update_fields=["manifest", "state", "whole_at", "noted_at"])
    audit.note(
        "exchange.attachment-kept", actor=actor, subject=manifest.sha256, detail={"bytes": manifest.size}
    )
    return row


def manifest_of(row: Attachment) -> AttachmentManifest | None:
    """The file's manifest; None while it is not known or once it was erased."""
    return AttachmentManifest.from_bytes(bytes(row.manifest)) if row.manifest is not None else None


def chunk_at(row: Attachment, index: int) -> bytes | None:
    """One chunk; None where it is not here."""
    found = Chunk.objects.filter(attachment=row, index=index).values_list("data", flat=True).first()
    return bytes(found) if found is not None else None


def chunks_of(row: Attachment) -> Iterator[bytes]:
    """The chunks of a whole file in their order, one in memory at a time."""
    manifest = manifest_of(row)
    for index in range(len(manifest.chunks) if manifest else 0):
        yield chunk_at(row, index) or b""
