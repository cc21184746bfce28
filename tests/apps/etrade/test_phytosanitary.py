"""A phytosanitary certificate and its index: kept as it came, and compared when it has arrived."""

from isthmus.apps.etrade import services
from isthmus.apps.etrade.models import SourceDocument, TradeDocument
from isthmus.exchange.models import Alarm, Attachment
from isthmus.exchange.services import attachments
from isthmus.wire.attachment import split
from tests.apps.etrade.conftest import Corridor, Customs
from tests.apps.etrade.formats.test_ephyto import certificate


def arrive(corridor: Corridor, number: str, data: bytes) -> None:
    """A record of the partner, and then the file that it names."""
    manifest, chunks = split(data)
    named = {"sha256": manifest.sha256, "size": manifest.size}
    document = {**named, "media_type": "application/xml", "name": "certificate.xml"}
    body = {"number": number, "version": 1, "status": "issued", "document": document}
    corridor.receive("phytosanitary-certificate", body, subject=number)
    attachments.accept_manifest(corridor.partner, manifest)
    for index, chunk in enumerate(chunks):
        attachments.store_chunk(corridor.partner, manifest.sha256, index, chunk)
    attachments.complete(Attachment.objects.get(sha256=manifest.sha256, origin="cn"))


def test_the_file_of_the_named_certificate_raises_no_alarm(corridor: Corridor) -> None:
    arrive(corridor, "PC-1", certificate())
    assert TradeDocument.objects.get().number == "PC-1"
    assert not Alarm.objects.exists()


def test_the_file_of_another_certificate_raises_one(corridor: Corridor) -> None:
    arrive(corridor, "PC-2", certificate())
    assert "not that certificate" in Alarm.objects.get().message


def test_a_read_certificate_is_kept_as_it_came_under_a_name_that_can_travel(customs: Customs) -> None:
    data = certificate()
    intake = services.take_document(
        "dépôt: PC/1?.txt", data, organisation=customs.organisation, actor="officer"
    )
    assert intake.statement is not None
    document = intake.statement.body["document"]
    assert document["name"] == "dépôt PC1.txt.xml"
    assert bytes(SourceDocument.objects.get().content) == data
    kept = Attachment.objects.get(sha256=document["sha256"])
    assert b"".join(attachments.chunks_of(kept)) == data
