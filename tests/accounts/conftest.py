"""A small node: two ministries, and one officer for each role."""

from dataclasses import dataclass

import pytest
from django.core.cache import cache

from isthmus.accounts import duty
from isthmus.accounts.models import Kind, Membership, Officer, Organisation
from isthmus.accounts.roles import Role
from tests.second_factors import give_app

PASSWORD = "seven calm rivers"


@dataclass(frozen=True)
class People:
    customs: Organisation
    revenue: Organisation
    operator: Officer
    approver: Officer
    officer: Officer
    auditor: Officer
    elsewhere: Officer
    nobody: Officer


def make_officer(name: str, organisation: Organisation | None = None, role: str = "") -> Officer:
    officer = Officer.objects.create_user(f"{name}@node.test", name.capitalize(), PASSWORD)
    if role in duty.ROLES:
        give_app(officer)
    if organisation is not None:
        Membership.objects.create(officer=officer, organisation=organisation, role=role)
    return officer


@pytest.fixture(autouse=True)
def _no_codes_remembered() -> None:
    """allauth remembers used codes in this process, by officers' numbers that tests use again."""
    cache.clear()


@pytest.fixture
def people(db: None) -> People:
    customs = Organisation.objects.create(code="customs", name="Customs Department", kind=Kind.MINISTRY)
    revenue = Organisation.objects.create(code="revenue", name="Internal Revenue", kind=Kind.AGENCY)
    return People(
        customs=customs,
        revenue=revenue,
        operator=make_officer("operator", customs, Role.OPERATOR),
        approver=make_officer("approver", customs, Role.APPROVER),
        officer=make_officer("officer", customs, Role.OFFICER),
        auditor=make_officer("auditor", revenue, Role.AUDITOR),
        elsewhere=make_officer("elsewhere", revenue, Role.OFFICER),
        nobody=make_officer("nobody"),
    )
