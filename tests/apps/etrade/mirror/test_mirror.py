"""Mirror statistics of two files: every declaration lands in one cell, and nothing is dropped."""

import csv
import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isthmus.analysis import portable
from isthmus.analysis.engine import open_workspace
from isthmus.analysis.tables import open_table
from isthmus.apps.etrade.cli import etrade
from isthmus.apps.etrade.mirror.analytics import expressions
from isthmus.apps.etrade.mirror.analytics.work import mirror_files
from isthmus.apps.etrade.mirror.rules import cells
from isthmus.kit.errors import BadInput

HEAD = "id,date,hs,hs_version,partner,net_kg,value,currency"
EXPORTS = f"""{HEAD}
1,2026-01-05,0713.31,2022,CN,100,1000,USD
2,2026-01-09,07133190,2017,cn,50.5,500,USD
3,2026-02-09,0713,2022,CN,50.5,500,USD
4,2026-02-09,270900,2022,CN,,70,EUR
"""
IMPORTS = f"""{HEAD}
5,2026-01-25,071331,2022,MM,100,1060,USD
9,2026-03-25,071331,2022,MM,100,1060,USD
6,2026-02-19,270900,2022,TH,10,80,EUR
"""
Rows = dict[tuple[str, str, str, str], dict[str, str]]


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., tuple[Rows, Any]]:
    def mirror(exports: str = EXPORTS, imports: str = IMPORTS, **options: Any) -> tuple[Rows, Any]:
        there, here, out = (tmp_path / f"{name}.csv" for name in ("exports", "imports", "out"))
        there.write_text(exports)
        here.write_text(imports)
        chosen = {"level": "hs6", "period": "month"} | options
        summary = mirror_files(there, here, out, **chosen)
        with out.open(newline="") as file:
            rows = list(csv.DictReader(file))
        return {(r["partner"], r["hs"], r["period"], r["currency"]): r for r in rows}, summary

    return mirror


def test_both_sides_stand_in_one_row_with_gap_ratio_and_editions(run: Any) -> None:
    rows, summary = run()
    row = rows["MM>CN", "071331", "2026-01", "USD"]
    assert {name: row[name] for name in ("exports_count", "imports_count", "gap", "ratio")} == {
        "exports_count": "2",
        "imports_count": "1",
        "gap": "-530.00",
        "ratio": "0.7067",
    }
    assert (Decimal(row["exports_value"]), Decimal(row["exports_kg"])) == (1500, Decimal("150.5"))
    assert (row["exports_hs_versions"], row["imports_hs_versions"]) == ("2017-2022", "2022")
    assert summary.facing == ("MM", "CN")


def test_what_one_side_alone_knows_is_kept(run: Any) -> None:
    rows, summary = run()
    assert rows["MM>CN", "270900", "2026-02", "EUR"]["imports_count"] == "0"
    assert rows["TH>CN", "270900", "2026-02", "EUR"]["exports_value"] == ""
    assert (summary.rows, summary.on_both_sides, summary.only_exports, summary.only_imports) == (5, 1, 2, 2)


def test_a_code_too_short_for_the_level_is_its_own_row(run: Any) -> None:
    rows, summary = run()
    assert rows["MM>CN", "unknown", "2026-02", "USD"]["exports_count"] == "1"
    assert summary.exports.without_hs == 1
    rows, summary = run(level="hs4")
    assert rows["MM>CN", "0713", "2026-02", "USD"]["exports_count"] == "1"
    assert summary.exports.without_hs == 0


@pytest.mark.parametrize("code", ["", "beans", "7E+05", "07133", "-71331", "07 13 3", "٠٧١٣٣١"])
def test_what_is_no_code_is_unknown_and_not_dropped(run: Any, code: str) -> None:
    rows, _ = run(f"{HEAD}\n1,2026-01-05,{code},2022,CN,1,2,USD\n")
    assert rows["MM>CN", "unknown", "2026-01", "USD"]["exports_count"] == "1"


@pytest.mark.parametrize(
    ("period", "expected"), [("month", "2026-12"), ("quarter", "2026-Q4"), ("year", "2026")]
)
def test_periods_are_written_as_people_write_them(run: Any, period: str, expected: str) -> None:
    rows, _ = run(f"{HEAD}\n1,2026-12-31,071331,2022,CN,1,2,USD\n", period=period)
    assert ("MM>CN", "071331", expected, "USD") in rows


def test_missing_partner_day_and_currency_are_unknown(run: Any) -> None:
    rows, _ = run(f"{HEAD}\n1,,071331,,,1,2,\n2,2026-01-01,071331,,Burma,1,2,ZZZ\n")
    assert rows["unknown", "071331", "unknown", "unknown"]["exports_hs_versions"] == ""
    assert ("unknown", "071331", "2026-01", "unknown") in rows


