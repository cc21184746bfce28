"""The signed extract: only what changed goes out, the newest version is kept, and it answers offline."""

import threading
from datetime import date
from typing import Any

import pytest
from django.db import connection
from pydantic import ValidationError

from isthmus.accounts.models import AuditEvent
from isthmus.accounts.policy import actor_for
from isthmus.apps.excise.models import ExtractEntry, ExtractSending, Product
from isthmus.apps.excise.registry import jobs, queries
from isthmus.apps.excise.registry.records import RegistryExtractV1
from isthmus.apps.excise.registry.rules.standing import Verdict
from isthmus.apps.excise.registry.services import entries, extract, licensing
from isthmus.apps.excise.registry.services.answering import ask
from isthmus.exchange.handlers import Erasing, Received
from isthmus.exchange.models import Agreement, Direction, Record
from isthmus.exchange.services.inbox import receive
from isthmus.jobs.progress import Progress
from isthmus.kit.errors import BadInput, NotFound, Refused
from isthmus.trust.models import Partner
from isthmus.wire.record import leaf_hash
from tests.apps.excise.registry.conftest import (
    CELLAR,
    FIELDS,
    NUMBER,
    OTHER,
    START,
    Registry,
    agree,
)
from tests.foreign import ForeignNode

FOREIGN = "CN00000000017"
DAY = date(2026, 6, 1)


def statement(version: int = 1, **more: Any) -> dict[str, Any]:
    """What the partner says about one of its operators."""
    return {
        "excise_number": FOREIGN,
        "version": version,
        "country": "CN",
        "name": "Sample rice wine works",
        "kind": "producer",
        "holder": None,
        "warehouses": [],
        "state": "registered",
        "registered_on": "2026-01-01",
        "ended_on": None,
        "authorisations": [
            {
                "number": "CN-1",
                "kind": "produce",
                "product_groups": ["W"],
                "valid_from": "2026-01-01",
                "valid_until": None,
                "revoked_on": None,
                "suspensions": [],
            }
        ],
        **more,
    }


def suspended(since: str, until: str | None = None) -> list[dict[str, Any]]:
    (one,) = statement()["authorisations"]
    return [{**one, "suspensions": [{"since": since, "until": until}]}]


def arrive(cn: ForeignNode, agreement: Agreement, body: dict[str, Any]) -> str:
    token = cn.send(
        "excise.registry-extract/1", body, subject=body["excise_number"], agreement=agreement.uuid
    )
    receive(Partner.objects.get(node_id="cn"), [token])
    return leaf_hash(token).hex()


