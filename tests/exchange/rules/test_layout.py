"""A body laid out as the form officials know, and fields as agreements list them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated

import pytest
from pydantic import AwareDatetime, BaseModel, Field

from isthmus.apps.etrade.records import ExportDeclarationV1
from isthmus.exchange.rules import layout, projection
from isthmus.exchange.rules.layout import FieldChoice, FieldGroup, Line, Passage, Sheet, Weighed

Kg = Annotated[str, Field(pattern=r"^(0|[1-9][0-9]*)(\.[0-9]+)?$")]


class Origin(BaseModel):
    country: str = Field(title="Country")


class Part(BaseModel):
    number: int = Field(title="Part number")
    code: Annotated[str, Field(pattern=r"^[0-9]{6}$")] | None = Field(None, title="Code")
    net_kg: Kg | None = Field(None, title="Net weight (kg)")
    origin: Origin | None = Field(None, title="Origin")


class Totals(BaseModel):
    net_kg: Kg | None = Field(None, title="Net weight (kg)")
    seals: tuple[str, ...] | None = Field(None, title="Seals")


class Sample(BaseModel):
    reference: str = Field(title="Reference")
    on: Annotated[str, Field(json_schema_extra={"format": "date"})] | None = Field(None, title="Day")
    at: AwareDatetime | None = Field(None, title="Moment")
    parts: tuple[Part, ...] = Field(title="Parts")
    totals: Totals = Field(default_factory=Totals, title="Totals")
    odd_name: str | None = None


BODY = {
    "totals": {"net_kg": "12.50", "seals": ["A1", "A2"]},
    "parts": [{"code": "071331", "number": 1}, {"number": 2, "net_kg": "7", "origin": {"country": "MM"}}],
    "on": "2026-11-20",
    "at": "2026-11-23T10:00:00Z",
    "reference": "R-1",
}


class TestLayOut:
    def test_follows_the_order_and_titles_of_the_model(self) -> None:
        top, parts, totals = layout.lay_out(BODY, Sample)
        assert top == Sheet(
            "",
            (
                Line("reference", "Reference", "R-1"),
                Line("on", "Day", date(2026, 11, 20)),
                Line("at", "Moment", datetime(2026, 11, 23, 10, tzinfo=UTC)),
            ),
        )
        assert parts.columns == ("Part number", "Code", "Net weight (kg)", "Origin: Country")
        assert parts.rows == ((1, "071331", None, None), (2, None, Decimal(7), "MM"))
        assert parts.numeric == (True, False, True, False)
        assert totals == Sheet(
            "Totals",
            (
                Line("totals.net_kg", "Net weight (kg)", Decimal("12.50")),
                Line("totals.seals", "Seals", ("A1", "A2")),
            ),
        )

    def test_shows_what_the_model_does_not_know_under_its_own_name(self) -> None:
        (top, extra) = layout.lay_out({"reference": "R", "left_over": 7, "more": {"deep_down": "x"}}, Sample)
        assert top.lines[-1] == Line("left_over", "left over", 7)
        assert extra == Sheet("more", (Line("more.deep_down", "deep down", "x"),))

    def test_needs_no_model_at_all(self) -> None:
        top, items = layout.lay_out({"b": "1", "items": [{"x": 1}, "loose"]}, None)
        assert top.lines == (Line("b", "b", "1"),)
        assert items.rows == ((1, None), (None, "loose"))

    @pytest.mark.parametrize("body", [{}, {"reference": None, "parts": [], "totals": {}}])
    def test_leaves_out_what_says_nothing(self, body: dict[str, object]) -> None:
        assert layout.lay_out(body, Sample) == (Sheet(""),)

    def test_a_text_that_is_not_what_its_field_says_stays_as_it_is(self) -> None:
        (top, totals) = layout.lay_out({"on": "soon", "at": "later", "totals": {"net_kg": "much"}}, Sample)
        assert [line.value for line in (*top.lines, *totals.lines)] == ["soon", "later", "much"]

    def test_values_nested_in_lists_of_values_are_written_out(self) -> None:
        (top,) = layout.lay_out({"grid": [["a", "b"], ["c"]]}, None)
        assert top.lines[0].value == (("a", "b"), ("c",))
        (table,) = layout.lay_out({"rows": [{"cells": [{"k": 1}]}]}, None)[1:]
        assert table.rows == ((("k: 1",),),)


class TestFields:
    def test_groups_hold_the_fields_that_carry_values(self) -> None:
        assert layout.field_groups(Sample) == (
            FieldGroup(
                "",
                "",
                (
                    FieldChoice("reference", "Reference", required=True),
                    FieldChoice("on", "Day", required=False),
                    FieldChoice("at", "Moment", required=False),
                    FieldChoice("odd_name", "odd name", required=False),
                ),
            ),
            FieldGroup(
                "parts",
                "Parts",
                (
                    FieldChoice("parts.number", "Part number", required=True),
                    FieldChoice("parts.code", "Code", required=False),
                    FieldChoice("parts.net_kg", "Net weight (kg)", required=False),
                    FieldChoice("parts.origin.country", "Origin: Country", required=False),
                ),
            ),
            FieldGroup(
                "totals",
                "Totals",
                (
                    FieldChoice("totals.net_kg", "Net weight (kg)", required=False),
                    FieldChoice("totals.seals", "Seals", required=False),
                ),
            ),
        )

    def test_a_path_covers_all_below_it(self) -> None:
        assert layout.granted_paths(Sample, ["reference", "totals"]) == (
            "reference",
            "totals.net_kg",
            "totals.seals",
        )
        assert layout.weigh(Sample, ["reference", "parts.number", "totals"]) == (
            Weighed("", ("Reference",), ("Day", "Moment", "odd name")),
            Weighed("Parts", ("Part number",), ("Code", "Net weight (kg)", "Origin: Country")),
            Weighed("Totals", ("Net weight (kg)", "Seals"), ()),
        )

    def test_full_titles_stand_behind_those_above_them(self) -> None:
        found = layout.full_titles(Sample, ["parts.origin.country", "strange.path", "reference"])
        assert found == ("Reference", "Parts: Origin: Country", "strange: path")
        assert layout.full_titles(None, ["a.b"]) == ("a: b",)

    def test_every_field_of_a_declaration_is_crossing_or_withheld(self) -> None:
        for fields in ([], ["items"], ["declaration_number", "match.net_kg"]):
            weighed = layout.weigh(ExportDeclarationV1, fields)
            number = sum(len(group.granted) + len(group.withheld) for group in weighed)
            assert number == sum(len(g.fields) for g in layout.field_groups(ExportDeclarationV1))
            granted = sum(len(group.granted) for group in weighed)
            assert granted == len(layout.granted_paths(ExportDeclarationV1, fields))


class TestDryRun:
    def test_marks_each_value_as_crossing_or_withheld(self) -> None:
        found = layout.dry_run(BODY, ["reference", "parts.number", "totals"], Sample)
        assert found == (
            Passage("reference", "Reference", "R-1", crosses=True),
            Passage("on", "Day", date(2026, 11, 20), crosses=False),
            Passage("at", "Moment", datetime(2026, 11, 23, 10, tzinfo=UTC), crosses=False),
            Passage("parts.number", "Parts 1: Part number", 1, crosses=True),
            Passage("parts.code", "Parts 1: Code", "071331", crosses=False),
            Passage("parts.number", "Parts 2: Part number", 2, crosses=True),
            Passage("parts.net_kg", "Parts 2: Net weight (kg)", Decimal(7), crosses=False),
            Passage("parts.origin.country", "Parts 2: Origin: Country", "MM", crosses=False),
            Passage("totals.net_kg", "Totals: Net weight (kg)", Decimal("12.50"), crosses=True),
            Passage("totals.seals", "Totals: Seals", ("A1", "A2"), crosses=True),
        )

    def test_agrees_with_what_is_cut_out_of_the_body(self) -> None:
        odd = {**BODY, "parts": [*BODY["parts"], "loose"], "left_over": 7}  # type: ignore[misc]  # a list
        for fields in (["reference"], ["parts.code"], ["parts"], ["totals.seals", "left_over"], []):
            _, withheld = projection.project(odd, fields)
            passages = layout.dry_run(odd, fields, Sample)
            held = {passage.path for passage in passages if not passage.crosses}
            assert all(any(f"{path}.".startswith(f"{cut}.") for cut in withheld) for path in held)
            assert all(any(f"{path}.".startswith(f"{cut}.") for path in held) for cut in withheld)
            assert ("parts", "Parts 3", "parts" in fields) in {(p.path, p.title, p.crosses) for p in passages}

    def test_says_nothing_of_empty_values(self) -> None:
        assert layout.dry_run({"on": None, "parts": [], "reference": "R"}, [], Sample) == (
            Passage("reference", "Reference", "R", crosses=False),
        )
