"""The planner's page: a place, a use and a reliability in; every size, its cost and a year out."""

import pytest
from django.test import Client
from django.urls import reverse

from isthmus.accounts.models import Membership, Officer, Organisation
from isthmus.accounts.roles import Role
from isthmus.apps.solar.surface import shown_analytics
from isthmus.apps.solar.surface.forms import SurfaceForm
from tests.second_factors import browser_of

KANO = {
    "place": "Kano, NG",
    "wh_per_day": "500",
    "shape": "evening",
    "llp": "0.01",
    "battery": "lfp",
}


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown_analytics, "SIDE", 12)


@pytest.fixture
def officer(db: None) -> Client:
    energy = Organisation.objects.create(code="energy", name="Energy agency")
    person = Officer.objects.create_user("officer@node.test", "Officer", "seven calm rivers")
    Membership.objects.create(officer=person, organisation=energy, role=Role.OFFICER)
    return browser_of(person)


def page(client: Client, **asked: str) -> str:
    answer = client.get(reverse("solar:surface"), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_question_comes_before_the_answer(officer: Client) -> None:
    shown = page(officer)
    assert "Show every size" in shown
    assert "There is a problem" not in shown
    assert '<svg class="plot' not in shown


def test_every_size_the_frontier_the_months_and_the_year_are_shown(officer: Client) -> None:
    shown = page(officer, **KANO)
    for title in (
        "How much of the use is not met, by panel and battery",
        "What reliability costs",
        "When it runs short",
        "What the panel could give, and what is asked",
        "Where the sun goes",
    ):
        assert title in shown
    assert "The place is Kano" in shown
    assert "182.5\u00a0kWh" in shown
    assert "keep=svg" in shown


@pytest.mark.parametrize(("kind", "begins"), [("svg", b"<svg xmlns"), ("csv", b"wp,battery_wh,")])
def test_the_surface_is_kept_as_a_file(officer: Client, kind: str, begins: bytes) -> None:
    answer = officer.get(reverse("solar:surface"), {**KANO, "keep": kind})
    assert answer.content.startswith(begins)
    assert answer.headers["Content-Disposition"].endswith(f'.{kind}"')


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"wh_per_day": ""}, "Say what is used"),
        ({"place": ""}, "A place is given by its name, or by its latitude"),
        ({"place": "", "lat": "69.6", "lon": "18.9", "llp": "0.001"}, "too little sun for weeks"),
        ({"llp": "0.5"}, "0.5 is not one of the available choices"),
        ({"count_lamp": "101"}, "100"),
    ],
)
def test_a_question_without_an_answer_says_why(officer: Client, changes: dict[str, str], said: str) -> None:
    shown = page(officer, **{**KANO, **changes})
    assert said in shown
    assert '<svg class="plot' not in shown


def form_of(**changes: str) -> SurfaceForm:
    form = SurfaceForm({**KANO, **changes})
    assert form.is_valid(), form.errors
    return form


def test_appliances_give_the_shape_and_what_is_measured_the_amount() -> None:
    amount, shape = form_of(shape="work").use()
    assert (amount, shape[10]) == (500.0, 0.09)
    counted, by_appliances = form_of(wh_per_day="", count_lamp="3", count_phone="1").use()
    assert 20 < counted < 200
    measured, same = form_of(wh_per_day="80", count_lamp="3", count_phone="1").use()
    assert measured == pytest.approx(80)
    assert [share / 80 for share in same] == pytest.approx([share / counted for share in by_appliances])
    assert form_of(count_lamp="3").has_appliances()
    assert not form_of().has_appliances()


def test_the_page_of_sizing_leads_to_it_with_the_same_question(officer: Client) -> None:
    asked = {"lat": "12.05", "lon": "8.52", "wh_per_day": "500", "battery": "lfp"}
    shown = officer.get(reverse("solar:size"), asked).content.decode()
    assert "See every size and what reliability costs" in shown
    assert "surface/?lat=12.05&amp;lon=8.52&amp;air_c=&amp;wh_per_day=500" in shown


def test_nobody_plans_without_signing_in(client: Client, db: None) -> None:
    assert client.get(reverse("solar:surface")).status_code == 302
