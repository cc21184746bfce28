"""From draft to receipt, and what a heap of messages says of each movement."""

import dataclasses
import json
import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from isthmus.apps.excise.cli import excise
from isthmus.apps.excise.movements.formats.answering import accepted, header, receipt
from isthmus.apps.excise.movements.formats.layout import VERSIONS, Version
from isthmus.apps.excise.movements.formats.message import Message
from isthmus.apps.excise.movements.formats.messages.receipts import BodyReportOfReceiptExport
from isthmus.apps.excise.movements.formats.reading import read_message
from isthmus.apps.excise.movements.formats.telling import Told, statements, tell
from isthmus.apps.excise.movements.formats.writing import write_message
from isthmus.apps.excise.movements.rules import arc
from isthmus.apps.excise.movements.rules.history import Objection
from isthmus.apps.excise.movements.rules.states import BY_KIND, Kind, Party, State
from isthmus.apps.excise.movements.wording import KINDS, OBJECTIONS, PARTIES, STATES
from isthmus.kit.errors import BadInput
from tests.apps.excise.movements.made import ARC, NOW, draft, messages
from tests.apps.excise.movements.made import header as made_header

LATER = NOW + timedelta(days=2)


def chain(version: Version = "3.23", conclusion: str = "1") -> list[Message]:
    sent = Message(version, header("MD", "MD", "DRAFT-1", NOW), draft())
    document = accepted(sent, ARC, NOW, header("MD", "MV", "DOC-1", NOW, answers=sent.header))
    answer = receipt(
        document, LATER.date(), conclusion, header("MV", "MD", "RECEIPT-1", LATER, answers=document.header)
    )
    return [sent, document, answer]


def missing(**changes: Any) -> BodyReportOfReceiptExport:
    line = {
        "body_record_unique_reference": 1,
        "excise_product_code": "W200",
        "indicator_of_shortage_or_excess": "S",
        "observed_shortage_or_excess": Decimal("0.5"),
    }
    return BodyReportOfReceiptExport(**{**line, **changes})


@pytest.mark.parametrize("version", VERSIONS)
def test_a_draft_becomes_a_document_and_a_receipt_that_are_sound(version: Version):
    sent, document, answer = chain(version)
    for message in (sent, document, answer):
        assert read_message(write_message(message)) == message
    assert (sent.code, document.code, answer.code) == ("IE815", "IE801", "IE818")
    assert document.body.body_ead_esad == sent.body.body_ead_esad
    assert document.body.ead_esad.invoice_number == sent.body.ead_esad_draft.invoice_number
    assert document.body.header_ead_esad.journey_time == "D20"
    assert answer.arcs == document.arcs == (ARC,)
    assert answer.header.correlation_identifier == "DOC-1"


def test_a_receipt_may_say_what_is_missing():
    document = chain()[1]
    head = header("MV", "MD", "RECEIPT-2", LATER)
    for line in (
        missing(),
        missing(indicator_of_shortage_or_excess="E", observed_shortage_or_excess=Decimal(9999)),
    ):
        answer = receipt(document, LATER.date(), "2", head, office="MV000001", lines=[line], version="3.13")
        assert read_message(write_message(answer)) == answer


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (missing(body_record_unique_reference=2), "The document has no line 2 of W200."),
        (missing(excise_product_code="B000"), "The document has no line 1 of B000."),
        (
            missing(observed_shortage_or_excess=Decimal(901)),
            "Line 1 misses more than the 900.5 that were sent.",
        ),
        (missing(refused_quantity=Decimal(901)), "Line 1 refuses more than the 900.5 that were sent."),
    ],
)
def test_a_receipt_is_about_the_goods_of_its_document(line: BodyReportOfReceiptExport, said: str):
    with pytest.raises(BadInput) as refused:
        receipt(chain()[1], date(2026, 11, 29), "2", header("MV", "MD", "R", LATER), lines=[line])
    assert (refused.value.code, refused.value.message) == ("excise.emcs.receipt-lines", said)


