"""What one partner says of this node's age stops its own streams; what this node signed stops all."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from isthmus.exchange.delivery import recovery
from isthmus.exchange.models import Alarm, Claim, Direction, OwnVerdict, Restoration, Stream, StreamState
from isthmus.exchange.services.inbox import receive
from isthmus.exchange.services.publish import open_stream
from isthmus.exchange.services.recovery import taking
from isthmus.exchange.services.recovery.marking import log_size, mark_older
from isthmus.exchange.services.settle import settle
from isthmus.kit import clock
from isthmus.kit.errors import Refused
from isthmus.trust.models import Partner, PartnerState
from isthmus.wire.places import ErasedPlace, place_line
from isthmus.wire.record import sign_record
from tests.exchange.recovery.conftest import KIND, Lost, alarms, body, forget

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(lost: Lost) -> Partner:
    """A second partner that says nothing; both streams with it are open."""
    partner = Partner.objects.create(
        node_id="md",
        name="Moldova test node",
        country="MD",
        state=PartnerState.ACTIVE,
        introduced_at=clock.now(),
    )
    for direction in Direction:
        open_stream(partner, direction)
    return partner


def states(partner: Partner) -> set[str]:
    return set(Stream.objects.filter(partner=partner).values_list("state", flat=True))


def gap(lost: Lost) -> None:
    settle(outgoing_to(lost), [lost.cn.refusal("exchange.gap", seq=5, expected=99)])


def receipt(lost: Lost) -> None:
    settle(outgoing_to(lost), [lost.receipt])


def fetch(lost: Lost) -> None:
    target = "/exchange/v1/outbox/cn?after=999"
    answer = Client().get(target, headers={"Authorization": lost.cn.authorization("GET", target)})
    assert answer.json()["title"] == "exchange.recovering"


def outgoing_to(lost: Lost) -> Stream:
    return Stream.objects.select_related("partner").get(partner=lost.partner, direction=Direction.OUT)


@pytest.mark.parametrize("claim", [gap, receipt, fetch])
def test_a_claim_stops_the_streams_with_who_makes_it_and_no_others(
    lost: Lost, other: Partner, claim: Callable[[Lost], None]
) -> None:
    claim(lost)
    assert states(lost.partner) == {StreamState.RECOVERING}
    assert states(other) == {StreamState.OPEN}
    assert not Restoration.objects.exists()
    assert Claim.objects.get().partner == lost.partner
    (alarm,) = Alarm.objects.filter(cleared_at=None)
    assert alarm.code == "exchange.older-claimed"
    assert lost.partner.name in alarm.message
    assert "mm>cn#1 up to number" in alarm.message
    assert "call the partner" in alarm.next_step


def test_what_this_node_signed_itself_proves_the_claim_and_stops_all(lost: Lost, other: Partner) -> None:
    gap(lost)
    brought = taking.take_back(lost.partner, lost.given())
    assert brought.records == 3
    assert states(other) == {StreamState.RECOVERING}
    assert "behind number 3" in Restoration.objects.get().found
    assert alarms() == {"exchange.older-state"}
    assert not Claim.objects.exists()
    assert states(lost.partner) == {StreamState.OPEN}


def test_a_receipt_of_this_node_proves_it_too(lost: Lost, other: Partner) -> None:
    gap(lost)
    given = lost.given(records=[], answers=[lost.position(4)], position=3)
    taking.take_back(lost.partner, given)
    assert "receipt of this node for number 2" in Restoration.objects.get().found
    assert states(other) == {StreamState.RECOVERING}


def test_a_receipt_of_this_node_for_an_epoch_that_it_forgot_proves_it_as_well(
    lost: Lost, other: Partner
) -> None:
    def accepted_epoch() -> list[str]:
        theirs = lost.cn.record(KIND, body("CN-9"), subject="CN-9", stream="cn>mm#2", seq=1, prev="")
        Stream.objects.create(name="cn>mm#2", partner=lost.partner, direction=Direction.IN, epoch=2)
        return receive(lost.partner, [sign_record(theirs, lost.cn.seal_key, lost.cn.kid)])

    own_receipts = forget(accepted_epoch)
    given = lost.given(records=[], own_receipts=own_receipts, answers=[lost.position(4)], position=3)
    taking.take_back(lost.partner, given)
    assert "number 1 of cn>mm#2" in Restoration.objects.get().found
    assert states(other) == {StreamState.RECOVERING}
    assert not OwnVerdict.objects.exists()


def test_a_partner_that_proves_nothing_keeps_its_own_streams_from_moving(lost: Lost, other: Partner) -> None:
    gap(lost)
    taking.take_back(lost.partner, lost.given(records=[], own_receipts=[], answers=[lost.position(99)]))
    assert states(lost.partner) == {StreamState.RECOVERING}
    assert states(other) == {StreamState.OPEN}
    assert alarms() == {"exchange.older-claimed", "exchange.not-returned"}


def test_a_claim_that_is_taken_back_lets_them_go_on_after_a_rest(lost: Lost, other: Partner) -> None:
    gap(lost)
    taking.take_back(lost.partner, lost.given(records=[], own_receipts=[], answers=[lost.position(4)]))
    assert states(lost.partner) == {StreamState.OPEN}
    assert (alarms(), Claim.objects.count()) == (set(), 0)
    rest = outgoing_to(lost).next_attempt_at
    assert rest is not None
    assert rest > clock.now() + timedelta(seconds=50)


def test_erased_places_that_nobody_signed_prove_nothing_and_take_no_number(
    lost: Lost, other: Partner
) -> None:
    gap(lost)
    invented = [
        place_line(ErasedPlace(stream="mm>cn#1", seq=number, leaf=f"{number:064x}")) for number in (4, 5)
    ]
    with pytest.raises(Refused, match="nobody signed"):
        taking.take_back(lost.partner, lost.given(records=invented, own_receipts=[]))
    assert outgoing_to(lost).last_seq == 3
    assert states(other) == {StreamState.OPEN}
    assert not Restoration.objects.exists()


def test_what_a_partner_held_back_of_a_loss_that_is_known_stops_no_others(lost: Lost, other: Partner) -> None:
    mark_older(actor="operator", kept_size=log_size())
    taking.take_back(lost.partner, lost.given(records=[], own_receipts=[], answers=[lost.position(4)]))
    Stream.objects.filter(partner=other).update(state=StreamState.OPEN)
    assert states(lost.partner) == {StreamState.OPEN}
    held_back = lost.given(records=[], answers=[lost.position(4)], more=True)
    taking.take_back(lost.partner, held_back)
    assert Restoration.objects.count() == 1
    assert states(lost.partner) == {StreamState.RECOVERING}
    assert states(other) == {StreamState.OPEN}


def test_a_restore_answers_every_claim(lost: Lost, other: Partner) -> None:
    gap(lost)
    mark_older(actor="operator", kept_size=log_size())
    assert (alarms(), Claim.objects.count()) == (set(), 0)
    assert states(other) == {StreamState.RECOVERING}


def test_a_claim_makes_the_worker_compare_the_other_streams_once_more(
    lost: Lost, other: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "recover", lambda _partner: 0)
    untouched = Stream.objects.get(partner=other, direction=Direction.OUT)
    recovery.first_contact.begin()
    try:
        recovery.first_contact.done(untouched)
        gap(lost)
        recovery.recover_turn(outgoing_to(lost))
        assert recovery.first_contact.is_due(untouched)
    finally:
        recovery.first_contact.session = None
