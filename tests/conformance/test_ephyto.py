"""The real phytosanitary certificate goes from node to node, byte for byte, with all its notes."""

import os
from hashlib import sha256
from pathlib import Path

import pytest
from lxml import etree

from isthmus.apps.etrade import services
from isthmus.apps.etrade.formats import ephyto
from isthmus.apps.etrade.formats.readings import Mapped
from isthmus.apps.etrade.models import Origin, TradeDocument
from isthmus.apps.etrade.records import PhytosanitaryCertificateV1
from isthmus.exchange import tokens
from isthmus.exchange.models import Attachment, AttachmentState, Effect
from isthmus.exchange.services import attachments, subjects
from isthmus.wire.attachment import split
from isthmus.wire.record import read_record
from tests.apps.etrade.conftest import Corridor, Customs, corridor, customs, trade

__all__ = ["corridor", "customs", "trade"]

DATA = os.environ.get("ISTHMUS_CONFORMANCE_DATA", "")
FILE = Path(DATA, "ephyto", "SPSCertificateContent.xml")
pytestmark = pytest.mark.skipif(
    not (DATA and FILE.is_file()), reason="ISTHMUS_CONFORMANCE_DATA names no folder with ephyto"
)


def notes_in(data: bytes) -> list[tuple[str, str]]:
    """Subject and text of every note, read without the product's help."""
    found = []
    for element in etree.fromstring(data).iter("{*}IncludedSPSNote", "{*}AdditionalInformationSPSNote"):
        texts = [" ".join((content.text or "").split()) for content in element.iter("{*}Content")]
        subject = element.findtext("{*}Subject") or ""
        found += [(subject, text) for text in texts if text]
    return sorted(found)


def test_header_items_and_every_note_are_read() -> None:
    data = FILE.read_bytes()
    reading = ephyto.read_certificate(data)
    assert isinstance(reading, Mapped)
    record = reading.record
    assert isinstance(record, PhytosanitaryCertificateV1)
    assert (record.number, record.status, record.kind, record.issued_on) == (
        "123ABC",
        "issued",
        "phytosanitary",
        "2016-04-22",
    )
    assert (record.issuing_country, record.importing_country) == ("AR", "EC")
    assert [item.botanical_name for item in record.items or ()] == ["Ribes", "Ribes"]
    read = sorted((note.subject or "", " ".join(note.content.split())) for note in record.notes or ())
    assert read == notes_in(data)
    assert len(read) == 34


def test_it_leaves_byte_for_byte(customs: Customs, corridor: Corridor) -> None:
    data = FILE.read_bytes()
    intake = services.take_document(FILE.name, data, organisation=customs.organisation, actor="officer")
    assert intake.statement is not None
    (sending,) = services.send_document(intake.statement.document, "cn", actor="officer")
    _, record = read_record(tokens.text_of(sending.leaf) or "")
    document = record.body["document"]
    assert isinstance(document, dict)
    assert document["sha256"] == sha256(data).hexdigest()
    kept = Attachment.objects.get(sha256=document["sha256"], origin="mm")
    assert b"".join(attachments.chunks_of(kept)) == data


def test_it_arrives_byte_for_byte_and_is_compared_with_its_index(corridor: Corridor) -> None:
    data = FILE.read_bytes()
    reading = ephyto.read_certificate(data)
    assert isinstance(reading, Mapped)
    manifest, chunks = split(data)
    body = reading.record.model_dump(mode="json")
    body["document"] = {
        "sha256": manifest.sha256,
        "size": manifest.size,
        "media_type": "application/xml",
        "name": FILE.name,
    }
    row = corridor.receive("phytosanitary-certificate", body, subject="123ABC")
    assert row.effect == Effect.APPLIED
    attachments.accept_manifest(corridor.partner, manifest)
    for index, chunk in enumerate(chunks):
        attachments.store_chunk(corridor.partner, manifest.sha256, index, chunk)
    kept = Attachment.objects.get(sha256=manifest.sha256, origin="cn")
    attachments.complete(kept)
    kept.refresh_from_db()
    assert kept.state == AttachmentState.WHOLE
    assert subjects.read_file(kept) == data
    document = TradeDocument.objects.get(origin=Origin.PARTNER)
    assert len(document.body["notes"]) == 34
