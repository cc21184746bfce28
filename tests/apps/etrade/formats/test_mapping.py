"""Mappings of tables, JSON and XML: what each field becomes, what is refused, and the proof by samples."""

import json
import time
from dataclasses import asdict
from typing import Any

import pytest

from isthmus.apps.etrade.formats.mapping import expression, running
from isthmus.apps.etrade.formats.mapping.choosing import read_document
from isthmus.apps.etrade.formats.mapping.definition import ColumnTable, JsonExpression, MappingFile, XmlPaths
from isthmus.apps.etrade.formats.mapping.files import parse_mapping
from isthmus.apps.etrade.formats.mapping.goldens import make_golden, outcome_of, prove
from isthmus.apps.etrade.formats.readings import (
    CellFault,
    Malformed,
    Mapped,
    Reading,
    Unsupported,
    kept_fault,
    said_of,
)
from isthmus.kit.errors import BadInput, FieldFault

TABLE = ColumnTable.model_validate(
    {
        "columns": [
            {"field": "declaration_number", "column": "Decl No"},
            {"field": "lodged_on", "column": "Date", "order": "dmy", "era": "buddhist"},
            {"field": "exporter_name", "column": "Exporter"},
            {"field": "transport_mode", "column": "Mode", "values": {"Truck": "3", "Ship": "1"}},
            {"field": "items.hs_code", "column": "HS"},
            {"field": "items.net_kg", "column": "Net t", "decimal": ",", "unit": "TNE"},
            {"field": "match.containers", "column": "Boxes"},
            {"field": "match.currency", "constant": "THB"},
        ]
    }
)
HEAD = "Decl No;Date;Exporter;Mode;HS;Net t;Boxes"
ROWS = f"""{HEAD}
A๑;๒๓/๑๑/๒๕๖๙;ข้าวไทย;Truck;1006.30.99;1,5;SMPU1, SMPU2
A2;24/11/2569;Other (Sample data);Ship;100640;2;
A1;23/11/2569;ข้าวไทย;Truck;10064000;๐,๒๕;SMPU1, SMPU2
"""


def read(text: str, mapping: ColumnTable = TABLE) -> tuple[Reading, ...]:
    return running.read_mapped(text.encode(), mapping)


def record(reading: Reading) -> dict[str, Any]:
    assert isinstance(reading, Mapped), reading
    return reading.record.model_dump(mode="json", exclude_none=True)


def faults(reading: Reading) -> list[tuple[str, str]]:
    assert isinstance(reading, Malformed), reading
    return [(fault.where, fault.message) for fault in reading.faults]


