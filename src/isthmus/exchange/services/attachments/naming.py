"""Which record names which file: noted with the record, in its transaction."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from isthmus.exchange import queries
from isthmus.exchange.models import Attachment, AttachmentState, Effect, Naming, Record, Stream
from isthmus.exchange.rules import projection
from isthmus.exchange.services.attachments.arriving import announce_of
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Refused
from isthmus.wire.attachment import AttachmentRef, references_in
from isthmus.wire.codec import Json

MOST_NAMED = 100
"""Files that one record may name."""


def named_in(body: Json) -> tuple[AttachmentRef, ...]:
    """The files that a body names, each once; BadInput where a reference is faulty or there are too many."""
    found: dict[str, AttachmentRef] = {}
    for reference in references_in(body):
        known = found.setdefault(reference.sha256, reference)
        if known.size != reference.size:
            raise BadInput(
                "exchange.attachment-size",
                _("The record states two sizes for the file %(hash)s.") % {"hash": reference.sha256[:12]},
            )
    if len(found) > MOST_NAMED:
        raise BadInput(
            "exchange.attachments-too-many",
            _("A record names %(most)d files at most.") % {"most": MOST_NAMED},
            next_step=_("Spread them over several records."),
        )
    return tuple(found.values())


def _whole(references: Sequence[AttachmentRef]) -> dict[str, Attachment]:
    """The whole files here by hash; this node's own before a partner's."""
    rows = Attachment.objects.filter(
        sha256__in=[reference.sha256 for reference in references], state=AttachmentState.WHOLE
    ).order_by("id")
    found: dict[str, Attachment] = {}
    for row in rows:
        if row.sha256 not in found or row.origin == queries.me():
            found[row.sha256] = row
    return found


def check_here(body: Json, personal: Sequence[str] = ()) -> None:
    """Refused ``exchange.attachment-missing`` where a body names a file that is not whole here.

    Files in the fields ``personal`` must be encrypted under the key of the person whom they are about:
    Refused ``exchange.attachment-not-encrypted``.
    """
    references = named_in(body)
    here = _whole(references)
    assert isinstance(body, dict), "a body is an object"
    about = {reference.sha256 for reference in named_in(projection.project(body, personal)[0])}
    for digest in sorted(about & here.keys()):
        if here[digest].subject_key_id is None:
            raise Refused(
                "exchange.attachment-not-encrypted",
                _("The file %(hash)s is about a person and is not encrypted under that person's key.")
                % {"hash": digest[:12]},
                next_step=_("Keep it with the person's name; then publish the record."),
            )
    for reference in references:
        row = here.get(reference.sha256)
        if row is None or row.size != reference.size:
            raise Refused(
                "exchange.attachment-missing",
                _("The file “%(name)s” (%(hash)s) is not here, so no record can name it.")
                % {"name": reference.name, "hash": reference.sha256[:12]},
                next_step=_("Keep the file first, then publish the record."),
            )


def _namings(
    stream: Stream, leaf: str, references: Sequence[AttachmentRef], rows: dict[str, Attachment]
) -> None:
    Naming.objects.bulk_create(
        Naming(
            attachment=rows[reference.sha256],
            stream=stream,
            leaf=leaf,
            place=place,
            name=reference.name,
            media_type=reference.media_type,
        )
        for place, reference in enumerate(references)
    )


def name_sent(stream: Stream, leaf: str, body: Json) -> None:
    """Note what a record just signed names; ``check_here`` came before."""
    references = named_in(body)
    _namings(stream, leaf, references, _whole(references))


def name_returned(stream: Stream, leaf: str, body: Json) -> None:
    """Note what a record of this node's own names that a partner gave back after this node lost it.

    A file that is not here was lost too: it is wanted back from that partner.
    """
    references = named_in(body)
    rows = _whole(references)
    for reference in references:
        if reference.sha256 not in rows:
            rows[reference.sha256] = _wanted(reference, queries.me())
    _namings(stream, leaf, references, rows)


def _wanted(reference: AttachmentRef, origin: str) -> Attachment:
    """The file's row; one that was erased and is named again is wanted again."""
    moment = clock.now()
    row, made = Attachment.objects.get_or_create(
        sha256=reference.sha256, origin=origin, defaults={"size": reference.size, "noted_at": moment}
    )
    if not made and row.state == AttachmentState.ERASED:
        row.state, row.size, row.noted_at = AttachmentState.WANTED, reference.size, moment
        row.save(update_fields=["state", "size", "noted_at"])
    return row


def name_received(stream: Stream, record: Record, body: Json) -> None:
    """Note what a record just accepted names; a file that is not here yet is wanted from now on.

    A file that was erased and is named again by a new record is wanted again.
    """
    references = named_in(body)
    origin = stream.partner.node_id
    rows = {reference.sha256: _wanted(reference, origin) for reference in references}
    _namings(stream, record.leaf, references, rows)
    if record.effect == Effect.APPLIED:
        announce_of(record)
