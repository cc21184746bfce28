"""Files between nodes: pushed by their sender, fetched behind NAT, cut anywhere, never sent twice in vain."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from isthmus.exchange.delivery import files
from isthmus.exchange.delivery.client import PartnerLink
from isthmus.exchange.delivery.files import due_partners, file_turn
from isthmus.exchange.delivery.turns import tokens_after
from isthmus.exchange.models import (
    Alarm,
    Attachment,
    Carriage,
    Chunk,
    Direction,
    Naming,
    Record,
    Stream,
    Verdict,
)
from isthmus.exchange.services.attachments import leaving
from isthmus.exchange.services.inbox import receive
from isthmus.exchange.services.settle import settle
from isthmus.kit import clock
from isthmus.trust.models import Partner
from isthmus.trust.services import suspend
from isthmus.wire.attachment import AttachmentManifest, missing, split, verify_chunk
from tests.exchange.attached import KIND, content_of, keep, reference_of, report, send_report
from tests.foreign import ForeignNode
from tests.partner_server import partner_server

ADDRESS = "/exchange/v1/attachments/"


class Shelf:
    """The partner's side of a push: keeps what proves itself, counts what it was sent."""

    def __init__(self) -> None:
        self.manifest: AttachmentManifest | None = None
        self.have: dict[int, bytes] = {}
        self.seen: list[int] = []
        self.fail_at: int | None = None

    def answer(self, path: str, body: bytes) -> tuple[int, bytes]:
        if path.count("/") == 4:
            self.manifest = AttachmentManifest.from_bytes(body)
            gaps = missing(self.manifest, self.have.keys())
            return 200, json.dumps({"missing": [[gap.start, gap.stop] for gap in gaps]}).encode()
        index = int(path.rpartition("/")[2])
        if index == self.fail_at:
            self.fail_at = None
            return 503, b"{}"
        assert self.manifest is not None
        self.seen.append(index)
        self.have[index] = verify_chunk(self.manifest, index, body)
        return 200, b'{"done": false}'


@contextmanager
def partner_at(answer: Callable[[str, bytes], tuple[int, bytes]]) -> Iterator[None]:
    with partner_server(answer) as url:
        Partner.objects.filter(node_id="cn").update(url=url)
        yield


def cn_row() -> Partner:
    return Partner.objects.get(node_id="cn")


def again() -> None:
    """The pause after a failure has passed."""
    Carriage.objects.update(next_attempt_at=clock.now() - timedelta(seconds=1))


@pytest.fixture
def sent(cn: ForeignNode, reports: Any) -> bytes:
    """A record with a file of four chunks that the partner has accepted."""
    data = content_of(3, tail=5)
    send_report("R-1", keep(data))
    settle_all(cn)
    return data


def settle_all(cn: ForeignNode, **verdict: str) -> None:
    stream = Stream.objects.select_related("partner").get(direction=Direction.OUT)
    settle(stream, [cn.receipt(tokens_after(stream, stream.settled_seq), **verdict)])


