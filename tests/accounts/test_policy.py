"""The access policy: what each role reaches, and that both questions have one answer."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isthmus.accounts import audit, policy, rules
from isthmus.accounts.models import ApiToken, AuditEvent, Membership, Officer, Organisation
from isthmus.accounts.policy import (
    ANONYMOUS,
    Actor,
    Everything,
    OrganisationIds,
    Reach,
    Rule,
    actor_for,
    actor_for_token,
    actor_of,
    can,
    reach_of,
    require,
    visible,
)
from isthmus.accounts.roles import Role
from isthmus.accounts.services import issue_token
from isthmus.kit import clock
from isthmus.kit.errors import Refused

from .conftest import People

ROLES = st.frozensets(st.sampled_from(list(Role)))


@pytest.fixture
def one_rule() -> Iterator[None]:
    """The rule "test.file": officers in their organisation, auditors everywhere."""
    yield from _with_rules(
        Rule(
            "test.file",
            "Open a file",
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            frozenset({Role.AUDITOR}),
        ),
        Rule("test.stop", "Stop the node", frozenset({Role.OPERATOR}), Reach.NODE),
    )


def _with_rules(*stated: Rule) -> Iterator[None]:
    config = apps.get_app_config("accounts")
    before = config.access_rules
    config.access_rules = (*before, *stated)
    rules.forget()
    try:
        yield
    finally:
        config.access_rules = before
        rules.forget()


@pytest.mark.usefixtures("one_rule")
class TestReach:
    def test_an_officer_reaches_the_own_organisation(self, people: People) -> None:
        assert reach_of(actor_for(people.officer), "test.file") == OrganisationIds(
            frozenset({people.customs.pk})
        )

    def test_an_auditor_reaches_everything_where_the_rule_says_everywhere(self, people: People) -> None:
        assert reach_of(actor_for(people.auditor), "test.file") == Everything()

    def test_a_node_rule_reaches_everything_from_any_organisation(self, people: People) -> None:
        assert reach_of(actor_for(people.operator), "test.stop") == Everything()
        assert reach_of(actor_for(people.officer), "test.stop") == OrganisationIds()

    def test_a_role_the_rule_does_not_name_reaches_nothing(self, people: People) -> None:
        assert reach_of(actor_for(people.approver), "test.file") == OrganisationIds()

    def test_two_organisations_add_up(self, people: People) -> None:
        Membership.objects.create(officer=people.officer, organisation=people.revenue, role=Role.OFFICER)
        both = frozenset({people.customs.pk, people.revenue.pk})
        assert reach_of(actor_for(people.officer), "test.file") == OrganisationIds(both)

    def test_an_unknown_action_is_denied_to_all(self, people: People) -> None:
        assert reach_of(actor_for(people.approver), "test.unheard-of") == OrganisationIds()

    def test_nobody_is_denied(self) -> None:
        assert reach_of(ANONYMOUS, "test.file") == OrganisationIds()

    def test_a_deactivated_officer_is_denied(self, people: People) -> None:
        people.auditor.is_active = False
        assert reach_of(actor_for(people.auditor), "test.file") == OrganisationIds()

    def test_the_roles_of_a_closed_organisation_count_for_nothing(self, people: People) -> None:
        Organisation.objects.filter(pk=people.revenue.pk).update(active=False)
        assert reach_of(actor_for(people.auditor), "test.file") == OrganisationIds()
        assert reach_of(actor_for(people.elsewhere), "test.file") == OrganisationIds()


@pytest.mark.usefixtures("one_rule")
class TestCanAndVisible:
    def test_the_own_row_and_no_other(self, people: People) -> None:
        actor = actor_for(people.officer)
        own = Membership.objects.get(officer=people.officer)
        other = Membership.objects.get(officer=people.elsewhere)
        assert can(actor, "test.file", own)
        assert not can(actor, "test.file", other)
        seen = visible(actor, "test.file", Membership.objects.all())
        assert set(seen) == set(Membership.objects.filter(organisation=people.customs))

    def test_an_organisation_is_its_own(self, people: People) -> None:
        assert can(actor_for(people.officer), "test.file", people.customs)
        assert not can(actor_for(people.officer), "test.file", people.revenue)

    def test_a_person_in_several_organisations_is_listed_once(self, people: People) -> None:
        Membership.objects.create(officer=people.officer, organisation=people.customs, role=Role.AUDITOR)
        Membership.objects.create(officer=people.officer, organisation=people.customs, role=Role.OPERATOR)
        only = replace(actor_for(people.officer), memberships=((people.customs.pk, "officer"),))
        seen = [officer.pk for officer in visible(only, "test.file", Officer.objects.all())]
        assert sorted(seen) == sorted([people.operator.pk, people.approver.pk, people.officer.pk])

    def test_without_an_object_a_reach_of_one_organisation_suffices(self, people: People) -> None:
        assert can(actor_for(people.officer), "test.file")
        assert not can(actor_for(people.approver), "test.file")

    def test_rows_of_the_node_are_not_an_organisations(self, people: People) -> None:
        event = audit.note("test.something", actor="test")
        assert not can(actor_for(people.officer), "test.file", event)
        assert not visible(actor_for(people.officer), "test.file", AuditEvent.objects.all()).exists()
        assert can(actor_for(people.auditor), "test.file", event)

    def test_a_model_without_a_stated_path_is_denied(self, people: People) -> None:
        from allauth.account.models import EmailAddress

        address = EmailAddress.objects.create(user=people.officer, email=people.officer.email)
        assert not can(actor_for(people.officer), "test.file", address)
        assert not visible(actor_for(people.officer), "test.file", EmailAddress.objects.all()).exists()


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, object]:
    organisations = draw(st.integers(1, 3))
    held = st.frozensets(
        st.tuples(st.integers(0, organisations - 1), st.sampled_from(list(Role))), max_size=4
    )
    return {
        "active": draw(st.lists(st.booleans(), min_size=organisations, max_size=organisations)),
        "held": draw(held),
        "held_by_other": draw(held),
        "officer_active": draw(st.booleans()),
        "token": draw(st.none() | st.tuples(st.integers(0, organisations - 1), st.sampled_from(list(Role)))),
        "token_days": draw(st.sampled_from([-1, 1])),
        "token_revoked": draw(st.booleans()),
        "rule": Rule("test.any", "Anything", draw(ROLES), draw(st.sampled_from(Reach)), draw(ROLES)),
    }


def _build(world: dict[str, object]) -> tuple[list[Actor], dict[type[models.Model], list[models.Model]]]:
    organisations = [
        Organisation.objects.create(code=f"o{number}", name=f"O {number}", kind="agency", active=active)
        for number, active in enumerate(world["active"])
    ]
    one = Officer.objects.create_user("one@node.test", "One", is_active=world["officer_active"])
    other = Officer.objects.create_user("other@node.test", "Other")
    for officer, held in ((one, world["held"]), (other, world["held_by_other"])):
        for number, role in held:
            Membership.objects.create(officer=officer, organisation=organisations[number], role=role)
    actors = [ANONYMOUS, actor_for(one), actor_for(other)]
    if world["token"]:
        number, role = world["token"]
        now = clock.now()
        token = ApiToken.objects.create(
            organisation=organisations[number],
            label="t",
            digest="0" * 64,
            role=role,
            created_by="test",
            expires=now + timedelta(days=world["token_days"]),
            revoked_at=now if world["token_revoked"] else None,
        )
        actors.append(actor_for_token(token))
    audit.note("test.event", actor="test")
    seen = (Organisation, Officer, Membership, ApiToken, AuditEvent)
    return actors, {model: list(model._default_manager.all()) for model in seen}


@given(worlds())
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_can_and_visible_agree_on_every_actor_action_and_object(db: None, world: dict[str, object]) -> None:
    with transaction.atomic():
        actors, objects = _build(world)
        for _ in _with_rules(world["rule"]):
            # Rules that say the same under other names answer alike: one of each is asked.
            alike = {(rule.roles, rule.reach, rule.everywhere): name for name, rule in rules.rules().items()}
            actions = (*alike.values(), "test.any", "test.unheard-of")
            for actor, action, (model, rows) in product(actors, actions, objects.items()):
                shown = visible(actor, action, model._default_manager.all()).values_list("pk", flat=True)
                allowed = {row.pk for row in rows if can(actor, action, row)}
                assert allowed == set(shown), (actor, action, model)
        transaction.set_rollback(True)


class TestActors:
    def test_an_actor_is_worked_out_once_a_request(
        self, people: People, django_assert_num_queries: object
    ) -> None:
        request = RequestFactory().get("/")
        request.user = people.officer
        with django_assert_num_queries(1):
            first = actor_of(request)
            assert actor_of(request) is first
        assert first.label == "officer@node.test"
        assert first.memberships == ((people.customs.pk, "officer"),)

    def test_who_signs_in_within_a_request_is_a_new_actor(self, people: People) -> None:
        request = RequestFactory().get("/")
        request.user = AnonymousUser()
        assert actor_of(request) == ANONYMOUS
        request.user = people.officer
        assert actor_of(request).officer_id == people.officer.pk

    def test_a_token_acts_in_its_role_for_its_organisation(self, people: People) -> None:
        token, _secret = issue_token(people.customs, "scales", Role.OFFICER, actor="test")
        actor = actor_for_token(token)
        assert actor.active
        assert actor.label == "token scales (customs)"
        assert actor.memberships == ((people.customs.pk, "officer"),)

    def test_an_actor_names_the_organisations_it_acts_for(self, people: People) -> None:
        Membership.objects.create(officer=people.officer, organisation=people.revenue, role=Role.AUDITOR)
        assert actor_for(people.officer).organisation_ids == {people.customs.pk, people.revenue.pk}
        assert str(actor_for(people.officer)) == "officer@node.test"
        assert ANONYMOUS.organisation_ids == frozenset()

    def test_a_token_of_a_closed_organisation_can_nothing(self, people: People) -> None:
        token, _secret = issue_token(people.customs, "scales", Role.AUDITOR, actor="test")
        people.customs.active = False
        assert not can(actor_for_token(token), "accounts.person.view")


class TestRequire:
    def test_a_node_without_an_approver_says_whom_else_to_ask(self, people: People) -> None:
        Officer.objects.filter(pk=people.approver.pk).update(is_active=False)
        with pytest.raises(Refused) as caught:
            require(actor_for(people.officer), "accounts.person.manage")
        assert caught.value.next_step == "Ask whoever runs this node."

    def test_it_returns_where_it_is_allowed(self, people: People) -> None:
        require(actor_for(people.approver), "accounts.person.manage")
        assert not AuditEvent.objects.exists()

    def test_it_says_which_role_is_needed_and_whom_to_ask(self, people: People) -> None:
        with pytest.raises(Refused) as caught:
            require(actor_for(people.officer), "accounts.person.manage")
        assert caught.value.code == "access.refused"
        assert caught.value.message == (
            "You may not do this: Invite people and give them roles. It needs the role Approver."
        )
        assert caught.value.next_step == "Ask an approver of this node: Approver (approver@node.test)."

    def test_it_names_every_role_that_would_do(self, people: People) -> None:
        with pytest.raises(Refused, match="role Operator or Approver or Auditor"):
            require(actor_for(people.officer), "accounts.audit.view")

    def test_it_asks_nobody_to_sign_in(self, people: People) -> None:
        with pytest.raises(Refused) as caught:
            require(ANONYMOUS, "accounts.person.view")
        assert caught.value.next_step == "Sign in first."

    def test_a_refusal_is_an_event_and_a_log_line(
        self, people: People, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.WARNING), pytest.raises(Refused):
            require(actor_for(people.elsewhere), "accounts.organisation.view", people.customs)
        event = AuditEvent.objects.get()
        assert (event.kind, event.actor) == ("access.refused", "elsewhere@node.test")
        assert event.subject == f"accounts.Organisation {people.customs.pk}"
        assert event.detail == {"action": "accounts.organisation.view"}
        assert "refused: access.refused" in caplog.text

    def test_an_action_without_a_rule_says_so(self, people: People) -> None:
        with pytest.raises(Refused, match=r"no rule of this node speaks of “test\.gone”"):
            require(actor_for(people.approver), "test.gone")

    def test_the_event_outlives_the_rollback_of_its_transaction(self, people: People) -> None:
        def refuse() -> None:
            with transaction.atomic():
                require(actor_for(people.nobody), "accounts.person.view")

        with pytest.raises(Refused), audit.lasting():
            refuse()
        assert AuditEvent.objects.get().actor == "nobody@node.test"

    def test_without_an_edge_the_event_goes_with_the_rollback(self, people: People) -> None:
        with pytest.raises(Refused), transaction.atomic():
            require(actor_for(people.nobody), "accounts.person.view")
        assert not AuditEvent.objects.exists()


def test_the_policy_module_offers_what_it_lists() -> None:
    assert all(hasattr(policy, name) for name in policy.__all__)
