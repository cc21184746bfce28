"""Events by API, by command and on pages."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from isthmus.accounts.models import Kind, Membership, Officer, Organisation, Role
from isthmus.apps.excise.cli import excise
from isthmus.apps.excise.events.models import EpcisEvent
from isthmus.apps.excise.events.services import capture
from isthmus.kit.errors import BadInput, NotFound
from tests.api_client import program
from tests.apps.excise.events.conftest import LINK, PLACE, SGTIN, Capture, event
from tests.second_factors import browser_of

ROOT = "/excise/epcis"
CAPTURE = f"{ROOT}/capture"


class TestApi:
    def test_a_document_is_captured_and_found_again(self, customs: Organisation, written: Capture) -> None:
        sender = program("customs")
        answer = sender.post(
            CAPTURE, written(event(**{"my:weight": 1.5})), content_type="application/ld+json"
        )
        assert answer.status_code == 201, answer.content
        ((known,), new) = answer.json()["events"], answer.json()["new"]
        assert new == 1
        assert sender.post(CAPTURE, written(event(**{"my:weight": 1.5}))).status_code == 200
        (listed,) = sender.get(f"{ROOT}/events", epc=SGTIN, place=PLACE, biz_step="commissioning").json()[
            "items"
        ]
        assert (listed["hash"], listed["event_time"], listed["in_error"]) == (
            known["hash"],
            "2026-07-22T04:45:00Z",
            False,
        )
        whole = sender.get(f"{ROOT}/events/{known['id']}").json()
        assert whole["body"]["my:weight"] == 1.5
        assert whole["items"] == [
            {"part": "item", "uri": LINK, "gtin": "04012345111118", "quantity": None, "unit": ""}
        ]
        assert sender.get(f"{ROOT}/events", epc="urn:x:y").json() == {"items": [], "next": None}

    def test_what_is_wrong_is_said_with_every_fault(self, customs: Organisation, written: Capture) -> None:
        sender = program("customs")
        answer = sender.post(CAPTURE, written(event(action="CREATE"), event(bizStep="transforming")))
        assert answer.status_code == 422
        assert [fault["where"] for fault in answer.json()["faults"]] == [
            "event 1, action",
            "event 2, bizStep",
        ]
        assert sender.post(CAPTURE, b"").status_code == 400
        assert sender.post(CAPTURE, b"<xml/>", content_type="application/xml").status_code == 415
        assert sender.post(CAPTURE, b" " * (4 * 1024 * 1024 + 1)).status_code == 413
        assert sender.get(f"{ROOT}/events/17").status_code == 404

    def test_another_organisation_sees_none_of_it_and_an_auditor_captures_none(
        self, customs: Organisation, written: Capture
    ) -> None:
        (row,) = capture(written(event()), organisation=customs, actor="x").events
        assert program("revenue").get(f"{ROOT}/events").json()["items"] == []
        assert program("revenue").get(f"{ROOT}/events/{row.pk}").status_code == 404
        assert program("customs", Role.AUDITOR).post(CAPTURE, written(event())).status_code == 403


class TestCommand:
    def test_captures_are_checked_without_being_kept(
        self, db: None, tmp_path: Path, written: Capture
    ) -> None:
        good, bad, broken = tmp_path / "good.json", tmp_path / "bad.json", tmp_path / "broken.json"
        good.write_bytes(written(event()))
        bad.write_bytes(written(event(disposition="in_transport")))
        broken.write_bytes(b"{")
        done = CliRunner().invoke(excise, ["epcis", "validate", str(good), str(bad), str(broken)])
        assert done.exit_code == 2
        assert f"{good}: 1 events, valid" in done.stdout
        assert "  event 1, disposition: “in_transport” is not in GS1's vocabulary." in done.stdout
        assert "  The document is not JSON (at 1:2); correct it there." in done.stdout
        done = CliRunner().invoke(excise, ["epcis", "validate", "--json", str(good)])
        assert done.exit_code == 0
        (row,) = json.loads(done.stdout)
        assert row["valid"] is True
        assert row["events"][0].startswith("ni:///sha-256;")
        assert not EpcisEvent.objects.exists()

    def test_captures_are_kept_each_as_a_whole(
        self, customs: Organisation, tmp_path: Path, written: Capture
    ) -> None:
        good, bad, broken = tmp_path / "good.json", tmp_path / "bad.json", tmp_path / "broken.json"
        good.write_bytes(written(event()))
        bad.write_bytes(written(event(disposition="in_transport")))
        broken.write_bytes(b"{")
        done = CliRunner().invoke(excise, ["epcis", "capture", "--json", str(good), str(bad), str(broken)])
        assert done.exit_code == 2
        assert [(row["captured"], row["new"]) for row in json.loads(done.stdout)] == [
            (True, 1),
            (False, 0),
            (False, 0),
        ]
        assert "event 1, disposition" in done.stderr
        done = CliRunner().invoke(excise, ["epcis", "capture", str(good), "--organisation", "customs"])
        assert (done.exit_code, done.stdout) == (0, "")
        assert "1 events, 0 new" in done.stderr

    def test_an_organisation_has_to_be_one(
        self, customs: Organisation, tmp_path: Path, written: Capture
    ) -> None:
        Organisation.objects.create(code="revenue", name="Revenue", kind=Kind.AGENCY)
        file = tmp_path / "good.json"
        file.write_bytes(written(event()))
        done = CliRunner().invoke(excise, ["epcis", "capture", str(file)])
        assert isinstance(done.exception, BadInput)
        done = CliRunner().invoke(excise, ["epcis", "capture", str(file), "--organisation", "none"])
        assert isinstance(done.exception, NotFound)

    def test_a_file_that_cannot_be_read_is_named(
        self, customs: Organisation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = tmp_path / "good.json"
        file.write_bytes(b"")

        def refuse(*_arguments: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "open", refuse)
        done = CliRunner().invoke(excise, ["epcis", "validate", str(file)])
        assert isinstance(done.exception, BadInput)
        assert "Permission denied" in done.exception.message


@pytest.fixture
def officer(customs: Organisation) -> Officer:
    person = Officer.objects.create_user("officer@node.test", "Officer", "seven calm rivers")
    Membership.objects.create(officer=person, organisation=customs, role=Role.OFFICER)
    return person


class TestPages:
    def test_the_list_narrows_and_says_what_stands(
        self, customs: Organisation, officer: Officer, written: Capture
    ) -> None:
        browser = browser_of(officer)
        assert "No events yet" in browser.get("/excise/events/").content.decode()
        wrong = {"declarationTime": "2026-07-23T00:00:00Z", "reason": "incorrect_data"}
        capture(written(event(), event(errorDeclaration=wrong)), organisation=customs, actor="x")
        page = browser.get("/excise/events/").content.decode()
        assert "Declared wrong" in page
        assert "Declares an error" in page
        found = browser.get(f"/excise/events/?item={SGTIN}&step=commissioning&since=2026-07-22&wrong=yes")
        assert "Declares an error" not in found.content.decode()
        assert "commissioning" in found.content.decode()

    def test_one_event_leads_to_what_declares_it_wrong_and_what_corrects_it(
        self, customs: Organisation, officer: Officer, written: Capture
    ) -> None:
        browser = browser_of(officer)
        (better,) = capture(written(event(disposition="inactive")), organisation=customs, actor="x").events
        wrong = {
            "declarationTime": "2026-07-23T00:00:00Z",
            "reason": "incorrect_data",
            "correctiveEventIDs": [better.name],
        }
        said = written(event(), event(errorDeclaration=wrong))
        row, error = capture(said, organisation=customs, actor="x").events
        page = browser.get(f"/excise/events/{row.pk}/").content.decode()
        assert "The event that declares this one wrong" in page
        assert f'href="/excise/events/{better.pk}/"' in page
        assert LINK in page
        page = browser.get(f"/excise/events/{error.pk}/").content.decode()
        assert "The event that is declared wrong" in page
        assert "incorrect data" in page
        assert browser.get("/excise/events/9999/").status_code == 404

    def test_an_item_has_a_history(self, customs: Organisation, officer: Officer, written: Capture) -> None:
        browser = browser_of(officer)
        said = written(event(), event(bizStep="retail_selling", eventTime="2026-08-01T00:00:00Z"))
        capture(said, organisation=customs, actor="x")
        page = browser.get("/excise/events/item/", {"uri": SGTIN}).content.decode()
        assert page.index("commissioning") < page.index("retail selling")
        assert "No events of this item" in browser.get("/excise/events/item/", {"uri": "x"}).content.decode()
        assert "type it here" in browser.get("/excise/events/item/").content.decode()
