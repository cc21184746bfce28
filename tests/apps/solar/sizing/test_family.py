"""The page for a family: its appliances in, three systems out, without an account and in plain words."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from isthmus.accounts.throttle import Throttle
from isthmus.apps.solar.sizing import family_analytics, family_views
from isthmus.apps.solar.sizing.family_forms import FamilyForm
from isthmus.apps.solar.sizing.wording import months_words, tier_words
from isthmus.kit.errors import BadInput

KANO = {"lat": "12.05", "lon": "8.52", "country": "NG", "have": ["lamp", "phone", "television"]}


def page(client: Client, **asked: object) -> str:
    answer = client.get(reverse("solar:family"), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_nobody_has_to_sign_in_and_every_appliance_can_be_ticked(client: Client, db: None) -> None:
    shown = page(client)
    assert "There is a problem" not in shown
    assert shown.count('type="checkbox"') == 17
    assert "Show three systems" in shown


def test_three_systems_say_when_they_run_short_and_what_they_cost(client: Client, db: None) -> None:
    shown = page(client, **KANO)
    for title in ("Basic", "Good", "Best"):
        assert f"<h2>{title}</h2>" in shown
    assert shown.count(" a month over 20 years") == 3
    assert "It runs short in August." in shown
    assert "A bad week with the good system" in shown
    assert "<title>A bad week" in shown
    assert "inverter" not in shown


def test_what_is_owned_makes_it_cheaper_and_ac_needs_an_inverter(client: Client, db: None) -> None:
    shown = page(
        client,
        **{**KANO, "have": ["lamp", "blender"]},
        count_lamp="2",
        hours_lamp="3",
        measured_wh="60",
        owned_wp="1000",
        owned_wh="5000",
        battery="lfp",
        air_c="27",
    )
    assert re.search(r"uses on a day: <strong>.{0,30}60.Wh", shown)
    assert "0.00 USD" in shown
    assert "All at once" not in shown
    assert "you need an inverter" in shown


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"have": []}, "Tick at least one thing"),
        ({"lat": "95"}, "90"),
        ({"lat": "", "lon": "", "place": ""}, "A place is given by its name, or by its latitude"),
        ({"lat": "", "lon": "", "place": "Zzxqkvw"}, "No town with a name like"),
        ({"lat": "-89"}, "The built-in climate data know no land"),
        ({"hours_lamp": "25"}, "24"),
    ],
)
def test_a_question_without_an_answer_says_why(
    client: Client, db: None, changes: dict[str, object], said: str
) -> None:
    shown = page(client, **{**KANO, **changes})
    assert said in shown
    assert "<h2>Basic</h2>" not in shown


def test_a_town_is_found_by_its_name_and_an_iron_is_too_much_at_once(client: Client, db: None) -> None:
    shown = page(client, **{**KANO, "lat": "", "lon": "", "place": "Kano, NG", "have": ["lamp", "iron"]})
    assert "All at once takes 11" in shown
    assert "The place is Kano" in shown
    assert "<h2>Good</h2>" in shown


def test_who_knows_the_temperature_says_it(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def weather_at(lat: float, lon: float, tilt: float, *, air_c: float | None) -> None:
        asked.append(air_c)
        raise BadInput("solar.test", "Asked.")

    monkeypatch.setattr(family_analytics, "weather_at", weather_at)
    page(client, **KANO)
    page(client, **KANO, air_c="27")
    assert asked == [None, 27.0]


def test_too_many_questions_of_one_caller_have_to_wait(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(family_views, "QUESTIONS", Throttle(burst=1, per_minute=1, read_clock=lambda: 0.0))
    far = {**KANO, "lat": "-89"}
    page(client, **far)
    assert client.get(reverse("solar:family"), far).status_code == 429


def test_a_form_knows_how_many_and_how_long() -> None:
    form = FamilyForm({**KANO, "have": ["lamp"], "count_lamp": "4", "hours_lamp": "2.5"})
    assert not FamilyForm(KANO).has_details()
    assert form.has_details()


def test_tiers_and_months_are_told_in_words() -> None:
    assert tier_words(5, "") == "5 of 5: everything, day and night"
    assert tier_words(1, "evening").endswith("the next needs more of: the hours with power in the evening")
    assert months_words(()) == "It runs short in no month worth naming."
    assert months_words((7, 6)) == "It runs short in August, July."
    assert months_words((7, 6, 5, 0)) == "It runs short in 4 months, most in August, July, June."
