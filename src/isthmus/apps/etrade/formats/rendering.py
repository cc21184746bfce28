"""From a record back to a document of a national system: JSON, a table, or WCO XML.

A table is written by the same mapping of columns that reads it, backwards: what the mapping reads from it is
the record again, as far as the mapping has columns. Without a mapping, a table has a column for each field.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from isthmus.apps.etrade.formats.mapping.definition import ColumnRule, ColumnTable
from isthmus.apps.etrade.formats.mapping.targets import Target, targets_of
from isthmus.apps.etrade.formats.readings import Declaration
from isthmus.apps.etrade.formats.wco_write import write_declaration
from isthmus.apps.etrade.records import ExportDeclarationV1, ImportDeclarationV1
from isthmus.apps.etrade.rules.units import convert
from isthmus.apps.etrade.rules.written_days import write_day
from isthmus.kit.errors import BadInput, FieldFault

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A document: its bytes, the ending of its file's name, and its media type."""

    content: bytes
    extension: str
    media_type: str


def as_json(envelope: Body, body: Body) -> Rendered:
    """The record as one JSON object: what names it, and its ``body``."""
    text = json.dumps({**envelope, "body": body}, ensure_ascii=False, indent=1)
    return Rendered(text.encode() + b"\n", "json", "application/json")


def as_wco(record: object) -> Rendered:
    """A declaration as WCO XML; BadInput for any other record."""
    if not isinstance(record, ExportDeclarationV1 | ImportDeclarationV1):
        raise BadInput(
            "etrade.render.form",
            "Only declarations are written as WCO XML.",
            next_step="Choose JSON or a table for the other types.",
        )
    return Rendered(write_declaration(record), "xml", "application/xml")


def as_table(body: Body, envelope: Body) -> Rendered:
    """A table of every field, a row for each entry of the record's list; the first columns name it."""
    entries = next((name for name, value in body.items() if _is_list_of_objects(value)), None)
    whole = {**_flat(envelope), **_flat({name: value for name, value in body.items() if name != entries})}
    rows = [whole]
    if entries is not None:
        rows = [{**whole, **_flat(entry, f"{entries}.")} for entry in body[entries]]
    heads = list(dict.fromkeys(name for row in rows for name in row))
    return _written(heads, ([row.get(name, "") for name in heads] for row in rows))


def as_mapped_table(record: Declaration, table: ColumnTable) -> Rendered:
    """A declaration as the table that ``table`` reads, a row for each item.

    BadInput (``etrade.render.mapping``) where the mapping is for another record, and with each field that
    cannot be written as the mapping says.
    """
    key = f"{record.record_type}/{record.record_version}"
    if table.record != key:
        raise BadInput(
            "etrade.render.mapping",
            f"The mapping is for {table.record}, and this is {key}.",
            next_step="Name a mapping of columns for this type, or none.",
        )
    named = targets_of(key)
    rules = [rule for rule in table.columns if rule.column is not None]
    body = record.model_dump(mode="json")
    faults: list[FieldFault] = []
    rows = []
    has_items = any(rule.field.startswith("items.") for rule in rules)
    for at, item in enumerate(body["items"] if has_items else [{}]):
        cells = []
        for rule in rules:
            place = named[rule.field].place
            value = item.get(place[1]) if place[0] == "items" else _at(body, place)
            try:
                cells.append("" if value is None else _cell(value, named[rule.field], rule))
            except ValueError as error:
                where = f"items.{at}.{place[1]}" if place[0] == "items" else rule.field
                faults.append(FieldFault(where, str(error)))
        rows.append(cells)
    if faults:
        raise BadInput(
            "etrade.render.mapping",
            "The declaration cannot be written as the mapping says.",
            faults=tuple(faults),
            next_step="Change the mapping, then try again.",
        )
    return _written(
        [str(rule.column) for rule in rules],
        rows,
        encoding=table.encoding or "utf-8",
        delimiter=table.delimiter or ",",
        blank=table.header_row - 1,
    )


def _cell(value: object, target: Target, rule: ColumnRule) -> str:
    """One field as the rule writes it; ValueError with a sentence where it has no way to."""
    for written, meant in rule.values.items():
        if meant == str(value):
            return written
    match target.kind:
        case "day":
            return write_day(date.fromisoformat(str(value)), rule.order, rule.era)
        case "weight":
            shown = convert(str(value), "KGM", rule.unit or "KGM")
            if shown is None:
                raise ValueError(f"{value} kg cannot be stated in {rule.unit}")
            return shown.replace(".", rule.decimal)
        case "figure":
            return str(value).replace(".", rule.decimal)
        case "list" if isinstance(value, list):
            return "; ".join(str(entry) for entry in value)
    return str(value)


def _at(body: Body, place: Sequence[str]) -> object:
    value: Any = body
    for part in place:
        value = value.get(part)
    return value


def _is_list_of_objects(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(entry, dict) for entry in value)


def _flat(body: Body, before: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in body.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{before}{name}.")
        elif _is_list_of_objects(value):
            found[before + name] = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        elif isinstance(value, list):
            found[before + name] = "; ".join(str(entry) for entry in value)
        elif isinstance(value, bool):
            found[before + name] = "true" if value else "false"
        else:
            found[before + name] = "" if value is None else str(value)
    return found


def _written(
    heads: Sequence[str],
    rows: Iterator[list[str]] | Sequence[list[str]],
    *,
    encoding: str = "utf-8",
    delimiter: str = ",",
    blank: int = 0,
) -> Rendered:
    file = io.StringIO()
    file.write("\n" * blank)
    writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows(rows)
    try:
        content = file.getvalue().encode(encoding)
    except UnicodeEncodeError as error:
        sign = error.object[error.start : error.start + 1]
        raise BadInput(
            "etrade.render.encoding",
            f"“{sign}” cannot be written in {encoding}, the code page of the mapping.",
            next_step="State UTF-8 in the mapping, if the system reads it.",
        ) from None
    return Rendered(content, "csv", f"text/csv; charset={encoding}")
