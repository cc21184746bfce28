"""Each chart: what stands where, and the cases that are hard to draw."""

import itertools
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.kit.errors import Fault
from isthmus.ui.charts import (
    BarChart,
    Choice,
    FrontierChart,
    HeatMap,
    LineChart,
    Reference,
    Series,
    StripChart,
    TileMap,
    figure,
    spark,
)
from isthmus.ui.charts.frontier import efficient
from isthmus.ui.gallery_charts import CHARTS
from tests.ui.charts.svg import SIZES, box, check_sound, number, read

NAN = float("nan")
EVIL = "<script>alert(1)</script> & \"x\" 'y'"


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: f"{type(chart).__name__}-{chart.title}")
@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("rtl", [False, True], ids=["ltr", "rtl"])
def test_every_chart_of_the_gallery_is_sound(chart, width, rtl):
    check_sound(read(chart.draw(width, rtl=rtl)))


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: type(chart).__name__)
def test_every_chart_has_two_sizes_and_its_figures(chart):
    html = figure(chart)
    assert html.count('<svg class="plot') == 2
    assert f'viewBox="0 0 {SIZES[0]} ' in html
    assert f'viewBox="0 0 {SIZES[1]} ' in html
    assert "<details" in html
    assert '<table class="table' in html


@pytest.mark.parametrize(
    "chart",
    [
        LineChart(
            EVIL, (EVIL, "b"), (Series(EVIL, (1, 2)), Series("b", (2, 1))), EVIL, EVIL, Reference(1, EVIL)
        ),
        BarChart(EVIL, (EVIL,), (Series(EVIL, (1,)), Series("b", (2,))), EVIL, EVIL, Reference(1, EVIL)),
        HeatMap(EVIL, (EVIL,), (EVIL,), ((1,),), EVIL, EVIL),
        FrontierChart(EVIL, (Choice(EVIL, 1, 1, marked=True),), EVIL, EVIL, EVIL, EVIL, description=EVIL),
        StripChart(EVIL, (1, 2), 1, EVIL, EVIL, EVIL, Reference(1, EVIL)),
        TileMap(EVIL, {"CN": 1}, EVIL, EVIL, names={"CN": EVIL}),
    ],
    ids=lambda chart: type(chart).__name__,
)
def test_no_text_becomes_markup(chart):
    for html in (figure(chart), chart.draw(680)):
        assert "<script" not in html
        assert "&lt;script&gt;" in html


@pytest.mark.parametrize(
    "make",
    [
        lambda: LineChart("t", ("a",), (Series("s", (NAN,)),)),
        lambda: BarChart("t", ("a",), (Series("s", (float("inf"),)),)),
        lambda: HeatMap("t", ("a",), ("b",), ((NAN,),)),
        lambda: FrontierChart("t", (Choice("a", NAN, 1),), "x", "y"),
        lambda: StripChart("t", (1, NAN), 1),
        lambda: TileMap("t", {"CN": NAN}),
        lambda: spark((1, NAN), "t"),
    ],
)
def test_what_is_not_a_number_is_refused(make):
    with pytest.raises(Fault, match="not a number"):
        make()


def test_more_than_six_series_are_refused():
    with pytest.raises(Fault, match="at most 6 series, not 7"):
        LineChart("t", ("a",), tuple(Series(str(i), (i,)) for i in range(7)))


def test_series_of_another_length_are_refused():
    with pytest.raises(Fault, match="has 1 values for 2 steps"):
        BarChart("t", ("a", "b"), (Series("s", (1,)),))
    with pytest.raises(Fault, match="one value for each"):
        HeatMap("t", ("a",), ("b", "c"), ((1,),))


# Line


