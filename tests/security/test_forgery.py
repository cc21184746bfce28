"""Other sites and other accounts: forged forms, redirects, rows of others, and what time would tell."""

import re
from typing import Any

import pytest
from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.urls import reverse

from isthmus.accounts import services
from isthmus.accounts.models import Officer
from tests.accounts.conftest import PASSWORD, People
from tests.second_factors import browser_of, code_now, prove
from tests.security.test_headers import ADDRESSES

ELSEWHERE = [
    "https://evil.test/",
    "//evil.test/",
    "///evil.test/",
    "/\\evil.test/",
    "\\\\evil.test/",
    "http:evil.test",
    "https:/evil.test",
    "javascript:alert(1)",
    "data:text/html,x",
    "/%0d%0aLocation:%20https://evil.test/",
    "\thttps://evil.test/",
    "http://localhost@evil.test/",
    "http://testserver.evil.test/",
]


class TestForms:
    def test_no_form_is_taken_without_its_token(self, people: People, node: str) -> None:
        """Every address of the node; those that know nobody by a cookie have nothing to forge."""
        officer = people.approver
        client = Client(enforce_csrf_checks=True)
        client.force_login(officer)
        prove(client, officer)
        taken = {
            path: status
            for path in ADDRESSES
            if (status := client.post(path, {}).status_code)
            not in {301, 403, 404, 405}  # 301: to the address with its slash
            and not path.startswith(("/exchange/v1/", "/api/"))
        }
        assert taken == {}

    def test_the_token_of_another_browser_is_no_token(self, people: People) -> None:
        client, other = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
        client.get(reverse("account_login"))
        form = other.get(reverse("account_login"))
        given = {
            "login": people.officer.email,
            "password": PASSWORD,
            "csrfmiddlewaretoken": str(form.context["csrf_token"]),
        }
        assert client.post(reverse("account_login"), given).status_code == 403

    def test_another_origin_is_refused_even_with_the_token(self, people: People) -> None:
        client = Client(enforce_csrf_checks=True)
        token = str(client.get(reverse("account_login")).context["csrf_token"])
        given = {"login": people.officer.email, "password": PASSWORD, "csrfmiddlewaretoken": token}
        origin = {"Origin": "https://evil.test"}
        assert client.post(reverse("account_login"), given, headers=origin).status_code == 403

    def test_nothing_is_done_by_looking(self, people: People, node: str) -> None:
        """No GET changes a row of people, roles, tokens or partners, whatever its query says."""
        client = browser_of(people.approver)
        client.raise_request_exception = False
        before = _rows()
        for path in ADDRESSES:
            if "/account/" not in path:
                client.get(path, {"_method": "POST", "confirm": "yes", "organisation": 1, "role": "approver"})
        assert _rows() == before


def _rows() -> list[int]:
    from isthmus.accounts.models import ApiToken, Membership, Organisation
    from isthmus.trust.models import Partner

    return [model.objects.count() for model in (ApiToken, Membership, Organisation, Officer, Partner)]


class TestRedirects:
    @pytest.mark.parametrize("to", ELSEWHERE)
    def test_signing_in_leads_nowhere_else(self, people: People, to: str) -> None:
        given = {"login": people.officer.email, "password": PASSWORD, "next": to}
        self.stays(Client().post(reverse("account_login"), given))
        self.stays(Client().post(reverse("account_login") + f"?next={to}", given))

    @pytest.mark.parametrize("to", ELSEWHERE)
    def test_nor_does_proving_it_signing_out_or_changing_the_language(self, people: People, to: str) -> None:
        client = browser_of(people.approver)
        given = {"code": code_now(), "next": to}
        self.stays(client.post(reverse("mfa_reauthenticate"), given))
        self.stays(client.post(reverse("set_language"), {"language": "fr", "next": to}))
        self.stays(client.post(reverse("account_logout"), {"next": to}))

    @pytest.mark.parametrize("to", ELSEWHERE)
    def test_a_fragment_leads_back_to_this_node(self, people: People, to: str) -> None:
        answer = Client().get("/people/", headers={"HX-Request": "true", "HX-Current-URL": to})
        assert answer["HX-Redirect"].startswith("/account/login/?next=/")
        follow = answer["HX-Redirect"].partition("next=")[2]
        given = {"login": people.officer.email, "password": PASSWORD, "next": follow}
        self.stays(Client().post(reverse("account_login"), given))

    @staticmethod
    def stays(answer: Any) -> None:
        assert answer.status_code in {200, 302}
        location = answer.headers.get("Location", "/")
        assert location.startswith("/"), location
        assert not location.startswith(("//", "/\\")), location


class TestOthersRows:
    """Numbers in addresses are guessed; the rule is asked for the row, not for the page alone."""

    def test_an_officer_sees_people_of_the_own_organisation_alone(self, people: People) -> None:
        client = browser_of(people.officer)
        seen = {
            officer.email.partition("@")[0]: client.get(f"/people/{officer.pk}/").status_code
            for officer in Officer.objects.all()
        }
        assert seen == {
            "officer": 200, "approver": 200, "operator": 200,
            "auditor": 403, "elsewhere": 403, "nobody": 403,
        }  # fmt: skip

    def test_nor_another_organisation(self, people: People) -> None:
        client = browser_of(people.officer)
        assert client.get(f"/people/organisations/{people.customs.pk}/").status_code == 200
        assert client.get(f"/people/organisations/{people.revenue.pk}/").status_code == 403

    def test_a_role_is_revoked_only_of_the_person_in_the_address(self, people: People) -> None:
        held = people.auditor.memberships.get()
        address = reverse("accounts:revoke", args=[people.officer.pk, held.pk])
        assert browser_of(people.approver).post(address).status_code == 404
        assert people.auditor.memberships.count() == 1

    def test_a_second_factor_of_another_is_not_there(self, people: People) -> None:
        from allauth.mfa.models import Authenticator

        key = Authenticator.objects.create(
            user=people.elsewhere, type="webauthn", data={"name": "K", "credential": {}}
        )
        client = browser_of(people.officer)
        for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
            address = reverse(name, kwargs={"pk": key.pk})
            assert client.get(address).status_code == client.post(address).status_code == 404
        assert Authenticator.objects.filter(pk=key.pk).exists()


class Counting(MD5PasswordHasher):
    """Counts how often a password is hashed: the work that an answer's time would betray."""

    done = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).done += 1
        return super().encode(password, salt)


def test_an_account_that_is_not_there_costs_as_much_as_one_that_is(people: People, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["tests.security.test_forgery.Counting"]
    gone = services.create_officer("gone@node.test", "Gone", PASSWORD, actor="test")
    services.deactivate(gone, actor="test")
    work = {}
    for email in ("officer@node.test", "nobody-here@node.test", "gone@node.test"):
        Counting.done = 0
        Client().post(reverse("account_login"), {"login": email, "password": "not the password"})
        work[email] = Counting.done
    assert len(set(work.values())) == 1, work
    assert min(work.values()) >= 1


def test_a_link_for_nobody_reads_like_an_old_one(people: People) -> None:
    pages = [
        re.sub(r'value="[^"]*"', "", Client().get(f"/account/password/reset/key/{key}/").content.decode())
        for key in (f"{user_pk_to_url_str(people.officer)}-abc-0123", "zzzz-abc-0123")
    ]
    assert pages[0] == pages[1]
    assert "This link does not work" in pages[0]
