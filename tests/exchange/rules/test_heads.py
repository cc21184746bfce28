"""What heads of one log say about it: an honest log is never accused, a forked one never accepted."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isthmus.exchange.rules.heads import Growth, Head, contradictions, judge
from tests.exchange.witness.logs import Log

LOG = Log().grow(40)


def test_two_roots_of_one_size_are_a_split_view() -> None:
    a, b, c = Head(3, b"a" * 32), Head(3, b"b" * 32), Head(3, b"c" * 32)
    assert contradictions([b, a, Head(4, b"a" * 32), a]) == ((a, b),)
    assert contradictions([c, a, b]) == ((a, b), (a, c))


def test_the_first_head_is_taken_at_its_word() -> None:
    found = judge(None, [], [], LOG.head(7))
    assert (found.tip, found.proved) == (LOG.head(7), {LOG.head(7)})
    assert (found.wrong, found.splits) == (frozenset(), ())


def test_an_empty_log_is_no_beginning_to_hold_on_to() -> None:
    found = judge(None, [], [], Log().head())
    assert (found.tip, found.proved) == (None, {Log().head()})
    assert judge(None, [Log().head()], [], LOG.head(7)).tip == LOG.head(7)


def test_the_first_head_must_continue_one_that_came_otherwise() -> None:
    others = [LOG.head(3), LOG.head(5), LOG.head(9)]
    assert judge(None, [], others, LOG.head(7)).tip is None
    assert judge(None, [], [LOG.head(9)], LOG.head(7)).tip == LOG.head(7), "a larger one says nothing of it"
    found = judge(None, [], others, LOG.head(7), [LOG.growth(5, 7)])
    assert (found.tip, found.proved) == (LOG.head(7), {LOG.head(5), LOG.head(7)})


def test_the_tip_moves_with_a_proof_and_not_without() -> None:
    assert judge(LOG.head(7), [], [], LOG.head(9)).tip == LOG.head(7)
    assert judge(LOG.head(7), [], [], LOG.head(9), [LOG.growth(7, 9)]).tip == LOG.head(9)
    assert judge(LOG.head(7), [], [], LOG.head(7)).tip == LOG.head(7)


def test_a_smaller_head_that_comes_late_moves_nothing_and_is_proved_by_a_later_call() -> None:
    late = judge(LOG.head(7), [], [], LOG.head(5))
    assert (late.tip, late.proved, late.wrong, late.splits) == (LOG.head(7), frozenset(), frozenset(), ())
    later = judge(LOG.head(7), [], [LOG.head(5)], LOG.head(9), [LOG.growth(7, 9), LOG.growth(5, 9)])
    assert later.proved == {LOG.head(5), LOG.head(9)}
    known = judge(LOG.head(7), [LOG.head(5)], [LOG.head(3)], LOG.head(5), [LOG.growth(3, 5)])
    assert (known.tip, known.proved) == (LOG.head(7), {LOG.head(3), LOG.head(5)})


def test_a_head_that_is_held_already_is_proved_without_a_call() -> None:
    found = judge(LOG.head(7), [LOG.head(5)], [LOG.head(5), LOG.head(7), LOG.head(6)])
    assert found.proved == {LOG.head(5), LOG.head(7)}


def test_a_claim_that_does_not_hold_is_wrong_and_proves_nothing() -> None:
    for claim in (
        Growth(LOG.head(7), LOG.path(6, 9)),
        Growth(Head(7, b"x" * 32), LOG.path(7, 9)),
        Growth(LOG.head(7), ()),
    ):
        found = judge(LOG.head(7), [], [LOG.head(4)], LOG.head(9), [claim, LOG.growth(4, 9)])
        assert (found.tip, found.proved, found.wrong) == (LOG.head(7), frozenset(), {LOG.head(7)})


def test_a_claim_that_holds_for_one_of_two_heads_is_not_wrong_about_the_other() -> None:
    fork = LOG.fork(6).grow(4, "fork")
    found = judge(LOG.head(7), [], [fork.head(7)], LOG.head(9), [LOG.growth(7, 9)])
    assert (found.tip, found.wrong, len(found.splits)) == (LOG.head(7), frozenset(), 1)


def test_a_claim_about_a_size_of_which_nothing_is_held_says_nothing() -> None:
    found = judge(LOG.head(7), [], [], LOG.head(9), [Growth(Head(3, b"x" * 32), ()), LOG.growth(7, 9)])
    assert (found.tip, found.wrong) == (LOG.head(9), frozenset())


def test_nothing_is_cosigned_while_two_heads_contradict_each_other() -> None:
    fork = LOG.fork(6).grow(4, "fork")
    found = judge(LOG.head(7), [], [fork.head(8), LOG.head(8)], LOG.head(9), [LOG.growth(7, 9)])
    assert found.splits == (tuple(sorted((fork.head(8), LOG.head(8)))),)
    assert (found.tip, found.proved) == (LOG.head(7), {LOG.head(9)})


def test_a_newest_head_that_contradicts_the_tip_is_not_taken() -> None:
    fork = LOG.fork(6).grow(4, "fork")
    found = judge(LOG.head(10), [], [], fork.head(10), [fork.growth(6, 10)])
    assert (found.tip, found.proved) == (LOG.head(10), frozenset())
    assert len(found.splits) == 1


sizes = st.integers(min_value=1, max_value=40)


some = st.integers(min_value=0, max_value=2**40 - 1).map(
    lambda bits: {n + 1 for n in range(40) if bits >> n & 1}
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(tip=st.none() | sizes, others=some, newest=sizes, proved=some)
def test_an_honest_log_is_never_accused_in_whatever_order_its_heads_come(
    tip: int | None, others: set[int], newest: int, proved: set[int]
) -> None:
    claims = [LOG.growth(size, newest) for size in proved if size <= newest]
    found = judge(LOG.head(tip) if tip else None, [], [LOG.head(n) for n in others], LOG.head(newest), claims)
    assert (found.wrong, found.splits) == (frozenset(), ())
    assert found.tip in {LOG.head(tip) if tip else None, LOG.head(newest)}
    assert found.tip is None or tip is None or found.tip.size >= tip


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(tip=sizes, newest=sizes)
def test_with_every_proof_an_honest_log_is_cosigned_to_its_end(tip: int, newest: int) -> None:
    claims = [LOG.growth(size, newest) for size in range(1, newest + 1)]
    found = judge(LOG.head(tip), [], [LOG.head(n) for n in range(1, 41)], LOG.head(newest), claims)
    assert found.tip == LOG.head(max(tip, newest))
    assert found.proved >= {LOG.head(n) for n in range(1, newest + 1)} or newest < tip


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    at=st.integers(min_value=0, max_value=38),
    tip=sizes,
    newest=sizes,
    claims=st.lists(st.tuples(sizes, sizes, st.booleans()), max_size=8),
    junk=st.lists(st.binary(min_size=32, max_size=32), max_size=4),
)
def test_a_forked_log_is_never_taken_for_a_continuation(
    at: int, tip: int, newest: int, claims: list[tuple[int, int, bool]], junk: list[bytes]
) -> None:
    """Whatever the owner of the fork claims: its own proofs, those of the true log, or anything."""
    if tip <= at or newest <= at:
        return
    fork = LOG.fork(at).grow(40 - at, "fork")
    given_claims = [
        Growth(LOG.head(tip), fork.path(min(tip, newest), newest)),
        Growth(LOG.head(tip), tuple(junk)),
    ]
    for old, new, honest in claims:
        source = LOG if honest else fork
        given_claims.append(source.growth(min(old, new), max(old, new)))
    for claim in ([], *([single] for single in given_claims), given_claims):
        found = judge(LOG.head(tip), [], [], fork.head(newest), claim)
        assert found.tip == LOG.head(tip)
        assert fork.head(newest) not in found.proved
        assert bool(found.splits) == (newest == tip)
