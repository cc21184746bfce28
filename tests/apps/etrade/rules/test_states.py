from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.etrade.rules.states import (
    PROVES,
    DeclarationEvent,
    DeclarationState,
    advance,
    event_of,
    first_state,
    is_late,
    stands_at,
)

S, E = DeclarationState, DeclarationEvent
PATH = list(S)
events = st.lists(st.sampled_from(E), max_size=30)
states = st.none() | st.sampled_from(S)


def test_each_event_proves_its_own_state():
    assert {event.value: state.value for event, state in PROVES.items()} == {
        "lodge": "lodged",
        "accept": "accepted",
        "amend": "amended",
        "exit": "exited",
        "receive-pre-arrival": "pre-arrival-received",
        "fail-to-match": "unmatched",
        "match": "matched",
        "arrive": "arrived",
        "hold": "held",
        "release": "released",
        "cancel": "cancelled",
    }


def test_a_shipment_proceeds_from_lodging_to_release():
    told = [E.LODGE, E.ACCEPT, E.AMEND, E.AMEND, E.EXIT, E.RECEIVE_PRE_ARRIVAL, E.MATCH, E.ARRIVE, E.RELEASE]
    reached, state = [], None
    for event in told:
        state = advance(state, event)
        reached.append(state.value)
    assert reached == [
        "lodged",
        "accepted",
        "amended",
        "amended",
        "exited",
        "pre-arrival-received",
        "matched",
        "arrived",
        "released",
    ]


def test_what_was_not_matched_can_be_matched_later_but_not_the_reverse():
    assert advance(S.UNMATCHED, E.MATCH) is S.MATCHED
    assert advance(S.MATCHED, E.FAIL_TO_MATCH) is S.MATCHED


def test_goods_held_can_be_released_but_released_goods_are_not_held():
    assert advance(S.HELD, E.RELEASE) is S.RELEASED
    assert advance(S.RELEASED, E.HOLD) is S.RELEASED


def test_a_declaration_can_be_cancelled_at_any_time_and_stays_so():
    for state in (None, *S):
        assert advance(state, E.CANCEL) is S.CANCELLED
    for event in E:
        assert advance(S.CANCELLED, event) is S.CANCELLED


def test_late_news_is_recognised():
    assert is_late(S.EXITED, E.ACCEPT)
    assert is_late(S.EXITED, E.EXIT)
    assert not is_late(S.EXITED, E.ARRIVE)
    assert not is_late(None, E.LODGE)


def test_without_events_a_declaration_stands_where_its_presence_puts_it():
    assert stands_at(S.LODGED, []) is S.LODGED
    assert first_state(expected=False, accepted=False) is S.LODGED
    assert first_state(expected=False, accepted=True) is S.ACCEPTED
    assert first_state(expected=True, accepted=True) is S.PRE_ARRIVAL_RECEIVED


def test_each_import_response_proves_an_event():
    outcomes = ("received", "unmatched", "matched", "arrived", "held", "released")
    assert [event_of(outcome).value for outcome in outcomes] == [
        "receive-pre-arrival",
        "fail-to-match",
        "match",
        "arrive",
        "hold",
        "release",
    ]


@given(states, st.sampled_from(E))
def test_no_event_moves_a_state_backwards_and_each_is_heeded(state, event):
    after = advance(state, event)
    assert after in (state, PROVES[event])
    assert state is None or PATH.index(after) >= PATH.index(state)
    assert PATH.index(after) >= PATH.index(PROVES[event])


@given(states, st.sampled_from(E))
def test_a_repeated_event_changes_nothing(state, event):
    assert advance(advance(state, event), event) is advance(state, event)


@given(events, st.randoms(use_true_random=False))
def test_any_order_of_arrival_ends_in_the_same_state(told, chance):
    shuffled = [*told, *chance.sample(told, k=len(told) // 2)]
    chance.shuffle(shuffled)
    expected = max((PROVES[event] for event in told), key=PATH.index, default=S.LODGED)
    assert stands_at(S.LODGED, told) is stands_at(S.LODGED, shuffled) is expected
