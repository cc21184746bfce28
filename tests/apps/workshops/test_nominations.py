"""Calls, nominations and selections between this node and a partner made of the wire alone."""

from datetime import date, timedelta

import pytest

from isthmus.apps.workshops.models import Attendance, Call, Nomination, Nominee, Workshop
from isthmus.apps.workshops.nominations import body_queries as bodies
from isthmus.apps.workshops.nominations import queries
from isthmus.apps.workshops.nominations.services import inviting, keeping, nominating, receiving
from isthmus.apps.workshops.programme import queries as programme_queries
from isthmus.apps.workshops.programme.rules.states import WorkshopState
from isthmus.apps.workshops.programme.services import planning
from isthmus.exchange.handlers import Erasing, Received
from isthmus.exchange.models import Record
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, Refused
from tests.apps.workshops.conftest import PERSON, Office, programme_of, workshop_of


def nominee(sign: str = "a") -> Nominee:
    return Nominee.objects.get(reference=sign * 32)


class TestCalling:
    def test_a_call_reaches_the_country_whole(self, office: Office):
        workshop = office.called(quota=2)
        (body,) = office.told(bodies.CALL)
        assert (body["workshop"], body["quota"], body["title"]) == (workshop.number, 2, workshop.title)
        invitation = workshop.invitations.get()
        assert (invitation.country, bool(invitation.leaf)) == ("CN", True)
        assert programme_queries.state(workshop) is WorkshopState.INVITED

    def test_a_country_is_called_once_and_by_an_agreement(self, office: Office):
        workshop = office.called()
        until = clock.now() + timedelta(days=1)
        with pytest.raises(BadInput, match="called already"):
            inviting.call(workshop, ["cn"], quota=1, until=until, actor="x")
        with pytest.raises(Refused, match="No agreement in force lets calls go to bd"):
            inviting.call(workshop, ["bd"], quota=1, until=until, actor="x")
        with pytest.raises(BadInput, match="at least one"):
            inviting.call(workshop, [], quota=1, until=until, actor="x")
        with pytest.raises(BadInput, match="deadline"):
            inviting.call(workshop, ["cn"], quota=1, until=clock.now(), actor="x")


