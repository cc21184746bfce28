"""Reading records: filters, pages, visibility, and the texts that prove them."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from isthmus.accounts.models import Role
from isthmus.exchange import tokens
from isthmus.exchange.models import Checkpoint, Record
from isthmus.exchange.services.countersignatures import countersign
from isthmus.kit import clock
from isthmus.wire import merkle
from isthmus.wire.checkpoint import read_checkpoint
from isthmus.wire.receipt import read_receipt
from isthmus.wire.record import leaf_hash, read_record
from tests.api_client import Program, program, publication
from tests.texts import alter_text


def subjects(response: Any) -> list[str]:
    assert response.status_code == 200, response.json()
    return [item["subject"] for item in response.json()["items"]]


class TestList:
    def test_newest_first_without_what_belongs_to_the_node_alone(
        self, customs: Program, sent: Record
    ) -> None:
        assert subjects(customs.get("/records")) == ["CN-1", "EX-3", "EX-2", "EX-1"]

    @pytest.mark.parametrize(
        ("filters", "expected"),
        [
            ({"direction": "in"}, ["CN-1"]),
            ({"direction": "out"}, ["EX-3", "EX-2", "EX-1"]),
            ({"partner": "cn"}, ["CN-1", "EX-3", "EX-2", "EX-1"]),
            ({"partner": "md"}, []),
            ({"type": "etrade.export-declaration/1"}, ["CN-1", "EX-3", "EX-2", "EX-1"]),
            ({"type": "etrade.export-declaration/2"}, []),
            ({"verdict": "waiting"}, ["EX-3"]),
            ({"verdict": "accepted", "direction": "out"}, ["EX-2", "EX-1"]),
            ({"effect": "applied"}, ["CN-1"]),
            ({"subject": "EX-2"}, ["EX-2"]),
        ],
    )
    def test_filters_narrow_it(
        self, customs: Program, sent: Record, filters: dict[str, str], expected: list[str]
    ) -> None:
        assert subjects(customs.get("/records", **filters)) == expected

    def test_times_are_half_open(self, customs: Program, sent: Record) -> None:
        moment = clock.to_text(sent.stored_at)
        assert subjects(customs.get("/records", since=moment)) == ["CN-1", "EX-3", "EX-2"]
        assert subjects(customs.get("/records", until=moment)) == ["EX-1"]

    @pytest.mark.parametrize(
        ("parameters", "where"),
        [
            ({"limit": "101"}, "limit"),
            ({"limit": "0"}, "limit"),
            ({"limit": "9" * 400}, "limit"),
            ({"limit": "1_0"}, "limit"),
            ({"direction": "up"}, "direction"),
            ({"since": "2026-01-01"}, "since"),
            ({"since": "2026-01-01T00:00:00+01:00"}, "since"),
            ({"subject": "a\0b"}, "subject"),
            ({"type": "etrade.export-declaration/99999999999999999999"}, "type"),
            ({"cursor": "!"}, "cursor"),
            ({"cursor": "AAAA"}, "cursor"),
            ({"cursor": "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"}, "cursor"),
            ({"dirction": "in"}, "dirction"),
        ],
    )
    def test_a_wrong_parameter_is_named(
        self, customs: Program, parameters: dict[str, str], where: str
    ) -> None:
        response = customs.get("/records", **parameters)
        assert response.status_code == 422
        assert [fault["where"] for fault in response.json()["faults"]] == [where]

    def test_a_misspelt_filter_is_answered_with_the_likely_one(self, customs: Program) -> None:
        assert "direction" in customs.get("/records", dirction="in").json()["detail"]

    def test_pages_hold_everything_once_although_records_arrive_meanwhile(
        self, customs: Program, sent: Record
    ) -> None:
        first = customs.get("/records", limit=2).json()
        assert customs.post("/records", publication("EX-9"), key="EX-9").status_code == 201
        second = customs.get("/records", limit=2, cursor=first["next"]).json()
        assert subjects(customs.get("/records", limit=2))[0] == "EX-9"
        found = [item["subject"] for item in first["items"] + second["items"]]
        assert (found, second["next"]) == (["CN-1", "EX-3", "EX-2", "EX-1"], None)

    def test_it_takes_as_many_queries_for_a_hundred_as_for_one(self, customs: Program, sent: Record) -> None:
        def count(limit: int) -> int:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert customs.get("/records", limit=limit).status_code == 200
            return len(queries)

        count(1)  # the first use of a token is written
        assert count(1) == count(100)


class TestVisibility:
    def test_another_organisation_sees_nothing_of_it(self, sent: Record) -> None:
        stranger = program("agriculture")
        assert subjects(stranger.get("/records")) == []
        for part in ("", "/token", "/receipt", "/verification", "/proof"):
            response = stranger.get(f"/records/{sent.leaf}{part}")
            assert (response.status_code, response.json()["code"]) == (404, "exchange.no-record")

    @pytest.mark.parametrize("role", [Role.OPERATOR, Role.AUDITOR])
    def test_operators_and_auditors_see_all_records_of_the_node(self, sent: Record, role: Role) -> None:
        found = subjects(program("secretariat", role).get("/records"))
        assert {"CN-1", "EX-1", "EX-2", "EX-3"} < set(found)


class TestOne:
    def test_it_shows_columns_and_body(self, customs: Program, sent: Record) -> None:
        found = customs.get(f"/records/{sent.leaf}").json()
        assert (found["sender"], found["receiver"], found["organisation"]) == ("mm", "cn", "customs")
        assert found["body"]["declaration_number"] == "EX-2"
        assert found["withheld"] == ["exporter_name", "match.fob_value"]
        assert found["issued"].endswith("Z")
        assert found["body"]["match"] == {"net_kg": "24000"}

    def test_it_says_who_has_countersigned_it_with_what_words(self, customs: Program, sent: Record) -> None:
        row = Record.objects.get(subject="CN-1")
        assert customs.get(f"/records/{row.leaf}").json()["countersignature"] is None
        made = countersign(row, "We take it", actor="officer")
        assert customs.get(f"/records/{row.leaf}").json()["countersignature"] == {
            "by": "mm",
            "words": "We take it",
            "leaf": made.leaf,
            "issued": clock.to_text(made.issued),
        }

    def test_the_token_is_the_exact_signed_text(self, customs: Program, sent: Record) -> None:
        response = customs.get(f"/records/{sent.leaf}/token")
        assert response["Content-Type"] == "application/jose"
        text = response.content.decode()
        assert leaf_hash(text).hex() == sent.leaf
        assert read_record(text)[1].subject == "EX-2"

    def test_the_receipt_is_the_partners(self, customs: Program, sent: Record) -> None:
        response = customs.get(f"/records/{sent.leaf}/receipt")
        _unverified, receipt = read_receipt(response.content.decode())
        assert (receipt.sender, sent.leaf in {verdict.leaf for verdict in receipt.verdicts}) == ("cn", True)

    def test_a_record_that_waits_has_none_yet(self, customs: Program, sent: Record) -> None:
        waiting = Record.objects.get(subject="EX-3")
        response = customs.get(f"/records/{waiting.leaf}/receipt")
        assert (response.status_code, response.json()["code"]) == (404, "exchange.no-receipt")

    def test_verification_answers_every_check(self, customs: Program, sent: Record) -> None:
        found = customs.get(f"/records/{sent.leaf}/verification").json()
        assert found["ok"] is True
        assert len(found["checks"]) == 5

    def test_verification_names_a_changed_text(self, customs: Program, sent: Record) -> None:
        alter_text(sent.leaf)
        found = customs.get(f"/records/{sent.leaf}/verification").json()
        assert found["ok"] is False
        assert [check["ok"] for check in found["checks"]][:2] == [False, False]

    def test_an_erased_text_leaves_the_columns(self, customs: Program, sent: Record) -> None:
        tokens.erase([sent.leaf])
        assert customs.get(f"/records/{sent.leaf}").json()["body"] is None
        assert customs.get(f"/records/{sent.leaf}/token").json()["code"] == "exchange.no-text"

    def test_the_proof_leads_to_the_root_that_the_checkpoint_signs(
        self, customs: Program, sent: Record
    ) -> None:
        found = customs.get(f"/records/{sent.leaf}/proof").json()
        head = read_checkpoint(found["checkpoint"])
        assert (head.size, head.root.hex()) == (found["size"], found["root"])
        path = [bytes.fromhex(part) for part in found["path"]]
        leaf = bytes.fromhex(sent.leaf)
        assert merkle.verify_inclusion(leaf, found["index"], found["size"], path, head.root)
        assert not merkle.verify_inclusion(leaf, found["index"] + 1, found["size"], path, head.root)

    def test_a_proof_without_checkpoint_stands_in_the_present_log(
        self, customs: Program, sent: Record
    ) -> None:
        Checkpoint.objects.all().delete()
        found = customs.get(f"/records/{sent.leaf}/proof").json()
        path = [bytes.fromhex(part) for part in found["path"]]
        root = bytes.fromhex(found["root"])
        assert found["checkpoint"] is None
        assert merkle.verify_inclusion(bytes.fromhex(sent.leaf), found["index"], found["size"], path, root)

    def test_an_unknown_leaf_is_not_found(self, customs: Program) -> None:
        assert customs.get(f"/records/{'0' * 64}").status_code == 404
        assert customs.get("/records/zz").json()["faults"][0]["where"] == "leaf"

    def test_stored_times_are_written_as_moments_in_utc(self, customs: Program, sent: Record) -> None:
        found = customs.get(f"/records/{sent.leaf}").json()
        assert abs(clock.from_text(found["stored_at"]) - sent.stored_at) < timedelta(milliseconds=1)
