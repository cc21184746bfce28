"""Reading phytosanitary certificates: what is carried over, what is named, what is refused."""

import pytest

from isthmus.apps.etrade.formats.ephyto import read_certificate
from isthmus.apps.etrade.formats.readings import Malformed, Mapped, Unsupported
from isthmus.apps.etrade.records import PhytosanitaryCertificateV1

RAM = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:21"
SPS = "urn:un:unece:uncefact:data:standard:SPSCertificate:17"
ITEM = """<r:IncludedSPSTradeLineItem><r:Description>Beans</r:Description><r:ScientificName>Vigna mungo
</r:ScientificName><r:NetWeightMeasure unitCode="{unit}">{weight}</r:NetWeightMeasure>
<r:ApplicableSPSClassification><r:SystemName>HS</r:SystemName><r:ClassCode>0713.31</r:ClassCode>
</r:ApplicableSPSClassification><r:AdditionalInformationSPSNote><r:Subject>ADTL</r:Subject>
<r:Content languageID="en">Fumigated</r:Content></r:AdditionalInformationSPSNote>
<r:PhysicalSPSPackage><r:ItemQuantity>{packages}</r:ItemQuantity></r:PhysicalSPSPackage>
<r:OriginSPSCountry><r:ID>mm</r:ID></r:OriginSPSCountry></r:IncludedSPSTradeLineItem>"""


def certificate(
    *,
    number: str = "PC-1",
    kind: str = "851",
    status: str = "70",
    unit: str = "TNE",
    weight: str = "2.5",
    packages: str = "50",
    note: str = "Free of pests",
) -> bytes:
    return f"""<s:SPSCertificate xmlns:s="{SPS}" xmlns:r="{RAM}"><s:SPSExchangedDocument>
<r:ID>{number}</r:ID><r:TypeCode>{kind}</r:TypeCode><r:StatusCode>{status}</r:StatusCode>
<r:IncludedSPSNote><r:Subject>AD</r:Subject><r:Content>{note}</r:Content></r:IncludedSPSNote>
</s:SPSExchangedDocument><s:SPSConsignment><r:ExportSPSCountry><r:ID>MM</r:ID></r:ExportSPSCountry>
<r:ImportSPSCountry><r:ID>unknown</r:ID></r:ImportSPSCountry><r:IncludedSPSConsignmentItem>
{ITEM.format(unit=unit, weight=weight, packages=packages)}
</r:IncludedSPSConsignmentItem></s:SPSConsignment></s:SPSCertificate>""".encode()


def mapped(data: bytes) -> tuple[PhytosanitaryCertificateV1, tuple[str, ...]]:
    reading = read_certificate(data)
    assert isinstance(reading, Mapped), reading
    assert isinstance(reading.record, PhytosanitaryCertificateV1)
    return reading.record, tuple(note.message for note in reading.notes)


def test_header_items_and_notes_become_the_index() -> None:
    record, notes = mapped(certificate())
    assert notes == ()
    assert (record.number, record.version, record.status, record.kind) == (
        "PC-1",
        1,
        "issued",
        "phytosanitary",
    )
    assert (record.issuing_country, record.importing_country, record.issued_on) == ("MM", None, None)
    (item,) = record.items or ()
    assert (item.botanical_name, item.description, item.hs_code) == ("Vigna mungo", "Beans", "071331")
    assert (item.net_kg, item.packages, item.origin) == ("2500.0", 50, "MM")
    assert [(note.subject, note.content, note.item, note.language) for note in record.notes or ()] == [
        ("AD", "Free of pests", None, None),
        ("ADTL", "Fumigated", 1, "en"),
    ]


def test_a_withdrawn_certificate_is_a_newer_statement() -> None:
    record, _ = mapped(certificate(status="40", kind="657"))
    assert (record.version, record.status, record.kind) == (2, "cancelled", "re-export")


@pytest.mark.parametrize(
    ("changes", "kind"), [({"kind": "852"}, "other-certificate"), ({"status": "41"}, "other-status")]
)
def test_other_certificates_and_statuses_are_named(changes: dict[str, str], kind: str) -> None:
    reading = read_certificate(certificate(**changes))
    assert isinstance(reading, Unsupported)
    assert reading.kind == kind


def test_another_document_is_named() -> None:
    reading = read_certificate(b"<Invoice/>")
    assert isinstance(reading, Unsupported)
    assert reading.kind == "unknown-document"


def test_what_cannot_be_carried_over_is_said() -> None:
    record, notes = mapped(certificate(unit="XYZ", packages="2.5"))
    assert notes == ("Net weight: XYZ was not carried over.",)
    (item,) = record.items or ()
    assert (item.net_kg, item.packages) == (None, None)
    _, notes = mapped(certificate(weight="much"))
    assert "is not a plain number" in notes[0]
    assert mapped(certificate(packages="many"))[0].items[0].packages is None  # type: ignore[index]  # the sample has items
    assert mapped(certificate(weight=""))[0].items[0].net_kg is None  # type: ignore[index]  # the sample has items


def test_a_note_too_long_for_the_index_is_cut_and_that_is_said() -> None:
    record, notes = mapped(certificate(note="x" * 5000))
    assert len((record.notes or ())[0].content) == 4000
    assert notes == ("Note: its end stands in the certificate alone.",)


def test_a_certificate_without_number_is_refused_with_its_line() -> None:
    reading = read_certificate(certificate(number=""))
    assert isinstance(reading, Malformed)
    assert reading.faults[0].where.startswith("line ")
    assert "Certificate number" in reading.faults[0].message


def test_a_hostile_document_is_refused() -> None:
    reading = read_certificate(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    assert isinstance(reading, Malformed)
    assert reading.code == "etrade.xml.doctype"