class TestSecretariat:
    def test_a_nomination_arrives_exactly_once_though_it_is_sent_twice(self, office: Office):
        workshop = office.called()
        assert office.nominated(workshop, at="2026-11-01T10:00:00Z") == ""
        assert office.nominated(workshop, at="2026-11-01T10:00:00Z") == ""
        (seen,) = queries.nominees_of(workshop)
        assert (seen.nominee.name, seen.country) == ("Sample Delegate A", "CN")
        assert (seen.standing.place, seen.standing.late, seen.selection) == (1, False, None)

    @pytest.mark.parametrize(
        "change",
        [
            {"country": "MV"},
            {"workshop": "SAMPLE-1-W9"},
            {"name": None},
            {"says": "withdrawn"},
        ],
        ids=["another country's person", "no such call", "nobody", "withdrawn before it came"],
    )
    def test_what_cannot_be_about_a_call_is_refused(self, office: Office, change: dict[str, str]):
        assert office.nominated(office.called(), **change) == "workshops.record"
        assert not Nominee.objects.exists()

    def test_another_person_under_the_same_name_is_refused(self, office: Office):
        workshop = office.called()
        office.nominated(workshop)
        assert office.nominated(workshop, name="Somebody else") == "workshops.record"
        assert nominee().name == "Sample Delegate A"

    def test_late_and_over_quota_are_kept_and_shown(self, office: Office):
        workshop = office.called(quota=1)
        office.nominated(workshop, "a")
        workshop.invitations.update(until=clock.now())
        office.nominated(workshop, "b")
        first, second = queries.nominees_of(workshop)
        assert (first.standing.late, first.standing.over_quota) == (False, False)
        assert (second.standing.late, second.standing.over_quota) == (True, True)

    def test_the_country_is_told_and_a_full_quota_is_kept(self, office: Office):
        workshop = office.called(quota=1)
        office.nominated(workshop, "a")
        office.nominated(workshop, "b")
        inviting.select(nominee("a"), "accepted", "", actor="officer")
        with pytest.raises(BadInput, match="quota of this country is full"):
            inviting.select(nominee("b"), "accepted", "", actor="officer")
        with pytest.raises(BadInput, match="Say why"):
            inviting.select(nominee("b"), "waiting", "", actor="officer")
        inviting.select(nominee("b"), "waiting", "The quota is full", actor="officer")
        told = [(one["nomination"][0], one["says"]) for one in office.told(bodies.SELECTION)]
        assert told == [("a", "accepted"), ("b", "waiting")]
        with pytest.raises(BadInput, match="decided already"):
            inviting.select(nominee("a"), "accepted", "", actor="officer")

    def test_who_is_withdrawn_makes_room_for_the_waiting_list(self, office: Office):
        workshop = office.called(quota=1)
        office.nominated(workshop, "a")
        office.nominated(workshop, "b")
        inviting.select(nominee("a"), "accepted", "", actor="officer")
        assert office.nominated(workshop, "a", says="withdrawn") == ""
        inviting.select(nominee("b"), "accepted", "", actor="officer")
        with pytest.raises(Conflict, match="withdrawn"):
            inviting.select(nominee("a"), "declined", "x", actor="officer")

    def test_attendance_is_merged_without_doubles(self, office: Office):
        workshop = office.called(quota=2)
        for sign in "ab":
            office.nominated(workshop, sign)
            inviting.select(nominee(sign), "accepted", "", actor="officer")
        on = workshop.starts
        assert inviting.note_attendance(workshop, on, [nominee("a")], actor="officer") == 1
        both = [nominee("a"), nominee("b")]
        assert inviting.note_attendance(workshop, on, both, actor="officer") == 1
        assert inviting.note_attendance(workshop, on + timedelta(days=1), both, actor="officer") == 2
        assert Attendance.objects.count() == 4
        assert programme_queries.counted(workshop) == 2

    def test_nobody_is_there_who_may_not_be_or_on_another_day(self, office: Office):
        workshop = office.called()
        office.nominated(workshop)
        with pytest.raises(BadInput, match="not accepted"):
            inviting.note_attendance(workshop, workshop.starts, [nominee()], actor="x")
        with pytest.raises(BadInput, match="not on this day"):
            inviting.note_attendance(workshop, date(2020, 1, 1), [], actor="x")
        Workshop.objects.update(ends=clock.now().date() + timedelta(days=1))
        workshop.refresh_from_db()
        with pytest.raises(BadInput, match="still to come"):
            inviting.note_attendance(workshop, workshop.ends, [], actor="x")

    def test_from_the_call_to_the_report(self, office: Office):
        workshop = office.called()
        with pytest.raises(Conflict, match="Nobody is noted as present"):
            planning.mark_held(workshop, actor="x")
        office.nominated(workshop)
        inviting.select(nominee(), "accepted", "", actor="officer")
        inviting.note_attendance(workshop, workshop.starts, [nominee()], actor="officer")
        held = planning.mark_held(workshop, actor="x")
        assert programme_queries.state(held) is WorkshopState.HELD
        with pytest.raises(Conflict, match="held already"):
            inviting.call(held, ["cn"], quota=1, until=clock.now() + timedelta(days=1), actor="x")
        with pytest.raises(Conflict, match="Nothing is written"):
            planning.mark_reported(held, actor="x")
        planning.write_account(held, "It went well.", None, actor="x")
        assert programme_queries.state(planning.mark_reported(held, actor="x")) is WorkshopState.REPORTED

    def test_what_a_record_said_of_a_person_is_erased_and_the_count_stays(self, office: Office):
        workshop = office.called()
        office.nominated(workshop)
        row = nominee()
        keeping.erase(Erasing(row.leaf, bodies.NOMINATION, "x", "cn", sent=False, ground="retention"))
        row.refresh_from_db()
        assert (row.email, row.body, row.name) == ("", {}, "a" * 8)
        assert len(queries.nominees_of(workshop)) == 1

    def test_what_waited_for_its_number_has_its_leaf(self, office: Office):
        workshop = office.called()
        leaf = workshop.invitations.get().leaf
        keeping.take_number(leaf, "f" * 64)
        assert workshop.invitations.get().leaf == "f" * 64


