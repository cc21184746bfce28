"""The pages of people, organisations and tokens: who sees what, and what the forms do."""

import csv
import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from isthmus.accounts import services, tokens
from isthmus.accounts.models import ApiToken, AuditEvent, Membership, Officer, Organisation
from isthmus.accounts.roles import Role
from isthmus.accounts.sections import sections
from isthmus.kit import clock
from tests.second_factors import browser_of

from .conftest import PASSWORD, People, make_officer


def as_(officer: Officer) -> Client:
    return browser_of(officer)


def text(answer: object) -> str:
    return answer.content.decode()


@pytest.mark.parametrize(
    ("page", "who"),
    [
        ("people", "operator approver officer auditor elsewhere"),
        ("invite", "approver"),
        ("organisations", "operator approver officer auditor elsewhere"),
        ("add_organisation", "approver"),
        ("tokens", "operator approver auditor"),
        ("issue_token", "approver"),
        ("events", "operator approver auditor"),
        ("letters", "operator approver auditor"),
        ("profile", "operator approver officer auditor elsewhere nobody"),
    ],
)
def test_who_may_open_which_page(people: People, page: str, who: str) -> None:
    everybody = ("operator", "approver", "officer", "auditor", "elsewhere", "nobody")
    answers = {name: as_(getattr(people, name)).get(reverse(f"accounts:{page}")) for name in everybody}
    assert {name for name, answer in answers.items() if answer.status_code == 200} == set(who.split())
    assert {answer.status_code for answer in answers.values()} <= {200, 403}


@pytest.mark.parametrize(
    "page", ["people", "invite", "organisations", "tokens", "events", "letters", "profile"]
)
def test_who_has_not_signed_in_is_asked_to(client: Client, people: People, page: str) -> None:
    address = reverse(f"accounts:{page}")
    assert client.get(address)["Location"] == f"{reverse('account_login')}?next={address}"


@pytest.mark.parametrize(
    ("page", "needs_membership"),
    [("grant", False), ("revoke", True), ("deactivate", False), ("activate", False), ("link", False)],
)
def test_only_an_approver_changes_people(people: People, page: str, needs_membership: bool) -> None:
    arguments = [people.officer.pk]
    if needs_membership:
        arguments.append(people.officer.memberships.get().pk)
    for name in ("operator", "officer", "auditor", "nobody"):
        client = as_(getattr(people, name))
        assert client.post(reverse(f"accounts:{page}", args=arguments)).status_code == 403
    assert AuditEvent.objects.filter(kind="access.refused").count() == 4
    people.officer.refresh_from_db()
    assert people.officer.is_active
    assert people.officer.memberships.count() == 1


