"""Appliances: what a list of them asks for by hour, at once and at a start, and what is corrected."""

import json

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.solar.cli import solar
from isthmus.apps.solar.loads import wording
from isthmus.apps.solar.loads.appliance_queries import appliances, asked_by, countries, listed
from isthmus.apps.solar.loads.rules.appliances import (
    HOURS,
    Appliance,
    Day,
    Use,
    as_measured,
    day_of,
    uses_of,
)
from isthmus.kit.errors import BadInput

LAMP = Appliance("lamp", 5, 4, 18, 22, count=3)
FAN = Appliance("fan", 20, 5, 21, 2, surge=2)
PUMP = Appliance("pump", 100, 2, 10, 12, duty=0.5, surge=4, ac=True)
KNOWN = {one.key: one for one in (LAMP, FAN, PUMP)}


def test_a_lamp_burns_in_its_hours() -> None:
    day = day_of([Use(LAMP, 3)], 0.9)
    assert day.wh == (*(0.0,) * 18, *(15.0,) * 4, 0.0, 0.0)
    assert (day.wh_per_day, day.peak_w, day.surge_w, day.ac_w) == (60.0, 15.0, 15.0, 0.0)


def test_a_window_may_run_over_midnight() -> None:
    day = day_of([Use(FAN, 1)], 0.9)
    assert [hour for hour, wh in enumerate(day.wh) if wh] == [0, 1, 21, 22, 23]
    assert day.wh_per_day == pytest.approx(100.0)


def test_a_part_of_an_hour_counts_as_that() -> None:
    one = Appliance("radio", 10, 1, 6.5, 8.0)
    assert day_of([Use(one, 1)], 1.0).wh[6:9] == pytest.approx((10 / 3, 20 / 3, 0.0))
    until_midnight = Appliance("radio", 10, 1, 23.5, 0.0)
    assert day_of([Use(until_midnight, 1)], 1.0).wh[23] == pytest.approx(5 + 10 * 0.25 / 23.5)
    assert day_of([Use(until_midnight, 1)], 1.0).wh[0] == pytest.approx(10 * 0.5 / 23.5)


def test_what_is_used_for_longer_than_usual_spreads_over_the_rest_of_the_day() -> None:
    longer = Appliance("lamp", 5, 14, 18, 22)
    day = day_of([Use(longer, 1)], 1.0)
    assert day.wh_per_day == pytest.approx(70.0)
    assert day.wh[18:22] == pytest.approx((5.0,) * 4)
    assert day.wh[0] == pytest.approx(2.5)


def test_an_inverter_takes_its_part_and_a_motor_its_start() -> None:
    day = day_of([Use(PUMP, 2), Use(LAMP, 1)], 0.8)
    assert day.wh_per_day == pytest.approx(2 * 100 / 0.8 * 0.5 * 2 + 20)
    assert day.peak_w == pytest.approx(250.0)
    assert day.surge_w == pytest.approx(250 + 3 * 125)
    assert day.ac_w == pytest.approx(250.0)


def test_none_of_an_appliance_asks_for_nothing() -> None:
    assert day_of([Use(PUMP, 0)], 0.8) == Day((0.0,) * HOURS, 0.0, 0.0, 0.0)


@given(
    st.floats(1, 500),
    st.floats(0, 24),
    st.floats(0, 23.5),
    st.floats(0, 24),
    st.floats(0.1, 1),
    st.booleans(),
)
def test_a_day_adds_up_to_watts_times_hours(
    watts: float, hours: float, start: float, until: float, duty: float, ac: bool
) -> None:
    if abs(start - until) < 0.25:
        until = start + 0.25
    one = Appliance("any", watts, hours, start, until, duty=duty, ac=ac)
    day = day_of([Use(one, 2)], 0.9)
    assert day.wh_per_day == pytest.approx(2 * watts * hours * duty / (0.9 if ac else 1.0), rel=1e-6)
    assert all(0.0 <= share <= 1.0 + 1e-9 for share in one.shares())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"watts": 0}, "watts must be above 0"),
        ({"watts": 6000}, "at most 5000"),
        ({"hours": 25}, "hours must be between 0 and 24"),
        ({"start": 24}, "from one hour of the day until another"),
        ({"until": 25}, "from one hour of the day until another"),
        ({"start": 5, "until": 5}, "from one hour of the day until another"),
        ({"duty": 0}, "duty must be above 0"),
        ({"surge": 0.5}, "nothing starts with less than it takes"),
    ],
)
def test_an_appliance_that_cannot_be_is_refused(changes: dict[str, float], said: str) -> None:
    whole: dict[str, float] = {"watts": 5, "hours": 4, "start": 18, "until": 22, **changes}
    with pytest.raises(ValueError, match=said):
        Appliance("lamp", **whole)


