"""The page that sizes a system: three designs, or what is wrong with the question."""

import pytest
from django.test import Client
from django.urls import reverse

from isthmus.accounts.models import Membership, Officer, Organisation
from isthmus.accounts.roles import Role
from tests.second_factors import browser_of

KANO = {"lat": "12.05", "lon": "8.52", "wh_per_day": "500", "battery": "lfp"}


@pytest.fixture
def officer(db: None) -> Client:
    energy = Organisation.objects.create(code="energy", name="Energy agency")
    person = Officer.objects.create_user("officer@node.test", "Officer", "seven calm rivers")
    Membership.objects.create(officer=person, organisation=energy, role=Role.OFFICER)
    return browser_of(person)


def page(client: Client, **asked: str) -> str:
    answer = client.get(reverse("solar:size"), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_question_comes_before_the_answer(officer: Client) -> None:
    shown = page(officer)
    assert "Use a day, in watt-hours" in shown
    assert "There is a problem" not in shown
    assert " Wp" not in shown


def test_three_designs_say_how_often_they_run_short_and_what_they_cost(officer: Client) -> None:
    shown = page(officer, **KANO)
    for title in ("Basic", "Good", "Best"):
        assert f"<h2>{title}</h2>" in shown
    assert shown.count("of the use is not met.") == 3
    assert shown.count(" Wp") == 3
    assert shown.count(" USD") == 3
    assert "The air is estimated from latitude and height" in shown


def test_what_is_assumed_is_not_said_where_it_is_known(officer: Client) -> None:
    assert "The air is estimated" not in page(officer, **KANO, air_c="26")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"lat": "95"}, "90"),
        ({"wh_per_day": "0"}, "10"),
        ({"lat": "-89", "lon": "0"}, "The built-in climate data know no land within 800 km"),
        ({"lat": "69.6", "lon": "18.9"}, "there is too little sun for weeks"),
    ],
)
def test_a_question_without_an_answer_says_why(officer: Client, changes: dict[str, str], said: str) -> None:
    shown = page(officer, **{**KANO, **changes})
    assert said in shown
    assert "<h2>Basic</h2>" not in shown


def test_nobody_sizes_without_signing_in(client: Client, db: None) -> None:
    assert client.get(reverse("solar:size")).status_code == 302
