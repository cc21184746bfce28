"""Lines of goods from CSV and from the members of a form: text in, a line in whole units or its fault out."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from isthmus.apps.excise.tariff.rules.model import (
    ABV_SCALE,
    LARGEST,
    LITRE_SCALE,
    PLATO_SCALE,
    PRODUCER_SCALE,
    VALUE_SCALE,
    Line,
    LineFault,
)
from isthmus.kit.errors import BadInput

COLUMNS = ("line", "product", "hs", "abv", "volume_l", "quantity", "cif", "date", "producer_hl")
MORE_COLUMNS = ("plato", "retail", "relief")
"""Columns that only some tariffs ask for."""
MOST_TEXT = 100
_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{0,40})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SCALES = {
    "abv": ABV_SCALE,
    "volume_l": LITRE_SCALE,
    "quantity": 1,
    "cif": VALUE_SCALE,
    "producer_hl": PRODUCER_SCALE,
    "plato": PLATO_SCALE,
    "retail": VALUE_SCALE,
}


@dataclass(frozen=True, slots=True)
class Written:
    """A line of a list: its name, and either what it says or why it cannot be read."""

    name: str
    line: Line | None
    fault: LineFault | None = None


def _figure(text: str, name: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        raise LineFault("not-a-number", field=name, given=text[:MOST_TEXT])
    scaled = Decimal(text) * _SCALES[name]
    whole = int(scaled)
    if whole != scaled:
        decimals = len(str(_SCALES[name])) - 1
        raise LineFault("decimals", field=name, given=text[:MOST_TEXT], most=decimals)
    if whole > LARGEST:
        raise LineFault("overflow", field=name)
    return whole


def _day(text: str) -> date | None:
    text = text.strip()
    if not text:
        return None
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise LineFault("not-a-day", given=text[:MOST_TEXT]) from None


def line_of(members: Mapping[str, str], on: date | None = None) -> Line:
    """A line from its members as text; ``on`` takes the place of its date. LineFault for what cannot be
    read.
    """
    figures = {name: _figure(members.get(name, ""), name) for name in _SCALES}
    texts = {name: members.get(name, "").strip() for name in ("product", "hs", "relief")}
    for name, text in texts.items():
        if len(text) > MOST_TEXT:
            raise LineFault("too-long", field=name, most=MOST_TEXT)
    return Line(
        product=texts["product"],
        hs=texts["hs"],
        relief=texts["relief"],
        abv=figures["abv"],
        volume=figures["volume_l"],
        quantity=figures["quantity"],
        cif=figures["cif"],
        day=on if on is not None else _day(members.get("date", "")),
        producer=figures["producer_hl"],
        plato=figures["plato"],
        retail=figures["retail"],
    )


def read_lines(content: bytes, on: date | None = None) -> Iterator[Written]:
    """The lines of a CSV list with a head of column names, as UTF-8. BadInput where it is no such list.

    A line that cannot be read is given with its fault, and the others are read on.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(
            "excise.lines-encoding",
            f"The list is not UTF-8: byte {error.start + 1} cannot be read.",
            next_step="Save it as CSV in UTF-8.",
        ) from error
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    head = [name.strip() for name in _next_head(rows)]
    known = {*COLUMNS, *MORE_COLUMNS}
    unknown = sorted(set(head) - known)
    if "product" not in head and "hs" not in head:
        unknown.append("product or hs is missing")
    if unknown or len(set(head)) != len(head):
        raise BadInput(
            "excise.lines-head",
            f"Line 1: these are not the columns of a list of goods: {', '.join(unknown or head)}.",
            next_step=f"The columns are {', '.join(COLUMNS)}; further ones are {', '.join(MORE_COLUMNS)}.",
        )
    rows.fieldnames = head
    return _read(rows, on)


def _next_head(rows: "csv.DictReader[str]") -> list[str]:
    try:
        return list(rows.fieldnames or ())
    except csv.Error as error:
        raise BadInput("excise.lines-csv", f"Line 1: {error}.") from error


def _read(rows: "csv.DictReader[str]", on: date | None) -> Iterator[Written]:
    while True:
        try:
            row = next(rows, None)
        except csv.Error as error:
            raise BadInput(
                "excise.lines-csv",
                f"Line {rows.line_num}, or below it: {error}.",
                next_step="Look at the quotation marks there; the rest of the list cannot be told apart.",
            ) from error
        if row is None:
            return
        name = (row.get("line") or "").strip() or str(rows.line_num - 1)
        if None in row or None in row.values():
            yield Written(name, None, LineFault("columns", count=rows.line_num))
            continue
        try:
            yield Written(name, line_of(row, on))
        except LineFault as fault:
            yield Written(name, None, fault)