def test_nothing_is_made_of_another_message_or_without_a_consignee():
    sent, document, _ = chain()
    head = header("MV", "MD", "R", LATER)
    with pytest.raises(BadInput) as other:
        receipt(sent, LATER.date(), "1", head)
    assert other.value.code == "excise.emcs.other-message"
    nobody = Message("3.23", document.header, dataclasses.replace(document.body, consignee_trader=None))
    with pytest.raises(BadInput) as refused:
        receipt(nobody, LATER.date(), "1", head)
    assert refused.value.code == "excise.emcs.no-consignee"


def one(told: tuple[Told, ...]) -> Told:
    (only,) = told
    return only


def test_the_chain_closes_a_movement_once_however_it_is_heard():
    heap = chain() * 3
    random.Random(5).shuffle(heap)
    told, silent = tell(heap)
    assert one(told).standing.state == State.DELIVERED
    assert [said.kind for said in one(told).standing.effective] == [Kind.ACCEPT, Kind.RECEIVE]
    assert one(told).standing.set_aside == ()
    assert {message.code for message in silent} == {"IE815"}


def test_a_thousand_movements_close_each_once_from_one_shuffled_heap():
    heap = []
    for number in range(1000):
        reference = arc.compose(2026, "MD", f"BULK{number}")
        sent, _, _ = chain()
        document = accepted(sent, reference, NOW, header("MD", "MV", f"DOC-{number}", NOW))
        heap += [
            document,
            document,
            receipt(document, LATER.date(), "1", header("MV", "MD", f"R-{number}", LATER)),
        ]
    random.Random(7).shuffle(heap)
    told, _ = tell(heap)
    assert len(told) == 1000
    assert {movement.standing.state for movement in told} == {State.DELIVERED}
    assert {len(movement.standing.effective) for movement in told} == {2}


def test_a_change_of_destination_is_told_by_its_message_and_by_the_new_document_alike():
    _, document, _ = chain()
    update = messages("3.23")["IE813"]
    newer = Message(
        "3.23",
        made_header("IE801"),
        dataclasses.replace(
            document.body,
            header_ead_esad=dataclasses.replace(
                document.body.header_ead_esad, sequence_number=2, journey_time="D03"
            ),
        ),
    )
    for heap in ([document, update], [update, document], [newer], [document, newer, update]):
        found = one(tell(heap)[0])
        assert (found.standing.state, found.standing.sequence) == (State.DIVERTED, 2)
        assert found.standing.set_aside == ()
    assert one(tell([document, update])[0]).due == datetime(2026, 11, 28, tzinfo=UTC)
    assert one(tell([newer])[0]).due == datetime(2026, 11, 30, 12, tzinfo=UTC)


def test_a_receipt_of_the_old_destination_has_no_effect_after_a_second_change():
    sent, document, answer = chain()
    update = messages("3.23")["IE813"]
    head = dataclasses.replace(answer.header, message_identifier="RECEIPT-9")
    late = Message(
        "3.23",
        head,
        dataclasses.replace(
            answer.body, excise_movement=dataclasses.replace(answer.body.excise_movement, sequence_number=3)
        ),
    )
    found = one(tell([sent, document, update, late])[0]).standing
    assert found.state == State.DIVERTED
    assert [why for _, why in found.set_aside] == [Objection.OLD_DOCUMENT]


@pytest.mark.parametrize(
    ("code", "kind", "by"),
    [
        ("IE802", Kind.REMIND, Party.DISPATCH_OFFICE),
        ("IE807", Kind.INTERRUPT, Party.DISPATCH_OFFICE),
        ("IE810", Kind.CANCEL, Party.CONSIGNOR),
        ("IE813", Kind.CHANGE, Party.CONSIGNOR),
        ("IE818", Kind.RECEIVE, Party.CONSIGNEE),
        ("IE819", Kind.REJECT, Party.CONSIGNEE),
        ("IE825", Kind.SPLIT, Party.CONSIGNOR),
        ("IE837", Kind.DELAY, Party.CONSIGNOR),
        ("IE839", Kind.CUSTOMS_REFUSE, Party.CUSTOMS),
        ("IE840", Kind.EVENT, Party.DISPATCH_OFFICE),
        ("IE871", Kind.SHORTAGE, Party.CONSIGNOR),
    ],
)
def test_what_each_message_says_and_for_whom(code: str, kind: Kind, by: Party):
    message = messages("3.23")[code]
    ((reference, said),) = statements(message)
    assert (reference, said.kind, said.by) == (ARC, kind, by)
    assert by in BY_KIND[kind].by
    heap = [chain()[1], message] if code != "IE871" else [*chain()[1:], message]
    assert one(tell(heap)[0]).standing.set_aside == ()


