"""Two resorts of the Maldives and the people who decide; sample data."""

from dataclasses import dataclass
from datetime import date

import pytest

from isthmus.accounts.models import Kind, Officer, Organisation
from isthmus.accounts.roles import Role
from isthmus.apps.excise.models import ImportPermit, ImportQuota, Operator, PermitDraw, PermitDrawReversal
from isthmus.apps.excise.permits import queries
from isthmus.apps.excise.permits.rules.states import How
from isthmus.apps.excise.permits.services import draws, permits, quotas
from isthmus.apps.excise.registry.services import entries
from isthmus.apps.excise.tariff.formats.lines import Written, read_lines
from tests.apps.excise.returns.conftest import person

DAY = date(2023, 5, 10)
LITRE = 1000
"""Millilitres."""


def goods(litres: int, day: date = DAY) -> list[Written]:
    """Spirits of 50 %: so many litres of pure alcohol, in bottles of two litres."""
    head = "product,abv,volume_l,quantity,cif,date\n"
    return list(read_lines(f"{head}spirits,50,2,{litres},100,{day}\n".encode()))


def resort(customs: Organisation, firm: Organisation | None, number: str, name: str) -> Operator:
    return entries.register(
        Operator(
            organisation=customs,
            firm=firm,
            excise_number=number,
            name=name,
            tax_number=f"T{number}",
            kind="importer",
            country="MV",
            address="Sample atoll",
            registered_on=date(2020, 1, 1),
        ),
        actor="officer",
    )


def quota(operator: Operator, litres: int, island: str = "Sample island") -> ImportQuota:
    return quotas.grant(
        operator, island, 2023, litres * LITRE, why="By beds", key=f"first {litres}", actor="approver"
    )


def applied(operator: Operator, litres: int) -> ImportPermit:
    return permits.apply(operator, 2023, "Spirits for the bar", litres * LITRE, actor="resort")


def approved(operator: Operator, litres: int) -> ImportPermit:
    return permits.approve(applied(operator, litres), litres * LITRE, actor="approver")


def drawn(permit: ImportPermit, litres: int, key: str = "1", how: How = How.CLEARANCE) -> PermitDraw:
    return draws.draw(permit, how, DAY, goods(litres), key=key, actor="officer")


def taken_back(draw: PermitDraw, key: str = "r", **more: object) -> PermitDrawReversal:
    given = {"on": DAY, "why": "The consignment did not arrive", "actor": "approver", **more}
    return draws.reverse(draw, key=key, **given)


def held(row) -> tuple[int, int, int, int]:
    found = queries.held([row])[row.pk]
    return found.granted, found.moved, found.used, found.left


@dataclass(frozen=True)
class Atoll:
    customs: Organisation
    near: Operator
    far: Operator
    officer: Officer
    approver: Officer
    barkeeper: Officer


@pytest.fixture
def atoll(db: None) -> Atoll:
    customs = Organisation.objects.create(code="customs", name="Customs", kind=Kind.AGENCY)
    firm = Organisation.objects.create(code="resort", name="Sample resort", kind=Kind.FIRM)
    return Atoll(
        customs,
        resort(customs, firm, "MV00000000017", "Sample near resort"),
        resort(customs, None, "MV00000000025", "Sample far resort"),
        person("officer", customs, Role.OFFICER),
        person("approver", customs, Role.APPROVER),
        person("barkeeper", firm, Role.OFFICER),
    )
