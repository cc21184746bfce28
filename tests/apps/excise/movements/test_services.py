"""A movement from draft to receipt between two nodes: by whom it closes, in whatever order it is told."""

import random
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from isthmus.accounts.models import Organisation
from isthmus.apps.excise.models import Movement, MovementMessage
from isthmus.apps.excise.movements import queries
from isthmus.apps.excise.movements.formats import answering
from isthmus.apps.excise.movements.formats.message import Message
from isthmus.apps.excise.movements.formats.messages import changes, parts, receipts
from isthmus.apps.excise.movements.formats.writing import write_message
from isthmus.apps.excise.movements.rules import arc as references
from isthmus.apps.excise.movements.services import sending
from isthmus.exchange.models import Effect
from isthmus.exchange.services.inbox import receive
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, Refused
from isthmus.wire.receipt import read_receipt
from tests.apps.excise.movements.conftest import (
    CELLAR,
    DUTY,
    OURS,
    THEIRS,
    Corridor,
    body_of,
    draft_xml,
    receipt_of,
)

ARC = references.compose(2026, "CN", "7")


def head(identifier: str) -> Any:
    return answering.header("MM", "CN", identifier, clock.now().replace(microsecond=0))


def cancellation(movement: Movement) -> bytes:
    body = changes.CancellationOfEAD(
        attributes=changes.CancellationAttributes(),
        excise_movement_ead=parts.MovementReference(administrative_reference_code=movement.arc),
        cancellation=changes.Cancellation(cancellation_reason_code="1"),
    )
    return write_message(Message("3.23", head("cancel-1"), body))


def alert(arc: str, *, rejected: bool) -> Message:
    body = receipts.AlertOrRejectionOfEADESAD(
        attributes=receipts.AlertAttributes(),
        consignee_trader=parts.ConsigneeTrader(
            traderid=THEIRS,
            trader_name="Sample resort",
            street_name="Sample street",
            postcode="1",
            city="Sampleville",
            language="en",
        ),
        excise_movement=parts.ExciseMovement(administrative_reference_code=arc, sequence_number=1),
        destination_office=parts.Office(reference_number="CN000001"),
        alert_or_rejection=receipts.AlertOrRejection(
            date_of_alert_or_rejection=clock.now().date(), ead_esad_rejected_flag=rejected
        ),
    )
    return Message("3.23", answering.header("CN", "MM", f"alert-{rejected}", clock.now()), body)


