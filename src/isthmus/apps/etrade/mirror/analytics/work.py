"""Mirror statistics of two files: read, brought to cells, compared, written, in bounded memory."""

import csv
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from isthmus.analysis import portable
from isthmus.analysis.engine import Workspace, open_workspace
from isthmus.analysis.tables import kind_of, open_table, save_table, unreadable
from isthmus.apps.etrade.mirror.analytics import expressions
from isthmus.apps.etrade.mirror.rules.cells import MARGIN, Cell, Level, Period
from isthmus.kit.errors import BadInput, FieldFault

if TYPE_CHECKING:
    import ibis.expr.types as ir  # type: ignore[import-untyped]  # it carries no types

Step = Callable[[int, int], None]
"""Told how many of the five steps are done."""

STEPS = 5
REQUIRED = ("date", "hs", "partner")
_IN_ORDER = "SELECT * FROM mirror ORDER BY partner, period, hs, currency"
_BY_GAP = "SELECT * FROM mirror ORDER BY abs(gap) DESC, partner, period, hs, currency"
_ONES = "SELECT currency FROM rates GROUP BY 1 HAVING min(rate) = 1 AND max(rate) = 1 ORDER BY 1"


@dataclass(frozen=True, slots=True)
class Side:
    """One side in all: declarations, cells, and how many declarations stand in a cell without HS code."""

    declarations: int
    cells: int
    without_hs: int


@dataclass(frozen=True, slots=True)
class Amounts:
    """Both sides' values in one currency; a value is None where no declaration states one."""

    currency: str
    exports_value: Decimal | None
    imports_value: Decimal | None


@dataclass(frozen=True, slots=True)
class Summary:
    """What a mirror came to. ``facing`` is (exporter, importer) where both files are of one corridor."""

    exports: Side
    imports: Side
    rows: int
    on_both_sides: int
    only_exports: int
    only_imports: int
    facing: tuple[str, str] | None
    amounts: tuple[Amounts, ...]
    margin: Decimal
    seconds: float


def _quiet(_done: int, _total: int) -> None:
    """Nobody watches."""


def mirror_files(
    exports: Path,
    imports: Path,
    out: Path,
    *,
    level: Level,
    period: Period,
    rates: Path | None = None,
    margin: Decimal = MARGIN,
    step: Step = _quiet,
) -> Summary:
    """Mirror two files (CSV or Parquet, the columns of the guide) into ``out``, whole or not at all.

    BadInput names the file, the column and the cell that cannot be read.
    """
    kind_of(out)
    reads = [exports, imports, *([rates] if rates is not None else [])]
    with open_workspace(*reads) as workspace:
        began = time.monotonic()
        step(0, STEPS)
        sources = [
            _read(workspace, path, name) for path, name in ((exports, "exports"), (imports, "imports"))
        ]
        priced = _rates(workspace, rates) if rates is not None else None
        step(1, STEPS)
        summary = compare(
            workspace, *sources, level=level, period=period, rates=priced, margin=margin, step=step
        )
        save_table(workspace, _IN_ORDER, out)
        step(STEPS, STEPS)
        return replace(summary, seconds=round(time.monotonic() - began, 2))


@dataclass(frozen=True, slots=True)
class Source:
    """One side's file, open under ``name`` in a workspace."""

    path: Path
    name: str
    table: "ir.Table"


def _read(workspace: Workspace, path: Path, name: str) -> Source:
    columns = open_table(workspace, path, name)
    missing = [column for column in REQUIRED if column not in columns]
    if missing:
        raise BadInput(
            "etrade.mirror-columns",
            _("%(file)s has no column %(names)s.") % {"file": path.name, "names": ", ".join(missing)},
            next_step=_("The columns are described in the guide, under “Reconcile”."),
        )
    return Source(path, name, portable.table(workspace, name))


def _cells(workspace: Workspace, source: Source, expression: "ir.Table") -> "ir.Table":
    """A side brought to cells, in the one pass over its file.

    A figure that cannot be read is no figure that is missing: such a file is refused, and the cell shown. A
    line that breaks while it is read is the file's fault too.
    """
    import duckdb

    name = f"{source.name}_cells"
    try:
        kept = portable.keep(workspace, name, expression)
        if workspace.number(f"SELECT sum(unreadable)::BIGINT FROM {name}") > 0:  # noqa: S608  the name is ours
            raise _unreadable_cells(workspace, source)
    except duckdb.Error as error:
        raise unreadable(source.path, error) from error
    return kept


def _unreadable_cells(workspace: Workspace, source: Source) -> BadInput:
    faults = []
    for column, bad in expressions.unreadable(source.table).items():
        first = source.table.filter(bad).select(column).limit(1)
        where = f"{source.path.name}, column {column.strip().lower()}"
        faults += [FieldFault(where, _shown(row[0])) for row in workspace.rows(portable.as_sql(first))]
    return BadInput(
        "etrade.mirror-cell",
        _("%(file)s holds cells that cannot be read.") % {"file": source.path.name},
        next_step=_("Days are written 2026-11-23, numbers 1250.5. Correct the cells and start again."),
        faults=tuple(faults),
    )


