"""From declarations to comparable rows."""

from typing import Any

import pytest

from isthmus.apps.etrade.cases.rules.shipments import answer_of, exports_of, imports_of, key_of, number_in


def export(**fields: Any) -> dict[str, Any]:
    item = {"number": 1, "hs_code": "071331", "net_kg": "900"}
    return {
        "departure_date": "2026-03-01",
        "destination_country": "MM",
        "items": [item],
        "match": {"net_kg": "1000", "fob_value": "500", "currency": "USD"},
        **fields,
    }


class TestKeys:
    def test_a_key_leads_back_to_the_number(self) -> None:
        assert number_in(key_of("26 CN 17", 1)) == "26_CN_17"
        assert number_in(key_of("26CN17", 3)) == "26CN17/3"

    def test_two_declarations_of_one_number_have_two_keys(self) -> None:
        assert key_of("A#1", 1, twin=2) == "A_1~2#1"
        assert key_of("A", 1) != key_of("A", 1, twin=1)


class TestExports:
    def test_an_items_own_figures_come_first_and_the_whole_fills_in(self) -> None:
        (row,) = exports_of(export(), "CN-1", country="TH")
        assert (row.id, row.date, row.hs, row.partner) == ("CN-1#1", "2026-03-01", "071331", "MM")
        assert (row.net_kg, row.value, row.currency, row.incoterm) == ("900", "500", "USD", "FOB")

    def test_the_whole_is_no_items_figure_where_there_are_several(self) -> None:
        items = [{"number": 1, "hs_code": "071331"}, {"number": 2, "hs_code": "100630", "fob_value": "40"}]
        first, second = exports_of(export(items=items), "CN-1", country="MM")
        assert (first.net_kg, first.value, first.incoterm) == (None, None, None)
        assert (second.id, second.value) == ("CN-1#2", "40")

    def test_a_quantity_by_weight_is_a_weight(self) -> None:
        items = [{"number": 1, "hs_code": "071331", "quantity": "2", "unit": "TNE"}]
        (row,) = exports_of(export(items=items, match=None), "CN-1", country="MM")
        assert row.net_kg == "2000"

    @pytest.mark.parametrize(
        ("fields", "day"),
        [
            ({"departure_date": None, "accepted_on": "2026-02-02"}, "2026-02-02"),
            ({"departure_date": None, "lodged_on": "2026-02-01"}, "2026-02-01"),
        ],
    )
    def test_the_day_is_the_best_known_one(self, fields: dict[str, Any], day: str) -> None:
        (row,) = exports_of(export(**fields), "CN-1", country="MM")
        assert row.date == day

    @pytest.mark.parametrize(
        "fields", [{"departure_date": None}, {"items": [{"number": 1, "hs_code": None}]}]
    )
    def test_without_a_day_or_a_code_nothing_can_be_compared(self, fields: dict[str, Any]) -> None:
        assert list(exports_of(export(**fields), "CN-1", country="MM")) == []

    def test_containers_are_one_mark_and_procedures_a_regime(self) -> None:
        match = {"containers": ["B2", "A1"]}
        (row,) = exports_of(export(match=match, procedure="1000"), "CN-1", country="MM")
        assert (row.container, row.regime) == ("A1 B2", "1000")
        (row,) = exports_of(export(match={}, procedure="EX"), "CN-1", country="MM")
        assert (row.container, row.regime) == (None, None)


class TestImports:
    def test_delivered_value_says_its_terms(self) -> None:
        match = {"cif_value": "530", "fob_value": "500"}
        (row,) = imports_of({**export(match=match), "arrival_date": "2026-03-09"}, "MM-1", country="CN")
        assert (row.date, row.value, row.incoterm) == ("2026-03-09", "530", "CIF")
        assert (row.partner, row.consigned_from) == ("CN", "CN")

    def test_a_value_at_the_other_border_says_so(self) -> None:
        body = {**export(match={"fob_value": "500"}), "arrival_date": "2026-03-09", "consigned_from": "SG"}
        (row,) = imports_of(body, "MM-1", country="CN")
        assert (row.value, row.incoterm, row.consigned_from) == ("500", "FOB", "SG")

    def test_no_value_has_no_terms(self) -> None:
        body = {**export(match={}), "arrival_date": "2026-03-09", "export_country": "TH"}
        (row,) = imports_of(body, "MM-1", country="CN")
        assert (row.value, row.incoterm, row.consigned_from) == (None, None, "TH")

    def test_a_line_without_a_code_is_left_out(self) -> None:
        body = {**export(), "arrival_date": "2026-03-09", "items": [{"number": 1}]}
        assert list(imports_of(body, "MM-1", country="CN")) == []


class TestResponses:
    def test_what_the_partner_states_is_compared_and_the_rest_taken_from_the_export(self) -> None:
        answer = {"import_number": "CN-I-7", "match": {"net_kg": "880", "cif_value": "540"}}
        row = answer_of(export(), answer, "MM-1", "2026-03-20", country="CN")
        assert row is not None
        assert (row.id, row.net_kg, row.value) == ("CN-I-7#1", "880", "540")
        assert (row.incoterm, row.currency) == ("CIF", "USD")

    def test_without_a_number_of_its_own_it_is_named_by_the_export(self) -> None:
        row = answer_of(export(), {"match": {"fob_value": "500"}}, "MM-1", "2026-03-20", country="CN")
        assert row is not None
        assert (row.id, row.net_kg, row.incoterm) == ("answer:MM-1#1", "900", "FOB")
        weighed = answer_of(export(), {"match": {"net_kg": "1"}}, "MM-1", "2026-03-20", country="CN")
        assert weighed is not None
        assert (weighed.value, weighed.incoterm) == (None, None)

    def test_an_answer_without_figures_is_no_import(self) -> None:
        assert answer_of(export(), {"match": None}, "MM-1", "2026-03-20", country="CN") is None

    def test_an_answer_to_several_lines_is_no_import(self) -> None:
        items = [{"number": 1, "hs_code": "071331"}, {"number": 2, "hs_code": "100630"}]
        answer = {"match": {"net_kg": "880"}}
        assert answer_of(export(items=items), answer, "MM-1", "2026-03-20", country="CN") is None
