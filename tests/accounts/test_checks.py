"""A rule or a path that cannot mean anything is found when the node starts."""

from collections.abc import Iterator

import pytest
from django.apps import apps

from isthmus.accounts.checks import check_access_rules
from isthmus.accounts.policy import Reach, Rule
from isthmus.accounts.roles import Role


@pytest.fixture
def config() -> Iterator[object]:
    config = apps.get_app_config("contenttypes")
    yield config
    for name in ("access_rules", "organisation_paths"):
        if name in vars(config):
            delattr(config, name)


def faults() -> list[tuple[str, str]]:
    return [(fault.id, fault.msg) for fault in check_access_rules(None)]


def test_the_rules_of_this_node_are_sound() -> None:
    assert faults() == []


def test_an_action_has_one_rule(config: object) -> None:
    config.access_rules = (Rule("accounts.audit.view", "Again", frozenset(Role), Reach.NODE),)
    ((fault, message),) = faults()
    assert fault == "accounts.E001"
    assert "accounts.audit.view has 2 rules" in message
    assert "django.contrib.contenttypes" in message
    assert "isthmus.accounts" in message


def test_a_rule_names_a_role(config: object) -> None:
    config.access_rules = (Rule("test.never", "Never", frozenset(), Reach.NODE),)
    assert faults() == [("accounts.E002", "No role allows test.never.")]


@pytest.mark.parametrize(
    ("paths", "fault"),
    [
        ({"accounts.Officer": "memberships__organisation_id"}, "accounts.E003"),
        ({"accounts.Ofcer": ""}, "accounts.E004"),
        ({"nonsense": ""}, "accounts.E004"),
        ({"contenttypes.ContentType": "organisation"}, "accounts.E005"),
        ({"contenttypes.ContentType": "id__organisation"}, "accounts.E005"),
        ({"contenttypes.ContentType": "id"}, "accounts.E005"),
        ({"contenttypes.ContentType": "model"}, "accounts.E005"),
        ({"mfa.Authenticator": "user__memberships"}, "accounts.E005"),
        ({"mfa.Authenticator": "user__memberships__organisation__code"}, "accounts.E005"),
    ],
)
def test_a_path_leads_to_an_organisation(config: object, paths: dict[str, str], fault: str) -> None:
    config.organisation_paths = paths
    assert [found for found, _message in faults()] == [fault]


@pytest.mark.parametrize(
    "path",
    [
        "user__memberships__organisation",
        "user__memberships__organisation_id",
        "user__memberships__organisation__pk",
    ],
)
def test_a_path_may_end_at_the_organisation_or_its_id(config: object, path: str) -> None:
    config.organisation_paths = {"mfa.Authenticator": path}
    assert faults() == []
