"""Who needs a second factor sets one up before anything else, and proves again what binds the country."""

import time
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.test import Client
from django.urls import reverse

from isthmus.accounts import duty, services
from isthmus.accounts.models import AuditEvent, Membership, Officer, Spent
from isthmus.accounts.roles import Role
from isthmus.accounts.second_factor import Factors
from tests.second_factors import SECRET, browser_of, code_now, give_app, prove

from .conftest import PASSWORD, People

SETTING_UP = "/people/second-factor/"
PAGES = ["/", "/people/", "/people/profile/", "/exchange/records/", "/etrade/"]


def without(officer: Officer) -> Officer:
    Authenticator.objects.filter(user=officer).delete()
    return officer


def sign_in(officer: Officer, client: Client | None = None) -> Client:
    client = client or Client()
    client.post(reverse("account_login"), {"login": officer.email, "password": PASSWORD})
    return client


def everybody(settings: Any) -> None:
    settings.ISTHMUS = settings.ISTHMUS.model_copy(update={"second_factor": "everybody"})


@pytest.mark.parametrize(
    ("roles", "asked_of", "needed"),
    [
        ([], "by-role", False),
        (["officer"], "by-role", False),
        (["officer", "auditor"], "by-role", True),
        (["operator"], "by-role", True),
        (["approver"], "by-role", True),
        (["officer"], "everybody", True),
        ([], "everybody", True),
        (["approver"], "nobody", False),
    ],
)
def test_the_rule(roles: list[str], asked_of: str, *, needed: bool) -> None:
    assert duty.needs_second_factor(roles, asked_of) is needed


class TestFirst:
    @pytest.mark.parametrize("role", ["approver", "operator", "auditor"])
    @pytest.mark.parametrize("page", PAGES)
    def test_nothing_opens_until_it_is_set_up(self, people: People, role: str, page: str) -> None:
        client = sign_in(without(getattr(people, role)))
        assert client.get(page)["Location"] == SETTING_UP
        assert client.post(page)["Location"] == SETTING_UP
        answer = client.get(page, headers={"HX-Request": "true"})
        assert answer["HX-Redirect"] == SETTING_UP

    def test_the_page_says_why_and_how(self, people: People) -> None:
        page = sign_in(without(people.approver)).get(SETTING_UP).content.decode()
        assert "Your role needs a second proof" in page
        for way in ("mfa_activate_totp", "mfa_add_webauthn", "account_logout"):
            assert f'href="{reverse(way)}"' in page

    @pytest.mark.django_db(transaction=True)
    def test_setting_up_an_app_right_after_sign_in_opens_everything(self, people: People) -> None:
        client = sign_in(without(people.approver))
        assert client.get(reverse("mfa_activate_totp")).status_code == 200, "the password is not asked twice"
        session = client.session
        session["mfa.totp.secret"] = SECRET
        session.save()
        answer = client.post(reverse("mfa_activate_totp"), {"code": code_now()})
        assert answer["Location"] == reverse("mfa_view_recovery_codes")
        codes = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
        assert len(codes) == 10
        assert client.get("/people/").status_code == 200
        assert client.get(SETTING_UP)["Location"] == reverse("mfa_index")
        assert SECRET not in str(Authenticator.objects.get(type="totp", user=people.approver).data), (
            "the database holds it sealed"
        )
        client = sign_in(people.approver)
        client.post(reverse("mfa_authenticate"), {"code": codes[3]})
        assert client.get("/people/").status_code == 200
        again = sign_in(people.approver)
        again.post(reverse("mfa_authenticate"), {"code": codes[3]})
        assert again.get("/people/")["Location"].startswith(reverse("account_login")), "a code works once"

    def test_who_has_one_or_needs_none_goes_on(self, people: People, settings: Any) -> None:
        assert browser_of(people.approver).get("/people/").status_code == 200
        assert sign_in(people.officer).get("/people/").status_code == 200
        assert "a stolen password alone" in sign_in(people.officer).get(SETTING_UP).content.decode()
        everybody(settings)
        assert sign_in(people.officer).get("/people/")["Location"] == SETTING_UP

    def test_a_role_given_later_asks_at_the_next_page(self, people: People) -> None:
        client = sign_in(people.officer)
        assert client.get("/people/").status_code == 200
        Membership.objects.create(officer=people.officer, organisation=people.customs, role=Role.OPERATOR)
        assert client.get("/people/")["Location"] == SETTING_UP

    def test_what_knows_nobody_by_a_session_is_untouched(self, people: People, node: str) -> None:
        client = sign_in(without(people.approver))
        assert client.get("/.well-known/isthmus").status_code == 200
        assert client.get("/api/v1/streams").status_code == 401
        assert client.get("/health").status_code in {200, 503}

    def test_it_cannot_be_given_up_by_who_needs_it(self, people: People) -> None:
        client = browser_of(people.approver)
        page = client.get(reverse("mfa_deactivate_totp")).content.decode()
        assert "You cannot deactivate two-factor authentication" in page
        client.post(reverse("mfa_deactivate_totp"))
        assert duty.has_one(people.approver.pk)
        Authenticator.objects.create(user=people.approver, type="webauthn", data={"name": "K"})
        client.post(reverse("mfa_deactivate_totp"))
        assert not Authenticator.objects.filter(user=people.approver, type="totp").exists()


