"""What an agreement lets through: exactly the agreed fields, nothing beside them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, RootModel, computed_field, field_serializer

from isthmus.apps.etrade.records import DeclarationEventV1, ExportDeclarationV1, PhytosanitaryCertificateV1
from isthmus.exchange.rules.projection import (
    field_titles,
    missing_fields,
    project,
    project_model,
    required_fields,
    uncovered,
)
from isthmus.wire import codec

BODY: dict[str, Any] = {
    "number": "EX-1",
    "exporter": {"name": "Sample Ltd", "id": "77"},
    "items": [{"hs": "071331", "kg": "5"}, {"hs": "100630", "kg": "7"}],
    "note": None,
    "tags": [],
}


@pytest.mark.parametrize(
    ("fields", "kept", "withheld"),
    [
        (["number"], {"number": "EX-1"}, ("exporter", "items")),
        (["exporter"], {"exporter": {"name": "Sample Ltd", "id": "77"}}, ("items", "number")),
        (["exporter.name"], {"exporter": {"name": "Sample Ltd"}}, ("exporter.id", "items", "number")),
        (["items.hs"], {"items": [{"hs": "071331"}, {"hs": "100630"}]}, ("exporter", "items.kg", "number")),
        (["exporter", "items", "note", "number", "tags"], BODY, ()),
        (["number.deeper"], {}, ("exporter", "items", "number")),
        (["unknown"], {}, ("exporter", "items", "number")),
    ],
)
def test_a_body_is_cut_down_to_the_agreed_fields(
    fields: list[str], kept: dict[str, Any], withheld: tuple[str, ...]
) -> None:
    assert project(BODY, fields) == (kept, withheld)
    assert uncovered(BODY, fields) == withheld


class Part(BaseModel):
    hs: str
    kg: str | None = None


class Whole(BaseModel):
    number: str
    note: str | None = None
    items: tuple[Part, ...] = ()
    tags: list[str] = []


class Sums(Whole):
    @computed_field
    def total(self) -> int:
        return len(self.items)


class Spelt(Whole):
    @field_serializer("note")
    def _note(self, value: str | None) -> str:
        return value or "none"


class Open(Whole):
    model_config = ConfigDict(extra="allow")


class Listed(RootModel[dict[str, str]]):
    pass


PATHS = st.lists(
    st.sampled_from(["number", "note", "items", "items.hs", "items.kg", "tags", "total", "unknown"]),
    max_size=5,
    unique=True,
).map(tuple)
PARTS = st.builds(Part, hs=st.text("aé“”", max_size=3), kg=st.none() | st.just("5"))


@given(
    st.sampled_from([Whole, Sums, Spelt, Open]),
    st.sampled_from(["", "EX-1", "“é”"]),
    st.none() | st.just("a note"),
    st.lists(PARTS, max_size=2).map(tuple),
    st.lists(st.just("tag"), max_size=1),
    PATHS,
)
def test_a_typed_body_is_cut_as_its_value_is(
    model: type[Whole], number: str, note: str | None, items: Any, tags: list[str], fields: tuple[str, ...]
) -> None:
    body = model(number=number, note=note, items=items, tags=tags)
    kept, withheld, sound = project_model(body, fields)
    assert codec.decode(kept) is not None or not sound
    assert (json.loads(kept), withheld) == project(body.model_dump(mode="json"), fields)


def test_a_typed_body_of_which_nothing_is_withheld() -> None:
    body = Whole(number="EX-1", items=(Part(hs="071331"),), tags=["one"])
    kept, withheld, sound = project_model(body, ("number", "items", "tags"))
    assert sound
    assert kept == b'{"number":"EX-1","items":[{"hs":"071331","kg":null}],"tags":["one"]}'
    assert withheld == ()


def test_a_body_that_is_all_one_mapping_is_cut_by_its_names() -> None:
    assert project_model(Listed({"a": "1", "b": "2"}), ("a",)) == (b'{"a":"1"}', ("b",), True)


class Weighed(BaseModel):
    weight: float | None = None
    note: str | None = None


class TestSound:
    """What is called sound is read by the codec; the rest has to be read to know."""

    def test_a_model_that_may_hold_a_float_is_not(self) -> None:
        assert project_model(Weighed(note="a"), ("note",)) == (b'{"note":"a"}', (), False)

    def test_nor_a_value_of_another_type_than_its_field_has(self) -> None:
        body = Part.model_construct(hs=1.5, kg=None)
        with pytest.warns(UserWarning, match="Expected `str`"):
            assert project_model(body, ("hs",)) == (b'{"hs":1.5}', (), False)

    @pytest.mark.parametrize("text", ["a\u0000b", "e\u0301", "\x1f", ":" + "9" * 16])
    def test_nor_a_text_that_must_be_looked_at(self, text: str) -> None:
        assert project_model(Part(hs=text), ("hs",))[2] is False

    @pytest.mark.parametrize("text", ["", "a", "\u00e9", 'quote " and \\', "9" * 40, "\u4ed3\u5e93"])
    def test_other_texts_are(self, text: str) -> None:
        kept, _, sound = project_model(Part(hs=text), ("hs",))
        assert sound
        assert codec.decode(kept) == {"hs": text}

    @given(st.text())
    def test_whatever_is_sound_is_read(self, text: str) -> None:
        kept, _, sound = project_model(Part(hs=text), ("hs",))
        if sound:
            assert codec.decode(kept) == {"hs": text}


NAMES = st.sampled_from(["a", "b", "c"])
VALUES = st.recursive(
    st.none() | st.text(max_size=3) | st.integers(-5, 5) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)
BODIES = st.dictionaries(NAMES, VALUES, max_size=3)
FIELDS = st.lists(st.lists(NAMES, min_size=1, max_size=3).map(".".join), max_size=5)


@given(BODIES, FIELDS)
def test_what_was_cut_is_covered_and_cutting_again_changes_nothing(
    body: dict[str, Any], fields: list[str]
) -> None:
    kept, _ = project(body, fields)
    assert project(kept, fields) == (kept, ())


@given(BODIES, FIELDS)
def test_all_fields_let_everything_through(body: dict[str, Any], fields: list[str]) -> None:
    assert project(body, [*fields, *body]) == (body, ())


@given(BODIES)
def test_no_fields_let_nothing_through(body: dict[str, Any]) -> None:
    kept, withheld = project(body, [])
    assert kept == {}
    assert set(withheld) == {name for name, value in body.items() if value not in (None, [])}


def test_the_fields_of_a_record_are_known_by_their_titles() -> None:
    titles = field_titles(ExportDeclarationV1)
    assert titles["declaration_number"] == "Declaration number"
    assert titles["items.hs_code"] == "HS code"
    assert titles["match.net_kg"] == "Net weight (kg)"


def test_what_a_record_cannot_do_without_must_be_agreed() -> None:
    assert required_fields(ExportDeclarationV1) == ("declaration_number", "items.number")
    assert missing_fields(ExportDeclarationV1, ["declaration_number"]) == ("items.number",)
    assert missing_fields(ExportDeclarationV1, ["declaration_number", "items"]) == ()


def test_a_part_that_may_be_absent_is_granted_with_all_that_it_needs_or_not_at_all() -> None:
    assert missing_fields(DeclarationEventV1, required_fields(DeclarationEventV1)) == ()
    assert missing_fields(
        DeclarationEventV1, [*required_fields(DeclarationEventV1), "export_declaration.items.hs_code"]
    ) == ("export_declaration.declaration_number", "export_declaration.items.number")
    assert missing_fields(PhytosanitaryCertificateV1, ["number", "version", "status", "items.hs_code"]) == (
        "items.number",
    )
    assert missing_fields(PhytosanitaryCertificateV1, ["number", "version", "status", "items"]) == ()
    assert missing_fields(ExportDeclarationV1, ["declaration_number", "items.number", "match.net_kg"]) == ()


class _Holder(BaseModel):
    name: str | None = None


class _Whole(BaseModel):
    holder: _Holder


def test_a_required_part_without_required_fields_is_granted_whole_or_in_part() -> None:
    assert missing_fields(_Whole, []) == ("holder",)
    assert missing_fields(_Whole, ["holder.name"]) == ()
    assert _Whole.model_validate(project({"holder": {"name": None}}, ["holder.name"])[0]) == _Whole(
        holder=_Holder()
    )
