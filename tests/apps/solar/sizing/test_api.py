"""Sizing for programs: the figures of the shell, and what is wrong with a question by its parameter."""

import json
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client

from isthmus.accounts.models import Organisation
from isthmus.accounts.roles import Role
from isthmus.accounts.services import issue_token
from isthmus.accounts.throttle import Throttle
from isthmus.apps.solar.cli import solar
from isthmus.apps.solar.sizing import question_api

pytestmark = pytest.mark.once
KANO = {"lat": "12.05", "lon": "8.52", "wh_per_day": "500"}


@pytest.fixture
def ask(db: None, monkeypatch: pytest.MonkeyPatch):
    """What a program with an auditor's token is answered: any role may size."""
    monkeypatch.setattr(question_api, "QUESTIONS", Throttle(burst=100, per_minute=100))
    organisation = Organisation.objects.create(code="power", name="Power ministry (sample)")
    secret = issue_token(organisation, "planner", Role.AUDITOR, actor="test")[1]
    headers = {"Authorization": f"Bearer {secret}"}

    def asked(route: str, **query: str) -> tuple[int, Any]:
        answer = Client().get(f"/api/v1/solar/{route}", query, headers=headers)
        return answer.status_code, answer.json()

    return asked


def at_the_shell(*arguments: str) -> Any:
    done = CliRunner().invoke(solar, [*arguments, "--json"], catch_exceptions=False)
    return json.loads(done.stdout)


def flags(query: dict[str, str]) -> list[str]:
    return [part for name, value in query.items() for part in (f"--{name.replace('_', '-')}", value)]


def test_a_program_is_told_what_the_shell_tells(ask: Any) -> None:
    asked = {"place": "Kano", "appliances": "lamp:3,phone:2", "pv_wp": "40", "battery_wh": "200"}
    status, told = ask("simulate", **asked)
    assert (status, told) == (200, at_the_shell("simulate", *flags(asked)))
    assert told["designs"][0]["peak"]["is_carried"]
    assert "The place is Kano, NG." in told["says"]


def test_the_cheapest_that_is_good_enough_is_over_all_years_of_all_seeds(ask: Any) -> None:
    status, told = ask("size", **KANO, llp="0.03", owned_wp="50", seeds="2")
    assert (status, told["over"]) == (200, {"years": 40, "seeds": 2})
    (design,) = told["designs"]
    assert design["by_energy"] <= 0.03
    assert design["low"] < design["by_energy"] < design["high"]
    assert design["by_hours"] > 0


def test_a_surface_has_both_shares_costs_and_the_frontier(ask: Any) -> None:
    status, told = ask("surface", **KANO, side="8", llp="0.05")
    assert status == 200
    for name in ("by_energy", "by_hours", "cost_over_life"):
        assert [len(row) for row in told[name]] == [8] * 8
    assert told["by_energy"][0][0] > told["by_energy"][-1][-1]
    frontier = [(one["cost_over_life"], -one["by_energy"]) for one in told["frontier"]]
    assert frontier == sorted(frontier)
    assert told["asked"] in told["systems"]
    assert told["asked"]["by_energy"] <= 0.05


@pytest.mark.parametrize(
    ("changes", "where", "said"),
    [
        ({"lat": "95"}, "lat", "must be at most 90"),
        ({"lon": "nan"}, "lon", "plain digits"),
        ({"wh_per_day": "0"}, "wh_per_day", "must be at least 10"),
        ({"wh_per_day": "9e99"}, "wh_per_day", "must be at most 20000"),
        ({"wh_per_day": "1_000"}, "wh_per_day", "plain digits"),
        ({"appliances": "lamp:3"}, "appliances", "in watt-hours a day, or by appliances"),
        ({"place": "Kano"}, "place", "by its name, or by its latitude"),
        ({"lon": ""}, "lon", "plain digits"),
        ({"lat": "-89", "lon": "0"}, "lat", "no land within 800 km"),
        ({"lat": "69.6", "lon": "18.9"}, "lat", "too little sun"),
        ({"pwm_cells": "60"}, "pwm_cells", "60 cells does not go with"),
        ({"shape": "0,0,0"}, "shape", "must have the form"),
        ({"shape": ",".join(["0"] * 24)}, "shape", "not all zero"),
        ({"seeds": "6"}, "seeds", "must be at most 5"),
        ({"shapes": "evening"}, "shapes", "did you mean shape"),
    ],
)
def test_what_cannot_be_is_refused_by_its_parameter(
    ask: Any, changes: dict[str, str], where: str, said: str
) -> None:
    status, told = ask("size", **{**KANO, **changes})
    assert status == 422
    (fault,) = told["faults"]
    assert fault["where"] == where
    assert said in fault["message"]


@pytest.mark.parametrize(
    ("use", "where"),
    [
        ({"appliances": "boat:1"}, "appliances"),
        ({"appliances": "lamp:0"}, "appliances"),
        ({"appliances": "freezer:100"}, "appliances"),
        ({"appliances": "lamp", "country": "XX"}, "country"),
        ({}, "wh_per_day"),
    ],
)
def test_a_use_that_is_none_is_refused(ask: Any, use: dict[str, str], where: str) -> None:
    status, told = ask("simulate", place="Kano", pv_wp="40", battery_wh="200", **use)
    assert (status, [fault["where"] for fault in told["faults"]]) == (422, [where])


def test_one_token_leaves_time_for_others(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(question_api, "QUESTIONS", Throttle(burst=1, per_minute=1))
    assert ask("size", place="Nowhere at all", wh_per_day="500")[0] == 422
    assert ask("size", place="Nowhere at all", wh_per_day="500")[0] == 429
