"""`isthmus etrade mirror`: mirror statistics of two files."""

from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from pathlib import Path

import click
from django.utils.translation import gettext as _

from isthmus.apps.etrade.mirror.rules.cells import LEVELS, MARGIN, PERIODS, Level, Period
from isthmus.kit.errors import BadInput
from isthmus.kit.terminal import Bar, json_option, say, write_json, write_table

_IN = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("mirror")
@click.argument("exports", type=_IN)
@click.argument("imports", type=_IN)
@click.option(
    "--level", type=click.Choice(list(LEVELS)), default="hs6", show_default=True, help="Digits of the HS."
)
@click.option(
    "--period", type=click.Choice(list(PERIODS)), default="month", show_default=True, help="Time of a cell."
)
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="CSV or Parquet to write."
)
@click.option("--rates", type=_IN, help="Exchange rates: currency,date,rate.")
@click.option("--margin", default=str(MARGIN), show_default=True, help="CIF value by FOB value.")
@json_option
def mirror(
    exports: Path,
    imports: Path,
    level: Level,
    period: Period,
    out: Path,
    rates: Path | None,
    margin: str,
    *,
    as_json: bool,
) -> None:
    """Lay one side's exports beside the other side's imports, cell by cell.

    Both files are CSV or Parquet with the columns of `reconcile`; `date`, `hs` and `partner` are needed.
    """
    from isthmus.apps.etrade.mirror.analytics.work import mirror_files

    with Bar("Comparing") as bar:
        summary = mirror_files(
            exports,
            imports,
            out,
            level=level,
            period=period,
            rates=rates,
            margin=_margin(margin),
            step=bar.step,
        )
    if as_json:
        write_json({**asdict(summary), "out": str(out), "level": level, "period": period})
        return
    facing = f"{summary.facing[0]} > {summary.facing[1]}" if summary.facing is not None else _("several")
    write_table(
        ("side", "declarations", "cells", "without HS code"),
        [
            ("exports", summary.exports.declarations, summary.exports.cells, summary.exports.without_hs),
            ("imports", summary.imports.declarations, summary.imports.cells, summary.imports.without_hs),
        ],
    )
    write_table(
        ("currency", "exports", "imports"),
        [(one.currency, one.exports_value, one.imports_value) for one in summary.amounts],
    )
    say(
        f"Corridor: {facing}. {summary.rows} rows: {summary.on_both_sides} on both sides, "
        f"{summary.only_exports} only exported, {summary.only_imports} only imported. "
        f"CIF/FOB margin {summary.margin}. {summary.seconds} s. Written to {out}."
    )


def _margin(text: str) -> Decimal:
    try:
        margin = Decimal(text)
    except InvalidOperation:
        margin = Decimal(0)
    if not Decimal("0.5") <= margin <= 2:
        raise BadInput("etrade.mirror-margin", _("The margin is a number such as 1.06, from 0.5 to 2."))
    return margin
