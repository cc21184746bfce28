"""Sign-in, password and second-factor pages: all in our shell, none with a script that the policy blocks."""

import re
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

import isthmus.accounts
from isthmus.accounts import services
from tests.second_factors import prove

from .conftest import PASSWORD, People

TEMPLATES = Path(isthmus.accounts.__file__).parent / "templates"
SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL)
OPEN = ["account_login", "account_reset_password", "account_signup", "account_inactive"]
OWN = [
    "account_logout",
    "account_change_password",
    "mfa_index",
    "account_reauthenticate",
    "mfa_list_webauthn",
]
SENSITIVE = ["mfa_activate_totp", "mfa_add_webauthn"]


@pytest.fixture
def inside(client: Client, people: People) -> Client:
    client.post(reverse("account_login"), {"login": people.officer.email, "password": PASSWORD})
    return client


def check(page: object) -> str:
    assert page.status_code == 200
    html = page.content.decode()
    assert 'class="skip"' in html, "the page wears the shell"
    assert html.count("<h1>") == 1
    assert re.search(r"<h1>\s*\S", html), "the page says what it is"
    assert " style=" not in html
    assert not re.search(r"<[^>]+\son\w+=", html), "no inline handler"
    policy = page.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    for attributes, body in SCRIPT.findall(html):
        if "src=" in attributes:
            assert 'src="/static/' in attributes
            path = re.search(r'src="/static/([^"?]+)', attributes)
            assert path is not None
            assert finders.find(path.group(1)), path.group(1)
        else:
            assert 'type="application/json"' in attributes, body
    return html


@pytest.mark.parametrize("name", OPEN)
def test_pages_before_sign_in(client: Client, people: People, name: str) -> None:
    check(client.get(reverse(name)))


@pytest.mark.parametrize("name", OWN)
def test_pages_of_the_own_account(inside: Client, name: str) -> None:
    check(inside.get(reverse(name)))


@pytest.mark.parametrize("name", SENSITIVE)
def test_pages_behind_the_password_asked_again(inside: Client, people: People, name: str) -> None:
    prove(inside, people.officer, ago=301)
    assert inside.get(reverse(name)).status_code == 302
    inside.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    check(inside.get(reverse(name)))


def test_sign_in_offers_a_passkey(client: Client, people: People) -> None:
    html = check(client.get(reverse("account_login")))
    assert "Sign in with a passkey" in html
    assert reverse("mfa_login_webauthn") in html
    assert "sign up" not in html.lower().replace("nobody can sign up", "")


def test_the_browser_gets_what_it_needs_to_ask_for_a_passkey(client: Client, people: People) -> None:
    answer = client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"})
    options = answer.json()["request_options"]["publicKey"]
    assert options["rpId"] == "testserver"
    assert options["challenge"]


def test_the_second_factor_page_offers_keys_only_to_who_has_one(client: Client, people: People) -> None:
    Authenticator.objects.create(user=people.officer, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    client.post(reverse("account_login"), {"login": people.officer.email, "password": PASSWORD})
    html = check(client.get(reverse("mfa_authenticate")))
    assert "Code from the app, or a recovery code" in html
    assert "security key" not in html


def test_the_app_is_set_up_by_picture_or_by_hand(inside: Client) -> None:
    inside.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = inside.get(reverse("mfa_activate_totp"))
    html = check(page)
    assert page.context["form"].secret in html
    assert 'src="data:image/svg+xml' in html


def test_recovery_codes_are_shown_and_made_anew(inside: Client, people: People) -> None:
    Authenticator.objects.create(user=people.officer, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    prove(inside, people.officer)
    check(inside.get(reverse("mfa_generate_recovery_codes")))
    page = inside.post(reverse("mfa_generate_recovery_codes"), follow=True)
    html = check(page)
    assert len(page.context["unused_codes"]) == 10
    assert all(code in html for code in page.context["unused_codes"])
    check(inside.get(reverse("mfa_deactivate_totp")))
    assert "10 codes are left" in check(inside.get(reverse("mfa_index")))


def test_a_key_is_listed_renamed_and_removed(inside: Client, people: People) -> None:
    key = Authenticator.objects.create(
        user=people.officer, type="webauthn", data={"name": "Laptop", "passwordless": True, "credential": {}}
    )
    prove(inside, people.officer)
    assert "Laptop" in check(inside.get(reverse("mfa_list_webauthn")))
    edit = reverse("mfa_edit_webauthn", kwargs={"pk": key.pk})
    check(inside.get(edit))
    inside.post(edit, {"name": "Phone"})
    assert "Phone" in check(inside.get(reverse("mfa_list_webauthn")))
    remove = reverse("mfa_remove_webauthn", kwargs={"pk": key.pk})
    assert "Remove Phone" in check(inside.get(remove))
    inside.post(remove)
    assert not Authenticator.objects.filter(pk=key.pk).exists()


def test_an_invitation_is_in_the_shell_too(client: Client, people: People) -> None:
    link = services.invitation_link(people.nobody, actor="test").partition("8000")[2]
    check(client.get(link, follow=True))
    check(client.get(link.replace("-", "-0", 1), follow=True))
    check(client.get(reverse("account_reset_password_from_key_done")))


def test_fields_say_what_they_are_above_them(client: Client, people: People) -> None:
    html = check(client.get(reverse("account_login")))
    assert "placeholder" not in html.partition("<main")[2]
    assert "Remember" not in html


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_no_template_carries_a_script_or_style_of_its_own(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert "<style" not in text
    assert " style=" not in text
    for attributes, _body in SCRIPT.findall(text):
        assert "src=" in attributes or 'type="application/json"' in attributes
