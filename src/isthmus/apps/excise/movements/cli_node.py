"""`isthmus excise emcs` on a node: send files, list, show, receive, scan."""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

import click
from django.utils.translation import gettext as _

from isthmus.kit.errors import BadInput, IsthmusError, NotFound, Refused
from isthmus.kit.terminal import json_option, say, show_one, show_rows, who, write_json

if TYPE_CHECKING:
    from isthmus.accounts.models import Organisation

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_SHOWS = ["open", "late", "unmatched", "unmatched-long"]


def add_to(group: click.Group) -> None:
    """Put these commands beside those that need no node."""
    for command in (send, list_movements, show, receive, scan, paper):
        group.add_command(command)


def _office(code: str | None) -> "Organisation":
    from isthmus.accounts.models import Organisation

    rows = Organisation.objects.order_by("pk")
    found = list((rows.filter(code=code) if code is not None else rows)[:2])
    if not found:
        raise NotFound(
            "excise.no-organisation", _("There is no organisation %(code)s.") % {"code": code or ""}
        )
    if len(found) > 1:
        raise BadInput(
            "excise.movement-whose",
            _("This node has several organisations."),
            next_step=_("Say with --organisation who keeps the movement."),
        )
    return found[0]


@click.command()
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILE...")
@click.option("--organisation", help="Code of the office that keeps it; needed where there are several.")
@click.option("--duty-minor", type=int, help="Duty at stake in minor units, where the office states it.")
@click.option("--draft", "only_draft", is_flag=True, help="Keep drafts without having them accepted.")
@json_option
def send(
    files: tuple[Path, ...],
    organisation: str | None,
    duty_minor: int | None,
    *,
    only_draft: bool,
    as_json: bool,
) -> None:
    """Enter drafts (IE815) and have them accepted; add any other message to its movement.

    Each FILE stands for itself: one that is refused does not stop the others. A draft that could not be
    accepted is kept, and is accepted when its file is sent again.
    """
    done, code = [], 0
    for path in files:
        try:
            done.append({"file": str(path), **_sent(path, organisation, duty_minor, only_draft=only_draft)})
        except IsthmusError as error:
            code = code or error.exit_code
            said = " ".join([str(error), *(f"{fault.where}: {fault.message}" for fault in error.faults)])
            done.append({"file": str(path), "arc": "", "state": "", "error": error.code})
            say(f"{path}: {said}")
    heads = {"file": _("File"), "arc": _("ARC"), "state": _("State")}
    show_rows(done, heads, as_json=as_json, empty="")
    if code:
        raise SystemExit(code)


def _sent(
    path: Path, organisation: str | None, duty_minor: int | None, *, only_draft: bool
) -> dict[str, object]:
    from isthmus.apps.excise.movements import queries
    from isthmus.apps.excise.movements.formats.messages.documents import SubmittedDraftOfEADESAD
    from isthmus.apps.excise.movements.formats.reading import read_message
    from isthmus.apps.excise.movements.models import DRAFT, MovementMessage
    from isthmus.apps.excise.movements.services import sending

    try:
        xml = path.read_bytes()
    except OSError as error:
        raise BadInput(
            "excise.unreadable", _("%(file)s cannot be read: %(why)s") % {"file": path, "why": error.strerror}
        ) from error
    message = read_message(xml)
    if isinstance(message.body, SubmittedDraftOfEADESAD):
        known = MovementMessage.objects.filter(code="IE815", xml=xml, movement__state=DRAFT).first()
        row = known.movement if known else sending.draft(_office(organisation), xml, actor=who())
        if not only_draft:
            row = sending.accept(row, actor=who(), duty_minor=duty_minor)
    else:
        if not message.arcs:
            raise BadInput("excise.movement-message", _("The message names no ARC."))
        row = queries.named(message.arcs[0])
        sending.say(row, xml, actor=who())
        row.refresh_from_db()
    return {"arc": row.arc, "state": str(row.state), "error": None}


@click.command("list")
@click.option("--state", help="Only those in a state, such as accepted or delivered.")
@click.option("--show", "which", type=click.Choice(_SHOWS), help="Only open, late or unmatched ones.")
@json_option
def list_movements(state: str | None, which: str | None, *, as_json: bool) -> None:
    """List movements, open ones first, those due soonest on top."""
    from isthmus.apps.excise.movements import queries
    from isthmus.apps.excise.movements.api import shown_of
    from isthmus.apps.excise.movements.models import Movement
    from isthmus.kit import clock

    now = clock.now()
    found = queries.shown(queries.open_first(Movement.objects.all()), which or "", now)
    if state is not None:
        found = found.filter(state=state)
    heads = {
        "arc": _("ARC"),
        "local_reference": _("Local reference"),
        "state": _("State"),
        "consignee_name": _("Consignee"),
        "due_at": _("Due"),
        "unmatched_days": _("Waiting, days"),
    }
    rows = [shown_of(row, now) for row in found]
    show_rows(rows, heads, as_json=as_json, empty=_("No movements."))


