"""From records back to documents: what a mapping writes, the same mapping reads back."""

import csv
import io
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.etrade.formats.mapping.columns import read_columns
from isthmus.apps.etrade.formats.mapping.definition import ColumnRule, ColumnTable
from isthmus.apps.etrade.formats.readings import Mapped
from isthmus.apps.etrade.formats.rendering import as_json, as_mapped_table, as_table, as_wco
from isthmus.apps.etrade.formats.wco import read_document
from isthmus.apps.etrade.records import ExportDeclarationV1, ImportResponseV1
from isthmus.apps.etrade.rules.written_days import DayOrder, Era, read_written_day, write_day
from isthmus.kit.errors import BadInput
from isthmus.wire import codec

BODY = {
    "declaration_number": "CN-7",
    "exporter_name": "Yunnan Beans (sample data)",
    "consignee_name": "Ko Ko, “Trading”; Muse",
    "departure_date": "2026-03-09",
    "transport_mode": "3",
    "items": [
        {"number": 1, "hs_code": "071331", "net_kg": "1250.5", "fob_value": "980.25"},
        {"number": 2, "hs_code": "100630", "net_kg": "20", "origin": "CN"},
    ],
    "match": {
        "net_kg": "1270.5",
        "currency": "USD",
        "containers": ["MSKU1234565", "MSKU7654320"],
        "packages": 12,
    },
}
RECORD = ExportDeclarationV1.model_validate_json(codec.encode(BODY))
ENVELOPE = {"record": "ab" * 32, "type": "etrade.export-declaration/1", "from": "cn"}


def table(unit: str | None = "TNE", **more: object) -> ColumnTable:
    columns = [
        ColumnRule(field="declaration_number", column="No."),
        ColumnRule(field="exporter_name", column="Exporter"),
        ColumnRule(field="consignee_name", column="Consignee"),
        ColumnRule(field="departure_date", column="Left on", order="dmy", era="buddhist"),
        ColumnRule(field="transport_mode", column="By", values={"ROAD": "3", "SEA": "1"}),
        ColumnRule(field="match.currency", column="Currency"),
        ColumnRule(field="match.containers", column="Containers"),
        ColumnRule(field="match.packages", column="Packages"),
        ColumnRule(field="items.hs_code", column="HS"),
        ColumnRule(field="items.net_kg", column="Net t", unit=unit, decimal=","),
        ColumnRule(field="items.fob_value", column="FOB", decimal=","),
        ColumnRule(field="items.origin", column="Origin"),
        ColumnRule(field="export_country", constant="CN"),
    ]
    return ColumnTable.model_validate({"columns": columns, "delimiter": ";", **more})


def test_a_declaration_is_written_as_its_mapping_reads_it() -> None:
    rendered = as_mapped_table(RECORD, table())
    assert (rendered.extension, rendered.media_type) == ("csv", "text/csv; charset=utf-8")
    head, first, second = csv.reader(io.StringIO(rendered.content.decode()), delimiter=";")
    assert dict(zip(head, first, strict=True)) == {
        "No.": "CN-7",
        "Exporter": "Yunnan Beans (sample data)",
        "Consignee": "Ko Ko, “Trading”; Muse",
        "Left on": "09/03/2569",
        "By": "ROAD",
        "Currency": "USD",
        "Containers": "MSKU1234565; MSKU7654320",
        "Packages": "12",
        "HS": "071331",
        "Net t": "1,2505",
        "FOB": "980,25",
        "Origin": "",
    }
    assert dict(zip(head, second, strict=True))["HS"] == "100630"


@pytest.mark.parametrize("more", [{}, {"header_row": 3}, {"encoding": "utf-16", "delimiter": "\t"}])
def test_what_is_written_is_read_back_equal(more: dict[str, object]) -> None:
    rendered = as_mapped_table(RECORD, table(unit=None, **more))
    (reading,) = read_columns(rendered.content, table(unit=None, **more))
    assert isinstance(reading, Mapped), reading
    assert reading.record == RECORD.model_copy(update={"export_country": "CN"})


def test_a_mapping_without_items_writes_one_row() -> None:
    only = ColumnTable(columns=(ColumnRule(field="declaration_number", column="No."),))
    assert as_mapped_table(RECORD, only).content == b"No.\nCN-7\n"


def test_a_mapping_for_another_record_is_refused() -> None:
    with pytest.raises(BadInput, match=r"for etrade\.import-declaration/1"):
        as_mapped_table(RECORD, table(record="etrade.import-declaration/1"))


def test_what_a_mapping_cannot_write_is_named_with_its_field() -> None:
    litres = ColumnTable(
        columns=(
            ColumnRule(field="declaration_number", column="No."),
            ColumnRule(field="items.net_kg", column="Net", unit="LTR"),
        )
    )
    with pytest.raises(BadInput) as refusal:
        as_mapped_table(RECORD, litres)
    assert [fault.where for fault in refusal.value.faults] == ["items.0.net_kg", "items.1.net_kg"]
    assert "1250.5 kg cannot be stated in LTR" in refusal.value.faults[0].message


def test_a_sign_that_the_code_page_lacks_is_named() -> None:
    with pytest.raises(BadInput, match="cannot be written in tis-620"):
        as_mapped_table(RECORD.model_copy(update={"exporter_name": "云南"}), table(encoding="tis-620"))


def test_json_names_the_record_and_holds_its_body() -> None:
    rendered = as_json(ENVELOPE, RECORD.model_dump(mode="json"))
    said = json.loads(rendered.content)
    assert said["record"] == "ab" * 32
    assert ExportDeclarationV1.model_validate_json(json.dumps(said["body"])) == RECORD


def test_a_table_without_mapping_has_a_column_for_each_field_and_a_row_for_each_item() -> None:
    rendered = as_table(RECORD.model_dump(mode="json"), ENVELOPE)
    rows = list(csv.DictReader(io.StringIO(rendered.content.decode())))
    assert [row["items.hs_code"] for row in rows] == ["071331", "100630"]
    assert {row["declaration_number"] for row in rows} == {"CN-7"}
    assert rows[0]["match.containers"] == "MSKU1234565; MSKU7654320"
    assert rows[0]["record"] == "ab" * 32
    assert rows[0]["exporter_id"] == ""


def test_a_record_without_a_list_is_one_row_and_inner_lists_stay_whole() -> None:
    response = ImportResponseV1(declaration_number="CN-7", outcome="arrived")
    rows = list(csv.DictReader(io.StringIO(as_table(response.model_dump(mode="json"), {}).content.decode())))
    assert [row["outcome"] for row in rows] == ["arrived"]
    nested = as_table({"a": [{"b": [{"c": 1}], "d": True, "e": False}]}, {}).content.decode()
    assert nested == 'a.b,a.d,a.e\n"[{""c"":1}]",true,false\n'


def test_only_declarations_are_written_as_wco_xml() -> None:
    reading = read_document(as_wco(RECORD).content)
    assert isinstance(reading, Mapped)
    assert reading.record.declaration_number == "CN-7"  # type: ignore[union-attr]  # a declaration
    with pytest.raises(BadInput, match="Only declarations"):
        as_wco(ImportResponseV1(declaration_number="CN-7", outcome="arrived"))


@given(
    day=st.dates(date(1900, 1, 1), date(2199, 12, 31)),
    order=st.sampled_from(["ymd", "dmy", "mdy"]),
    era=st.sampled_from(["common", "buddhist"]),
)
def test_a_day_is_read_back_as_it_was_written(day: date, order: DayOrder, era: Era) -> None:
    assert read_written_day(write_day(day, order, era), order, era) == day
