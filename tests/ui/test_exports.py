"""Exports do no harm to those who open them, and lose nothing."""

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from isthmus.ui.components import Amount, State
from isthmus.ui.exports import csv_cell, csv_lines, json_parts, respond
from isthmus.ui.table import Column, plain

MOMENT = datetime(2026, 11, 23, 10, 2, tzinfo=UTC)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＠"])
def test_what_a_spreadsheet_would_run_is_quoted(start):
    assert csv_cell(f"{start}HYPERLINK(1)") == f"'{start}HYPERLINK(1)"


@given(st.text())
def test_no_cell_of_text_starts_like_a_formula(text):
    cell = str(csv_cell(text))
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell in {text, "'" + text}


@pytest.mark.parametrize("value", [-5, -1.5, Decimal("-1.50"), Amount(Decimal("-1.50"), "kg")])
def test_negative_numbers_stay_numbers(value):
    assert float(str(csv_cell(value))) < 0


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, None),
        (True, True),
        (12, 12),
        (Decimal("1E+3"), "1000"),
        (Decimal("0.10"), "0.10"),
        (MOMENT, "2026-11-23T10:02:00Z"),
        (date(2026, 11, 23), "2026-11-23"),
        (State("ok", "Delivered"), "Delivered"),
        (Amount(5, "kg"), 5),
    ],
)
def test_each_value_has_one_written_form(value, written):
    assert plain(value) == written


COLUMNS = (Column("n", "=Name", "n"), Column("m", "Mass", "m", "number", unit="kg"))


def test_heads_are_harmless_too_and_carry_the_unit():
    text = "".join(csv_lines(COLUMNS, ()))
    assert text == "\ufeff'=Name,Mass (kg)\r\n"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_every_row_comes_back(names):
    rows = [SimpleNamespace(n=name, m=i) for i, name in enumerate(names)]
    read = list(csv.reader(io.StringIO("".join(csv_lines(COLUMNS, rows)), newline="")))[1:]
    assert [line[0].removeprefix("'") for line in read] == [name.removeprefix("'") for name in names]
    found = json.loads("".join(json_parts(COLUMNS, rows, MOMENT, len(rows))))
    assert [row["n"] for row in found["rows"]] == names


def test_the_heads_are_in_the_language_of_the_request():
    columns = (Column("y", gettext_lazy("Yes"), "n"),)
    with translation.override("fr"):
        response = respond("csv", "list", columns, (), MOMENT, 0)
    with translation.override("en"):
        assert b"".join(response.streaming_content).decode() == "\ufeffOui\r\n"