def test_days_stand_at_their_distance_in_time():
    days = (date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 11))
    picture = read(LineChart("t", days, (Series("s", (0, 5, 10)),)).draw(680))
    path = picture.all("path", "line")[0].get("d")
    points = [tuple(map(float, p.split())) for p in path[1:].split("L")]
    (x0, y0), (x1, y1), (x2, y2) = points
    assert (x1 - x0) / (x2 - x0) == pytest.approx(0.1, abs=0.01)
    assert y0 - y1 == pytest.approx(y1 - y2)
    assert y2 < y0


def test_a_gap_stays_a_gap():
    picture = read(LineChart("t", tuple("abcde"), (Series("s", (1, 2, None, 4, 5)),)).draw(680))
    assert len(picture.all("path", "line")) == 2


def test_a_value_between_gaps_is_a_dot():
    picture = read(LineChart("t", tuple("abcd"), (Series("s", (None, 4, None, 5)),)).draw(680))
    assert picture.all("path", "line") == []
    assert len({dot.get("cx") for dot in picture.all("circle", "dot")}) == 2


def test_series_are_named_at_their_ends_without_a_legend():
    series = tuple(Series(f"Series {i}", (5, 5 + i / 100)) for i in range(6))
    picture = read(LineChart("t", ("a", "b"), series).draw(680))
    labels = [picture.text(f"Series {i}") for i in range(6)]
    heights = sorted(number(label, "y") for label in labels)
    assert all(b - a >= 16 for a, b in itertools.pairwise(heights))
    ends = [number(dot, "cx") for dot in picture.all("circle", "dot")]
    assert all(number(label, "x") > max(ends) for label in labels)


def test_the_reference_line_is_named_and_at_its_value():
    picture = read(
        LineChart("t", ("a", "b"), (Series("s", (0, 100)),), reference=Reference(50, "Goal")).draw(680)
    )
    line = picture.all("line", "reference")[0]
    ticks = {e.text: number(e, "y") - 4 for e in picture.all("text") if e.text in {"40", "60"}}
    assert number(line, "y1") == pytest.approx((ticks["40"] + ticks["60"]) / 2, abs=0.2)
    assert "Goal" in picture.texts()


def test_no_values_are_said_to_be_none():
    for chart in (LineChart("t", (), (Series("s", ()),)), BarChart("t", (), ()), HeatMap("t", (), (), ())):
        assert "No values yet" in read(chart.draw(680)).texts()
    assert "No comparable cases yet" in read(StripChart("t", (), None).draw(680)).texts()
    assert "No choices yet" in read(FrontierChart("t", (), "x", "y").draw(680)).texts()


# Bars


def test_bars_start_at_zero_and_their_lengths_are_the_values():
    picture = read(BarChart("t", ("a", "b", "c"), (Series("s", (10, 40, -20)),)).draw(680))
    a, b, c = picture.all("rect", "f1")
    assert number(b, "width") == pytest.approx(4 * number(a, "width"), rel=0.01)
    assert number(a, "x") == number(b, "x")
    assert number(c, "x") + number(c, "width") == pytest.approx(number(a, "x"), abs=0.2)
    assert number(c, "width") == pytest.approx(2 * number(a, "width"), rel=0.01)


def test_bars_grow_from_the_right_on_a_page_from_right_to_left():
    chart = BarChart("t", ("a", "b"), (Series("s", (10, 40)),))
    left, right = read(chart.draw(680)), read(chart.draw(680, rtl=True))
    for one, other in zip(left.all("rect", "f1"), right.all("rect", "f1"), strict=True):
        assert number(other, "x") == pytest.approx(680 - number(one, "x") - number(one, "width"), abs=0.1)
        assert other.get("width") == one.get("width")
    assert left.text("a").get("text-anchor") == "end"
    assert right.text("a").get("text-anchor") is None


def test_a_missing_value_is_not_drawn_as_zero():
    picture = read(BarChart("t", ("a", "b"), (Series("s", (1, None)),)).draw(680))
    assert len(picture.all("rect")) == 1
    assert "no value" in picture.texts()


# Heat map and tiles


