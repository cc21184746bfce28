"""`isthmus excise returns`: what is due, declaring a list of goods, an operator's account."""

from datetime import datetime
from pathlib import Path

import click
from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.kit.errors import BadInput
from isthmus.kit.terminal import json_option, say, show_one, show_rows, who, write_json

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def returns() -> None:
    """Returns of excise: what is due, declare a list of goods, an operator's account."""


@returns.command("list")
@click.option("--operator", help="Excise number of one operator.")
@click.option("--overdue", is_flag=True, help="Only what is overdue today.")
@json_option
def list_returns(operator: str | None, *, overdue: bool, as_json: bool) -> None:
    """List returns, what is overdue first; amounts in minor units."""
    from isthmus.apps.excise.returns import queries
    from isthmus.apps.excise.returns.models import DutyReturn

    found = queries.with_owed(DutyReturn.objects.select_related("operator"), queries.today())
    if operator is not None:
        found = found.filter(operator=queries.operator_by_number(operator))
    if overdue:
        found = found.filter(rank=0)
    rows: list[dict[str, object]] = [
        {
            "number": row.number,
            "version": row.version,
            "operator": row.operator.excise_number,
            "month": f"{row.period:%Y-%m}",
            "tax_point": row.tax_point,
            "state": row.state,
            "due_on": row.due_on,
            "total_minor": row.total_minor,
            "owed_minor": row.owed,
            "currency": row.currency,
            "overdue": row.rank == 0,
        }
        for row in found.order_by("rank", "due_on", "pk")
    ]
    heads = ("number", "operator", "month", "state", "due_on", "owed_minor", "currency", "overdue")
    show_rows(
        rows,
        {name: name.replace("_", " ") for name in heads},
        as_json=as_json,
        empty=_("No returns yet. `isthmus excise returns declare` makes one."),
    )


@returns.command()
@click.argument("lines", type=_FILE, metavar="FILE.csv")
@click.option("--operator", required=True, help="Excise number of the operator.")
@click.option(
    "--day",
    required=True,
    type=click.DateTime(["%Y-%m-%d"]),
    help="A day of the month; the day of the event where each event has its return.",
)
@click.option(
    "--tax-point", default="release", show_default=True, help="release, import, clearance, ex-bond."
)
@click.option("--draft", "only_draft", is_flag=True, help="Keep it as a draft; nothing is owed yet.")
@json_option
def declare(
    lines: Path, operator: str, day: datetime, tax_point: str, *, only_draft: bool, as_json: bool
) -> None:
    """Declare the goods of a CSV list, with the columns that `isthmus excise duty` reads.

    Every line at fault is named; then nothing is kept and the exit code is 2.
    """
    from isthmus.apps.excise.returns import queries
    from isthmus.apps.excise.returns.services import declaring
    from isthmus.apps.excise.tariff.formats.lines import read_lines

    of, actor = queries.operator_by_number(operator), who()
    try:
        with transaction.atomic():
            written = list(read_lines(lines.read_bytes()))
            row = declaring.draft(of, day.date(), tax_point, written, actor=actor)
            if not only_draft:
                row = declaring.declare(row, actor=actor)
    except BadInput as error:
        for fault in error.faults:
            say(f"{fault.where}: {fault.message}")
        raise
    facts = {
        "number": row.number,
        "state": row.state,
        "month": f"{row.period:%Y-%m}",
        "due_on": row.due_on,
        "lines": row.lines.count(),
        "duty_minor": row.duty_minor,
        "charges_minor": row.charges_minor,
        "currency": row.currency,
    }
    show_one(facts, as_json=as_json)


@returns.command()
@click.argument("operator")
@json_option
def statement(operator: str, *, as_json: bool) -> None:
    """Show the account of an OPERATOR (its excise number): what is owed and every entry, in minor units."""
    from isthmus.apps.excise.returns import queries
    from isthmus.apps.excise.returns.wording import entry_words, money_text

    found = queries.statements(queries.operator_by_number(operator))
    if as_json:
        write_json(
            [
                {
                    "currency": one.currency,
                    "owed_minor": one.owed,
                    "refunds_due_minor": one.refunds,
                    "before_minor": one.before,
                    "older_entries": one.left_out,
                    "entries": [
                        {
                            "entry": line.entry.number,
                            "kind": line.entry.kind,
                            "reference": line.entry.reference,
                            "value_on": line.entry.value_on,
                            "amount_minor": line.amount,
                            "owed_minor": line.after,
                        }
                        for line in one.lines
                    ],
                }
                for one in found
            ]
        )
        return
    for one in found:
        rows: list[dict[str, object]] = [
            {
                "on": line.entry.value_on,
                "return": line.entry.reference,
                "what": entry_words(line.entry),
                "amount": money_text(line.amount, one.currency),
                "owed then": money_text(line.after, one.currency),
            }
            for line in one.lines
        ]
        show_rows(rows, {name: name for name in rows[0]}, as_json=False, empty="")
        say(
            _("Owed now: %(owed)s; to be refunded: %(refunds)s.")
            % {"owed": money_text(one.owed, one.currency), "refunds": money_text(one.refunds, one.currency)}
        )
    if not found:
        say(_("Nothing was posted for this operator yet."))
