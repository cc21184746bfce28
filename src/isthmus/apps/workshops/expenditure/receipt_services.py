"""Receipts as files: kept sealed beside their entry, named by their hash, given back as they came."""

import hashlib

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.workshops.expenditure.models import Entry, ReceiptFile
from isthmus.apps.workshops.programme.services.planning import bad, open_programme
from isthmus.kit import clock
from isthmus.kit.errors import Conflict, Fault
from isthmus.trust import vault

MOST_BYTES = 5 * 1024 * 1024
_KINDS = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
"""First bytes of the files that are taken; what a name says of a file is not asked."""


def _media_type(content: bytes) -> str:
    found = next((kind for start, kind in _KINDS.items() if content.startswith(start)), None)
    if found is None:
        raise bad("file", _("A receipt is a PDF, or a picture as JPEG or PNG."))
    return found


@transaction.atomic
def attach(entry: Entry, name: str, content: bytes, *, actor: str) -> ReceiptFile:
    """Keep a receipt beside its entry while the book is open.

    BadInput for a file that is none of the three kinds or too large; Conflict where the entry has it already.
    """
    open_programme(entry.programme)
    if not 1 <= len(content) <= MOST_BYTES:
        raise bad("file", _("A receipt has at most %(most)d MiB.") % {"most": MOST_BYTES // 2**20})
    kind, digest = _media_type(content), hashlib.sha256(content).hexdigest()
    row = Entry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if row.receipt_files.filter(sha256=digest).exists():
        raise Conflict("workshops.receipt-twice", _("This file stands by the entry already."))
    made = ReceiptFile.objects.create(
        entry=row,
        name=name[-200:] or digest[:16],
        media_type=kind,
        sha256=digest,
        size=len(content),
        sealed=vault.seal(content, name=f"receipt {digest}"),
        by=actor,
        at=clock.now(),
    )
    row.receipt = row.receipt or made.name[:100]
    row.receipt_sha256 = row.receipt_sha256 or digest
    row.save(update_fields=["receipt", "receipt_sha256"])
    detail = {"number": row.number, "sha256": digest}
    audit.note("workshops.receipt", actor=actor, subject=entry.programme.code, detail=detail)
    return made


def read(row: ReceiptFile) -> bytes:
    """The file as it came; Fault where it does not have its hash any more."""
    content = vault.unseal(bytes(row.sealed), name=f"receipt {row.sha256}")
    if hashlib.sha256(content).hexdigest() != row.sha256:
        raise Fault("workshops.receipt-altered", "A receipt does not have its hash any more.")
    return content


def also_used(row: ReceiptFile) -> list[int]:
    """The numbers of other entries of the programme that show the same file and count."""
    rows = ReceiptFile.objects.filter(sha256=row.sha256, entry__programme_id=row.entry.programme_id)
    return list(
        rows.exclude(entry_id=row.entry_id)
        .filter(entry__reversed_by=None)
        .order_by("entry__number")
        .values_list("entry__number", flat=True)
    )
