"""A surface of two sizes: its lines stand where the measure says, its shades between, its marks upon."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.kit.errors import Fault
from isthmus.ui.charts import Mark, SurfaceChart, alone
from isthmus.ui.charts.log_scale import LogScale, nearest, written
from isthmus.ui.charts.surface import contour
from tests.ui.charts.svg import check_sound, number, read

X = [10.0 * 1.2**step for step in range(20)]
Y = [100.0 * 1.3**step for step in range(20)]


def falling(least: float = 100_000.0) -> list[list[float]]:
    """A measure that is ``least`` by the product of the sizes: its lines are straight on logarithms."""
    return [[least / (x * y) for y in Y] for x in X]


def chart(values: list[list[float]] | None = None, **changes: object) -> SurfaceChart:
    members: dict[str, object] = {
        "title": "Not met",
        "x": X,
        "y": Y,
        "values": values or falling(),
        "levels": (1.0, 5.0, 10.0, 20.0, 50.0),
        "x_name": "Panel",
        "y_name": "Battery",
        "x_unit": "Wp",
        "y_unit": "Wh",
        "unit": "%",
        "measure": "Share that is not met",
        "marks": (Mark("100 Wp, 1,000 Wh", 100, 1000),),
        "picked": 3.0,
    }
    return SurfaceChart(**{**members, **changes})


@given(st.floats(2.0, 90.0))
def test_a_line_stands_where_the_measure_has_its_level(level: float) -> None:
    line = contour(X, Y, falling(), level)
    assert len(line) > 1
    assert all(100_000.0 / (x * y) == pytest.approx(level) for x, y in line)
    assert all(a[0] <= b[0] and a[1] >= b[1] for a, b in pairwise(line))


def test_a_level_that_is_never_crossed_has_no_line() -> None:
    assert contour(X, Y, falling(), 1e9) == []
    assert contour(X, Y, [[0.0] * 20] * 20, 1.0) == []


def test_a_measure_that_comes_to_nothing_is_crossed_before_it_is_zero() -> None:
    ((x, y), *_rest) = contour([1.0, 10.0], [1.0, 10.0], [[1.0, 0.0], [0.0, 0.0]], 0.1)
    assert (1.0 <= x <= 10.0, 1.0 <= y <= 10.0) == (True, True)


@pytest.mark.parametrize("width", [680, 320])
def test_each_line_is_named_at_its_end_and_the_picked_one_is_dashed(width: int) -> None:
    picture = read(chart().draw(width, rtl=True))
    check_sound(picture)
    assert len(picture.all("path", "contour")) == 5
    assert len(picture.all("path", "reference")) == 1
    assert {"1 %", "3 %", "5 %", "10 %", "20 %", "50 %", "1 % or less", "more than 50 %"} <= set(
        picture.texts()
    )
    assert {rect.get("class") for rect in picture.all("rect")} == {f"q{step}" for step in range(6)}


def test_what_lies_below_a_level_is_painted_over_what_lies_above() -> None:
    picture = read(chart().draw(680))
    areas = [path.get("class") for path in picture.all("path") if path.get("class").startswith("q")]
    assert areas == ["q4", "q3", "q2", "q1", "q0"]
    assert picture.all("rect")[0].get("class") == "q5"


def test_a_surface_without_lines_has_one_shade() -> None:
    picture = read(chart([[0.0] * 20] * 20, picked=None, marks=()).draw(680))
    check_sound(picture)
    assert picture.all("path") == []
    assert picture.all("rect")[0].get("class") == "q0"


def test_marks_stand_at_their_sizes_with_names_apart() -> None:
    marks = [Mark("Asked", 100, 1000), Mark("There", 100.5, 1001), Mark("Largest", X[-1], Y[-1])]
    picture = read(chart(marks=marks).draw(680))
    check_sound(picture)
    ticks = {
        text.text: number(text, "x") for text in picture.all("text") if text.get("text-anchor") == "middle"
    }
    middle = picture.all("path", "dot")[0].get("d")
    assert float(middle[1:].split()[0]) + 7 == pytest.approx(ticks["100"], abs=0.2)


def test_the_table_has_the_values_at_the_ticks() -> None:
    table = chart(None).figures()
    assert [str(head.label) for head in table.heads] == [
        "Battery",
        *("10 Wp", "20.7 Wp", "51.6 Wp", "107 Wp", "185 Wp"),
    ]
    rows = [[str(cell.html).replace("\u00a0", " ") for cell in row] for row in table.rows]
    assert rows[0][0] == "11,200 Wh"
    assert (rows[-1][0], "100 %" in rows[-1][1], "19.4 %" in rows[-1][3]) == ("100 Wh", True, True)


def test_what_is_no_surface_is_refused() -> None:
    with pytest.raises(Fault, match="one value for each pair"):
        chart([[1.0]])
    with pytest.raises(Fault, match="rise from above zero"):
        chart([[1.0, 0.5], [0.5, 0.2]], x=(2.0, 1.0), y=(1.0, 2.0))
    with pytest.raises(Fault, match="rise from above zero"):
        chart([[1.0]], x=(1.0,), y=(1.0,))
    with pytest.raises(Fault, match="up to 5 levels"):
        chart(levels=(2.0, 1.0))
    with pytest.raises(Fault, match="not a number"):
        chart([[math.nan, 0.5], [0.5, 0.2]], x=(1.0, 2.0), y=(1.0, 2.0))


def test_a_logarithmic_axis_puts_equal_factors_equally_far_apart() -> None:
    scale = LogScale(10.0, 1000.0).over(0.0, 200.0)
    assert [scale.at(value) for value in (1.0, 10.0, 100.0, 1000.0, 5000.0)] == pytest.approx(
        [0, 0, 100, 200, 200]
    )
    assert scale.ticks() == (10, 20, 50, 100, 200, 500, 1000)
    assert LogScale(110.0, 600.0).ticks() == (150, 200, 300, 500)
    assert LogScale(11.0, 14.0).ticks() == (11.0, 14.0)
    assert [written(value) for value in (1234.0, 0.05, 87.52)] == ["1,230", "0.05", "87.5"]
    assert nearest([10.0, 30.0, 100.0], 60.0) == 2


def test_a_picture_as_a_file_has_its_own_style_and_size() -> None:
    root = read(alone(chart()).decode()).root
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("width") == "680"
    assert root[0].tag == "{http://www.w3.org/2000/svg}style"
