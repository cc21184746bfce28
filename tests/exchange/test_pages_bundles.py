"""Bundles on the pages: an operator saves one and reads one, and is told what became of it."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from isthmus.exchange import tokens
from isthmus.exchange.models import Record
from isthmus.exchange.services.bundles import exporting
from isthmus.exchange.views import bundles as views
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose
from isthmus.trust.services import suspend
from tests.accounts.conftest import People
from tests.exchange.pages import KIND, World, declaration, text_of, visitor

STREAMS = "/exchange/partner/cn/streams/"
SAVE = "/exchange/partner/cn/bundle/"
READ = "/exchange/partner/cn/bundle/read/"


def upload(data: bytes) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("stick.isb", data)}


def from_cn(world: World, tokens: list[str], **changes: Any) -> bytes:
    encryption = keystore.in_use(KeyPurpose.ENCRYPTION).certificate
    return world.cn.bundle(tokens, encryption=encryption, **changes)


class TestSaving:
    def test_gives_a_file_that_the_partner_can_open(self, world: World, people: People) -> None:
        answer: Any = visitor(people.operator).post(SAVE)
        assert answer.status_code == 200
        assert answer["Content-Disposition"].startswith('attachment; filename="mm-cn-20')
        assert answer["Content-Disposition"].endswith('.isb"')
        content = world.cn.open(
            b"".join(answer.streaming_content), keystore.in_use(KeyPurpose.SEAL).certificate
        )
        assert tokens.text_of(world.waiting.leaf) in content.records

    def test_says_afterwards_what_was_saved_and_what_is_left(
        self, world: World, people: People, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(exporting, "MAX_RECORDS", 1)
        browser = visitor(people.operator)
        saved: Any = browser.post(SAVE)
        assert b"".join(saved.streaming_content)
        page = text_of(browser.get(STREAMS))
        assert "Bundle saved. Records: 1. Answers: 4." in page
        assert "Records that did not fit: 1." in page
        assert "--after 3" in page

    def test_for_a_suspended_partner_says_why_not(self, world: World, people: People) -> None:
        suspend(world.partner, "doubts", actor="test")
        page = text_of(visitor(people.operator).post(SAVE, follow=True))
        assert "not an active partner" in page
        assert "Save a bundle" not in page

    def test_is_offered_to_operators_alone(self, world: World, people: People) -> None:
        assert "Save a bundle for a USB stick" in text_of(visitor(people.operator).get(STREAMS))
        assert "Save a bundle" not in text_of(visitor(people.auditor).get(STREAMS))


class TestReading:
    def test_tells_what_became_of_the_bundle(self, world: World, people: People) -> None:
        token = world.cn.send(KIND, declaration("CN-7"), subject="CN-7", agreement=world.agreement.uuid)
        rest = [
            tokens.text_of(row.leaf) or ""
            for row in Record.objects.filter(stream=world.out, seq__gt=2).order_by("seq")
        ]
        data = from_cn(world, [token], receipts=[world.cn.receipt(rest)])
        page = text_of(visitor(people.operator).post(READ, upload(data)))
        assert "All of it was taken" in page
        assert Record.objects.filter(subject="CN-7", verdict="accepted").exists()
        world.waiting.refresh_from_db()
        assert world.waiting.verdict == "accepted"

    def test_names_the_record_that_is_missing_before_it(self, world: World, people: People) -> None:
        world.cn.send(KIND, declaration("CN-7"), subject="CN-7", agreement=world.agreement.uuid)
        expected = world.cn.seq
        later = world.cn.send(KIND, declaration("CN-8"), subject="CN-8", agreement=world.agreement.uuid)
        page = text_of(visitor(people.operator).post(READ, upload(from_cn(world, [later]))))
        assert "Not all of it was taken" in page
        assert f"Record {expected} is expected first" in page

    @pytest.mark.parametrize(
        ("data", "words"),
        [(b"not a bundle", "This is not a bundle"), (b"", "empty"), (b"a" * 20_000, "too large")],
    )
    def test_what_is_no_bundle_is_said_on_the_form(
        self, world: World, people: People, monkeypatch: pytest.MonkeyPatch, data: bytes, words: str
    ) -> None:
        monkeypatch.setattr(views, "LARGEST_UPLOAD", 10_000)
        page = text_of(visitor(people.operator).post(READ, upload(data)))
        assert "Something has to be corrected" in page
        assert words in page

    def test_a_damaged_one_is_said_on_the_form(self, world: World, people: People) -> None:
        token = world.cn.send(KIND, declaration("CN-7"), subject="CN-7", agreement=world.agreement.uuid)
        page = text_of(visitor(people.operator).post(READ, upload(from_cn(world, [token])[:-5])))
        assert "nothing of it was used" in page
        assert not Record.objects.filter(subject="CN-7").exists()
