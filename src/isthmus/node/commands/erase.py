"""Erasing from the shell: records, files, all about a person, and what agreed retention has ended for."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import click
from django.utils.translation import gettext as _

from isthmus.exchange.models import ErasureGround, Tombstone
from isthmus.exchange.services.erasure import Plan
from isthmus.exchange.services.erasure import erase as erase_all
from isthmus.exchange.services.erasure import plan as plan_all
from isthmus.exchange.services.erasure.retention import due_records, erase_due
from isthmus.exchange.services.subjects import erase_subject
from isthmus.kit import clock
from isthmus.kit.terminal import json_option, say, show_one, show_rows, who, write_json
from isthmus.node.commands.attachment import find_attachment
from isthmus.node.commands.records import find_record
from isthmus.wire.tombstone import Ground

F = TypeVar("F", bound=Callable[..., Any])


@click.group()
def erase() -> None:
    """Erase texts and files for good, and tell partners by signed tombstones."""


def _grounds(command: F) -> F:
    """The options that every erasure needs."""
    command = click.option(
        "--ground",
        required=True,
        type=click.Choice(ErasureGround.values),
        help="retention (agreed time has ended), person (the person demands it), order (of a court).",
    )(command)
    return click.option(
        "--reason", required=True, help="Why, for the partner and the log. Do not name the person."
    )(command)


def _tell(made: list[Tombstone], *, as_json: bool) -> None:
    rows = [
        {
            "tombstone": row.leaf,
            "stream": row.stream.name,
            "number": row.seq,
            "erased": row.erased.count(),
            "ground": row.ground,
            "reason": row.reason,
            "signed_by": row.node_id,
            "issued": row.issued,
        }
        for row in made
    ]
    short = [{**row, "tombstone": str(row["tombstone"])[:12]} for row in rows]
    columns = {"tombstone": "tombstone", "stream": "stream", "number": "no.", "erased": "erased"}
    show_rows(
        rows if as_json else short, {**columns, "ground": "ground"}, as_json=as_json, empty="No tombstone."
    )


def _show_plan(found: Plan, *, as_json: bool) -> None:
    value = {
        "records": found.records,
        "files": found.attachments,
        "partners": [partner.node_id for partner in found.partners],
    }
    show_one(value, as_json=as_json)
    say("Nothing was erased: this was a dry run.")


_DRY = click.option("--dry-run", is_flag=True, help="Say what would go, and erase nothing.")


@erase.command()
@click.argument("leaves", metavar="LEAF...", nargs=-1, required=True)
@_grounds
@_DRY
@json_option
def record(leaves: tuple[str, ...], ground: str, reason: str, *, dry_run: bool, as_json: bool) -> None:
    """Erase records and the files that no other record names."""
    rows = [find_record(leaf) for leaf in leaves]
    if dry_run:
        _show_plan(plan_all(rows), as_json=as_json)
        return
    _tell(erase_all(rows, ground=cast("Ground", ground), reason=reason, actor=who()), as_json=as_json)
    say("Erased. What partners hold goes when they have received the tombstone.")


@erase.command()
@click.argument("digests", metavar="SHA256...", nargs=-1, required=True)
@_grounds
@_DRY
@json_option
def attachment(digests: tuple[str, ...], ground: str, reason: str, *, dry_run: bool, as_json: bool) -> None:
    """Erase files wherever they were sent or came from; the records that name them stay."""
    hashes = [find_attachment(digest).sha256 for digest in digests]
    if dry_run:
        _show_plan(plan_all(attachments=hashes), as_json=as_json)
        return
    made = erase_all(attachments=hashes, ground=cast("Ground", ground), reason=reason, actor=who())
    _tell(made, as_json=as_json)


@erase.command()
@click.argument("subject")
@_grounds
@json_option
def person(subject: str, ground: str, reason: str, *, as_json: bool) -> None:
    """Erase every file about a person, as the application names it, and destroy that person's key."""
    made = erase_subject(subject, ground=cast("Ground", ground), reason=reason, actor=who())
    _tell(made, as_json=as_json)
    say("The key is destroyed here: copies of these files that others hold cannot be opened with it.")


@erase.command()
@_DRY
@json_option
def due(*, dry_run: bool, as_json: bool) -> None:
    """Erase what agreed retention has ended for, as the node does each night."""
    rows = due_records(clock.now())
    if dry_run:
        found = [
            {
                "leaf": row.leaf if as_json else row.leaf[:12],
                "stream": row.stream.name,
                "number": row.seq,
                "subject": row.subject,
                "issued": row.issued,
                "agreement": row.agreement,
            }
            for row in rows
        ]
        columns = {"leaf": "leaf", "stream": "stream", "number": "no.", "subject": "subject"}
        show_rows(found, {**columns, "issued": "issued"}, as_json=as_json, empty="Nothing is due.")
        return
    done = erase_due(actor=who())
    if as_json:
        write_json({"erased": done})
    say(_("Records erased: %(count)d.") % {"count": done})


@erase.command("list")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 100_000))
@json_option
def list_erasures(limit: int, *, as_json: bool) -> None:
    """List tombstones, this node's and its partners', the newest first."""
    _tell(list(Tombstone.objects.select_related("stream")[:limit]), as_json=as_json)
