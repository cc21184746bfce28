"""`isthmus workshops ledger`: a sheet of expenditure against declared totals and an approved budget."""

from pathlib import Path

import click
from django.utils.translation import gettext as _

from isthmus.kit.errors import BadInput
from isthmus.kit.terminal import json_option, say, show_one, show_rows

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def ledger() -> None:
    """What was spent, and whether it agrees."""


@ledger.command()
@click.argument("sheet", type=_FILE)
@click.option("--totals", type=_FILE, help="CSV with heading and total: what is declared to the fund.")
@click.option("--budget", type=_FILE, help="CSV with heading, line and amount: what was approved.")
@click.option("--currency", default="USD", help="Currency of the sheets (ISO 4217).")
@json_option
def check(sheet: Path, totals: Path | None, budget: Path | None, currency: str, *, as_json: bool) -> None:
    """Add up SHEET, a CSV with heading, line and amount, and compare it.

    Exit code 2 where a heading differs from what is declared, or a line is above what was approved.
    """
    from isthmus.apps.workshops.expenditure.formats.sheets import read_expenditure, read_totals
    from isthmus.apps.workshops.expenditure.rules.amounts import plain
    from isthmus.apps.workshops.expenditure.rules.sums import differences, over_budget, sums
    from isthmus.apps.workshops.expenditure.wording import difference_words
    from isthmus.apps.workshops.programme.wording import digits_of

    digits = digits_of(currency)
    spent = read_expenditure(sheet.read_bytes(), sheet.name, digits)
    found = sums(spent)
    wrong = list(
        differences(found.named(), read_totals(totals.read_bytes(), totals.name, digits)) if totals else ()
    )
    if budget:
        wrong += over_budget(spent, read_expenditure(budget.read_bytes(), budget.name, digits))

    def amount(minor: int | None) -> str | None:
        return None if minor is None else plain(minor, digits)

    headings = [{"heading": name, "total": amount(total)} for name, total in found.headings]
    told = {
        "currency": currency,
        "subtotal": amount(found.subtotal_minor),
        "overhead": amount(found.overhead_minor),
        "total": amount(found.total_minor),
    }
    if as_json:
        listed = [
            {
                "about": one.about,
                "spent": amount(one.counted_minor),
                "declared": amount(one.declared_minor),
                "difference": amount(one.difference_minor),
            }
            for one in wrong
        ]
        show_one({"headings": headings, **told, "agrees": not wrong, "differences": listed}, as_json=True)
    else:
        show_rows(headings, {"heading": _("HEADING"), "total": _("TOTAL")}, as_json=False, empty="")
        show_one(told, as_json=False)
        for one in wrong:
            say(difference_words(one, currency))
    if wrong:
        raise SystemExit(BadInput.exit_code)
