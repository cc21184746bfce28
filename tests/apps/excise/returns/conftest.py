"""A tax service, a brewery of Moldova and its people; sample data."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from unittest import mock

import pytest

from isthmus.accounts import duty
from isthmus.accounts.models import Kind, Membership, Officer, Organisation
from isthmus.accounts.roles import Role
from isthmus.apps.excise.models import DutyReturn, Operator
from isthmus.apps.excise.registry.services import entries
from isthmus.apps.excise.returns.services import declaring
from isthmus.apps.excise.tariff.formats.lines import Written, read_lines
from isthmus.kit import clock
from tests.second_factors import give_app

MAY = date(2023, 5, 1)
BEER = "product,abv,volume_l,quantity,date\nbeer,5,0.5,1000,2023-05-10\n"
"""1,525.00 lei: 500 l at 3.05."""
SPIRITS = "spirits,40,0.5,10,2023-05-20\n"
"""241.54 lei: 2 l of alcohol at 120.77."""


@dataclass(frozen=True)
class People:
    service: Organisation
    firm: Organisation
    brewery: Operator
    officer: Officer
    approver: Officer
    brewer: Officer


def person(name: str, organisation: Organisation, role: Role) -> Officer:
    officer = Officer.objects.create_user(f"{name}@node.test", name.capitalize(), "seven calm rivers")
    Membership.objects.create(officer=officer, organisation=organisation, role=role)
    if role in duty.ROLES:
        give_app(officer)
    return officer


def operator_of(
    service: Organisation, firm: Organisation | None, number: str, country: str = "MD"
) -> Operator:
    return entries.register(
        Operator(
            organisation=service,
            firm=firm,
            excise_number=number,
            name="Sample brewery",
            tax_number=f"T{number}",
            kind="producer",
            country=country,
            address="Orhei",
            registered_on=date(2020, 1, 1),
        ),
        actor="officer",
    )


@pytest.fixture
def people(db: None) -> People:
    service = Organisation.objects.create(code="tax", name="Tax service", kind=Kind.AGENCY)
    firm = Organisation.objects.create(code="brewery", name="Sample brewery", kind=Kind.FIRM)
    return People(
        service,
        firm,
        operator_of(service, firm, "MD00000000017"),
        person("officer", service, Role.OFFICER),
        person("approver", service, Role.APPROVER),
        person("brewer", firm, Role.OFFICER),
    )


def lines(text: str) -> list[Written]:
    return list(read_lines(text.encode()))


def drafted(operator: Operator, text: str = BEER, day: date = MAY, point: str = "release") -> DutyReturn:
    return declaring.draft(operator, day, point, lines(text), actor="brewer")


def declared(operator: Operator, text: str = BEER, day: date = MAY) -> DutyReturn:
    return declaring.declare(drafted(operator, text, day), actor="brewer")


@contextmanager
def on_day(day: date) -> Iterator[None]:
    """The clock stands at noon of a day."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    with mock.patch.object(clock, "now", return_value=noon):
        yield
