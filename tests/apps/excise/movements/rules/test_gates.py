"""Whether a gate opens: single use for each direction of a country, one plate and one seal everywhere."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from isthmus.apps.excise.movements.rules.gates import Alarm, Passage, alarms, plain
from isthmus.apps.excise.movements.rules.states import ON_THE_ROAD, State

OUT = Passage("mm", "North gate", "out", "AB-123", "S 77")


def test_the_first_load_of_an_open_movement_passes():
    for state in ON_THE_ROAD:
        assert alarms(OUT, (), state) == ()


def test_the_same_load_passes_the_gate_of_the_other_country():
    entry = Passage("cn", "South gate", "in", "ab 123", "s-77")
    assert alarms(entry, (OUT,), State.ACCEPTED) == ()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, (Alarm.AGAIN,)),
        ({"gate": "East gate"}, (Alarm.AGAIN, Alarm.OTHER_GATE)),
        ({"plate": "AB-124"}, (Alarm.AGAIN, Alarm.OTHER_PLATE)),
        ({"seal": "S 78"}, (Alarm.AGAIN, Alarm.OTHER_SEAL)),
        ({"node": "cn", "way": "in", "plate": "AB-124"}, (Alarm.OTHER_PLATE,)),
        ({"node": "cn", "way": "in", "seal": "S 78"}, (Alarm.OTHER_SEAL,)),
    ],
)
def test_a_second_load_is_stopped(change: dict[str, str], expected: tuple[Alarm, ...]):
    assert alarms(replace(OUT, **change), (OUT,), State.ACCEPTED) == expected


@pytest.mark.parametrize("state", sorted(set(State) - ON_THE_ROAD - {State.UNKNOWN}))
def test_nothing_travels_under_a_movement_that_does_not_move(state: State):
    assert alarms(OUT, (), state) == (Alarm.NOT_MOVING,)


def test_a_reference_without_a_document_is_stopped():
    assert alarms(OUT, (), None) == alarms(OUT, (), State.UNKNOWN) == (Alarm.UNKNOWN,)


@given(st.text(max_size=12))
@example("ῖ")
@example("ᄀ-ᅡ")
def test_case_blanks_and_dashes_make_no_other_plate(text: str):
    assert plain(f" {text.lower()}-") == plain(text.lower())
    assert plain(plain(text)) == plain(text)