class TestPeople:
    def test_an_officer_sees_the_people_of_the_own_organisation(self, people: People) -> None:
        page = text(as_(people.officer).get(reverse("accounts:people")))
        assert "approver@node.test" in page
        assert "elsewhere@node.test" not in page
        assert "Internal Revenue" not in page

    def test_an_auditor_sees_everybody(self, people: People) -> None:
        page = text(as_(people.auditor).get(reverse("accounts:people")))
        for name in ("operator", "approver", "officer", "elsewhere", "nobody"):
            assert f"{name}@node.test" in page

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({"role": "officer"}, "officer elsewhere"),
            ({"role": "officer", "organisation": "revenue"}, "elsewhere"),
            ({"role": "approver", "organisation": "revenue"}, ""),
            ({"q": "NOBODY@"}, "nobody"),
            ({"q": "Aud"}, "auditor"),
            ({"state": "inactive"}, ""),
            ({"organisation": "customs"}, "operator approver officer"),
        ],
    )
    def test_the_filters(self, people: People, query: dict[str, str], found: str) -> None:
        if code := query.get("organisation"):
            query = {**query, "organisation": str(Organisation.objects.get(code=code).pk)}
        answer = as_(people.auditor).get(reverse("accounts:people"), {**query, "export": "json"})
        rows = json.loads(b"".join(answer.streaming_content))["rows"]
        assert sorted(row["email"].partition("@")[0] for row in rows) == sorted(found.split())

    def test_one_membership_has_to_fit_role_and_organisation(self, people: People) -> None:
        Membership.objects.create(officer=people.officer, organisation=people.revenue, role=Role.AUDITOR)
        query = {"role": "officer", "organisation": people.revenue.pk}
        page = text(as_(people.approver).get(reverse("accounts:people"), query))
        assert "elsewhere@node.test" in page
        assert ">officer@node.test" not in page

    def test_an_export_reads_like_the_page(self, people: People) -> None:
        answer = as_(people.auditor).get(reverse("accounts:people"), {"export": "csv", "q": "approver"})
        head, row = csv.reader(b"".join(answer.streaming_content).decode("utf-8-sig").splitlines())
        assert head[:3] == ["Name", "Email address", "Roles"]
        assert row[:4] == ["Approver", "approver@node.test", "Approver, Customs Department", "True"]

    def test_a_list_costs_the_same_queries_however_long_it_is(self, people: People) -> None:
        client = as_(people.auditor)
        address = reverse("accounts:people")

        def queries() -> int:
            with CaptureQueriesContext(connection) as seen:
                assert client.get(address).status_code == 200
            return len(seen)

        few = queries()
        for number in range(18):
            officer = make_officer(f"person{number}", people.customs, Role.OFFICER)
            Membership.objects.create(officer=officer, organisation=people.revenue, role=Role.AUDITOR)
        assert queries() == few
        assert few <= 12

    def test_a_person_elsewhere_is_refused(self, people: People) -> None:
        address = reverse("accounts:person", args=[people.elsewhere.pk])
        assert as_(people.officer).get(address).status_code == 403
        assert as_(people.elsewhere).get(address).status_code == 200

    def test_a_person_who_is_not_there_is_not_found(self, people: People) -> None:
        assert as_(people.approver).get(reverse("accounts:person", args=[0])).status_code == 404

    def test_only_an_approver_is_shown_the_buttons(self, people: People) -> None:
        address = reverse("accounts:person", args=[people.officer.pk])
        assert "Give this role" in text(as_(people.approver).get(address))
        assert "Give this role" not in text(as_(people.auditor).get(address))
        own = text(as_(people.approver).get(reverse("accounts:person", args=[people.approver.pk])))
        assert reverse("accounts:deactivate", args=[people.approver.pk]) not in own

    def test_a_person_is_invited_with_a_role_and_a_link(self, people: People) -> None:
        filled = {
            "full_name": "Daw Mya",
            "email": "Mya@node.test",
            "organisation": people.revenue.pk,
            "role": "officer",
        }
        answer = as_(people.approver).post(reverse("accounts:invite"), filled)
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "no-store"
        officer = Officer.objects.get(email="mya@node.test")
        assert [(held.organisation, held.role) for held in officer.memberships.all()] == [
            (people.revenue, "officer")
        ]
        assert answer.context["link"].startswith(settings.ISTHMUS.url)
        assert answer.context["link"] in text(answer)

    def test_a_known_address_is_an_error_beside_its_field(self, people: People) -> None:
        filled = {
            "full_name": "X",
            "email": "officer@node.test",
            "organisation": people.revenue.pk,
            "role": "officer",
        }
        answer = as_(people.approver).post(reverse("accounts:invite"), filled)
        assert answer.context["form"].errors == {"email": ["This address is taken."]}

    def test_a_role_is_given_and_taken_away(self, people: People) -> None:
        client = as_(people.approver)
        grant = reverse("accounts:grant", args=[people.nobody.pk])
        assert client.post(grant, {"organisation": people.revenue.pk, "role": "auditor"}).status_code == 302
        held = people.nobody.memberships.get()
        assert (held.organisation, held.role) == (people.revenue, "auditor")
        client.post(reverse("accounts:revoke", args=[people.nobody.pk, held.pk]))
        assert not people.nobody.memberships.exists()
        assert client.post(grant, {"role": "auditor"}).context["form"].errors.keys() == {"organisation"}

    def test_taking_the_last_approver_away_says_why_not(self, people: People) -> None:
        held = people.approver.memberships.get()
        address = reverse("accounts:revoke", args=[people.approver.pk, held.pk])
        page = text(as_(people.approver).post(address, follow=True))
        assert "This would leave the node without an approver" in page
        assert "Make somebody else an approver first." in page
        assert people.approver.memberships.exists()

    def test_a_membership_of_somebody_else_is_not_taken_away(self, people: People) -> None:
        held = people.elsewhere.memberships.get()
        address = reverse("accounts:revoke", args=[people.officer.pk, held.pk])
        assert as_(people.approver).post(address).status_code == 404

    def test_deactivation_asks_first(self, people: People) -> None:
        client = as_(people.approver)
        address = reverse("accounts:deactivate", args=[people.officer.pk])
        assert "All sessions end at once" in text(client.get(address))
        people.officer.refresh_from_db()
        assert people.officer.is_active
        client.post(address)
        people.officer.refresh_from_db()
        assert not people.officer.is_active
        client.post(reverse("accounts:link", args=[people.officer.pk]))
        client.post(reverse("accounts:activate", args=[people.officer.pk]))
        people.officer.refresh_from_db()
        assert people.officer.is_active

    def test_second_factors_are_removed_after_asking(self, people: People) -> None:
        from allauth.mfa.models import Authenticator

        Authenticator.objects.create(user=people.officer, type="totp", data={})
        client = as_(people.approver)
        address = reverse("accounts:remove_second_factors", args=[people.officer.pk])
        assert address in text(client.get(reverse("accounts:person", args=[people.officer.pk])))
        client.get(address)
        assert Authenticator.objects.filter(user=people.officer).exists()
        client.post(address)
        assert not Authenticator.objects.filter(user=people.officer).exists()


