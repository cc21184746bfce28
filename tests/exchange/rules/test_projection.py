"""What an agreement lets through: exactly the agreed fields, nothing beside them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.etrade.records import ExportDeclarationV1
from isthmus.exchange.rules.projection import (
    field_titles,
    missing_fields,
    project,
    required_fields,
    uncovered,
)

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
