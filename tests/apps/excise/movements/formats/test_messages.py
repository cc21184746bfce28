"""EMCS messages: what is written is read back the same, and every fault is named where it is."""

import dataclasses
from decimal import Decimal

import pytest

from isthmus.apps.excise.movements.formats import kinds
from isthmus.apps.excise.movements.formats.layout import VERSIONS, Version
from isthmus.apps.excise.movements.formats.message import BODIES, Message
from isthmus.apps.excise.movements.formats.reading import read_message
from isthmus.apps.excise.movements.formats.writing import write_message
from isthmus.kit.errors import BadInput
from tests.apps.excise.movements.made import ARC, draft, header, messages

DRAFT = Message("3.23", header("IE815"), draft())
XML = write_message(DRAFT).decode()


def faults(text: str) -> list[tuple[str, str]]:
    with pytest.raises(BadInput) as refused:
        read_message(text.encode())
    assert refused.value.code == "excise.emcs.invalid"
    return [(fault.where, fault.message) for fault in refused.value.faults]


def line(text: str, part: str) -> str:
    return f"line {next(n for n, row in enumerate(text.splitlines(), 1) if part in row)}"


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("code", sorted(BODIES))
def test_what_is_written_is_read_back(code: str, version: Version):
    message = messages(version)[code]
    read = read_message(write_message(message))
    assert read == message
    assert (read.code, read.version) == (code, version)


def test_a_message_knows_its_references_and_has_no_doubt_about_ours():
    message = messages("3.23")["IE818"]
    assert message.arcs == (ARC,)
    assert message.doubts == ()
    assert DRAFT.arcs == ()


def test_a_check_digit_that_differs_is_a_doubt_and_not_a_fault():
    digit = (int(ARC[-1]) + 1) % 10
    text = write_message(messages("3.23")["IE818"]).decode().replace(ARC, f"{ARC[:-1]}{digit}")
    (doubt,) = read_message(text.encode()).doubts
    assert f"is {digit}; by ISO 6346 it would be {ARC[-1]}." in doubt


def test_an_element_has_the_name_of_its_version():
    old = write_message(Message("3.13", DRAFT.header, DRAFT.body)).decode()
    assert "<ie:ImportSadNumber>26MDSAMPLE1<" in old
    assert "<ie:ImportCustomsDeclarationNumber>26MDSAMPLE1<" in XML
    assert (
        "ImportCustomsDeclaration is not expected at this place of EadEsadDraft."
        in dict(faults(XML.replace("V3.23", "V3.13"))).values()
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("<ie:City>Sampleville</ie:City>", "", "lacks City."),
        ("<ie:CnCode>22042138", "<ie:CnCode>2204", "CnCode must have the form [0-9]{8}."),
        (
            "<ie:JourneyTime>D20",
            "<ie:JourneyTime>D93",
            "JourneyTime must have the form H([01][0-9]|2[0-4])|D([0-8][0-9]|9[0-2]).",
        ),
        ("<ie:DateOfDispatch>2026-11-27", "<ie:DateOfDispatch>2026-11-31", "is no day of the calendar."),
        ("<ie:Quantity>900.5", "<ie:Quantity>-1", "Quantity must be a number above 0"),
        ("<ie:TraderName>Sample Winery", "<ie:TraderName> ", "TraderName must have 1 to 182 characters."),
        ("<ie:TransportDetails>", "<ie:Cargo/><ie:TransportDetails>", "Cargo is not expected"),
        ('<ie:ConsignorTrader language="en">', "<ie:ConsignorTrader>", "needs the attribute language"),
        ('<ie:ConsignorTrader language="en">', '<ie:ConsignorTrader language="EN">', "two small letters"),
        ('<ie:ConsignorTrader language="en">', '<ie:ConsignorTrader language="en" x="">', "attribute x"),
        ('Description language="en"', "Description", "CommercialDescription needs the attribute language"),
        ("<ie:Quantity>900.5", "<ie:Quantity><ie:a/>", "holds elements where a value is expected."),
        ("<ie:TransportMode>", "<ie:TransportMode>by sea", "TransportMode holds text beside its elements."),
        ("<ie:Header>", "<ie:Header/><ie:Header>", "IE815 must hold Header and then Body."),
        (
            "<ie:SubmittedDraftOfEADESAD>",
            "<ie:SubmittedDraftOfEADESAD/><ie:SubmittedDraftOfEADESAD>",
            "Body must hold",
        ),
        ("NDEA.MV", "NOBODY", "MessageRecipient must have the form"),
    ],
)
def test_each_fault_says_where_it_is(old: str, new: str, said: str):
    text = XML.replace(old, new, 1)
    assert text != XML
    found = faults(text)
    assert any(said in message for _, message in found), found


def test_faults_are_told_together_with_their_lines():
    text = XML.replace("22042138", "x").replace("<ie:Quantity>900.5", "<ie:Quantity>many")
    assert [where for where, _ in faults(text)] == [line(text, "CnCode"), line(text, "Quantity")]