class TestOut:
    def test_each_number_is_stated_with_what_it_may_do(self, registry: Registry, extracts: Agreement):
        sent = extract.send("cn", actor="approver")
        assert [(row.excise_number, row.version) for row in sent] == [(NUMBER, 1), (CELLAR, 1), (OTHER, 1)]
        cellar = ExtractSending.objects.get(excise_number=CELLAR).body
        assert (cellar["holder"], cellar["state"], cellar["country"]) == (NUMBER, "registered", "MM")
        assert cellar["authorisations"] == [
            {
                "number": registry.licence.number,
                "kind": "produce",
                "product_groups": ["W"],
                "valid_from": "2026-01-01",
                "valid_until": None,
                "revoked_on": None,
                "suspensions": [],
            }
        ]
        winery = ExtractSending.objects.get(excise_number=NUMBER).body
        assert (winery["warehouses"], winery["authorisations"]) == ([CELLAR], [])
        rows = Record.objects.filter(type="excise.registry-extract", stream__direction=Direction.OUT)
        assert {row.subject for row in rows} == {NUMBER, CELLAR, OTHER}
        assert set(rows.values_list("leaf", flat=True)) == {row.leaf for row in sent}

    def test_only_what_changed_is_sent_again(self, registry: Registry, extracts: Agreement):
        extract.send("cn", actor="approver")
        assert extract.send("cn", actor="approver") == []
        licensing.suspend(registry.licence, DAY, actor="officer", why="Books are missing")
        (row,) = extract.send("cn", actor="approver")
        assert (row.excise_number, row.version) == (CELLAR, 2)
        assert row.body["authorisations"][0]["suspensions"] == [{"since": "2026-06-01", "until": None}]
        assert "Books are missing" not in str(row.body)

    def test_a_day_that_passes_changes_no_statement(
        self, registry: Registry, extracts: Agreement, monkeypatch: pytest.MonkeyPatch
    ):
        licensing.suspend(registry.licence, DAY, actor="officer", why="From June")
        licensing.lift(registry.licence, date(2026, 7, 1), actor="officer", why="Until July")
        extract.send("cn", actor="approver")
        assert extract.changed("cn") == []

    def test_what_ended_is_stated_with_its_last_day(self, registry: Registry, extracts: Agreement):
        entries.retire(registry.winery, DAY, actor="officer", why="Closed down")
        extract.send("cn", actor="approver")
        cellar = ExtractSending.objects.get(excise_number=CELLAR).body
        assert (cellar["state"], cellar["ended_on"]) == ("retired", "2026-06-01")
        assert cellar["authorisations"][0]["valid_until"] == "2026-06-01"
        assert ExtractSending.objects.get(excise_number=NUMBER).body["state"] == "retired"

    def test_a_closed_warehouse_is_stated_as_closed(self, registry: Registry, extracts: Agreement):
        entries.close_warehouse(registry.cellar, DAY, actor="officer", why="Moved")
        extract.send("cn", actor="approver")
        assert ExtractSending.objects.get(excise_number=CELLAR).body["state"] == "closed"

    def test_nothing_goes_without_an_agreement(self, registry: Registry, cn: ForeignNode):
        with pytest.raises(Refused) as caught:
            extract.send("cn", actor="approver")
        assert caught.value.code == "excise.extract-not-agreed"
        assert not ExtractSending.objects.exists()

    def test_a_product_alone_changes_no_statement(self, registry: Registry, extracts: Agreement):
        extract.send("cn", actor="approver")
        more = {"gtin": "96385074", "name": "Other", "hs_code": "2204", "excise_code": "W200"}
        row = Product(operator=registry.winery, abv_thousandths=1, volume_ml=1, container="Can", **more)
        entries.enter_product(row, actor="officer")
        assert extract.changed("cn") == []

    def test_the_nightly_job_brings_every_partner_up_to_date(self, registry: Registry, extracts: Agreement):
        assert jobs.send_extracts(Progress.__new__(Progress)) == {"cn": 3}
        assert AuditEvent.objects.filter(kind="excise.extract-sent", subject="cn").count() == 1

    def test_what_was_erased_by_its_age_is_stated_anew(self, registry: Registry, extracts: Agreement):
        extract.send("cn", actor="approver")
        leaf = ExtractSending.objects.get(excise_number=OTHER).leaf
        extract.erase_extract(Erasing(leaf, "excise.registry-extract/1", OTHER, "cn", True, "retention"))
        assert ExtractSending.objects.get(leaf=leaf).body == {}
        (row,) = extract.send("cn", actor="approver")
        assert (row.excise_number, row.version) == (OTHER, 2)

    def test_a_lost_statement_comes_back_with_its_version(self, registry: Registry, extracts: Agreement):
        extract.send("cn", actor="approver")
        lost = ExtractSending.objects.get(excise_number=OTHER)
        row = Record.objects.get(leaf=lost.leaf)
        kept = RegistryExtractV1.model_validate(lost.body)
        lost.delete()
        envelope = _Envelope("mm", "cn", row.issued)
        extract.restore_extract(Received(envelope, kept, row.leaf, None))  # type: ignore[arg-type]  all it reads
        assert extract.changed("cn") == []
        extract.take_number(row.leaf, "f" * 64)
        assert ExtractSending.objects.get(excise_number=OTHER).leaf == "f" * 64

    def test_an_officer_sees_samples_before_an_agreement(self, registry: Registry):
        (first, *_others) = queries.extract_samples(actor_for(registry.people.officer))
        assert RegistryExtractV1.model_validate(first.body).version == 1
        own = queries.extract_samples(actor_for(registry.people.distiller))
        assert {one.title for one in own} == {NUMBER, CELLAR}


class _Envelope:
    def __init__(self, sender: str, receiver: str, issued: object) -> None:
        self.sender, self.receiver, self.issued = sender, receiver, issued


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_state_each_number_once(registry: Registry, extracts: Agreement):
    gate, faults = threading.Barrier(2), []

    def go() -> None:
        try:
            gate.wait(10)
            extract.send("cn", actor="approver")
        except Exception as error:  # noqa: BLE001  told below, in the thread of the test
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert faults == []
    assert sorted(ExtractSending.objects.values_list("excise_number", "version")) == sorted(
        [(NUMBER, 1), (CELLAR, 1), (OTHER, 1)]
    )


