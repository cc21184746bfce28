"""The rates of five countries, by day at the boundaries, to the minor unit, by both ways of working them
out.
"""

from datetime import date

import pytest

from isthmus.apps.excise.tariff.formats.lines import line_of
from isthmus.apps.excise.tariff.queries import tariff_of
from isthmus.apps.excise.tariff.rules.columns import columns_of
from isthmus.apps.excise.tariff.rules.model import Line, LineFault, Tariff
from isthmus.apps.excise.tariff.rules.reference import assess
from isthmus.apps.excise.tariff.rules.vectorised import Book


def line(product: str, abv: str, volume: str, quantity: str, day: str, **more: str) -> Line:
    members = {"product": product, "abv": abv, "volume_l": volume, "quantity": quantity, "date": day}
    return line_of(members | more)


def both(tariff: Tariff, one: Line) -> int | str:
    """The duty by the reference, or the code of the fault; the faster way must agree."""
    found = Book((tariff,)).duties(columns_of([one], [0]))
    try:
        made = assess(tariff, one)
    except LineFault as fault:
        assert found.duty.tolist() == [-1]
        return fault.code
    assert found.duty.tolist() == [made.duty_minor]
    assert found.rows[found.row[0]] is made.row
    return made.duty_minor


@pytest.mark.parametrize(
    ("product", "year", "litre_minor"),
    [
        ("beer", 2021, 276),
        ("beer", 2022, 290),
        ("beer", 2023, 305),
        ("wine-based", 2021, 1575),
        ("wine-based", 2022, 1654),
        ("wine-based", 2023, 1737),
        ("cider", 2021, 305),
        ("cider", 2022, 320),
        ("cider", 2023, 336),
        ("spirits", 2021, 10955),
        ("spirits", 2022, 11502),
        ("spirits", 2023, 12077),
    ],
)
def test_moldova_charges_by_the_year_from_its_first_to_its_last_day(
    product: str, year: int, litre_minor: int
):
    tariff = tariff_of("MD")
    strength = "100" if product == "spirits" else "5"
    for day in (f"{year}-01-01", f"{year}-12-31"):
        assert both(tariff, line(product, strength, "1", "1", day)) == litre_minor


@pytest.mark.parametrize(
    ("country", "product", "day", "fault"),
    [
        ("MD", "beer", "2020-12-31", "before-first"),
        ("MD", "beer", "2024-01-01", "after-last"),
        ("MD", "gin", "2022-01-01", "unknown-product"),
        ("MV", "beer", "2020-07-31", "before-first"),
        ("GB", "beer", "2023-07-31", "before-first"),
        ("AU", "beer", "2019-02-28", "before-first"),
        ("AU", "beer", "2019-03-02", "after-last"),
    ],
)
def test_a_day_or_a_product_outside_is_an_error(country: str, product: str, day: str, fault: str):
    assert both(tariff_of(country), line(product, "5", "1", "1", day)) == fault


def test_the_maldives_add_a_share_of_the_value_to_the_litres_and_show_the_fee_apart():
    spirits = assess(tariff_of("MV"), line("spirits", "40", "0.7", "12", "2020-08-01", cif="1200"))
    assert spirits.duty_minor == 30000 + 42000
    assert [(charge.name, charge.amount_minor) for charge in spirits.charges] == [("revenue fee", 1200)]
    assert not spirits.row.confirmed
    assert both(tariff_of("MV"), line("wine", "13", "0.75", "12", "2021-01-01", cif="100")) == 2500 + 13500
    beer = assess(tariff_of("MV"), line("beer", "5", "0.33", "24", "2021-01-01"))
    assert beer.duty_minor == 11880
    assert [charge.amount_minor for charge in beer.charges] == [None]


@pytest.mark.parametrize(
    ("day", "beer", "spirits"),
    [
        ("2020-09-30", 11062, 25300),
        ("2020-10-01", 11608, 26550),
        ("2021-11-01", 11608, 26550),
        ("2021-11-02", 12185, 27870),
    ],
)
def test_kenya_is_indexed_on_two_days(day: str, beer: int, spirits: int):
    tariff = tariff_of("KE")
    assert both(tariff, line("beer", "5", "1", "1", day)) == beer
    assert both(tariff, line("spirits", "40", "1", "1", day)) == spirits
    assert not any(row.confirmed for row in tariff.rows)


def test_australia_cuts_the_alcohol_and_then_the_duty():
    carton = line("beer", "5", "0.355", "240", "2019-03-01")
    made = assess(tariff_of("AU"), carton)
    assert both(tariff_of("AU"), carton) == 16224
    assert [str(float(step.value)) for step in made.steps if step.kind in {"alcohol", "rounding"}] == [
        "3.2802",
        "3.2",
        "162.24",
    ]


@pytest.mark.parametrize(
    ("day", "beer"),
    [
        ("2023-08-01", 2101),
        ("2025-01-31", 2101),
        ("2025-02-01", 2178),
        ("2026-01-31", 2178),
        ("2026-02-01", 2258),
    ],
)
def test_the_united_kingdom_changes_on_the_first_of_february(day: str, beer: int):
    assert both(tariff_of("GB"), line("321", "5", "20", "1", day)) == beer


@pytest.mark.parametrize(
    ("product", "abv", "due"),
    [
        ("beer", "1.3", 12051),
        ("beer", "3.4", 31518),
        ("beer", "3.5", 73535),
        ("beer", "8.4", 176484),
        ("beer", "8.5", 242250),
        ("beer", "22", 627000),
        ("beer", "22.1", 699244),
        ("sparkling cider", "5.5", 53185),
        ("sparkling cider", "5.6", 138712),
        ("324", "6", 148620),
        ("beer", "1.2", "gap"),
        ("beer", "3.45", "gap"),
        ("beer", "8.45", "gap"),
        ("beer", "22.05", "gap"),
        ("cider", "8.5", "gap"),
        ("366", "4", "missing-rate"),
    ],
)
def test_bands_of_the_united_kingdom_hold_to_their_edges_and_no_further(
    product: str, abv: str, due: int | str
):
    assert both(tariff_of("GB"), line(product, abv, "1000", "1", "2024-06-01")) == due


def test_the_united_kingdom_rounds_the_duty_down_and_the_discount_up():
    tariff = tariff_of("GB")
    assert both(tariff, line("spirits", "40", "0.7", "1", "2025-02-01")) == 918  # 9.1812
    # (48.05 + 2.44 (17.3 - 5)) / 17.3 = 4.5122..., so 9.61 - 4.52 on 15 litres.
    assert both(tariff, line("361", "3", "500", "1", "2025-03-01", producer_hl="17.3")) == 7635
    assert both(tariff, line("361", "3", "500", "1", "2025-03-01", producer_hl="4500.1")) == "no-discount"
    assert both(tariff, line("361", "3", "500", "1", "2025-03-01")) == "missing"
    draught = line("beer", "3", "500", "1", "2026-03-01", producer_hl="17.3", relief="draught")
    assert both(tariff, draught) == both(
        tariff, line("371", "3", "500", "1", "2026-03-01", producer_hl="17.3")
    )


def test_a_day_after_the_last_look_is_worked_out_by_the_last_rates():
    assert date(2022, 1, 1) > tariff_of("KE").checked_on
    assert both(tariff_of("KE"), line("beer", "5", "1", "1", "2022-01-01")) == 12185
