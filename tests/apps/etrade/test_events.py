"""What happens to declarations: in any order, twice, late, before the declaration, from both sides."""

from datetime import timedelta
from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.apps.etrade import services
from isthmus.apps.etrade.formats.samples import sample_declarations
from isthmus.apps.etrade.models import Declaration, DeclarationEvent, Origin, Sending
from isthmus.apps.etrade.records import DeclarationEventV1, ExportDeclarationV1, ImportDeclarationV1
from isthmus.apps.etrade.services import declarations, events, news, versions
from isthmus.exchange import registry
from isthmus.exchange.handlers import Erasing, Received
from isthmus.exchange.models import Agreement, Effect
from isthmus.kit import clock
from isthmus.kit.errors import Conflict, Refused
from isthmus.wire import codec
from isthmus.wire.record import Record
from tests.apps.etrade.conftest import Corridor, Customs

LAST = "Third exporter (sample data)"


def declaration(version: int = 1) -> dict[str, Any]:
    name = {1: "First exporter (sample data)", 2: "Second exporter (sample data)"}.get(version, LAST)
    return {
        "declaration_number": "CN-7",
        "exporter_name": name,
        "items": [{"number": 1, "hs_code": "071331"}],
    }


def event(name: str, *, version: int | None = None, kind: str = "export") -> dict[str, Any]:
    body: dict[str, Any] = {"declaration": kind, "declaration_number": "CN-7", "event": name}
    if version is not None:
        body |= {"version": version, f"{kind}_declaration": declaration(version)}
    return body


SCENARIO: list[tuple[str, dict[str, Any]]] = [
    ("export-declaration", declaration()),
    ("declaration-event", event("accept")),
    ("declaration-event", event("amend", version=2)),
    ("declaration-event", event("amend", version=3)),
    ("declaration-event", event("arrive")),
    ("declaration-event", event("hold")),
]
RELEASED = [*SCENARIO[:3], ("declaration-event", event("hold")), ("declaration-event", event("release"))]
CANCELLED = [*SCENARIO[:4], ("declaration-event", event("cancel")), ("declaration-event", event("exit"))]


def handed(name: str, body: dict[str, Any]) -> None:
    """Give a body to its handler as the inbox does once signature, agreement and schema have held."""
    kind = registry.record_types()[f"etrade.{name}/1"]
    record = Record(
        id=uuid4(),
        type=kind.name,
        version=1,
        sender="cn",
        receiver="mm",
        stream="cn>mm#1",
        seq=1,
        prev="",
        agreement=None,
        issued=clock.now(),
        subject="CN-7",
        body=body,
    )
    typed = registry.model_of(kind.key).model_validate_json(codec.encode(body))
    registry.resolve(kind.handler)(Received(record, typed, uuid4().hex * 2, None))


class Undo(Exception):
    pass


def outcome(records: list[tuple[str, dict[str, Any]]]) -> tuple[str, int, str, set[int], int]:
    """State, version, exporter, other versions and events after these records, all undone again."""
    try:
        with transaction.atomic():
            for name, body in records:
                handed(name, body)
            row = Declaration.objects.get()
            others = set(row.other_versions.values_list("version", flat=True))
            found = (row.state, row.version, row.exporter_name, others, row.events.count())
            raise Undo
    except Undo:
        return found


