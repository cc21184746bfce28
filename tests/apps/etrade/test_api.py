"""E-Trade for programs: documents in, declarations read and sent, each organisation its own."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from isthmus.accounts.models import Role
from isthmus.apps.etrade import services
from isthmus.apps.etrade.formats.samples import sample_declarations
from isthmus.apps.etrade.formats.xml import MAX_BYTES
from isthmus.apps.etrade.models import Declaration, Sending, SourceDocument
from isthmus.exchange.models import Agreement, Record
from tests.api_client import Program, populate, program
from tests.foreign import ForeignNode

XML = "application/xml"
[(NAME, SOUND), (_BAD_NAME, DAMAGED)] = sample_declarations(3, 1, malformed=1)


@pytest.fixture
def customs(db: None) -> Program:
    return program("customs")


def hand_in(sender: Program, content: bytes = SOUND, media: str = XML) -> Any:
    return sender.post("/etrade/documents", content, content_type=media)


class TestDocuments:
    @pytest.mark.parametrize("media", [XML, "text/xml", "application/octet-stream"])
    def test_a_sound_one_becomes_a_declaration_of_the_organisation(
        self, customs: Program, media: str
    ) -> None:
        response = hand_in(customs, media=media)
        found = response.json()
        assert (response.status_code, found["verdict"], found["is_new"]) == (201, "mapped", True)
        row = Declaration.objects.get(pk=found["declaration"]["id"])
        assert (row.number, row.organisation.code) == (found["declaration"]["number"], "customs")
        assert bytes(row.source.content) == SOUND

    def test_the_same_again_changes_nothing(self, customs: Program) -> None:
        first, again = hand_in(customs), hand_in(customs)
        assert (again.status_code, again.json()["is_new"]) == (200, False)
        assert again.json()["declaration"] == first.json()["declaration"]
        assert SourceDocument.objects.count() == 1

    def test_a_damaged_one_is_refused_with_its_places_and_kept(self, customs: Program) -> None:
        found = hand_in(customs, DAMAGED).json()
        assert (found["verdict"], found["declaration"]) == ("malformed", None)
        assert found["faults"][0]["where"]
        assert SourceDocument.objects.get().verdict == "malformed"

    def test_a_form_with_one_file_is_taken_with_its_name(self, customs: Program) -> None:
        file = SimpleUploadedFile(NAME, SOUND, content_type=XML)
        response = customs.client.post("/api/v1/etrade/documents", {"file": file}, headers=customs.headers)
        assert (response.status_code, response.json()["file_name"]) == (201, NAME)

    def test_a_raw_one_is_named_by_the_parameter(self, customs: Program) -> None:
        response = customs.post("/etrade/documents?file_name=today.xml", SOUND, content_type=XML)
        assert response.json()["file_name"] == "today.xml"

    def test_a_form_of_another_shape_is_refused(self, customs: Program) -> None:
        for form in ({"note": "x"}, {"other": SimpleUploadedFile("a.xml", SOUND)}, {}):
            response = customs.client.post("/api/v1/etrade/documents", form, headers=customs.headers)
            assert (response.status_code, response.json()["code"]) == (422, "etrade.form")

    @pytest.mark.parametrize(
        ("content", "media", "status", "code"),
        [
            (b"", XML, 400, "api.no-body"),
            (b"{}", "application/json", 415, "api.media-type"),
            (b"x", "multipart/form-data", 400, "api.unreadable"),
            (b"a" * (MAX_BYTES + 1), XML, 413, "etrade.too-large"),
            (b"a" * 9_500_000, XML, 413, "api.too-large"),
        ],
    )
    def test_what_is_no_document_is_not_kept(
        self, customs: Program, content: bytes, media: str, status: int, code: str
    ) -> None:
        response = hand_in(customs, content, media)
        assert (response.status_code, response.json()["code"]) == (status, code)
        assert not SourceDocument.objects.exists()

    def test_a_file_that_is_too_large_is_refused_from_a_form_too(self, customs: Program) -> None:
        file = SimpleUploadedFile("a.xml", b"a" * (MAX_BYTES + 1))
        response = customs.client.post("/api/v1/etrade/documents", {"file": file}, headers=customs.headers)
        assert response.json()["code"] == "etrade.too-large"

    def test_bytes_that_are_no_text_are_refused_as_a_document(self, customs: Program) -> None:
        assert hand_in(customs, b"\x00\xff<a>\x00</a>").json()["verdict"] == "malformed"


class TestDeclarations:
    @pytest.fixture
    def _filled(self, cn: ForeignNode, agreed: Agreement) -> None:
        populate(cn, agreed)

    @pytest.mark.usefixtures("_filled")
    def test_the_list_is_filtered_and_in_constant_queries(self, customs: Program) -> None:
        everything = customs.get("/etrade/declarations").json()["items"]
        assert len(everything) == 3
        received = customs.get("/etrade/declarations", origin="partner", partner="cn").json()["items"]
        assert [found["number"] for found in received] == ["CN-1"]
        assert received[0]["leaf"] == Record.objects.get(subject="CN-1").leaf
        assert customs.get("/etrade/declarations", number="CN-1").json()["items"] == received

        def count(limit: int) -> int:
            with CaptureQueriesContext(connection) as queries:
                customs.get("/etrade/declarations", limit=limit)
            return len(queries)

        assert count(1) == count(3)

    @pytest.mark.usefixtures("_filled")
    def test_one_is_read_with_body_and_decimals_as_text(self, customs: Program) -> None:
        row = Declaration.objects.filter(origin="own").earliest("pk")
        found = customs.get(f"/etrade/declarations/{row.pk}").json()
        assert found["net_kg"] == row.record.match.net_kg
        assert found["body"]["declaration_number"] == row.number == found["number"]
        assert found["missing"] == list(row.record.missing)

    @pytest.mark.usefixtures("_filled")
    def test_another_organisation_sees_none_of_them(self) -> None:
        stranger = program("agriculture")
        assert stranger.get("/etrade/declarations").json()["items"] == []
        row = Declaration.objects.first()
        assert row is not None
        assert stranger.get(f"/etrade/declarations/{row.pk}").status_code == 404
        assert stranger.post(f"/etrade/declarations/{row.pk}/send", {"to": "cn"}).status_code == 404
        assert len(program("secretariat", Role.AUDITOR).get("/etrade/declarations").json()["items"]) == 3

    @pytest.mark.parametrize("number", ["0", "x", "1.0", "9" * 40, "%00"])
    def test_a_number_that_can_be_none_is_named(self, customs: Program, number: str) -> None:
        response = customs.get(f"/etrade/declarations/{number}")
        assert response.status_code == 422
        assert response.json()["faults"][0]["where"] == "declaration"


@pytest.mark.usefixtures("agreed")
class TestSend:
    def declaration(self, sender: Program) -> int:
        found: int = hand_in(sender).json()["declaration"]["id"]
        return found

    def test_it_is_published_once_however_often_it_is_asked(self, customs: Program) -> None:
        path = f"/etrade/declarations/{self.declaration(customs)}/send"
        first, again = customs.post(path, {"to": "cn"}), customs.post(path, {"to": "cn"})
        assert (first.status_code, first.json()["is_new"]) == (201, True)
        assert (again.status_code, again.json()) == (200, {**first.json(), "is_new": False})
        assert Record.objects.filter(type="etrade.export-declaration").count() == 1
        shown = customs.get(path.removesuffix("/send")).json()
        assert (shown["sent_to"], shown["sendings"][0]["leaf"]) == (["cn"], first.json()["leaf"])

    def test_two_requests_at_once_get_one_answer(
        self, customs: Program, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = f"/etrade/declarations/{self.declaration(customs)}/send"
        first = customs.post(path, {"to": "cn"})

        def too_late(*_arguments: object, **_more: object) -> None:
            raise IntegrityError("sent_once_per_partner")

        monkeypatch.setattr(services, "send", too_late)
        assert customs.post(path, {"to": "cn"}).json()["leaf"] == first.json()["leaf"]

    def test_nothing_goes_where_no_agreement_lets_it(self, customs: Program) -> None:
        path = f"/etrade/declarations/{self.declaration(customs)}/send"
        assert customs.post(path, {"to": "md"}).json()["code"] == "exchange.no-partner"
        assert not Sending.objects.exists()

    def test_what_a_partner_sent_is_not_sent_on(self, cn: ForeignNode, agreed: Agreement) -> None:
        populate(cn, agreed)
        row = Declaration.objects.get(number="CN-1")
        response = program("customs").post(f"/etrade/declarations/{row.pk}/send", {"to": "cn"})
        assert (response.status_code, response.json()["code"]) == (409, "etrade.not-own")

    def test_an_auditor_may_not_send(self, customs: Program) -> None:
        path = f"/etrade/declarations/{self.declaration(customs)}/send"
        assert program("customs", Role.AUDITOR).post(path, {"to": "cn"}).status_code == 403
