"""Code lists into the node: whole or not at all, once, by edition; and what is found in them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from isthmus.accounts.models import AuditEvent
from isthmus.apps.etrade.models import ExchangeRate, HsCode, Place, ReferenceFile
from isthmus.apps.etrade.reference import queries, services
from isthmus.apps.etrade.reference.cli import reference
from isthmus.kit.errors import BadInput, NotFound
from tests.apps.etrade.reference.lists import HS, RATES, load_lists, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded(tmp_path: Path) -> Path:
    load_lists(tmp_path)
    return tmp_path


def test_each_code_keeps_the_edition_it_belongs_to(loaded: Path) -> None:
    assert queries.editions() == ["2022", "2017"]
    assert (
        HsCode.objects.get(edition="2017", code="071331").words == "Beans, dried: green gram (Vigna radiata)"
    )
    assert not HsCode.objects.filter(edition="2022", code="071399").exists()


def test_a_file_loaded_again_changes_nothing(loaded: Path) -> None:
    before = list(HsCode.objects.values_list("pk", flat=True))
    again = services.load_hs(loaded / "hs.csv", edition="2022", actor="somebody else")
    assert not again.is_new
    assert list(HsCode.objects.values_list("pk", flat=True)) == before
    assert not services.load_places(loaded / "mm.csv", actor="test").is_new
    assert AuditEvent.objects.filter(kind="etrade.reference-loaded").count() == 6


def test_a_newer_file_replaces_the_edition_and_the_older_one_can_come_back(loaded: Path) -> None:
    newer = written(loaded, "newer.csv", HS.replace("071390", "071395"))
    assert services.load_hs(newer, edition="2022", actor="test").is_new
    assert set(HsCode.objects.filter(edition="2022", parent="0713").values_list("code", flat=True)) == {
        "071331",
        "071395",
    }
    assert HsCode.objects.filter(edition="2017", code="071399").exists()
    assert services.load_hs(loaded / "hs.csv", edition="2022", actor="test").is_new
    assert HsCode.objects.filter(edition="2022", code="071390").exists()
    assert ReferenceFile.objects.filter(sort="hs", scope="2022").count() == 2


def test_a_bad_line_leaves_everything_as_it_was(loaded: Path) -> None:
    bad = written(loaded, "bad.csv", HS.replace("071390", "0713"))
    with pytest.raises(BadInput, match="twice"):
        services.load_hs(bad, edition="2022", actor="test")
    assert HsCode.objects.filter(edition="2022", code="071390").exists()


def test_the_edition_must_be_known_and_not_contradicted(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="says of itself that it is HS 2022, not HS 2017"):
        services.load_hs(written(tmp_path, "hs.csv", HS), edition="2017", actor="test")
    silent = written(tmp_path, "silent.csv", HS.replace("HS2022", ""))
    with pytest.raises(BadInput, match="does not say which edition"):
        services.load_hs(silent, edition="", actor="test")
    with pytest.raises(BadInput, match="does not say which edition"):
        services.load_hs(silent, edition="2023", actor="test")
    assert services.load_hs(silent, edition="2012", actor="test").file.scope == "2012"


def test_a_rate_of_a_known_day_is_replaced_and_the_newest_one_counts(loaded: Path) -> None:
    services.load_rates(
        written(loaded, "more.csv", "currency,date,rate\nMMK,2026-06-01,0.0005\n"), actor="test"
    )
    assert ExchangeRate.objects.count() == 3
    june = ExchangeRate._meta.get_field("day").to_python("2026-07-01")
    assert {row.currency: str(row.rate.normalize()) for row in queries.newest_rates(june)} == {
        "CNY": "0.14",
        "MMK": "0.0005",
    }


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("mung", {"071331"}),
        ("dried OTHER", {"071390"}),
        ("07.13", {"0713", "071331", "071390"}),
        ("x", set()),
    ],
)
def test_codes_are_found_by_words_and_by_digits(loaded: Path, text: str, codes: set[str]) -> None:
    found = queries.codes_with(text, HsCode.objects.filter(edition="2022"))
    assert {row.code for row in found} == codes


@pytest.mark.parametrize("text", ["muse", "MÚSÈ", "mmmus"])
def test_a_place_is_found_with_and_without_its_marks(loaded: Path, text: str) -> None:
    assert [row.code for row in queries.places_with(text, Place.objects.all())] == ["MMMUS"]


def test_a_declared_code_is_read_by_its_own_edition_else_by_the_newest(loaded: Path) -> None:
    words = queries.codes_in_words([("071331", "2017"), ("071399", "2022"), ("0713", None), ("999999", None)])
    assert words["071331"].words.startswith("Beans, dried: green gram")
    assert words["071331"].declared
    assert (words["071399"].edition, words["071399"].declared) == ("2017", False)
    assert (words["0713"].edition, words["0713"].declared) == ("2022", False)
    assert "999999" not in words


def test_a_unit_has_a_name_where_somebody_knows_it(loaded: Path) -> None:
    assert [queries.unit_name(code) for code in ("KGM", "BG", "ZZ")] == ["kilogram", "bag", ""]


def test_the_command_loads_each_file_and_names_the_one_that_is_refused(tmp_path: Path) -> None:
    hs, bad = written(tmp_path, "hs.csv", HS), written(tmp_path, "bad.csv", RATES + "x,y,z\n")
    done = CliRunner().invoke(reference, ["load", "--hs", str(hs), "--rates", str(bad), "--json"])
    assert done.exit_code == 2
    (row,) = json.loads(done.stdout)
    assert (row["sort"], row["scope"], row["rows"], row["new"]) == ("hs", "2022", 4, True)
    assert "bad.csv, line 5: “x” is no currency code" in done.stderr
    assert ExchangeRate.objects.count() == 0


def test_the_command_without_a_file_says_what_it_takes() -> None:
    assert "Name a file" in CliRunner().invoke(reference, ["load"]).stderr


def test_the_command_finds_codes_and_places(loaded: Path) -> None:
    found = json.loads(CliRunner().invoke(reference, ["find", "mung", "--json"]).stdout)
    assert [(row["kind"], row["code"]) for row in found] == [("HS 2022", "071331")]
    found = json.loads(CliRunner().invoke(reference, ["find", "yangon", "--json"]).stdout)
    assert [(row["kind"], row["code"]) for row in found] == [("UN/LOCODE", "MMRGN")]
    missing = CliRunner().invoke(reference, ["find", "nothing", "--edition", "2017"])
    assert isinstance(missing.exception, NotFound)


def test_the_command_lists_what_was_loaded(loaded: Path) -> None:
    assert "hs.csv" in CliRunner().invoke(reference, ["list"]).stdout
