"""The writers: what each does, refuses and notes."""

from datetime import date, timedelta

import pytest

from isthmus.accounts import services, tokens
from isthmus.accounts.letters import local_day
from isthmus.accounts.models import ApiToken, AuditEvent, Membership, Officer, Organisation
from isthmus.accounts.policy import actor_for, can
from isthmus.accounts.roles import Role
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict

from .conftest import PASSWORD, People, make_officer


def kinds() -> list[str]:
    return list(AuditEvent.objects.order_by("occurred").values_list("kind", flat=True))


class TestOrganisations:
    def test_one_is_created_and_noted(self, db: None) -> None:
        made = services.create_organisation(" Customs ", "Customs", "ministry", actor="isthmus init")
        assert (made.code, made.name, made.active) == ("customs", "Customs", True)
        event = AuditEvent.objects.get()
        assert (event.kind, event.actor, event.subject) == (
            "accounts.organisation.created",
            "isthmus init",
            "customs",
        )

    def test_every_fault_of_the_input_is_named(self, db: None) -> None:
        with pytest.raises(BadInput) as caught:
            services.create_organisation("no spaces", " ", "kingdom", actor="test")
        assert [fault.where for fault in caught.value.faults] == ["code", "name", "kind"]
        assert not Organisation.objects.exists()

    def test_a_code_names_one_organisation(self, people: People) -> None:
        with pytest.raises(Conflict, match="code customs already"):
            services.create_organisation("customs", "Another", "firm", actor="test")

    def test_a_change_says_what_was_before(self, people: People) -> None:
        services.change_organisation(
            people.revenue, name="Revenue", kind="agency", active=False, actor="test"
        )
        people.revenue.refresh_from_db()
        assert (people.revenue.name, people.revenue.active) == ("Revenue", False)
        detail = AuditEvent.objects.get().detail
        assert detail["before"] == {"name": "Internal Revenue", "kind": "agency", "active": True}
        assert detail["after"]["active"] is False

    def test_no_change_is_no_event(self, people: People) -> None:
        same = people.revenue
        services.change_organisation(same, name=same.name, kind=same.kind, active=True, actor="test")
        assert kinds() == []

    def test_the_organisation_of_the_last_approver_stays_open(self, people: People) -> None:
        with pytest.raises(Conflict) as caught:
            services.change_organisation(
                people.customs, name="C", kind="ministry", active=False, actor="test"
            )
        assert caught.value.code == "accounts.approver.last"
        people.customs.refresh_from_db()
        assert people.customs.active


class TestOfficers:
    def test_the_login_is_the_address_in_lower_case(self, db: None) -> None:
        officer = services.create_officer(" Aye.Chan@Node.Test ", " Aye Chan ", PASSWORD, actor="test")
        assert (officer.email, officer.full_name) == ("aye.chan@node.test", "Aye Chan")
        assert officer.check_password(PASSWORD)
        assert kinds() == ["accounts.officer.created"]

    def test_without_a_password_none_works(self, db: None) -> None:
        officer = services.create_officer("a@node.test", "A", actor="test")
        assert not officer.has_usable_password()

    def test_every_fault_of_the_input_is_named(self, db: None) -> None:
        with pytest.raises(BadInput) as caught:
            services.create_officer("nowhere", "", "short", actor="test")
        assert [fault.where for fault in caught.value.faults] == ["email", "full_name", "password"]

    def test_an_address_has_one_account(self, people: People) -> None:
        with pytest.raises(Conflict, match="has an account already"):
            services.create_officer("OFFICER@node.test", "Somebody", actor="test")

    def test_the_profile_changes(self, people: People) -> None:
        services.change_profile(people.officer, full_name=" Ma Mya ", language="fr", actor="test")
        people.officer.refresh_from_db()
        assert (people.officer.full_name, people.officer.language) == ("Ma Mya", "fr")
        assert kinds() == ["accounts.officer.changed"]

    def test_a_digest_begins_anew_when_it_is_chosen(self, people: People) -> None:
        def choose(digest: str) -> tuple[str, date | None, str]:
            services.change_profile(people.officer, full_name="O", language="", digest=digest, actor="test")
            people.officer.refresh_from_db()
            return people.officer.digest, people.officer.digest_on, people.officer.digest_told

        today = local_day()
        assert people.officer.digest == "never"
        assert choose("") == ("never", None, "")
        assert choose("daily") == ("daily", today, "")
        Officer.objects.update(digest_on=date(2026, 1, 5), digest_told="x")
        people.officer.refresh_from_db()
        assert choose("daily") == choose("") == ("daily", date(2026, 1, 5), "x")
        assert choose("weekly") == ("weekly", today, "")

    def test_a_digest_needs_an_address_to_which_letters_go(self, people: People) -> None:
        people.officer.email = "å@node.test"
        with pytest.raises(BadInput, match="No letter can be sent") as caught:
            services.change_profile(people.officer, full_name="O", language="", digest="daily", actor="test")
        assert [fault.where for fault in caught.value.faults] == ["digest"]
        services.change_profile(people.officer, full_name="O", language="", digest="never", actor="test")
        with pytest.raises(BadInput, match="never, daily, weekly"):
            services.change_profile(people.nobody, full_name="N", language="", digest="hourly", actor="test")

    def test_a_profile_has_a_name(self, people: People) -> None:
        with pytest.raises(BadInput):
            services.change_profile(people.officer, full_name=" ", language="", actor="test")


