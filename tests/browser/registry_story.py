"""The registry in the middle of its life: authorisations in every state, a partner's entry; sample data."""

from datetime import date, timedelta
from typing import Any

from isthmus.accounts.models import Organisation
from isthmus.apps.excise.models import Authorisation, ExtractEntry, Operator, Product, TaxWarehouse
from isthmus.apps.excise.registry.services import entries, licensing
from isthmus.kit import clock

NAME = "Weinbrand- und Spirituosenmanufaktur Ayeyarwaddy-Flusstal GmbH (Sample data)"


def _licensed(
    operator: Operator, warehouse: TaxWarehouse | None, kind: str, begins: date, **more: Any
) -> Any:
    row = Authorisation(
        operator=operator,
        warehouse=warehouse,
        kind=kind,
        product_groups=["S200", "S300", "W"],
        valid_from=begins,
        **more,
    )
    return licensing.license_operator(row, actor="officer@node.test")


def tell(organisation: Organisation) -> dict[str, Any]:
    """Write it; returns what the pages need."""
    who, today = "officer@node.test", clock.now().date()
    start = today - timedelta(days=400)
    operator = entries.register(
        Operator(
            organisation=organisation,
            excise_number="MM00000REG017",
            name=NAME,
            tax_number="REG-1003600000001",
            kind="producer",
            country="MM",
            address="17 Sample road, Pyin Oo Lwin",
            registered_on=start,
        ),
        actor=who,
    )
    cellar, shed = (
        entries.open_warehouse(
            TaxWarehouse(
                operator=operator,
                excise_number=f"MM00000REGW0{place}",
                name=f"Cellar {place}",
                address="Sample road, Pyin Oo Lwin",
                opened_on=start,
            ),
            actor=who,
        )
        for place in (1, 2)
    )
    _licensed(operator, cellar, "produce", start)
    held = _licensed(operator, cellar, "store", start)
    licensing.suspend(held, today - timedelta(days=3), actor=who, why="The books of October were not shown.")
    revoked = _licensed(operator, shed, "store", start)
    licensing.revoke(revoked, today, actor=who, why="Goods were found without stamps.")
    _licensed(operator, None, "import", start, valid_until=today - timedelta(days=30))
    entries.close_warehouse(shed, today, actor=who, why="Moved to the first cellar.")
    entries.amend(operator, {"address": "18 Sample road"}, today, actor=who, why="It moved next door.")
    product = Product(
        operator=operator,
        gtin="4006381333931",
        name="Sample brandy, seven years old",
        brand="Ayeyarwaddy",
        hs_code="220820",
        excise_code="S200",
        abv_thousandths=40_000,
        volume_ml=500,
        container="Glass bottle",
    )
    entries.enter_product(product, actor=who)
    authorisation = {"kind": "produce", "product_groups": ["W"], "valid_from": "2026-01-01"}
    ExtractEntry.objects.create(
        partner="cn",
        excise_number="CN00000000017",
        version=3,
        body={"name": "Sample rice wine works", "authorisations": [{"number": "CN-1", **authorisation}]},
        leaf="e" * 64,
        issued_at=clock.now(),
        received_at=clock.now(),
    )
    return {
        "registry_operator": operator.excise_number,
        "registry_warehouse": cellar.pk,
        "registry_authorisation": held.pk,
        "registry_product": product.gtin,
    }
