"""The desk's pages: arrivals, history, certificates, licences, movements, questions."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from isthmus.apps.etrade import services
from isthmus.apps.etrade.models import Declaration, Draw, Kind, Origin, Query, TradeDocument, Utilisation
from isthmus.apps.etrade.records import ImportDeclarationV1, ImportedItemV1
from isthmus.apps.etrade.services import versions
from isthmus.exchange.models import Agreement, Desk, Record
from tests.apps.etrade.conftest import Corridor, Customs
from tests.apps.etrade.test_documents import FORM_D, LICENCE, TRANSIT, lodged, state
from tests.apps.etrade.test_events import declaration, event, own
from tests.apps.etrade.test_questions import ASKED
from tests.second_factors import browser_of

__all__ = ["own"]

TYPES = ("export-declaration", "certificate-of-origin", "licence", "transit", "query")


@pytest.fixture
def desk(customs: Customs, corridor: Corridor) -> Corridor:
    """What the partner sends goes to the customs department."""
    for name in TYPES:
        Desk.objects.create(record_type=f"etrade.{name}/1", organisation=customs.organisation)
    return corridor


@pytest.fixture
def officer(customs: Customs) -> Client:
    return browser_of(customs.officer)


def text(client: Client, name: str, *args: Any, query: str = "") -> str:
    answer = client.get(reverse(f"etrade:{name}", args=args) + query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def post(client: Client, name: str, *args: Any, **data: Any) -> str:
    answer = client.post(reverse(f"etrade:{name}", args=args), data, follow=True)
    return answer.content.decode()


@pytest.fixture
def arrival(desk: Corridor) -> Declaration:
    left = {"departure_date": "2026-03-04", "port_of_discharge": "MMMUS"}
    desk.receive("export-declaration", {**declaration(), **left})
    return Declaration.objects.get()


class TestArrivals:
    def test_the_inbox_shows_what_is_coming_and_filters_it(
        self, officer: Client, arrival: Declaration
    ) -> None:
        assert "CN-7" in text(officer, "arrivals")
        assert "CN-7" in text(officer, "arrivals", query="?q=first&port=mmmus&partner=CN&until=2026-03-04")
        assert "CN-7" not in text(officer, "arrivals", query="?until=2026-03-03")
        assert "CN-7" not in text(officer, "arrivals", query="?since=2026-03-05")
        assert "CN-7" not in text(officer, "arrivals", query="?state=held")

    def test_marking_goods_tells_the_partner(
        self, officer: Client, arrival: Declaration, desk: Corridor
    ) -> None:
        page = post(officer, "mark", arrival.pk, outcome="held", reason="The seal is broken.", place="Muse")
        assert "China test node is told" in page
        assert [body["outcome"] for body in desk.sent("import-response")] == ["held"]
        shown = text(officer, "declaration", arrival.pk)
        assert "The seal is broken." in shown
        assert "Held" in shown

    def test_goods_are_not_held_without_a_reason(
        self, officer: Client, arrival: Declaration, desk: Corridor
    ) -> None:
        assert "Say why the goods are held." in post(officer, "mark", arrival.pk, outcome="held")
        assert desk.sent("import-response") == []

    def test_without_an_agreement_nothing_is_marked(self, officer: Client, arrival: Declaration) -> None:
        Agreement.objects.update(state="withdrawn")
        assert "No agreement in force" in post(officer, "mark", arrival.pk, outcome="arrived")
        arrival.refresh_from_db()
        assert arrival.state == "pre-arrival-received"

    def test_an_auditor_sees_and_marks_nothing(self, customs: Customs, arrival: Declaration) -> None:
        client = browser_of(customs.auditor)
        assert "CN-7" in text(client, "arrivals")
        assert client.get(reverse("etrade:mark", args=[arrival.pk])).status_code == 403

    def test_another_ministry_finds_nothing(self, customs: Customs, arrival: Declaration) -> None:
        client = browser_of(customs.elsewhere)
        assert "CN-7" not in text(client, "arrivals")
        assert client.get(reverse("etrade:mark", args=[arrival.pk])).status_code == 404


class TestHistory:
    def test_versions_are_compared_and_both_sides_are_told_in_order(
        self, officer: Client, arrival: Declaration, desk: Corridor
    ) -> None:
        desk.receive("declaration-event", event("amend", version=2))
        services.respond(arrival, "arrived", actor="officer")
        page = text(officer, "declaration", arrival.pk)
        assert "What the newest version changed" in page
        assert "First exporter (sample data)" in page
        assert page.index("Version 2") < page.rindex("Arrived")

    def test_an_import_declaration_is_listed_beside_exports(
        self, officer: Client, arrival: Declaration, customs: Customs
    ) -> None:
        record = ImportDeclarationV1(
            declaration_number="MM-IM-1", previous_document="CN-7", items=(ImportedItemV1(number=1),)
        )
        row = versions.lodge(record, origin=Origin.OWN, organisation_id=customs.organisation.pk)
        assert "MM-IM-1" in text(officer, "declarations", query="?direction=import")
        assert "CN-7" not in text(officer, "declarations", query="?direction=import")
        assert "MM-IM-1" in text(officer, "declaration", arrival.pk), "they belong together"
        assert "Import declaration MM-IM-1" in text(officer, "declaration", row.pk)

    def test_imports_are_sent_where_an_agreement_covers_them(
        self, officer: Client, customs: Customs, corridor: Corridor
    ) -> None:
        record = ImportDeclarationV1(declaration_number="MM-IM-1", items=(ImportedItemV1(number=1),))
        versions.lodge(record, origin=Origin.OWN, organisation_id=customs.organisation.pk)
        assert "Arrival date" in text(officer, "send-check", "cn")
        post(officer, "send-check", "cn")
        assert [body["declaration_number"] for body in corridor.sent("import-declaration")] == ["MM-IM-1"]


class TestCertificates:
    @pytest.fixture
    def certificate(self, desk: Corridor) -> TradeDocument:
        desk.receive("certificate-of-origin", FORM_D)
        return TradeDocument.objects.get()

    def test_a_real_certificate_is_found_by_its_number(
        self, officer: Client, certificate: TradeDocument
    ) -> None:
        page = text(officer, "check-certificate", query="?number=fd-1")
        assert "It is real" in page
        assert "Unchanged since it was sealed" in page

    def test_what_is_not_known_is_said_plainly(self, officer: Client, certificate: TradeDocument) -> None:
        assert "No certificate FD-9 is known here" in text(officer, "check-certificate", query="?number=FD-9")
        assert "known here" not in text(officer, "check-certificate")

    def test_a_cancelled_one_is_not_accepted(
        self, officer: Client, certificate: TradeDocument, desk: Corridor
    ) -> None:
        desk.receive("certificate-of-origin", {**FORM_D, "version": 2, "status": "cancelled"})
        page = text(officer, "check-certificate", query="?number=FD-1")
        assert "Do not accept it" in page
        assert "Its issuer cancelled it." in page

    def test_an_altered_one_is_not_accepted(self, officer: Client, certificate: TradeDocument) -> None:
        Record.objects.filter(type="etrade.certificate-of-origin").update(subject="altered")
        page = text(officer, "check-certificate", query="?number=FD-1")
        assert "Do not accept it" in page
        assert "does not hold" in page

    def test_one_that_has_ended_or_is_used_up_is_looked_at(
        self, officer: Client, certificate: TradeDocument, desk: Corridor
    ) -> None:
        ended = {**FORM_D, "version": 2, "status": "amended", "valid_until": "2026-01-01"}
        desk.receive("certificate-of-origin", ended)
        assert "Its last day is over." in text(officer, "check-certificate", query="?number=FD-1")
        post(officer, "use-certificate", certificate.pk, outcome="used", import_number="IM-1")
        assert "Nothing of it is left" in text(officer, "check-certificate", query="?number=FD-1")

    def test_what_a_partner_used_too_much_is_named(
        self, officer: Client, customs: Customs, desk: Corridor
    ) -> None:
        state(customs, Kind.CERTIFICATE_OF_ORIGIN, FORM_D)
        for reference in ("A", "B"):
            used = {"reference": reference, "certificate_number": "FD-1", "outcome": "used"}
            desk.receive("certificate-utilisation", used)
        page = text(officer, "check-certificate", query="?number=FD-1")
        assert "More of it was used than it certifies." in page
        assert "More used than certified" in page

    def test_a_part_is_used_and_the_rest_is_left(
        self, officer: Client, certificate: TradeDocument, desk: Corridor
    ) -> None:
        given = {"outcome": "partly-used", "import_number": "IM-1", "item": "1", "quantity": "400"}
        post(officer, "use-certificate", certificate.pk, **given)
        assert Utilisation.objects.get().body["items"][0]["quantity"] == "400"
        assert "600" in text(officer, "trade-document", "certificate-of-origin", certificate.pk)
        too_much = {**given, "import_number": "IM-2", "quantity": "601"}
        assert "More would be used" in post(officer, "use-certificate", certificate.pk, **too_much)

    def test_a_part_needs_its_quantity_and_a_rejection_its_reason(
        self, officer: Client, certificate: TradeDocument
    ) -> None:
        page = post(officer, "use-certificate", certificate.pk, outcome="partly-used", import_number="IM-1")
        assert "how much of it" in page
        page = post(officer, "use-certificate", certificate.pk, outcome="rejected", import_number="IM-1")
        assert "Say why it is rejected." in page
        assert not Utilisation.objects.exists()


class TestLicences:
    def test_the_balance_is_shown_and_an_officer_draws(self, officer: Client, customs: Customs) -> None:
        licence = state(customs, Kind.LICENCE, LICENCE)
        lodged(customs, "E-1", "900")
        lodged(customs, "E-2", "200")
        assert "E-2" in text(officer, "trade-document", "licence", licence.pk)
        assert "has 100 KGM left" in post(officer, "draw-licence", licence.pk, number="E-2")
        Draw.objects.all().delete()
        assert "Drawn." in post(officer, "draw-licence", licence.pk, number="E-2")


class TestMovements:
    def test_an_office_states_where_a_movement_is(self, officer: Client, desk: Corridor) -> None:
        desk.receive("transit", {**TRANSIT, "number": "26CN-T9"})
        row = TradeDocument.objects.get()
        assert "Say what differs." in post(officer, "state-movement", row.pk, status="discrepancy")
        given = {"status": "discrepancy", "discrepancy": "Two bags are missing.", "seals_intact": "no"}
        post(officer, "state-movement", row.pk, **given)
        (crossed,) = desk.sent("transit")
        assert (crossed["status"], crossed["seals_intact"]) == ("discrepancy", False)
        assert "Two bags are missing." in text(officer, "trade-document", "transit", row.pk)


class TestDocuments:
    def test_lists_by_kind_and_of_all(self, officer: Client, customs: Customs) -> None:
        state(customs, Kind.LICENCE, LICENCE)
        assert "EL-77" in text(officer, "trade-documents", "licence")
        assert "EL-77" not in text(officer, "trade-documents", "manifest")
        assert "EL-77" in text(officer, "every-document", query="?q=ayeyar&origin=own&state=issued")
        assert "EL-77" not in text(officer, "every-document", query="?ends=2026-01-01")
        assert officer.get(reverse("etrade:trade-documents", args=["poem"])).status_code == 404

    def test_an_own_document_is_sent(self, officer: Client, customs: Customs, corridor: Corridor) -> None:
        licence = state(customs, Kind.LICENCE, LICENCE)
        page = post(officer, "send-document", "licence", licence.pk, partner="cn")
        assert "It is on its way to China test node." in page
        again = post(officer, "send-document", "licence", licence.pk, partner="cn")
        assert "has it already" in again
        assert len(corridor.sent("licence")) == 1

    def test_without_an_agreement_it_says_what_is_missing(
        self, officer: Client, customs: Customs, corridor: Corridor
    ) -> None:
        licence = state(customs, Kind.LICENCE, LICENCE)
        Agreement.objects.update(state="withdrawn")
        assert "No partner may receive it yet" in text(officer, "send-document", "licence", licence.pk)


class TestQuestions:
    def test_asking_about_an_arrival(self, officer: Client, arrival: Declaration, desk: Corridor) -> None:
        given = {"question": "Did 20 bags leave?", "due_on": "2026-12-01"}
        page = post(officer, "ask-declaration", arrival.pk, **given)
        assert "Asked. The answer appears here." in page
        assert [body["question"] for body in desk.sent("query")] == ["Did 20 bags leave?"]
        assert "Did 20 bags leave?" in text(officer, "declaration", arrival.pk)

    def test_asking_about_a_certificate(self, officer: Client, desk: Corridor) -> None:
        desk.receive("certificate-of-origin", FORM_D)
        row = TradeDocument.objects.get()
        post(officer, "ask-document", "certificate-of-origin", row.pk, question="Is it real?")
        assert desk.sent("query")[0]["reference"] == "FD-1"
        assert "Is it real?" in text(officer, "trade-document", "certificate-of-origin", row.pk)

    def test_where_nobody_can_be_asked_it_says_so(self, officer: Client, arrival: Declaration) -> None:
        Agreement.objects.update(state="withdrawn")
        assert "Nobody can be asked about it yet" in text(officer, "ask-declaration", arrival.pk)

    def test_answering_a_partner(self, officer: Client, own: Declaration, desk: Corridor) -> None:
        desk.receive("query", {**ASKED, "reference": own.number})
        query = Query.objects.get()
        assert query.number in text(officer, "questions", query="?origin=partner&open=yes")
        page = post(officer, "question", query.pk, outcome="confirmed", answer="Yes, all of them.")
        assert "Answered, and China test node is told." in page
        assert desk.sent("answer")[0]["answer"] == "Yes, all of them."
        assert "Yes, all of them." in text(officer, "question", query.pk)
        assert query.number not in text(officer, "questions", query="?open=yes")

    def test_an_auditor_reads_and_answers_nothing(
        self, customs: Customs, own: Declaration, desk: Corridor
    ) -> None:
        desk.receive("query", {**ASKED, "reference": own.number})
        client = browser_of(customs.auditor)
        query = Query.objects.get()
        assert "Sign and send the answer" not in text(client, "question", query.pk)
        post(client, "question", query.pk, outcome="confirmed", answer="Yes.")
        assert not query.answers.exists()

    def test_what_waits_stands_on_the_front_page(
        self, customs: Customs, own: Declaration, desk: Corridor
    ) -> None:
        desk.receive("query", {**ASKED, "reference": own.number})
        page = browser_of(customs.officer).get("/").content.decode()
        assert "A partner asks: answer" in page
