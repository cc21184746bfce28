"""Rates of duty: read from tables, kept by day, shown, and used for what is at stake."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from isthmus.apps.etrade.models import DutyRate, ReferenceFile
from isthmus.apps.etrade.reference import queries, services
from isthmus.apps.etrade.reference.cli import reference
from isthmus.apps.etrade.reference.formats.duties import DutyRow, read_duties
from isthmus.apps.etrade.reference.rules.duties import read_rate
from isthmus.kit.errors import BadInput
from tests.apps.etrade.conftest import Customs
from tests.apps.etrade.reference.lists import written

DUTIES = """hs,rate,from
0713.31,5%,2025-01-01
07133100,7.5%,2026-04-01
100630,0.1,2025-01-01
"""


class TestRates:
    @pytest.mark.parametrize(
        ("text", "rate"),
        [
            ("0.05", "0.050000"),
            ("5%", "0.050000"),
            (" 7.5 % ", "0.075000"),
            ("1", "1.000000"),
            ("0", "0.000000"),
            ("150%", "1.500000"),
            ("၅%", "0.050000"),
        ],
    )
    def test_a_fraction_and_per_cent_are_the_same(self, text: str, rate: str) -> None:
        assert str(read_rate(text)) == rate

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("", "no rate such as"),
            ("five", "no rate such as"),
            ("-1%", "no rate such as"),
            ("5", "may be a fraction or per cent: write 5% or 0.05"),
            ("6000%", "above 5000 per cent"),
        ],
    )
    def test_what_is_no_rate_or_may_be_meant_either_way_is_refused(self, text: str, reason: str) -> None:
        with pytest.raises(ValueError, match=reason):
            read_rate(text)

    @given(st.decimals(0, 1, places=4))
    def test_both_ways_of_writing_come_to_the_same(self, rate: Decimal) -> None:
        assert read_rate(f"{rate:f}") == read_rate(f"{rate * 100:f}%") == rate


class TestTables:
    def test_the_highest_rate_of_a_subheading_and_day_holds(self, tmp_path: Path) -> None:
        text = DUTIES + "07133190,3%,2026-04-01\n"
        rows = read_duties(written(tmp_path, "duties.csv", text))
        assert rows == [
            DutyRow("071331", date(2025, 1, 1), Decimal("0.05")),
            DutyRow("071331", date(2026, 4, 1), Decimal("0.075")),
            DutyRow("100630", date(2025, 1, 1), Decimal("0.1")),
        ]

    def test_a_workbook_with_its_own_days_is_read(self, tmp_path: Path) -> None:
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        for row in (
            ["HS", "Rate", "Date"],
            ["071331", "5%", date(2025, 1, 1)],
            ["100630", 0.1, "2025-01-01"],
        ):
            sheet.append(row)
        file = BytesIO()
        book.save(file)
        path = tmp_path / "duties.xlsx"
        path.write_bytes(file.getvalue())
        assert [(row.code, row.rate) for row in read_duties(path)] == [
            ("071331", Decimal("0.05")),
            ("100630", Decimal("0.1")),
        ]

    @pytest.mark.parametrize(
        ("line", "where", "reason"),
        [
            ("71331,5%,2025-01-01", "line 5, column hs", "keep its zero in front"),
            ("071331,5,2025-01-01", "line 5, column rate", "write 5% or 0.05"),
            ("071331,5%,soon", "line 5, column from", "not a date"),
            ("071331", "line 5, column rate", "no rate"),
        ],
    )
    def test_a_wrong_cell_is_named_with_file_line_column_and_value(
        self, tmp_path: Path, line: str, where: str, reason: str
    ) -> None:
        with pytest.raises(BadInput) as refusal:
            read_duties(written(tmp_path, "duties.csv", DUTIES + line + "\n"))
        assert refusal.value.faults[0].where == f"duties.csv, {where}"
        assert reason in refusal.value.faults[0].message
        assert "Nothing of this file was loaded" in refusal.value.next_step

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("hs,rate\n071331,5%\n", "the column from is missing"),
            ("hs,rate,from\n", "a head and no rows"),
            ("", "The file is empty"),
        ],
    )
    def test_a_table_of_another_kind_is_refused(self, tmp_path: Path, text: str, reason: str) -> None:
        with pytest.raises(BadInput, match=reason):
            read_duties(written(tmp_path, "duties.csv", text))


@pytest.mark.django_db
class TestLoading:
    def test_a_rate_of_a_known_day_is_replaced_and_the_others_stay(self, tmp_path: Path) -> None:
        services.load_duties(written(tmp_path, "a.csv", DUTIES), actor="test")
        later = "hs,rate,from\n071331,6%,2025-01-01\n"
        services.load_duties(written(tmp_path, "b.csv", later), actor="test")
        assert DutyRate.objects.count() == 3
        assert DutyRate.objects.get(hs_code="071331", day="2025-01-01").rate == Decimal("0.06")
        assert ReferenceFile.objects.filter(sort="duties").count() == 2

    def test_the_rate_in_force_is_the_newest_begun(self, tmp_path: Path) -> None:
        services.load_duties(written(tmp_path, "a.csv", DUTIES), actor="test")
        rows = queries.in_force(DutyRate.objects.all(), date(2026, 3, 31))
        assert {row.hs_code: row.rate for row in rows} == {
            "071331": Decimal("0.05"),
            "100630": Decimal("0.1"),
        }
        assert queries.in_force(DutyRate.objects.all(), date(2024, 1, 1)).count() == 0

    @pytest.mark.parametrize("words", [["duties"], ["--duties"]])
    def test_the_command_loads_them_either_way(self, tmp_path: Path, words: list[str]) -> None:
        path = written(tmp_path, "duties.csv", DUTIES)
        done = CliRunner().invoke(reference, ["load", *words, str(path), "--json"])
        assert done.exit_code == 0, done.output
        assert DutyRate.objects.count() == 3

    def test_an_unknown_list_or_a_missing_file_is_said(self, tmp_path: Path) -> None:
        assert "is no list" in CliRunner().invoke(reference, ["load", "tariff", "x"]).output
        assert "does not exist" in CliRunner().invoke(reference, ["load", "duties", "nowhere.csv"]).output

    def test_the_page_shows_dated_rates_and_the_one_in_force(
        self, tmp_path: Path, customs: Customs, client: Client
    ) -> None:
        client.force_login(customs.officer)
        place = reverse("etrade:duties")
        assert "isthmus reference load duties FILE" in client.get(place).content.decode()
        services.load_duties(written(tmp_path, "a.csv", DUTIES), actor="test")
        page = client.get(place).content.decode()
        assert "7.5" in page
        assert "1 Apr 2026" in page
        narrowed = client.get(place, {"q": "0713", "day": "2026-05-01"}).content.decode()
        assert "071331" in narrowed
        assert "1 Jan 2025" not in narrowed
