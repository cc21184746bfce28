"""Guessing at sign-in: slowed down for the guesser, never for the owner, and telling nothing."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from isthmus.accounts.addresses import UNKNOWN, caller_of
from isthmus.accounts.browsers import known_as
from isthmus.accounts.models import AuditEvent
from isthmus.accounts.throttle import Throttle
from isthmus.node import limits
from tests.second_factors import code_now

from .conftest import PASSWORD, People


@pytest.fixture(autouse=True)
def _no_floods(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one process counts for itself is looked at in tests/node/test_limits.py."""
    for name in ("PAGES", "SIGN_IN"):
        monkeypatch.setattr(limits, name, Throttle(burst=10_000, per_minute=10_000))


LOGIN = "/account/login/"


def attempt(client: Client, email: str, password: str, address: str = "192.0.2.1") -> Any:
    return client.post(LOGIN, {"login": email, "password": password}, REMOTE_ADDR=address)


def guess(email: str, times: int, address: str = "192.0.2.1") -> list[int]:
    return [attempt(Client(), email, f"wrong {n}", address).status_code for n in range(times)]


def is_in(answer: Any) -> bool:
    return answer.status_code == 302


def test_five_tries_are_free_and_the_sixth_waits(people: People) -> None:
    assert guess("officer@node.test", 7) == [200] * 5 + [429] * 2
    answer = attempt(Client(), "officer@node.test", PASSWORD)
    assert answer.status_code == 429, "the right password has to wait too"
    assert 10 < int(answer["Retry-After"]) <= 15
    assert AuditEvent.objects.filter(kind="accounts.sign-in.failed").count() == 5


def test_a_stranger_does_not_shut_the_owner_out(people: People) -> None:
    guess("officer@node.test", 8)
    assert is_in(attempt(Client(), "officer@node.test", PASSWORD, "198.51.100.9"))


def test_many_strangers_do_not_shut_the_owners_browser_out(people: People) -> None:
    owner = Client()
    assert is_in(attempt(owner, "officer@node.test", PASSWORD, "198.51.100.9"))
    owner.post(reverse("account_logout"))
    for number in range(13):
        guess("officer@node.test", 4, f"192.0.2.{number}")
    fresh = attempt(Client(), "officer@node.test", PASSWORD, "203.0.113.5")
    assert fresh.status_code == 429, "a browser that nobody knows waits, wherever it is"
    assert int(fresh["Retry-After"]) <= 900
    assert is_in(attempt(owner, "officer@node.test", PASSWORD, "203.0.113.5"))


def test_the_owners_browser_may_not_guess_for_ever_either(people: People) -> None:
    owner = Client()
    attempt(owner, "officer@node.test", PASSWORD)
    owner.post(reverse("account_logout"))
    answers = [attempt(owner, "officer@node.test", f"wrong {n}").status_code for n in range(12)]
    assert answers == [200] * 10 + [429] * 2


def test_a_browser_is_known_for_its_officers_alone(people: People, rf: Any) -> None:
    owner = Client()
    attempt(owner, "officer@node.test", PASSWORD)
    owner.post(reverse("account_logout"))
    request = rf.get("/")
    request.COOKIES = {name: morsel.value for name, morsel in owner.cookies.items()}
    assert known_as(request, "officer@node.test") != ""
    assert known_as(request, "elsewhere@node.test") == ""
    assert known_as(request, "nobody-here@node.test") == ""
    name = settings.BROWSER_COOKIE_NAME
    cookie = owner.cookies[name]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    request.COOKIES[name] = cookie.value[:-2] + "xx"
    assert known_as(request, "officer@node.test") == ""
    attempt(owner, "elsewhere@node.test", PASSWORD)
    request.COOKIES[name] = owner.cookies[name].value
    assert known_as(request, "officer@node.test") != known_as(request, "elsewhere@node.test") != ""


def test_one_address_that_tries_many_accounts_waits(people: People) -> None:
    statuses = [guess(f"person{number}@node.test", 1)[0] for number in range(42)]
    assert statuses == [200] * 40 + [429] * 2
    assert not is_in(attempt(Client(), "officer@node.test", PASSWORD))
    assert is_in(attempt(Client(), "officer@node.test", PASSWORD, "192.0.2.2"))


def test_a_ministry_behind_one_address_is_not_held_up_by_its_successes(people: People) -> None:
    assert all(is_in(attempt(Client(), "officer@node.test", PASSWORD)) for _ in range(60))


def test_the_answer_is_the_same_whether_or_not_the_account_is_there(people: People) -> None:
    def answers(email: str, address: str) -> list[tuple[int, list[str]]]:
        found = []
        for number in range(7):
            answer = attempt(Client(), email, f"wrong {number}", address)
            said = list(answer.context["form"].non_field_errors())
            found.append((answer.status_code, [line.split(". Wait")[0] for line in said]))
        return found

    assert answers("officer@node.test", "192.0.2.1") == answers("nobody-here@node.test", "192.0.2.2")


def test_asking_again_for_the_password_is_counted_too(people: People) -> None:
    client = Client()
    attempt(client, "officer@node.test", PASSWORD)
    statuses = [
        client.post(reverse("account_reauthenticate"), {"password": f"wrong {n}"}).status_code
        for n in range(12)
    ]
    assert statuses == [200] * 10 + [429] * 2


def test_links_that_do_not_work_are_counted_by_address(people: People) -> None:
    def follow(number: int, address: str) -> int:
        return (
            Client()
            .get(f"/account/password/reset/key/{number}-abc-{number}/", REMOTE_ADDR=address)
            .status_code
        )

    assert [follow(n, "192.0.2.1") for n in range(12)] == [200] * 10 + [429] * 2
    assert follow(1, "192.0.2.2") == 200


def test_who_signs_in_with_a_second_factor_is_remembered_after_it(people: People) -> None:
    client = Client()
    answer = attempt(client, "approver@node.test", PASSWORD)
    assert settings.BROWSER_COOKIE_NAME not in answer.cookies, "the password alone proves too little"
    answer = client.post(reverse("mfa_authenticate"), {"code": code_now()})
    assert settings.BROWSER_COOKIE_NAME in answer.cookies


@pytest.mark.parametrize(
    ("address", "caller"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", UNKNOWN),
        ("not an address", UNKNOWN),
    ],
)
def test_callers_are_told_apart_by_address_or_network(rf: Any, address: str, caller: str) -> None:
    assert caller_of(rf.get("/", REMOTE_ADDR=address)) == caller


def test_behind_a_trusted_proxy_the_caller_is_whom_the_proxy_saw(rf: Any, settings: Any) -> None:
    forged = rf.get("/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": "1.1.1.1, 192.0.2.7"})
    assert caller_of(forged) == "10.0.0.1"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert caller_of(forged) == "192.0.2.7"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 3
    assert caller_of(forged) == UNKNOWN
