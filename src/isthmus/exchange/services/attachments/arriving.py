"""Taking a partner's file: its manifest, its chunks in any order, and the moment when it is whole."""

import logging
from datetime import timedelta
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.exchange import queries, registry
from isthmus.exchange.handlers import Arrived
from isthmus.exchange.ledger import open_ledger
from isthmus.exchange.models import (
    Attachment,
    AttachmentState,
    Chunk,
    Direction,
    Effect,
    Naming,
    Record,
)
from isthmus.exchange.services.alarms import clear_alarm, raise_alarm
from isthmus.exchange.services.attachments.keeping import FULL, SHARE_FULL, check_room, chunks_of, manifest_of
from isthmus.exchange.services.quarantine import describe_failure
from isthmus.kit import clock
from isthmus.kit.errors import NotFound, Refused
from isthmus.trust.models import Partner
from isthmus.wire.attachment import AttachmentManifest, missing, verify_chunk

_LOG = logging.getLogger("isthmus.exchange.attachments")
MOVED = timedelta(hours=1)
"""How exactly it is known when the last piece of a file came."""

UNUSED = "exchange.attachment-unused"


def _not_named(digest: str) -> NotFound:
    return NotFound(
        "exchange.attachment-not-named",
        _("No accepted record of yours names the file %(hash)s.") % {"hash": digest[:12]},
        next_step=_("Send the record first."),
    )


def wanted_from(partner: Partner, digest: str) -> Attachment:
    """The file that an accepted record of ``partner`` names; NotFound where there is none.

    A file of this node's own that it lost is wanted from the partners to whom its records name it.
    """
    row = Attachment.objects.filter(sha256=digest, origin=partner.node_id).first()
    if row is not None and not Naming.objects.filter(attachment=row).exists():
        row = None
    if row is None or row.state != AttachmentState.WANTED:
        row = _lost(partner, digest) or row
    if row is None:
        raise _not_named(digest)
    return row


def _lost(partner: Partner, digest: str) -> Attachment | None:
    """The file of this node's own that a record to ``partner`` names and that is not here."""
    return Attachment.objects.filter(
        pk__in=Naming.objects.filter(
            stream__partner=partner, stream__direction=Direction.OUT, erased=False
        ).values("attachment"),
        sha256=digest,
        origin=queries.me(),
        state=AttachmentState.WANTED,
    ).first()


def missing_of(row: Attachment) -> tuple[range, ...] | None:
    """The chunks of a wanted file that are not here; None while its manifest is not known."""
    if row.state != AttachmentState.WANTED:
        return ()
    manifest = manifest_of(row)
    if manifest is None:
        return None
    return missing(manifest, set(Chunk.objects.filter(attachment=row).values_list("index", flat=True)))


def _locked(row: Attachment) -> Attachment:
    return Attachment.objects.select_for_update().get(pk=row.pk)


def accept_manifest(partner: Partner, manifest: AttachmentManifest) -> tuple[range, ...]:
    """Take the manifest of a file that a record of ``partner`` names; returns the chunks still to come.

    Nothing is missing of a file that is whole or was erased. The same manifest again changes nothing;
    another one for the same hash means that the first was wrong, and begins anew. NotFound where no record
    names the file, Refused ``exchange.attachment-size`` or as ``check_room``.
    """
    found = wanted_from(partner, manifest.sha256)
    try:
        with transaction.atomic(), open_ledger():
            row = _locked(found)
            if row.state == AttachmentState.WANTED and (
                row.manifest is None or bytes(row.manifest) != manifest.to_bytes()
            ):
                _begin(row, manifest)
    except Refused as error:
        if error.code == FULL:
            raise_alarm(FULL, "files", error.message, next_step=error.next_step)
        if error.code == SHARE_FULL:
            raise_alarm(SHARE_FULL, partner.node_id, error.message, next_step=error.next_step)
        raise
    gaps = missing_of(row)
    assert gaps is not None, "its manifest is known now"
    if not gaps and row.state == AttachmentState.WANTED:
        complete(row)
    return gaps


def _begin(row: Attachment, manifest: AttachmentManifest) -> None:
    if manifest.size != row.size:
        raise Refused(
            "exchange.attachment-size",
            _("The record says that the file has %(said)d bytes, its manifest says %(size)d.")
            % {"said": row.size, "size": manifest.size},
        )
    if row.manifest is None:
        check_room(row.size, row.origin)
        clear_alarm(FULL, "files", actor="node")
        clear_alarm(SHARE_FULL, row.origin, actor="node")
    Chunk.objects.filter(attachment=row).delete()
    row.manifest, row.moved_at = manifest.to_bytes(), clock.now()
    row.save(update_fields=["manifest", "moved_at"])


