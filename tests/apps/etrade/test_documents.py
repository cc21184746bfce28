"""Certificates, licences, permits, movements and manifests between two countries."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from isthmus.apps.etrade import services
from isthmus.apps.etrade.models import (
    DOCUMENT_MODELS,
    Declaration,
    DocumentRecord,
    Draw,
    Kind,
    Origin,
    Statement,
    TradeDocument,
    Utilisation,
)
from isthmus.apps.etrade.queries import certificates, licences
from isthmus.apps.etrade.records import (
    CertificateUtilisationV1,
    DeclarationEventV1,
    ExportDeclarationV1,
)
from isthmus.apps.etrade.services import documents, news, versions
from isthmus.apps.etrade.services import licences as drawing
from isthmus.exchange.handlers import Erasing
from isthmus.exchange.models import Effect
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, NotFound
from isthmus.wire import codec
from tests.apps.etrade.conftest import Corridor, Customs
from tests.apps.etrade.test_events import Steps

FORM_D: dict[str, Any] = {
    "number": "FD-1",
    "version": 1,
    "status": "issued",
    "form": "D",
    "issued_on": "2026-03-01",
    "exporter_name": "Ayeyarwady Harvest (Sample data)",
    "items": [{"number": 1, "hs_code": "071331", "criterion": "WO", "quantity": "1000", "unit": "KGM"}],
}
LICENCE: dict[str, Any] = {
    "number": "EL-77",
    "version": 1,
    "status": "issued",
    "direction": "export",
    "holder_name": "Ayeyarwady Harvest (Sample data)",
    "items": [{"number": 1, "hs_prefix": "0713", "quantity": "1000", "unit": "KGM"}],
}
TRANSIT: dict[str, Any] = {
    "number": "26MM-T1",
    "version": 1,
    "status": "departed",
    "office_of_destination": "CNRUI",
    "seals": ["S-1"],
}


def read(kind: Kind, body: dict[str, Any]) -> DocumentRecord:
    return DOCUMENT_MODELS[kind].model_validate_json(codec.encode(body))


def state(customs: Customs, kind: Kind, body: dict[str, Any], **changes: Any) -> TradeDocument:
    made = services.state(read(kind, {**body, **changes}), customs.organisation, actor="officer")
    return made.document


class TestStating:
    def test_the_newest_version_holds_in_any_order(self, corridor: Corridor) -> None:
        corridor.receive("licence", {**LICENCE, "version": 3, "status": "suspended"})
        corridor.receive("licence", LICENCE)
        corridor.receive("licence", {**LICENCE, "version": 2, "status": "amended", "holder_name": "Other"})
        row = TradeDocument.objects.get()
        assert (row.state, row.version, row.party) == ("suspended", 3, "Ayeyarwady Harvest (Sample data)")
        assert row.statements.count() == 3

    def test_the_same_statement_twice_is_one_and_another_content_waits(self, corridor: Corridor) -> None:
        corridor.receive("licence", LICENCE)
        assert corridor.receive("licence", LICENCE).effect == Effect.APPLIED
        record = corridor.receive("licence", {**LICENCE, "holder_name": "Somebody else"})
        assert record.effect == Effect.QUARANTINED
        assert Statement.objects.count() == 1

    def test_partners_that_have_a_document_hear_of_its_next_version(
        self, customs: Customs, corridor: Corridor
    ) -> None:
        document = state(customs, Kind.VEHICLE_PERMIT, {"number": "VP-1", "version": 1, "status": "issued"})
        assert corridor.sent("vehicle-permit") == []
        services.send_document(document, "cn", actor="officer")
        assert services.send_document(document, "cn", actor="officer") == []
        state(customs, Kind.VEHICLE_PERMIT, {"number": "VP-1", "version": 2, "status": "cancelled"})
        assert [body["status"] for body in corridor.sent("vehicle-permit")] == ["issued", "cancelled"]
        assert news.send_news(Steps()) == {"told": 0}

    def test_what_could_not_be_told_is_told_by_the_job(
        self, customs: Customs, corridor: Corridor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        body = {"number": "MF-1", "version": 1, "status": "lodged"}
        services.send_document(state(customs, Kind.MANIFEST, body), "cn", actor="officer")

        def refuse(*_given: object) -> list[object]:
            raise Conflict("exchange.recovering", "The stream recovers.")

        with monkeypatch.context() as patch:
            patch.setattr(documents, "publish_thing", refuse)
            state(customs, Kind.MANIFEST, body, version=2, status="departed")
        assert len(corridor.sent("manifest")) == 1
        assert news.send_news(Steps()) == {"told": 1}
        assert [one["status"] for one in corridor.sent("manifest")] == ["lodged", "departed"]

    def test_a_partners_document_is_not_sent_on(self, corridor: Corridor) -> None:
        corridor.receive("licence", LICENCE)
        with pytest.raises(Conflict, match="came from a partner"):
            services.send_document(TradeDocument.objects.get(), "cn", actor="officer")

    def test_an_erased_statement_goes_and_with_the_last_one_the_document(self, corridor: Corridor) -> None:
        first = corridor.receive("licence", LICENCE)
        second = corridor.receive("licence", {**LICENCE, "version": 2, "status": "cancelled"})
        for record, left in ((second, "issued"), (first, None)):
            documents.erase_document(
                Erasing(record.leaf, record.type, "EL-77", "cn", sent=False, ground="order")
            )
            row = TradeDocument.objects.first()
            assert (row.state if row else None) == left


class TestTransit:
    def test_both_sides_state_where_a_movement_is(self, customs: Customs, corridor: Corridor) -> None:
        document = state(customs, Kind.TRANSIT, TRANSIT)
        services.send_document(document, "cn", actor="officer")
        seen = {"number": "26MM-T1", "version": 1, "status": "arrived", "seals_intact": False}
        corridor.receive("transit", seen)
        corridor.receive("transit", {**seen, "version": 2, "status": "discrepancy", "discrepancy": "2 bags"})
        document.refresh_from_db()
        assert (document.state, document.place) == ("discrepancy", "CNRUI")
        assert TradeDocument.objects.count() == 1

    def test_a_movement_that_did_not_begin_here_waits_in_quarantine(self, corridor: Corridor) -> None:
        record = corridor.receive("transit", {"number": "X", "version": 1, "status": "arrived"})
        assert record.effect == Effect.QUARANTINED
        assert "No movement X began here" in record.effect_error

    def test_the_arrival_of_a_partners_movement_is_stated_and_sent(self, corridor: Corridor) -> None:
        corridor.receive("transit", {**TRANSIT, "number": "26CN-T9"})
        row = TradeDocument.objects.get()
        arrived = read(Kind.TRANSIT, {"number": "26CN-T9", "version": 1, "status": "arrived"})
        services.state_theirs(row, arrived, actor="officer")
        row.refresh_from_db()
        assert row.state == "arrived"
        assert [body["status"] for body in corridor.sent("transit")] == ["arrived"]

    def test_each_side_states_its_own(self, customs: Customs, corridor: Corridor) -> None:
        with pytest.raises(BadInput, match="does not state that it is arrived"):
            state(customs, Kind.TRANSIT, TRANSIT, status="arrived")
        document = state(customs, Kind.TRANSIT, TRANSIT)
        with pytest.raises(Conflict, match="Nothing can be stated here"):
            services.state_theirs(document, read(Kind.TRANSIT, TRANSIT), actor="officer")


def used(
    reference: str, outcome: str = "partly-used", quantity: str | None = None
) -> CertificateUtilisationV1:
    items = [{"number": 1, "quantity": quantity, "unit": "KGM"}] if quantity else None
    return CertificateUtilisationV1.model_validate_json(
        codec.encode(
            {"reference": reference, "certificate_number": "FD-1", "outcome": outcome, "items": items}
        )
    )


class TestCertificates:
    def test_uses_are_counted_and_told_to_the_issuer(self, corridor: Corridor) -> None:
        corridor.receive("certificate-of-origin", FORM_D)
        row = TradeDocument.objects.get()
        services.use(row, used("IM-1", quantity="400"), actor="officer")
        services.use(row, used("IM-2", quantity="600"), actor="officer")
        row.refresh_from_db()
        assert row.state == "utilised"
        assert [body["reference"] for body in corridor.sent("certificate-utilisation")] == ["IM-1", "IM-2"]
        services.use(row, used("IM-2", "reversed"), actor="officer")
        row.refresh_from_db()
        assert (row.state, certificates.balances_of(row)[0].left) == ("issued", 600)

    def test_more_than_is_certified_is_not_used(self, corridor: Corridor) -> None:
        corridor.receive("certificate-of-origin", FORM_D)
        row = TradeDocument.objects.get()
        with pytest.raises(Conflict, match="More would be used than FD-1 certifies: item 1"):
            services.use(row, used("IM-1", quantity="1000.5"), actor="officer")
        assert not Utilisation.objects.exists()
        assert corridor.sent("certificate-utilisation") == []

    def test_a_cancelled_certificate_is_rejected_and_not_used(self, corridor: Corridor) -> None:
        corridor.receive("certificate-of-origin", {**FORM_D, "version": 2, "status": "cancelled"})
        corridor.receive("certificate-of-origin", FORM_D)
        row = TradeDocument.objects.get()
        assert row.state == "cancelled"
        with pytest.raises(Conflict, match="cancelled by its issuer"):
            services.use(row, used("IM-1", "used"), actor="officer")
        services.use(row, used("IM-1", "rejected"), actor="officer")
        assert Utilisation.objects.get().outcome == "rejected"

    def test_what_a_partner_used_too_much_is_named_on_the_own_certificate(
        self, customs: Customs, corridor: Corridor
    ) -> None:
        early = {"certificate_number": "FD-1", "outcome": "partly-used", "reference": "A"}
        corridor.receive(
            "certificate-utilisation", {**early, "items": [{"number": 1, "quantity": "700", "unit": "KGM"}]}
        )
        assert Utilisation.objects.get().document is None
        own = state(customs, Kind.CERTIFICATE_OF_ORIGIN, FORM_D)
        corridor.receive(
            "certificate-utilisation",
            {**early, "reference": "B", "items": [{"number": 1, "quantity": "0.4", "unit": "TNE"}]},
        )
        own.refresh_from_db()
        (balance,) = certificates.balances_of(own)
        assert (balance.left, balance.over, own.state) == (-100, True, "utilised")

    def test_only_a_partners_certificate_is_used_here(self, customs: Customs, corridor: Corridor) -> None:
        own = state(customs, Kind.CERTIFICATE_OF_ORIGIN, FORM_D)
        with pytest.raises(Conflict, match="no certificate of a partner"):
            services.use(own, used("A", "used"), actor="officer")

    def test_one_reference_names_one_use(self, corridor: Corridor) -> None:
        corridor.receive("certificate-of-origin", FORM_D)
        row = TradeDocument.objects.get()
        services.use(row, used("A", quantity="1"), actor="officer")
        services.use(row, used("A", quantity="1"), actor="officer")
        with pytest.raises(Conflict, match="names another use"):
            services.use(row, used("A", quantity="2"), actor="officer")
        assert len(corridor.sent("certificate-utilisation")) == 1


def lodged(customs: Customs, number: str, kg: str, *, permit: str = "EL-77") -> Declaration:
    body = {
        "declaration_number": number,
        "permit_number": permit,
        "items": [{"number": 1, "hs_code": "071331", "quantity": kg, "unit": "KGM"}],
    }
    record = ExportDeclarationV1.model_validate_json(codec.encode(body))
    row = versions.lodge(record, origin=Origin.OWN, organisation_id=customs.organisation.pk)
    drawing.draw(row)
    return row


class TestLicences:
    def test_declarations_draw_down_what_they_declare(self, customs: Customs) -> None:
        licence = state(customs, Kind.LICENCE, LICENCE)
        lodged(customs, "E-1", "400")
        lodged(customs, "E-2", "350")
        assert licences.balances_of(licence)[0].quantity_left == 250

    def test_what_is_too_much_is_left_to_an_officer(self, customs: Customs) -> None:
        licence = state(customs, Kind.LICENCE, LICENCE)
        lodged(customs, "E-1", "900")
        late = lodged(customs, "E-2", "200")
        assert list(licences.undrawn(licence)) == [late]
        with pytest.raises(Conflict, match="has 100 KGM left"):
            services.draw_by_hand(licence, "E-2", actor="officer")
        state(
            customs,
            Kind.LICENCE,
            LICENCE,
            version=2,
            status="amended",
            items=[{"number": 1, "hs_prefix": "0713", "quantity": "2000", "unit": "KGM"}],
        )
        services.draw_by_hand(licence, "E-2", actor="officer")
        assert not licences.undrawn(licence).exists()
        with pytest.raises(NotFound):
            services.draw_by_hand(licence, "E-99", actor="officer")

    def test_a_cancelled_declaration_gives_back_and_an_amended_one_draws_anew(self, customs: Customs) -> None:
        licence = state(customs, Kind.LICENCE, LICENCE)
        first, second = lodged(customs, "E-1", "400"), lodged(customs, "E-2", "400")
        record = second.record
        assert isinstance(record, ExportDeclarationV1)
        less = record.model_copy(update={"items": (record.items[0].model_copy(update={"quantity": "100"}),)})
        amend = DeclarationEventV1(
            declaration="export",
            declaration_number="E-2",
            event="amend",
            version=2,
            export_declaration=less,
        )
        services.record_event(amend, customs.organisation, actor="officer")
        assert licences.balances_of(licence)[0].quantity_left == 500
        cancel = DeclarationEventV1(declaration="export", declaration_number="E-1", event="cancel")
        services.record_event(cancel, customs.organisation, actor="officer")
        assert licences.balances_of(licence)[0].quantity_left == 900
        assert first.draws.get().reversed_at is not None

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"status": "suspended"}, "suspended or cancelled"),
            ({"valid_until": "2020-01-01"}, "has ended"),
            ({"valid_from": "2090-01-01"}, "has not begun"),
            ({"direction": "import"}, "other direction"),
        ],
    )
    def test_a_licence_that_does_not_hold_is_not_drawn_on(
        self, customs: Customs, changes: dict[str, Any], why: str
    ) -> None:
        licence = state(customs, Kind.LICENCE, LICENCE, **changes)
        declaration = lodged(customs, "E-1", "1")
        assert not Draw.objects.exists()
        with pytest.raises(Conflict, match=why):
            drawing.take(licence, declaration)

    def test_goods_that_the_licence_does_not_name_are_not_drawn(self, customs: Customs) -> None:
        licence = state(
            customs, Kind.LICENCE, LICENCE, items=[{"number": 1, "hs_prefix": "1006", "quantity": "5"}]
        )
        declaration = lodged(customs, "E-1", "1")
        with pytest.raises(BadInput) as caught:
            drawing.take(licence, declaration)
        assert caught.value.faults[0].message == "Item 1: HS code 071331 is not on the licence."

    def test_licences_that_end_soon_are_found(self, customs: Customs, settings: Any) -> None:
        today = clock.now().date()
        state(customs, Kind.LICENCE, LICENCE, number="SOON", valid_until=str(today + timedelta(days=30)))
        state(customs, Kind.LICENCE, LICENCE, number="LATER", valid_until=str(today + timedelta(days=31)))
        state(customs, Kind.LICENCE, LICENCE, number="OVER", valid_until=str(today - timedelta(days=1)))
        assert [row.number for row in licences.ending_soon(today)] == ["SOON"]
        settings.ISTHMUS = settings.ISTHMUS.model_copy(update={"expiry_days": 31})
        assert [row.number for row in licences.ending_soon(today)] == ["SOON", "LATER"]


@pytest.mark.django_db(transaction=True)
def test_several_draws_at_once_never_overdraw(customs: Customs) -> None:
    licence = state(customs, Kind.LICENCE, LICENCE)
    waiting = [lodged(customs, f"E-{number}", "300", permit="OTHER") for number in range(6)]
    Declaration.objects.update(permit_number="EL-77")
    outcomes: list[str] = []

    def take(pk: int) -> None:
        try:
            drawing.take(licence, Declaration.objects.get(pk=pk))
            outcomes.append("drawn")
        except Conflict as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(row.pk,)) for row in waiting]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["drawn"] * 3 + ["etrade.licence-overdrawn"] * 3
    assert licences.balances_of(licence)[0].quantity_left == 100
