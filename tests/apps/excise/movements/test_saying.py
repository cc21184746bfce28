"""A form for each message: offered where the state allows it, valid by the schemas of its version."""

import os
from pathlib import Path

import pytest
from django.test import Client

from isthmus.apps.excise.models import Movement
from isthmus.apps.excise.movements.formats.layout import VERSIONS, Version
from isthmus.apps.excise.movements.formats.reading import read_message
from isthmus.apps.excise.movements.formats.schemas import schema_faults
from isthmus.apps.excise.movements.services.answering import Differing, report_receipt
from isthmus.kit import clock
from tests.apps.excise.movements.conftest import Corridor

SCHEMAS = Path(os.environ.get("ISTHMUS_CONFORMANCE_DATA") or "/nonexistent") / "emcs" / "xsd"
HERE = "MM00000000033"
"""A consignee of this country, so that both sides speak here."""
OFFICE = {"office": "MM000001"}
SAID: dict[str, tuple[dict[str, str], str, str]] = {
    "cancel": ({"reason": "2"}, "IE810", "cancelled"),
    "change-of-destination": (
        {
            "destination": "1",
            "consignee": "MM00000000041",
            "name": "Sample store",
            "street": "Sample road 2",
            "postcode": "11181",
            "city": "Sampleville",
            "journey": "D10",
        },
        "IE813",
        "diverted",
    ),
    "alert": ({"reason": "3", "on": "today", **OFFICE}, "IE819", "alerted"),
    "reject": ({"reason": "0", "words": "Not ordered", "on": "today", **OFFICE}, "IE819", "rejected"),
    "delay-explanation": ({"reason": "4", "party": "consignee"}, "IE837", "accepted"),
    "interrupt": ({"reason": "1", "party": "dispatch-office", **OFFICE}, "IE807", "interrupted"),
    "event-report": (
        {
            "event": "5",
            "words": "The lorry broke down.",
            "on": "today",
            "place": "Mile 14",
            "person": "Sample driver",
            "party": "destination-office",
            **OFFICE,
        },
        "IE840",
        "accepted",
    ),
}


def address(row: Movement, kind: str) -> str:
    return f"/excise/movements/{row.pk}/say/{kind}/"


def say(officer: Client, row: Movement, kind: str, given: dict[str, str]) -> str:
    """The page that answers; empty where the message was sent."""
    today = clock.now().date().isoformat()
    answer = officer.post(
        address(row, kind), {name: today if text == "today" else text for name, text in given.items()}
    )
    return "" if answer.status_code == 302 else answer.content.decode()


def last_said(row: Movement, version: Version) -> str:
    """The code of the newest message, which its schema has nothing against."""
    data = bytes(row.messages.order_by("-id")[0].xml)
    message = read_message(data)
    assert message.version == version
    if SCHEMAS.is_dir():
        assert schema_faults(data, message, SCHEMAS) == ()
    return message.code


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", SAID)
def test_what_is_typed_becomes_a_message(corridor: Corridor, officer: Client, kind: str, version: Version):
    row = corridor.accepted(consignee=HERE, version=version)
    given, code, state = SAID[kind]
    assert address(row, kind) in officer.get(f"/excise/movements/{row.pk}/").content.decode()
    assert officer.get(address(row, kind)).status_code == 200
    assert say(officer, row, kind, given) == ""
    row.refresh_from_db()
    assert (last_said(row, version), row.state) == (code, state)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_shortage_is_explained_line_by_line(corridor: Corridor, officer: Client, version: Version):
    row = corridor.accepted(consignee=HERE, version=version)
    report_receipt(row, clock.now().date(), "2", [Differing(1, missing=row.lines.get().quantity)], actor="x")
    given = {"party": "consignor", "words": "A cask leaked.", "on": "today", "line_1": "All of it"}
    assert say(officer, row, "shortage-explanation", given) == ""
    assert last_said(row, version) == "IE871"
    given["party"] = "consignee"
    assert say(officer, row, "shortage-explanation", given) == ""


def test_the_type_of_an_event_is_the_officers_word(corridor: Corridor, officer: Client):
    row = corridor.accepted(consignee=HERE)
    given = SAID["event-report"][0]
    assert "One or two digits." in say(officer, row, "event-report", {**given, "event": "accident"})
    assert say(officer, row, "event-report", given) == ""
    body = read_message(bytes(row.messages.order_by("-id")[0].xml)).body
    assert [one.event_type_code for one in body.body_event_report] == ["5"]


def test_a_new_destination_stands_on_the_movement(corridor: Corridor, officer: Client):
    row = corridor.accepted(consignee=HERE)
    say(officer, row, "change-of-destination", SAID["change-of-destination"][0])
    row.refresh_from_db()
    assert (row.consignee, row.consignee_name, row.sequence) == ("MM00000000041", "Sample store", 2)
    assert row.journey_time == "D10"
    # The next message is about the new version of the document.
    assert say(officer, row, "alert", SAID["alert"][0]) == ""
    row.refresh_from_db()
    assert row.state == "alerted"


def test_what_the_state_or_the_side_does_not_allow_is_not_offered(corridor: Corridor, officer: Client):
    row = corridor.accepted()
    shown = officer.get(f"/excise/movements/{row.pk}/").content.decode()
    assert address(row, "cancel") in shown
    for kind in ("alert", "shortage-explanation", "split", "nonsense"):
        assert address(row, kind) not in shown
        assert officer.get(address(row, kind)).status_code == 404, kind
    say(officer, row, "cancel", SAID["cancel"][0])
    assert officer.get(address(row, "cancel")).status_code == 404


@pytest.mark.parametrize(
    ("kind", "change", "told"),
    [
        ("cancel", {"reason": "0"}, "Tell the reason."),
        ("reject", {"on": "2999-01-01"}, "This day is in the future."),
        ("alert", {"office": "17"}, "Such as MD000001."),
        ("change-of-destination", {"journey": "20 days"}, "Such as D20."),
    ],
)
def test_what_is_typed_wrongly_is_said_at_its_field(
    corridor: Corridor, officer: Client, kind: str, change: dict[str, str], told: str
):
    row = corridor.accepted(consignee=HERE)
    assert told in say(officer, row, kind, SAID[kind][0] | change)
    assert row.messages.count() == 2
