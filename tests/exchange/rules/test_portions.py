"""Batches fit the line: smaller after silence, the shorter form while it is slow, larger again by and by."""

from hypothesis import given
from hypothesis import strategies as st

from isthmus.exchange.rules.portions import Portion, after_answer, after_silence
from isthmus.wire.batch import MAX_RECORDS


def test_a_line_that_nothing_is_known_of_is_a_good_one() -> None:
    assert Portion() == Portion(records=MAX_RECORDS, is_slow=False)


def test_silence_halves_the_batch_down_to_one_record() -> None:
    portion, tried = Portion(), []
    sent = 6
    for _ in range(4):
        portion = after_silence(portion, records=sent)
        sent = min(6, portion.records)
        tried.append(sent)
    assert tried == [3, 1, 1, 1]
    assert portion.is_slow


def test_answers_double_it_again() -> None:
    portion, seen = Portion(records=1, is_slow=True), []
    for _ in range(10):
        portion = after_answer(portion, records=portion.records, size=100, seconds=0.1)
        seen.append(portion.records)
    assert seen == [2, 4, 8, 16, 32, 64, 128, 256, 500, 500]


def test_a_line_is_slow_by_what_it_carries_in_a_second() -> None:
    assert after_answer(Portion(), records=9, size=20_000, seconds=2.0).is_slow
    assert not after_answer(Portion(), records=9, size=400_000, seconds=2.0).is_slow
    assert not after_answer(Portion(is_slow=True), records=9, size=20_000, seconds=0.1).is_slow


def test_a_small_batch_that_was_quick_says_nothing() -> None:
    for is_slow in (True, False):
        assert after_answer(Portion(is_slow=is_slow), records=1, size=1_700, seconds=0.5).is_slow is is_slow


@given(st.lists(st.tuples(st.booleans(), st.integers(1, MAX_RECORDS), st.floats(0.001, 60))))
def test_whatever_happens_something_is_sent_and_never_too_much(
    calls: list[tuple[bool, int, float]],
) -> None:
    portion = Portion()
    for answered, waiting, seconds in calls:
        sent = min(waiting, portion.records)
        if answered:
            portion = after_answer(portion, records=sent, size=sent * 1700, seconds=seconds)
        else:
            portion = after_silence(portion, records=sent)
        assert 1 <= portion.records <= MAX_RECORDS