class TestSessions:
    def test_they_end_when_a_factor_is_removed_by_an_approver(self, people: People) -> None:
        victim, approver = browser_of(people.operator), browser_of(people.approver)
        approver.post(reverse("accounts:remove_second_factors", args=[people.operator.pk]))
        assert victim.get("/people/")["Location"].startswith(reverse("account_login"))
        event = AuditEvent.objects.get(kind="accounts.second-factor.removed")
        assert (event.actor, event.subject) == ("approver@node.test", "operator@node.test")

    def test_an_operator_cannot_remove_one(self, people: People) -> None:
        address = reverse("accounts:remove_second_factors", args=[people.auditor.pk])
        assert browser_of(people.operator).post(address).status_code == 403
        assert duty.has_one(people.auditor.pk)

    @pytest.mark.django_db(transaction=True)
    def test_the_others_end_when_a_factor_is_added_and_this_one_goes_on(self, people: People) -> None:
        here, elsewhere = sign_in(people.officer), sign_in(people.officer)
        here.get(reverse("mfa_activate_totp"))
        session = here.session
        session["mfa.totp.secret"] = SECRET
        session.save()
        before = session.session_key
        here.post(reverse("mfa_activate_totp"), {"code": code_now()})
        assert here.get("/people/").status_code == 200
        assert here.session.session_key != before
        assert elsewhere.get("/people/")["Location"].startswith(reverse("account_login"))

    def test_the_others_end_when_the_password_changes(self, people: People) -> None:
        here, elsewhere = sign_in(people.officer), sign_in(people.officer)
        new = "a lighthouse in fog"
        form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
        here.post(reverse("account_change_password"), form)
        assert here.get("/people/").status_code == 200
        assert elsewhere.get("/people/")["Location"].startswith(reverse("account_login"))

    def test_signing_in_gives_the_session_a_new_key(self, people: People) -> None:
        """Session fixation: a key that a stranger planted before sign-in opens nothing afterwards."""
        client = Client()
        session = client.session
        session["planted"] = 1
        session.save()
        planted = client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
        sign_in(people.officer, client)
        assert client.session.session_key != planted

    def test_signing_out_clears_the_browser(self, people: People) -> None:
        client = sign_in(people.officer)
        assert "Clear-Site-Data" not in client.get(reverse("account_logout"))
        answer = client.post(reverse("account_logout"))
        assert answer["Clear-Site-Data"] == '"cache", "storage"'


