"""The people who work with declarations."""

from dataclasses import dataclass

import pytest

from isthmus.accounts.models import Kind, Membership, Officer, Organisation
from isthmus.accounts.roles import Role


@dataclass(frozen=True)
class Customs:
    organisation: Organisation
    officer: Officer
    auditor: Officer
    elsewhere: Officer


def _officer(name: str, organisation: Organisation, role: Role) -> Officer:
    officer = Officer.objects.create_user(f"{name}@node.test", name.capitalize(), "seven calm rivers")
    Membership.objects.create(officer=officer, organisation=organisation, role=role)
    return officer


@pytest.fixture
def customs(db: None) -> Customs:
    """The customs department with its officer, an auditor, and an officer of another ministry."""
    department = Organisation.objects.create(code="customs", name="Customs", kind=Kind.MINISTRY)
    revenue = Organisation.objects.create(code="revenue", name="Revenue", kind=Kind.AGENCY)
    return Customs(
        department,
        _officer("officer", department, Role.OFFICER),
        _officer("auditor", revenue, Role.AUDITOR),
        _officer("elsewhere", revenue, Role.OFFICER),
    )
