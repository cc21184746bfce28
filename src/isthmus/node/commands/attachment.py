"""Files beside records, from the shell: listed, looked at, kept, taken out."""

import os
from pathlib import Path

import click
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.exchange import queries
from isthmus.exchange.models import Attachment, AttachmentState, Carriage, Chunk, Direction, Naming
from isthmus.exchange.services import attachments, subjects
from isthmus.exchange.services.attachments import leaving
from isthmus.exchange.services.attachments.keeping import held_bytes, manifest_of
from isthmus.kit.errors import BadInput, Conflict, Fault, NotFound
from isthmus.kit.files import write_private
from isthmus.kit.terminal import json_option, say, show_one, show_rows, who
from isthmus.trust.models import Partner

SHORTEST = 8
_HASH = click.argument("digest", metavar="SHA256")


@click.group()
def attachment() -> None:
    """Files that records name."""


def find_attachment(text: str) -> Attachment:
    """The file of that SHA-256, this node's own before a partner's; its first eight signs suffice."""
    wanted = text.strip().lower()
    if len(wanted) < SHORTEST:
        raise BadInput(
            "exchange.attachment",
            _("Give at least the first %(count)d signs of the hash.") % {"count": SHORTEST},
        )
    rows = list(Attachment.objects.filter(sha256__startswith=wanted).select_related("subject_key"))
    if len({row.sha256 for row in rows}) != 1:
        message = _("No file has the hash %(hash)s.") if not rows else _("Several files begin with %(hash)s.")
        raise NotFound(
            "exchange.no-attachment",
            message % {"hash": text},
            next_step=_("`isthmus attachment list` shows the hashes."),
        )
    return min(rows, key=lambda row: (row.state != AttachmentState.WHOLE, row.origin != queries.me(), row.pk))


def _as_row(row: Attachment) -> dict[str, object]:
    manifest = manifest_of(row)
    return {
        "sha256": row.sha256,
        "origin": row.origin,
        "size": row.size,
        "state": row.state,
        "chunks": len(manifest.chunks) if manifest is not None else None,
        "chunks_here": Chunk.objects.filter(attachment=row).count(),
        "about_a_person": row.subject_key is not None,
        "whole_at": row.whole_at,
    }


@attachment.command("list")
@click.option("--state", type=click.Choice(AttachmentState.values), help="Only files in this state.")
@click.option(
    "--limit", default=50, show_default=True, type=click.IntRange(1, 100_000), help="At most so many."
)
@json_option
def list_attachments(state: str | None, limit: int, *, as_json: bool) -> None:
    """List files, the newest first."""
    found = Attachment.objects.select_related("subject_key")
    chosen = found.filter(state=state) if state is not None else found
    rows = [_as_row(row) for row in chosen[:limit]]
    table = [{**row, "sha256": str(row["sha256"])[:12]} for row in rows]
    columns = {"sha256": "file", "origin": "from", "size": "bytes", "state": "state", "chunks_here": "pieces"}
    show_rows(rows if as_json else table, columns, as_json=as_json, empty="No file yet.")
    say(f"{held_bytes() / 1024 / 1024:.1f} MiB are kept in all.")


@attachment.command()
@_HASH
@json_option
def show(digest: str, *, as_json: bool) -> None:
    """Show a file: how much of it is here, and which records name it."""
    row = find_attachment(digest)
    namings = Naming.objects.filter(attachment__sha256=row.sha256).select_related("stream")
    named = [
        {
            "record": naming.leaf,
            "stream": naming.stream.name,
            "name": naming.name,
            "kind": naming.media_type,
            "arrived": naming.arrived_at if naming.stream.direction == Direction.OUT else row.whole_at,
            "erased": naming.erased,
        }
        for naming in namings
    ]
    if as_json:
        show_one({**_as_row(row), "named_by": named}, as_json=True)
        return
    show_one(_as_row(row), as_json=False)
    columns = {"record": "record", "stream": "stream", "name": "name", "arrived": "arrived"}
    short = [{**one, "record": str(one["record"])[:12]} for one in named]
    show_rows(short, columns, as_json=False, empty="No record names it.")


@attachment.command()
@json_option
def partners(*, as_json: bool) -> None:
    """Show with whom files are under way, and why the last attempt failed."""
    held = {row.partner_id: row for row in Carriage.objects.all()}
    rows = []
    for partner in Partner.objects.all():
        carriage = held.get(partner.pk)
        rows.append(
            {
                "partner": partner.node_id,
                "to_bring": len(leaving.due_to(partner)),
                "to_come": len(leaving.due_from(partner)),
                "failures": carriage.failures if carriage is not None else 0,
                "next_attempt": carriage.next_attempt_at if carriage is not None else None,
                "last_error": carriage.last_error if carriage is not None else "",
            }
        )
    columns = {"partner": "partner", "to_bring": "to bring", "to_come": "to come", "failures": "failures"}
    show_rows(rows, {**columns, "last_error": "last error"}, as_json=as_json, empty="No partner yet.")


@attachment.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", "media_type", default="application/octet-stream", show_default=True)
@click.option("--name", help="How records call it; the file's own name if left out.")
@click.option("--subject", help="The person whom it is about: it is encrypted under that person's key.")
@json_option
def keep(file: Path, media_type: str, name: str | None, subject: str | None, *, as_json: bool) -> None:
    """Keep a file of this node's own and print how a record's body names it."""
    given = {"name": name or file.name, "media_type": media_type, "actor": who()}
    with file.open("rb") as opened:
        if subject is None:
            reference = attachments.keep(opened, **given)
        else:
            reference = subjects.keep_for_subject(opened, subject=subject, **given)
    show_one(dict(reference.to_json()), as_json=as_json)


@attachment.command()
@_HASH
@click.option("--to", "path", required=True, type=click.Path(path_type=Path), help="File to write.")
@click.option("--replace", is_flag=True, help="Write over a file of that name.")
@json_option
def export(digest: str, path: Path, *, replace: bool, as_json: bool) -> None:
    """Write a whole file out; one about a person is decrypted."""
    row = find_attachment(digest)
    if path.exists() and not replace:
        raise Conflict(
            "exchange.file-exists", f"{path} is there already.", next_step="Add --replace to write over it."
        )
    data = subjects.read_file(row)
    try:
        write_private(path, data)
    except OSError as error:
        raise Fault("exchange.file", f"{path} cannot be written: {error.strerror or error}.") from error
    about = row.subject_key is not None
    detail = {"file": row.sha256, "about_a_person": about}
    audit.note("exchange.attachment-read", actor=who(), subject=row.sha256, detail=detail)
    show_one({"sha256": row.sha256, "file": os.fspath(path), "bytes": len(data)}, as_json=as_json)
