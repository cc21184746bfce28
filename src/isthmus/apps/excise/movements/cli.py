"""`isthmus excise emcs`: check messages and references, without a node."""

from dataclasses import dataclass
from pathlib import Path

import click
from django.utils.translation import gettext as _

from isthmus.apps.excise.movements.formats.message import Message, doubt_about
from isthmus.apps.excise.movements.formats.reading import read_message
from isthmus.apps.excise.movements.formats.schemas import schema_faults
from isthmus.apps.excise.movements.rules import arc
from isthmus.kit.errors import BadInput, FieldFault
from isthmus.kit.terminal import json_option, say, show_one, write_json

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def emcs() -> None:
    """Movements of excise goods in the messages of EMCS."""


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(
            "excise.unreadable", _("%(file)s cannot be read: %(why)s") % {"file": path, "why": error.strerror}
        ) from error


@dataclass(frozen=True, slots=True)
class _Checked:
    """What was found in one file."""

    path: Path
    message: Message | None
    faults: tuple[FieldFault, ...] = ()
    code: str = ""

    def told(self) -> dict[str, object]:
        """For a program."""
        message = self.message
        return {
            "file": str(self.path),
            "valid": not self.faults,
            "message": message.code if message else None,
            "version": message.version if message else None,
            "arcs": message.arcs if message else (),
            "warnings": message.doubts if message else (),
            "code": self.code or None,
            "faults": [{"where": fault.where, "message": fault.message} for fault in self.faults],
        }

    def lines(self) -> list[str]:
        """For a person."""
        doubts = self.message.doubts if self.message else ()
        said = [*doubts, *(f"{fault.where}: {fault.message}" for fault in self.faults)]
        if self.message and not self.faults:
            said.insert(0, f"{self.message.code} {self.message.version}")
        return [f"{self.path}: {text}" for text in said]


def _checked(path: Path, schemas: Path | None) -> _Checked:
    data = _content(path)
    try:
        message = read_message(data)
    except BadInput as refused:
        return _Checked(path, None, refused.faults, refused.code)
    faults = () if schemas is None else schema_faults(data, message, schemas)
    return _Checked(path, message, faults, "excise.emcs.schema" if faults else "")


@emcs.command()
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILE...")
@click.option(
    "--xsd", "schemas", type=_FOLDER, metavar="FOLDER", help="Check against the published schemas here too."
)
@json_option
def validate(files: tuple[Path, ...], schemas: Path | None, *, as_json: bool) -> None:
    """Check EMCS messages. Each fault is named with its line. Exit code 2 where a message has one."""
    found = [_checked(path, schemas) for path in files]
    faults = sum(bool(one.faults) for one in found)
    if as_json:
        write_json([one.told() for one in found])
    else:
        click.echo("\n".join(line for one in found for line in one.lines()))
    say(_("%(count)s messages, %(faults)s at fault.") % {"count": len(found), "faults": faults})
    if faults:
        raise SystemExit(2)


@emcs.command("arc-check")
@click.argument("reference", metavar="ARC")
@json_option
def arc_check(reference: str, *, as_json: bool) -> None:
    """Take an administrative reference code apart and check its digit.

    Another digit than ISO 6346 gives is a warning, because the schemas do not say how the digit is made.
    """
    read = arc.read(reference)
    if read is None:
        raise BadInput(
            "excise.emcs.arc",
            _("%(arc)s has not the form of an ARC.") % {"arc": reference},
            next_step=_(
                "An ARC has 21 signs: two digits of the year, two letters of the country, "
                "sixteen letters or digits, one check digit."
            ),
        )
    parts = {
        "arc": read.arc,
        "year": read.year,
        "country": read.country,
        "serial": read.serial,
        "check_digit": read.check_digit,
        "expected_digit": read.expected_digit,
        "sound": read.sound,
    }
    show_one(parts, as_json=as_json)
    if doubt := doubt_about(reference):
        say(doubt)
