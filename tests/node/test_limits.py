"""What is refused before it is read, and how many pages one caller may ask for."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from isthmus.accounts.throttle import Throttle
from isthmus.kit.limits import FORM_BYTES, most_bytes_of, takes
from isthmus.node import limits
from tests.accounts.conftest import People, people
from tests.second_factors import browser_of

__all__ = ["people"]
CALLER = "203.0.113.5"


def post(client: Client, path: str, length: int, **options: Any) -> Any:
    return client.post(path, b"a" * length, content_type="application/octet-stream", **options)


def test_a_view_says_what_it_takes_and_wrappers_carry_it() -> None:
    from functools import wraps

    @takes(7)
    def view() -> None:
        pass

    @wraps(view)
    def wrapped() -> None:
        pass

    assert most_bytes_of(view) == most_bytes_of(wrapped) == 7
    assert most_bytes_of(lambda: None) == FORM_BYTES


class TestSizes:
    def test_a_form_has_its_limit(self, people: People) -> None:
        client = browser_of(people.officer)
        assert post(client, reverse("accounts:profile"), FORM_BYTES).status_code == 200
        answer = post(client, reverse("accounts:profile"), FORM_BYTES + 1)
        assert answer.status_code == 413
        assert "100001 bytes" in answer.content.decode()

    def test_files_may_be_longer_for_who_has_signed_in(self, people: People) -> None:
        path = reverse("etrade:read")
        assert post(Client(), path, FORM_BYTES + 1).status_code == 413
        assert post(browser_of(people.officer), path, FORM_BYTES + 1).status_code == 200

    @pytest.mark.parametrize(
        ("path", "most", "code"),
        [
            ("/exchange/v1/inbox", limits.PARTNER_BYTES, "node.too-large"),
            ("/api/v1/records", limits.API_BYTES, "api.too-large"),
        ],
    )
    def test_programs_are_told_in_their_own_form(self, db: None, path: str, most: int, code: str) -> None:
        assert post(Client(), path, FORM_BYTES + 1).status_code in {401, 403}
        answer = Client().post(path, b"", content_type="application/json", CONTENT_LENGTH=str(most + 1))
        assert (answer.status_code, answer.json()["code"]) == (413, code)
        assert answer["Content-Type"] == "application/problem+json"

    def test_a_length_that_is_none_is_no_length(self, db: None) -> None:
        answer = Client().post("/account/login/", b"", content_type="text/plain", CONTENT_LENGTH="x")
        assert answer.status_code == 200

    def test_a_body_in_chunks_is_asked_for_its_length(self, db: None) -> None:
        answer = Client().get("/", headers={"Transfer-Encoding": "chunked"})
        assert answer.status_code == 411
        answer = Client().get("/api/v1/streams", headers={"Transfer-Encoding": "chunked"})
        assert answer.json()["code"] == "node.length"


class TestFloods:
    @pytest.fixture(autouse=True)
    def _calm(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limits, "PAGES", Throttle(burst=5, per_minute=6, read_clock=lambda: 0.0))
        monkeypatch.setattr(limits, "SIGN_IN", Throttle(burst=2, per_minute=6, read_clock=lambda: 0.0))

    def test_a_caller_has_its_share(self, db: None) -> None:
        answers = [Client().get("/account/login/", REMOTE_ADDR=CALLER) for _ in range(7)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
        assert answers[-1]["Retry-After"] == "10"
        assert "Too many requests" in answers[-1].content.decode()
        assert Client().get("/account/login/", REMOTE_ADDR="203.0.113.6").status_code == 200

    def test_signing_in_has_a_smaller_one(self, db: None) -> None:
        sent = [Client().post("/account/password/reset/", REMOTE_ADDR=CALLER) for _ in range(3)]
        assert [answer.status_code for answer in sent][-1] == 429

    @pytest.mark.parametrize("address", ["127.0.0.1", "::1", "", "127.9.9.9"])
    def test_this_machine_has_none(self, db: None, address: str) -> None:
        answers = [Client().get("/account/login/", REMOTE_ADDR=address) for _ in range(7)]
        assert {answer.status_code for answer in answers} == {200}

    def test_behind_a_proxy_callers_are_told_apart(self, db: None, settings: Any) -> None:
        settings.ISTHMUS = settings.ISTHMUS.model_copy(update={"trusted_proxy": True})
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

        def ask(caller: str) -> int:
            headers = {"X-Forwarded-For": caller}
            return Client().get("/account/login/", headers=headers, REMOTE_ADDR="127.0.0.1").status_code

        assert [ask(CALLER) for _ in range(6)] == [200] * 5 + [429]
        assert ask("203.0.113.6") == 200

    def test_partners_and_programs_are_counted_elsewhere(self, db: None) -> None:
        for path in ("/exchange/v1/checkpoint", "/api/v1/streams"):
            answers = {Client().get(path, REMOTE_ADDR=CALLER).status_code for _ in range(7)}
            assert 429 not in answers
