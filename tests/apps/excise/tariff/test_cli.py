"""`isthmus excise`: every line its duty or its fault, exit codes, tariffs that are brought along."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from isthmus.apps.excise.cli import excise
from isthmus.apps.excise.tariff import services
from isthmus.kit.errors import BadInput, NotFound
from tests.apps.excise.tariff.made import TEXT

HEAD = "line,product,hs,abv,volume_l,quantity,cif,date,producer_hl\n"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(excise, list(arguments))


def listed(folder: Path, *rows: str, head: str = HEAD) -> str:
    path = folder / "lines.csv"
    path.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")
    return str(path)


def objects(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_lines_come_out_one_object_each(tmp_path: Path):
    path = listed(tmp_path, "1,beer,2203,5,0.5,1000,,2021-12-31,", "b-2,spirits,2208,40,0.7,1,,2023-06-01,")
    result = run("duty", path, "--tariff", "MD", "--json")
    assert result.exit_code == 0
    assert objects(result) == [
        {"line": 1, "duty_minor": 138000, "currency": "MDL", "rule": "MD/beer/2021-01-01", "steps": []},
        {"line": "b-2", "duty_minor": 3382, "currency": "MDL", "rule": "MD/spirits/2023-01-01", "steps": []},
    ]
    assert "2 lines, 0 at fault, duty 1413.82 MDL together." in result.stderr


def test_every_step_explains_itself(tmp_path: Path):
    path = listed(tmp_path, "7,beer,2203,5,0.355,240,,2019-03-01,")
    (found,) = objects(run("duty", path, "--tariff", "AU", "--explain", "--json"))
    assert found["duty_minor"] == 16224
    assert [step["text"] for step in found["steps"][2:8]] == [
        "Litres of product: 0.355 × 240 = 85.2 l",
        "Strength above the free part: 5 - 1.15 = 3.85 %",
        "Pure alcohol: 85.2 × 3.85 ÷ 100 = 3.2802 l",
        "Rounded down to 0.1: 3.2802 → 3.2 l",
        "Amount: 3.2 × 50.7 = 162.24 AUD",
        "Rounded down to 0.01: 162.24 → 162.24 AUD",
    ]
    assert found["steps"][5] == {
        "step": "rounding",
        "text": "Rounded down to 0.1: 3.2802 → 3.2 l",
        "value": "3.2",
        "unit": "l",
    }


LARGE = "Overflow: the number at “%s” is too large to be worked out exactly."
BEER = "The tariff of MD for beer "
GIN = "The tariff of MD has no product “gin”; it has beer, wine-based, cider, spirits."
BAD = {
    "gin,,40,0.7,1,,2023-06-01,": GIN,
    "beer,2203,,0.5,1000,,2021-12-31,": "abv is missing.",
    "beer,2203,101,0.5,1000,,2021-12-31,": "abv is over 100 per cent.",
    "beer,2203,-5,0.5,1000,,2021-12-31,": "abv is negative.",
    "beer,2203,5,-0.5,1000,,2021-12-31,": "volume_l must be more than 0.",
    "beer,2203,5,0.5,0,,2021-12-31,": "quantity must be more than 0.",
    "beer,2203,5,0.5,1.5,,2021-12-31,": "quantity has more than 0 decimals: “1.5”.",
    "beer,2203,5,,10,,2021-12-31,": "volume_l is missing.",
    "beer,2203,5,0.5,1000,,2020-12-31,": BEER + "begins on 2021-01-01; 2020-12-31 is before it.",
    "beer,2203,5,0.5,1000,,2024-01-01,": BEER + "ends on 2023-12-31; 2024-01-01 is after it.",
    "beer,2203,5,0.5,1000,,,": "date is missing.",
    "beer,2203,5,0.5,1000,,31.12.2021,": "date is not a day: “31.12.2021”. Write it as 2022-06-01.",
    "beer,2203,5,0.5,1000,,2021-02-30,": "date is not a day: “2021-02-30”. Write it as 2022-06-01.",
    "beer,2203,five,0.5,1000,,2021-12-31,": "abv is not a number: “five”. Write it in digits with a point.",
    "beer,2208,5,0.5,1000,,2021-12-31,": "The HS code 2208 contradicts the product “beer” (2203).",
    "beer,2203,5,999999999999,999999999999,,2021-12-31,": LARGE % "litres",
    f"beer,2203,5,0.5,{10**30},,2021-12-31,": LARGE % "quantity",
    f"{'b' * 101},,5,0.5,1,,2021-12-31,": "product has more than 100 characters.",
    "beer,2203": "Row 2 of the file has more or fewer cells than the head.",
}


@pytest.mark.parametrize(("row", "error"), BAD.items())
def test_a_line_at_fault_is_named_and_the_others_are_worked_out(tmp_path: Path, row: str, error: str):
    path = listed(tmp_path, f"1,{row}", "2,beer,2203,5,0.5,1000,,2022-01-01,")
    result = run("duty", path, "--tariff", "MD", "--json")
    assert result.exit_code == 2
    assert objects(result) == [
        {"line": 1, "duty_minor": None, "error": error},
        {"line": 2, "duty_minor": 145000, "currency": "MDL", "rule": "MD/beer/2022-01-01", "steps": []},
    ]


def test_long_lists_come_out_as_short_ones_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    rows = [f"{number},{row}" for number, row in enumerate(BAD)]
    rows += [f"v{cif},spirits,2208,40,0.7,12,{cif},2021-01-01," for cif in ("100", "", "250.5")]
    rows += ["b,beer,2203,5,0.33,24,,2021-01-01,"]
    path = listed(tmp_path, *rows)
    few = objects(run("duty", path, "--tariff", "MV", "--json"))
    monkeypatch.setattr(services, "FEW", 0)
    assert objects(run("duty", path, "--tariff", "MV", "--json")) == few
    assert few[-1]["charges"] == [{"name": "revenue fee", "amount_minor": None}]
    assert few[-4]["charges"] == [{"name": "revenue fee", "amount_minor": 100}]


def test_a_day_for_all_takes_the_place_of_the_lines_own(tmp_path: Path):
    path = listed(tmp_path, "1,beer,2203,5,1,1,,2021-12-31,", "2,beer,2203,5,1,1,,,")
    result = run("duty", path, "--tariff", "MD", "--on", "2023-06-01", "--json")
    assert [found["duty_minor"] for found in objects(result)] == [305, 305]


def test_a_person_reads_amounts_and_reasons(tmp_path: Path):
    path = listed(
        tmp_path,
        "1,spirits,2208,40,0.7,12,1200,2021-01-01,",
        "2,rum,,40,1,1,,2021-01-01,",
        "3,beer,,5,1,1,,2021-01-01,",
    )
    result = run("duty", path, "--tariff", "MV", "--explain")
    assert result.stdout.startswith("1: 720.00 MVR\n  revenue fee: 12.00 MVR\n")
    assert "Unconfirmed: this row has not been checked against the act." in result.stdout
    assert "The import needs a prior permit (Act 4/75)." in result.stdout
    assert "\n2: The tariff of MV has no product “rum”" in result.stdout
    assert "\n3: 15.00 MVR\n  revenue fee: not known\n" in result.stdout


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\n", "byte 1 cannot be read"),
        (b"", "product or hs is missing"),
        (b"product,colour\n", "colour"),
        (b"product,product\n", "product, product"),
        (b'product,"abv\n', "Line 1"),
        (b'product,abv\nbeer,"5\n', "unexpected end of data"),
    ],
)
def test_a_list_that_is_none_is_refused(tmp_path: Path, content: bytes, said: str):
    path = tmp_path / "lines.csv"
    path.write_bytes(content)
    result = run("duty", str(path), "--tariff", "MD", "--json")
    assert isinstance(result.exception, BadInput)
    assert said in str(result.exception)


def test_a_tariff_is_a_country_or_a_file(tmp_path: Path):
    own = tmp_path / "zz.toml"
    own.write_text(TEXT)
    path = listed(tmp_path, "1,ale,,5,1,10,,2020-01-01,")
    assert objects(run("duty", path, "--tariff", str(own), "--json"))[0]["duty_minor"] == 3333
    own.write_text(TEXT.replace("duty = 33.33", "duty = 33.34"))
    refused = run("duty", path, "--tariff", str(own), "--json").exception
    assert isinstance(refused, BadInput)
    assert "it comes to 33.33 ZZD, the file says 33.34 ZZD" in refused.message
    assert isinstance(run("duty", path, "--tariff", "FR", "--json").exception, NotFound)
    assert isinstance(run("duty", path, "--tariff", "none.toml", "--json").exception, BadInput)


def test_tariffs_are_listed_with_days_acts_and_what_is_unconfirmed(tmp_path: Path):
    found = json.loads(run("tariffs", "--json").stdout)
    moldova = found[0]
    assert (moldova["country"], moldova["first_day"], moldova["last_day"]) == (
        "MD",
        "2021-01-01",
        "2023-12-31",
    )
    assert moldova["acts"] == ["Fiscal Code, Title IV, annex 1"]
    assert {tariff["country"] for tariff in found if tariff["unconfirmed"]} == {"MD", "MV", "KE", "GB"}
    assert "Republic of Moldova" in run("tariffs").stdout
    own = tmp_path / "zz.toml"
    own.write_text(TEXT)
    assert [tariff["country"] for tariff in json.loads(run("tariffs", str(own), "--json").stdout)] == ["ZZ"]
    assert json.loads(run("tariffs", "--schema").stdout)["title"] == "TariffFile"
