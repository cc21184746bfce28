"""The cells of a workbook (XLSX, XLSM, XLS, ODS), read in a bounded process.

A ZIP archive can hold a thousand times its size, or lie about it. Its members are therefore unpacked here
under a bound, and packed anew without compression: the reader sees what was measured and nothing else.
Formulas are not run; their last result is what the office program stored. Dates that a workbook knows as
dates come as dates, numbers with the 15 significant digits that spreadsheets keep.
"""

import io
import json
import re
import sys
import zipfile
import zlib
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from isthmus.kit.bounded import run_bounded, serve
from isthmus.kit.errors import BadInput, FieldFault

Cell = str | date
MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 128 * 1024 * 1024
MAX_MEMBERS = 2000
MAX_ROWS = 200_000
MAX_COLUMNS = 500
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
# A member of an archive that holds XML must not name files or entities, as no document may.
_DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


def _refusal(code: str, message: str, next_step: str = "") -> BadInput:
    fault = FieldFault("file", message)
    return BadInput(f"workbook.{code}", message, next_step=next_step, faults=(fault,))


def is_workbook(data: bytes) -> bool:
    """Whether the bytes begin as those of a workbook do."""
    return data.startswith((_OLE, _ZIP))


def read_workbook(data: bytes, sheet: str | None = None) -> tuple[str, list[tuple[int, list[Cell]]]]:
    """The sheet's name and its rows, each with its number counted from 1; empty rows are left out.

    ``sheet`` names one; without it the first visible one is read. Raises BadInput: ``workbook.size``,
    ``.unpacked``, ``.damaged``, ``.password``, ``.doctype``, ``.sheet``, ``.rows`` or ``bounds``.
    """
    if len(data) > MAX_BYTES:
        raise _refusal("size", f"The workbook has {len(data):,} bytes; at most {MAX_BYTES:,} are read.")
    checked = _repacked(data) if data.startswith(_ZIP) else data
    head = json.dumps({"sheet": sheet}).encode()
    answer = json.loads(
        run_bounded(__name__, len(head).to_bytes(4, "big") + head + checked, subject="The workbook")
    )
    if "refused" in answer:
        raise _refusal(answer["refused"], answer["message"], answer.get("next_step", ""))
    rows = [(number, [_cell(cell) for cell in cells]) for number, cells in answer["rows"]]
    return answer["sheet"], rows


def _cell(cell: str | dict[str, str]) -> Cell:
    return cell if isinstance(cell, str) else date.fromisoformat(cell["day"])


def _repacked(data: bytes) -> bytes:
    """The same archive, each member unpacked under the bound and stored as it is."""
    left = MAX_UNPACKED
    packed = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(packed, "w") as again:
            members = archive.infolist()
            if len(members) > MAX_MEMBERS or len({one.filename for one in members}) < len(members):
                raise _refusal("damaged", "The workbook is not built as office programs build them.")
            for member in members:
                if member.flag_bits & 1:
                    raise _refusal("password", "The workbook is protected by a password.", "Save it without.")
                with archive.open(member) as stream:
                    content = stream.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise _refusal(
                        "unpacked",
                        f"The workbook unpacks to more than {MAX_UNPACKED:,} bytes.",
                        "Save only the rows that are to be read.",
                    )
                if member.filename.endswith((".xml", ".rels")) and _DOCTYPE.search(content):
                    raise _refusal("doctype", "The workbook holds a document type declaration.")
                if not member.is_dir():
                    again.writestr(member.filename, content)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise _refusal(
            "damaged",
            f"The workbook is damaged or not whole: {' '.join(str(error).split())[:120]}.",
            "Save it again and hand it in anew.",
        ) from None
    return packed.getvalue()


def _plain(value: object) -> str | dict[str, str]:
    """A cell's value as text, or as a day."""
    if isinstance(value, datetime):
        return {"day": value.date().isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{Decimal(f'{value:.15g}'):f}"
    return str(value)


def _answer(request: bytes) -> bytes:
    """In the child: the rows of the sheet as JSON, or why there are none."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

    size = int.from_bytes(request[:4], "big")
    wanted, data = json.loads(request[4 : 4 + size])["sheet"], request[4 + size :]
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        visible = [one.name for one in book.sheets_metadata if one.visible is SheetVisibleEnum.Visible]
        name = wanted or next(iter(visible), None)
        if name not in book.sheet_names:
            said = f"“{wanted}”" if wanted else "that is visible"
            return _no(
                "sheet", f"The workbook has no sheet {said}; it has: {', '.join(book.sheet_names)[:200]}."
            )
        return _rows(name, book.get_sheet_by_name(name))
    except PasswordError:
        return _no("password", "The workbook is protected by a password.")
    except CalamineError as error:
        return _no("damaged", f"The workbook cannot be read: {' '.join(str(error).split())[:120]}.")
    except (
        BaseException
    ) as error:  # the reader is not Python's: its panics are no exceptions of Python's kind
        if type(error).__name__ != "PanicException":
            raise
        return _no("damaged", "The workbook cannot be read: its parts contradict each other.")


def _rows(name: str, sheet: Any) -> bytes:  # noqa: ANN401  the library has no stubs of its own for it
    if sheet.total_height > MAX_ROWS or sheet.total_width > MAX_COLUMNS:
        return _no(
            "rows",
            f"The sheet has {sheet.total_height:,} rows and {sheet.total_width:,} columns; at most "
            f"{MAX_ROWS:,} and {MAX_COLUMNS} are read.",
        )
    top, left = sheet.start or (0, 0)
    rows: list[tuple[int, list[str | dict[str, str]]]] = []
    for at, cells in enumerate(sheet.to_python(skip_empty_area=True), start=top + 1):
        if any(cell != "" for cell in cells):
            rows.append((at, [*([""] * left), *(_plain(cell) for cell in cells)]))
    return json.dumps({"sheet": name, "rows": rows}).encode()


def _no(code: str, message: str) -> bytes:
    return json.dumps({"refused": code, "message": message}).encode()


if __name__ == "__main__":
    sys.setrecursionlimit(2000)
    serve(_answer)
