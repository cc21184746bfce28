"""`isthmus excise emcs`: check messages and references, without a node."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click
from django.utils.translation import gettext as _

from isthmus.apps.excise.movements.formats.message import Message, doubt_about
from isthmus.apps.excise.movements.formats.reading import read_message
from isthmus.apps.excise.movements.formats.remarking import warnings_about
from isthmus.apps.excise.movements.formats.schemas import schema_faults
from isthmus.apps.excise.movements.formats.telling import Told, tell
from isthmus.apps.excise.movements.rules import arc
from isthmus.apps.excise.movements.rules.history import Statement
from isthmus.apps.excise.movements.wording import KINDS, OBJECTIONS, PARTIES, STATES
from isthmus.kit import clock
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
            "warnings": warnings_about(message) if message else (),
            "code": self.code or None,
            "faults": [{"where": fault.where, "message": fault.message} for fault in self.faults],
        }

    def lines(self) -> list[str]:
        """For a person."""
        doubts = warnings_about(self.message) if self.message else ()
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


def _statement(one: Statement) -> dict[str, object]:
    return {"kind": str(one.kind), "by": str(one.by), "version": one.sequence, "at": one.at}


def _movement(told: Told, now: datetime) -> dict[str, object]:
    found = told.standing
    return {
        "arc": told.arc,
        "state": str(found.state),
        "version": found.sequence,
        "open": not found.final,
        "due": told.due,
        "late": told.late(now),
        "effective": [_statement(one) for one in found.effective],
        "set_aside": [_statement(one) | {"reason": str(why)} for one, why in found.set_aside],
    }


def _line(one: Statement) -> str:
    return f"  {one.at:%Y-%m-%d %H:%M} UTC  {KINDS[one.kind]} ({PARTIES[one.by]})"


def _written(told: Told, now: datetime) -> list[str]:
    found = told.standing
    words = f"{told.arc}: {STATES[found.state]}"
    if told.due is not None and not found.final:
        late = _("late since %(moment)s") if told.late(now) else _("due by %(moment)s")
        words += ", " + late % {"moment": f"{told.due:%Y-%m-%d %H:%M} UTC"}
    lines = [words]
    lines.extend(_line(one) for one in found.effective)
    for one, why in found.set_aside:
        lines.append(f"{_line(one)}, {_('without effect: %(why)s') % {'why': OBJECTIONS[why]}}")
    return lines


@emcs.command()
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILE...")
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Say what is late at the beginning of this day (UTC) instead of now.",
)
@json_option
def history(files: tuple[Path, ...], on: datetime | None, *, as_json: bool) -> None:
    """Where each movement stands by all messages about it, in whatever order the FILES come.

    What has no effect is named with the reason. The messages must be sound: see `validate`.
    """
    messages = []
    for path in files:
        try:
            messages.append(read_message(_content(path)))
        except BadInput as refused:
            raise BadInput(
                refused.code, f"{path}: {refused.message}", next_step=refused.next_step, faults=refused.faults
            ) from refused
    now = clock.now() if on is None else on.replace(tzinfo=UTC)
    movements, silent = tell(messages)
    if as_json:
        write_json([_movement(told, now) for told in movements])
    else:
        click.echo("\n".join(line for told in movements for line in _written(told, now)))
    said = _("%(count)s movements; %(silent)s messages move none.")
    say(said % {"count": len(movements), "silent": len(silent)})
