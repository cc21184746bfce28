"""Whose a movement is, and what its sides may do."""

from isthmus.apps.excise.movements.rules.sides import country_of, parties_of, possible
from isthmus.apps.excise.movements.rules.states import Kind, Party, State


def test_the_first_number_that_begins_with_a_country_says_it():
    assert country_of("", "123", "MV00000000017", "CN1") == "MV"
    assert country_of("", "17") == ""


def test_the_side_of_dispatch_never_reports_a_receipt_or_an_export():
    ours = parties_of(dispatch=True, destination=False)
    for state in State:
        kinds = {kind for kind, _party in possible(state, ours, destination=False)}
        assert not kinds & {Kind.RECEIVE, Kind.EXIT, Kind.ALERT}


def test_the_side_of_destination_receives_and_cannot_cancel():
    found = possible(State.ACCEPTED, parties_of(dispatch=False, destination=True), destination=True)
    assert (Kind.RECEIVE, Party.CONSIGNEE) in found
    assert Kind.CANCEL not in {kind for kind, _party in found}


def test_a_movement_within_one_country_has_both_sides_here():
    ours = parties_of(dispatch=True, destination=True)
    assert ours == frozenset(Party)
    kinds = {kind for kind, _party in possible(State.ACCEPTED, ours, destination=True)}
    assert {Kind.CANCEL, Kind.RECEIVE} <= kinds