def test_a_third_country_that_both_sides_name_is_no_partner_of_both(run: Any) -> None:
    third = "7,2026-01-25,071331,2022,TH,1,10,USD\n"
    rows, summary = run(EXPORTS + third, IMPORTS + "8,2026-01-25,071331,2022,MM,1,10,USD\n" + third)
    assert summary.facing == ("MM", "CN")
    assert rows["MM>TH", "071331", "2026-01", "USD"]["imports_count"] == "0"
    assert rows["TH>CN", "071331", "2026-01", "USD"]["exports_count"] == "0"


def test_columns_that_a_file_lacks_are_empty_not_zero(run: Any) -> None:
    rows, _ = run("date,hs,partner\n2026-01-05,071331,CN\n")
    row = rows["MM>CN", "071331", "2026-01", "unknown"]
    assert (row["exports_value"], row["exports_kg"], row["exports_count"], row["ratio"]) == ("", "", "1", "")


def test_several_partners_are_compared_by_name(run: Any) -> None:
    both = f"{HEAD}\n1,2026-01-05,071331,2022,CN,1,100,USD\n2,2026-01-05,071331,2022,LA,1,50,USD\n"
    rows, summary = run(both, both)
    assert summary.facing is None
    assert rows["LA", "071331", "2026-01", "USD"]["ratio"] == "1.0"


def test_values_are_brought_to_one_currency_at_the_rate_of_their_day(run: Any, tmp_path: Path) -> None:
    rates = tmp_path / "rates.csv"
    rates.write_text("currency,date,rate\nEUR,2026-01-01,1.1\nEUR,2026-02-09,1.2\nUSD,2000-01-01,1\n")
    rows, summary = run(rates=rates)
    assert Decimal(rows["MM>CN", "270900", "2026-02", "USD"]["exports_value"]) == 84
    assert [one.currency for one in summary.amounts] == ["USD"]
    rates.write_text("currency,date,rate\nEUR,2026-02-10,1.2\nUSD,2000-01-01,1\n")
    rows, _ = run(rates=rates)
    assert Decimal(rows["MM>CN", "270900", "2026-02", "EUR"]["exports_value"]) == 70


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_parquet_and_csv_say_the_same(run: Any, tmp_path: Path, suffix: str) -> None:
    expected, _ = run()
    for name in ("exports", "imports"):
        with open_workspace(tmp_path / f"{name}.csv") as workspace:
            open_table(workspace, tmp_path / f"{name}.csv", "t")
            typed = "SELECT id, date::DATE AS date, hs, hs_version::INT AS hs_version, partner, "
            typed += "net_kg::DOUBLE AS net_kg, value::DECIMAL(12,2) AS value, currency FROM t"
            workspace.run(f"COPY ({typed}) TO '{workspace.folder / 'made.parquet'}' (FORMAT parquet)")
            (workspace.folder / "made.parquet").rename(tmp_path / f"{name}.parquet")
    out = tmp_path / f"again{suffix}"
    mirror_files(tmp_path / "exports.parquet", tmp_path / "imports.parquet", out, level="hs6", period="month")
    with open_workspace(out) as workspace:
        open_table(workspace, out, "t")
        found = workspace.rows("SELECT partner, hs, period, currency, gap::VARCHAR FROM t")
    assert {row[:4]: row[4] for row in found} == {key: row["gap"] for key, row in expected.items()}


