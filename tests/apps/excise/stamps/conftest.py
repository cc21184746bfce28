"""A revenue service that issues stamps and a distillery that puts them on bottles; sample data."""

from dataclasses import dataclass

import pytest

from isthmus.accounts import duty
from isthmus.accounts.models import Kind, Membership, Officer, Organisation
from isthmus.accounts.roles import Role
from isthmus.apps.excise.models import Guarantee, Operator, StampBatch, StampRequest
from isthmus.apps.excise.stamps.models import Proof
from isthmus.apps.excise.stamps.rules.custody import Act
from isthmus.apps.excise.stamps.services import issuing, moving, requesting
from isthmus.apps.excise.stamps.services.securing import Security
from isthmus.trust.models import Partner
from tests.apps.excise.stamps.samples import GTIN, a_guarantee, an_operator, brandy
from tests.apps.excise.stamps.strait import Strait, agreed_strait
from tests.foreign import ForeignNode
from tests.second_factors import give_app

__all__ = ["GTIN", "People", "asked", "done", "issued", "on_the_bottle"]


@dataclass(frozen=True)
class People:
    revenue: Organisation
    distillery: Organisation
    approver: Officer
    officer: Officer
    distiller: Officer
    operator: Operator
    guarantee: Guarantee

    @property
    def security(self) -> Security:
        """The guarantee of the distillery."""
        return Security(self.guarantee)


def person(name: str, organisation: Organisation, role: Role) -> Officer:
    officer = Officer.objects.create_user(f"{name}@node.test", name.capitalize(), "seven calm rivers")
    Membership.objects.create(officer=officer, organisation=organisation, role=role)
    if role in duty.ROLES:
        give_app(officer)
    return officer


@pytest.fixture
def people(db: None) -> People:
    revenue = Organisation.objects.create(code="revenue", name="Revenue service", kind=Kind.AGENCY)
    distillery = Organisation.objects.create(code="distillery", name="Sample distillery", kind=Kind.FIRM)
    operator = an_operator(revenue, distillery)
    brandy(operator)
    return People(
        revenue,
        distillery,
        person("approver", revenue, Role.APPROVER),
        person("officer", revenue, Role.OFFICER),
        person("distiller", distillery, Role.OFFICER),
        operator,
        a_guarantee(operator),
    )


def asked(people: People, count: int = 10, proof: Proof = Proof.SIGNED) -> StampRequest:
    return requesting.ask(
        people.revenue,
        gtin=GTIN,
        product="Sample brandy 40 % 0.5 l",
        count=count,
        proof=proof,
        actor="officer",
    )


def issued(people: People, count: int = 10, proof: Proof = Proof.SIGNED) -> StampBatch:
    approved = requesting.approve(asked(people, count, proof), people.security, actor="approver")
    return issuing.issue(approved, actor="approver")


def done(batch: StampBatch, act: Act, first: int, last: int, holder: Organisation, reason: str = "") -> None:
    moving.act_on(batch, act, first, last, holder=holder, actor="officer", reason=reason)


def on_the_bottle(people: People, count: int = 10, proof: Proof = Proof.SIGNED) -> StampBatch:
    """A batch that is printed and activated."""
    batch = issued(people, count, proof)
    done(batch, Act.PRINT, 1, count, people.revenue)
    done(batch, Act.ACTIVATE, 1, count, people.revenue)
    return batch


@pytest.fixture
def strait(cn: ForeignNode, partner: Partner) -> Strait:
    return agreed_strait(cn, partner)
