"""Signing in and out, links, second factors and what is noted about them."""

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client
from django.urls import reverse

from isthmus.accounts import services
from isthmus.accounts.models import AuditEvent
from tests.second_factors import SECRET, code_now, prove

from .conftest import PASSWORD, People


def sign_in(client: Client, email: str, password: str = PASSWORD) -> object:
    return client.post(reverse("account_login"), {"login": email, "password": password})


def is_in(client: Client) -> bool:
    return (
        "_auth_user_id" in client.session
        and client.get(reverse("account_change_password")).status_code == 200
    )


def kinds() -> list[str]:
    return list(AuditEvent.objects.order_by("occurred").values_list("kind", flat=True))


class TestPassword:
    def test_signing_in_and_out_is_noted(self, client: Client, people: People) -> None:
        answer = sign_in(client, "Officer@Node.Test")
        assert answer.status_code == 302
        assert answer["Location"] == reverse("front")
        assert is_in(client)
        client.post(reverse("account_logout"))
        assert not is_in(client)
        assert kinds() == ["accounts.sign-in", "accounts.sign-out"]
        assert AuditEvent.objects.get(kind="accounts.sign-in").detail == {"proofs": ["password"]}

    def test_sign_in_leads_back_to_the_page_that_was_asked_for(self, client: Client, people: People) -> None:
        login = reverse("account_login")
        credentials = {"login": people.officer.email, "password": PASSWORD, "next": "/people/?page=2"}
        assert client.post(login, credentials)["Location"] == "/people/?page=2"

    def test_sign_in_leads_nowhere_else(self, client: Client, people: People) -> None:
        login = reverse("account_login")
        credentials = {"login": people.officer.email, "password": PASSWORD, "next": "https://evil.test/"}
        assert client.post(login, credentials)["Location"] == reverse("front")

    def test_a_wrong_password_is_noted(self, client: Client, people: People) -> None:
        answer = sign_in(client, "Officer@node.test", "wrong password")
        assert answer.status_code == 200
        assert not is_in(client)
        event = AuditEvent.objects.get()
        assert (event.kind, event.actor, event.detail) == (
            "accounts.sign-in.failed",
            "officer@node.test",
            {"address": "127.0.0.1"},
        )

    def test_an_unknown_address_gets_the_same_answer(self, client: Client, people: People) -> None:
        def errors(email: str) -> list[str]:
            return list(sign_in(client, email, "wrong password").context["form"].non_field_errors())

        assert errors("nowhere@node.test") == errors("officer@node.test") != []

    def test_guessing_is_throttled_and_cannot_fill_the_disk(self, client: Client, people: People) -> None:
        for _ in range(8):
            sign_in(client, "officer@node.test", "wrong password")
        assert not is_in(client)
        assert len(kinds()) == 5
        sign_in(client, "officer@node.test")
        assert not is_in(client)

    def test_the_pages_speak_the_officers_language_after_sign_in(
        self, client: Client, people: People
    ) -> None:
        services.change_profile(people.officer, full_name="O", language="fr", actor="test")
        answer = sign_in(client, "officer@node.test")
        assert answer.cookies[settings.LANGUAGE_COOKIE_NAME].value == "fr"


class TestDeactivation:
    def test_the_session_ends_at_once(self, client: Client, people: People) -> None:
        sign_in(client, "officer@node.test")
        assert is_in(client)
        services.deactivate(people.officer, actor="test")
        assert not is_in(client)

    def test_the_old_session_stays_dead_after_activation(self, client: Client, people: People) -> None:
        sign_in(client, "officer@node.test")
        services.deactivate(people.officer, actor="test")
        services.activate(people.officer, actor="test")
        assert not is_in(client)

    def test_a_deactivated_officer_cannot_sign_in(self, client: Client, people: People) -> None:
        people.officer.is_active = False
        people.officer.save()
        answer = sign_in(client, "officer@node.test")
        assert not is_in(client)
        assert answer["Location"] == reverse("account_inactive")
        assert kinds() == ["accounts.sign-in.inactive"]


