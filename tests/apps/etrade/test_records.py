import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

import isthmus.apps.etrade
from isthmus.apps.etrade.records import (
    DeclaredItemV1,
    ExportDeclarationV1,
    MatchBlockV1,
    title_of,
)
from isthmus.apps.etrade.records.parts import Prose, Short

LEAST = {"declaration_number": "26MM0000001", "items": [{"number": 1}]}
FULL = {
    "declaration_number": "26MM0000001",
    "local_reference": "LRN-1",
    "declaration_type": "EXA",
    "procedure": "1040",
    "permit_number": "EL-77",
    "lodged_on": "2026-03-01",
    "accepted_on": "2026-03-02",
    "exporter_id": "MM100",
    "exporter_name": "Bago Plains Pulses",
    "consignee_id": "CN5",
    "consignee_name": "Ruili Clear Stream",
    "consignee_address": "18 Jiegao Road, Ruili",
    "agent_id": "MM900",
    "agent_name": "Muse Gate",
    "departure_date": "2026-03-04",
    "transport_mode": "3",
    "port_of_discharge": "CNRUI",
    "export_country": "MM",
    "destination_country": "CN",
    "items": [
        {
            "number": 1,
            "hs_code": "071331",
            "hs_version": "2022",
            "tariff_code": "07133190",
            "description": "Urad beans",
            "quantity": "24000",
            "unit": "KGM",
            "origin": "MM",
            "procedure": "1040",
            "net_kg": "24000.50",
            "gross_kg": "24144",
            "fob_value": "23520.00",
        }
    ],
    "match": {
        "net_kg": "24000.50",
        "gross_kg": "24144",
        "fob_value": "23520.00",
        "currency": "USD",
        "incoterm": "DAP",
        "transport_document": "CMR-9",
        "containers": ["SMPU0000001", "SMPU0000002"],
        "plate": "3B/3944",
        "ucr": "UCR-1",
        "packages": 480,
        "invoice_hash": "ab" * 32,
    },
}


def fields(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    for name, field in model.model_fields.items():
        yield f"{model.__name__}.{name}", f"{field.title or ''}|{field.description or ''}"


def test_a_number_and_an_item_suffice():
    record = ExportDeclarationV1.model_validate(LEAST)
    assert record.items[0].number == 1
    assert record.match == MatchBlockV1()
    assert record.model_dump(mode="json")["permit_number"] is None


def test_a_full_record_comes_back_from_its_json_unchanged():
    record = ExportDeclarationV1.model_validate(FULL)
    assert record.model_dump(mode="json") == FULL
    assert ExportDeclarationV1.model_validate(record.model_dump(mode="json")) == record
    assert ExportDeclarationV1.model_validate_json(record.model_dump_json()) == record


@pytest.mark.parametrize("name", sorted(FULL.keys() - LEAST.keys()))
def test_null_and_absent_mean_the_same(name):
    without = {key: value for key, value in FULL.items() if key != name}
    assert ExportDeclarationV1.model_validate(without) == ExportDeclarationV1.model_validate(
        {**FULL, name: None}
    )


@pytest.mark.parametrize("name", sorted(FULL["match"]))
def test_any_field_of_the_match_block_may_be_withheld(name):
    block = {key: value for key, value in FULL["match"].items() if key != name}
    record = ExportDeclarationV1.model_validate({**FULL, "match": block})
    assert getattr(record.match, name) is None


@pytest.mark.parametrize("name", sorted(FULL["items"][0].keys() - {"number"}))
def test_any_field_of_an_item_but_its_number_may_be_withheld(name):
    item = {key: value for key, value in FULL["items"][0].items() if key != name}
    assert getattr(ExportDeclarationV1.model_validate({**FULL, "items": [item]}).items[0], name) is None


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"declaration_number": None}, ("declaration_number",)),
        ({"declaration_number": " "}, ("declaration_number",)),
        ({"declaration_number": "A\nB"}, ("declaration_number",)),
        ({"declaration_number": "9" * 71}, ("declaration_number",)),
        ({"items": []}, ("items",)),
        ({"items": [{"number": n} for n in range(1, 1001)]}, ("items",)),
        ({"items": [{"number": 0}]}, ("items", 0, "number")),
        ({"items": [{"number": "1"}]}, ("items", 0, "number")),
        ({"items": [{"number": 1, "hs_code": "0713"}]}, ("items", 0, "hs_code")),
        ({"items": [{"number": 1, "quantity": 5}]}, ("items", 0, "quantity")),
        ({"items": [{"number": 1, "quantity": 5.5}]}, ("items", 0, "quantity")),
        ({"items": [{"number": 1, "net_kg": "1e3"}]}, ("items", 0, "net_kg")),
        ({"items": [{"number": 1, "net_kg": "007"}]}, ("items", 0, "net_kg")),
        ({"items": [{"number": 1, "net_kg": ""}]}, ("items", 0, "net_kg")),
        ({"items": [{"number": 1, "net_kg": "5\n"}]}, ("items", 0, "net_kg")),
        ({"items": [{"number": 1, "net_kg": "-5"}]}, ("items", 0, "net_kg")),
        ({"departure_date": "2026-02-30"}, ("departure_date",)),
        ({"departure_date": "2026-3-4"}, ("departure_date",)),
        ({"export_country": "Myanmar"}, ("export_country",)),
        ({"transport_mode": "10"}, ("transport_mode",)),
        ({"match": {"packages": -1}}, ("match", "packages")),
        ({"match": {"packages": True}}, ("match", "packages")),
        ({"match": {"containers": []}}, ("match", "containers")),
        ({"match": {"containers": "SMPU1"}}, ("match", "containers")),
        ({"match": {"invoice_hash": "INV-1"}}, ("match", "invoice_hash")),
        ({"colour": "red"}, ("colour",)),
        ({"match": {"colour": "red"}}, ("match", "colour")),
    ],
)
def test_what_is_out_of_form_is_refused_at_its_field(change, place):
    with pytest.raises(ValidationError) as caught:
        ExportDeclarationV1.model_validate({**LEAST, **change})
    assert [error["loc"] for error in caught.value.errors()] == [place]


