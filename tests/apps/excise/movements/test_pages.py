"""The pages of movements: the list, one movement, its draft, its receipt, and the gate."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from isthmus.apps.excise.models import Movement
from isthmus.apps.excise.movements.rules import arc as references
from isthmus.apps.excise.movements.services import answering, sending
from isthmus.apps.excise.movements.services.answering import Differing, report_receipt
from isthmus.apps.excise.movements.services.gates import Seen, scan
from isthmus.kit import clock
from isthmus.kit.errors import BadInput
from tests.apps.excise.movements.conftest import DUTY, Corridor, body_of, draft_xml, receipt_of

ARC = references.compose(2026, "CN", "9")


def coming(corridor: Corridor) -> Movement:
    corridor.receive("movement-message", body_of(corridor.coming(ARC), ARC))
    row = Movement.objects.get(arc=ARC)
    row.organisation = corridor.customs
    row.save()
    return row


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.content.decode()
    return response.content.decode()


class TestPages:
    def test_an_empty_list_says_how_a_movement_begins(self, officer: Client):
        assert "A movement begins with a draft" in page(officer, "/excise/movements/")

    def test_a_draft_from_a_file_is_accepted_by_a_button(self, corridor: Corridor, officer: Client):
        assert "The draft of the electronic document" in page(officer, "/excise/movements/draft/")
        file = SimpleUploadedFile("draft.xml", draft_xml(), "application/xml")
        given = {"file": file, "organisation": corridor.customs.pk}
        answer = officer.post("/excise/movements/draft/", given)
        row = Movement.objects.get()
        assert answer["Location"] == f"/excise/movements/{row.pk}/"
        assert "Have it accepted" in page(officer, answer["Location"])
        officer.post(f"/excise/movements/{row.pk}/accept/", {"duty": "20000"})
        row.refresh_from_db()
        shown = page(officer, f"/excise/movements/{row.pk}/")
        assert row.arc in shown
        assert "Cancel it (consignor)" in shown
        assert "Report the receipt" not in shown
        assert "Unmatched" in shown

    def test_a_draft_at_fault_is_shown_again_with_its_faults(self, corridor: Corridor, officer: Client):
        file = SimpleUploadedFile("draft.xml", b"<a/>", "application/xml")
        given = {"file": file, "organisation": corridor.customs.pk}
        answer = officer.post("/excise/movements/draft/", given)
        assert "not that of an EMCS message" in answer.content.decode()
        assert not Movement.objects.exists()

    def test_open_and_overdue_movements_are_found(self, corridor: Corridor, officer: Client):
        closed, late = corridor.accepted("LRN-1"), corridor.accepted("LRN-2")
        corridor.receive("movement-message", body_of(receipt_of(corridor.document(closed)), closed.arc))
        Movement.objects.filter(pk=late.pk).update(due_at=clock.now() - timedelta(days=1))
        every = page(officer, "/excise/movements/")
        assert every.index(late.arc) < every.index(closed.arc)
        assert (
            "1 of 2 movements are open, 1 of them overdue; 1 lack the word of one side; 1 are closed."
            in every
        )
        for narrowed in ("show=open", "show=late", "show=unmatched", f"q={late.arc}"):
            found = page(officer, f"/excise/movements/?{narrowed}")
            assert late.arc in found, narrowed
            assert closed.arc not in found, narrowed

    def test_goods_are_received_with_a_shortage(self, corridor: Corridor, officer: Client):
        row = coming(corridor)
        assert "Missing of line 1" in page(officer, f"/excise/movements/{row.pk}/receipt/")
        given = {"arrived": clock.now().date().isoformat(), "conclusion": "2", "missing_1": "0.5"}
        officer.post(f"/excise/movements/{row.pk}/receipt/", given)
        row.refresh_from_db()
        assert row.state == "delivered"
        (told,) = corridor.sent()
        assert "<ie:ObservedShortageOrExcess>0.5</ie:ObservedShortageOrExcess>" in told["xml"]

    def test_an_alarm_of_a_gate_stands_on_the_movement(self, corridor: Corridor, officer: Client):
        row = corridor.accepted()
        for plate in ("AB 1", "AB 2"):
            scan(corridor.customs, Seen(row.arc, "North", "out", plate, "S"), actor="guard")
        shown = page(officer, f"/excise/movements/{row.pk}/")
        assert "Alarm at a gate" in shown
        assert "another vehicle passed under this ARC" in shown

    def test_the_message_is_given_out_byte_for_byte(self, corridor: Corridor, officer: Client):
        row = corridor.accepted()
        kept = row.messages.get(code="IE815")
        answer = officer.get(f"/excise/movements/{row.pk}/messages/{kept.pk}/")
        assert answer.content == draft_xml()

    def test_the_gate_answers_go_and_then_stop(self, corridor: Corridor, officer: Client):
        row = corridor.accepted()
        assert "Check the load" in page(officer, "/excise/gate/")
        load = {"arc": row.arc, "plate": "AB 1", "seal": "S", "gate": "North", "way": "out"}
        assert "The load may pass." in officer.post("/excise/gate/", load).content.decode()
        assert "Do not let the load pass." in officer.post("/excise/gate/", load).content.decode()
        wrong = officer.post("/excise/gate/", load | {"arc": "26MD"}).content.decode()
        assert "An ARC has 21 signs" in wrong

    def test_another_organisation_sees_nothing(self, corridor: Corridor, officer: Client):
        row = corridor.accepted()
        Movement.objects.filter(pk=row.pk).update(organisation=None)
        assert officer.get(f"/excise/movements/{row.pk}/").status_code == 404


class TestReceipts:
    @pytest.mark.parametrize(
        ("conclusion", "lines"),
        [("1", [Differing(1, Decimal(1))]), ("2", []), ("4", [])],
    )
    def test_conclusion_and_lines_go_together(
        self, corridor: Corridor, conclusion: str, lines: list[Differing]
    ):
        row = coming(corridor)
        with pytest.raises(BadInput):
            report_receipt(row, clock.now().date(), conclusion, lines, actor="officer")
        assert not corridor.sent()

    def test_nothing_arrives_tomorrow_or_before_it_left(self, corridor: Corridor):
        row = coming(corridor)
        for days in (1, -5):
            with pytest.raises(BadInput, match="between their dispatch and today"):
                report_receipt(row, clock.now().date() + timedelta(days=days), "1", actor="officer")

    def test_goods_refused_in_part_stay_with_the_consignor(self, corridor: Corridor):
        row = coming(corridor)
        report_receipt(row, clock.now().date(), "4", [Differing(1, refused=Decimal(10))], actor="officer")
        row.refresh_from_db()
        assert (row.state, row.is_open) == ("partially-refused", True)


class TestReminders:
    def test_what_is_overdue_is_reminded_of_once(self, corridor: Corridor):
        day = clock.now().date() - timedelta(days=21)
        late = sending.draft(corridor.customs, draft_xml("P-1", day=day, deferred=True), actor="officer")
        late = sending.accept(late, actor="officer", duty_minor=DUTY)
        corridor.accepted("LRN-2")
        progress: Any = _Quiet()
        assert answering.send_reminders(progress) == {"reminded": 1, "failed": 0}
        assert answering.send_reminders(progress) == {"reminded": 0, "failed": 0}
        assert [body["code"] for body in corridor.sent()] == ["IE801", "IE801", "IE802"]
        late.refresh_from_db()
        assert late.state == "accepted"


class _Quiet:
    def step(self, *_args: object) -> None: ...