def store_chunk(partner: Partner, digest: str, index: int, data: bytes) -> bool:
    """Take one chunk; True where the file is whole with it, or needs it no more.

    A chunk that is here already changes nothing. NotFound where no record names the file or its manifest
    has not come, Refused ``wire.attachment.chunk`` for a damaged one, BadInput ``wire.attachment.range``.
    """
    found = wanted_from(partner, digest)
    with transaction.atomic():
        row = _locked(found)
        if row.state != AttachmentState.WANTED:
            return True
        manifest = manifest_of(row)
        if manifest is None:
            raise NotFound(
                "exchange.attachment-no-manifest",
                _("The manifest of the file %(hash)s must come before its chunks.") % {"hash": digest[:12]},
            )
        Chunk.objects.bulk_create(
            [Chunk(attachment=row, index=index, data=verify_chunk(manifest, index, data))],
            ignore_conflicts=True,
        )
        if row.moved_at is None or clock.now() - row.moved_at > MOVED:
            row.moved_at = clock.now()
            row.save(update_fields=["moved_at"])
        left = len(manifest.chunks) - Chunk.objects.filter(attachment=row).count()
    return not left and complete(row)


def complete(row: Attachment) -> bool:
    """Declare a file whole once every chunk is here and together they are the file; False where not.

    The hooks of the record types run in the same transaction, once. The ledger is opened before the file's
    row is locked, as by every writer of the exchange: a hook may publish. Refused ``wire.attachment.whole``
    where sound chunks make another file: they and the manifest are forgotten, and the sender begins anew.
    Refused ``exchange.subject-key`` where the key that came with a file about a person does not open it: the
    key is forgotten, and the file waits for another.
    """
    from isthmus.exchange.services import subjects

    with transaction.atomic(), open_ledger():
        row = Attachment.objects.select_for_update().get(pk=row.pk)
        if row.state != AttachmentState.WANTED or missing_of(row) != ():
            return row.state != AttachmentState.WANTED
        digest = sha256()
        for chunk in chunks_of(row):
            digest.update(chunk)
        sound = digest.hexdigest() == row.sha256
        fits = not sound or subjects.opens(row)
        if sound and fits:
            row.state, row.whole_at = AttachmentState.WHOLE, clock.now()
        elif not sound:
            Chunk.objects.filter(attachment=row).delete()
            row.manifest = None
        row.save(update_fields=["state", "whole_at", "manifest"])
        if sound and fits:
            _announce_all(row)
    if not sound:
        raise Refused(
            "wire.attachment.whole",
            _("The chunks are sound, but together they are not the file %(hash)s.")
            % {"hash": row.sha256[:12]},
            next_step=_("Send its manifest again."),
        )
    if not fits:
        raise Refused(
            "exchange.subject-key",
            _("The key that came for the file %(hash)s does not open it.") % {"hash": row.sha256[:12]},
            next_step=_("Send the right key, then the file's manifest again."),
        )
    return True


def _announce_all(row: Attachment) -> None:
    """Tell the applications of every applied record that names the file."""
    namings = list(Naming.objects.filter(attachment=row, erased=False))
    records = Record.objects.filter(
        leaf__in=[naming.leaf for naming in namings],
        effect=Effect.APPLIED,
        stream__direction=Direction.IN,
    )
    by_leaf = {record.leaf: record for record in records}
    for naming in namings:
        if naming.leaf in by_leaf:
            announce(naming, row, by_leaf[naming.leaf])


def announce_of(record: Record) -> None:
    """Tell the application of a record that was applied just now of its files that are here already."""
    namings = Naming.objects.filter(leaf=record.leaf, erased=False).select_related("attachment")
    for naming in namings:
        if naming.attachment.state == AttachmentState.WHOLE:
            announce(naming, naming.attachment, record)


def announce(naming: Naming, row: Attachment, record: Record) -> None:
    """Tell the application that a file of a received record is here; its failure is an alarm, no loss."""
    kind = registry.record_types().get(record.key)
    if kind is None or not kind.arrived:
        return
    arrived = Arrived(
        record.leaf,
        record.subject,
        row.sha256,
        row.size,
        naming.name,
        naming.media_type,
        record.organisation_id,
    )
    with open_ledger() as ledger:
        mark = ledger.mark()
        try:
            with transaction.atomic():
                registry.resolve(kind.arrived)(arrived)
        except Exception as error:  # noqa: BLE001  whatever a hook raises must not lose the file
            _LOG.exception("the hook of %s failed over a file", record.key)
            ledger.return_to(mark)
            raise_alarm(
                UNUSED,
                f"{record.leaf[:12]} {row.sha256[:12]}",
                _("A file of record %(subject)s arrived, but the application could not use it: %(why)s")
                % {"subject": record.subject, "why": describe_failure(error)},
                next_step=_("The file is kept; report the fault to whoever maintains the application."),
            )