def test_an_alert_an_export_and_an_office_abroad_are_told_apart():
    alert = messages("3.23")["IE819"]
    milder = dataclasses.replace(alert.body.alert_or_rejection, ead_esad_rejected_flag=False)
    body = dataclasses.replace(alert.body, alert_or_rejection=milder)
    ((_, said),) = statements(Message("3.23", alert.header, body))
    assert said.kind == Kind.ALERT
    ((_, export),) = statements(chain(conclusion="21")[2])
    assert (export.kind, export.by) == (Kind.EXIT, Party.CUSTOMS)
    stop = messages("3.23")["IE807"]
    abroad = dataclasses.replace(stop.body.attributes, reference_number_of_excise_office="MV000001")
    ((_, halted),) = statements(
        Message("3.23", stop.header, dataclasses.replace(stop.body, attributes=abroad))
    )
    assert halted.by == Party.DESTINATION_OFFICE


@pytest.mark.parametrize("code", ["IE803", "IE815", "IE905"])
def test_messages_that_repeat_what_others_say_move_nothing(code: str):
    assert tell([messages("3.23")[code]]) == ((), (messages("3.23")[code],))


def test_an_event_without_a_movement_and_an_update_without_a_version_move_nothing():
    event = messages("3.23")["IE840"]
    update = messages("3.23")["IE813"]
    unversioned = dataclasses.replace(update.body.update_ead_esad, sequence_number=None)
    heap = [
        Message("3.23", event.header, dataclasses.replace(event.body, excise_movement=None)),
        Message("3.23", update.header, dataclasses.replace(update.body, update_ead_esad=unversioned)),
    ]
    assert tell(heap) == ((), tuple(heap))


def test_everything_has_words():
    assert set(STATES) == set(State)
    assert set(KINDS) == set(Kind)
    assert set(PARTIES) == set(Party)
    assert set(OBJECTIONS) == set(Objection)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    paths = []
    for message in chain()[::-1]:
        path = tmp_path / f"{message.code}.xml"
        path.write_bytes(write_message(message))
        paths.append(str(path))
    return paths


def run(*arguments: str) -> Any:
    return CliRunner().invoke(excise, ["emcs", "history", *arguments])


def test_the_history_of_files_is_told_to_a_program(files: list[str]):
    result = run(*files, "--json")
    assert result.exit_code == 0
    (found,) = json.loads(result.stdout)
    assert (found["arc"], found["state"], found["version"], found["open"]) == (ARC, "delivered", 1, False)
    assert [said["kind"] for said in found["effective"]] == ["accept", "receive"]
    assert found["set_aside"] == []
    assert result.stderr == "1 movements; 1 messages move none.\n"


def test_the_history_of_files_is_told_to_a_person_with_what_is_late(files: list[str], tmp_path: Path):
    document = next(path for path in files if "801" in path)
    due = run(document, "--on", "2026-12-01").stdout.splitlines()
    assert due[0] == f"{ARC}: on the road, due by 2026-12-17 12:00 UTC"
    assert due[1] == "  2026-11-27 09:30 UTC  document accepted (office of dispatch)"
    assert "late since 2026-12-17 12:00 UTC" in run(document, "--on", "2026-12-18").stdout
    early = tmp_path / "early.xml"
    early.write_bytes(write_message(messages("3.23")["IE871"]))
    assert "without effect: not possible in the state" in run(document, str(early)).stdout


def test_a_message_at_fault_is_named_with_its_file(tmp_path: Path):
    path = tmp_path / "bad.xml"
    path.write_text("<a/>")
    refused = run(str(path)).exception
    assert isinstance(refused, BadInput)
    assert refused.message.startswith(f"{path}: The root element a")
