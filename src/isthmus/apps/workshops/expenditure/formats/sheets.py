"""Sheets of expenditure (heading, line, amount) and of declared totals (heading, total), as CSV."""

import csv
import io
from collections.abc import Iterator

from django.utils.translation import gettext as _

from isthmus.apps.workshops.expenditure.rules.amounts import minor_of
from isthmus.apps.workshops.expenditure.rules.sums import OVERHEAD, Spent
from isthmus.kit.errors import BadInput, FieldFault
from isthmus.kit.text import nfc

MOST_LINES = 10_000


def _fault(name: str, line: int, message: str) -> BadInput:
    where = _("%(file)s, line %(line)d") % {"file": name, "line": line}
    return BadInput("workshops.sheet", f"{where}: {message}", faults=(FieldFault(where, message),))


def _rows(content: bytes, name: str, heads: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    """The cells of each line under these heads; the last may name its currency, as in ``amount_usd``."""
    try:
        text = nfc(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _fault(name, 1, _("The file is not UTF-8; save it as CSV in UTF-8.")) from error
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        first = [one.strip().lower() for one in next(reader, [])]
        if len(first) != len(heads) or first[:-1] != list(heads[:-1]) or not first[-1].startswith(heads[-1]):
            raise _fault(name, 1, _("The first line has to be: %(heads)s.") % {"heads": ", ".join(heads)})
        for cells in reader:
            if not any(one.strip() for one in cells):
                continue
            if len(cells) != len(heads):
                raise _fault(
                    name, reader.line_num, _("This line has %(count)d cells.") % {"count": len(cells)}
                )
            if reader.line_num > MOST_LINES:
                raise _fault(name, reader.line_num, _("The file is too long."))
            yield reader.line_num, [" ".join(one.split()) for one in cells]
    except csv.Error as error:
        raise _fault(name, reader.line_num, str(error)) from error


def _amount(name: str, line: int, text: str, digits: int) -> int:
    try:
        return minor_of(text, digits)
    except ValueError as error:
        message = _("“%(text)s” is no amount: write digits, and a point before %(digits)d decimals.")
        raise _fault(name, line, message % {"text": text[:40], "digits": digits}) from error


def read_expenditure(content: bytes, name: str, digits: int = 2) -> list[Spent]:
    """What was spent, line by line. BadInput names the file and line that cannot be read or stands twice."""
    found: dict[tuple[str, str], Spent] = {}
    for number, (heading, line, amount) in _rows(content, name, ("heading", "line", "amount")):
        if not heading or not line:
            raise _fault(name, number, _("Heading and line need a name."))
        if (heading, line) in found:
            raise _fault(
                name,
                number,
                _("“%(line)s” stands twice under “%(heading)s”.") % {"line": line, "heading": heading},
            )
        is_overhead = heading.casefold() == OVERHEAD.casefold()
        found[heading, line] = Spent(heading, line, _amount(name, number, amount, digits), is_overhead)
    if not found:
        raise _fault(name, 1, _("The file holds no line."))
    return list(found.values())


def read_totals(content: bytes, name: str, digits: int = 2) -> dict[str, int]:
    """Declared totals by heading, in minor units."""
    found: dict[str, int] = {}
    for number, (heading, amount) in _rows(content, name, ("heading", "total")):
        if heading in found:
            raise _fault(name, number, _("“%(heading)s” stands twice.") % {"heading": heading})
        found[heading] = _amount(name, number, amount, digits)
    if not found:
        raise _fault(name, 1, _("The file holds no line."))
    return found