class TestTables:
    def test_rows_of_one_number_are_the_items_of_one_declaration(self) -> None:
        first, second = (record(reading) for reading in read(ROWS))
        assert first == {
            "declaration_number": "A1",
            "lodged_on": "2026-11-23",
            "exporter_name": "ข้าวไทย",
            "transport_mode": "3",
            "items": [
                {
                    "number": 1,
                    "hs_code": "100630",
                    "hs_version": "2022",
                    "tariff_code": "10063099",
                    "net_kg": "1500.0",
                },
                {
                    "number": 2,
                    "hs_code": "100640",
                    "hs_version": "2022",
                    "tariff_code": "10064000",
                    "net_kg": "250.00",
                },
            ],
            "match": {"net_kg": "1750.00", "currency": "THB", "containers": ["SMPU1", "SMPU2"]},
        }
        assert second["match"] == {"net_kg": "2000", "currency": "THB"}

    def test_a_faulty_row_refuses_its_own_declaration_alone(self) -> None:
        good, bad, unnumbered = read(ROWS.replace("24/11", "32/11") + ";24/11/2569;x;Ship;1;1;\n")
        assert isinstance(good, Mapped)
        assert faults(bad) == [
            ("line 3", "Lodged on: “32/11/2569” is not a day of the calendar in the order day, month, year.")
        ]
        assert faults(unnumbered)[0][0] == "line 5"
        assert "it is missing" in faults(unnumbered)[-1][1] + faults(unnumbered)[0][1]

    @pytest.mark.parametrize(
        ("row", "where", "column", "value", "advice"),
        [
            ("A9;32/11/2569;x;Ship;100640;2;", "line 5", "Date", "32/11/2569", "as in 29/03/2569."),
            ("A9;24/11/2569;x;Ship;100640;2 t;", "line 5", "Net t", "2 t", "as in 1250,5."),
            ("A9;24/11/2569;x;Cart;100640;2;", "line 5", "Mode", "Cart", "in the values of the mapping"),
            ("A9;24/11/2569;ေမာင္ေမာင္;Ship;100640;2;", "line 5", "Exporter", "ေမာင္ေမာင္", "in your own system"),
            (";24/11/2569;x;Ship;100640;2;", "line 5", "Decl No", "", "Fill the cell in."),
            (
                "A2;25/11/2569;Other (Sample data);Ship;1;1;",
                "line 5",
                "Date",
                "25/11/2569",
                "the same in all",
            ),
        ],
    )
    def test_a_refused_cell_is_told_with_line_column_value_and_what_to_do(
        self, row: str, where: str, column: str, value: str, advice: str
    ) -> None:
        refused = next(reading for reading in read(f"{ROWS}{row}\n") if isinstance(reading, Malformed))
        fault = refused.faults[0]
        assert isinstance(fault, CellFault)
        assert (fault.where, fault.column, fault.value) == (where, column, value)
        assert advice in fault.next_step
        told_where, told = said_of(fault)
        assert told_where == f"{where}, column {column}"
        assert told.endswith(fault.next_step)
        assert kept_fault(asdict(fault)) == fault

    def test_a_fault_of_no_cell_is_told_as_it_is(self) -> None:
        fault = FieldFault("line 3", "The row is cut short.")
        assert said_of(kept_fault(asdict(fault))) == ("line 3", "The row is cut short.")

    def test_a_golden_refusal_holds_place_and_message_alone(self) -> None:
        (reading,) = read(f"{HEAD}\n;24/11/2569;x;Ship;100640;2;\n")
        assert {"where", "message"} == set(outcome_of(reading)["faults"][0])

    def test_rows_that_contradict_each_other_are_refused(self) -> None:
        contradicting, _other = read(ROWS.replace("A1;23", "A1;22"))
        assert faults(contradicting) == [
            ("line 4", "Lodged on: “22/11/2569” contradicts “๒๓/๑๑/๒๕๖๙” in line 2.")
        ]

    def test_a_row_cut_short_is_refused(self) -> None:
        *_good, cut = read(ROWS + "A3;24/11/2569;x;Sh")
        assert faults(cut) == [("line 5", "The row has 4 cells, and the head 7: it may not be whole.")]

    def test_a_column_that_is_not_there_is_named(self) -> None:
        (refused,) = read(ROWS.replace("Net t", "Net kg"))
        assert faults(refused) == [("line 1", "There is no column “Net t” for Net weight (kg).")]

    def test_a_head_without_rows_is_refused(self) -> None:
        (refused,) = read(HEAD)
        assert faults(refused) == [("file", "The table has a head and no rows.")]

    def test_zawgyi_is_refused_by_name(self) -> None:
        reading, _other = read(ROWS.replace("ข้าวไทย", "ေမာင္ေမာင္"))
        assert "Zawgyi" in faults(reading)[0][1]

    def test_a_weight_that_is_no_weight_is_not_comparable(self) -> None:
        changed = TABLE.model_dump()
        changed["columns"][5]["unit"] = "LTR"
        reading = read(ROWS, ColumnTable.model_validate(changed))[0]
        assert isinstance(reading, Mapped)
        assert reading.record.match.net_kg is None
        assert "cannot be stated in kilograms" in reading.notes[0].message

    def test_an_unreadable_table_is_one_refusal(self) -> None:
        (refused,) = running.read_mapped(b"\xff\x81;x", TABLE)
        assert isinstance(refused, Malformed)
        assert refused.code == "table.encoding"
        assert "UTF-8" in refused.next_step


JSON = JsonExpression(
    expression="""$.decls.{"declaration_number": no, "lodged_on": day,
        "items": [lines.{"hs_code": hs, "net_kg": kg}], "match": {"currency": cur}}"""
)