class TestSending:
    def test_a_draft_is_kept_byte_for_byte_and_gets_a_reference(self, corridor: Corridor):
        row = sending.draft(corridor.customs, draft_xml(), actor="officer")
        assert (row.state, row.arc, row.consignor, row.consignee) == ("draft", "", OURS, THEIRS)
        assert bytes(row.messages.get().xml) == draft_xml()
        moving = sending.accept(row, actor="officer", duty_minor=DUTY)
        assert (moving.state, moving.sequence, moving.destination_node) == ("accepted", 1, "cn")
        year = clock.now().year
        assert moving.arc == references.compose(year, "MM", "1")
        assert moving.due_at == moving.dispatched_at + timedelta(days=20)

    def test_the_document_is_told_to_the_country_of_the_consignee_once(self, corridor: Corridor):
        moving = corridor.accepted()
        (body,) = corridor.sent()
        assert (body["arc"], body["code"], body["kind"]) == (moving.arc, "IE801", "accept")
        assert body["xml"].encode() == bytes(moving.messages.get(code="IE801").xml)
        assert [line["quantity"] for line in body["lines"]] == ["900.5"]

    def test_a_consignor_without_authorisation_is_refused_and_no_number_is_used(self, corridor: Corridor):
        row = sending.draft(corridor.customs, draft_xml(consignor="MM00000000099"), actor="officer")
        with pytest.raises(Refused, match="may not send W200"):
            sending.accept(row, actor="officer", duty_minor=DUTY)
        assert corridor.accepted("LRN-2").arc.endswith(references.compose(clock.now().year, "MM", "1")[-5:])

    def test_a_consignor_of_another_country_is_refused(self, corridor: Corridor):
        row = sending.draft(corridor.customs, draft_xml(consignor=THEIRS), actor="officer")
        with pytest.raises(BadInput, match="not of this country"):
            sending.accept(row, actor="officer", duty_minor=DUTY)

    def test_a_reference_that_a_partner_spoke_of_before_is_not_given_out(self, corridor: Corridor):
        taken = references.compose(clock.now().year, "MM", "1")
        corridor.receive("movement-message", body_of(alert(taken, rejected=False), taken))
        assert corridor.accepted().arc == references.compose(clock.now().year, "MM", "2")
        assert Movement.objects.get(arc=taken).state == "unknown"

    def test_what_is_accepted_is_not_accepted_again(self, corridor: Corridor):
        with pytest.raises(Conflict, match="accepted already"):
            sending.accept(corridor.accepted(), duty_minor=DUTY, actor="officer")

    def test_goods_that_left_before_need_the_number_of_their_paper(self, corridor: Corridor):
        day = clock.now().date() - timedelta(days=2)
        row = sending.draft(corridor.customs, draft_xml(day=day), actor="officer")
        with pytest.raises(BadInput, match="left already"):
            sending.accept(row, actor="officer", duty_minor=DUTY)
        late = corridor.accepted("PAPER-17", day=day, deferred=True)
        assert (late.local_reference, late.deferred) == ("PAPER-17", True)
        assert late.dispatched_at is not None
        assert late.dispatched_at.date() == day

    def test_goods_of_next_month_are_not_accepted_yet(self, corridor: Corridor):
        later = clock.now().date() + timedelta(days=30)
        row = sending.draft(corridor.customs, draft_xml(day=later), actor="officer")
        with pytest.raises(BadInput, match="seven days"):
            sending.accept(row, actor="officer", duty_minor=DUTY)

    def test_one_local_reference_makes_one_movement(self, corridor: Corridor):
        sending.draft(corridor.customs, draft_xml(), actor="officer")
        with pytest.raises(Conflict, match="used the local reference LRN-1 before"):
            sending.draft(corridor.customs, draft_xml(), actor="officer")

    def test_another_message_is_no_draft(self, corridor: Corridor):
        document = write_message(corridor.coming(ARC))
        with pytest.raises(BadInput, match="IE801 is no draft"):
            sending.draft(corridor.customs, document, actor="officer")

    def test_nothing_is_accepted_where_no_agreement_lets_it_be_told(
        self, customs: Organisation, guarantee: object, partner: object
    ):
        row = sending.draft(customs, draft_xml(), actor="officer")
        with pytest.raises(Refused, match="No agreement"):
            sending.accept(row, actor="officer", duty_minor=DUTY)
        row.refresh_from_db()
        assert (row.state, row.arc) == ("draft", "")


