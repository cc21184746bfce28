"""A movement's state: by the table, by whoever may, and the same in whatever order things are heard."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.excise.movements.rules.history import (
    Nodes,
    Objection,
    Standing,
    Statement,
    kind_of_conclusion,
    standing,
)
from isthmus.apps.excise.movements.rules.states import (
    BY_KIND,
    DISCHARGED,
    FINAL,
    OPEN,
    TABLE,
    Kind,
    Party,
    State,
)

NODES = Nodes("md", "mv")
START = datetime(2026, 11, 27, tzinfo=UTC)
HOME = {
    Party.CONSIGNOR: "md",
    Party.DISPATCH_OFFICE: "md",
    Party.CONSIGNEE: "mv",
    Party.DESTINATION_OFFICE: "mv",
}


def said(
    kind: Kind, by: Party, sequence: int = 1, *, hours: int = 0, node: str = "", key: str = ""
) -> Statement:
    at = START + timedelta(hours=hours)
    return Statement(
        key or f"{kind}-{by}-{sequence}-{hours}", kind, by, sequence, at, node or HOME.get(by, "mv")
    )


ACCEPT = said(Kind.ACCEPT, Party.DISPATCH_OFFICE)
CHANGE = said(Kind.CHANGE, Party.CONSIGNOR, 2, hours=20)
RECEIVE = said(Kind.RECEIVE, Party.CONSIGNEE, hours=10)
REJECT = said(Kind.REJECT, Party.CONSIGNEE, hours=5)


def after(*statements: Statement) -> Standing:
    return standing(statements, NODES)


def test_every_kind_has_one_row_and_no_row_leaves_a_final_state_but_a_loss_that_is_closed():
    assert sorted(row.kind for row in TABLE) == sorted(Kind)
    for row in TABLE:
        if row.after is not None:
            assert row.before & FINAL <= {State.LOST}, row
    assert BY_KIND[Kind.CLOSE].by == {Party.DISPATCH_OFFICE}
    assert set(State) == OPEN | FINAL
    assert DISCHARGED < FINAL


@pytest.mark.parametrize(
    ("statements", "state"),
    [
        ((), State.UNKNOWN),
        ((ACCEPT,), State.ACCEPTED),
        ((ACCEPT, said(Kind.CANCEL, Party.CONSIGNOR)), State.CANCELLED),
        ((ACCEPT, said(Kind.ALERT, Party.CONSIGNEE)), State.ALERTED),
        ((ACCEPT, said(Kind.ALERT, Party.CONSIGNEE), RECEIVE), State.DELIVERED),
        ((ACCEPT, REJECT), State.REJECTED),
        ((ACCEPT, REJECT, CHANGE), State.DIVERTED),
        ((ACCEPT, REJECT, CHANGE, said(Kind.RECEIVE, Party.CONSIGNEE, 2)), State.DELIVERED),
        ((ACCEPT, said(Kind.SPLIT, Party.CONSIGNOR)), State.SPLIT),
        ((ACCEPT, RECEIVE), State.DELIVERED),
        ((ACCEPT, said(Kind.RECEIVE, Party.CUSTOMS)), State.DELIVERED),
        ((ACCEPT, said(Kind.REFUSE, Party.CONSIGNEE)), State.REFUSED),
        ((ACCEPT, said(Kind.REFUSE_PART, Party.CONSIGNEE)), State.PARTIALLY_REFUSED),
        ((ACCEPT, said(Kind.CUSTOMS_ACCEPT, Party.CUSTOMS)), State.EXPORTING),
        ((ACCEPT, said(Kind.CUSTOMS_ACCEPT, Party.CUSTOMS), said(Kind.EXIT, Party.CUSTOMS)), State.EXPORTED),
        ((ACCEPT, said(Kind.CUSTOMS_REFUSE, Party.CUSTOMS)), State.CUSTOMS_REFUSED),
        ((ACCEPT, said(Kind.INTERRUPT, Party.DESTINATION_OFFICE)), State.INTERRUPTED),
        ((ACCEPT, said(Kind.LOSE, Party.DISPATCH_OFFICE)), State.LOST),
        (
            (ACCEPT, said(Kind.LOSE, Party.DISPATCH_OFFICE), said(Kind.CLOSE, Party.DISPATCH_OFFICE)),
            State.CLOSED,
        ),
        ((ACCEPT, said(Kind.DELAY, Party.CONSIGNEE)), State.ACCEPTED),
        ((ACCEPT, said(Kind.EVENT, Party.DISPATCH_OFFICE)), State.ACCEPTED),
        ((ACCEPT, RECEIVE, said(Kind.SHORTAGE, Party.CONSIGNEE)), State.DELIVERED),
    ],
)
def test_the_life_of_a_movement(statements: tuple[Statement, ...], state: State):
    found = after(*statements)
    assert found.state == state
    assert found.set_aside == ()
    assert set(found.effective) == set(statements)
    assert found.final == (state in FINAL)
    assert found.discharged == (state in DISCHARGED)


@pytest.mark.parametrize(
    ("statement", "objection"),
    [
        (said(Kind.RECEIVE, Party.CONSIGNOR), Objection.NOT_THEIRS),
        (said(Kind.RECEIVE, Party.CONSIGNEE, node="md"), Objection.WRONG_NODE),
        (said(Kind.CANCEL, Party.CONSIGNOR, node="mv"), Objection.WRONG_NODE),
        (said(Kind.RECEIVE, Party.CUSTOMS, node="cn"), Objection.WRONG_NODE),
        (said(Kind.RECEIVE, Party.CONSIGNEE, 2), Objection.OLD_DOCUMENT),
        (said(Kind.CHANGE, Party.CONSIGNOR, 3), Objection.OLD_DOCUMENT),
        (said(Kind.SHORTAGE, Party.CONSIGNEE), Objection.NOT_NOW),
        (said(Kind.DELAY, Party.DISPATCH_OFFICE), Objection.NOT_THEIRS),
        (said(Kind.DELAY, Party.CONSIGNEE, node="md"), Objection.WRONG_NODE),
    ],
)
def test_what_may_not_be_said_has_no_effect_and_is_kept_with_the_reason(
    statement: Statement, objection: Objection
):
    found = after(ACCEPT, statement)
    assert found.state == State.ACCEPTED
    assert found.set_aside == ((statement, objection),)


def test_what_speaks_of_a_document_that_is_not_here_waits_for_it():
    assert after(RECEIVE).set_aside == ((RECEIVE, Objection.OLD_DOCUMENT),)
    assert after(RECEIVE, ACCEPT).state == State.DELIVERED


@pytest.mark.parametrize("hours", [-99, 0, 99])
def test_what_arrived_cannot_be_cancelled_whenever_it_is_said(hours: int):
    cancel = said(Kind.CANCEL, Party.CONSIGNOR, hours=hours)
    found = after(ACCEPT, RECEIVE, cancel)
    assert found.state == State.DELIVERED
    assert found.set_aside == ((cancel, Objection.NOT_NOW),)


def test_a_second_receipt_closes_nothing_twice():
    second = said(Kind.REFUSE, Party.CONSIGNEE, hours=11)
    found = after(ACCEPT, RECEIVE, second, RECEIVE)
    assert found.state == State.DELIVERED
    assert found.effective == (ACCEPT, RECEIVE)
    assert found.set_aside == ((second, Objection.NOT_NOW),)


def test_where_one_key_says_two_things_the_earlier_counts_whichever_came_first():
    first = said(Kind.RECEIVE, Party.CONSIGNEE, hours=1, key="k")
    second = said(Kind.REFUSE, Party.CONSIGNEE, hours=2, key="k")
    assert after(ACCEPT, first, second) == after(ACCEPT, second, first)
    assert after(ACCEPT, second, first).state == State.DELIVERED


def test_a_clock_that_is_wrong_does_not_bring_the_receipt_before_the_document():
    assert after(ACCEPT, said(Kind.RECEIVE, Party.CONSIGNEE, hours=-500)).state == State.DELIVERED


STATEMENTS = st.lists(
    st.builds(
        lambda kind, by, sequence, hours, node: said(kind, by, sequence, hours=hours, node=node),
        st.sampled_from(Kind),
        st.sampled_from(Party),
        st.integers(1, 3),
        st.integers(0, 5),
        st.sampled_from(["md", "mv", ""]),
    ),
    max_size=12,
    unique_by=lambda one: one.key,
)


@given(STATEMENTS, st.randoms(use_true_random=False))
def test_the_order_of_arrival_and_repetition_change_nothing(statements: list[Statement], random: object):
    everything = [ACCEPT, REJECT, CHANGE, said(Kind.RECEIVE, Party.CONSIGNEE, 2), *statements]
    everything = list({one.key: one for one in everything}.values())
    expected = after(*everything)
    mixed = [*everything, *everything]
    random.shuffle(mixed)  # type: ignore[attr-defined]  hypothesis' own random numbers
    assert after(*mixed) == expected
    assert len(expected.effective) + len(expected.set_aside) == len(everything)


@given(STATEMENTS)
def test_what_took_effect_follows_the_table(statements: list[Statement]):
    found = after(ACCEPT, *(one for one in statements if one.key != ACCEPT.key))
    for one in found.effective:
        assert one.by in BY_KIND[one.kind].by
    ends = [one for one in found.effective if BY_KIND[one.kind].after in FINAL]
    assert len(ends) <= 1 + (found.state == State.CLOSED)


@pytest.mark.parametrize(
    ("conclusion", "kind"),
    [
        ("1", Kind.RECEIVE),
        ("2", Kind.RECEIVE),
        ("3", Kind.REFUSE),
        ("4", Kind.REFUSE_PART),
        ("21", Kind.EXIT),
        ("23", Kind.REFUSE),
    ],
)
def test_conclusions_of_a_receipt(conclusion: str, kind: Kind):
    assert kind_of_conclusion(conclusion) == kind
