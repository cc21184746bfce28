"""From the rows of a table to declarations: rows of one number are the items of one declaration."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from isthmus.apps.etrade.formats.draft import Draft, Found, Place, clean
from isthmus.apps.etrade.formats.mapping.definition import ColumnRule, ColumnTable
from isthmus.apps.etrade.formats.mapping.filling import complete
from isthmus.apps.etrade.formats.mapping.targets import Target, advice, model_of, put_written, targets_of
from isthmus.apps.etrade.formats.readings import Malformed, Reading
from isthmus.apps.etrade.rules.written_figures import western_digits
from isthmus.kit.errors import BadInput, FieldFault
from isthmus.kit.tables.reading import Layout, Table, TableRow, read_table

NUMBER = "declaration_number"
_CODE = "etrade.columns"


def layout_of(mapping: ColumnTable) -> Layout:
    """How the mapping says that its tables are written."""
    return Layout(mapping.encoding, mapping.delimiter, mapping.sheet, mapping.header_row)


def read_columns(data: bytes, mapping: ColumnTable) -> tuple[Reading, ...]:
    """A reading for each declaration in a table, in the order of their first rows.

    A table that cannot be read, or lacks a column of the mapping, is one refusal; a faulty row refuses
    its own declaration and no other.
    """
    try:
        table = read_table(data, layout_of(mapping))
    except BadInput as error:
        return (Malformed(error.code, error.faults or (FieldFault("file", error.message),), error.next_step),)
    lacking = [rule for rule in mapping.columns if rule.column and rule.column not in table.headers]
    if lacking:
        named = targets_of(mapping.record)
        faults = tuple(
            FieldFault(
                f"{table.unit} {mapping.header_row}",
                f"There is no column “{rule.column}” for {named[rule.field].title}.",
            )
            for rule in lacking
        )
        return (Malformed(f"{_CODE}.missing", faults, "Name the columns so, or change the mapping."),)
    if not table.rows:
        return (Malformed(f"{_CODE}.no-rows", (FieldFault("file", "The table has a head and no rows."),)),)
    return tuple(_Declaration(table, mapping, rows).read() for rows in _declarations(table, mapping))


def _declarations(table: Table, mapping: ColumnTable) -> Iterator[list[TableRow]]:
    """The rows of each declaration; rows without a number stand alone, and are refused for it."""
    rule = next((one for one in mapping.columns if one.field == NUMBER and one.column), None)
    if rule is None:
        yield from ([row] for row in table.rows)
        return
    at = table.headers.index(str(rule.column))
    groups: dict[object, list[TableRow]] = {}
    for row in table.rows:
        written = clean(str(row.cells[at])) if at < len(row.cells) else ""
        groups.setdefault(western_digits(written) or row.number, []).append(row)
    yield from groups.values()


@dataclass(frozen=True, slots=True)
class _Declaration:
    """The rows of one declaration, and how to read them."""

    table: Table
    mapping: ColumnTable
    rows: list[TableRow]

    def read(self) -> Reading:
        draft = Draft(
            self.rows[0].number, model_of(self.mapping.record), unit=self.table.unit, code=f"{_CODE}.fields"
        )
        width = len(self.table.headers)
        for row in self.rows:
            if len(row.cells) < width or any(str(cell).strip() for cell in row.cells[width:]):
                fault = f"The row has {len(row.cells)} cells, and the head {width}: it may not be whole."
                where = FieldFault(f"{self.table.unit} {row.number}", fault)
                return Malformed(f"{_CODE}.cells", (where,), "Export the table again, whole.")
        named = targets_of(self.mapping.record)
        for rule in self.mapping.columns:
            if not rule.field.startswith("items."):
                self._whole(draft, rule, named[rule.field])
        of_items = [rule for rule in self.mapping.columns if rule.field.startswith("items.")]
        for row in self.rows:
            at = draft.add_item(row.number)
            for rule in of_items:
                target = named[rule.field]
                place: Place = ("items", at, target.place[1])
                found = self._found(rule, row)
                self._remember(draft, place, target, rule, found or Found("", row.number))
                if found:
                    put_written(draft, place, target, rule, found)
        complete(draft)
        return draft.finish()

    def _whole(self, draft: Draft, rule: ColumnRule, target: Target) -> None:
        """A field of the whole declaration, which its rows must state alike, or leave empty."""
        said = [found for row in self.rows if (found := self._found(rule, row))]
        if not said:
            self._remember(draft, target.place, target, rule, Found("", self.rows[0].number))
            return
        first = western_digits(said[0].text)
        other = next((found for found in said if western_digits(found.text) != first), None)
        self._remember(draft, target.place, target, rule, other or said[0])
        if other:
            draft.fault(
                target.place,
                f"“{other.text[:40]}” contradicts “{said[0].text[:40]}” in {self.table.unit} {said[0].line}",
                other.line,
                "Write the same in all rows of one declaration.",
            )
            return
        put_written(draft, target.place, target, rule, said[0])

    def _remember(self, draft: Draft, place: Place, target: Target, rule: ColumnRule, found: Found) -> None:
        if rule.column is not None:
            draft.cell(place, rule.column, found.text[:80], advice(target, rule, found.text), found.line)

    def _found(self, rule: ColumnRule, row: TableRow) -> Found | None:
        if rule.column is None:
            return Found(rule.constant, row.number) if rule.constant else None
        cell = row.cells[self.table.headers.index(rule.column)]
        if isinstance(cell, date):
            return Found(_as_written(cell, rule), row.number)
        text = clean(cell)
        return Found(text, row.number) if text else None


def _as_written(day: date, rule: ColumnRule) -> str:
    # A workbook keeps days in the Common Era, whatever era it shows them in.
    return f"{day.year + 543}-{day:%m-%d}" if rule.era == "buddhist" else day.isoformat()