class TestClosing:
    def test_the_other_side_closes_it_by_its_signed_receipt(self, corridor: Corridor):
        moving = corridor.accepted()
        assert list(queries.unmatched(Movement.objects.all())) == [moving]
        corridor.receive("movement-message", body_of(receipt_of(corridor.document(moving)), moving.arc))
        moving.refresh_from_db()
        assert (moving.state, moving.is_open) == ("delivered", False)
        assert moving.closed_at is not None
        assert not queries.unmatched(Movement.objects.all()).exists()

    def test_this_side_cannot_close_its_own(self, corridor: Corridor):
        moving = corridor.accepted()
        xml = write_message(receipt_of(corridor.document(moving)))
        with pytest.raises(Conflict, match="for the other country's side to say"):
            sending.say(moving, xml, actor="officer")
        exit_report = write_message(receipt_of(corridor.document(moving), conclusion="21"))
        with pytest.raises(Conflict, match="signed by the wrong country"):
            sending.say(moving, exit_report, actor="officer")
        moving.refresh_from_db()
        assert moving.state == "accepted"
        assert moving.messages.count() == 2

    def test_the_goods_of_a_partner_are_received_here(self, corridor: Corridor):
        document = corridor.coming(ARC)
        corridor.receive("movement-message", body_of(document, ARC))
        coming = Movement.objects.get(arc=ARC)
        assert (coming.state, coming.consignor, coming.dispatched_from) == ("accepted", THEIRS, CELLAR)
        assert coming.lines.get().quantity == 900.5
        receipt = write_message(receipt_of(document))
        sending.say(coming, receipt, actor="officer")
        coming.refresh_from_db()
        assert coming.state == "delivered"
        (told,) = corridor.sent()
        assert (told["code"], told["conclusion"], told["xml"].encode()) == ("IE818", "1", receipt)
        assert sending.say(coming, receipt, actor="officer") == coming.messages.get(code="IE818")
        assert len(corridor.sent()) == 1

    def test_a_delivered_movement_cannot_be_cancelled(self, corridor: Corridor):
        moving = corridor.accepted()
        corridor.receive("movement-message", body_of(receipt_of(corridor.document(moving)), moving.arc))
        with pytest.raises(Conflict, match="no effect: not possible"):
            sending.say(moving, cancellation(moving), actor="officer")
        assert not MovementMessage.objects.filter(code="IE810").exists()

    def test_the_consignor_cancels_before_arrival(self, corridor: Corridor):
        moving = corridor.accepted()
        sending.say(moving, cancellation(moving), actor="officer")
        moving.refresh_from_db()
        assert moving.state == "cancelled"
        assert [body["kind"] for body in corridor.sent()] == ["accept", "cancel"]
        assert corridor.sent()[1]["version"] == 1

    def test_a_message_about_another_movement_is_refused(self, corridor: Corridor):
        first, second = corridor.accepted(), corridor.accepted("LRN-2")
        with pytest.raises(BadInput, match="not about"):
            sending.say(first, cancellation(second), actor="officer")
        with pytest.raises(BadInput, match="not said by people"):
            sending.say(first, bytes(first.messages.get(code="IE801").xml), actor="officer")


class TestArrival:
    def test_every_order_and_repetition_ends_alike(self, corridor: Corridor):
        for place, order in enumerate(permutations(range(3))):
            arc = references.compose(2026, "CN", f"{100 + place}")
            document = corridor.coming(arc, consignee=OURS)
            bodies = [
                body_of(document, arc),
                body_of(alert(arc, rejected=False), arc),
                body_of(receipt_of(document, f"r{place}"), arc),
            ]
            for step in [*order, *order]:
                corridor.receive("movement-message", bodies[step])
            row = Movement.objects.get(arc=arc)
            # The partner signed the receipt of goods that come to this country: it does not count.
            assert (row.state, row.messages.count()) == ("accepted", 3), order

    def test_a_receipt_before_its_document_waits_for_it(self, corridor: Corridor):
        moving = corridor.accepted()
        document = corridor.document(moving)
        bodies = [
            body_of(alert(moving.arc, rejected=False), moving.arc),
            body_of(receipt_of(document), moving.arc),
        ]
        random.Random(7).shuffle(bodies)
        for body in [*bodies, *bodies]:
            assert corridor.receive("movement-message", body).effect == Effect.APPLIED
        moving.refresh_from_db()
        assert (moving.state, moving.messages.count()) == ("delivered", 4)

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"sha256": "0" * 64}, "hash"),
            ({"kind": "refuse"}, "something else"),
            ({"kind": "cancel", "by": "consignor"}, "cannot say this"),
            ({"by": "nobody-known"}, "not known"),
            ({"conclusion": "3"}, "otherwise than the record"),
            ({"code": "IE801", "kind": "accept"}, "another one"),
        ],
    )
    def test_a_record_that_contradicts_its_message_is_refused(
        self, corridor: Corridor, change: dict[str, str], field: str
    ):
        moving = corridor.accepted()
        body = body_of(receipt_of(corridor.document(moving)), moving.arc) | change
        (answer,) = receive(corridor.partner, [corridor.token("movement-message", body)])
        (verdict,) = read_receipt(answer)[1].verdicts
        assert verdict.status == "refused"
        assert field in verdict.reason
        moving.refresh_from_db()
        assert moving.state == "accepted"

    def test_a_record_whose_text_is_withheld_counts_by_its_facts(self, corridor: Corridor):
        moving = corridor.accepted()
        body = body_of(receipt_of(corridor.document(moving)), moving.arc)
        del body["xml"]
        corridor.receive("movement-message", body)
        moving.refresh_from_db()
        assert moving.state == "delivered"
