"""The page about paying: instalments, the lender's risk, other sources, and what will be waste."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from isthmus.apps.solar.payment.queries import masses
from isthmus.apps.solar.payment.rules.instalments import Terms, instalment, still_owed
from isthmus.apps.solar.payment.rules.waste import Installed, Masses, systems_of
from isthmus.apps.solar.payment.wording import lender_facts

SYSTEM = {"price": "500", "deposit": "50", "wh_per_day": "500"}


def page(client: Client, **asked: str) -> str:
    answer = client.get(reverse("solar:pay"), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_question_comes_before_the_answer(client: Client, db: None) -> None:
    shown = page(client)
    assert "Work it out" in shown
    assert "For whoever pays" not in shown
    assert 'value="24"' in shown


def test_what_is_paid_and_lent_stands_beside_other_sources(client: Client, db: None) -> None:
    shown = page(client, **SYSTEM).replace("\u00a0", " ")
    for said in ("22.47 USD", "589.28 USD", "89.28 USD", "78.6 %", "Kerosene lamps (1.1 %)"):
        assert said in shown
    assert "What will be waste" not in shown
    assert "50.00 USD" in shown
    assert 'value="1.5"' in shown


def test_what_is_worn_out_is_told_by_year_and_material(client: Client, db: None) -> None:
    shown = page(
        client,
        **SYSTEM,
        wp="175",
        battery_wh="530",
        battery="lfp",
        battery_years="5",
        systems="100",
        a_month="3",
    ).replace("\u00a0", " ")
    assert "What will be waste" in shown
    assert shown.count("Lithium iron phosphate batteries") > 1
    assert "1,050.0 kg" in shown
    assert "36.00 USD" in shown


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"deposit": "600"}, "The deposit is more than the price."),
        ({"wh_per_day": ""}, "This field is required"),
        ({"months": "0"}, "greater than or equal to 1"),
        ({"battery": "coal"}, "coal is not one of the available choices"),
    ],
)
def test_a_question_without_an_answer_says_why(
    client: Client, db: None, changes: dict[str, str], said: str
) -> None:
    shown = page(client, **{**SYSTEM, **changes})
    assert said in shown
    assert "For whoever pays" not in shown


def test_a_system_that_costs_nothing_is_paid_with_nothing(client: Client, db: None) -> None:
    assert "0.00\u00a0USD" in page(client, **{**SYSTEM, "price": "0", "deposit": "0"})


def test_the_familys_page_leads_here_with_each_of_its_systems(client: Client, db: None) -> None:
    asked = {"lat": "12.05", "lon": "8.52", "country": "NG", "have": ["lamp"]}
    shown = client.get(reverse("solar:family"), asked).content.decode()
    assert shown.count("/solar/pay/?price=") == 3


def test_what_is_owed_falls_to_nothing() -> None:
    terms = Terms(Decimal(500), Decimal(50), 24, Decimal("0.015"), *[Decimal(0)] * 2)
    owed = still_owed(terms, instalment(terms))
    assert (len(owed), owed[0], owed[1]) == (25, Decimal(450), Decimal("434.28"))
    assert owed[-1] <= Decimal("0.25")
    assert list(owed) == sorted(owed, reverse=True)


def test_a_loan_that_earns_is_said_to() -> None:
    safe = Terms(Decimal(500), Decimal(250), 12, Decimal(0), Decimal("0.01"), Decimal(1))
    assert [str(fact.label) for fact in lender_facts(safe)][1] == "Expected gain on a system"


def test_a_system_is_as_heavy_as_its_parts() -> None:
    told = Masses(60.0, 20, {"lfp": 10.0}, {"lfp": 8})
    panel, battery = systems_of(told, 100, 500, "lfp", 3, 2026, None)
    assert panel == Installed("panel", 3, 6000, 2026, 20)
    assert battery == Installed("lfp", 3, 5000, 2026, 8)
    assert systems_of(told, 100, 500, "lfp", 3, 2026, 5)[1].life_years == 5


def test_masses_are_those_of_the_catalogue() -> None:
    found = masses()
    assert set(found.battery_grams_per_wh) == set(found.battery_years) == {"lfp", "lead-acid"}
    assert 8 < found.battery_grams_per_wh["lfp"] < found.battery_grams_per_wh["lead-acid"] < 40
