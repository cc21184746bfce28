"""E-Trade from the shell: read documents into the node, look at what they say, send declarations."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click
from django.utils.translation import gettext as _

from isthmus.accounts.models import Organisation
from isthmus.apps.etrade import queries, services
from isthmus.apps.etrade.formats import wco
from isthmus.apps.etrade.formats.readings import Mapped, Reading, Unsupported
from isthmus.apps.etrade.models import DocumentVerdict, ExportDeclaration, Origin
from isthmus.kit.errors import BadInput, NotFound
from isthmus.kit.terminal import Bar, json_option, plain, say, show_rows, who, write_json
from isthmus.wire import codec

LARGEST_BYTES = 20 * 1024 * 1024
PORTION = 100
"""Declarations that are published in one transaction: a large sending starts to leave while it is made."""

_FILES = click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="FILES..."
)


@click.group()
def etrade() -> None:
    """Trade information between countries' systems."""


def documents_in(files: tuple[Path, ...]) -> Iterator[Path]:
    """The files themselves, and every XML file below each folder, by name."""
    for path in files:
        if path.is_dir():
            yield from sorted(found for found in path.rglob("*.xml") if found.is_file())
        else:
            yield path


def read_bytes(path: Path) -> bytes:
    """The content of a document; BadInput for one that no customs system would write."""
    if path.stat().st_size > LARGEST_BYTES:
        raise BadInput("etrade.file-size", _("%(path)s is larger than 20 MiB.") % {"path": path})
    return path.read_bytes()


def _organisation(code: str) -> Organisation:
    found = Organisation.objects.filter(code=code.strip().lower(), active=True).first()
    if found is None:
        raise NotFound(
            "accounts.no-organisation",
            _("There is no active organisation with the code %(code)s.") % {"code": code},
            next_step=_("`isthmus organisation list` shows them."),
        )
    return found


def _taken(path: Path, organisation: Organisation) -> dict[str, object]:
    intake = services.take_document(path.name, read_bytes(path), organisation=organisation, actor=who())
    document = intake.document
    return {
        "file": str(path),
        "verdict": document.verdict,
        "kind": document.kind,
        "reason": document.reason,
        "number": intake.declaration.number if intake.declaration is not None else None,
        "new": intake.is_new,
    }


@etrade.command("import")
@_FILES
@click.option("--organisation", "code", required=True, help="Code of the organisation that lodges them.")
@json_option
def import_files(files: tuple[Path, ...], code: str, *, as_json: bool) -> None:
    """Take documents in: each is kept; a refused one is named with its reason. Exit code 2 if any was."""
    organisation = _organisation(code)
    paths = list(documents_in(files))
    rows = []
    with Bar("Reading") as bar:
        for done, path in enumerate(paths, start=1):
            rows.append(_taken(path, organisation))
            bar.step(done, len(paths))
    if as_json:
        write_json(rows)
    else:
        for row in rows:
            said = row["number"] or f"{row['kind']}: {row['reason']}"
            click.echo(
                f"{row['verdict']:<11}  {row['file']}  {said}{'' if row['new'] else ' (taken before)'}"
            )
    refused = sum(row["verdict"] == DocumentVerdict.MALFORMED for row in rows)
    mapped = sum(row["verdict"] == DocumentVerdict.MAPPED for row in rows)
    other = len(rows) - mapped - refused
    say(f"{mapped} declarations, {other} documents of other kinds, {refused} refused and kept.")
    if refused:
        raise SystemExit(2)


def _reading(path: Path, reading: Reading) -> dict[str, object]:
    if isinstance(reading, Mapped):
        notes = [asdict(note) for note in reading.notes]
        return {"file": str(path), "record": reading.record.model_dump(mode="json"), "notes": notes}
    if isinstance(reading, Unsupported):
        return {"file": str(path), "unsupported": reading.kind, "reason": reading.reason}
    return {"file": str(path), "refused": reading.code, "faults": [asdict(fault) for fault in reading.faults]}


@etrade.command("map")
@_FILES
def map_files(files: tuple[Path, ...]) -> None:
    """Print what documents say, a line of JSON each; nothing is kept. Exit code 2 if one was refused."""
    refused = False
    for path in documents_in(files):
        line = _reading(path, wco.read_document(read_bytes(path)))
        refused = refused or "refused" in line
        value = plain(line)
        click.echo(codec.encode(value).decode("utf-8") if isinstance(value, dict) else "")
    if refused:
        raise SystemExit(2)


def _chosen(partner: str, numbers: tuple[str, ...], *, every: bool) -> list[ExportDeclaration]:
    if bool(numbers) is every:
        raise click.UsageError("Give the NUMBERS of declarations, or --all.")
    if every:
        return list(queries.unsent(partner))
    found = {
        row.number: row for row in ExportDeclaration.objects.filter(origin=Origin.OWN, number__in=numbers)
    }
    unknown = [number for number in numbers if number not in found]
    if unknown:
        raise NotFound(
            "etrade.no-declaration",
            _("No declaration %(numbers)s was lodged here.") % {"numbers": ", ".join(unknown)},
            next_step=_("`isthmus etrade list` shows the numbers."),
        )
    return [found[number] for number in numbers]


@etrade.command()
@click.argument("partner")
@click.argument("numbers", nargs=-1)
@click.option(
    "--all", "every", is_flag=True, help="Send every declaration that the partner was not sent yet."
)
@json_option
def send(partner: str, numbers: tuple[str, ...], *, every: bool, as_json: bool) -> None:
    """Publish declarations for a partner, cut to the agreed fields; the node delivers them."""
    declarations = _chosen(partner, numbers, every=every)
    rows: list[dict[str, object]] = []
    with Bar("Signing") as bar:
        for start in range(0, len(declarations), PORTION):
            portion = declarations[start : start + PORTION]
            sent = services.send(portion, partner, actor=who())
            rows += [
                {"number": one.declaration.number, "leaf": one.leaf, "sent": one.sent_at} for one in sent
            ]
            bar.step(start + len(portion), len(declarations))
    show_rows(rows, {"number": "number", "leaf": "leaf"}, as_json=as_json, empty="Nothing is left to send.")
    say(f"{len(rows)} declarations are in the stream to {partner}.")


@etrade.command("list")
@click.option("--origin", type=click.Choice(Origin.values), help="Only those lodged here, or from partners.")
@click.option(
    "--limit", default=50, show_default=True, type=click.IntRange(1, 100_000), help="At most so many."
)
@json_option
def list_declarations(origin: str | None, limit: int, *, as_json: bool) -> None:
    """List declarations, the newest first."""
    found = ExportDeclaration.objects.prefetch_related("sendings")
    if origin is not None:
        found = found.filter(origin=origin)
    rows = [
        {
            "number": row.number,
            "origin": row.origin,
            "partner": row.partner,
            "exporter": row.exporter_name,
            "destination": row.destination_country,
            "items": row.items,
            "net_kg": row.net_kg,
            "sent_to": sorted(sending.partner for sending in row.sendings.all()),
        }
        for row in found[:limit]
    ]
    columns = {"number": "number", "origin": "origin", "partner": "from", "exporter": "exporter"}
    show_rows(
        rows,
        {**columns, "items": "items", "sent_to": "sent to"},
        as_json=as_json,
        empty="No declaration yet.",
    )
