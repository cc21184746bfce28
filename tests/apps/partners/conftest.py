"""What the tests of business partners share."""

from datetime import datetime, timedelta

import pytest

from isthmus.accounts import duty
from isthmus.accounts.models import Kind, Membership, Officer, Organisation
from isthmus.accounts.roles import Role
from isthmus.kit import clock
from isthmus.trust.models import Partner
from tests.apps.partners.fair import Fair, agree
from tests.foreign import ForeignNode
from tests.second_factors import give_app


def person(name: str, organisation: Organisation, role: Role) -> Officer:
    officer = Officer.objects.create_user(f"{name}@node.test", name.capitalize(), "seven calm rivers")
    Membership.objects.create(officer=officer, organisation=organisation, role=role)
    if role in duty.ROLES:
        give_app(officer)
    return officer


@pytest.fixture
def fair(cn: ForeignNode, partner: Partner) -> Fair:
    firm = Organisation.objects.create(code="signal", name="Golden Signal (sample)", kind=Kind.FIRM)
    rival = Organisation.objects.create(code="rival", name="Silver Mast (sample)", kind=Kind.FIRM)
    return Fair(
        firm,
        rival,
        person("officer", firm, Role.OFFICER),
        person("approver", firm, Role.APPROVER),
        person("competitor", rival, Role.OFFICER),
        cn,
        partner,
        agree(cn, partner),
    )


class Time:
    """A clock that a test can set on; it goes on running."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)
        self._true = clock.now

    def now(self) -> datetime:
        return self._true() + self.ahead

    def forward(self, **parts: float) -> None:
        self.ahead += timedelta(**parts)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    found = Time()
    monkeypatch.setattr(clock, "now", found.now)
    return found
