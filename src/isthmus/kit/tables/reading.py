"""Tables in files: rows of cells with the line each begins on, whatever program wrote them.

Delimited text is read in its code page with its delimiter, both told by the mapping or, where they are
certain, found; a workbook's first visible sheet is read likewise. What is not certain is refused with what
to do, because a table read with the wrong page or delimiter still looks like a table.
"""

import csv
import io
from dataclasses import dataclass

from isthmus.kit.errors import BadInput, FieldFault
from isthmus.kit.tables.code_pages import PAGES, by_mark, certain_page
from isthmus.kit.tables.workbook import (
    MAX_BYTES,
    MAX_COLUMNS,
    MAX_ROWS,
    Cell,
    is_workbook,
    read_workbook,
)

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is written, as far as it is known; None is found out or refused."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_row: int = 1


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row below the head; ``number`` is its first line in a text, its row in a workbook."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A head and its rows. ``unit`` is what rows are counted in, ``written`` how the file was read."""

    headers: tuple[str, ...]
    rows: tuple[TableRow, ...]
    unit: str
    written: str


def _refusal(code: str, where: str, message: str, next_step: str = "") -> BadInput:
    return BadInput(f"table.{code}", message, next_step=next_step, faults=(FieldFault(where, message),))


def read_table(data: bytes, layout: Layout | None = None) -> Table:
    """The table in a file; BadInput with line and reason where it cannot be read for certain.

    Codes: ``table.size``, ``.empty``, ``.encoding``, ``.delimiter``, ``.quotes``, ``.rows``,
    ``.head``, and those of ``workbook``.
    """
    layout = layout or Layout()
    if is_workbook(data):
        name, found = read_workbook(data, layout.sheet)
        rows = [TableRow(number, tuple(cells)) for number, cells in found]
        return _table(rows, layout, "row", f"sheet {name}")
    if len(data) > MAX_BYTES:
        raise _refusal("size", "file", f"The file has {len(data):,} bytes; at most {MAX_BYTES:,} are read.")
    text, page = _decode(data, layout.encoding)
    if not text.strip():
        raise _refusal("empty", "file", "The file is empty.")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise _refusal("encoding", f"line {line}", "The file holds signs that no text has.")
    delimiter = layout.delimiter or _delimiter(text)
    rows = _delimited(text, delimiter)
    return _table(rows, layout, "line", f"{page}, {DELIMITERS.get(delimiter, delimiter)}")


def _decode(data: bytes, stated: str | None) -> tuple[str, str]:
    marked = by_mark(data)
    if marked:
        page, length = marked
        data = data[length:]
    elif stated == "utf-16":
        page = certain_page(data) or "utf-16-le"
    else:
        page = stated or certain_page(data) or ""
    if not page:
        raise _refusal(
            "encoding",
            "file",
            "It is not certain in which code page the file is written.",
            f"Save it as UTF-8, or state the code page where a mapping reads it: {', '.join(PAGES)}.",
        )
    try:
        return data.decode(page), page
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise _refusal(
            "encoding",
            f"line {line}",
            f"The file is not written in {page}, as it should be.",
            "Save the file as UTF-8, or state another code page where a mapping reads it.",
        ) from None


def _delimiter(text: str) -> str:
    """The one sign that cuts the first lines into the same number of cells, two at least."""
    first = io.StringIO(text).readlines(200_000)[:_LOOKED_AT]
    widths: dict[str, int] = {}
    for sign in DELIMITERS:
        try:
            rows = [row for row in csv.reader(first, delimiter=sign) if row]
        except csv.Error:
            continue
        if rows and len(rows[0]) > 1 and all(len(row) == len(rows[0]) for row in rows[:-1]):
            widths[sign] = len(rows[0])
    if len(widths) == 1:
        return next(iter(widths))
    if not widths and not any(sign in text for sign in DELIMITERS):
        return ","  # a table of one column, which every delimiter cuts alike
    raise _refusal(
        "delimiter",
        "line 1",
        "It is not certain which sign stands between the cells.",
        "Save it with commas, or state the delimiter where a mapping reads it: comma, semicolon, tab or bar.",
    )


def _delimited(text: str, delimiter: str) -> list[TableRow]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows, begun = [], 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(TableRow(begun, tuple(cells)))
            if len(rows) > MAX_ROWS + 1:
                raise _refusal("rows", f"line {begun}", f"The file has more than {MAX_ROWS:,} rows.")
            begun = reader.line_num + 1
    except csv.Error as error:
        reason = str(error)
        message = (
            "The quotes that open here are not closed: the file may not be whole."
            if "unexpected end" in reason
            else f"The row cannot be cut into cells: {reason}."
        )
        raise _refusal("quotes", f"line {begun}", message) from None
    return rows


def _table(rows: list[TableRow], layout: Layout, unit: str, written: str) -> Table:
    at = next((at for at, row in enumerate(rows) if row.number >= layout.header_row), None)
    if at is None:
        raise _refusal("empty", "file", "The table has no head.")
    head = rows[at]
    where = f"{unit} {head.number}"
    if len(head.cells) > MAX_COLUMNS:
        raise _refusal("head", where, f"The table has more than {MAX_COLUMNS} columns.")
    headers = [" ".join(str(cell).split()) for cell in head.cells]
    while headers and not headers[-1]:
        headers.pop()
    twice = sorted({name for name in headers if name and headers.count(name) > 1})
    if twice:
        raise _refusal("head", where, f"Two columns have the name “{twice[0][:60]}”.", "Name them apart.")
    return Table(tuple(headers), tuple(rows[at + 1 :]), unit, written)