class TestJson:
    def read(self, document: object, mapping: JsonExpression = JSON) -> tuple[Reading, ...]:
        return running.read_mapped(json.dumps(document).encode(), mapping)

    def test_every_body_is_a_declaration_and_every_digit_is_kept(self) -> None:
        lines = [{"hs": "10063099", "kg": 12.50}, {"hs": "100640", "kg": 7}]
        document = b'{"decls": [{"no": "J1", "cur": "usd", "lines": [{"hs": "100630", "kg": 12.500}]}]}'
        (read,) = running.read_mapped(document, JSON)
        assert record(read)["match"] == {"net_kg": "12.500", "currency": "USD"}
        one, other = self.read({"decls": [{"no": "J1", "lines": lines}, {"no": "J2", "lines": lines}]})
        assert (record(one)["declaration_number"], record(other)["match"]["net_kg"]) == (
            "J2"[:1] + "1",
            "19.5",
        )

    def test_a_fault_names_its_declaration_and_its_field(self) -> None:
        document = {"decls": [{"no": "J1", "day": "2026-02-30", "lines": [{"hs": "100630"}]}]}
        assert faults(self.read(document)[0])[0][0] == "declaration 1"
        assert "Lodged on" in faults(self.read(document)[0])[0][1]

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"[" * 100_000, "etrade.jsonata.depth"),
            (b"[" * 70 + b"]" * 70, "etrade.jsonata.depth"),
            (b'{"a": 1, "a": 2}', "etrade.jsonata.not-json"),
            (b'{"a": NaN}', "etrade.jsonata.not-json"),
            (b'{"a"', "etrade.jsonata.not-json"),
            (b'{"a": "\xff"}', "etrade.jsonata.encoding"),
            (b"{}", "etrade.jsonata.nothing"),
            (b" " * (expression.MAX_BYTES + 1), "etrade.jsonata.size"),
        ],
    )
    def test_hostile_and_damaged_documents_are_refused(self, data: bytes, code: str) -> None:
        (refused,) = running.read_mapped(data, JSON)
        assert isinstance(refused, Malformed)
        assert refused.code == code

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("$$$(", "etrade.jsonata.expression"),
            ("$pad('x', 1000000000)", "bounds"),
            ("($f := function($x) { $f($x + 1) }; $f(1))", "etrade.jsonata.expression"),
            ("1.5", "etrade.jsonata.fields"),
            ('{"declaration_number": "1", "items": [{"net_kg": 1.5}]}', "etrade.jsonata.fields"),
            ('{"declaration_number": "1", "colour": "red"}', "etrade.jsonata.fields"),
            ('{"declaration_number": true}', "etrade.jsonata.fields"),
        ],
    )
    def test_an_expression_runs_within_bounds(self, text: str, code: str) -> None:
        began = time.monotonic()
        (refused,) = self.read({}, JsonExpression(expression=text))
        assert isinstance(refused, Malformed)
        assert refused.code == code
        assert time.monotonic() - began < 60


XML = XmlPaths.model_validate(
    {
        "root": "{urn:t}trade",
        "namespaces": {"t": "urn:t"},
        "declaration": "t:decl",
        "item": "t:line",
        "paths": [
            {"field": "declaration_number", "path": "@no"},
            {"field": "lodged_on", "path": "t:day", "order": "dmy"},
            {"field": "match.containers", "path": "t:box"},
            {"field": "items.hs_code", "path": "t:hs"},
            {"field": "items.net_kg", "path": "sum(t:kg)"},
        ],
    }
)
TRADE = b"""<trade xmlns="urn:t"><decl no="X1"><day>23.11.2026</day><box>B1</box><box>B2</box>
<line><hs>10063099</hs><kg>1</kg><kg>0.5</kg></line>
</decl><decl no="X2"><day>1.1.2026</day><day>2.1.2026</day>
<line><hs>1</hs></line></decl></trade>"""


class TestXml:
    def test_each_declaration_is_read_with_its_lines(self) -> None:
        first, second = running.read_mapped(TRADE, XML)
        assert record(first)["items"][0]["net_kg"] == "1.5"
        assert record(first)["match"]["containers"] == ["B1", "B2"]
        assert ("line 4", "Item 1: HS code: “1” does not have the form of this field.") in faults(second)

    def test_what_is_not_carried_is_noted(self) -> None:
        _first, second = running.read_mapped(TRADE.replace(b"<hs>1<", b"<hs>100630<"), XML)
        assert isinstance(second, Mapped)
        assert "1 more in the document, not carried: 2.1.2026" in second.notes[0].message

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"<x/>", "etrade.xpath.root"),
            (b"<trade xmlns='urn:t'/>", "etrade.xpath.nothing"),
            (b"<!DOCTYPE x><x/>", "etrade.xml.doctype"),
            (b"<x>", "etrade.xml.not-well-formed"),
        ],
    )
    def test_other_documents_are_refused(self, data: bytes, code: str) -> None:
        (refused,) = running.read_mapped(data, XML)
        assert isinstance(refused, Malformed)
        assert refused.code == code

    def test_a_path_that_is_none_is_named(self) -> None:
        (refused,) = running.read_mapped(TRADE, XML.model_copy(update={"declaration": "t:decl["}))
        assert isinstance(refused, Malformed)
        assert refused.code == "etrade.xpath.path"