class TestProof:
    ACTS = ["accounts:invite", "accounts:issue_token"]

    @pytest.mark.parametrize("name", ACTS)
    def test_it_is_asked_before_what_opens_the_node(self, people: People, name: str) -> None:
        client = prove(browser_of(people.approver), people.approver, ago=301)
        answer = client.get(reverse(name))
        assert answer["Location"].startswith(reverse("mfa_reauthenticate") + "?next=")
        answer = client.post(reverse("mfa_reauthenticate"), {"code": code_now(), "next": reverse(name)})
        assert answer["Location"] == reverse(name)
        assert client.get(reverse(name)).status_code == 200

    def test_what_was_sent_is_carried_out_afterwards(self, people: People) -> None:
        client = prove(browser_of(people.approver), people.approver, ago=301)
        address = reverse("accounts:grant", args=[people.officer.pk])
        client.post(address, {"organisation": people.revenue.pk, "role": "officer"})
        assert people.officer.memberships.count() == 1
        client.post(reverse("mfa_reauthenticate"), {"code": code_now(), "next": address})
        assert people.officer.memberships.count() == 2

    def test_the_password_is_no_proof_where_there_is_a_second_factor(self, people: People) -> None:
        client = prove(browser_of(people.approver), people.approver, ago=301)
        answer = client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        assert answer["Location"] == reverse("mfa_reauthenticate")
        assert client.get(reverse("accounts:invite")).status_code == 302
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
        session.save()
        assert client.get(reverse("accounts:invite")).status_code == 302

    def test_the_session_gets_a_new_key(self, people: People) -> None:
        client = prove(browser_of(people.approver), people.approver, ago=301)
        before = client.session.session_key
        client.post(reverse("mfa_reauthenticate"), {"code": "000000"})
        assert client.session.session_key == before
        client.post(reverse("mfa_reauthenticate"), {"code": code_now()})
        assert client.session.session_key != before
        assert client.get(reverse("accounts:invite")).status_code == 200

    def test_it_is_the_proof_of_the_officer_who_is_signed_in(self, people: People) -> None:
        client = Client()
        client.force_login(people.approver)
        prove(client, people.officer)
        assert client.get(reverse("accounts:invite")).status_code == 302


class TestCodes:
    def half(self, people: People) -> Client:
        return sign_in(people.approver)

    def code(self, client: Client, code: str) -> Any:
        return client.post(reverse("mfa_authenticate"), {"code": code})

    def test_a_code_works_once_whichever_process_is_asked(self, people: People) -> None:
        from django.core.cache import cache

        assert self.code(self.half(people), code_now()).status_code == 302
        cache.clear()  # what one process remembers by itself
        answer = self.code(self.half(people), f" {code_now()} ")
        assert "Incorrect code" in answer.content.decode()
        assert Spent.objects.count() == 1

    @pytest.mark.parametrize(("step", "accepted"), [(-2, False), (-1, True), (1, True), (2, False)])
    def test_a_phone_may_be_half_a_minute_off(
        self, people: People, step: int, *, accepted: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        moment = time.time()  # The half minute must not end between the phone and the node.
        monkeypatch.setattr(totp, "time", SimpleNamespace(time=lambda: moment))
        status = self.code(self.half(people), code_now(step)).status_code
        assert status == (302 if accepted else 200)

    def test_guessing_is_slowed_down_and_told_with_the_wait(self, people: People) -> None:
        client = self.half(people)
        answers = [self.code(client, "000000") for _ in range(6)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429]
        assert 10 < int(answers[-1]["Retry-After"]) <= 15
        assert "Too many tries" in answers[-1].content.decode()
        assert self.code(client, code_now()).status_code == 429, "the right code has to wait too"


class TestSealing:
    def test_what_is_sealed_is_read_back_and_never_twice_the_same(self) -> None:
        sealed = Factors().encrypt(SECRET)
        assert Factors().decrypt(sealed) == SECRET
        assert sealed != Factors().encrypt(SECRET)
        assert SECRET not in sealed

    def test_what_was_stored_before_is_read_as_it_stands(self) -> None:
        assert Factors().decrypt(SECRET) == SECRET

    def test_under_another_secret_key_no_code_is_right(
        self, people: People, settings: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        app = give_app(people.officer)
        app.data = {"secret": Factors().encrypt(SECRET)}
        app.save()
        settings.SECRET_KEY = "another"
        client = sign_in(people.officer)
        answer = client.post(reverse("mfa_authenticate"), {"code": code_now()})
        assert "Incorrect code" in answer.content.decode()
        assert "another secret key" in caplog.text


def test_forgotten_factors_leave_an_account_that_must_set_up_anew(people: People) -> None:
    services.remove_second_factors(people.operator, actor="test")
    client = sign_in(people.operator)
    assert client.get("/")["Location"] == SETTING_UP
