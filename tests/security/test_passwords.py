"""Passwords: long, of any signs, taken exactly as typed, and no account comes with the node."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.urls import reverse

from isthmus.accounts import services
from isthmus.accounts.models import Officer
from tests.accounts.conftest import PASSWORD, People


def change(client: Client, new: str, old: str = PASSWORD) -> Any:
    return client.post(
        reverse("account_change_password"), {"oldpassword": old, "password1": new, "password2": new}
    )


@pytest.fixture
def inside(people: People) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": people.officer.email, "password": PASSWORD})
    return client


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "အကောက်ခွန်ဦးစီးဌာနမှ လက်မှတ်",
        "كلمة السر الطويلة جدا",
        "111222333444aaa!",
        "nospacesnodigitsnosigns",
        "839201748362",
        "my monkey eats 2026 bananas",
        " blanks at both ends ",
        "x" * 40 + "y" * 160,
    ],
)
def test_any_signs_will_do_and_are_taken_as_they_are(inside: Client, people: People, password: str) -> None:
    assert change(inside, password).status_code == 302
    people.officer.refresh_from_db()
    assert people.officer.check_password(password)
    for other in (password.strip(), password.upper(), password[:72]):
        assert other == password or not people.officer.check_password(other)


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("elevenchars", "at least 12 characters"),
        ("password1234", "a common one"),
        ("qwerty123456", "a common one"),
        ("monkey2026!!", "a common one"),
        ("DragonDragon", "a common one"),
        ("p@$$w0rd1234", "a common one"),
        ("123456123456", "a common one"),
        ("officer@node.test", "too similar"),
    ],
)
def test_short_common_and_obvious_ones_are_refused(inside: Client, password: str, said: str) -> None:
    answer = change(inside, password)
    assert answer.status_code == 200
    assert said in answer.content.decode()


def test_the_present_one_is_asked_for(inside: Client, people: People) -> None:
    assert change(inside, "a lighthouse in fog", old="not it at all").status_code == 200
    people.officer.refresh_from_db()
    assert people.officer.check_password(PASSWORD)


def test_fields_hide_what_is_typed_and_help_password_managers(inside: Client) -> None:
    page = inside.get(reverse("account_change_password")).content.decode()
    page += Client().get(reverse("account_login")).content.decode()
    fields = re.findall(r'<input[^>]*name="(?:old)?password\d?"[^>]*>', page)
    assert len(fields) == 4
    for field in fields:
        assert 'type="password"' in field
        assert re.search(r'autocomplete="(current|new)-password"', field), field
        assert "onpaste" not in field
        assert "maxlength" not in field
    assert 'autocomplete="username"' in page


@pytest.mark.django_db
def test_no_account_comes_with_a_node() -> None:
    assert not Officer.objects.exists()


def test_a_link_is_random_works_once_and_for_three_days(people: People) -> None:
    link, other = (services.invitation_link(people.nobody, actor="test") for _ in range(2))
    assert timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT) == timedelta(days=3)
    assert len(link.rstrip("/").rpartition("-")[2]) >= 32
    assert "password" not in Client().get(link.removeprefix(settings.ISTHMUS.url)).headers.get("Referer", "")
    assert other


@pytest.mark.django_db
def test_session_keys_are_random_and_long() -> None:
    keys = set()
    for _ in range(50):
        store = SessionStore()
        store.create()
        keys.add(store.session_key)
    assert len(keys) == 50
    assert {len(key) for key in keys} == {32}, "32 of 36 signs: 165 bits"


def test_signing_out_ends_the_session_here_and_not_in_the_browser_alone(people: People) -> None:
    client = Client()
    client.post(reverse("account_login"), {"login": people.officer.email, "password": PASSWORD})
    stolen = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post(reverse("account_logout"))
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = stolen
    assert thief.get("/people/").status_code == 302


def test_passwords_are_stored_by_a_slow_hash() -> None:
    """The tests use a quick one; a node uses Django's first, PBKDF2 with SHA-256."""
    from django.conf import global_settings

    from isthmus.node import settings as real

    assert not hasattr(real, "PASSWORD_HASHERS")
    assert global_settings.PASSWORD_HASHERS[0].endswith("PBKDF2PasswordHasher")