class TestProof:
    def mapping(self, expected: str = "A1") -> MappingFile:
        golden = make_golden("rows.csv", ROWS.encode(), read(ROWS))
        golden.expected[0]["record"]["declaration_number"] = expected
        return MappingFile(name="thai-spreadsheet", definition=TABLE, goldens=[golden])

    def test_a_mapping_that_does_what_its_samples_say_is_taken(self) -> None:
        taken = parse_mapping(self.mapping().model_dump_json().encode())
        assert taken == self.mapping()

    def test_a_mapping_that_does_something_else_is_refused_with_the_difference(self) -> None:
        with pytest.raises(BadInput) as caught:
            prove(self.mapping("A9"))
        (fault,) = caught.value.faults
        assert fault.where == "rows.csv, declaration 1, record.declaration_number"
        assert fault.message == "It became “A1”; “A9” is expected."

    def test_a_mapping_without_samples_is_refused(self) -> None:
        with pytest.raises(BadInput, match="does not do what its samples say") as caught:
            prove(MappingFile(name="x", definition=TABLE, goldens=[]))
        assert "no sample that becomes a record" in caught.value.faults[0].message

    def test_a_mapping_that_only_refuses_proves_nothing(self) -> None:
        golden = make_golden("head.csv", HEAD.encode(), read(HEAD))
        with pytest.raises(BadInput):
            prove(MappingFile(name="x", definition=TABLE, goldens=[golden]))

    def test_fields_that_are_unknown_double_or_lacking_are_named(self) -> None:
        wrong = ColumnTable.model_validate(
            {
                "columns": [
                    {"field": "colour", "column": "a"},
                    {"field": "items.unit", "column": "b"},
                    {"field": "items.unit", "column": "c", "constant": "d"},
                ]
            }
        )
        with pytest.raises(BadInput) as caught:
            running.check(wrong)
        assert {fault.where for fault in caught.value.faults} == {
            "colour",
            "items.unit",
            "declaration_number",
        }
        with pytest.raises(BadInput, match="No mapping can make"):
            running.check(TABLE.model_copy(update={"record": "etrade.dream/1"}))

    def test_a_file_that_is_no_mapping_is_refused_by_field(self) -> None:
        with pytest.raises(BadInput) as caught:
            parse_mapping(b'{"name": "UPPER", "definition": {"kind": "columns", "columns": []}}')
        assert {"name", "definition.columns.columns", "goldens"} == {one.where for one in caught.value.faults}


class TestChoosing:
    def proved(self, name: str, definition: ColumnTable | JsonExpression | XmlPaths) -> MappingFile:
        return MappingFile(name=name, definition=definition, goldens=[])

    def test_the_bytes_choose_the_reader_and_the_head_the_mapping(self) -> None:
        other = ColumnTable.model_validate(
            {"columns": [{"field": "declaration_number", "column": "Other"}], "delimiter": ";"}
        )
        known = [self.proved("other", other), self.proved("thai", TABLE), self.proved("x", XML)]
        read = read_document(ROWS.encode(), mappings=known)
        assert (read.adapter, read.mapping, len(read.readings)) == ("csv", "thai/1", 2)
        read = read_document(TRADE, mappings=known)
        assert (read.adapter, read.mapping) == ("xml", "x/1")
        read = read_document(b"<note/>", mappings=known)
        assert (read.adapter, read.mapping) == ("wco", "")
        read = read_document(b'\xef\xbb\xbf {"decls": []}', mappings=[self.proved("j", JSON)])
        assert (read.adapter, read.mapping) == ("json", "j/1")

    def test_a_table_that_no_mapping_fits_is_named_and_a_damaged_one_refused(self) -> None:
        (unmapped,) = read_document(ROWS.encode()).readings
        assert isinstance(unmapped, Unsupported)
        assert unmapped.kind == "no-mapping"
        (refused,) = read_document(b"\x81\xff;x\n").readings
        assert isinstance(refused, Malformed)
        assert refused.code == "table.encoding"