def test_missing_acdd_elements_are_named_in_officials_words():
    assert ExportDeclarationV1.model_validate(FULL).missing == ()
    items = [FULL["items"][0], {**FULL["items"][0], "number": 7, "origin": None, "hs_code": None}]
    record = ExportDeclarationV1.model_validate(
        {**FULL, "items": items, "departure_date": None, "agent_name": None, "match": None}
    )
    assert record.missing == ("Agent name", "Departure date", "Item 7: HS code", "Item 7: Country of origin")
    assert ExportDeclarationV1.model_validate(LEAST).missing == (
        "Permit number",
        "Exporter identifier",
        "Exporter name",
        "Consignee name",
        "Consignee address",
        "Agent identifier",
        "Agent name",
        "Departure date",
        "Transport mode",
        "Port of discharge",
        "Item 1: HS code",
        "Item 1: Quantity",
        "Item 1: Unit of quantity",
        "Item 1: Country of origin",
    )


def test_every_field_has_a_title_and_a_description():
    for model in (ExportDeclarationV1, DeclaredItemV1, MatchBlockV1):
        for name, words in fields(model):
            title, _, description = words.partition("|")
            assert title, name
            assert description.endswith("."), name


def test_titles_tell_the_fields_of_a_model_apart():
    for model in (ExportDeclarationV1, DeclaredItemV1, MatchBlockV1):
        titles = [title_of(model, name) for name in model.model_fields]
        assert len(set(titles)) == len(titles)


def test_the_published_schema_is_the_model():
    folder = Path(isthmus.apps.etrade.__file__).parent / "schemas"
    name = f"{ExportDeclarationV1.record_type}.{ExportDeclarationV1.record_version}.json"
    assert json.loads((folder / name).read_text(encoding="utf-8")) == ExportDeclarationV1.model_json_schema()


class TestTexts:
    """What counts as a text: checked by the patterns of pydantic-core, said here in Python's own words."""

    @staticmethod
    def fault(kind: object, text: str) -> str:
        try:
            TypeAdapter(kind).validate_python(text)
        except ValidationError as error:
            return error.errors()[0]["msg"]
        return ""

    def test_controls_and_blanks_are_those_that_unicode_calls_so(self) -> None:
        accepted = TypeAdapter(Short)
        faulty = set()
        for code in (*range(0x3100), 0xFEFF, 0xFFFD, 0x1F600, 0x10FFFF):
            try:
                accepted.validate_python(chr(code))
            except ValidationError:
                faulty.add(code)
        assert faulty == {
            code for code in range(0x3100) if unicodedata.category(chr(code)) == "Cc" or not chr(code).strip()
        }

    @pytest.mark.parametrize("text", ["a\n", "\na", "a\x00b", "\x7f", "beans\x85"])
    def test_a_control_character_is_named(self, text: str) -> None:
        assert self.fault(Short, text) == "control characters are not text"

    @pytest.mark.parametrize("text", [" ", "\u2003\u00a0", "\u2028"])
    def test_a_blank_is_named(self, text: str) -> None:
        assert self.fault(Short, text) == "an empty text says nothing; leave the field out"

    def test_prose_may_have_lines_and_columns_but_no_other_controls(self) -> None:
        assert self.fault(Prose, "one\n\ttwo") == ""
        assert self.fault(Prose, "one\r\n") == "control characters are not text"
        assert self.fault(Prose, "\n\t ") == "an empty text says nothing; leave the field out"

    @given(st.text(max_size=90))
    def test_lengths_count_as_before(self, text: str) -> None:
        readable = not any(unicodedata.category(letter) == "Cc" for letter in text) and bool(text.strip())
        assert (self.fault(Short, text) == "") == (readable and 0 < len(text) <= 70)