@pytest.mark.django_db
class TestAnyOrder:
    def test_each_order_of_a_small_scenario_ends_alike(self) -> None:
        small = [SCENARIO[0], SCENARIO[2], SCENARIO[3], SCENARIO[5]]
        for order in permutations(small):
            assert outcome(list(order)) == ("held", 3, LAST, {1, 2}, 3)

    @settings(max_examples=60)
    @given(st.permutations(SCENARIO), st.lists(st.sampled_from([SCENARIO[1], SCENARIO[4], SCENARIO[2]])))
    def test_repeated_and_late_events_change_nothing(
        self, order: list[tuple[str, dict[str, Any]]], repeated: list[tuple[str, dict[str, Any]]]
    ) -> None:
        state, version, exporter, others, told = outcome([*order, *repeated])
        assert (state, version, exporter, others) == ("held", 3, LAST, {1, 2})
        assert told == 5 + len(repeated)

    @settings(max_examples=40)
    @given(st.permutations(CANCELLED))
    def test_a_cancelled_declaration_stays_cancelled(self, order: list[tuple[str, dict[str, Any]]]) -> None:
        assert outcome(order)[:3] == ("cancelled", 3, LAST)

    @settings(max_examples=40)
    @given(st.permutations(RELEASED))
    def test_goods_held_and_released_end_released(self, order: list[tuple[str, dict[str, Any]]]) -> None:
        assert outcome(order)[:2] == ("released", 2)


class TestReceived:
    def test_an_event_before_its_declaration_waits_for_it(self, corridor: Corridor) -> None:
        corridor.receive("declaration-event", event("amend", version=2))
        assert DeclarationEvent.objects.get().declaration is None
        corridor.receive("export-declaration", declaration())
        row = Declaration.objects.get()
        assert (row.version, row.exporter_name) == (2, "Second exporter (sample data)")
        assert row.other_versions.get().body["exporter_name"] == "First exporter (sample data)"

    def test_an_event_about_an_import_waits_for_no_export(self, corridor: Corridor) -> None:
        corridor.receive("export-declaration", declaration())
        corridor.receive("declaration-event", event("release", kind="import"))
        assert Declaration.objects.get().state == "pre-arrival-received"

    def test_the_declarants_reference_finds_the_declaration_and_the_later_number_is_learned(
        self, corridor: Corridor
    ) -> None:
        corridor.receive("export-declaration", {**declaration(), "declaration_number": "LRN-1"})
        named = {**event("accept"), "declaration_number": "26CN1", "local_reference": "LRN-1"}
        corridor.receive("declaration-event", named)
        corridor.receive("declaration-event", {**event("arrive"), "declaration_number": "26CN1"})
        row = Declaration.objects.get()
        assert (row.state, row.number, row.events.count()) == ("arrived", "LRN-1", 2)

    def test_another_content_under_a_known_version_waits_in_quarantine(self, corridor: Corridor) -> None:
        corridor.receive("export-declaration", declaration())
        corridor.receive("declaration-event", event("amend", version=2))
        other = event("amend", version=2)
        other["export_declaration"]["exporter_name"] = "Somebody else (sample data)"
        record = corridor.receive("declaration-event", other)
        assert record.effect == Effect.QUARANTINED
        assert "known here with another content" in record.effect_error
        assert Declaration.objects.get().exporter_name == "Second exporter (sample data)"

    def test_an_erased_amendment_shows_the_version_before_it(self, corridor: Corridor) -> None:
        corridor.receive("export-declaration", declaration())
        record = corridor.receive("declaration-event", event("amend", version=2))
        events.erase_event(Erasing(record.leaf, record.type, "CN-7", "cn", sent=False, ground="person"))
        row = Declaration.objects.get()
        assert (row.version, row.exporter_name, row.state) == (
            1,
            "First exporter (sample data)",
            "pre-arrival-received",
        )

    def test_an_erased_declaration_leaves_the_version_that_another_record_brought(
        self, corridor: Corridor
    ) -> None:
        record = corridor.receive("export-declaration", declaration())
        erasing = Erasing(record.leaf, record.type, "CN-7", "cn", sent=False, ground="person")
        corridor.receive("declaration-event", event("amend", version=2))
        declarations.erase_declaration(erasing)
        assert Declaration.objects.get().version == 2
        assert not Declaration.objects.get().other_versions.exists()


