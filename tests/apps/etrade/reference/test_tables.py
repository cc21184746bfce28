from decimal import Decimal
from pathlib import Path

import pytest

from isthmus.apps.etrade.reference.formats import tables
from isthmus.kit.errors import BadInput
from tests.apps.etrade.reference.lists import HS, PLACES, RATES, SECTIONS, UNITS, written


def refused(read, path: Path) -> str:
    with pytest.raises(BadInput) as error:
        list(read(path))
    return error.value.message


def test_the_hs_states_its_edition_and_keeps_every_code(tmp_path):
    edition, rows = tables.read_hs(written(tmp_path, "hs.csv", HS))
    assert edition == "2022"
    assert [row.code for row in rows] == ["07", "0713", "071331", "071390"]
    assert rows[1].words == "Dried leguminous vegetables, shelled"


def test_places_keep_their_name_country_functions_and_coordinates(tmp_path):
    yangon, muse = tables.read_places(written(tmp_path, "mm.csv", PLACES))
    assert (yangon.code, yangon.country, yangon.name, yangon.functions) == ("MMRGN", "MM", "Yangon", "134")
    assert (yangon.subdivision, yangon.latitude, yangon.longitude) == (
        "MM06",
        Decimal("16.8"),
        Decimal("96.15"),
    )
    assert (muse.name, muse.plain_name, muse.functions, muse.latitude) == ("Músè", "Muse", "B", None)


def test_sections_units_and_rates_are_read(tmp_path):
    assert [(s.number, s.place) for s in tables.read_sections(written(tmp_path, "s.csv", SECTIONS))] == [
        ("I", 1),
        ("II", 2),
    ]
    assert [u.name for u in tables.read_units(written(tmp_path, "u.csv", UNITS))] == ["bag"]
    rates = list(tables.read_rates(written(tmp_path, "r.csv", RATES)))
    assert (rates[1].currency, rates[1].day.isoformat(), rates[1].rate) == (
        "MMK",
        "2026-06-01",
        Decimal("0.00048"),
    )


@pytest.mark.parametrize(("number", "value"), [("I", 1), ("IV", 4), ("IX", 9), ("XIV", 14), ("XXI", 21)])
def test_roman_numbers_of_sections(number, value):
    assert tables.roman(number) == value


@pytest.mark.parametrize("number", ["", "IIII", "A", "VX"])
def test_what_is_no_roman_number_is_refused(number):
    with pytest.raises(ValueError, match="Roman"):
        tables.roman(number)


def hs(path: Path):
    return tables.read_hs(path)


@pytest.mark.parametrize(
    ("read", "text", "said"),
    [
        (hs, HS.replace("071331", "07133"), "line 4: “07133” is no HS code"),
        (hs, HS.replace("\nII,0713,", "\nII,0714,"), "071331 has no heading or chapter above it"),
        (hs, HS.replace("Vegetables,TOTAL", ",TOTAL"), "line 2: the code 07 has no words"),
        (hs, HS.replace("071390", "071331"), "line 5: the code 071331 stands there twice"),
        (hs, HS.splitlines()[0] + "\n", "the file holds no code"),
        (hs, HS + "II,08\n", "line 7: the number of columns"),
        (tables.read_places, PLACES.replace('"MMRGN"', '"MMRG1"'), "line 2: “MMRG1” is no UN/LOCODE"),
        (
            tables.read_places,
            PLACES.replace("unlcdc:MM", "unlcdc:TH", 1),
            "MMRGN does not begin with its country TH",
        ),
        (tables.read_places, PLACES.replace("Yangon", ""), "MMRGN has no name"),
        (tables.read_places, PLACES.replace("16.8", "916.8"), "is no coordinate"),
        (tables.read_units, UNITS + "bag,\n", "line 3: “bag” is no unit code"),
        (tables.read_units, UNITS + "BX,\n", "the unit BX has no name"),
        (tables.read_rates, RATES + "usd,2026-01-01,1\n", "line 5: “usd” is no currency code"),
        (tables.read_rates, RATES + "USD,01/02/2026,1\n", "“01/02/2026” is no day"),
        (tables.read_rates, RATES + "USD,2026-02-30,1\n", "line 5"),
        (tables.read_rates, RATES + "USD,2026-01-01,0\n", "“0” is no rate"),
        (tables.read_rates, RATES + "USD,2026-01-01,1e3\n", "“1e3” is no rate"),
        (tables.read_rates, RATES + 'USD,"2026-01-01,1\n', "unexpected end of data"),
    ],
)
def test_a_bad_line_is_named(tmp_path, read, text, said):
    assert said in refused(read, written(tmp_path, "list.csv", text))


def test_a_file_of_another_code_page_is_refused_with_its_line(tmp_path):
    path = tmp_path / "mm.csv"
    path.write_bytes(PLACES.encode("latin-1"))
    assert "the text is not UTF-8" in refused(tables.read_places, path)


def test_a_file_of_another_kind_is_refused_by_its_head(tmp_path):
    path = written(tmp_path, "rates.csv", RATES)
    with pytest.raises(BadInput, match="these columns are needed: description, hscode"):
        tables.sort_of(path, ("hs", "sections"))
    assert tables.sort_of(path, ("hs", "rates")) == "rates"


def test_a_huge_file_is_refused_before_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "LARGEST_BYTES", 10)
    with pytest.raises(BadInput, match="larger than"):
        tables.sort_of(written(tmp_path, "hs.csv", HS), ("hs",))
