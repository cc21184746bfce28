"""`isthmus excise epcis`: check captures, and capture them."""

from pathlib import Path

import click
from django.utils.translation import gettext as _

from isthmus.accounts.models import Organisation
from isthmus.apps.excise.events.formats.document import MAX_BYTES, read_document
from isthmus.apps.excise.events.services import capture as capture_document
from isthmus.apps.excise.events.wording import field_faults
from isthmus.kit.errors import BadInput, NotFound
from isthmus.kit.terminal import json_option, say, who, write_json

_FILES = click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE...",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)


def _content(path: Path) -> bytes:
    """The file, and at most one byte more than is read, so that its length is still told."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise BadInput(
            "excise.unreadable", _("%(file)s cannot be read: %(why)s") % {"file": path, "why": error.strerror}
        ) from error


def _organisation(code: str | None) -> Organisation:
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
            "accounts.no-organisation", _("There is no active organisation %(code)s.") % {"code": code}
        )
    return one


@click.group()
def epcis() -> None:
    """EPCIS 2.0 events in JSON: what happened to marked goods."""


@epcis.command()
@_FILES
@json_option
def validate(files: tuple[Path, ...], *, as_json: bool) -> None:
    """Check captures without keeping them: every fault with its event and field.

    Exit code 2 if there is one.
    """
    rows = []
    for path in files:
        reading = read_document(_content(path))
        faults = field_faults(reading.faults)
        rows.append(
            {
                "file": str(path),
                "valid": not faults,
                "events": [event.name for event in reading.events],
                "faults": [{"where": fault.where, "message": fault.message} for fault in faults],
            }
        )
        if not as_json:
            click.echo(
                f"{path}: "
                + (_("%(n)d events, valid") % {"n": len(reading.events)} if not faults else _("refused"))
            )
            for fault in faults:
                click.echo(f"  {fault.where}: {fault.message}" if fault.where else f"  {fault.message}")
    if as_json:
        write_json(rows)
    if any(not row["valid"] for row in rows):
        raise SystemExit(2)


@epcis.command()
@_FILES
@click.option(
    "--organisation", "code", help="Code of the organisation whose events these are, if there are more."
)
@json_option
def capture(files: tuple[Path, ...], code: str | None, *, as_json: bool) -> None:
    """Keep the events of captures: each document as a whole or not at all, each event once."""
    organisation = _organisation(code)
    rows = []
    for path in files:
        try:
            done = capture_document(_content(path), organisation=organisation, actor=who())
        except BadInput as error:
            for fault in error.faults:
                say(f"{path}: {fault.where}: {fault.message}" if fault.where else f"{path}: {fault.message}")
            rows.append({"file": str(path), "captured": False, "events": 0, "new": 0})
            continue
        rows.append({"file": str(path), "captured": True, "events": len(done.events), "new": done.new})
        say(
            _("%(file)s: %(events)d events, %(new)d new")
            % {"file": path, "events": len(done.events), "new": done.new}
        )
    if as_json:
        write_json(rows)
    if any(not row["captured"] for row in rows):
        raise SystemExit(2)