class TestRoles:
    def test_a_role_is_granted_once(self, people: People) -> None:
        first = services.grant(people.nobody, people.revenue, Role.OFFICER, actor=actor_for(people.approver))
        second = services.grant(people.nobody, people.revenue, "officer", actor="test")
        assert first == second
        event = AuditEvent.objects.get()
        assert (event.kind, event.actor, event.subject) == (
            "accounts.role.granted",
            "approver@node.test",
            "nobody@node.test",
        )
        assert event.detail == {"organisation": "revenue", "role": "officer"}

    def test_an_unknown_role_is_bad_input(self, people: People) -> None:
        with pytest.raises(BadInput):
            services.grant(people.nobody, people.revenue, "king", actor="test")

    def test_a_deactivated_officer_gets_no_role(self, people: People) -> None:
        services.deactivate(people.nobody, actor="test")
        with pytest.raises(Conflict, match="deactivated"):
            services.grant(people.nobody, people.revenue, Role.OFFICER, actor="test")

    def test_a_role_is_revoked(self, people: People) -> None:
        services.revoke(people.officer, people.customs, Role.OFFICER, actor="test")
        assert not people.officer.memberships.exists()
        assert kinds() == ["accounts.role.revoked"]

    def test_revoking_what_is_not_held_does_nothing(self, people: People) -> None:
        services.revoke(people.officer, people.revenue, Role.OFFICER, actor="test")
        assert kinds() == []

    def test_the_last_approver_stays(self, people: People) -> None:
        with pytest.raises(Conflict) as caught:
            services.revoke(people.approver, people.customs, Role.APPROVER, actor="test")
        assert caught.value.code == "accounts.approver.last"
        assert caught.value.next_step == "Make somebody else an approver first."
        assert can(actor_for(people.approver), "accounts.person.manage")

    def test_an_approver_who_is_shut_out_does_not_count(self, people: People) -> None:
        services.grant(people.nobody, people.customs, Role.APPROVER, actor="test")
        services.deactivate(people.nobody, actor="test")
        with pytest.raises(Conflict, match="without an approver"):
            services.revoke(people.approver, people.customs, Role.APPROVER, actor="test")

    def test_one_of_two_approvers_may_go(self, people: People) -> None:
        services.grant(people.officer, people.customs, Role.APPROVER, actor="test")
        services.revoke(people.approver, people.customs, Role.APPROVER, actor="test")
        assert not can(actor_for(people.approver), "accounts.person.manage")

    def test_nobody_takes_the_own_last_role(self, people: People) -> None:
        services.grant(people.officer, people.customs, Role.APPROVER, actor="test")
        with pytest.raises(Conflict) as caught:
            services.revoke(people.approver, people.customs, Role.APPROVER, actor=actor_for(people.approver))
        assert caught.value.code == "accounts.role.own-last"
        assert people.approver.memberships.count() == 1

    def test_one_of_two_own_roles_may_go(self, people: People) -> None:
        services.grant(people.officer, people.customs, Role.APPROVER, actor="test")
        services.revoke(people.officer, people.customs, Role.APPROVER, actor=actor_for(people.officer))
        assert [held.role for held in people.officer.memberships.all()] == ["officer"]


class TestDeactivation:
    def test_it_ends_the_password_and_says_so(self, people: People) -> None:
        services.deactivate(people.officer, actor="test")
        services.deactivate(people.officer, actor="test")
        people.officer.refresh_from_db()
        assert not people.officer.is_active
        assert not people.officer.has_usable_password()
        assert people.officer.memberships.exists()
        assert kinds() == ["accounts.officer.deactivated"]

    def test_the_last_approver_stays(self, people: People) -> None:
        with pytest.raises(Conflict, match="without an approver"):
            services.deactivate(people.approver, actor="test")
        people.approver.refresh_from_db()
        assert people.approver.is_active

    def test_nobody_deactivates_the_own_account(self, people: People) -> None:
        with pytest.raises(Conflict, match="yourself"):
            services.deactivate(people.officer, actor=actor_for(people.officer))

    def test_activation_brings_the_roles_back_but_no_password(self, people: People) -> None:
        services.deactivate(people.officer, actor="test")
        services.activate(people.officer, actor="test")
        services.activate(people.officer, actor="test")
        assert can(actor_for(people.officer), "accounts.person.view")
        assert not people.officer.has_usable_password()
        assert kinds() == ["accounts.officer.deactivated", "accounts.officer.activated"]

    def test_a_deactivated_officer_gets_no_link(self, people: People) -> None:
        services.deactivate(people.officer, actor="test")
        with pytest.raises(Conflict, match="deactivated"):
            services.invitation_link(people.officer, actor="test")