def _shown(cell: object) -> str:
    return _("“%(cell)s” cannot be read") % {"cell": str(cell)[:60]}


@dataclass(frozen=True, slots=True)
class Rates:
    """Exchange rates as a table with currency, day and rate, and the currency that they lead to."""

    table: "ir.Table"
    account: str


def _rates(workspace: Workspace, path: Path) -> Rates:
    columns = open_table(workspace, path, "rates_file")
    if not {"currency", "date", "rate"} <= set(columns):
        raise BadInput(
            "etrade.mirror-rates",
            _("%(file)s needs the columns currency, date and rate.") % {"file": path.name},
        )
    given = portable.table(workspace, "rates_file").rename(str.lower)
    typed = given.select(
        currency=given.currency.cast("string").upper(),
        day=given.date.try_cast("date"),
        rate=given.rate.try_cast("decimal(24, 12)"),
    )
    table = portable.keep(workspace, "rates", typed)
    bad = workspace.number("SELECT count(*) FROM rates WHERE coalesce(rate, 0) <= 0 OR day IS NULL")
    if bad:
        raise BadInput(
            "etrade.mirror-rates",
            _("%(file)s has %(count)d lines without a day or a rate above zero.")
            % {"file": path.name, "count": bad},
        )
    ones = workspace.rows(_ONES)
    return Rates(table, str(ones[0][0]) if len(ones) == 1 else _("account"))


def compare(
    workspace: Workspace,
    exports: Source,
    imports: Source,
    *,
    level: Level,
    period: Period,
    rates: Rates | None = None,
    margin: Decimal = MARGIN,
    facing: tuple[str, str] | None = None,
    step: Step = _quiet,
) -> Summary:
    """Mirror two files of a workspace into its table ``mirror``; BadInput names the cell that breaks it."""
    began = time.monotonic()
    kept = []
    for done, source in enumerate((exports, imports), start=2):
        rows = expressions.columns(source.table)
        valued = expressions.at_rates(rows, rates.table, rates.account) if rates is not None else rows
        kept.append(_cells(workspace, source, expressions.cells(valued, level, period)))
        step(done, STEPS)
    partners = [_partners(workspace, side) for side in kept]
    facing = facing or expressions.facing_countries(
        *([(one.code, one.declarations) for one in side] for side in partners)
    )
    whole = expressions.mirror(*kept, level=level, period=period, margin=margin, facing=facing)
    portable.keep(workspace, "mirror", whole)
    step(4, STEPS)
    counts = workspace.rows(
        "SELECT count(*), count(*) FILTER (exports_count > 0 AND imports_count > 0), "
        "count(*) FILTER (imports_count = 0), count(*) FILTER (exports_count = 0) FROM mirror"
    )[0]
    rows_in_all, both, only_exports, only_imports = (int(str(count)) for count in counts)
    return Summary(
        _side(partners[0]),
        _side(partners[1]),
        rows_in_all,
        both,
        only_exports,
        only_imports,
        facing,
        _amounts(workspace),
        margin,
        round(time.monotonic() - began, 2),
    )


@dataclass(frozen=True, slots=True)
class _Partner:
    """A partner of one side: declarations, cells, and declarations without an HS code."""

    code: str
    declarations: int
    cells: int
    without_hs: int


def _partners(workspace: Workspace, side: "ir.Table") -> list[_Partner]:
    rows: Sequence[tuple[Any, ...]] = workspace.rows(portable.as_sql(expressions.by_partner(side)))
    return [_Partner(*row) for row in rows]


def _side(partners: Sequence[_Partner]) -> Side:
    return Side(
        sum(one.declarations for one in partners),
        sum(one.cells for one in partners),
        sum(one.without_hs for one in partners),
    )


def _amounts(workspace: Workspace) -> tuple[Amounts, ...]:
    rows = workspace.rows(
        "SELECT currency, sum(exports_value), sum(imports_value) FROM mirror GROUP BY 1 ORDER BY 1"
    )
    return tuple(
        Amounts(str(row[0]), *(Decimal(str(value)) if value is not None else None for value in row[1:]))
        for row in rows
    )


def mirror_lines(
    exports: Iterable[tuple[object, ...]],
    imports: Iterable[tuple[object, ...]],
    heads: Sequence[str],
    *,
    level: Level,
    period: Period,
    facing: tuple[str, str],
) -> list[Cell]:
    """Mirror lines that come from elsewhere than files, by the same expressions; the widest gap first."""
    with open_workspace() as workspace:
        sources = []
        for name, lines in (("exports", exports), ("imports", imports)):
            path = workspace.folder / f"{name}.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(heads)
                writer.writerows(lines)
            open_table(workspace, path, name)
            sources.append(Source(path, name, portable.table(workspace, name)))
        compare(workspace, *sources, level=level, period=period, facing=facing)
        rows: Sequence[tuple[Any, ...]] = workspace.rows(_BY_GAP)
    return [Cell(*row) for row in rows]
