"""Rates of duty as tables: a code, a rate and the day from which it counts, as CSV or in a workbook."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from isthmus.apps.etrade.reference.rules.duties import read_rate
from isthmus.apps.etrade.rules.written_days import read_written_day
from isthmus.apps.etrade.rules.written_figures import western_digits
from isthmus.kit.errors import BadInput, FieldFault
from isthmus.kit.tables.reading import Table, TableRow, read_table

COLUMNS = ("hs", "rate", "from")
MOST_FAULTS = 20
_ALSO = {"date": "from", "hscode": "hs", "hs_code": "hs"}


@dataclass(frozen=True, slots=True)
class DutyRow:
    """The rate of duty on the value, as a fraction, of a subheading (six digits) from a day on."""

    code: str
    day: date
    rate: Decimal


def read_duties(path: Path) -> list[DutyRow]:
    """The rates of a table, the highest for each subheading and day.

    BadInput (``etrade.reference-line``) names file, line, column, what stands there, and what to do; nothing
    of a file with a wrong line is used.
    """
    table = _table(path)
    heads = [_ALSO.get(head.lower(), head.lower()) for head in table.headers]
    lacking = [name for name in COLUMNS if name not in heads]
    if lacking:
        raise _refuse(path, [(f"{table.unit} 1", f"the column {lacking[0]} is missing: hs, rate and from")])
    found: dict[tuple[str, date], DutyRow] = {}
    faults: list[tuple[str, str]] = []
    for row in table.rows:
        read = _row(table, row, [heads.index(name) for name in COLUMNS], faults)
        if read is not None:
            known = found.get((read.code, read.day))
            found[read.code, read.day] = read if known is None or known.rate < read.rate else known
    if faults:
        raise _refuse(path, faults)
    if not found:
        raise _refuse(path, [(f"{table.unit} 2", "the table has a head and no rows")])
    return list(found.values())


def _table(path: Path) -> Table:
    try:
        return read_table(path.read_bytes())
    except BadInput as error:
        raise BadInput(
            error.code,
            f"{path.name}: {error.message}",
            next_step=error.next_step,
            faults=tuple(FieldFault(f"{path.name}, {one.where}", one.message) for one in error.faults),
        ) from error


def _row(table: Table, row: TableRow, places: list[int], faults: list[tuple[str, str]]) -> DutyRow | None:
    before = len(faults)
    values: dict[str, object] = {}
    for name, at in zip(COLUMNS, places, strict=True):
        cell = row.cells[at] if at < len(row.cells) else ""
        try:
            values[name] = (
                cell if isinstance(cell, date) and name == "from" else _READ[name](str(cell).strip())
            )
        except ValueError as error:
            faults.append((f"{table.unit} {row.number}, column {name}", str(error)))
    if len(faults) > before:
        return None
    code, rate, day = (values[name] for name in COLUMNS)
    assert isinstance(code, str)
    assert isinstance(rate, Decimal)
    assert isinstance(day, date)
    return DutyRow(code, day, rate)


def _code(text: str) -> str:
    digits = re.sub(r"[ .]", "", western_digits(text))
    if not re.fullmatch(r"[0-9]{6}|[0-9]{8}|[0-9]{10}|[0-9]{12}", digits):
        raise ValueError(
            f"“{text[:20]}” is no HS code of 6, 8, 10 or 12 digits: keep its zero in front, as text"
        )
    return digits[:6]


_READ = {"hs": _code, "rate": read_rate, "from": read_written_day}


def _refuse(path: Path, faults: list[tuple[str, str]]) -> BadInput:
    where, message = faults[0]
    more = f", and {len(faults) - 1} more" if len(faults) > 1 else ""
    return BadInput(
        "etrade.reference-line",
        f"{path.name}, {where}: {message}{more}.",
        next_step="Nothing of this file was loaded. Correct what is named and load it again.",
        faults=tuple(FieldFault(f"{path.name}, {place}", said) for place, said in faults[:MOST_FAULTS]),
    )
