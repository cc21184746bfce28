"""Publishing by a program: once, whole, and only what is agreed."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from isthmus.accounts.models import AuditEvent, Role
from isthmus.exchange import tokens
from isthmus.exchange.models import Agreement, KeptAnswer, LogEntry, Record
from isthmus.exchange.services.idempotency import KEPT_FOR, prune
from isthmus.jobs.models import Job
from isthmus.jobs.progress import Progress
from isthmus.kit import clock
from isthmus.wire.record import read_record
from tests.api_client import Program, program, publication
from tests.foreign import ForeignNode


def running_job(kind: str) -> Progress:
    """What the worker hands to a handler."""
    moment = clock.now()
    job = Job.objects.create(
        id=uuid4(),
        kind=kind,
        state="running",
        attempts=1,
        run_at=moment,
        lease_until=moment + timedelta(minutes=2),
        worker="test",
    )
    return Progress(job.pk, 1, 120)


def published() -> list[str]:
    return list(
        Record.objects.filter(type="etrade.export-declaration")
        .order_by("id")
        .values_list("subject", flat=True)
    )


class TestBody:
    @pytest.mark.parametrize(
        ("raw", "status", "code"),
        [
            (b"", 422, "api.invalid"),
            (b"{", 400, "wire.codec.syntax"),
            (b"[]", 422, "api.invalid"),
            (b"\xff", 400, "wire.codec.utf8"),
            (b'{"subject": 1, "subject": 2}', 400, "wire.codec.duplicate"),
            (b'{"subject": "a\\u0000"}', 400, "wire.codec.nul"),
            (b'{"subject": "\\ud800"}', 400, "wire.codec.surrogate"),
            (b'{"subject": 1.5}', 400, "wire.codec.float"),
            (b'{"subject": NaN}', 400, "wire.codec.constant"),
            (b'{"subject": ' + b"9" * 5000 + b"}", 400, "wire.codec.integer"),
            (b"[" * 5000 + b"]" * 5000, 400, "wire.codec.depth"),
            (b'"' + b"a" * 1_100_000 + b'"', 413, "wire.codec.size"),
            (b"a" * 9_500_000, 413, "api.too-large"),
        ],
    )
    def test_hostile_bodies_are_refused_by_name(
        self, customs: Program, raw: bytes, status: int, code: str
    ) -> None:
        response = customs.post("/records", raw, key="k")
        assert (response.status_code, response.json()["code"]) == (status, code)

    @pytest.mark.parametrize(
        "media", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""]
    )
    def test_another_kind_of_body_is_refused(self, customs: Program, media: str) -> None:
        response = customs.post("/records", json.dumps(publication()), key="k", content_type=media)
        assert (response.status_code, response.json()["code"]) == (415, "api.media-type")


@pytest.mark.usefixtures("agreed")
class TestPublish:
    def test_the_record_is_signed_for_the_tokens_organisation(self, customs: Program) -> None:
        response = customs.post("/records", publication("EX-1"), key="one")
        assert response.status_code == 201
        (shown,) = response.json()["records"]
        assert (shown["subject"], shown["organisation"], shown["verdict"]) == ("EX-1", "customs", "waiting")
        row = Record.objects.get(leaf=shown["leaf"])
        assert read_record(tokens.text_of(row.leaf) or "")[1].body["match"] == {"net_kg": "24000"}
        assert AuditEvent.objects.filter(kind="exchange.record-published", subject="EX-1").count() == 1

    def test_an_operators_token_may_publish(self, node: str) -> None:
        assert program("customs", Role.OPERATOR).post("/records", publication(), key="k").status_code == 201

    def test_without_a_key_nothing_is_published(self, customs: Program) -> None:
        response = customs.post("/records", publication())
        assert (response.status_code, response.json()["code"]) == (400, "api.no-idempotency-key")
        assert published() == []

    @pytest.mark.parametrize(
        ("changes", "status", "code"),
        [
            ({"to": ["md"]}, 403, "exchange.no-partner"),
            ({"to": ["cn", "md"]}, 403, "exchange.no-partner"),
            ({"type": "etrade.unheard-of/1"}, 422, "exchange.unknown-type"),
            ({"type": "exchange.agreement/1"}, 403, "exchange.control-type"),
            ({"to": []}, 422, "api.invalid"),
            ({"to": ["cn", "cn"]}, 422, "api.invalid"),
            ({"to": "cn"}, 422, "api.invalid"),
            ({"subject": ""}, 422, "api.invalid"),
            ({"dry_run": "yes"}, 422, "api.invalid"),
            ({"surprise": 1}, 422, "api.invalid"),
            ({"body": {"declaration_number": "X"}}, 422, "exchange.schema"),
        ],
    )
    def test_what_cannot_be_published_leaves_no_trace(
        self, customs: Program, changes: dict[str, Any], status: int, code: str
    ) -> None:
        size = LogEntry.objects.count()
        response = customs.post("/records", publication(**changes), key="k")
        assert (response.status_code, response.json()["code"]) == (status, code)
        assert (published(), KeptAnswer.objects.count(), LogEntry.objects.count()) == ([], 0, size)

    def test_every_fault_of_the_body_is_named_by_its_place(self, customs: Program) -> None:
        body = {"declaration_number": "X", "items": [{"number": 0, "net_kg": 3}], "surprise": "x"}
        faults = customs.post("/records", publication(body=body), key="k").json()["faults"]
        assert [(fault["where"], fault["message"]) for fault in faults] == [
            ("body.items.0.number", "must be at least 1"),
            ("body.items.0.net_kg", "must be a text"),
            ("body.surprise", "is not a field of this input"),
        ]


@pytest.mark.usefixtures("agreed")
class TestIdempotency:
    def test_the_same_request_again_gets_the_same_answer_and_does_nothing(self, customs: Program) -> None:
        first = customs.post("/records", publication(), key="k")
        again = customs.post("/records", publication(), key="k")
        assert again.json() == first.json()
        assert (again.status_code, again["Idempotency-Replayed"]) == (201, "true")
        assert "Idempotency-Replayed" not in first
        assert published() == ["EX-1"]

    def test_the_order_of_members_does_not_matter(self, customs: Program) -> None:
        customs.post("/records", publication(), key="k")
        turned = dict(reversed(publication().items()))
        assert customs.post("/records", turned, key="k").status_code == 201
        assert published() == ["EX-1"]

    def test_another_request_under_the_key_is_a_conflict(self, customs: Program) -> None:
        customs.post("/records", publication("EX-1"), key="k")
        response = customs.post("/records", publication("EX-2"), key="k")
        assert (response.status_code, response.json()["code"]) == (409, "api.idempotency-key")
        assert published() == ["EX-1"]

    def test_another_organisation_has_keys_of_its_own(self, customs: Program) -> None:
        customs.post("/records", publication("EX-1"), key="k")
        assert program("agriculture").post("/records", publication("EX-2"), key="k").status_code == 201
        assert published() == ["EX-1", "EX-2"]

    def test_a_refused_request_may_be_corrected_under_its_key(self, customs: Program) -> None:
        assert customs.post("/records", publication(to=["md"]), key="k").status_code == 403
        assert customs.post("/records", publication(), key="k").status_code == 201

    @pytest.mark.parametrize("key", ["é", "a b", "x" * 201])
    def test_a_key_is_visible_ascii(self, customs: Program, key: str) -> None:
        response = customs.post("/records", publication(), key=key)
        assert response.status_code == 422
        assert response.json()["faults"][0]["where"] == "Idempotency-Key"

    def test_old_answers_are_forgotten_by_the_job(self, customs: Program) -> None:
        for key in ("old", "young"):
            customs.post("/records", publication(key), key=key)
        KeptAnswer.objects.filter(key="old").update(given_at=clock.now() - KEPT_FOR - timedelta(seconds=1))
        assert prune(running_job("exchange.answers-prune")) == {"pruned": 1}
        assert [kept.key for kept in KeptAnswer.objects.all()] == ["young"]

    def test_the_job_is_scheduled(self) -> None:
        from isthmus.jobs.registry import handler_of, kind_of

        kind = kind_of("exchange.answers-prune")
        assert handler_of(kind) is prune
        assert kind.schedule is not None


@pytest.mark.usefixtures("agreed")
class TestDryRun:
    def test_it_says_what_each_receiver_would_get(self, customs: Program, agreed: Agreement) -> None:
        size = LogEntry.objects.count()
        response = customs.post("/records", publication(to=["cn", "md"], dry_run=True))
        assert response.status_code == 200
        there, stranger = response.json()["passages"]
        assert (there["to"], there["crosses"], there["agreement"]) == ("cn", True, str(agreed.uuid))
        assert there["withheld"] == ["exporter_name", "match.fob_value"]
        assert there["body"]["match"] == {"net_kg": "24000"}
        assert (stranger["crosses"], stranger["body"]) == (False, None)
        assert "not a confirmed partner" in stranger["problem"]
        assert (published(), LogEntry.objects.count(), KeptAnswer.objects.count()) == ([], size, 0)

    def test_it_says_that_no_agreement_lets_it_cross(self, customs: Program) -> None:
        Agreement.objects.update(state="withdrawn")
        (passage,) = customs.post("/records", publication(dry_run=True)).json()["passages"]
        assert "No agreement in force" in passage["problem"]

    def test_it_promises_exactly_what_is_sent(self, customs: Program, cn: ForeignNode) -> None:
        (promised,) = customs.post("/records", publication(dry_run=True)).json()["passages"]
        (made,) = customs.post("/records", publication(), key="k").json()["records"]
        sent = customs.get(f"/records/{made['leaf']}").json()
        assert (sent["body"], sent["withheld"]) == (promised["body"], promised["withheld"])