def test_what_was_measured_corrects_what_was_told() -> None:
    told = day_of([Use(LAMP, 3), Use(FAN, 1)], 0.9)
    real = as_measured(told, 40.0)
    assert real.wh_per_day == pytest.approx(40.0)
    assert real.wh[18] / real.wh[21] == pytest.approx(told.wh[18] / told.wh[21])
    assert real.peak_w == told.peak_w
    with pytest.raises(ValueError, match="no shape"):
        as_measured(day_of([], 0.9), 40.0)


def test_a_list_is_read_with_its_numbers() -> None:
    assert uses_of("lamp:2; fan, lamp", KNOWN) == (Use(LAMP, 5), Use(FAN, 1))
    assert uses_of(" ,", KNOWN) == ()


@pytest.mark.parametrize("part", ["boat", "lamp:many", "lamp:-1", "lamp:101", "fan:1.5"])
def test_a_part_of_a_list_that_is_none_is_named(part: str) -> None:
    with pytest.raises(ValueError, match=part):
        uses_of(f"fan, {part}", KNOWN)


def test_too_many_of_one_are_refused_however_they_are_written() -> None:
    with pytest.raises(ValueError, match="lamp:60"):
        uses_of("lamp:60,lamp:60", KNOWN)


def test_every_appliance_of_the_product_has_a_name_and_fits() -> None:
    known = appliances()
    assert set(known.appliances) == set(wording.APPLIANCES)
    assert known.country == ""
    assert known.confirmed is False
    assert "008/15" in known.source
    assert 10 <= asked_by(listed("lamp:1", known), known).wh_per_day <= 40
    for key in known.appliances:
        assert asked_by(listed(f"{key}:1", known), known).wh_per_day > 0


def test_countries_differ_in_what_is_known_of_them() -> None:
    assert countries() == ("KE", "MD", "MM", "NG")
    usual, there = appliances(), appliances("NG")
    assert there.country == "NG"
    assert there.growth > usual.growth
    assert there.appliances["fan"].count == 2
    assert there.appliances["lamp"] == usual.appliances["lamp"]
    assert appliances("ZZ").country == ""
    for country in countries():
        assert set(appliances(country).appliances) == set(usual.appliances)


def test_a_list_that_asks_for_nothing_is_refused() -> None:
    known = appliances()
    with pytest.raises(BadInput, match="Nothing is used"):
        asked_by(listed("lamp:0", known), known)
    with pytest.raises(BadInput, match="“boat” is no appliance"):
        listed("boat", known)


def asked(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(solar, ["load", *arguments], catch_exceptions=True)
    if isinstance(done.exception, BadInput):
        return 2, done.exception.message, ""
    return done.exit_code, done.stdout, done.stderr


def test_the_shell_says_what_appliances_ask_for() -> None:
    code, out, said = asked("--appliances", "lamp:3,phone:2,television:1", "--json")
    assert code == 0
    told = json.loads(out)
    assert told["wh_per_day"] == pytest.approx(3 * 25 + 2 * 10 + 100)
    assert len(told["hourly_wh"]) == 24
    assert told["peak_w"] == 50
    assert told["confirmed"] is False
    assert "up to four times what they do" in said
    code, out, said = asked("--appliances", "lamp:3", "--measured-wh", "30", "--country", "NG")
    assert (code, said) == (0, "")
    assert "wh per day  30.0" in out


def test_the_shell_refuses_a_country_that_nothing_is_known_of() -> None:
    assert asked("--appliances", "lamp", "--country", "ZZ")[:2] == (
        2,
        "Nothing of its own is known of appliances in ZZ.",
    )
