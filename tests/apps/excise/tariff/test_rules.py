"""The two ways of working duty out agree, whatever the line; each rule for itself."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.apps.excise.tariff.queries import tariffs
from isthmus.apps.excise.tariff.rules.choosing import SMALL_PRODUCER
from isthmus.apps.excise.tariff.rules.columns import columns_of
from isthmus.apps.excise.tariff.rules.int64 import divided, multiples, product, rounded
from isthmus.apps.excise.tariff.rules.model import LARGEST, Band, Direction, Line, LineFault
from isthmus.apps.excise.tariff.rules.reference import assess
from isthmus.apps.excise.tariff.rules.rounding import rounded as rounded_exactly
from isthmus.apps.excise.tariff.rules.rounding import written
from isthmus.apps.excise.tariff.rules.stamps import stamp_of
from isthmus.apps.excise.tariff.rules.vectorised import Book
from tests.apps.excise.tariff.made import TEXT, made_up

TARIFFS = [*tariffs(), made_up()]
BOOK = Book(TARIFFS)
PRODUCTS = [
    (at, name)
    for at, tariff in enumerate(TARIFFS)
    for name in dict.fromkeys(
        [*(group.name for group in tariff.groups), *(row.code for row in tariff.rows if row.code), "rope"]
    )
]
DAYS = sorted(
    {
        day + timedelta(shift)
        for tariff in TARIFFS
        for row in tariff.rows
        for day in (row.first_day, row.last_day)
        if day is not None
        for shift in (-1, 0, 1)
    }
)
sizes = st.one_of(
    st.sampled_from([0, 1, 330_000, 355_000, 700_000, LARGEST, LARGEST + 1]),
    st.integers(-1, 10**8),
    st.integers(1, LARGEST),
)
amounts = st.one_of(st.none(), st.integers(-1, 10**9), st.integers(0, LARGEST + 1))


@st.composite
def lines(draw: st.DrawFn) -> tuple[int, Line]:
    at, name = draw(st.sampled_from(PRODUCTS))
    line = Line(
        name,
        abv=draw(
            st.one_of(
                st.none(), st.integers(0, 400).map(lambda tenths: tenths * 100), st.integers(-1, 100_001)
            )
        ),
        volume=draw(st.one_of(st.none(), sizes)),
        quantity=draw(st.one_of(st.none(), st.integers(-1, 5000), sizes)),
        cif=draw(amounts),
        retail=draw(amounts),
        day=draw(st.one_of(st.none(), st.sampled_from(DAYS))),
        producer=draw(st.one_of(st.none(), st.integers(-1, 5 * 10**6), st.integers(1, 60_000))),
        plato=draw(st.one_of(st.none(), st.integers(-1, 100_001))),
        relief=draw(st.sampled_from(["", "", "draught", SMALL_PRODUCER])),
    )
    return at, line


def exact(at: int, line: Line) -> tuple[int, str, dict[str, int]]:
    try:
        made = assess(TARIFFS[at], line)
    except LineFault:
        return -1, "", {}
    charges = {one.name: one.amount_minor if one.amount_minor is not None else -1 for one in made.charges}
    return made.duty_minor, made.row.rule, charges


def agree(some: list[tuple[int, Line]]) -> None:
    found = BOOK.duties(columns_of([line for _at, line in some], [at for at, _line in some]))
    for place, (at, line) in enumerate(some):
        due, rule, charges = exact(at, line)
        assert int(found.duty[place]) == due, (TARIFFS[at].country, line)
        assert (found.rows[found.row[place]].rule if found.row[place] >= 0 else "") == rule
        assert all(int(found.charges[name][place]) == amount for name, amount in charges.items())


@given(st.lists(lines(), min_size=1, max_size=30))
@settings(deadline=None)
def test_any_lines_come_out_alike_by_fractions_and_by_arrays(some: list[tuple[int, Line]]):
    agree(some)


@st.composite
def sound_lines(draw: st.DrawFn) -> tuple[int, Line]:
    """A line within the bands of one row, so that most of them have a duty."""
    at = draw(st.integers(0, len(TARIFFS) - 1))
    row = draw(st.sampled_from(TARIFFS[at].rows))

    def within(band: Band, scale: int, least: int, most: int) -> int:
        low, high = band.whole(scale)
        first, last = max(low, least), min(high, most)
        return draw(st.integers(first, max(first, last)))

    last = row.last_day or row.first_day + timedelta(800)
    top = int(row.discount.bands[-1].up_to * 1000) if row.discount else 10**5
    small = row.discount is not None or "small" in row.relief
    line = Line(
        row.code or row.group,
        abv=within(row.abv, 1000, 0, 100_000),
        volume=within(row.size_l, 10**6, 1, 10**10),
        quantity=draw(st.integers(1, 10 ** draw(st.integers(0, 6)))),
        cif=draw(st.integers(0, 10**14)),
        retail=draw(st.one_of(st.none(), st.integers(0, 10**14))),
        day=draw(st.dates(row.first_day, last)),
        producer=within(row.producer_hl, 1000, 1, top) if small else None,
        plato=within(row.plato, 1000, 0, 100_000),
        relief="+".join(part for part in row.relief.split("+") if "small" not in part),
    )
    return at, line


@given(st.lists(sound_lines(), min_size=1, max_size=30))
@settings(deadline=None)
def test_sound_lines_come_out_alike(some: list[tuple[int, Line]]):
    agree(some)


def test_what_is_exempt_owes_nothing_either_way():
    at = len(TARIFFS) - 1
    line = Line("F1", abv=5000, volume=10**6, quantity=3, day=date(2021, 1, 1))
    assert exact(at, line)[0] == 0
    agree([(at, line), (at, line)])


@given(sound_lines(), st.integers(1, 1000))
@settings(deadline=None)
def test_more_litres_never_owe_less(found: tuple[int, Line], more: int):
    at, line = found
    assert line.quantity is not None
    less, greater = exact(at, line)[0], exact(at, replace(line, quantity=line.quantity + more))[0]
    assert greater >= less or greater == -1


def test_many_portions_and_no_line_at_all_are_worked_out_too():
    beer = Line("beer", abv=5000, volume=500_000, quantity=3, day=date(2022, 1, 1))
    count = 140_000
    found = Book(TARIFFS[:1]).duties(columns_of([beer] * count, [0] * count))
    assert found.duty.tolist() == [435] * count
    assert len(BOOK.duties(columns_of([], [])).duty) == 0


numbers = st.integers(0, LARGEST)


@given(st.lists(st.tuples(numbers, numbers, st.integers(1, 10**15)), min_size=1, max_size=20))
def test_products_of_any_size_are_divided_exactly_or_marked(some: list[tuple[int, int, int]]):
    one, other, divisor = (np.array(column, dtype=np.int64) for column in zip(*some, strict=True))
    found = divided(one, other, divisor)
    over = found.over if found.over is not None else np.zeros(len(some), dtype=np.bool_)
    for place, (first, second, below) in enumerate(some):
        assert bool(over[place]) is (first * second > LARGEST * below)
        if not over[place]:
            assert (int(found.whole[place]), int(found.rest[place])) == divmod(first * second, below)


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=20))
def test_products_are_exact_or_marked(some: list[tuple[int, int]]):
    one, other = (np.array(column, dtype=np.int64) for column in zip(*some, strict=True))
    made, over = product(one, other)
    for place, (first, second) in enumerate(some):
        large = over is not None and bool(over[place])
        assert large is (first * second > LARGEST)
        assert large or int(made[place]) == first * second


@given(st.integers(0, 10**9), st.integers(1, 10**6), st.integers(1, 100), st.sampled_from(list(Direction)))
def test_both_ways_round_alike(top: int, below: int, of: int, direction: Direction):
    ratio = divided(np.array([top]), 1, below)
    expected = rounded_exactly(Fraction(top, below), Fraction(of), direction)
    assert multiples(ratio, of, direction).tolist() == [expected]
    assert rounded(ratio, direction).tolist() == [
        rounded_exactly(Fraction(top, below), Fraction(1), direction)
    ]


@pytest.mark.parametrize(
    ("value", "direction", "result"),
    [
        ("0.125", Direction.DOWN, "0.12"),
        ("0.121", Direction.UP, "0.13"),
        ("0.12", Direction.UP, "0.12"),
        ("0.125", Direction.HALF_UP, "0.13"),
        ("0.1249", Direction.HALF_UP, "0.12"),
        ("0.125", Direction.HALF_EVEN, "0.12"),
        ("0.135", Direction.HALF_EVEN, "0.14"),
        ("0.1251", Direction.HALF_EVEN, "0.13"),
    ],
)
def test_each_direction_rounds_as_it_says(value: str, direction: Direction, result: str):
    assert rounded_exactly(Fraction(value), Fraction("0.01"), direction) == Fraction(result)


def test_fractions_are_written_as_decimals():
    assert [written(Fraction(text)) for text in ("0", "5", "-1.25", "162.24")] == [
        "0",
        "5",
        "-1.25",
        "162.24",
    ]
    assert written(Fraction(1, 3), 4) == "0.3333..."


@given(st.fractions(0, 50), st.fractions(0, 50), st.booleans(), st.booleans(), st.integers(0, 50_000))
def test_a_band_in_whole_numbers_holds_the_same_values(
    low: Fraction, high: Fraction, low_open: bool, high_open: bool, value: int
):
    band = Band(low, high, low_open, high_open)
    first, last = band.whole(1000)
    assert (first <= value <= last) is band.holds(Fraction(value, 1000))


def test_bands_that_touch_meet_only_where_both_hold_the_edge():
    edge = Fraction(2)
    assert Band(high=edge).meets(Band(low=edge))
    assert not Band(high=edge).meets(Band(low=edge, low_open=True))
    assert not Band(high=edge, high_open=True).meets(Band(low=edge))
    assert not Band(low=Fraction(3)).meets(Band(high=edge))
    assert Band().meets(Band(low=edge))


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (Line(""), "no-product"),
        (Line("", hs="9999"), "unknown-hs"),
        (Line("", hs="2203"), "several-products"),
        (Line("ale", hs="2208"), "hs-contradicts"),
        (Line("liquor"), "several-products"),
        (Line("empty"), "no-rows"),
        (Line("kegs", relief="draught"), "no-relief"),
        (Line("F2"), "missing-rate"),
        (Line("beer", plato=31_000), "gap"),
        (Line("beer"), "missing"),
        (Line("reduced", producer=1000), "no-discount"),
        (Line("ale", quantity=0), "not-positive"),
        (Line("ale", cif=-1), "negative"),
        (Line("ale", retail=LARGEST + 1), "overflow"),
        (Line("ale", plato=100_001), "plato-over-100"),
    ],
)
def test_each_fault_has_its_code(line: Line, code: str):
    if line.quantity is None:
        line = replace(line, quantity=1)
    with pytest.raises(LineFault) as caught:
        assess(made_up(), replace(line, abv=20_000, volume=10**6, day=date(2020, 6, 1)))
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (Line("", hs="2203.00.09"), "ZZ/ale/2020-01-01"),
        (Line("", hs="2208 70 10"), "ZZ/liqueur/2020-01-01"),
        (Line("Shots", hs="2208"), "ZZ/shots/2020-01-01"),
        (Line("S1"), "ZZ/S1/small/2020-01-01"),
        (Line("s_1", hs="2208"), None),
        (Line("ale", producer=5), "ZZ/ale/2020-01-01"),
    ],
)
def test_products_are_found_by_name_by_tax_type_and_by_code(line: Line, rule: str | None):
    whole = replace(line, abv=20_000, volume=10**6, quantity=1, day=date(2020, 6, 1))
    if rule is None:
        with pytest.raises(LineFault):
            assess(made_up(), whole)
    else:
        assert assess(made_up(), whole).row.rule == rule


def test_a_tax_type_is_contradicted_by_a_code_of_another_product():
    gb = next(tariff for tariff in TARIFFS if tariff.country == "GB")
    with pytest.raises(LineFault) as caught:
        assess(gb, Line("311", hs="2208"))
    assert caught.value.code == "hs-contradicts"


def test_stamps_are_asked_for_unless_something_frees_the_goods():
    tariff = made_up()

    def words(group: str, abv: int | None, volume: int | None) -> tuple[str | None, list[str]]:
        answer = stamp_of(tariff, group, Line(group, abv=abv, volume=volume))
        assert answer is not None
        return answer.free.words if answer.free else None, [one.words for one in answer.possible]

    assert words("ale", 7_000, None) == ("weak", [])
    assert words("beer", 9_000, 10**6) == ("beer", [])
    assert words("ale", 40_000, 250_000) == (None, ["small bottles", "transit"])
    assert words("ale", 40_000, 3 * 10**6) == (None, ["small bottles", "transit"])
    assert words("ale", None, None) == (None, ["transit"])
    assert words("ale", 40_000, 700_000) == (None, ["transit"])
    assert stamp_of(TARIFFS[1], "beer", Line("beer")) is None


def test_an_overflow_is_marked_at_each_place_of_a_calculation():
    day = date(2020, 6, 1)
    most = Line(
        "", abv=100_000, volume=LARGEST, quantity=1, cif=LARGEST, retail=LARGEST, day=day, plato=100_000
    )
    names = ("mixed", "either", "bulk", "shots", "drops", "kegs", "art", "beer", "ale", "dear")
    agree([(len(TARIFFS) - 1, replace(most, product=name)) for name in names])
    odd = [replace(most, product=name, volume=1, cif=cif) for name in names for cif in (LARGEST, 10**17 + 7)]
    agree([(len(TARIFFS) - 1, line) for line in odd])


def test_degrees_plato_are_worked_out_in_columns_as_one_by_one():
    line = Line("beer", abv=5_000, plato=11_000, volume=10**6, quantity=240, day=date(2020, 6, 1))
    agree([(len(TARIFFS) - 1, line)])
    assert assess(TARIFFS[-1], line).duty_minor > 0


def test_figures_with_many_ends_are_searched():
    rows = "".join(
        f'{{ group = "empty", first_day = 2020-01-01, base = "litre", rate = {size}, '
        f"size_l = {{ above = {size}, to = {size + 1} }} }},\n"
        for size in range(9)
    )
    tariff = made_up(TEXT.replace("rows = [", "rows = [" + rows, 1))
    lines = [Line("empty", abv=0, volume=size * 500_000, quantity=1, day=DAYS[-1]) for size in range(1, 20)]
    found = Book((tariff,)).duties(columns_of(lines, [0] * len(lines))).duty.tolist()
    for line, due in zip(lines, found, strict=True):
        try:
            assert due == assess(tariff, line).duty_minor
        except LineFault:
            assert due == -1


def test_the_largest_quotient_is_kept_and_the_next_is_marked():
    whole = divided(np.array([LARGEST, LARGEST, LARGEST]), np.array([10**9, 10**9, 10**9 + 1]), 10**9)
    assert whole.whole[0] == LARGEST
    assert whole.over is not None
    assert whole.over.tolist() == [False, False, True]
    beyond = divided(np.array([LARGEST]), np.array([10**15]), np.array([10**15 - 1]))
    assert beyond.over is not None
    assert beyond.over.tolist() == [True]


@pytest.mark.parametrize(
    ("first", "more"),
    [
        pytest.param(2**50, 999, id="rounded up to the next whole number"),
        pytest.param(2**60 // 1000 + 1, 0, id="the product loses its last digits in double precision"),
    ],
)
def test_an_estimate_that_is_one_too_large_or_too_small_is_mended(first: int, more: int):
    quotients = list(range(first, first + 128))
    found = divided(np.array([quotient * 1000 + more for quotient in quotients]), 1, 1000)
    assert found.whole.tolist() == quotients
    assert found.rest.tolist() == [more] * len(quotients)
