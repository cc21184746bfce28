"""What one partner promises takes its own share of the room for files, and no more than that."""

import threading
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import close_old_connections, connection

from isthmus.exchange.models import Alarm, Attachment, Chunk
from isthmus.exchange.rules.storage import MIB
from isthmus.exchange.services import attachments
from isthmus.exchange.services.attachments import keeping
from isthmus.exchange.services.inbox import receive
from isthmus.kit import clock
from isthmus.kit.errors import NotFound, Refused
from isthmus.trust.models import Partner
from isthmus.wire.attachment import CHUNK_BYTES, AttachmentManifest, AttachmentRef, split
from tests.exchange.attached import KIND, content_of, keep, report, reports
from tests.exchange.crossed import arrive
from tests.foreign import ForeignNode

__all__ = ["reports"]

BIG = 40 * MIB


@pytest.fixture
def small(settings: Any) -> None:
    """Room for 120 MiB of files, half of it for one partner."""
    settings.ISTHMUS = settings.ISTHMUS.model_copy(
        update={"attachment_storage_mib": 120, "attachment_partner_percent": 50}
    )


def manifest(number: int, size: int = BIG) -> AttachmentManifest:
    """What a partner promises; it need not have it."""
    chunks = -(-size // CHUNK_BYTES)
    return AttachmentManifest(
        sha256=f"{number:064x}",
        size=size,
        chunk_bytes=CHUNK_BYTES,
        chunks=tuple(f"{number:032x}{index:032x}" for index in range(chunks)),
    )


def name_files(cn: ForeignNode, agreement: Any, *promised: AttachmentManifest) -> None:
    partner = Partner.objects.get(node_id="cn")
    for one in promised:
        reference = AttachmentRef(sha256=one.sha256, size=one.size, media_type="a/b", name="big.bin")
        body = report(one.sha256[-4:], reference)
        receive(partner, [cn.send(KIND, body, subject=one.sha256[-4:], agreement=agreement.uuid)])


@pytest.fixture
def promised(cn: ForeignNode, partner: Partner, reports: Any, small: None) -> AttachmentManifest:
    """A first large file was promised; a second would go beyond the partner's share."""
    name_files(cn, reports, manifest(1), manifest(2), manifest(3, MIB))
    attachments.accept_manifest(partner, manifest(1))
    return manifest(2)


def test_beyond_its_share_a_partner_is_refused_and_the_operator_told(
    partner: Partner, promised: AttachmentManifest
) -> None:
    with pytest.raises(Refused) as refused:
        attachments.accept_manifest(partner, promised)
    assert refused.value.code == "exchange.partner-share-full"
    assert "60 MiB of files of cn" in refused.value.message
    alarm = Alarm.objects.get(cleared_at=None)
    assert (alarm.code, alarm.subject) == ("exchange.partner-share-full", "cn")
    assert attachments.accept_manifest(partner, manifest(3, MIB)) == (range(4),), "a small one fits"
    assert not Alarm.objects.filter(cleared_at=None).exists()


def test_files_of_others_still_have_room(partner: Partner, promised: AttachmentManifest) -> None:
    with pytest.raises(Refused):
        attachments.accept_manifest(partner, promised)
    assert keep(content_of(1)).size == CHUNK_BYTES


def test_a_promise_that_nobody_keeps_makes_room_when_it_is_needed(
    partner: Partner, promised: AttachmentManifest
) -> None:
    Attachment.objects.filter(sha256=manifest(1).sha256).update(moved_at=clock.now() - timedelta(days=15))
    attachments.accept_manifest(partner, promised)
    first = Attachment.objects.get(sha256=manifest(1).sha256)
    assert (first.state, first.manifest) == ("wanted", None)
    with pytest.raises(NotFound, match="manifest"):
        attachments.store_chunk(partner, first.sha256, 0, b"late")
    with pytest.raises(Refused, match="60 MiB"):
        attachments.accept_manifest(partner, manifest(1))


def test_a_promise_of_which_something_came_lately_stays(
    cn: ForeignNode, partner: Partner, reports: Any, small: None
) -> None:
    sound, chunks = split(content_of(2, tail=1))
    name_files(cn, reports, sound)
    attachments.accept_manifest(partner, sound)
    Attachment.objects.update(moved_at=clock.now() - timedelta(days=15))
    attachments.store_chunk(partner, sound.sha256, 0, chunks[0])
    assert keeping.release_promises() == 0
    assert Chunk.objects.count() == 1


def test_a_whole_file_is_never_released(cn: ForeignNode, partner: Partner, reports: Any, small: None) -> None:
    data = content_of(1)
    name_files(cn, reports, split(data)[0])
    arrive(partner, data)
    Attachment.objects.update(moved_at=clock.now() - timedelta(days=400))
    assert keeping.release_promises() == 0
    assert keeping.held_bytes("cn") == len(data)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_two_promises_at_once_are_counted_one_after_the_other(
    cn: ForeignNode, partner: Partner, reports: Any, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_files(cn, reports, manifest(1), manifest(2))
    counted, outcomes = keeping._short, []
    meeting = threading.Barrier(2)

    def slow(size: int, origin: str) -> Refused | None:
        found = counted(size, origin)
        with suppress(threading.BrokenBarrierError):
            meeting.wait(1.0)  # both are here only where nothing keeps them apart
        return found

    def offer(number: int) -> None:
        try:
            attachments.accept_manifest(partner, manifest(number))
            outcomes.append("taken")
        except Refused as error:
            outcomes.append(error.code)
        finally:
            close_old_connections()
            connection.close()

    monkeypatch.setattr(keeping, "_short", slow)
    threads = [threading.Thread(target=offer, args=(number,)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["exchange.partner-share-full", "taken"]
