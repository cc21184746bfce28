"""Handing a file of a record to who may read it, over a page or the API, never to be opened in a browser."""

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.accounts.policy import Actor, require
from isthmus.exchange.file_table import PERSONAL, is_personal
from isthmus.exchange.models import Attachment, AttachmentState, Naming, Record
from isthmus.exchange.services.attachments import chunks_of
from isthmus.exchange.services.subjects import read_file
from isthmus.kit.errors import Conflict


def hand_out(naming: Naming, row: Record, actor: Actor) -> HttpResponseBase:
    """The answer that carries a whole file; who took it is audited.

    Refused ``access.refused`` for a file about a person that the actor may not read, Conflict
    ``exchange.attachment-not-here`` while it is not whole. One chunk is in memory at a time; a file about a
    person has to be opened as a whole.
    """
    if is_personal(naming.attachment):
        require(actor, PERSONAL, row)
    if naming.attachment.state != AttachmentState.WHOLE:
        raise Conflict("exchange.attachment-not-here", _("The file is not all here yet."))
    audit.note(
        "exchange.attachment-read",
        actor=actor.label,
        subject=row.leaf,
        detail={"file": naming.attachment.sha256, "about_a_person": is_personal(naming.attachment)},
    )
    return for_saving(naming.attachment, naming.name)


def for_saving(file: Attachment, name: str) -> HttpResponseBase:
    """The answer that carries a whole file under a name; who may have it was asked before."""
    headers = {
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or "",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox",
        "Cache-Control": "private, no-store",
    }
    kind = "application/octet-stream"
    if is_personal(file):
        return HttpResponse(read_file(file), content_type=kind, headers=headers)
    headers["Content-Length"] = str(file.size)
    return StreamingHttpResponse(chunks_of(file), content_type=kind, headers=headers)