class TestInvitation:
    def test_a_link_lets_a_password_be_chosen_once(self, client: Client, people: People) -> None:
        officer = services.create_officer("new@node.test", "New", actor="test")
        link = services.invitation_link(officer, actor="approver@node.test")
        assert link.startswith(settings.ISTHMUS.url)
        path = link.removeprefix(settings.ISTHMUS.url)
        page = client.get(path, follow=True)
        assert page.status_code == 200
        here = page.redirect_chain[-1][0]
        assert "set-password" in here
        chosen = "a lighthouse in fog"
        answer = client.post(here, {"password1": chosen, "password2": chosen})
        assert answer["Location"] == reverse("account_reset_password_from_key_done")
        assert sign_in(client, "new@node.test", chosen).status_code == 302
        assert is_in(client)
        assert kinds() == [
            "accounts.officer.created",
            "accounts.invitation.made",
            "accounts.password.chosen",
            "accounts.sign-in",
        ]
        again = Client().get(path, follow=True)
        assert again.redirect_chain == []
        assert again.context["token_fail"] is True

    def test_a_weak_password_is_not_accepted(self, client: Client, people: People) -> None:
        link = services.invitation_link(people.nobody, actor="test")
        page = client.get(link.removeprefix(settings.ISTHMUS.url), follow=True)
        answer = client.post(page.redirect_chain[-1][0], {"password1": "short", "password2": "short"})
        assert answer.status_code == 200
        assert answer.context["form"].errors

    def test_deactivation_kills_a_link(self, client: Client, people: People) -> None:
        link = services.invitation_link(people.officer, actor="test")
        services.deactivate(people.officer, actor="test")
        page = client.get(link.removeprefix(settings.ISTHMUS.url), follow=True)
        assert page.context["token_fail"] is True

    def test_nobody_signs_up(self, client: Client, people: People) -> None:
        sign_up = reverse("account_signup")
        filled = {"email": "x@node.test", "password1": PASSWORD, "password2": PASSWORD}
        assert "account/signup_closed.html" in [t.name for t in client.get(sign_up).templates]
        client.post(sign_up, filled)
        assert not type(people.officer).objects.filter(email="x@node.test").exists()

    def test_a_forgotten_password_is_answered_without_mail(self, client: Client, people: People) -> None:
        page = client.get(reverse("account_reset_password"))
        assert page.status_code == 200
        assert (
            client.post(reverse("account_reset_password"), {"email": "officer@node.test"}).status_code == 405
        )


class TestSecondFactor:
    def test_a_code_is_asked_for_and_noted(self, client: Client, people: People) -> None:
        Authenticator.objects.create(
            user=people.officer, type=Authenticator.Type.TOTP, data={"secret": SECRET}
        )
        answer = sign_in(client, "officer@node.test")
        assert answer["Location"] == reverse("mfa_authenticate")
        assert not is_in(client)
        client.post(reverse("mfa_authenticate"), {"code": "wrong"})
        assert kinds() == ["accounts.sign-in.failed"]
        assert AuditEvent.objects.get().detail == {"step": "second factor"}
        answer = client.post(reverse("mfa_authenticate"), {"code": code_now()})
        assert answer["Location"] == reverse("front")
        assert is_in(client)
        assert AuditEvent.objects.get(kind="accounts.sign-in").detail == {"proofs": ["password", "totp"]}

    @pytest.mark.django_db(transaction=True)
    def test_adding_and_removing_one_is_noted(self, client: Client, people: People) -> None:
        sign_in(client, "officer@node.test")
        prove(client, people.officer, ago=301)
        assert client.get(reverse("mfa_activate_totp"))["Location"].startswith(
            reverse("account_reauthenticate")
        )
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        assert client.get(reverse("mfa_activate_totp")).status_code == 200
        session = client.session
        session["mfa.totp.secret"] = SECRET
        session.save()
        client.post(reverse("mfa_activate_totp"), {"code": code_now()})
        assert Authenticator.objects.filter(user=people.officer, type="totp").exists()
        client.post(reverse("mfa_deactivate_totp"))
        assert not Authenticator.objects.filter(user=people.officer).exists()
        added, removed = "accounts.second-factor.added", "accounts.second-factor.removed"
        assert [kind for kind in kinds() if kind in (added, removed)] == [added, removed]

    def test_a_changed_password_is_noted(self, client: Client, people: People) -> None:
        sign_in(client, "officer@node.test")
        new = "a lighthouse in fog"
        form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
        assert client.post(reverse("account_change_password"), form).status_code == 302
        assert kinds()[-1] == "accounts.password.changed"
