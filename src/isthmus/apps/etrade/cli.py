"""E-Trade from the shell: read documents into the node, look at what they say, send declarations."""

from collections.abc import Sequence
from pathlib import Path

import click
from django.utils.translation import gettext as _

from isthmus.accounts.models import Organisation
from isthmus.apps.etrade import queries, services
from isthmus.apps.etrade.cases.cli import cases
from isthmus.apps.etrade.mappings.cli import (
    FILES,
    documents_in,
    map_files,
    mapping,
    organisation_of,
    read_bytes,
    validate_files,
)
from isthmus.apps.etrade.matching.cli import match
from isthmus.apps.etrade.mirror.cli import mirror
from isthmus.apps.etrade.models import Declaration, DocumentVerdict, Origin
from isthmus.apps.etrade.reconciliation.cli import calibrate, reconcile
from isthmus.apps.etrade.services.portions import Handed, take_documents
from isthmus.apps.etrade.sources.cli import watch
from isthmus.apps.etrade.targets.cli import push
from isthmus.kit.errors import IsthmusError, NotFound
from isthmus.kit.terminal import Bar, json_option, say, show_rows, who, write_json
from isthmus.wire import codec

PORTION = 100
"""Declarations that are published in one transaction: a large sending starts to leave while it is made."""

TAKEN_AT_ONCE = 50
"""Documents that are read and kept in one transaction."""


@click.group()
def etrade() -> None:
    """Trade information between countries' systems."""


etrade.add_command(map_files)
etrade.add_command(validate_files)
etrade.add_command(match)
etrade.add_command(mirror)
etrade.add_command(mapping)
etrade.add_command(watch)
etrade.add_command(push)


def _taken(paths: Sequence[Path], organisation: Organisation) -> list[dict[str, object]]:
    handed = [Handed(path.name, read_bytes(path)) for path in paths]
    intakes = take_documents(handed, organisation=organisation, actor=who())
    return [
        {
            "file": str(path),
            "verdict": intake.document.verdict,
            "kind": intake.document.kind,
            "reason": intake.document.reason,
            "number": intake.declaration.number if intake.declaration is not None else None,
            "declarations": len(intake.declarations),
            "new": intake.is_new,
        }
        for path, intake in zip(paths, intakes, strict=True)
    ]


@etrade.command("import")
@FILES
@click.option("--organisation", "code", help="Code of the organisation that lodges them, if there are more.")
@json_option
def import_files(files: tuple[Path, ...], code: str | None, *, as_json: bool) -> None:
    """Take documents in: each is kept; a refused one is named with its reason. Exit code 2 if any was."""
    organisation = organisation_of(code)
    paths = list(documents_in(files))
    rows: list[dict[str, object]] = []
    with Bar("Reading") as bar:
        for start in range(0, len(paths), TAKEN_AT_ONCE):
            rows += _taken(paths[start : start + TAKEN_AT_ONCE], organisation)
            bar.step(len(rows), len(paths))
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


def _chosen(partner: str, numbers: tuple[str, ...], *, every: bool) -> list[Declaration]:
    if bool(numbers) is every:
        raise click.UsageError("Give the NUMBERS of declarations, or --all.")
    if every:
        return list(queries.unsent(partner))
    found = {row.number: row for row in Declaration.objects.filter(origin=Origin.OWN, number__in=numbers)}
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
                {"number": one.declaration and one.declaration.number, "leaf": one.leaf, "sent": one.sent_at}
                for one in sent
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
    found = Declaration.objects.prefetch_related("sendings")
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


def _stated(path: Path, organisation: Organisation, to: str) -> dict[str, object]:
    row: dict[str, object] = {"file": str(path), "number": None, "state": None, "new": False, "refused": None}
    try:
        done = services.state_file(codec.decode(read_bytes(path)), organisation, actor=who(), to=to)
    except IsthmusError as error:
        faults = [f"{fault.where}: {fault.message}" for fault in error.faults]
        refused = {"code": error.code, "message": error.message, "faults": faults}
        return {**row, "refused": {**refused, "next_step": error.next_step}, "exit": error.exit_code}
    document = done.statement.document
    return {
        **row,
        "kind": document.kind,
        "number": document.number,
        "state": document.state,
        "new": done.is_new,
    }


@etrade.command("state")
@FILES
@click.option("--organisation", "code", help="Code of the organisation that issues them, if there are more.")
@click.option("--to", default="", help="Id of a partner to whom each is sent; of a movement, whose it is.")
@json_option
def state_documents(files: tuple[Path, ...], code: str | None, to: str, *, as_json: bool) -> None:
    """State certificates, licences, permits, movements and manifests from JSON files, one record each.

    A file holds {"type": "etrade.licence/1", "body": {...}}. Each is stated as a whole or refused with its
    reason; the others are stated all the same. The exit code is that of the first refusal.
    """
    organisation = organisation_of(code)
    rows = [_stated(path, organisation, to) for path in documents_in(files)]
    exits = [row.pop("exit") for row in rows if "exit" in row]
    if as_json:
        write_json(rows)
    else:
        for row in rows:
            refused = row["refused"]
            if isinstance(refused, dict):
                words = [refused["message"], *refused["faults"], refused["next_step"]]
                click.echo(f"refused  {row['file']}  {' '.join(word for word in words if word)}")
            else:
                known = "" if row["new"] else " (stated before)"
                click.echo(f"{row['state']}  {row['file']}  {row['number']}{known}")
    say(f"{len(rows) - len(exits)} documents stand as stated, {len(exits)} were refused.")
    if exits:
        raise SystemExit(exits[0])


etrade.add_command(reconcile)
etrade.add_command(calibrate)
etrade.add_command(cases)