class TestOrganisations:
    def test_a_closed_one_is_marked(self, people: People) -> None:
        people.revenue.active = False
        people.revenue.save()
        client = as_(people.approver)
        assert "Closed" in text(client.get(reverse("accounts:organisations")))
        page = text(client.get(reverse("accounts:person", args=[people.elsewhere.pk])))
        assert "closed" in page

    def test_one_is_added_and_changed(self, people: People) -> None:
        client = as_(people.approver)
        filled = {"code": "port", "name": "Port Authority", "kind": "agency"}
        made = client.post(reverse("accounts:add_organisation"), filled, follow=True)
        assert "Port Authority" in text(made)
        port = Organisation.objects.get(code="port")
        change = reverse("accounts:change_organisation", args=[port.pk])
        assert 'value="Port Authority"' in text(client.get(change))
        client.post(change, {"name": "Ports", "kind": "agency"})
        port.refresh_from_db()
        assert (port.name, port.active) == ("Ports", False)

    def test_faults_come_back_to_the_form(self, people: People) -> None:
        client = as_(people.approver)
        filled = {"code": "customs", "name": "Another", "kind": "agency"}
        answer = client.post(reverse("accounts:add_organisation"), filled)
        assert answer.context["form"].errors == {"code": ["This code is taken."]}
        change = reverse("accounts:change_organisation", args=[people.customs.pk])
        answer = client.post(change, {"name": "Customs", "kind": "ministry"})
        assert "without an approver" in answer.context["form"].non_field_errors()[0]

    def test_its_page_lists_its_people(self, people: People) -> None:
        page = text(as_(people.officer).get(reverse("accounts:organisation", args=[people.customs.pk])))
        assert "Approver" in page
        assert reverse("accounts:person", args=[people.operator.pk]) in page
        refused = as_(people.officer).get(reverse("accounts:organisation", args=[people.revenue.pk]))
        assert refused.status_code == 403

    def test_the_list_counts_active_people_once(self, people: People) -> None:
        Membership.objects.create(officer=people.officer, organisation=people.customs, role=Role.AUDITOR)
        services.deactivate(people.operator, actor="test")
        answer = as_(people.auditor).get(reverse("accounts:organisations"), {"export": "json"})
        rows = json.loads(b"".join(answer.streaming_content))["rows"]
        assert {row["code"]: row["people"] for row in rows} == {"customs": 2, "revenue": 2}