class TestPush:
    def test_a_file_is_brought_once_its_record_is_accepted(self, sent: bytes) -> None:
        shelf = Shelf()
        with partner_at(shelf.answer):
            assert [partner.node_id for partner in due_partners(clock.now())] == ["cn"]
            assert file_turn(cn_row()) is True
        assert b"".join(shelf.have[index] for index in sorted(shelf.have)) == sent
        assert Naming.objects.get().arrived_at is not None
        assert due_partners(clock.now()) == []

    @pytest.mark.parametrize("at", range(4))
    def test_cut_at_any_chunk_it_goes_on_there_and_sends_none_twice(self, sent: bytes, at: int) -> None:
        shelf = Shelf()
        shelf.fail_at = at
        with partner_at(shelf.answer):
            assert file_turn(cn_row()) is False
            carriage = Carriage.objects.get()
            assert (carriage.failures, carriage.lease_holder) == (1, "")
            assert "503" in carriage.last_error
            assert due_partners(clock.now()) == []
            assert due_partners(clock.now() + timedelta(seconds=2)) == [cn_row()]
            again()
            assert file_turn(cn_row()) is True
        assert shelf.seen == [0, 1, 2, 3]
        assert Carriage.objects.get().failures == 0

    def test_one_that_waits_too_long_raises_an_alarm_that_heals(self, sent: bytes) -> None:
        Attachment.objects.update(noted_at=clock.now() - timedelta(hours=25))
        shelf = Shelf()
        shelf.fail_at = 2
        with partner_at(shelf.answer):
            file_turn(cn_row())
            assert Alarm.objects.get(cleared_at=None).code == "exchange.files-undelivered"
            again()
            file_turn(cn_row())
        assert not Alarm.objects.filter(cleared_at=None).exists()

    def test_before_the_receipt_nothing_goes(self, cn: ForeignNode, reports: Any) -> None:
        send_report("R-1", keep(b"one"))
        assert due_partners(clock.now()) == []

    def test_the_files_of_a_refused_record_stay(self, cn: ForeignNode, reports: Any) -> None:
        send_report("R-1", keep(b"one"))
        settle_all(cn, status="refused", code="exchange.schema", reason="no")
        assert due_partners(clock.now()) == []

    def test_nobody_is_called_who_is_suspended_or_cannot_be(self, sent: bytes) -> None:
        Partner.objects.update(reachable=False)
        assert due_partners(clock.now()) == []
        Partner.objects.update(reachable=True)
        suspend(cn_row(), "talks", actor="operator")
        assert due_partners(clock.now()) == []

    def test_while_another_worker_holds_the_lease_nothing_is_done(self, sent: bytes) -> None:
        Carriage.objects.create(
            partner=cn_row(), lease_holder="other", lease_until=clock.now() + timedelta(minutes=1)
        )
        assert file_turn(cn_row()) is False
        assert due_partners(clock.now()) == []
        assert due_partners(clock.now() + timedelta(minutes=2)) == [cn_row()]

    def test_a_turn_whose_time_is_up_makes_room_and_the_next_goes_on(
        self, sent: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shelf = Shelf()
        with partner_at(shelf.answer):
            monkeypatch.setattr(files, "TURN_SECONDS", 0.0)
            assert file_turn(cn_row()) is True
            assert (shelf.seen, Naming.objects.get().arrived_at) == ([], None)
            monkeypatch.setattr(files, "TURN_SECONDS", 60.0)
            assert file_turn(cn_row()) is True
        assert shelf.seen == [0, 1, 2, 3]

    def test_a_lease_that_was_lost_ends_the_turn_without_a_trace(
        self, sent: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sent_on: list[int] = []

        def offer(link: PartnerLink, manifest: AttachmentManifest) -> tuple[range, ...]:
            Carriage.objects.update(lease_holder="other")
            return (range(4),)

        monkeypatch.setattr(PartnerLink, "offer_attachment", offer)
        monkeypatch.setattr(PartnerLink, "push_chunk", lambda *given: sent_on.append(given[2]))
        file_turn(cn_row())
        assert sent_on == []
        assert Carriage.objects.get().lease_holder == "other"

    def test_a_file_that_the_partner_will_not_have_does_not_hold_up_the_others(
        self, cn: ForeignNode, sent: bytes
    ) -> None:
        send_report("R-2", keep(b"second"))
        settle_all(cn)
        shelf = Shelf()

        def answer(path: str, body: bytes) -> tuple[int, bytes]:
            if split(sent)[0].sha256 in path:
                return 403, json.dumps({"detail": "no room"}).encode()
            return shelf.answer(path, body)

        with partner_at(answer):
            assert file_turn(cn_row()) is False
        assert shelf.have == {0: b"second"}
        assert "no room" in Carriage.objects.get().last_error

    @pytest.mark.parametrize("body", [b"[]", b"{}", b'{"missing": 3}', b'{"missing": [[1]]}', b"x"])
    def test_an_answer_that_says_nothing_is_a_failure(self, sent: bytes, body: bytes) -> None:
        with partner_at(lambda path, given: (200, body)):
            assert file_turn(cn_row()) is False
        assert "cannot be read" in Carriage.objects.get().last_error

    def test_chunks_beyond_the_end_are_not_sent(self, sent: bytes) -> None:
        seen: list[str] = []

        def answer(path: str, body: bytes) -> tuple[int, bytes]:
            seen.append(path)
            return 200, b'{"missing": [[3, 9]]}'

        with partner_at(answer):
            assert file_turn(cn_row()) is True
        assert [path.rpartition("/")[2] for path in seen[1:]] == ["3"]

    def test_a_file_that_was_erased_on_the_way_is_left(
        self, sent: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def offer(link: PartnerLink, manifest: AttachmentManifest) -> tuple[range, ...]:
            Chunk.objects.all().delete()
            return (range(4),)

        monkeypatch.setattr(PartnerLink, "offer_attachment", offer)
        assert file_turn(cn_row()) is True
        assert Naming.objects.get().arrived_at is None


@pytest.fixture
def hidden(settings: Any) -> None:
    """This node cannot be called."""
    settings.ISTHMUS = settings.ISTHMUS.model_copy(update={"reachable": False})


class TestFetch:
    @pytest.fixture
    def named(self, cn: ForeignNode, partner: Partner, reports: Any, hidden: None) -> bytes:
        data = content_of(2, tail=3)
        body = report("C-1", reference_of(data))
        receive(partner, [cn.send(KIND, body, subject="C-1", agreement=reports.uuid)])
        return data

    @staticmethod
    def library(data: bytes, seen: list[str]) -> Callable[[str, bytes], tuple[int, bytes]]:
        manifest, chunks = split(data)

        def answer(path: str, body: bytes) -> tuple[int, bytes]:
            seen.append(path.removeprefix(ADDRESS + manifest.sha256))
            known = {"": manifest.to_bytes(), "/key": b"", "/arrived": b"{}"}
            return 200, known[seen[-1]] if seen[-1] in known else chunks[int(path.rpartition("/")[2])]

        return answer

    def test_a_node_that_cannot_be_called_fetches_and_says_so(self, named: bytes) -> None:
        seen: list[str] = []
        with partner_at(self.library(named, seen)):
            assert due_partners(clock.now()) == [cn_row()]
            assert file_turn(cn_row()) is True
        assert seen == ["", "/key", "/chunks/0", "/chunks/1", "/chunks/2", "/arrived"]
        assert Attachment.objects.get().state == "whole"
        assert due_partners(clock.now()) == []

    def test_what_is_here_already_is_not_fetched_again(
        self, named: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen: list[str] = []
        whole = self.library(named, seen)

        def cut(path: str, body: bytes) -> tuple[int, bytes]:
            return (503, b"{}") if path.endswith("/chunks/1") else whole(path, body)

        with partner_at(cut):
            assert file_turn(cn_row()) is False
        again()
        with partner_at(whole):
            assert file_turn(cn_row()) is True
        assert seen == ["", "/key", "/chunks/0", "/key", "/chunks/1", "/chunks/2", "/arrived"]

    def test_the_manifest_of_another_file_is_not_taken(self, named: bytes) -> None:
        with partner_at(lambda path, body: (200, split(b"other")[0].to_bytes())):
            assert file_turn(cn_row()) is False
        assert "another file" in Carriage.objects.get().last_error

    def test_a_turn_whose_time_is_up_goes_on_later(
        self, named: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        times = iter([True, True])
        monkeypatch.setattr(files._Turn, "go_on", lambda turn: next(times, False))
        seen: list[str] = []
        with partner_at(self.library(named, seen)):
            file_turn(cn_row())
        assert seen == ["", "/key", "/chunks/0"]


@pytest.mark.urls("isthmus.exchange.protocol_urls")
class TestEdge:
    @staticmethod
    def call(cn: ForeignNode, method: str, target: str, body: bytes = b"") -> Any:
        headers = {"Authorization": cn.authorization(method, target, body)}
        if method == "GET":
            return Client().get(target, headers=headers)
        return Client().post(target, body, content_type="application/octet-stream", headers=headers)

    def test_a_partner_brings_a_file_to_this_node(
        self, cn: ForeignNode, partner: Partner, reports: Any
    ) -> None:
        data = content_of(1, tail=2)
        body = report("C-1", reference_of(data))
        receive(partner, [cn.send(KIND, body, subject="C-1", agreement=reports.uuid)])
        manifest, chunks = split(data)
        target = ADDRESS + manifest.sha256
        offered = self.call(cn, "POST", target, manifest.to_bytes())
        assert offered.json() == {"missing": [[0, 2]]}
        assert self.call(cn, "POST", f"{target}/chunks/1", chunks[1]).json() == {"done": False}
        damaged = self.call(cn, "POST", f"{target}/chunks/0", chunks[1])
        assert (damaged.status_code, damaged.json()["title"]) == (403, "wire.attachment.chunk")
        assert self.call(cn, "POST", f"{target}/chunks/0", chunks[0]).json() == {"done": True}
        assert self.call(cn, "POST", target, manifest.to_bytes()).json() == {"missing": []}

    def test_a_manifest_at_another_address_is_bad_input(self, cn: ForeignNode, reports: Any) -> None:
        answer = self.call(cn, "POST", ADDRESS + "0" * 64, split(b"x")[0].to_bytes())
        assert (answer.status_code, answer.json()["title"]) == (422, "exchange.attachment-address")

    def test_a_partner_fetches_what_its_records_name_and_says_that_it_has_it(
        self, cn: ForeignNode, reports: Any
    ) -> None:
        data = content_of(1, tail=2)
        send_report("R-1", keep(data))
        manifest, chunks = split(data)
        target = ADDRESS + manifest.sha256
        assert self.call(cn, "GET", target).content == manifest.to_bytes()
        assert [self.call(cn, "GET", f"{target}/chunks/{n}").content for n in (0, 1)] == list(chunks)
        assert self.call(cn, "GET", f"{target}/chunks/2").status_code == 404
        assert self.call(cn, "POST", f"{target}/arrived", b"{}").status_code == 200
        assert Naming.objects.get().arrived_at is not None

    def test_a_partner_fetches_nothing_else(self, cn: ForeignNode, partner: Partner, reports: Any) -> None:
        unnamed = keep(b"unnamed").sha256
        assert self.call(cn, "GET", ADDRESS + unnamed).status_code == 404
        # Naming a hash in a record of one's own does not open the file that this node has from elsewhere.
        body = report("C-1", reference_of(b"unnamed"))
        receive(partner, [cn.send(KIND, body, subject="C-1", agreement=reports.uuid)])
        assert self.call(cn, "GET", ADDRESS + unnamed).status_code == 404
        assert self.call(cn, "GET", f"{ADDRESS}{unnamed}/chunks/0").status_code == 404
        row = send_report("R-1", keep(b"named"))
        Record.objects.filter(pk=row.pk).update(verdict=Verdict.REFUSED)
        assert self.call(cn, "GET", ADDRESS + keep(b"named").sha256).status_code == 404

    def test_without_a_signature_nothing_is_given(self, node: str) -> None:
        assert Client().get(ADDRESS + "0" * 64).status_code == 403

    def test_a_file_whose_manifest_is_gone_is_not_there(self, cn: ForeignNode, reports: Any) -> None:
        digest = keep(b"x").sha256
        send_report("R-1", keep(b"x"))
        Attachment.objects.update(manifest=None)
        assert self.call(cn, "GET", ADDRESS + digest).status_code == 404
        assert leaving.due_to(cn_row()) == []