def test_shades_follow_the_values():
    picture = read(HeatMap("t", ("r",), tuple("abcdef"), ((0, 10, 50, 100, None, -100),)).draw(680))
    assert [e.get("class") for e in picture.all("rect")[:6]] == ["q1", "q1", "q3", "q5", "q0", "n5"]


def test_numbers_stand_in_the_cells_where_they_fit():
    wide = HeatMap("t", ("r",), ("a", "b"), ((11, 22),))
    assert {"11", "22"} <= set(read(wide.draw(320)).texts())
    tight = HeatMap("t", ("r",), tuple(map(str, range(60))), (tuple(range(1_000, 1_060)),))
    assert "1,059" not in read(tight.draw(320)).texts()


def test_a_map_shades_and_frames_countries():
    chart = TileMap("t", {"CN": 100, "MD": 1, "EU": 5}, "t", marked=frozenset({"MM"}))
    picture = read(chart.draw(680))
    shades = {e[0].text.split(":")[0]: e.get("class") for e in picture.all("rect") if len(e)}
    assert shades["CN"] == "q5"
    assert shades["MD"] == "q1"
    assert shades["FR"] == "q0"
    assert len(picture.all("rect", "picked")) == 1
    assert "EU" not in picture.texts()
    assert [row[0].html for row in chart.figures().rows] == ["CN", "EU", "MD"]


def test_a_narrow_map_leaves_out_parts_of_the_world_without_values():
    texts = read(TileMap("t", {"CN": 1}).draw(320)).texts()
    assert "JP" in texts
    assert "BR" not in texts


# Frontier


def test_the_frontier_is_what_no_other_choice_beats():
    choices = [Choice("a", 1, 5), Choice("b", 2, 3), Choice("c", 3, 4), Choice("d", 4, 1), Choice("e", 4, 2)]
    assert [c.name for c in efficient(choices, more_x=False, more_y=False)] == ["a", "b", "d"]
    assert [c.name for c in efficient(choices, more_x=True, more_y=True)] == ["a", "c", "e"]
    assert [c.name for c in efficient(choices, more_x=False, more_y=True)] == ["a"]
    assert [c.name for c in efficient(choices, more_x=True, more_y=False)] == ["d"]


CHOICES = st.lists(st.builds(Choice, st.just("n"), st.integers(0, 9), st.integers(0, 9)), max_size=12)


@given(CHOICES, st.booleans(), st.booleans())
def test_the_frontier_agrees_with_its_definition(choices, more_x, more_y):
    def good(c):
        return (c.x if more_x else -c.x), (c.y if more_y else -c.y)

    def beaten(c):
        return any(
            good(o)[0] >= good(c)[0] and good(o)[1] >= good(c)[1] and good(o) != good(c) for o in choices
        )

    best = [c for c in choices if not beaten(c)]
    found = efficient(choices, more_x=more_x, more_y=more_y)
    assert sorted(map(good, found)) == sorted(map(good, best))


def test_the_stairs_pass_the_corner_that_is_worse_in_both():
    choices = (Choice("a", 0, 10), Choice("b", 10, 0))
    for more, corner in ((False, "upper right"), (True, "lower left")):
        picture = read(FrontierChart("t", choices, "x", "y", more_x=more, more_y=more).draw(680))
        points = [tuple(map(float, p.split())) for p in picture.all("path", "s1")[0].get("d")[1:].split("L")]
        (ax, ay), (cx, cy), (bx, by) = points
        assert (cx, cy) == ((bx, ay) if corner == "upper right" else (ax, by))


def test_the_choice_in_question_is_a_diamond_with_its_name():
    chart = FrontierChart("t", (Choice("mine", 1, 1, marked=True), Choice("other", 2, 2)), "x", "y")
    picture = read(chart.draw(320))
    assert len(picture.all("path", "f2")) == 1
    assert "mine" in picture.texts()


# Strip and spark


