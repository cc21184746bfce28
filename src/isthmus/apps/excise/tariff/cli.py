"""`isthmus excise duty` and `isthmus excise tariffs`: what is due, and by which tariffs."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click
from django.utils.translation import gettext as _

from isthmus.apps.excise.tariff import queries
from isthmus.apps.excise.tariff.formats.lines import read_lines
from isthmus.apps.excise.tariff.formats.schema import json_schema
from isthmus.apps.excise.tariff.rules.model import Tariff
from isthmus.apps.excise.tariff.services import Answer, answers
from isthmus.apps.excise.tariff.wording import money
from isthmus.kit.errors import BadInput
from isthmus.kit.terminal import json_option, say, show_rows, write_json

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(
            "excise.unreadable", _("%(file)s cannot be read: %(why)s") % {"file": path, "why": error.strerror}
        ) from error


def _tariff(name: str) -> Tariff:
    """A tariff by its country's code or from a file."""
    path = Path(name)
    if len(name) == 2 and name.isalpha() and not path.is_file():
        return queries.tariff_of(name)
    if not path.is_file():
        raise BadInput(
            "excise.no-tariff-file",
            _("There is no file %(file)s, and it is no country's code.") % {"file": name},
            next_step=_("`isthmus excise tariffs` shows the tariffs that come with the product."),
        )
    return queries.tariff_in(path)


def _number(name: str) -> int | str:
    """The name of a line, as a number where it is written as one."""
    return int(name) if name.isascii() and name.isdigit() and (name == "0" or name[0] != "0") else name


def _object(tariff: Tariff, answer: Answer) -> dict[str, object]:
    if answer.duty_minor is None:
        return {"line": _number(answer.name), "duty_minor": None, "error": answer.error}
    steps: list[dict[str, str]] = []
    for told in answer.steps:
        figure = {"value": told.value, "unit": told.unit} if told.value else {}
        steps.append({"step": told.kind, "text": told.text, **figure})
    found: dict[str, object] = {
        "line": _number(answer.name),
        "duty_minor": answer.duty_minor,
        "currency": tariff.currency,
        "rule": answer.rule,
        "steps": steps,
    }
    if answer.charges:
        found["charges"] = [
            {"name": charge.name, "amount_minor": charge.amount_minor} for charge in answer.charges
        ]
    return found


def _written(tariff: Tariff, answer: Answer) -> Iterator[str]:
    if answer.duty_minor is None:
        yield f"{answer.name}: {answer.error}"
        return
    yield f"{answer.name}: {money(tariff, answer.duty_minor)}"
    for charge in answer.charges:
        amount = _("not known") if charge.amount_minor is None else money(tariff, charge.amount_minor)
        yield f"  {charge.name}: {amount}"
    yield from (f"  {told.text}" for told in answer.steps)


@click.command()
@click.argument("lines", type=_FILE, metavar="LINES.csv")
@click.option(
    "--tariff", "name", required=True, metavar="MD|FILE", help="A country's code, or a tariff file."
)
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Work every line out as of this day, whatever day it states.",
)
@click.option("--explain", is_flag=True, help="Show every step and rounding of every line.")
@json_option
def duty(lines: Path, name: str, on: datetime | None, *, explain: bool, as_json: bool) -> None:
    """Work out the duty of a CSV list of goods. Lines at fault are named, the others still worked out.

    With --json, one object a line. Exit code 2 where a line is at fault.
    """
    tariff = _tariff(name)
    listed = read_lines(_content(lines), on.date() if on is not None else None)
    count = faults = total = 0
    for answer in answers(tariff, listed, explained=explain):
        count += 1
        faults += answer.duty_minor is None
        total += answer.duty_minor or 0
        if as_json:
            click.echo(json.dumps(_object(tariff, answer), ensure_ascii=False))
        else:
            click.echo("\n".join(_written(tariff, answer)))
    say(
        _("%(count)s lines, %(faults)s at fault, duty %(total)s together.")
        % {"count": count, "faults": faults, "total": money(tariff, total)}
    )
    if faults:
        raise SystemExit(2)


@click.command()
@click.argument("files", nargs=-1, type=_FILE)
@click.option("--schema", is_flag=True, help="Print the format of tariff files as JSON Schema instead.")
@json_option
def tariffs(files: tuple[Path, ...], *, schema: bool, as_json: bool) -> None:
    """List the tariffs that come with the product, or check tariff FILES with their worked examples."""
    if schema:
        write_json(json_schema())
        return
    found = [queries.tariff_in(path) for path in files] if files else queries.tariffs()
    rows = [_listed(tariff) for tariff in found]
    columns = {"country": "country", "title": "title", "currency": "currency", "rows": "rows"}
    more = {"first_day": "from", "last_day": "to", "unconfirmed": "unconfirmed", "is_example": "example"}
    show_rows(rows, {**columns, **more}, as_json=as_json, empty=_("There is no tariff."))


def _listed(tariff: Tariff) -> dict[str, object]:
    ends = [row.last_day for row in tariff.rows]
    return {
        "country": tariff.country,
        "title": tariff.title,
        "currency": tariff.currency,
        "groups": [group.name for group in tariff.groups],
        "rows": len(tariff.rows),
        "first_day": min(row.first_day for row in tariff.rows),
        "last_day": None if None in ends else max(day for day in ends if day is not None),
        "unconfirmed": sum(not row.settled for row in tariff.rows),
        "examples": len(tariff.examples),
        "is_example": tariff.is_example,
        "checked_on": tariff.checked_on,
        "sources": sorted({row.source for row in tariff.rows}),
        "acts": sorted({row.act for row in tariff.rows}),
    }
