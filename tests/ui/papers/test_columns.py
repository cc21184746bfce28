"""Widths of columns: no word is broken while the page has room, and the page is filled exactly."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from isthmus.ui.papers.columns import PAGE, floors, shared_out, widths
from isthmus.ui.papers.paper import PaperTable

GAP = "\N{NO-BREAK SPACE}"
WORDS = st.text("aMil1- 年م\N{NO-BREAK SPACE}\n", max_size=40)


def table(*heads: str, rows: tuple[tuple[str, ...], ...] = (), shares: tuple[int, ...] = ()) -> PaperTable:
    return PaperTable(heads, rows, shares=shares)


def floor(text: str) -> int:
    """The least width of a column with this text below an empty head."""
    return floors([table("", rows=((text,),))])[0]


class TestLongestWord:
    @pytest.mark.parametrize(
        ("longer", "shorter"),
        [
            ("Confirmed", "Confirm ed"),
            (f"27{GAP}November", "27 November"),
            ("WWW", "iii"),
            ("AAA", "aaa"),
            ("2026-11-27", "2026 11-27"),
            ("Registration", "Regis-tration"),
            ("abcdef", "abc\ndef"),
        ],
    )
    def test_asks_for_more_room(self, longer: str, shorter: str) -> None:
        assert floor(longer) > floor(shorter)

    def test_of_a_script_without_spaces_is_one_sign(self) -> None:
        assert floor("问卷逐题对照") == floor("问") == floor("ab问") - floor("ab") + floor("问")

    def test_a_bold_head_is_broader_than_its_text(self) -> None:
        assert floors([table("Quantity")])[0] > floor("Quantity")

    def test_marks_and_signs_that_are_not_seen_take_no_room(self) -> None:
        assert floor("e\N{COMBINING ACUTE ACCENT}\N{FIRST STRONG ISOLATE}") == floor("e")


class TestSharedOut:
    def test_follows_what_is_wanted(self) -> None:
        assert shared_out([10, 10], [3, 1], 400) == [300, 100]

    def test_lifts_what_would_be_too_narrow(self) -> None:
        assert shared_out([10, 90, 10], [60, 1, 39], 190) == [61, 90, 39]

    def test_fills_the_page_to_the_last_unit(self) -> None:
        assert shared_out([1, 1, 1], [1, 1, 1], 100) == [34, 33, 33]

    def test_what_does_not_fit_is_shared_alike_among_the_long(self) -> None:
        assert shared_out([10, 500, 700], [1, 1, 1], 110) == [10, 50, 50]
        assert shared_out([60, 60], [1, 1], 101) == [50, 51]

    def test_what_fits_exactly_stays(self) -> None:
        assert shared_out([40, 60], [9, 1], 100) == [40, 60]

    @given(st.lists(st.tuples(st.integers(1, 9000), st.integers(1, 99)), min_size=1, max_size=9))
    def test_sums_to_the_page_and_keeps_words_whole_where_possible(
        self, columns: list[tuple[int, int]]
    ) -> None:
        least, wanted = [one for one, _want in columns], [want for _one, want in columns]
        found = shared_out(least, wanted, PAGE)
        assert sum(found) == PAGE
        if sum(least) <= PAGE:
            assert all(width >= low for width, low in zip(found, least, strict=True))
        else:
            narrowed = [width for width, low in zip(found, least, strict=True) if width < low]
            assert max(narrowed) - min(narrowed) <= 1
            assert all(width in (low, *narrowed) for width, low in zip(found, least, strict=True))


class TestWidths:
    def test_a_long_text_takes_more_but_not_all(self) -> None:
        first, second = widths(table("a", "bb", rows=(("x " * 50, "y"),)))
        assert first + second == PAGE
        assert (first, second) == (PAGE - PAGE * 12 // 72, PAGE * 12 // 72)

    def test_tables_with_the_same_heads_line_up(self) -> None:
        short = table("Counter", "Unit", rows=(("a", "b"),), shares=(3, 1))
        long = table("Counter", "Unit", rows=(("a", "unbreakableunbreakableunbreakable"),), shares=(3, 1))
        other = table("Share", "Unit", rows=(("a", "b"),))
        beside = (short, long, other)
        assert widths(short, beside) == widths(long, beside) != widths(short)
        assert widths(other, beside) == widths(other)

    def test_an_empty_table_has_its_heads(self) -> None:
        assert sum(widths(table("a", "Confirmed"))) == PAGE

    @given(st.integers(1, 6), st.data())
    def test_no_word_is_broken_while_there_is_room(self, count: int, data: st.DataObject) -> None:
        texts = st.tuples(*[WORDS] * count)
        made = PaperTable(data.draw(texts), tuple(data.draw(st.lists(texts, max_size=3))))
        found, least = widths(made), floors([made])
        assert sum(found) == PAGE
        assume(sum(least) <= PAGE)
        assert all(width >= low for width, low in zip(found, least, strict=True))