@pytest.fixture
def own(customs: Customs, corridor: Corridor) -> Declaration:
    """An export declaration of this node that the partner has."""
    intake = services.take_document(
        *sample_declarations(7, 1)[0], organisation=customs.organisation, actor="officer"
    )
    assert intake.declaration is not None
    services.send([intake.declaration], "cn", actor="officer")
    return intake.declaration


def entered(own: Declaration, name: str, **fields: Any) -> DeclarationEventV1:
    return DeclarationEventV1(
        declaration="export",
        declaration_number=own.number,
        event=name,  # type: ignore[arg-type]  # one of its words
        **fields,
    )


class TestOwnEvents:
    def test_the_partner_that_has_the_declaration_is_told(
        self, own: Declaration, customs: Customs, corridor: Corridor
    ) -> None:
        services.record_event(entered(own, "exit"), customs.organisation, actor="officer")
        own.refresh_from_db()
        assert own.state == "exited"
        assert [body["event"] for body in corridor.sent("declaration-event")] == ["exit"]

    def test_an_amendment_crosses_with_its_version(
        self, own: Declaration, customs: Customs, corridor: Corridor
    ) -> None:
        record = own.record
        assert isinstance(record, ExportDeclarationV1)
        newer = record.model_copy(update={"consignee_name": "New consignee (sample data)"})
        body = entered(own, "amend", version=2, export_declaration=newer)
        services.record_event(body, customs.organisation, actor="officer")
        own.refresh_from_db()
        assert (own.version, own.consignee_name, own.state) == (2, "New consignee (sample data)", "amended")
        (crossed,) = corridor.sent("declaration-event")
        assert crossed["export_declaration"]["consignee_name"] == "New consignee (sample data)"

    def test_what_happened_before_the_declaration_was_sent_follows_it(
        self, customs: Customs, corridor: Corridor
    ) -> None:
        intake = services.take_document(
            *sample_declarations(8, 1)[0], organisation=customs.organisation, actor="officer"
        )
        assert intake.declaration is not None
        services.record_event(entered(intake.declaration, "exit"), customs.organisation, actor="officer")
        assert corridor.sent("declaration-event") == []
        services.send([intake.declaration], "cn", actor="officer")
        assert [body["event"] for body in corridor.sent("declaration-event")] == ["exit"]

    def test_what_cannot_be_told_now_is_told_by_the_job(
        self, own: Declaration, customs: Customs, corridor: Corridor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_given: object) -> list[Sending]:
            raise Refused("keys.expired", "The seal ran out.")

        with monkeypatch.context() as patch:
            patch.setattr(events, "publish_thing", refuse)
            services.record_event(entered(own, "exit"), customs.organisation, actor="officer")
        assert corridor.sent("declaration-event") == []
        assert news.send_news(Steps()) == {"told": 1}
        assert news.send_news(Steps()) == {"told": 0}
        assert [body["event"] for body in corridor.sent("declaration-event")] == ["exit"]

    def test_without_an_agreement_about_events_it_is_entered_all_the_same(
        self, own: Declaration, customs: Customs
    ) -> None:
        Agreement.objects.update(state="withdrawn")
        services.record_event(entered(own, "exit"), customs.organisation, actor="officer")
        own.refresh_from_db()
        assert own.state == "exited"


class Steps:
    """Progress that nobody watches."""

    def step(self, done: int, total: int | None = None, note: str = "") -> None:
        pass