def test_this_case_stands_at_its_value_among_the_others():
    chart = StripChart("t", (0, 5, 10), 7.5, "This one", "%", reference=Reference(5, "allowed"))
    picture = read(chart.draw(680))
    dots = sorted(number(dot, "cx") for dot in picture.all("circle"))
    mark = picture.all("path", "f2")[0].get("d")
    x = float(mark[1:].split()[0]) + 8
    assert (x - dots[0]) / (dots[2] - dots[0]) == pytest.approx(0.75, abs=0.01)
    assert "This one: 7.5 %" in picture.texts()
    assert number(picture.all("line", "reference")[0], "x1") == pytest.approx(dots[1])


@pytest.mark.parametrize("width", [300, 680])
@pytest.mark.parametrize("this", [0.7, 1.0, 1.05, 1.06, 1.07, 1.2, 1.3])
def test_the_line_to_this_case_runs_through_no_name(this: float, width: int):
    chart = StripChart("t", (0.7, 1.06, 1.3), this, reference=Reference(1.06, "usual on this corridor"))
    picture = read(chart.draw(width))
    start, _, end, _ = box(picture.text("usual on this corridor"))
    leader = number(picture.all("line", "leader")[0], "x1")
    assert start >= 0
    assert end <= width
    assert not start < leader < end


def test_equal_cases_stand_upon_each_other():
    picture = read(StripChart("t", (4, 4, 4), None).draw(680))
    heights = [number(dot, "cy") for dot in picture.all("circle")]
    assert len(set(heights)) == 3


def test_the_strip_says_where_this_case_stands():
    table = StripChart("t", (1, 2, 3, 4, 5), 4, "This one").figures()
    figures = [(str(row[0].html), str(row[1].html)) for row in table.rows]
    plain = [
        (name, html.removeprefix('<span class="number">').removesuffix("</span>")) for name, html in figures
    ]
    assert plain == [
        ("Comparable cases", "5"),
        ("Least", "1"),
        ("Lower quartile", "2.0"),
        ("Median", "3.0"),
        ("Upper quartile", "4.0"),
        ("Most", "5"),
        ("This one", "4"),
        ("Cases below it", "3"),
        ("Cases above it", "1"),
    ]


def test_a_spark_line_is_small_and_speaks():
    svg = spark((3, None, 5, 9, 4), "Sent in 5 days")
    picture = read(svg)
    assert picture.root[0].text == "Sent in 5 days: least 3, most 9, last 4"
    assert len(picture.all("path", "line")) == 1
    assert len(picture.all("circle", "dot")) == 1
    assert len(svg) < 600
    assert "no values yet" in spark((), "Sent")


# Any values


NUMBERS = st.one_of(
    st.none(),
    st.integers(-(10**18), 10**18),
    st.floats(-1e15, 1e15, allow_nan=False),
    st.floats(-1e-6, 1e-6, allow_nan=False),
)


@settings(max_examples=60)
@given(
    st.lists(st.lists(NUMBERS, min_size=5, max_size=5), min_size=1, max_size=6),
    st.sampled_from(SIZES),
    st.booleans(),
)
def test_any_values_can_be_drawn(rows, width, rtl):
    series = tuple(Series(f"Series number {i}", tuple(row)) for i, row in enumerate(rows))
    names = ("Rice", "Sesame seeds, whether or not broken", "Teak", "Frozen shrimps", "Jade")
    for chart in (
        LineChart("t", names, series, "kg"),
        BarChart("t", names, series, "kg"),
        HeatMap("t", [s.name for s in series], names, rows, "kg"),
    ):
        check_sound(read(chart.draw(width, rtl=rtl)))
    flat = [value for row in rows for value in row if value is not None]
    pairs = [Choice(f"Choice {i}", a, b) for i, (a, b) in enumerate(itertools.pairwise(flat))]
    check_sound(read(StripChart("t", flat, flat[0] if flat else None, unit="kg").draw(width)))
    check_sound(read(FrontierChart("t", pairs, "Cost", "Hours").draw(width)))
