"""Streams, receipts, agreements, checkpoints, record types, and what no route answers."""

from uuid import uuid4

import pytest
from django.db import OperationalError

from isthmus.exchange.api import streams
from isthmus.exchange.models import Agreement, Checkpoint, LogHead, Receipt, Record
from isthmus.wire import merkle
from tests.api_client import ROOT, Program, stream_path


class TestStreams:
    def test_both_directions_are_listed_with_what_waits(self, customs: Program, sent: Record) -> None:
        incoming, outgoing = customs.get("/streams").json()["items"]
        assert (incoming["name"], incoming["direction"], incoming["waiting"]) == ("cn>mm#1", "in", 0)
        assert (outgoing["name"], outgoing["partner"], outgoing["state"]) == ("mm>cn#1", "cn", "open")
        assert (outgoing["last_seq"], outgoing["settled_seq"], outgoing["waiting"]) == (4, 3, 1)

    def test_one_is_read_by_its_name(self, customs: Program, sent: Record) -> None:
        assert customs.get(stream_path("mm>cn#1")).json()["last_seq"] == 4
        assert customs.get(stream_path("mm>md#1")).json()["code"] == "exchange.no-stream"
        assert customs.get(stream_path("a\0b")).status_code == 422


class TestReceipts:
    def test_given_and_obtained_ones_are_told_apart(self, customs: Program, sent: Record) -> None:
        obtained = customs.get("/receipts", direction="out").json()["items"]
        assert [(found["sender"], found["from_seq"], found["to_seq"]) for found in obtained] == [("cn", 1, 3)]
        given = customs.get("/receipts", direction="in", partner="cn").json()["items"]
        assert {found["sender"] for found in given} == {"mm"}
        assert Receipt.objects.filter(leaf=obtained[0]["leaf"]).exists()


class TestAgreements:
    def test_the_list_names_the_parties_and_their_answers(self, customs: Program, agreed: Agreement) -> None:
        (found,) = customs.get("/agreements", state="in-force").json()["items"]
        assert [(party["node"], party["decision"]) for party in found["parties"]] == [
            ("cn", "signed"),
            ("mm", "signed"),
        ]
        assert customs.get("/agreements", state="declined").json()["items"] == []

    def test_one_is_read_with_its_terms(self, customs: Program, agreed: Agreement) -> None:
        found = customs.get(f"/agreements/{agreed.uuid}").json()
        assert (found["purpose"], len(found["grants"])) == (agreed.content.purpose, 2)
        assert found["grants"][0]["fields"] == list(agreed.content.grants[0].fields)

    def test_an_unknown_one_is_not_found(self, customs: Program) -> None:
        assert customs.get(f"/agreements/{uuid4()}").json()["code"] == "exchange.no-agreement"
        assert customs.get("/agreements/17").status_code == 422


class TestLog:
    def test_the_newest_checkpoint_is_this_nodes_own(self, customs: Program, sent: Record) -> None:
        found = customs.get("/checkpoints/latest").json()
        assert found["node"] == "mm"
        assert found["size"] == LogHead.objects.get().size
        assert Checkpoint.objects.get(note=found["note"]).root == found["root"]

    def test_a_log_without_checkpoint_says_so(self, customs: Program) -> None:
        assert customs.get("/checkpoints/latest").json()["code"] == "exchange.no-checkpoint"

    def test_partners_heads_are_listed_too(self, customs: Program, sent: Record) -> None:
        found = customs.get("/checkpoints", node="cn").json()["items"]
        assert [head["node"] for head in found] == ["cn"]
        assert {head["node"] for head in customs.get("/checkpoints").json()["items"]} == {"cn", "mm"}

    def test_growth_is_proved(self, customs: Program, sent: Record) -> None:
        size = LogHead.objects.get().size
        found = customs.get("/log/consistency", old=3, new=size).json()
        path = [bytes.fromhex(part) for part in found["path"]]
        roots = bytes.fromhex(found["old_root"]), bytes.fromhex(found["new_root"])
        assert merkle.verify_consistency(3, roots[0], size, roots[1], path)
        assert not merkle.verify_consistency(3, roots[1], size, roots[1], path)

    def test_sizes_that_the_log_never_had_are_named(self, customs: Program, sent: Record) -> None:
        for old, new, where in [(0, 1, "old"), (3, 2, "old"), (1, 10_000, "new"), (1, 2**70, "new")]:
            response = customs.get("/log/consistency", old=old, new=new)
            assert response.status_code == 422
            assert [fault["where"] for fault in response.json()["faults"]] == [where]


class TestRecordTypes:
    def test_the_exchanges_own_are_marked(self, customs: Program) -> None:
        found = {kind["key"]: kind["control"] for kind in customs.get("/record-types").json()["items"]}
        assert found["exchange.agreement/1"] is True
        assert found["etrade.export-declaration/1"] is False

    def test_the_schema_is_the_one_that_bodies_are_checked_with(self, customs: Program) -> None:
        schema = customs.get("/record-types/etrade.export-declaration/1/schema").json()
        assert "declaration_number" in schema["required"]
        assert schema["additionalProperties"] is False

    def test_an_unknown_type_is_not_found(self, customs: Program) -> None:
        response = customs.get("/record-types/etrade.unheard-of/1/schema")
        assert (response.status_code, response.json()["code"]) == (404, "exchange.unknown-type")


class TestProblems:
    @pytest.mark.parametrize("path", ["/nothing", "/records/", "/", "/streams/a/b"])
    def test_an_address_that_is_not_there(self, customs: Program, path: str) -> None:
        response = customs.get(path)
        assert (response.status_code, response.json()["code"]) == (404, "api.no-such-address")
        assert response["Content-Type"] == "application/problem+json"

    @pytest.mark.parametrize(("path", "allowed"), [("/streams", "GET"), ("/records", "GET, POST")])
    def test_a_method_that_is_not_there(self, customs: Program, path: str, allowed: str) -> None:
        response = customs.client.delete(ROOT + path, headers=customs.headers)
        assert (response.status_code, response["Allow"], response.json()["code"]) == (
            405,
            allowed,
            "api.method",
        )

    def test_a_fault_of_ours_shows_no_traceback(
        self, customs: Program, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def broken(*_arguments: object) -> None:
            raise RuntimeError("secret detail")

        monkeypatch.setattr(streams, "require", broken)
        response = customs.get("/streams")
        assert (response.status_code, response.json()["code"]) == (500, "api.fault")
        assert "secret" not in response.content.decode()
        assert "secret detail" in caplog.text

    def test_a_database_that_is_away_is_asked_again_later(
        self, customs: Program, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def away(*_arguments: object) -> None:
            raise OperationalError("disk full")

        monkeypatch.setattr(streams, "require", away)
        response = customs.get("/streams")
        assert (response.status_code, response.json()["code"]) == (503, "api.unavailable")

    def test_answers_are_not_kept_by_caches(self, customs: Program) -> None:
        assert customs.get("/streams")["Cache-Control"] == "no-store"
