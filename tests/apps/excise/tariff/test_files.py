"""Tariff files: what is refused, with its place; and that those of the product are whole."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from isthmus.apps.excise.tariff import queries
from isthmus.apps.excise.tariff.formats.schema import json_schema
from isthmus.apps.excise.tariff.formats.tariff_file import LARGEST_FILE, read_tariff
from isthmus.apps.excise.tariff.rules.model import At, Direction, Rounding
from isthmus.apps.excise.tariff.rules.soundness import faults_of
from isthmus.kit.errors import BadInput, NotFound
from tests.apps.excise.tariff.made import TEXT, made_up

ROUNDED = 'roundings = [{ at = "%s", to = 1, direction = "up" }, { at = "%s", to = 1, direction = "up" }]'
ALE = 'group = "ale", first_day = 2020-01-01, base = "litre", rate = 3.333'


def refused(text: str) -> str:
    with pytest.raises(BadInput) as caught:
        made_up(text)
    assert caught.value.faults
    return caught.value.message


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "duty = 33.33 }",
            "duty = 33.34 }",
            "example “Ten litres”: it comes to 33.33 ZZD, the file says 33.34 ZZD",
        ),
        ("duty = 33.33 }", 'fault = "gap" }', "it comes to 33.33 ZZD, the file says the fault gap"),
        (
            'product = "ale"',
            'product = "rum"',
            "it ends in the fault unknown-product, the file says 33.33 ZZD",
        ),
        (
            "duty = 33.33 }",
            "duty = 33.33, charges = { fund = 1 } }",
            "the file says 33.33 ZZD and fund 1.00 ZZD",
        ),
        ("duty = 33.33 }", "duty = 33.333 }", "33.333 is finer than the minor unit"),
        (", duty = 33.33 }", "}", "it says either a duty or a fault"),
        ("abv = 5, volume_l = 1,", "abv = 5.12345, volume_l = 1,", "its line cannot be read: decimals"),
        (ALE, ALE + ", last_day = 2019-01-01", "its last day 2019-01-01 lies before its first"),
        (ALE, ALE + ", abv = { from = 5, to = 4 }", "the band of abv ends before it begins"),
        (ALE, ALE + ", abv = { from = 5, above = 4 }", "a band has two beginnings or two ends"),
        (ALE, ALE + ", exempt = true", "it must have a rate, or be exempt, or say why its rate is missing"),
        (ALE, ALE + ', of = "cif"', "a rate on a value names the value with `of`"),
        (ALE, ALE + ", roundings = []", "the duty must be rounded to the minor unit"),
        (
            ALE,
            ALE + ", " + ROUNDED % ("duty", "litres"),
            "its roundings must stand once each in the order litres, measure, discount, part, duty",
        ),
        (
            ALE,
            ALE + ', roundings = [{ at = "duty", to = 0.001, direction = "up" }]',
            "finer than the minor unit",
        ),
        (
            ALE,
            ALE + ", " + ROUNDED % ("discount", "duty"),
            "a discount needs its rounding",
        ),
        (ALE, ALE + ', discount = "table"', "a discount needs its rounding"),
        (ALE, ALE + ', discount = "none"', "there is no discount none"),
        (ALE, ALE + ', charges = ["none"]', "there is no charge none"),
        (
            ALE,
            'group = "cream", first_day = 2020-01-01, base = "litre", rate = 3.333',
            "there is no group cream",
        ),
        (ALE, ALE + ', parts = [{ base = "litre", rate = 1 }]', "it has both parts and a rate of its own"),
        (ALE, 'group = "ale", first_day = 2020-01-01, rate = 3.333', "a rate needs its base"),
        (ALE, ALE + " },\n  { " + ALE, "it and ZZ/ale/2020-01-01/2 both hold for one line"),
        (
            ALE,
            ALE + ', roundings = [{ at = "duty", to = 10000000, direction = "up" }]',
            "too many decimals",
        ),
        ('name = "ale"', 'name = "beer"', "groups: a name stands there twice"),
        ('groups = ["beer"]', 'groups = ["milk"]', "stamp_exemptions.1: there is no group milk"),
        (
            'at = "duty", to = 0.05, direction = "up" }, act',
            'at = "part", to = 0.05, direction = "up" }, act',
            "the charge fund",
        ),
        ("rate = 3.333", 'rate = "3.333"', "rows.4.rate: Value error, must be a number"),
        ("rate = 3.333", "rate = nan", "must be a finite number"),
        ("rate = 3.333", "rate = 3.3333333", "at most 6 decimals"),
        ("rate = 3.333", "rate = -1", "greater than or equal to 0"),
        ("rate = 3.333", "rate = 1, colour = 2", "rows.4.colour: Extra inputs are not permitted"),
        ("format = 1", "format = 2", "format: Input should be 1"),
        ("minor_digits = 2", "minor_digits = 2 2", "it is no TOML"),
    ],
)
def test_a_file_is_refused_with_the_place_and_the_reason(old: str, new: str, said: str):
    assert old in TEXT
    assert said in refused(TEXT.replace(old, new, 1))


def test_a_rounding_of_litres_is_not_finer_than_a_microlitre():
    finer = Rounding(At.LITRES, Fraction(1, 3), Direction.DOWN)
    tariff = made_up()
    row = replace(tariff.rows[0], roundings=(finer, *tariff.rows[0].roundings))
    assert "finer than a microlitre" in faults_of(replace(tariff, rows=(row,)))[0][1]


def test_rows_of_one_tax_type_may_meet_only_where_they_charge_the_same():
    def with_rates(*rates: str) -> str:
        rows = [
            f'{{ group = "{group}", code = "T9", first_day = 2020-01-01, base = "litre", rate = {rate} }},'
            for group, rate in zip(("empty", "bulk"), rates, strict=True)
        ]
        text = TEXT.replace('{ group = "bulk",', '{ relief = "draught", group = "bulk",')
        start = text.index('  { group = "art"')
        return text[:start] + "".join(rows) + text[start:]

    assert made_up(with_rates("2", "2")).country == "ZZ"
    assert "both hold for one line" in refused(with_rates("2", "3"))


def test_what_is_too_large_or_no_text_is_refused():
    with pytest.raises(BadInput, match="larger than"):
        read_tariff(b" " * (LARGEST_FILE + 1), "big.toml")
    with pytest.raises(BadInput, match="no TOML"):
        read_tariff(b"\xff", "bytes.toml")


def test_only_the_first_faults_of_many_are_said():
    many = TEXT.replace(ALE, " },\n  { ".join(f"{ALE}, colour = {number}" for number in range(25)))
    message = refused(many)
    assert message.count("Extra inputs") == 20
    assert "and 5 more" in message


def test_the_tariffs_of_the_product_are_sound_and_found_by_country(tmp_path: Path):
    assert [tariff.country for tariff in queries.tariffs()] == ["MD", "MV", "AU", "GB", "KE"]
    assert [tariff.country for tariff in queries.tariffs() if not tariff.is_example] == ["MD", "MV"]
    assert len(queries.tariff_of("gb").rows) == 168
    with pytest.raises(NotFound, match="no tariff of FR"):
        queries.tariff_of("FR")


def test_a_file_that_changed_is_read_again(tmp_path: Path):
    path = tmp_path / "zz.toml"
    path.write_text(TEXT)
    assert queries.tariff_in(path).title == "Anywhere"
    path.write_text(TEXT.replace("Anywhere", "Elsewhere"))
    assert queries.tariff_in(path).title == "Elsewhere"


def test_the_schema_names_every_field_of_the_format():
    schema = json_schema()
    assert {"country", "rows", "examples", "roundings", "stamp_exemptions"} <= set(schema["properties"])
    assert schema["additionalProperties"] is False
