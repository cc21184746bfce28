"""The revenue service that keeps the registry, a winery in it, and people of both; sample data."""

from dataclasses import dataclass
from datetime import date

import pytest

from isthmus.accounts.models import Kind, Officer, Organisation
from isthmus.accounts.roles import Role
from isthmus.apps.excise.models import Authorisation, Operator, Product, TaxWarehouse
from isthmus.apps.excise.registry.services import entries, licensing
from isthmus.exchange.models import Agreement, Decision
from isthmus.exchange.records import AgreementV1
from isthmus.exchange.services import agreements
from isthmus.exchange.services.inbox import receive
from isthmus.trust.models import Partner
from isthmus.wire import codec
from tests.apps.excise.stamps.conftest import person
from tests.foreign import ForeignNode, terms

NUMBER, CELLAR, OTHER = "MM00000000017", "MM0000000W001", "MM00000000025"
START = date(2026, 1, 1)
GTIN = "4006381333931"
EXTRACT = "excise.registry-extract/1"
FIELDS = [
    "authorisations",
    "country",
    "ended_on",
    "excise_number",
    "holder",
    "kind",
    "name",
    "registered_on",
    "state",
    "version",
    "warehouses",
]


@dataclass(frozen=True)
class People:
    revenue: Organisation
    distillery: Organisation
    approver: Officer
    officer: Officer
    distiller: Officer


@dataclass(frozen=True)
class Registry:
    people: People
    winery: Operator
    other: Operator
    cellar: TaxWarehouse
    licence: Authorisation
    product: Product


@pytest.fixture
def people(db: None) -> People:
    revenue = Organisation.objects.create(code="revenue", name="Revenue service", kind=Kind.AGENCY)
    firm = Organisation.objects.create(code="winery", name="Sample winery", kind=Kind.FIRM)
    return People(
        revenue,
        firm,
        person("approver", revenue, Role.APPROVER),
        person("officer", revenue, Role.OFFICER),
        person("vintner", firm, Role.OFFICER),
    )


def entered(people: People, number: str, tax_number: str, name: str, **more: object) -> Operator:
    fields = {
        "organisation": people.revenue,
        "excise_number": number,
        "name": name,
        "tax_number": tax_number,
        "kind": "producer",
        "country": "MM",
        "address": "1 Sample road",
        "registered_on": START,
        **more,
    }
    return entries.register(Operator(**fields), actor="officer")


@pytest.fixture
def registry(people: People) -> Registry:
    winery = entered(people, NUMBER, "T1", "Aythaya sample winery", firm=people.distillery)
    other = entered(people, OTHER, "T2", "Shan sample importer", kind="importer")
    cellar = entries.open_warehouse(
        TaxWarehouse(
            operator=winery, excise_number=CELLAR, name="Cellar", address="2 Sample road", opened_on=START
        ),
        actor="officer",
    )
    licence = licensing.license_operator(
        Authorisation(
            operator=winery, kind="produce", warehouse=cellar, product_groups=["W"], valid_from=START
        ),
        actor="officer",
    )
    product = entries.enter_product(
        Product(
            operator=winery,
            gtin=GTIN,
            name="Sample vermouth",
            hs_code="220510",
            excise_code="W200",
            abv_thousandths=16_000,
            volume_ml=750,
            container="Glass bottle",
        ),
        actor="officer",
    )
    return Registry(people, winery, other, cellar, licence, product)


def agree(cn: ForeignNode, fields: list[str]) -> Agreement:
    """The extract crosses both ways with these fields."""
    content = terms(grants=[(EXTRACT, "cn", "mm", fields), (EXTRACT, "mm", "cn", fields)])
    row = agreements.propose(AgreementV1.model_validate_json(codec.encode(content)), actor="approver")
    body = {
        "agreement": str(row.uuid),
        "digest": row.digest,
        "decision": Decision.SIGNED.value,
        "reason": "",
    }
    receive(Partner.objects.get(node_id="cn"), [cn.send("exchange.agreement-answer/1", body)])
    row.refresh_from_db()
    return row


@pytest.fixture
def extracts(cn: ForeignNode) -> Agreement:
    return agree(cn, FIELDS)