class TestResponses:
    def test_what_became_of_a_partners_goods_is_sent_back(self, corridor: Corridor) -> None:
        corridor.receive("export-declaration", declaration())
        row = Declaration.objects.get()
        services.respond(row, "arrived", actor="officer", place="Muse", import_number="MM-IM-1")
        services.respond(row, "held", actor="officer", reason="The seal is broken.")
        row.refresh_from_db()
        assert row.state == "held"
        first, second = corridor.sent("import-response")
        assert (first["outcome"], first["place"], first["import_number"]) == ("arrived", "Muse", "MM-IM-1")
        assert (second["outcome"], second["reason"]) == ("held", "The seal is broken.")

    def test_only_a_partners_export_is_answered(self, own: Declaration) -> None:
        with pytest.raises(Conflict, match="no export declaration of a partner"):
            services.respond(own, "arrived", actor="officer")

    def test_an_answer_moves_the_own_declaration_that_the_partner_has(
        self, own: Declaration, corridor: Corridor
    ) -> None:
        body = {"declaration_number": own.number, "outcome": "released", "import_number": "CN-IM-4"}
        corridor.receive("import-response", body)
        late = {"declaration_number": own.number, "outcome": "arrived"}
        corridor.receive("import-response", late)
        own.refresh_from_db()
        assert own.state == "released"
        assert list(own.events.values_list("said_by", "event")) == [("cn", "release"), ("cn", "arrive")]

    def test_an_answer_about_what_the_partner_was_not_sent_moves_nothing(
        self, customs: Customs, corridor: Corridor
    ) -> None:
        intake = services.take_document(
            *sample_declarations(9, 1)[0], organisation=customs.organisation, actor="officer"
        )
        own = intake.declaration
        assert own is not None
        before = own.state
        corridor.receive("import-response", {"declaration_number": own.number, "outcome": "released"})
        own.refresh_from_db()
        assert own.state == before
        services.send([own], "cn", actor="officer")
        own.refresh_from_db()
        assert own.state == before, "it spoke of what it could not know"


class TestImports:
    def test_an_import_declaration_stands_beside_exports(self, customs: Customs, corridor: Corridor) -> None:
        record = ImportDeclarationV1.model_validate_json(
            codec.encode(
                {
                    "declaration_number": "MM-IM-1",
                    "previous_document": "CN-7",
                    "arrival_date": "2026-03-09",
                    "items": [{"number": 1, "hs_code": "071331", "cif_value": "105"}],
                    "match": {"cif_value": "105", "currency": "USD", "incoterm": "CIF"},
                }
            )
        )
        row = versions.lodge(record, origin=Origin.OWN, organisation_id=customs.organisation.pk)
        assert (row.direction, row.previous_document, str(row.cif_value)) == ("import", "CN-7", "105")
        assert row.record == record
        assert "Arrival date" not in row.record.missing
        (sending,) = services.send([row], "cn", actor="officer")
        assert corridor.sent("import-declaration")[0]["match"]["cif_value"] == "105"
        assert sending.sent_at - clock.now() < timedelta(minutes=1)


class TestComingBack:
    """Records of this node that a partner gives back after this node lost them."""

    def restored(self, name: str, body: dict[str, Any]) -> None:
        kind = registry.record_types()[f"etrade.{name}/1"]
        record = Record(
            id=uuid4(),
            type=kind.name,
            version=1,
            sender="mm",
            receiver="cn",
            stream="mm>cn#1",
            seq=1,
            prev="",
            agreement=None,
            issued=clock.now(),
            subject="CN-7",
            body=body,
        )
        typed = registry.model_of(kind.key).model_validate_json(codec.encode(body))
        registry.resolve(kind.restored)(Received(record, typed, uuid4().hex * 2, None))

    @pytest.mark.django_db
    def test_declaration_event_and_response_are_there_again_and_not_sent_anew(self, node: str) -> None:
        self.restored("declaration-event", event("accept"))
        self.restored("export-declaration", declaration())
        own = Declaration.objects.get(origin=Origin.OWN)
        assert (own.state, own.sendings.count()) == ("accepted", 1)
        handed("export-declaration", {**declaration(), "declaration_number": "CN-8"})
        self.restored("import-response", {"declaration_number": "CN-8", "outcome": "held"})
        theirs = Declaration.objects.get(origin=Origin.PARTNER)
        assert theirs.state == "held"
        assert Sending.objects.exclude(event=None).count() == 2
