"""Movements for programs and from the shell."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from isthmus.accounts.roles import Role
from isthmus.apps.excise.cli import excise
from isthmus.apps.excise.models import Movement
from isthmus.apps.excise.movements import queries
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, NotFound, Refused
from tests.api_client import Program, program
from tests.apps.excise.movements.conftest import DUTY, Corridor, body_of, draft_xml, receipt_of
from tests.apps.excise.movements.test_pages import ARC, coming
from tests.apps.excise.movements.test_services import cancellation


def post_xml(sender: Program, path: str, xml: bytes, media: str = "application/xml") -> Any:
    return sender.post(path, xml, content_type=media)


class TestApi:
    def test_a_draft_is_entered_accepted_and_cancelled(self, corridor: Corridor):
        office = program("customs")
        answer = post_xml(office, "/excise/movements", draft_xml())
        assert answer.status_code == 201
        made = answer.json()
        assert (made["state"], made["arc"], made["security"]) == ("draft", "", None)
        assert made["messages"][0]["xml"] == draft_xml().decode()
        assert made["lines"][0]["quantity"] == "900.5"
        path = f"/excise/movements/{made['id']}"
        refused = office.post(f"{path}/accept", {})
        assert (refused.status_code, refused.json()["code"]) == (422, "excise.movement-duty")
        done = office.post(f"{path}/accept", {"duty_minor": DUTY}).json()
        assert (done["state"], done["unmatched_days"]) == ("accepted", 0)
        assert done["security"] == {
            "guarantor_code": "1",
            "guarantee": "G-1",
            "currency": "MMK",
            "amount_minor": DUTY,
            "stated": True,
            "rates_of": None,
            "held_minor": DUTY,
            "wanted_minor": DUTY,
        }
        row = Movement.objects.get()
        cancelled = post_xml(office, f"{path}/messages", cancellation(row)).json()
        assert (cancelled["state"], cancelled["security"]["held_minor"]) == ("cancelled", 0)
        again = office.post(f"{path}/accept", {"duty_minor": DUTY})
        assert (again.status_code, again.json()["code"]) == (409, "excise.movement-accepted")
        read = office.get(path).json()
        assert [one["code"] for one in read["messages"]] == ["IE815", "IE801", "IE810"]

    def test_movements_are_listed_by_state_and_page(self, corridor: Corridor):
        office = program("customs")
        first, second = corridor.accepted("LRN-1"), corridor.accepted("LRN-2")
        corridor.receive("movement-message", body_of(receipt_of(corridor.document(first)), first.arc))

        def arcs(**asked: Any) -> list[str]:
            return [one["arc"] for one in office.get("/excise/movements", **asked).json()["items"]]

        assert arcs() == [second.arc, first.arc]
        assert arcs(state="delivered") == [first.arc]
        assert arcs(show="unmatched") == arcs(show="open") == arcs(q=second.arc) == [second.arc]
        assert arcs(show="late") == []
        page = office.get("/excise/movements", limit=1).json()
        assert arcs(limit=1, cursor=page["next"]) == [first.arc]
        assert office.get("/excise/movements", state="nowhere").status_code == 422

    def test_other_bodies_and_other_people_are_turned_away(self, corridor: Corridor):
        office = program("customs")
        row = corridor.accepted()
        assert post_xml(office, "/excise/movements", b"").status_code == 400
        assert post_xml(office, "/excise/movements", draft_xml(), "text/plain").status_code == 415
        assert post_xml(office, "/excise/movements", b"<a>" + b" " * 2_000_000).status_code == 413
        assert post_xml(office, "/excise/movements", b"<a/>").json()["code"].startswith("excise.emcs")
        assert program("elsewhere").get(f"/excise/movements/{row.pk}").status_code == 404
        auditor = program("customs", Role.AUDITOR)
        assert auditor.get(f"/excise/movements/{row.pk}").status_code == 200
        assert post_xml(auditor, "/excise/movements", draft_xml("LRN-9")).status_code == 403
        drafted = post_xml(office, "/excise/movements", draft_xml("LRN-2")).json()
        answer = post_xml(office, f"/excise/movements/{drafted['id']}/messages", cancellation(row))
        assert answer.status_code == 404

    def test_a_load_is_checked_at_a_gate(self, corridor: Corridor):
        guard = program("customs")
        load = {"arc": corridor.accepted().arc, "gate": "North", "way": "out", "plate": "AB 1", "seal": "S"}
        assert guard.post("/excise/gate-scans", load).json()["passed"] is True
        again = guard.post("/excise/gate-scans", load).json()
        assert (again["passed"], again["alarms"]) == (False, ["again"])


def run(*words: str) -> Any:
    return CliRunner().invoke(excise, ["emcs", *words])


class TestShell:
    def test_files_are_sent_and_shown(self, corridor: Corridor, tmp_path: Path):
        good, bad = tmp_path / "draft.xml", tmp_path / "bad.xml"
        good.write_bytes(draft_xml())
        bad.write_bytes(b"<a/>")
        first = run("send", str(good), str(bad), "--json")
        assert first.exit_code == 2
        said = json.loads(first.stdout)
        assert [one["error"] for one in said] == ["excise.movement-duty", "excise.emcs.not-emcs"]
        assert "Line 1: There is no tariff of MM here." in first.stderr
        second = run("send", str(good), "--duty-minor", str(DUTY), "--json")
        assert second.exit_code == 0, second.output
        (sent,) = json.loads(second.stdout)
        row = Movement.objects.get()
        assert (sent["arc"], sent["state"]) == (row.arc, "accepted")
        other = tmp_path / "cancel.xml"
        other.write_bytes(cancellation(row))
        assert json.loads(run("send", str(other), "--json").stdout)[0]["state"] == "cancelled"
        whole = json.loads(run("show", row.arc, "--json").stdout)
        assert [one["code"] for one in whole["messages"]] == ["IE815", "IE801", "IE810"]
        assert "guarantee guarantee" in run("show", row.arc).output
        assert isinstance(run("show", "nothing").exception, NotFound)

    def test_a_draft_may_be_kept_alone(self, corridor: Corridor, tmp_path: Path):
        file = tmp_path / "draft.xml"
        file.write_bytes(draft_xml())
        assert run("send", str(file), "--draft").exit_code == 0
        assert Movement.objects.get().state == "draft"
        assert json.loads(run("show", "LRN-1", "--json").stdout)["state"] == "draft"

    def test_they_are_listed_and_received(self, corridor: Corridor):
        assert "No movements." in run("list").output
        coming(corridor)
        corridor.accepted()
        assert "accepted" in run("list", "--show", "open").output
        assert json.loads(run("list", "--state", "delivered", "--json").stdout) == []
        today = clock.now().date().isoformat()
        words = ("receive", ARC, "--arrived", today, "--conclusion", "2")
        assert isinstance(run(*words, "--missing", "one=x").exception, BadInput)
        done = run(*words, "--missing", "1=0.5", "--json")
        assert json.loads(done.stdout) == {"arc": ARC, "state": "delivered"}
        assert isinstance(run(*words, "--missing", "1=0.5").exception, Conflict)

    def test_a_load_that_must_not_pass_ends_with_a_refusal(self, corridor: Corridor):
        words = ("--gate", "North", "--way", "out", "--plate", "AB 1", "--seal", "S")
        arc = corridor.accepted().arc
        assert json.loads(run("scan", arc, *words, "--json").stdout)["passed"] is True
        assert isinstance(run("scan", arc, *words).exception, Refused)


class TestWaiting:
    @pytest.mark.parametrize(("days", "long"), [(0, False), (6, False), (7, True), (30, True)])
    def test_the_silence_of_one_side_is_counted_in_whole_days(
        self, corridor: Corridor, days: int, long: bool
    ):
        row = corridor.accepted()
        now = (row.told_by_dispatch or row.opened_at) + timedelta(days=days, hours=1)
        assert queries.unmatched_days(row, now) == days
        every = Movement.objects.all()
        assert list(queries.shown(every, "unmatched-long", now)) == ([row] if long else [])

    def test_nobody_waits_for_a_draft_nor_for_what_was_said_by_both(self, corridor: Corridor):
        row = corridor.accepted()
        corridor.receive("movement-message", body_of(receipt_of(corridor.document(row)), row.arc))
        row.refresh_from_db()
        assert queries.unmatched_days(row, clock.now()) is None
        assert queries.unmatched_days(Movement(arc="", dispatch_node="a"), clock.now()) is None
