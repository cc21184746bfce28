"""Bundles from the shell: written for a USB stick, read from one, looked at."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import click
from django.utils.translation import gettext as _

from isthmus.exchange.services.bundles import ImportReport, export_bundle, import_bundle, look_at
from isthmus.kit.errors import Conflict, Fault, IsthmusError, NotFound, Refused
from isthmus.kit.files import sync_folder
from isthmus.kit.terminal import json_option, say, show_one, who, write_json
from isthmus.trust.services import find_partner
from isthmus.wire.bundle import Manifest, read_manifest


@click.group()
def bundle() -> None:
    """What waits for a partner, as a file for a USB stick."""


def _unusable(path: Path, error: OSError) -> Fault:
    return Fault(
        "exchange.bundle-file",
        _("%(path)s cannot be used: %(reason)s.") % {"path": path, "reason": error.strerror or error},
        next_step=_("See that the stick is in, has room and may be written; then try again."),
    )


@contextmanager
def _whole(path: Path) -> Iterator[BinaryIO]:
    """A file that is there whole under its name, or not at all, whenever the power goes."""
    draft = path.with_name(path.name + ".part")
    try:
        with draft.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        raise _unusable(path, error) from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    sync_folder(path.parent)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise NotFound("exchange.no-bundle", _("There is no file %(path)s.") % {"path": path}) from error
    except OSError as error:
        raise _unusable(path, error) from error
    with file:
        try:
            yield file
        except OSError as error:  # the stick was pulled out
            raise _unusable(path, error) from error


def _as_row(manifest: Manifest) -> dict[str, object]:
    return {
        "bundle": manifest.id,
        "from": manifest.sender,
        "to": manifest.receiver,
        "created": manifest.created,
        "records": [f"{part.stream} {part.from_seq}-{part.to_seq}" for part in manifest.streams],
        "receipts": manifest.counts.receipts,
        "refusals": manifest.counts.refusals,
        "attachments": manifest.counts.attachments,
        "encrypted_bytes": manifest.ciphertext_bytes,
        "sha256": manifest.ciphertext_sha256,
    }


@bundle.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--to", "node_id", required=True, metavar="ID", help="The partner that it is for.")
@click.option("--after", type=int, help="Begin behind this number: the second stick of several.")
@click.option("--replace", is_flag=True, help="Write over a file of that name.")
@json_option
def export(file: Path, node_id: str, after: int | None, *, replace: bool, as_json: bool) -> None:
    """Write what waits for a partner, and the answers to what it sent, to FILE."""
    partner = find_partner(node_id)
    if file.exists() and not replace:
        raise Conflict(
            "exchange.bundle-exists",
            _("There is a file %(path)s already.") % {"path": file},
            next_step=_("Choose another name, or give --replace."),
        )
    with _whole(file) as stream:
        done = export_bundle(partner, stream, actor=who(), after=after)
    show_one({"file": str(file), **_as_row(done.manifest), "left": done.left}, as_json=as_json)
    if done.chunks_left:
        say(f"{done.chunks_left} pieces of files are left; the next bundle brings them.")
    if done.frozen:
        say("The stream to this partner is frozen: its records stay here until an operator has thawed it.")
    elif done.left:
        say(f"{done.left} records are left; write them to another file with --after {done.last}.")
    else:
        say("Nothing is left behind. The records wait here all the same until their receipts are back.")


def _place(path: Path) -> tuple[str, int, int]:
    """Where a bundle belongs among others: by sender, epoch and first number; answers alone come last."""
    try:
        with _opened(path) as file:
            manifest = read_manifest(file)[1]
    except IsthmusError:
        return "", 0, 0
    if not manifest.streams:
        return manifest.sender, 1 << 31, 0
    first = manifest.streams[0]
    return manifest.sender, int(first.stream.rpartition("#")[2]), first.from_seq


def _read(path: Path) -> ImportReport:
    with _opened(path) as file:
        return import_bundle(file, actor=who())


def _told(path: Path, report: ImportReport) -> dict[str, object]:
    return {
        "file": str(path),
        "bundle": report.manifest.id,
        "from": report.manifest.sender,
        "taken": report.taken,
        "repeated": report.repeated,
        "refused": report.refused,
        "erased": report.erased,
        "chunks": report.chunks,
        "files": report.files,
        "settled": report.settled,
        "problems": report.problems,
        "answers": len(report.answers),
    }


@bundle.command("import")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@json_option
def import_(files: tuple[Path, ...], *, as_json: bool) -> None:
    """Read bundles, in the order of their records; exit code 3 where something was not taken."""
    told: list[dict[str, object]] = []
    failed: list[IsthmusError] = []
    for path in sorted(files, key=_place):
        try:
            report = _read(path)
        except IsthmusError as error:
            if len(files) == 1:
                raise
            failed.append(error)
            told.append({"file": str(path), "error": error.code, "problems": [str(error)]})
        else:
            told.append(_told(path, report))
    if as_json:
        write_json(told)
    for row in told:
        if not as_json:
            show_one({name: value for name, value in row.items() if name != "problems"}, as_json=False)
        for problem in row["problems"] if isinstance(row["problems"], list) else []:
            say(f"{row['file']}: {problem}")
    if any(row.get("answers") for row in told):
        say("The answers are kept here; write a bundle for the partner to carry them back.")
    if failed:
        raise SystemExit(failed[0].exit_code)
    if any(row["problems"] for row in told):
        raise SystemExit(Refused.exit_code)


@bundle.command()
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def show(file: Path, *, as_json: bool) -> None:
    """Say what a bundle is, and whether it is whole and signed; exit code 3 where it is not."""
    with _opened(file) as stream:
        outlook = look_at(stream)
    row = {**_as_row(outlook.manifest), "whole": not outlook.problem, "problem": outlook.problem}
    show_one(row, as_json=as_json)
    if outlook.problem:
        say("Do not rely on what it says of itself.")
        raise SystemExit(Refused.exit_code)
    say(f"It is whole, and {outlook.manifest.sender} has signed it. Only the receiver can open it.")