class TestIn:
    def test_the_newest_version_replaces_what_was_known(self, cn: ForeignNode, extracts: Agreement):
        arrive(cn, extracts, statement())
        leaf = arrive(cn, extracts, statement(2, authorisations=suspended("2026-05-01", "2026-07-31")))
        row = ExtractEntry.objects.get()
        assert (row.partner, row.version, row.leaf) == ("cn", 2, leaf)
        answer = ask(FOREIGN, "W200", DAY)
        assert answer.judged is not None
        assert answer.judged.verdict is Verdict.SUSPENDED
        assert answer.facts()["version"] == 2
        assert answer.facts()["leaf"] == leaf
        assert ask(FOREIGN, "W200", date(2026, 8, 1)).authorised
        assert not ask(FOREIGN, "B000", date(2026, 8, 1)).authorised

    def test_an_older_version_changes_nothing(self, cn: ForeignNode, extracts: Agreement):
        arrive(cn, extracts, statement(3))
        arrive(cn, extracts, statement(2, authorisations=[]))
        assert ExtractEntry.objects.get().version == 3
        assert ask(FOREIGN, "W200", DAY).authorised

    def test_a_number_of_another_country_is_passed_over(self, cn: ForeignNode, extracts: Agreement):
        arrive(cn, extracts, statement(excise_number="MD00000000017"))
        assert not ExtractEntry.objects.exists()
        assert AuditEvent.objects.filter(kind="excise.extract-foreign", subject="MD00000000017").exists()

    def test_what_an_agreement_withholds_is_no_answer(self, cn: ForeignNode):
        agreement = agree(cn, sorted(set(FIELDS) - {"authorisations"}))
        body = {name: value for name, value in statement().items() if name != "authorisations"}
        arrive(cn, agreement, body)
        answer = ask(FOREIGN, "W200", DAY)
        assert (answer.judged, answer.authorised, answer.facts()["verdict"]) == (None, False, "not-stated")

    def test_what_was_erased_answers_nothing(self, cn: ForeignNode, extracts: Agreement):
        leaf = arrive(cn, extracts, statement())
        extract.erase_extract(Erasing(leaf, "excise.registry-extract/1", FOREIGN, "cn", False, "order"))
        with pytest.raises(NotFound):
            ask(FOREIGN, "W200", DAY)

    def test_revoked_and_ended_answer_by_their_days(self, cn: ForeignNode, extracts: Agreement):
        (one,) = statement()["authorisations"]
        ends = {"revoked_on": "2026-06-01", "valid_until": "2026-12-31"}
        arrive(cn, extracts, statement(authorisations=[{**one, **ends}]))
        assert ask(FOREIGN, "W200", date(2026, 5, 31)).authorised
        assert ask(FOREIGN, "W200", DAY).facts()["verdict"] == "revoked"
        assert ask(FOREIGN, "W200", date(2025, 12, 31)).facts()["verdict"] == "not-yet"


class TestOwn:
    def test_a_number_of_this_country_is_answered_by_the_registry(self, registry: Registry):
        answer = ask(CELLAR, "W200", DAY)
        assert (answer.authorised, answer.entry) == (True, None)
        assert ask(OTHER, "W200", DAY).facts()["verdict"] == "none"
        assert ask(CELLAR, "W200", date(START.year - 1, 1, 1)).facts()["verdict"] == "not-yet"

    def test_what_cannot_be_a_number_or_code_is_named(self, db: None):
        with pytest.raises(BadInput) as caught:
            ask("MD17", "wine", DAY)
        assert [fault.where for fault in caught.value.faults] == ["number", "product"]
        with pytest.raises(NotFound):
            ask("MM99999999999", "W200", DAY)


@pytest.mark.parametrize(
    "change",
    [
        {"excise_number": "CN17"},
        {"version": 0},
        {"kind": "smuggler"},
        {"state": "asleep"},
        {"registered_on": "2026-02-30"},
        {"name": " "},
        {"colour": "red"},
        {"authorisations": [{"number": "1"}]},
        {"authorisations": [{**statement()["authorisations"][0], "product_groups": ["wine"]}]},
    ],
)
def test_what_is_out_of_form_is_refused(change: dict[str, Any]):
    with pytest.raises(ValidationError):
        RegistryExtractV1.model_validate({**statement(), **change})


def test_a_number_and_a_version_suffice():
    record = RegistryExtractV1.model_validate({"excise_number": FOREIGN, "version": 1})
    assert record.authorisations is None
