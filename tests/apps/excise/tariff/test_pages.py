"""The pages of tariffs: one list, one tariff, and the duty of goods with its reasons."""

import pytest
from django.test import Client
from django.urls import reverse

from isthmus.accounts.models import Membership, Officer, Organisation
from isthmus.accounts.roles import Role
from tests.second_factors import browser_of

SPIRITS = {
    "tariff": "MV",
    "product": "spirits",
    "abv": "40",
    "volume_l": "0.7",
    "quantity": "12",
    "cif": "1200",
    "date": "2022-06-01",
}


@pytest.fixture
def officer(customs: Organisation) -> Client:
    person = Officer.objects.create_user("officer@node.test", "Officer", "seven calm rivers")
    Membership.objects.create(officer=person, organisation=customs, role=Role.OFFICER)
    return browser_of(person)


def text(client: Client, name: str, *args: str, status: int = 200, **asked: str) -> str:
    answer = client.get(reverse(f"excise:{name}", args=args), asked)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_answer_has_its_amount_charges_steps_and_doubts(officer: Client) -> None:
    page = text(officer, "duty", **SPIRITS)
    assert "720.00 MVR" in page
    assert "12.00 MVR" in page
    assert "25 % of the CIF value plus 50 MVR a litre" in page
    assert "Unconfirmed: this row has not been checked against the act." in page


def test_two_tariffs_are_compared_on_the_same_goods(officer: Client) -> None:
    page = text(officer, "duty", **SPIRITS, other="MD")
    assert "720.00 MVR" in page
    assert "386.47 MDL" in page


def test_the_other_countrys_rules_are_one_click_away(officer: Client) -> None:
    page = text(officer, "duty", **SPIRITS)
    assert "Run the rules of Republic of Moldova on these goods" in page
    assert "Run the rules of Maldives" not in page
    assert "Run the rules of Kenya" not in page
    link = page.split('class="button quiet" href="')[1].split('"')[0].replace("&amp;", "&")
    answer = officer.get(link).content.decode()
    assert "386.47 MDL" in answer
    assert "Run the rules" not in answer


def test_a_tariff_is_not_compared_with_itself(officer: Client) -> None:
    assert text(officer, "duty", **SPIRITS, other="MV").count("720.00 MVR") == text(
        officer, "duty", **SPIRITS
    ).count("720.00 MVR")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"abv": "140"}, "abv is over 100 per cent."),
        ({"abv": "strong"}, "abv is not a number"),
        ({"date": "2019-01-01"}, "is before it"),
        ({"cif": ""}, "This tariff charges on the CIF value. Enter it below, in MVR."),
    ],
)
def test_what_cannot_be_worked_out_says_why(officer: Client, changes: dict[str, str], said: str) -> None:
    page = text(officer, "duty", **SPIRITS | changes)
    assert said in page
    assert "No duty can be worked out" in page


def test_a_day_that_is_none_is_said_at_its_field(officer: Client) -> None:
    assert "No duty can be worked out" not in text(officer, "duty", **SPIRITS | {"date": "soon"})


def test_tariffs_in_use_stand_apart_from_examples(officer: Client) -> None:
    page = text(officer, "tariffs")
    assert page.index("Republic of Moldova") < page.index("Examples of the format") < page.index("GB ·")
    assert "4 of 4 rows unconfirmed" in page


def test_one_tariff_shows_rows_bands_acts_and_examples(officer: Client) -> None:
    page = text(officer, "tariff", "MV")
    for said in (
        "A case of whisky",
        "720.00 MVR",
        "Export Import Act",
        "Unconfirmed",
        "An error, as it must be",
    ):
        assert said in page
    assert "discount of a small producer" in text(officer, "tariff", "GB")


def test_a_country_without_a_tariff_is_not_found(officer: Client) -> None:
    text(officer, "tariff", "FR", status=404)


def test_nobody_looks_without_signing_in(db: None) -> None:
    assert Client().get(reverse("excise:duty")).status_code in {302, 401, 403}