class TestTokens:
    def test_the_secret_is_shown_once_and_not_stored(self, people: People) -> None:
        token, secret = services.issue_token(people.customs, "scales", Role.OFFICER, actor="test", days=30)
        assert secret.startswith("ist_")
        assert len(secret) == 4 + 43
        stored = ApiToken.objects.get()
        assert stored.digest == tokens.digest(secret)
        assert stored.expires - stored.created == timedelta(days=30)
        assert secret not in str(AuditEvent.objects.get().detail)
        assert token.state == "valid"

    def test_no_two_secrets_are_alike(self) -> None:
        assert len({tokens.new_secret() for _ in range(100)}) == 100

    @pytest.mark.parametrize(
        ("label", "role", "days", "where"),
        [
            (" ", "officer", 30, "label"),
            ("x", "king", 30, "role"),
            ("x", "officer", 0, "days"),
            ("x", "officer", 731, "days"),
        ],
    )
    def test_what_a_token_needs(self, people: People, label: str, role: str, days: int, where: str) -> None:
        with pytest.raises(BadInput) as caught:
            services.issue_token(people.customs, label, role, actor="test", days=days)
        assert [fault.where for fault in caught.value.faults] == [where]

    def test_a_program_is_no_approver(self, people: People) -> None:
        with pytest.raises(BadInput, match="an officer, an operator or an auditor"):
            services.issue_token(people.customs, "x", Role.APPROVER, actor="test")

    def test_the_secret_finds_its_actor(self, people: People) -> None:
        token, secret = services.issue_token(people.customs, "scales", Role.AUDITOR, actor="test")
        actor = tokens.actor_by_secret(secret)
        assert actor is not None
        assert actor.token_id == token.pk
        assert can(actor, "accounts.audit.view")

    @pytest.mark.parametrize("secret", ["", "ist_", "ist_unknown", "Bearer x", "ist_\ud800"])
    def test_an_unknown_secret_finds_nobody(self, people: People, secret: str) -> None:
        assert tokens.actor_by_secret(secret) is None

    def test_a_revoked_token_is_dead_at_once(self, people: People) -> None:
        token, secret = services.issue_token(people.customs, "scales", Role.OFFICER, actor="test")
        services.revoke_token(token, actor="test")
        services.revoke_token(token, actor="test")
        assert tokens.actor_by_secret(secret) is None
        assert token.state == "revoked"
        assert kinds() == ["accounts.token.issued", "accounts.token.revoked"]

    def test_an_expired_token_is_dead(self, people: People) -> None:
        token, secret = services.issue_token(people.customs, "scales", Role.OFFICER, actor="test")
        ApiToken.objects.update(expires=clock.now() - timedelta(seconds=1))
        token.refresh_from_db()
        assert token.state == "expired"
        assert tokens.actor_by_secret(secret) is None

    def test_use_is_written_at_most_once_a_minute(self, people: People) -> None:
        _token, secret = services.issue_token(people.customs, "scales", Role.OFFICER, actor="test")
        tokens.actor_by_secret(secret)
        first = ApiToken.objects.get().last_used
        assert first is not None
        tokens.actor_by_secret(secret)
        assert ApiToken.objects.get().last_used == first
        long_ago = clock.now() - timedelta(minutes=2)
        ApiToken.objects.update(last_used=long_ago)
        tokens.actor_by_secret(secret)
        assert ApiToken.objects.get().last_used > long_ago


def test_second_factors_are_forgotten_for_who_lost_the_phone(people: People) -> None:
    from allauth.mfa.models import Authenticator

    Authenticator.objects.create(user=people.officer, type="totp", data={})
    services.remove_second_factors(people.officer, actor="test")
    services.remove_second_factors(people.officer, actor="test")
    left = Authenticator.objects.order_by("user__email")
    assert [factor.user for factor in left] == [people.approver, people.auditor, people.operator]
    assert [event.detail["kinds"] for event in AuditEvent.objects.all()] == [["totp"]]


def test_officers_are_found_by_any_form_of_their_address(people: People) -> None:
    assert Officer.objects.get_by_natural_key(" Officer@NODE.test") == people.officer
    with pytest.raises(Officer.DoesNotExist):
        Officer.objects.get_by_natural_key(None)


def test_rows_read_well(people: People) -> None:
    bare = make_officer("bare")
    bare.full_name = ""
    assert str(people.officer) == people.officer.get_full_name() == "Officer"
    assert str(bare) == "bare@node.test"
    held = Membership.objects.get(officer=people.officer)
    assert str(held) == f"{people.officer.pk} officer {people.customs.pk}"
    assert str(people.customs) == "Customs Department"
    token, _secret = services.issue_token(people.customs, "scales", "officer", actor="init")
    assert str(token) == "scales"
    assert str(AuditEvent.objects.get()) == "accounts.token.issued init scales"
