"""A list of marks that a desk kept without a network: CSV with the heads ``code,day,session``."""

import csv
import io
from datetime import date

from isthmus.apps.workshops.attendance.rules.marks import Seen
from isthmus.kit.errors import BadInput, FieldFault

_MOST_LINES = 20_000


def _bad(line: int, message: str) -> BadInput:
    where = f"line {line}"
    return BadInput("workshops.list", f"Line {line}: {message}", faults=(FieldFault(where, message),))


def read_list(content: bytes) -> tuple[Seen, ...]:
    """The marks of a file in UTF-8; BadInput names the line that cannot be read."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput("workshops.list", "The file is not in UTF-8.") from error
    rows = csv.DictReader(io.StringIO(text))
    if not {"code", "day"} <= {str(name).strip() for name in rows.fieldnames or ()}:
        raise BadInput("workshops.list", "The file needs the heads code and day; session may be a third.")
    found = []
    for row in rows:
        line = rows.line_num
        if line > _MOST_LINES:
            raise _bad(line, f"a list has at most {_MOST_LINES} lines.")
        told = {str(name).strip(): (value or "").strip() for name, value in row.items() if name}
        session = told.get("session", "")
        try:
            day = date.fromisoformat(told["day"])
            place = int(session) if session else 0
        except ValueError as error:
            raise _bad(line, "a day is written 2026-11-27, a session by its number.") from error
        if not told["code"] or place < 0:
            raise _bad(line, "the code of the badge is missing.")
        found.append(Seen(told["code"], day, place))
    return tuple(found)