class TestTokens:
    def test_the_secret_is_shown_once(self, people: People) -> None:
        client = as_(people.approver)
        filled = {"organisation": people.customs.pk, "label": "scales", "role": "officer", "days": "30"}
        answer = client.post(reverse("accounts:issue_token"), filled)
        secret = answer.context["secret"]
        assert secret in text(answer)
        assert answer["Cache-Control"] == "no-store"
        assert tokens.actor_by_secret(secret) is not None
        assert secret not in text(client.get(reverse("accounts:tokens")))

    def test_one_is_revoked_after_asking(self, people: People) -> None:
        token, _secret = services.issue_token(people.customs, "scales", "officer", actor="test")
        client = as_(people.approver)
        address = reverse("accounts:revoke_token", args=[token.pk])
        assert address in text(client.get(reverse("accounts:tokens")))
        assert "refused from now on" in text(client.get(address))
        assert ApiToken.objects.get().revoked_at is None
        client.post(address)
        assert ApiToken.objects.get().revoked_at is not None
        page = text(client.get(reverse("accounts:tokens")))
        assert "Revoked" in page
        assert address not in page

    def test_who_may_only_look_is_offered_nothing(self, people: People) -> None:
        token, _secret = services.issue_token(people.customs, "scales", "officer", actor="test")
        ApiToken.objects.update(expires=clock.now() - timedelta(days=1))
        page = text(as_(people.auditor).get(reverse("accounts:tokens")))
        assert "scales" in page
        assert "Expired" in page
        assert reverse("accounts:revoke_token", args=[token.pk]) not in page

    def test_the_filters(self, people: People) -> None:
        token, _secret = services.issue_token(people.customs, "scales", "officer", actor="test")
        services.revoke_token(token, actor="test")
        services.issue_token(people.revenue, "tills", "officer", actor="test")

        def found(**query: object) -> list[str]:
            answer = as_(people.auditor).get(reverse("accounts:tokens"), {**query, "export": "json"})
            return sorted(row["label"] for row in json.loads(b"".join(answer.streaming_content))["rows"])

        assert found() == ["scales", "tills"]
        assert found(state="open") == ["tills"]
        assert found(state="revoked") == ["scales"]
        assert found(organisation=people.revenue.pk) == ["tills"]


def test_the_events_can_be_searched(people: People) -> None:
    services.deactivate(people.officer, actor="a@node.test")
    services.grant(people.nobody, people.customs, "auditor", actor="b@node.test")

    def found(**query: object) -> list[str]:
        answer = as_(people.auditor).get(reverse("accounts:events"), {**query, "export": "json"})
        return [row["actor"] for row in json.loads(b"".join(answer.streaming_content))["rows"]]

    assert found() == ["b@node.test", "a@node.test"]
    assert found(kind="accounts.officer") == ["a@node.test"]
    assert found(who="NOBODY@node.test") == ["b@node.test"]
    assert found(since=(clock.now() + timedelta(days=2)).date().isoformat()) == []
    page = text(as_(people.auditor).get(reverse("accounts:events")))
    assert "Deactivated an account" in page
    assert "Not yet in the log" in page


class TestProfile:
    def test_it_shows_the_own_roles_and_events(self, people: People) -> None:
        client = Client()
        client.post(reverse("account_login"), {"login": "officer@node.test", "password": PASSWORD})
        page = text(client.get(reverse("accounts:profile")))
        assert "Customs Department" in page
        assert "Signed in" in page
        assert reverse("mfa_index") in page

    def test_name_and_language_are_saved_and_the_page_speaks_it(self, people: People) -> None:
        client = as_(people.officer)
        answer = client.post(reverse("accounts:profile"), {"full_name": "U Ba", "language": "fr"})
        assert answer.status_code == 302
        assert answer.cookies[settings.LANGUAGE_COOKIE_NAME].value == "fr"
        people.officer.refresh_from_db()
        assert (people.officer.full_name, people.officer.language) == ("U Ba", "fr")
        assert 'lang="fr"' in text(client.get(reverse("accounts:profile")))

    def test_how_often_what_waits_comes_by_mail_is_chosen(self, people: People) -> None:
        client = as_(people.officer)
        assert "What waits for me, by mail" in text(client.get(reverse("accounts:profile")))
        client.post(reverse("accounts:profile"), {"full_name": "O", "language": "", "digest": "weekly"})
        people.officer.refresh_from_db()
        assert people.officer.digest == "weekly"
        Officer.objects.filter(pk=people.officer.pk).update(email="å@node.test")
        answer = client.post(
            reverse("accounts:profile"), {"full_name": "O", "language": "", "digest": "daily"}
        )
        assert answer.context["form"].errors.keys() == {"digest"}

    def test_a_missing_name_is_an_error(self, people: People) -> None:
        answer = as_(people.officer).post(reverse("accounts:profile"), {"full_name": " ", "language": ""})
        assert answer.context["form"].errors.keys() == {"full_name"}


def test_the_navigation_holds_what_the_visitor_may_open(people: People) -> None:
    def offered(officer: Officer, page: str) -> dict[str, bool]:
        request = RequestFactory().get(reverse(f"accounts:{page}"))
        request.user = officer
        return {str(item.label): item.current for item in sections(request)}

    assert offered(people.officer, "people") == {"People": True, "Organisations": False}
    assert offered(people.auditor, "tokens") == {
        "People": False,
        "Organisations": False,
        "API tokens": True,
        "Events": False,
        "Letters by mail": False,
    }
    assert offered(people.nobody, "profile") == {}
