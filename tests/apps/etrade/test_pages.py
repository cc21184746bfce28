"""E-Trade's pages: who sees what, what becomes of files, what crosses."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from isthmus.accounts.models import Officer
from isthmus.apps.etrade import services
from isthmus.apps.etrade.formats.samples import sample_declarations
from isthmus.apps.etrade.models import Declaration, Sending, SourceDocument
from isthmus.exchange.models import Agreement, Desk
from isthmus.exchange.services.inbox import receive
from isthmus.trust.models import Partner
from tests.apps.etrade.conftest import Customs
from tests.exchange.test_inbox import KIND, declaration
from tests.foreign import ForeignNode
from tests.second_factors import browser_of

SAMPLES = sample_declarations(5, 3, malformed=1)


def signed_in(officer: Officer) -> Client:
    return browser_of(officer)


@pytest.fixture
def own(customs: Customs) -> list[Declaration]:
    for name, content in SAMPLES:
        services.take_document(name, content, organisation=customs.organisation, actor="officer")
    return list(Declaration.objects.order_by("id"))


@pytest.fixture
def arrived(customs: Customs, cn: ForeignNode, partner: Partner, agreed: Agreement) -> Declaration:
    Desk.objects.create(record_type=KIND, organisation=customs.organisation)
    body = declaration("CN-<b>9</b>", consignee_name="Sample & Sons")
    receive(partner, [cn.send(KIND, body, agreement=agreed.uuid)])
    return Declaration.objects.get(origin="partner")


class TestDeclarations:
    def test_the_list_shows_both_sides(
        self, customs: Customs, own: list[Declaration], arrived: Declaration
    ) -> None:
        page = signed_in(customs.officer).get("/etrade/").content.decode()
        assert own[0].number in page
        assert "CN-&lt;b&gt;9&lt;/b&gt;" in page
        assert "Sample &amp; Sons" in page

    def test_another_ministry_sees_none_of_them(
        self, customs: Customs, own: list[Declaration], arrived: Declaration
    ) -> None:
        client = signed_in(customs.elsewhere)
        page = client.get("/etrade/").content.decode()
        assert own[0].number not in page
        assert client.get(reverse("etrade:declaration", args=[own[0].pk])).status_code == 404

    def test_an_auditor_sees_but_does_nothing(self, customs: Customs, own: list[Declaration]) -> None:
        client = signed_in(customs.auditor)
        assert client.get(reverse("etrade:declaration", args=[own[0].pk])).status_code == 200
        assert client.get(reverse("etrade:read")).status_code == 403
        assert client.post(reverse("etrade:send-check", args=["cn"])).status_code == 403

    def test_filters_narrow_and_wrong_ones_say_so(self, customs: Customs, own: list[Declaration]) -> None:
        client = signed_in(customs.officer)
        found = client.get("/etrade/", {"q": own[1].number}).content.decode()
        assert own[1].number in found
        assert own[0].number not in found
        assert "Two to six digits" in client.get("/etrade/", {"hs": "x"}).content.decode()

    def test_one_is_laid_out_with_units_and_proof(self, customs: Customs, arrived: Declaration) -> None:
        page = signed_in(customs.officer).get(reverse("etrade:declaration", args=[arrived.pk]))
        text = page.content.decode()
        assert "Consignee name" in text
        assert reverse("exchange:record", args=[arrived.leaf]) in text
        assert "elements of the ASEAN customs document are missing" in text

    def test_codes_and_days_are_said_in_words(self, customs: Customs, own: list[Declaration]) -> None:
        text = (
            signed_in(customs.officer).get(reverse("etrade:declaration", args=[own[0].pk])).content.decode()
        )
        assert ", by " in text
        departure = own[0].departure_date
        assert departure is not None
        assert f"{departure:%-d %b %Y}" in text

    def test_the_list_costs_the_same_for_one_and_for_many(
        self, customs: Customs, own: list[Declaration]
    ) -> None:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        client = signed_in(customs.officer)
        with CaptureQueriesContext(connection) as few:
            client.get("/etrade/")
        for name, content in sample_declarations(9, 12):
            services.take_document(name, content, organisation=customs.organisation, actor="officer")
        with CaptureQueriesContext(connection) as many:
            client.get("/etrade/")
        assert len(many) == len(few)


class TestDocuments:
    def test_files_are_read_and_each_gets_its_verdict(self, customs: Customs) -> None:
        files = [SimpleUploadedFile(name, content) for name, content in SAMPLES]
        client = signed_in(customs.officer)
        response = client.post(
            reverse("etrade:read"),
            {"documents": files, "organisation": customs.organisation.pk},
            follow=True,
        )
        text = response.content.decode()
        assert "3 declarations were read." in text
        assert "1 file was refused." in text
        assert SAMPLES[-1][0] in text
        again = client.post(
            reverse("etrade:read"),
            {
                "documents": [SimpleUploadedFile(*SAMPLES[0])],
                "organisation": customs.organisation.pk,
            },
            follow=True,
        )
        assert "1 file was read before." in again.content.decode()

    def test_nothing_chosen_is_said_beside_the_field(self, customs: Customs) -> None:
        response = signed_in(customs.officer).post(reverse("etrade:read"), {})
        assert response.status_code == 200
        assert "This field is required" in response.content.decode()

    def test_a_refused_one_names_line_and_reason(self, customs: Customs, own: list[Declaration]) -> None:
        refused = SourceDocument.objects.get(verdict="malformed")
        client = signed_in(customs.officer)
        text = client.get(reverse("etrade:document", args=[refused.pk])).content.decode()
        assert "What is wrong" in text
        assert refused.faults[0]["where"] in text
        original = client.get(reverse("etrade:original", args=[refused.pk]))
        assert original.content == SAMPLES[-1][1]
        assert original["Content-Disposition"].startswith("attachment")

    def test_another_ministrys_documents_are_not_there(
        self, customs: Customs, own: list[Declaration]
    ) -> None:
        document = SourceDocument.objects.first()
        assert document is not None
        client = signed_in(customs.elsewhere)
        assert client.get(reverse("etrade:original", args=[document.pk])).status_code == 404


class TestSending:
    def test_check_shows_what_crosses_and_what_stays_then_sends(
        self, customs: Customs, own: list[Declaration], agreed: Agreement
    ) -> None:
        client = signed_in(customs.officer)
        chosen = client.post(reverse("etrade:send"), {"partner": "cn"})
        page = client.get(chosen.headers["Location"]).content.decode()
        assert "3 declarations wait to be sent." in page
        crosses, stays = page.split("What stays here")
        assert "Consignee name" in crosses
        assert "Exporter name" in stays
        assert not Sending.objects.exists()
        done = client.post(chosen.headers["Location"], follow=True).content.decode()
        assert "3 declarations are on their way to China test node." in done
        assert Sending.objects.count() == 3
        assert "already" in client.get(chosen.headers["Location"]).content.decode()

    def test_a_single_declaration(self, customs: Customs, own: list[Declaration], agreed: Agreement) -> None:
        client = signed_in(customs.officer)
        client.post(reverse("etrade:send-check", args=["cn"]) + f"?declaration={own[1].pk}")
        assert Sending.objects.get().declaration == own[1]
        text = client.get(reverse("etrade:declaration", args=[own[1].pk])).content.decode()
        assert "Waiting for a receipt" in text

    def test_without_an_agreement_the_page_says_what_is_needed(
        self, customs: Customs, own: list[Declaration], cn: ForeignNode
    ) -> None:
        client = signed_in(customs.officer)
        assert (
            "No partner may receive declarations yet" in client.get(reverse("etrade:send")).content.decode()
        )
        assert client.get(reverse("etrade:send-check", args=["cn"])).status_code == 404
