"""Products that are amended and withdrawn: the history stays, and goods of earlier days keep what stood."""

import json
from datetime import date, timedelta

import pytest
from click.testing import CliRunner
from django.urls import reverse

from isthmus.apps.excise.cli import excise
from isthmus.apps.excise.models import Product
from isthmus.apps.excise.registry import queries
from isthmus.apps.excise.registry.services import products
from isthmus.kit.errors import BadInput, Conflict, NotFound
from tests.api_client import program
from tests.apps.excise.registry.conftest import GTIN, NUMBER, Registry
from tests.second_factors import browser_of

DAY = date(2026, 6, 1)
BEFORE = DAY - timedelta(days=1)
DEED = {"actor": "officer", "why": "A new recipe"}


@pytest.fixture
def wine(registry: Registry) -> Product:
    return Product.objects.select_related("operator").get(gtin=GTIN)


def test_an_amendment_counts_from_its_day_and_the_history_tells_both(wine: Product):
    now = products.amend(wine, {"abv_thousandths": 15_000, "name": wine.name}, DAY, **DEED)
    assert now.abv_thousandths == 15_000
    changes = queries.amendments(wine.operator)
    assert [(one.before, one.after) for one in changes] == [
        ({"abv_thousandths": 16_000}, {"abv_thousandths": 15_000})
    ]
    stood = [queries.product_on(now, day, changes).abv_thousandths for day in (BEFORE, DAY)]
    assert (stood, now.abv_thousandths) == ([16_000, 15_000], 15_000)
    products.amend(wine, {"abv_thousandths": 14_000}, DAY + timedelta(days=30), **DEED)
    changes = queries.amendments(wine.operator)
    now = Product.objects.get(gtin=GTIN)
    days = (BEFORE, DAY, DAY + timedelta(days=30))
    assert [queries.product_on(now, day, changes).abv_thousandths for day in days] == [16_000, 15_000, 14_000]


def test_nothing_changed_is_no_history_and_what_cannot_be_is_named(wine: Product):
    assert products.amend(wine, {"name": wine.name}, DAY, **DEED) == wine
    assert queries.amendments(wine.operator) == []
    with pytest.raises(BadInput) as caught:
        products.amend(wine, {"excise_code": "x", "volume_ml": 0}, DAY, **DEED)
    assert [fault.where for fault in caught.value.faults] == ["excise_code", "volume_ml"]
    with pytest.raises(ValueError, match="gtin"):
        products.amend(wine, {"gtin": "96385074"}, DAY, **DEED)
    assert Product.objects.get(gtin=GTIN).volume_ml == 750


def test_a_product_is_withdrawn_once_and_not_amended_after(wine: Product):
    with pytest.raises(BadInput, match="Say why"):
        products.withdraw(wine, DAY, actor="officer", why=" ")
    assert products.withdraw(wine, DAY, **DEED).withdrawn_on == DAY
    for deed in (
        lambda: products.withdraw(wine, DAY, **DEED),
        lambda: products.amend(wine, {"name": "Other"}, DAY, **DEED),
    ):
        with pytest.raises(Conflict, match="withdrawn since 2026-06-01"):
            deed()


def test_by_program_and_from_the_shell(wine: Product):
    office, firm = program("revenue"), program("winery")
    asked = {"name": "Rice wine, 15 %", "abv_thousandths": 15_000, "effective_on": "2026-06-01", "why": "New"}
    assert firm.post(f"/excise/products/{GTIN}/amend", asked).status_code == 403
    shown = office.post(f"/excise/products/{GTIN}/amend", asked).json()
    assert (shown["name"], shown["abv_thousandths"], shown["withdrawn_on"]) == (
        "Rice wine, 15 %",
        15_000,
        None,
    )

    def run(*words: str):
        return CliRunner().invoke(excise, ["registry", *words, "--reason", "New", "--json"])

    amended = json.loads(run("amend-product", GTIN, "--volume", "700", "--on", "2026-06-01").stdout)
    assert (amended["volume_ml"], amended["name"]) == (700, "Rice wine, 15 %")
    assert isinstance(run("withdraw-product", "96385074").exception, NotFound)
    assert json.loads(run("withdraw-product", GTIN, "--on", "2026-06-30").stdout) == {
        "gtin": GTIN,
        "withdrawn_on": "2026-06-30",
    }
    gone = office.post(f"/excise/products/{GTIN}/withdraw", {"on": "2026-07-01", "why": "x"})
    assert (gone.status_code, gone.json()["code"]) == (409, "excise.product-withdrawn")


def test_on_the_pages(registry: Registry, wine: Product):
    keeper = browser_of(registry.people.officer)
    page = keeper.get(reverse("excise:product", args=[GTIN])).content.decode()
    amend, withdraw = (reverse(f"excise:product-{deed}", args=[GTIN]) for deed in ("amend", "withdraw"))
    assert amend in page
    given = {
        "name": "Rice wine, 15 %",
        "brand": "",
        "excise_code": "w200",
        "hs_code": wine.hs_code,
        "abv": "15",
        "volume_ml": 750,
        "container": wine.container,
        "effective_on": "2026-06-01",
        "why": "A new recipe",
    }
    assert keeper.post(amend, given | {"abv": "101"}).status_code == 200
    there = reverse("excise:operator", args=[NUMBER])
    assert keeper.post(amend, given)["Location"] == there
    assert keeper.post(withdraw, {"on": "2026-06-30", "why": "No longer made"})["Location"] == there
    page = keeper.get(reverse("excise:product", args=[GTIN])).content.decode()
    for shown in ("16000 → 15000", "No longer made", "30 Jun 2026"):
        assert shown in page
    assert amend not in page
