"""Documents from the shell: what they say, and whether they can be used. Nothing is kept."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _

from isthmus.accounts.models import Organisation
from isthmus.apps.etrade.formats.mapping.choosing import ADAPTERS, Adapter, ReadAs, read_document
from isthmus.apps.etrade.formats.mapping.definition import MappingFile
from isthmus.apps.etrade.formats.mapping.files import load_mapping
from isthmus.apps.etrade.formats.readings import Mapped, Reading, Unsupported, said_of
from isthmus.apps.etrade.formats.wco_schema import DeclarationSchema, load_schema
from isthmus.apps.etrade.models import Mapping
from isthmus.apps.etrade.records import DeclarationV1, TradeRecord, subject_of
from isthmus.apps.etrade.services.mappings import keep_mapping
from isthmus.kit.errors import BadInput, NotFound
from isthmus.kit.terminal import json_option, plain, say, show_one, show_rows, who
from isthmus.wire import codec

SUFFIXES = frozenset({".xml", ".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods", ".json"})
LARGEST_BYTES = 20 * 1024 * 1024

FILES = click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="FILES..."
)
_ADAPTER = click.option(
    "--adapter", type=click.Choice(ADAPTERS), help="How to read them; without it, their bytes tell."
)
_MAPPING = click.option("--mapping", help="Name of a mapping kept here, or a file that holds one.")
_SCHEMAS = click.option(
    "--schemas",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the WCO schemas, whose verdict on each declaration is then stated.",
)


def organisation_of(code: str | None) -> Organisation:
    """The active organisation of a code; without one, the only active one there is."""
    active = Organisation.objects.filter(active=True)
    if code is None:
        found = list(active[:2])
        if len(found) == 1:
            return found[0]
        raise BadInput(
            "accounts.which-organisation",
            _("Say for which organisation, with --organisation."),
            next_step=_("`isthmus organisation list` shows them."),
        )
    one = active.filter(code=code.strip().lower()).first()
    if one is None:
        raise NotFound(
            "accounts.no-organisation",
            _("There is no active organisation with the code %(code)s.") % {"code": code},
            next_step=_("`isthmus organisation list` shows them."),
        )
    return one


def documents_in(files: tuple[Path, ...]) -> Iterator[Path]:
    """The files themselves, and every file below each folder that a reader may know, by name."""
    for path in files:
        if path.is_dir():
            known = (found for found in path.rglob("*") if found.suffix.lower() in SUFFIXES)
            yield from sorted(found for found in known if found.is_file())
        else:
            yield path


def read_bytes(path: Path) -> bytes:
    """The content of a document; BadInput for one that no customs system would write."""
    if path.stat().st_size > LARGEST_BYTES:
        raise BadInput("etrade.file-size", _("%(path)s is larger than 20 MiB.") % {"path": path})
    return path.read_bytes()


def mappings_for(given: str | None) -> list[MappingFile]:
    """The mapping that was named, from a file or by its name; NotFound where there is none."""
    if given is None:
        return []
    path = Path(given)
    if path.is_file():
        return [load_mapping(path)]
    row = Mapping.objects.filter(name=given, retired=False).order_by("-version").first()
    if row is None:
        raise NotFound(
            "etrade.no-mapping",
            _("There is no mapping %(name)s, and no such file.") % {"name": given},
            next_step=_("`isthmus etrade mapping list` shows those kept here."),
        )
    return [row.file]


def _read(
    path: Path, adapter: Adapter | None, mappings: list[MappingFile], schema: DeclarationSchema | None
) -> ReadAs:
    return read_document(read_bytes(path), adapter=adapter, mappings=mappings, schema=schema)


def _line(path: Path, read: ReadAs, reading: Reading) -> dict[str, Any]:
    line: dict[str, Any] = {"file": str(path), "adapter": read.adapter}
    if read.mapping:
        line["mapping"] = read.mapping
    if isinstance(reading, Mapped):
        line["type"] = f"{reading.record.record_type}/{reading.record.record_version}"
        line["record"] = reading.record.model_dump(mode="json")
        line["notes"] = [asdict(note) for note in reading.notes]
    elif isinstance(reading, Unsupported):
        line |= {"unsupported": reading.kind, "reason": reading.reason}
    else:
        line |= {"refused": reading.code, "faults": [asdict(fault) for fault in reading.faults]}
        if reading.next_step:
            line["next_step"] = reading.next_step
    schema = None if "refused" in line else getattr(reading, "schema", None)
    if schema is not None:
        line["schema"] = {"valid": schema.valid, "faults": [asdict(fault) for fault in schema.faults]}
    return line


def _words(reading: Reading) -> str:
    if isinstance(reading, Mapped):
        record = reading.record
        items = f", {len(record.items)} items" if isinstance(record, DeclarationV1) else ""
        return f"mapped       {subject_of(record)}{items}"
    if isinstance(reading, Unsupported):
        return f"unsupported  {reading.kind}: {reading.reason}"
    said = "; ".join(": ".join(said_of(fault)) for fault in reading.faults)
    return f"refused      {reading.code}: {said} {reading.next_step}".rstrip()


def _number(record: TradeRecord) -> str:
    found = getattr(record, "declaration_number", None) or getattr(record, "number", None)
    return str(found or "")


def _as_json(value: dict[str, Any]) -> str:
    written = plain(value)
    assert isinstance(written, dict)
    return codec.encode(written).decode("utf-8")


@click.command("map")
@FILES
@_ADAPTER
@_MAPPING
@_SCHEMAS
@json_option
def map_files(
    files: tuple[Path, ...],
    adapter: Adapter | None,
    mapping: str | None,
    schemas: Path | None,
    *,
    as_json: bool,
) -> None:
    """Print what documents say, a declaration a line; nothing is kept. Exit code 2 if one was refused."""
    mappings = mappings_for(mapping)
    schema = load_schema(schemas) if schemas else None
    refused = False
    for path in documents_in(files):
        read = _read(path, adapter, mappings, schema)
        for reading in read.readings:
            refused = refused or not isinstance(reading, Mapped | Unsupported)
            click.echo(_as_json(_line(path, read, reading)) if as_json else f"{path}  {_words(reading)}")
    if refused:
        raise SystemExit(2)


@click.command("validate")
@FILES
@_ADAPTER
@_MAPPING
@_SCHEMAS
@json_option
def validate_files(
    files: tuple[Path, ...],
    adapter: Adapter | None,
    mapping: str | None,
    schemas: Path | None,
    *,
    as_json: bool,
) -> None:
    """Say of each document whether it can be used, and why not. Exit code 2 if one cannot."""
    mappings = mappings_for(mapping)
    schema = load_schema(schemas) if schemas else None
    counts = {"valid": 0, "unsupported": 0, "refused": 0}
    for path in documents_in(files):
        read = _read(path, adapter, mappings, schema)
        for reading in read.readings:
            line = _line(path, read, reading)
            verdict = (
                "valid" if line.pop("record", None) else "unsupported" if "unsupported" in line else "refused"
            )
            counts[verdict] += 1
            if isinstance(reading, Mapped):
                line["number"] = subject_of(reading.record)
                said = reading.record
                line["missing"] = list(said.missing) if isinstance(said, DeclarationV1) else []
            if as_json:
                click.echo(_as_json({"verdict": verdict, **line}))
                continue
            click.echo(f"{path}  {_words(reading)}")
            for missing in line.get("missing", ()):
                click.echo(f"    missing  {missing}")
            for fault in line.get("schema", {}).get("faults", ()):
                click.echo(f"    schema   {fault['where']}: {fault['message']}")
    say(", ".join(f"{count} {verdict}" for verdict, count in counts.items()) + ".")
    if counts["refused"]:
        raise SystemExit(2)


@click.group()
def mapping() -> None:
    """Mappings of tables, JSON and XML, each proved by its samples."""


@mapping.command("keep")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organisation", "code", help="Code of the organisation whose documents it is for.")
@json_option
def keep(file: Path, code: str | None, *, as_json: bool) -> None:
    """Keep the mapping in a file as the next version of its name, if its samples prove it."""
    kept = keep_mapping(load_mapping(file), organisation_of(code), actor=who())
    show_one({"name": kept.name, "version": kept.version}, as_json=as_json)


@mapping.command("list")
@json_option
def list_mappings(*, as_json: bool) -> None:
    """List the mappings kept here, with every version."""
    rows = [
        {
            "name": row.name,
            "version": row.version,
            "kind": row.definition["kind"],
            "record": row.definition["record"],
            "author": row.author,
            "made": row.made_at,
            "retired": row.retired,
        }
        for row in Mapping.objects.all()
    ]
    columns = {"name": "name", "version": "version", "kind": "kind", "record": "record", "author": "by"}
    show_rows(rows, columns, as_json=as_json, empty="No mapping is kept here yet.")


@mapping.command("show")
@click.argument("name")
def show(name: str) -> None:
    """Print the newest version of a mapping as the file in which it is handed on."""
    (found,) = mappings_for(name)
    click.echo(found.model_dump_json(indent=2))
