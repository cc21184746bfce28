"""Who may call the API, how often, and what is noted about those who may not."""

from datetime import timedelta

import pytest

from isthmus.accounts import api
from isthmus.accounts.models import ApiToken, AuditEvent, Role
from isthmus.accounts.patience import Patience
from isthmus.accounts.services import revoke_token
from isthmus.accounts.throttle import Throttle
from isthmus.kit import clock
from tests.api_client import ROOT, Program, organisation, program, secret_for

PROBLEM = "application/problem+json"


class TestToken:
    def test_a_valid_token_is_let_in(self, customs: Program) -> None:
        assert customs.get("/streams").status_code == 200

    @pytest.mark.parametrize(
        "header",
        ["", "Basic eDp5", "Bearer", "Bearer ", "Bearer ist_unknown", "Bearer something", "Bearer ist_é"],
    )
    def test_anything_else_is_asked_for_one(self, customs: Program, header: str) -> None:
        response = customs.client.get(ROOT + "/streams", headers={"Authorization": header})
        assert response.status_code == 401
        assert response["WWW-Authenticate"].startswith("Bearer")
        assert response["Content-Type"] == PROBLEM
        assert response.json()["next_step"]

    def test_an_expired_token_is_refused_and_noted(self, customs: Program) -> None:
        ApiToken.objects.update(expires=clock.now() - timedelta(seconds=1))
        assert customs.get("/streams").status_code == 401
        event = AuditEvent.objects.get(kind="accounts.token.refused")
        assert event.actor == "token customs officer"
        assert (event.detail["why"], event.detail["address"]) == ("expired", "127.0.0.1")

    def test_a_revoked_token_is_refused_and_noted(self, customs: Program) -> None:
        revoke_token(ApiToken.objects.get(), actor="test")
        assert customs.get("/streams").status_code == 401
        assert AuditEvent.objects.get(kind="accounts.token.refused").detail["why"] == "revoked"

    def test_an_unknown_token_is_noted_without_its_secret(self, node: str) -> None:
        assert Program("ist_guessed").get("/streams/x%00y").status_code == 401
        event = AuditEvent.objects.get(kind="accounts.token.refused")
        assert event.actor == "unknown token"
        assert "guessed" not in f"{event.subject}{event.detail}"

    def test_a_token_of_a_closed_organisation_may_do_nothing(self, customs: Program) -> None:
        organisation("customs").__class__.objects.update(active=False)
        response = customs.get("/streams")
        assert (response.status_code, response.json()["code"]) == (403, "access.refused")

    def test_its_use_is_written_at_most_once_a_minute(self, customs: Program) -> None:
        customs.get("/streams")
        first = ApiToken.objects.get().last_used
        assert first is not None
        customs.get("/streams")
        assert ApiToken.objects.get().last_used == first
        earlier = first - timedelta(seconds=61)
        ApiToken.objects.update(last_used=earlier)
        customs.get("/streams")
        assert ApiToken.objects.get().last_used > earlier


class TestThrottle:
    def test_too_many_requests_are_told_when_to_come_back(
        self, customs: Program, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(api, "REQUESTS", Throttle(burst=2, per_minute=6, read_clock=lambda: 0.0))
        answers = [customs.get("/streams") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert answers[-1]["Retry-After"] == "10"
        assert answers[-1].json()["code"] == "accounts.too-many-requests"

    def test_each_token_has_its_own_permits(self, customs: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(api, "REQUESTS", Throttle(burst=1, per_minute=1, read_clock=lambda: 0.0))
        assert customs.get("/streams").status_code == 200
        assert program("agriculture").get("/streams").status_code == 200

    def test_wrong_tokens_cannot_fill_the_list_of_events(
        self, customs: Program, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(api, "TOKENS", Patience(free=3, first=60, longest=60, forget=60))
        answers = [Program(f"ist_{n}").get("/streams").status_code for n in range(6)]
        assert answers == [401, 401, 401, 429, 429, 429]
        assert AuditEvent.objects.filter(kind="accounts.token.refused").count() == 3
        assert customs.get("/streams").status_code == 200


class TestRoles:
    @pytest.mark.parametrize("role", [Role.OFFICER, Role.OPERATOR, Role.AUDITOR])
    @pytest.mark.parametrize(
        "path",
        [
            "/records",
            "/streams",
            "/receipts",
            "/agreements",
            "/checkpoints",
            "/record-types",
            "/etrade/declarations",
        ],
    )
    def test_every_role_may_read_the_lists(self, node: str, role: Role, path: str) -> None:
        assert program("customs", role).get(path).status_code == 200

    def test_an_auditor_may_not_publish_and_the_try_is_noted(self, node: str) -> None:
        response = program("customs", Role.AUDITOR).post(
            "/records", {"type": "a.b/1", "subject": "1", "body": {}, "to": ["cn"]}
        )
        assert (response.status_code, response.json()["code"]) == (403, "access.refused")
        assert AuditEvent.objects.get(kind="access.refused").detail == {"action": "exchange.record.publish"}

    def test_an_operator_may_not_hand_in_documents(self, node: str) -> None:
        reader = program("customs", Role.OPERATOR)
        response = reader.post("/etrade/documents", b"<x/>", content_type="application/xml")
        assert response.status_code == 403

    def test_a_signed_in_officer_is_not_a_program(self, node: str) -> None:
        """A page of another site could make a browser send the cookie; it cannot send the token."""
        from isthmus.accounts.services import invite

        officer = invite("a@example.org", "A", organisation("customs"), Role.OFFICER, actor="test")
        visitor = Program()
        visitor.client.force_login(officer)
        assert visitor.get("/streams").status_code == 401

    def test_a_secret_is_looked_up_by_its_digest_alone(self, node: str) -> None:
        secret = secret_for("customs")
        assert not ApiToken.objects.filter(digest__contains=secret[4:]).exists()
