"""Days from what was paid: whole ones, nothing lost, and the rest kept for the next payment."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.solar.cli import solar
from isthmus.apps.solar.payment.rules.paying import Bought, bought
from isthmus.kit.errors import BadInput

pytestmark = pytest.mark.once
KEY = "bc41ec9530f6dac86b1a29ab82edc5fb"
LIST = f"device,key,starting_code,count,monthly\nA1,{KEY},516959010,1,20.00\nB2,{KEY},516959010,1,\n"
CENTS = st.integers(0, 200_000).map(lambda cents: Decimal(cents) / 100)


@pytest.mark.parametrize(
    ("paid", "credit", "monthly", "days", "rest"),
    [
        ("20", "0", "20", 30, "0.28"),
        ("240", "0", "20", 365, "0"),
        ("0.65", "0", "20", 0, "0.65"),
        ("0.01", "0.65", "20", 1, "0.01"),
        ("1000", "0", "20", 995, "345.76"),
    ],
)
def test_a_payment_buys_whole_days_and_the_rest_is_credit(
    paid: str, credit: str, monthly: str, days: int, rest: str
) -> None:
    """Twenty a month is 0.6575 a day; a token carries at most 995 days."""
    assert bought(Decimal(paid), Decimal(credit), Decimal(monthly), 995) == Bought(days, Decimal(rest))


@given(st.lists(CENTS, min_size=1, max_size=8), CENTS.filter(bool))
def test_paying_in_parts_buys_no_fewer_days_than_at_once(parts: list[Decimal], monthly: Decimal) -> None:
    credit, days, most = Decimal(0), 0, 10**9
    for part in parts:
        found = bought(part, credit, monthly, most)
        credit, days = found.credit, days + found.days
        assert 0 <= credit * 365 < monthly * 12 + 365 * Decimal("0.01")
    at_once = bought(sum(parts, Decimal(0)), Decimal(0), monthly, most).days
    assert at_once <= days <= at_once + len(parts) * (1 + int(Decimal("3.65") / (monthly * 12)))


@pytest.mark.parametrize(
    ("paid", "credit", "monthly", "said"),
    [("1", "0", "0", "above zero"), ("-1", "0", "1", "less than nothing"), ("1", "-1", "1", "less than")],
)
def test_what_is_no_payment_is_refused(paid: str, credit: str, monthly: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        bought(Decimal(paid), Decimal(credit), Decimal(monthly), 995)


@pytest.fixture
def devices(tmp_path: Path) -> Path:
    path = tmp_path / "devices.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


def asked(*arguments: str | Path) -> tuple[int, str]:
    done = CliRunner().invoke(solar, ["token", *map(str, arguments)], catch_exceptions=True)
    if isinstance(done.exception, BadInput):
        return 2, str(done.exception)
    return done.exit_code, done.stdout if done.exit_code == 0 else done.output


def test_a_payment_makes_a_token_and_its_rest_stands_in_the_list(devices: Path) -> None:
    code, out = asked(devices, "--device", "A1", "--paid", "1.00", "--json")
    assert (code, json.loads(out)) == (
        0,
        {"token": "588224011", "device": "A1", "kind": "add", "days": 1, "credit": "0.35", "count": 2},
    )
    assert devices.read_text().splitlines()[:2] == [
        "device,key,starting_code,count,monthly,credit",
        f"A1,{KEY},516959010,2,20.00,0.35",
    ]
    assert json.loads(asked(devices, "--device", "A1", "--paid", "0.31", "--json")[1])["days"] == 1


def test_too_little_for_a_day_makes_no_token_and_is_not_lost(devices: Path) -> None:
    told = json.loads(asked(devices, "--device", "A1", "--paid", "0.50", "--json")[1])
    assert (told["token"], told["days"], told["credit"], told["count"]) == (None, 0, "0.50", None)
    assert f"A1,{KEY},516959010,1,20.00,0.50" in devices.read_text()
    assert json.loads(asked(devices, "--device", "A1", "--paid", "0.16", "--json")[1])["days"] == 1


def test_the_instalment_of_the_command_wins_over_that_of_the_list(devices: Path) -> None:
    given_ = ["--paid", "20", "--monthly", "10", "--json"]
    assert json.loads(asked(devices, "--device", "A1", *given_)[1])["days"] == 60
    told = json.loads(asked(devices, "--device", "B2", *given_, "--four-keys")[1])
    assert (told["days"], set(told["token"]) <= set("1234")) == (60, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--device", "B2", "--paid", "5"], "The instalment of B2 is not known. Give --monthly"),
        (["--device", "A1", "--paid", "5", "--days", "3"], "A payment adds days"),
        (["--device", "A1", "--paid", "5", "--kind", "set"], "A payment adds days"),
        (["--device", "A1", "--paid", "5.005"], "no amount of money"),
        (["--device", "A1", "--paid", "-5"], "no amount of money"),
        (["--device", "A1", "--paid", "nan"], "no amount of money"),
        (["--device", "A1", "--paid", "much"], "no amount of money"),
        (["--device", "A1", "--paid", "5", "--monthly", "0"], "no amount of money"),
    ],
)
def test_what_is_no_payment_changes_nothing(devices: Path, arguments: list[str], said: str) -> None:
    code, answer = asked(devices, *arguments)
    assert (code, said in " ".join(answer.split())) == (2, True), answer
    assert devices.read_text() == LIST


def test_money_that_is_none_in_the_list_is_named_by_its_row(devices: Path) -> None:
    devices.write_text(LIST.replace("20.00", "20,00 USD").replace(",20,", ',"20,').replace("USD", 'USD"'))
    assert asked(devices, "--device", "A1", "--paid", "5")[1].startswith(
        "Row 2: monthly is no amount of money."
    )
