"""Tenders from the shell: the asker from the request to a fault, the maker from a request to a quote."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from isthmus.apps.solar.cli import solar
from isthmus.apps.solar.models import MakerQuote, QuoteDecision, Tender, TicketSaying
from isthmus.apps.solar.tenders import body_queries as bodies
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, IsthmusError, NotFound
from tests.apps.solar.tenders.conftest import Time
from tests.apps.solar.tenders.market import (
    LOTS,
    ForeignMaker,
    Market,
    offer,
    request_from_abroad,
)


def ran(*arguments: str) -> Result:
    return CliRunner().invoke(solar, ["tender", *arguments])


def told(*arguments: str) -> Any:
    done = ran(*arguments, "--json")
    assert done.exit_code == 0, done.exception or done.output
    return json.loads(done.stdout)


def refused(*arguments: str) -> IsthmusError:
    error = ran(*arguments).exception
    assert isinstance(error, IsthmusError), error
    return error


def written(path: Path, value: object) -> str:
    path.write_text(json.dumps(value), encoding="utf-8")
    return str(path)


def request(**changes: Any) -> dict[str, Any]:
    closes = clock.now() + timedelta(days=1)
    return {
        "title": "Home systems for Kano (sample)",
        "closes": clock.to_text(closes),
        "opens_until": clock.to_text(closes + timedelta(days=7)),
        "currency": "NGN",
        "lots": LOTS,
        **changes,
    }


def asked(tmp_path: Path, market: Market) -> str:
    file = written(tmp_path / "request.json", request())
    return str(told("ask", file, "--to", "cn", "--organisation", "power")["number"])


def decided(tmp_path: Path, market: Market, time: Time) -> tuple[str, ForeignMaker]:
    number = asked(tmp_path, market)
    maker = ForeignMaker(number)
    assert market.hear(bodies.SEAL, maker.seal) == ""
    time.forward(days=1, minutes=1)
    assert market.hear(bodies.QUOTE, maker.quote) == ""
    given = ("--code", "cny", "--value", "210.5", "--on", "2026-11-20", "--source", "Sample bank")
    assert told("rate", number, "--kind", "exchange", *given)["value"] == "210.5"
    lots = [word for lot in ("1", "2") for word in ("--lot", f"{lot}=cn/{maker.reference[:8]}")]
    told("award", number, *lots, "--reason", "The only one")
    return number, maker


def test_a_request_is_sent_listed_shown_and_withdrawn(market: Market, tmp_path: Path) -> None:
    number = asked(tmp_path, market)
    (body,) = market.told(bodies.REQUEST)
    assert (body["tender"], body["asker"], body["warranty_months"]) == (number, "power", 24)
    assert [row["number"] for row in told("list")] == [number]
    shown = told("show", number)
    assert (shown["phase"], shown["invited"], len(shown["lots"])) == ("sealing", ["cn"], 2)
    assert number in ran("list").stdout
    assert "Takes seals" in ran("show", number).stdout
    assert told("withdraw", number, "--reason", "The budget fell")["phase"] == "withdrawn"


def test_quotes_are_compared_and_awarded_and_the_maker_is_told(
    market: Market, tmp_path: Path, time: Time
) -> None:
    number, maker = decided(tmp_path, market, time)
    (quote,) = told("show", number)["quotes"]
    assert (quote["standing"], quote["decision"]["says"], quote["decision"]["lots"]) == (
        "opened",
        "awarded",
        [1, 2],
    )
    assert quote["landed"]["goods"] == "83147500.00"
    assert maker.name in ran("show", number).stdout
    assert [body["says"] for body in market.told(bodies.AWARD)] == ["awarded"]


def test_deliveries_are_tested_and_faults_told_and_closed(market: Market, tmp_path: Path, time: Time) -> None:
    number, maker = decided(tmp_path, market, time)
    about = (number, maker.reference[:8], "--lot", "1")
    counts = ("--counted", "200", "--tested", "20", "--failed", "1")
    came = told("accept", *about, *counts, "--held", "count", "--held", "charge")
    assert (came["says"], came["failed"]) == ("accepted", 1)
    checks = {one["name"]: one["passed"] for one in market.told(bodies.ACCEPTANCE)[0]["checks"]}
    assert (checks["count"], checks["run"]) == (True, False)
    fault = told("fault", *about, "--part", "battery", "--count", "3", "--text", "No charge after a week")
    assert fault["state"] == "open"
    assert told("say", fault["ticket"], "closed", "--text", "Replaced")["state"] == "closed"
    assert TicketSaying.objects.count() == 2


def test_a_maker_writes_seals_and_opens_a_quote(market: Market, tmp_path: Path, time: Time) -> None:
    closes = clock.now() + timedelta(days=1)
    assert market.hear(bodies.REQUEST, request_from_abroad(closes)) == ""
    (row,) = told("requests")
    assert (row["partner"], row["takes_seals"]) == ("cn", True)
    file = written(tmp_path / "offer.json", offer(documents=[]))
    made = told("quote", row["number"], file, "--organisation", "firm")
    assert made["state"] == "draft"
    assert "salt" not in made
    reference = made["quote"][:20]
    assert told("seal", reference)["state"] == "sealed"
    with pytest.raises(Conflict, match="before the deadline"):
        raise refused("open", reference)
    time.forward(days=1, minutes=1)
    assert told("open", reference)["state"] == "opened"
    assert [one["quote"] for one in told("quotes", "--organisation", "firm")] == [made["quote"]]
    assert told("quotes", "--organisation", "rival") == []
    assert MakerQuote.objects.get().organisation == market.firm


def test_empty_lists_say_what_would_be_there(market: Market) -> None:
    for command in ("list", "requests", "quotes"):
        done = ran(command)
        assert (done.exit_code, done.stdout) == (0, "")
        assert done.stderr


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"closes": "tomorrow"}, "closes: 'tomorrow' is not a UTC time"),
        ({"lots": "many"}, "a list of objects"),
        ({"colour": "blue"}, "members that are not known: colour"),
    ],
)
def test_a_file_that_is_no_request_is_refused(
    market: Market, tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    file = written(tmp_path / "request.json", request(**changes))
    error = refused("ask", file, "--to", "cn", "--organisation", "power")
    assert isinstance(error, BadInput)
    assert said in str(error)
    assert not Tender.objects.exists()


def test_what_is_missing_or_no_object_is_named(market: Market, tmp_path: Path) -> None:
    part = {name: value for name, value in request().items() if name != "lots"}
    assert "says nothing of: lots" in str(refused("ask", written(tmp_path / "a.json", part), "--to", "cn"))
    assert "one JSON object" in str(refused("ask", written(tmp_path / "b.json", [1]), "--to", "cn"))


def test_names_that_nothing_has_are_not_found(market: Market, tmp_path: Path) -> None:
    number = asked(tmp_path, market)
    file = written(tmp_path / "offer.json", offer())
    missing = [
        ("show", "RFQ-0"),
        ("seal", "0"),
        ("say", "0", "closed", "--text", "x"),
        ("quote", "RFQ-0", file),
        ("fault", number, "0", "--lot", "1", "--part", "lamp", "--count", "1", "--text", "x"),
        ("quotes", "--organisation", "nobody"),
    ]
    for arguments in missing:
        assert isinstance(refused(*arguments), NotFound), arguments


def test_what_may_mean_several_is_asked_back(market: Market, tmp_path: Path) -> None:
    file = written(tmp_path / "request.json", request())
    assert "Say with --organisation" in str(refused("ask", file, "--to", "cn").next_step)
    body = request_from_abroad(clock.now() + timedelta(days=1))
    market.hear(bodies.REQUEST, body)
    row = Tender.objects.get()
    Tender.objects.create(
        **{
            name: getattr(row, name)
            for name in ("way", "number", "title", "currency", "closes", "opens_until", "asked_at", "body")
        },
        partner="md",
    )
    quote = written(tmp_path / "offer.json", offer())
    assert "Say with --partner" in str(refused("quote", row.number, quote).next_step)
    assert told("quote", row.number, quote, "--partner", "cn", "--organisation", "firm")["partner"] == "cn"


@pytest.mark.parametrize("lot", ["1", "x=cn/a", "1=cn/", "1=md/aaaa", "1=cn/bbbb"])
def test_an_award_names_lots_and_quotes_that_there_are(
    market: Market, tmp_path: Path, time: Time, lot: str
) -> None:
    number = asked(tmp_path, market)
    market.hear(bodies.SEAL, ForeignMaker(number).seal)
    error = refused("award", number, "--lot", lot, "--reason", "x")
    assert "names no lot with the one quote" in str(error)
    assert not QuoteDecision.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("rate", "--kind", "duty", "--value", "x", "--on", "2026-11-20", "--source", "x"), "no rate"),
        (("rate", "--kind", "duty", "--value", "-1", "--on", "2026-11-20", "--source", "x"), "no rate"),
    ],
)
def test_a_rate_that_is_none_is_refused(
    market: Market, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    number = asked(tmp_path, market)
    assert said in str(refused(arguments[0], number, *arguments[1:]))


def test_a_check_that_there_is_not_is_refused(market: Market, tmp_path: Path, time: Time) -> None:
    number, maker = decided(tmp_path, market, time)
    counts = ("--lot", "1", "--counted", "1", "--tested", "1", "--failed", "0")
    assert "no check colour" in str(refused("accept", number, maker.reference, *counts, "--held", "colour"))


def test_the_lots_of_a_plan_are_asked_for(market: Market, tmp_path: Path) -> None:
    plan = tmp_path / "lots.csv"
    plan.write_text("district,battery,wp,battery_wh,systems\nTofa,lfp,160,500,77\n", encoding="utf-8")
    part = {name: value for name, value in request().items() if name != "lots"}
    options = ("--to", "cn", "--organisation", "power", "--lots", str(plan))
    number = str(told("ask", written(tmp_path / "a.json", part), *options)["number"])
    (lot,) = bodies.request_of(Tender.objects.get(number=number)).lots
    assert (lot.count, lot.wp, lot.kind, lot.place) == (77, 160, "kit", "Tofa")
    assert "or by --lots" in str(refused("ask", written(tmp_path / "b.json", request()), *options))