@pytest.mark.parametrize(
    ("exports", "said"),
    [
        ("date,hs\n2026-01-01,071331\n", "has no column partner"),
        (EXPORTS.replace(",1000,", ",1 000,"), "cells that cannot be read"),
        (EXPORTS.replace("2026-01-05", "05/01/2026"), "cells that cannot be read"),
    ],
)
def test_bad_input_is_refused_and_nothing_is_written(
    run: Any, tmp_path: Path, exports: str, said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        run(exports)
    assert not (tmp_path / "out.csv").exists()


def test_the_cell_that_cannot_be_read_is_shown(run: Any) -> None:
    with pytest.raises(BadInput) as error:
        run(EXPORTS.replace(",1000,", ",1 000,"))
    (fault,) = error.value.faults
    assert (fault.where, fault.message) == ("exports.csv, column value", "“1 000” cannot be read")


def test_bad_rates_are_refused(run: Any, tmp_path: Path) -> None:
    rates = tmp_path / "rates.csv"
    rates.write_text("currency,date,rate\nEUR,2026-01-01,0\n")
    with pytest.raises(BadInput, match="1 lines without a day or a rate above zero"):
        run(rates=rates)
    rates.write_text("currency,rate\nEUR,1\n")
    with pytest.raises(BadInput, match="needs the columns"):
        run(rates=rates)


figures = st.decimals(0, 10**6, places=2)
shipments = st.lists(
    st.tuples(
        st.dates(min_value=date(2025, 11, 1), max_value=date(2026, 2, 28)),
        st.sampled_from(["071331", "071390", "0713", "27", "", "0713.31.90"]),
        st.sampled_from(["CN", "LA", "", "cn", "China"]),
        figures,
        st.sampled_from(["USD", "EUR", ""]),
    ),
    max_size=12,
)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(exports=shipments, imports=shipments)
def test_the_engine_counts_as_a_person_would(run: Any, exports: Any, imports: Any) -> None:
    """The same sums in plain Python, cell by cell."""

    def cell(day: Any, hs: str, partner: str, currency: str) -> tuple[str, str, str, str]:
        digits = hs.replace(".", "")[:4]
        known = partner.upper() if len(partner) == 2 else "unknown"
        return known, digits if len(digits) == 4 else "unknown", f"{day:%Y-%m}", currency or "unknown"

    def text(rows: Any) -> str:
        lines = [f"{i},{d},{h},2022,{p},,{v},{c}" for i, (d, h, p, v, c) in enumerate(rows)]
        return "\n".join([HEAD, *lines]) + "\n"

    expected: dict[tuple[str, str, str, str], list[Decimal | None]] = {}
    for side, rows in enumerate((exports, imports)):
        for day, hs, partner, value, currency in rows:
            sums = expected.setdefault(cell(day, hs, partner, currency), [None, None])
            sums[side] = (sums[side] or Decimal(0)) + value
    # Shipments that outnumber the rest on both sides keep the partners comparable by name.
    shared = [(date(2026, 1, 1), "999999", "AA", Decimal(1), "USD")] * 13
    found, _ = run(text([*exports, *shared]), text([*imports, *shared]), level="hs4")
    del found["AA", "9999", "2026-01", "USD"]
    assert {
        key: [Decimal(row[name]) if row[name] else None for name in ("exports_value", "imports_value")]
        for key, row in found.items()
    } == expected


def test_the_same_expressions_compile_for_spark() -> None:
    import ibis

    kinds = {"date": "date", "hs": "string", "hs_version": "string", "partner": "string"}
    kinds |= {"net_kg": "decimal(18, 3)", "value": "decimal(18, 2)", "currency": "string"}
    rates = ibis.table({"currency": "string", "day": "date", "rate": "decimal(24, 12)"}, name="rates")
    for level in cells.LEVELS:
        for period in cells.PERIODS:
            sides = [
                expressions.cells(
                    expressions.at_rates(expressions.columns(ibis.table(kinds, name=name)), rates, "USD"),
                    level,
                    period,
                )
                for name in ("exports", "imports")
            ]
            whole = expressions.mirror(
                *sides, level=level, period=period, margin=cells.MARGIN, facing=("MM", "CN")
            )
            assert "FULL OUTER JOIN" in portable.as_sql(whole, "duckdb")
            assert "FULL OUTER JOIN" in portable.as_sql(whole, "pyspark")


def test_parts_of_a_key_have_room_for_every_code() -> None:
    largest = cells.masks()
    assert cells.letters("ZZ") < cells.THIRD
    assert cells.letters("ZZ") + cells.THIRD <= largest["partner"]
    assert cells.letters("ZZZ") <= largest["currency"]
    assert largest["period"] > 9999 * 12 + 12
    assert cells.factors()["hs"] * 10**6 < 2**63


@pytest.mark.parametrize(("code", "number"), [("A", 1), ("MM", 13 * 32 + 13), ("mm", 0), ("M1", 0), ("", 0)])
def test_a_code_is_a_number_of_its_letters(code: str, number: int) -> None:
    assert cells.letters(code) == number


def test_the_command_tells_the_totals(tmp_path: Path) -> None:
    there, here, out = tmp_path / "e.csv", tmp_path / "i.csv", tmp_path / "o.csv"
    there.write_text(EXPORTS)
    here.write_text(IMPORTS)
    arguments = ["mirror", str(there), str(here), "--level", "hs2", "--period", "year", "--out", str(out)]
    told = CliRunner().invoke(etrade, [*arguments, "--json"])
    assert told.exit_code == 0, told.stderr
    summary = json.loads(told.stdout)
    assert (summary["exports"]["declarations"], summary["imports"]["declarations"]) == (4, 3)
    plain = CliRunner().invoke(etrade, arguments)
    assert "MM > CN" in plain.stderr
    assert CliRunner().invoke(etrade, [*arguments, "--margin", "9"]).exit_code != 0
    assert CliRunner().invoke(etrade, [*arguments, "--margin", "x"]).exit_code != 0