@click.command()
@click.argument("reference", metavar="ARC")
@json_option
def show(reference: str, *, as_json: bool) -> None:
    """Show one movement by its ARC, or a draft by its local reference, with all that was said of it."""
    from isthmus.apps.excise.movements import queries
    from isthmus.apps.excise.movements.api import whole_of

    found = whole_of(queries.named(reference))
    if as_json:
        write_json(found)
        return
    plain = {name: value for name, value in found.items() if not isinstance(value, list | dict)}
    security = found["security"] or {}
    show_one({**plain, **{f"guarantee_{name}": value for name, value in security.items()}}, as_json=False)
    heads = {"at": _("Time"), "code": _("Message"), "kind": _("Says"), "by": _("By"), "node": _("Node")}
    show_rows(found["messages"], heads, as_json=False, empty="")


def _quantities(given: tuple[str, ...]) -> dict[int, Decimal]:
    found = {}
    for one in given:
        line, _is, quantity = one.partition("=")
        try:
            found[int(line)] = Decimal(quantity)
        except (ValueError, InvalidOperation) as error:
            raise BadInput(
                "excise.receipt-lines",
                _("“%(given)s” is no line with a quantity.") % {"given": one},
                next_step=_("Write it as 1=0.5."),
            ) from error
    return found


@click.command()
@click.argument("reference", metavar="ARC")
@click.option(
    "--arrived", required=True, type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Day of arrival."
)
@click.option(
    "--conclusion",
    required=True,
    type=click.Choice(["1", "2", "3", "4"]),
    help="1 as sent, 2 something missing or too much, 3 refused, 4 refused in part.",
)
@click.option(
    "--missing", multiple=True, metavar="LINE=QUANTITY", help="Missing of a line; below zero: too much."
)
@click.option("--refused", multiple=True, metavar="LINE=QUANTITY", help="Refused of a line.")
@json_option
def receive(
    reference: str,
    arrived: datetime,
    conclusion: str,
    missing: tuple[str, ...],
    refused: tuple[str, ...],
    *,
    as_json: bool,
) -> None:
    """Report what arrived of a movement (IE818); the other side is told."""
    from isthmus.apps.excise.movements import queries
    from isthmus.apps.excise.movements.services.answering import Differing, report_receipt

    short, turned = _quantities(missing), _quantities(refused)
    lines = [
        Differing(number, short.get(number, Decimal(0)), turned.get(number, Decimal(0)))
        for number in sorted({*short, *turned})
    ]
    row = queries.named(reference)
    report_receipt(row, arrived.replace(tzinfo=UTC).date(), conclusion, lines, actor=who())
    row.refresh_from_db()
    show_one({"arc": row.arc, "state": str(row.state)}, as_json=as_json)


@click.command()
@click.argument("reference", metavar="ARC")
@click.option("--gate", required=True, help="Name of the gate.")
@click.option("--way", required=True, type=click.Choice(["in", "out"]), help="Into or out of this country.")
@click.option("--plate", required=True, help="Plate of the vehicle.")
@click.option("--seal", required=True, help="Seal of the load.")
@click.option("--organisation", help="Code of the office at the gate; needed where there are several.")
@json_option
def scan(
    reference: str, gate: str, way: str, plate: str, seal: str, organisation: str | None, *, as_json: bool
) -> None:
    """Check a load at a gate. Exit code 3 where it must not pass."""
    from isthmus.apps.excise.movements.services import gates
    from isthmus.apps.excise.movements.wording import ALARMS

    row = gates.scan(_office(organisation), gates.Seen(reference, gate, way, plate, seal), actor=who())
    show_one({"arc": row.arc, "passed": row.passed, "alarms": list(row.alarms)}, as_json=as_json)
    if not row.passed:
        raise Refused("excise.gate-stopped", "; ".join(str(ALARMS[one]) for one in row.alarms))


@click.command()
@click.argument("reference", metavar="ARC")
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="PDF file to write."
)
@json_option
def paper(reference: str, out: Path, *, as_json: bool) -> None:
    """Write the paper that travels with the goods; of a draft, the fallback document."""
    from isthmus.apps.excise.movements import queries
    from isthmus.apps.excise.movements.services.papers import paper_of

    name, content = paper_of(queries.named(reference))
    out.write_bytes(content)
    show_one({"file": str(out), "name": name, "bytes": len(content)}, as_json=as_json)
