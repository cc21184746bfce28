"""Documents in, declarations out to partners and in from them."""

import pytest
from django.db import transaction

from isthmus.apps.etrade import queries, services
from isthmus.apps.etrade.formats.samples import sample_declarations
from isthmus.apps.etrade.models import Declaration, DocumentVerdict, Origin, Sending, SourceDocument
from isthmus.exchange import tokens
from isthmus.exchange.models import Agreement, Desk, Record
from isthmus.exchange.services.inbox import receive
from isthmus.kit.errors import Conflict, Refused
from isthmus.trust.models import Partner
from isthmus.wire.record import read_record
from tests.apps.etrade.conftest import Customs
from tests.exchange.test_inbox import KIND, declaration
from tests.foreign import ForeignNode

GOOD, DAMAGED = sample_declarations(7, 1, malformed=1)


def take(customs: Customs, name: str, content: bytes) -> services.Intake:
    return services.take_document(name, content, organisation=customs.organisation, actor="officer")


class TestDocuments:
    def test_a_declaration_is_kept_with_its_document(self, customs: Customs) -> None:
        intake = take(customs, *GOOD)
        assert intake.is_new
        assert intake.declaration is not None
        assert intake.document.verdict == DocumentVerdict.MAPPED
        assert bytes(intake.document.content) == GOOD[1]
        record = intake.declaration.record
        assert intake.declaration.number == record.declaration_number
        assert str(intake.declaration.net_kg) == record.match.net_kg

    def test_a_damaged_document_is_refused_by_name_and_kept(self, customs: Customs) -> None:
        intake = take(customs, *DAMAGED)
        assert (intake.declaration, intake.document.verdict) == (None, DocumentVerdict.MALFORMED)
        assert intake.document.file_name == DAMAGED[0]
        assert intake.document.faults
        assert "line" in intake.document.reason
        assert bytes(intake.document.content) == DAMAGED[1]

    def test_another_message_is_named(self, customs: Customs) -> None:
        content = b'<x:inventoryLinkingMovementRequest xmlns:x="http://gov.uk/customs/inventoryLinking/v1"/>'
        document = take(customs, "movement.xml", content).document
        assert (document.verdict, document.kind) == (DocumentVerdict.UNSUPPORTED, "movement-request")

    def test_the_same_file_again_changes_nothing(self, customs: Customs) -> None:
        first = take(customs, *GOOD)
        again = take(customs, "another name.xml", GOOD[1])
        assert not again.is_new
        assert again.declaration == first.declaration
        assert SourceDocument.objects.count() == 1

    def test_the_same_file_at_the_same_moment_changes_nothing(
        self, customs: Customs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = take(customs, *GOOD)
        seen: list[int] = []

        def blind_once(organisation: object, digest: str) -> services.Intake | None:
            seen.append(1)
            return None if len(seen) == 1 else known(organisation, digest)

        known = services.intake._known
        monkeypatch.setattr(services.intake, "_known", blind_once)
        assert take(customs, *GOOD).document == first.document
        assert SourceDocument.objects.count() == 1


class TestSending:
    @pytest.fixture
    def own(self, customs: Customs, agreed: Agreement) -> list[Declaration]:
        for name, content in sample_declarations(3, 3):
            take(customs, name, content)
        return list(Declaration.objects.order_by("id"))

    def test_a_declaration_crosses_with_the_agreed_fields_only(self, own: list[Declaration]) -> None:
        (sending, *_) = services.send(own, "cn", actor="officer")
        _, record = read_record(tokens.text_of(sending.leaf) or "")
        assert set(record.body) == {"consignee_name", "declaration_number", "items", "match"}
        assert record.subject == own[0].number

    def test_each_is_sent_once_to_a_partner(self, own: list[Declaration]) -> None:
        assert len(services.send(own[:2], "cn", actor="officer")) == 2
        assert len(services.send(own, "cn", actor="officer")) == 1
        assert services.send(own, "cn", actor="officer") == []
        numbers = Record.objects.filter(type="etrade.export-declaration").order_by("seq")
        assert [row.subject for row in numbers] == [declaration.number for declaration in own]

    def test_without_an_agreement_nothing_is_sent(self, own: list[Declaration]) -> None:
        Agreement.objects.update(state="withdrawn")
        with pytest.raises(Refused, match="No agreement in force"):
            services.send(own, "cn", actor="officer")
        assert not Sending.objects.exists()

    def test_what_came_from_a_partner_is_not_sent_on(
        self, own: list[Declaration], cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        receive(partner, [cn.send(KIND, declaration("CN-1"), agreement=agreed.uuid)])
        foreign = Declaration.objects.get(origin=Origin.PARTNER)
        with pytest.raises(Conflict, match="CN-1 came from a partner"):
            services.send([*own, foreign], "cn", actor="officer")
        assert not Sending.objects.exists()

    def test_a_failed_business_transaction_sends_nothing(self, own: list[Declaration]) -> None:
        class StopError(Exception):
            pass

        def business() -> None:
            with transaction.atomic():
                services.send(own, "cn", actor="officer")
                raise StopError

        with pytest.raises(StopError):
            business()
        assert not Sending.objects.exists()
        assert not Record.objects.filter(type="etrade.export-declaration").exists()

    def test_only_partners_with_an_agreement_are_offered(self, own: list[Declaration]) -> None:
        assert [partner.node_id for partner in queries.receivers()] == ["cn"]
        assert queries.granted_fields("cn") == (
            "consignee_name",
            "declaration_number",
            "items",
            "match.net_kg",
        )
        assert queries.granted_fields("md") == ()


class TestReceiving:
    def test_a_partners_declaration_reaches_the_desk(
        self, customs: Customs, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        Desk.objects.create(record_type=KIND, organisation=customs.organisation)
        body = declaration("CN-9", match={"net_kg": "24000.5"}, consignee_name="Sample Importer")
        receive(partner, [cn.send(KIND, body, agreement=agreed.uuid)])
        row = Declaration.objects.get()
        assert (row.origin, row.partner, row.organisation) == (Origin.PARTNER, "cn", customs.organisation)
        assert (str(row.net_kg), row.consignee_name, row.hs_code) == (
            "24000.500000",
            "Sample Importer",
            "071331",
        )
        assert row.leaf == Record.objects.get(type="etrade.export-declaration").leaf
