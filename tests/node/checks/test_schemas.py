"""A published version of a record type never changes, and the gate names the field that moved."""

import json
from pathlib import Path

import pytest
from pydantic import BaseModel, Field

from isthmus.node.checks import schemas
from isthmus.node.checks.schemas import Published, drift, schema_text


class Item(BaseModel):
    net_mass_kg: int


class Declaration(BaseModel):
    number: str = Field(max_length=20)
    items: tuple[Item, ...]


@pytest.fixture
def published(tmp_path: Path) -> Published:
    path = tmp_path / "schemas" / "test.declaration.1.json"
    path.parent.mkdir()
    path.write_text(schema_text(Declaration), encoding="utf-8")
    return Published("test.declaration/1", Declaration, path)


def as_model(published: Published, **fields: object) -> Published:
    annotations = {"number": str, "items": tuple[Item, ...], **fields}
    body = {"__annotations__": annotations, "__module__": __name__, "number": Field(max_length=20)}
    return Published(published.key, type("Declaration", (BaseModel,), body), published.path)


def test_an_unchanged_model_passes(published: Published):
    assert drift([published]) == []


def test_an_added_field_is_named(published: Published):
    assert drift([as_model(published, colour=str)]) == [
        'test.declaration/1: colour was added: {"title": "Colour", "type": "string"}',
        'test.declaration/1: required changed from ["number", "items"] to ["number", "items", "colour"]',
    ]


def test_a_changed_field_is_named(published: Published):
    found = drift([as_model(published, number=int)])
    assert 'test.declaration/1: number.type changed from "string" to "integer"' in found


def test_a_changed_limit_is_named(published: Published):
    changed = json.loads(published.path.read_text(encoding="utf-8"))
    changed["properties"]["number"]["maxLength"] = 35
    published.path.write_text(json.dumps(changed), encoding="utf-8")
    assert drift([published]) == ["test.declaration/1: number.maxLength changed from 35 to 20"]


def test_a_removed_field_inside_another_is_named(published: Published):
    changed = json.loads(published.path.read_text(encoding="utf-8"))
    changed["$defs"]["Item"]["properties"]["origin"] = {"type": "string"}
    published.path.write_text(json.dumps(changed), encoding="utf-8")
    assert drift([published]) == ["test.declaration/1: Item.origin was removed"]


def test_a_type_without_a_schema_and_a_schema_without_a_type_are_named(published: Published):
    other = published.path.with_name("test.other.1.json")
    published.path.rename(other)
    assert drift([published]) == [
        "test.declaration/1 has no committed schema",
        "test.other.1.json is published, but no record type is declared for it any more",
    ]


def test_writing_adds_what_is_missing_and_changes_nothing(
    published: Published, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    published.path.write_text("{}", encoding="utf-8")
    new = Published("test.item/1", Item, tmp_path / "schemas" / "test.item.1.json")
    monkeypatch.setattr(schemas, "published_types", lambda: [published, new])
    monkeypatch.setattr(schemas, "ROOT", tmp_path)
    assert schemas.write_missing() == [Path("schemas/test.item.1.json")]
    assert published.path.read_text(encoding="utf-8") == "{}"
    assert json.loads(new.path.read_text(encoding="utf-8"))["title"] == "Item"


def test_every_record_type_of_the_node_is_looked_at():
    keys = {kind.key for kind in schemas.published_types()}
    assert {"exchange.agreement/1", "exchange.agreement-answer/1", "etrade.export-declaration/1"} <= keys
    for kind in schemas.published_types():
        assert kind.path.parent.name == "schemas"
        assert kind.path.parent.parent.name == kind.key.split(".")[0]