def test_a_group_stands_no_more_often_than_allowed():
    sent = dataclasses.replace(DRAFT.body, document_certificate=())
    unit = sent.transport_details * 100
    with pytest.raises(BadInput) as refused:
        write_message(Message("3.23", DRAFT.header, dataclasses.replace(sent, transport_details=unit)))
    assert "must stand 1 to 99 times, not 100" in refused.value.message
    row = XML[XML.index("<ie:TransportDetails>") : XML.index("</ie:TransportDetails>") + 22]
    found = faults(XML.replace(row, row * 100))
    assert "TransportDetails stands 100 times; at most 99 are allowed." in dict(found).values()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<!DOCTYPE a><a/>", "excise.emcs.xml.doctype"),
        ("<a", "excise.emcs.xml.not-well-formed"),
        ("<a/>", "excise.emcs.not-emcs"),
        (XML.replace("IE815:", "IE801:"), "excise.emcs.not-emcs"),
        (XML.replace("V3.23", "V2.98"), "excise.emcs.version"),
    ],
)
def test_what_is_no_message_is_refused_with_its_line(text: str, code: str):
    with pytest.raises(BadInput) as refused:
        read_message(text.encode())
    assert refused.value.code == code
    assert refused.value.faults[0].where.startswith("line ")


def test_a_code_of_the_newer_version_is_no_code_of_the_older():
    new = messages("3.23")["IE839"]
    body = dataclasses.replace(new.body, consignee_trader=messages("3.13")["IE839"].body.consignee_trader)
    with pytest.raises(BadInput) as refused:
        write_message(Message("3.13", new.header, body))
    assert "RejectionReasonCode can be 8 only from version 3.23 on." in refused.value.message
    text = write_message(Message("3.23", new.header, body)).decode().replace("V3.23", "V3.13")
    assert faults(text)[0][1] == "RejectionReasonCode must be one of 1, 2, 3, 4, 5 in version 3.13."


def test_the_older_version_demands_the_consignee_of_a_refusal():
    new = messages("3.23")["IE839"]
    with pytest.raises(BadInput) as refused:
        write_message(Message("3.13", new.header, new.body))
    assert "ConsigneeTrader must stand 1 to 1 times, not 0." in refused.value.message


@pytest.mark.parametrize(
    ("value", "said"), [("", "must have 1 to 22 characters"), ("a\x00b", "signs that XML cannot carry")]
)
def test_what_the_schemas_would_refuse_is_not_written(value: str, said: str):
    sent = dataclasses.replace(DRAFT.body.ead_esad_draft, local_reference_number=value)
    with pytest.raises(BadInput) as refused:
        write_message(Message("3.23", DRAFT.header, dataclasses.replace(DRAFT.body, ead_esad_draft=sent)))
    assert refused.value.code == "excise.emcs.unwritable"
    assert said in refused.value.faults[0].message
    assert refused.value.faults[0].where == "EadEsadDraft/LocalReferenceNumber"


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (kinds.Number(5, 2), "0.50", Decimal("0.50")),
        (kinds.Number(5, 2), "99999", Decimal(99999)),
        (kinds.Whole(0, 15), "0", 0),
        (kinds.Flag(), "1", True),
        (kinds.Image(), "AAEC", b"\x00\x01\x02"),
    ],
)
def test_values_are_read_and_written_alike(kind: kinds.Kind, text: str, value: object):
    assert kind.read(text) == value
    assert kind.write(value) == text  # type: ignore[arg-type]  each kind writes what it reads


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (kinds.Number(5, 2), "0"),
        (kinds.Number(5, 2), "01"),
        (kinds.Number(5, 2), "1.234"),
        (kinds.Number(5, 2), "9999.99"),
        (kinds.Number(5, 2), "1e2"),
        (kinds.Whole(1, 3), "0"),
        (kinds.Whole(1, 3), "1000"),
        (kinds.Whole(0, 2), "007"),
        (kinds.Flag(), "yes"),
        (kinds.Day(), "27.11.2026"),
        (kinds.Clock(), "25:00:00"),
        (kinds.Clock(), "9:00"),
        (kinds.Moment(), "2026-11-27T10:00:00Z"),
        (kinds.Moment(), "2026-02-30T10:00:00"),
        (kinds.Image(), "not base64!"),
        (kinds.Choice(("E", "S")), "X"),
    ],
)
def test_values_that_do_not_fit_are_refused(kind: kinds.Kind, text: str):
    with pytest.raises(kinds.Unfit):
        kind.read(text)


def test_moments_are_utc_to_the_microsecond():
    found = kinds.Moment().read("2023-06-22T11:37:10.345739396")
    assert found.isoformat() == "2023-06-22T11:37:10.345739+00:00"
    assert kinds.Moment().write(found) == "2023-06-22T11:37:10.345739"