class TestCountry:
    def test_a_call_from_abroad_is_shown_once(self, office: Office):
        assert office.call_from_abroad(at="2026-11-01T10:00:00Z", until="2027-01-01T00:00:00Z") == ""
        assert office.call_from_abroad(at="2026-11-01T10:00:00Z", until="2027-01-01T00:00:00Z") == ""
        assert Call.objects.get().title == "Sample workshop abroad"
        assert office.call_from_abroad(quota=9) == "workshops.record"
        assert office.call_from_abroad(workshop="CN-PROG-W2", ends="2020-01-01") == "workshops.record"

    def test_nothing_crosses_before_the_focal_point_approves(self, office: Office):
        row = office.nomination()
        assert office.told(bodies.NOMINATION) == []
        with pytest.raises(Conflict, match="does not approve it as well"):
            nominating.approve(row, actor="officer@node.test")
        sent = nominating.approve(row, actor="approver@node.test")
        (body,) = office.told(bodies.NOMINATION)
        assert {name: body[name] for name in PERSON} == PERSON
        assert (sent.state, sent.approved_by, bool(sent.leaf)) == ("sent", "approver@node.test", True)
        with pytest.raises(Conflict, match="sent already"):
            nominating.approve(row, actor="approver@node.test")

    def test_a_person_is_nominated_once(self, office: Office):
        row = office.nomination()
        with pytest.raises(Conflict, match="nominated for this workshop already"):
            nominating.nominate(row.call, office.secretariat, dict(PERSON), actor="x")
        nominating.withdraw(row, actor="officer@node.test")
        nominating.nominate(row.call, office.secretariat, dict(PERSON), actor="x")
        assert office.told(bodies.NOMINATION) == []

    def test_names_of_any_script_cross_as_they_are_and_control_signs_do_not(self, office: Office):
        office.call_from_abroad()
        for name in ("ဒေါ်ခင်မျိုးဆွေ", "فاطمة الزهراني", "王小明", "=HYPERLINK(1)"):
            row = nominating.nominate(
                Call.objects.get(), office.secretariat, {**PERSON, "name": name}, actor="x"
            )
            nominating.approve(row, actor="y")
            assert office.told(bodies.NOMINATION)[-1]["name"] == name
        with pytest.raises(BadInput):
            nominating.nominate(
                Call.objects.get(), office.secretariat, {**PERSON, "name": "a\x07b"}, actor="x"
            )

    def test_the_latest_decision_counts_whatever_the_order(self, office: Office):
        row = nominating.approve(office.nomination(), actor="approver@node.test")
        said = {"workshop": "CN-PROG-W1", "nomination": row.reference}
        later, earlier = "2026-11-02T10:00:00Z", "2026-11-01T10:00:00Z"
        assert office.hear(bodies.SELECTION, {**said, "says": "accepted", "at": later}) == ""
        assert (
            office.hear(
                bodies.SELECTION, {**said, "says": "waiting", "at": earlier, "reason": "Quota is full"}
            )
            == ""
        )
        row.refresh_from_db()
        assert (row.state, row.reason) == ("accepted", "")
        unknown = {**said, "nomination": "f" * 32, "says": "accepted", "at": later}
        assert office.hear(bodies.SELECTION, unknown) == "workshops.record"

    def test_a_sent_nomination_is_withdrawn_with_a_record(self, office: Office):
        row = nominating.approve(office.nomination(), actor="approver@node.test")
        nominating.withdraw(row, actor="officer@node.test")
        assert [one["says"] for one in office.told(bodies.NOMINATION)] == ["nominated", "withdrawn"]
        said = {"workshop": "CN-PROG-W1", "nomination": row.reference, "at": "2026-11-02T10:00:00Z"}
        office.hear(bodies.SELECTION, {**said, "says": "accepted"})
        assert Nomination.objects.get().state == "withdrawn"
        with pytest.raises(Conflict, match="over already"):
            nominating.withdraw(row, actor="officer@node.test")


def test_a_handler_that_runs_again_changes_nothing(office: Office):
    office.call_from_abroad()
    row = Record.objects.get(type="workshops.call")
    body = bodies.shown_call(Call.objects.get())
    received = Received(
        type("Envelope", (), {"sender": "cn"})(),  # all that the handler reads of it
        body,
        row.leaf,
        None,
    )
    receiving.receive_call(received)
    assert Call.objects.count() == 1


def test_a_closed_programme_does_not_change(office: Office):
    programme = programme_of(office.secretariat)
    programme.closed_at = clock.now()
    programme.save()
    with pytest.raises(Conflict, match="closed"):
        workshop_of(programme)
