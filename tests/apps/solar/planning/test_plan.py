"""A file of homes planned: the look-up against its specification, refusals by row, lots and sums."""

import csv
import json
import random
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from isthmus.analysis.engine import open_workspace
from isthmus.analysis.portable import as_sql, table
from isthmus.apps.solar.cli import solar
from isthmus.apps.solar.engine.analytics import run
from isthmus.apps.solar.engine.rules.battery import LFP
from isthmus.apps.solar.engine.rules.panel import Panel
from isthmus.apps.solar.loads.queries import load_of
from isthmus.apps.solar.loads.rules.shapes import EVENING
from isthmus.apps.solar.planning.analytics import intake, repeating, running
from isthmus.apps.solar.planning.analytics.looking_up import planned
from isthmus.apps.solar.planning.analytics.making import Table, as_columns, tables_of
from isthmus.apps.solar.planning.rules.choosing import Rates, choose, levels_for
from isthmus.apps.solar.planning.rules.squares import middle_of, square_of
from isthmus.apps.solar.planning.rules.tables import Relative
from isthmus.apps.solar.sizing import queries
from isthmus.apps.solar.sizing.analytics import hours_of
from isthmus.apps.solar.sizing.rules.usual import usual_tilt
from isthmus.apps.solar.weather.queries import weather_at
from isthmus.kit.errors import BadInput

LEVELS = levels_for(0.03)
PRICES = Rates(600_000, 6_200, 2_800)
SQUARES = (square_of(12.05, 8.52), square_of(9.1, 7.4))
TABLES = [
    Table(SQUARES[0], "evening", tuple(Relative(x, 0.35 - x, 1.1 - x) for x in LEVELS), is_far=False),
    Table(SQUARES[0], "light", tuple(Relative(x, 0.3 - x, 1.2 - x) for x in LEVELS[1:]), is_far=False),
    Table(SQUARES[1], "evening", tuple(Relative(x, 0.33 - x, 1.0 - x) for x in LEVELS), is_far=True),
]


def test_the_engine_looks_up_what_the_rule_chooses() -> None:
    drawn = random.Random(7)
    homes = [
        (
            str(at),
            drawn.choice(TABLES),
            drawn.uniform(10, 20_000),
            drawn.choice([None, drawn.randint(0, 900_000)]),
        )
        for at in range(3000)
    ]
    with open_workspace() as workspace:
        workspace.run(
            "CREATE TABLE homes (id VARCHAR, district VARCHAR, homes BIGINT, square INTEGER,"
            " shape VARCHAR, wh DOUBLE, budget_cents BIGINT)"
        )
        workspace.connection.executemany(
            "INSERT INTO homes VALUES (?, '', 1, ?, ?, ?, ?)",
            [(name, one.square, one.shape, wh, budget) for name, one, wh, budget in homes],
        )
        workspace.connection.register("given", dict(as_columns(TABLES, LEVELS)))
        workspace.run("CREATE TABLE need AS SELECT * REPLACE (shape::VARCHAR AS shape) FROM given")
        query = planned(table(workspace, "homes"), table(workspace, "need"), LEVELS, PRICES)
        found = {row[0]: row[3:] for row in workspace.rows(as_sql(query))}
    for name, one, wh, budget in homes:
        chosen = choose(wh, one.rows, 0.03, PRICES, budget)
        assert found[name] == (
            chosen.level,
            chosen.wp,
            chosen.battery_wh,
            chosen.cents,
            chosen.state,
        )


def test_a_table_is_good_enough_for_a_home_of_its_square() -> None:
    square = SQUARES[0]
    (made,) = tables_of(square, ["evening"], LFP, queries.prices(), (0.03, 0.1))
    lat, lon = middle_of(square)
    weather = weather_at(lat, lon, usual_tilt(lat))
    hours = hours_of(weather, load_of(800, len(weather.light), EVENING), Panel())
    for row in made.rows:
        found = run(hours, [800 * row.wp], [800 * row.battery_wh * LFP.usable], LFP)
        assert float(found.by_energy[0]) == pytest.approx(row.level, rel=0.12)
    assert not made.is_far
    assert as_columns([made], LEVELS)["wp_1"][0] < 0


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables without weather: one home needs what another does."""

    def made(square: int, shapes: list[str], *_rest: object) -> list[Table]:
        rows = tuple(Relative(x, 0.35 - x, 1.1 - x) for x in LEVELS)
        dark = middle_of(square)[0] > 80
        return [Table(square, shape, () if dark else rows, is_far=square == SQUARES[1]) for shape in shapes]

    monkeypatch.setattr(running, "tables_of", made)


HOMES = """id,lat,lon,wh_per_day,appliances,budget,district,homes
a,12.05,8.52,500,,,Kano,1
b,12.1,8.6,,"lamp:3,phone:2",,Kano,3
c,12.1,8.6,500,,250,Kano,1
d,9.1,7.4,1200,lamp:1,50,Abuja,1
"""


def asked(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(solar, ["plan", *arguments], catch_exceptions=True)
    if isinstance(done.exception, BadInput):
        return 2, " ".join(
            [done.exception.message, *(f"{fault.where}: {fault.message}" for fault in done.exception.faults)]
        )
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout


@pytest.mark.usefixtures("quick")
def test_every_home_is_planned_and_summed_up(tmp_path: Path) -> None:
    homes, out, lots = tmp_path / "homes.csv", tmp_path / "plan.csv", tmp_path / "lots.csv"
    homes.write_text(HOMES, encoding="utf-8")
    code, said = asked(str(homes), "--out", str(out), "--lots", str(lots), "--json")
    assert code == 0
    told = json.loads(said)
    assert (told["rows"], told["homes"], told["asked"], told["less"], told["beyond"]) == (4, 6, 4, 1, 1)
    assert [district["name"] for district in told["districts"]] == ["Abuja", "Kano"]
    assert told["far"] == [list(middle_of(SQUARES[1]))]
    assert told["tables"] == 3
    rows = {row["id"]: row for row in csv.DictReader(out.read_text(encoding="utf-8").splitlines())}
    assert rows["a"]["state"] == "asked"
    assert (rows["a"]["wp"], rows["a"]["battery_wh"], rows["a"]["battery"]) == ("160", "550", "lfp")
    assert rows["a"]["price"] == "313.20"
    assert (rows["c"]["state"], rows["d"]["state"]) == ("less", "beyond")
    sold = list(csv.DictReader(lots.read_text(encoding="utf-8").splitlines()))
    assert len(sold) == told["lots"] == 3
    assert {row["district"] for row in sold} == {"Kano"}
    assert sum(int(row["systems"]) for row in sold) == 5
    assert sum(Decimal(row["cost"]) for row in sold) == Decimal(told["cost"])


@pytest.mark.usefixtures("quick")
def test_a_parquet_file_is_planned_as_well(tmp_path: Path) -> None:
    homes = tmp_path / "homes.parquet"
    with open_workspace(folder=tmp_path) as workspace:
        from isthmus.analysis.tables import save_table

        save_table(workspace, "SELECT 1 AS id, 12.05 AS lat, 8.5 AS lon, 300.0 AS wh_per_day", homes)
    code, said = asked(str(homes), "--out", str(tmp_path / "plan.parquet"), "--json")
    assert code == 0
    told = json.loads(said)
    assert (told["rows"], told["districts"]) == (1, [])


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("e,95,8,500,,,,1", "row with id e: lat cannot be used"),
        ("e,12,190,500,,,,1", "row with id e: lon cannot be used"),
        ("e,12,8,9,,,,1", "row with id e: wh_per_day cannot be used"),
        ("e,12,8,many,,,,1", "row with id e: wh_per_day cannot be used"),
        ("e,12,8,,,,,1", "row with id e: wh_per_day cannot be used"),
        ("e,12,8,500,,-1,,1", "row with id e: budget cannot be used"),
        ("e,12,8,500,,much,,1", "row with id e: budget cannot be used"),
        (",12,8,500,,,,1", "row with id that is empty: id cannot be used"),
        ("e,12,8,500,,,,0", "row with id e: homes cannot be used"),
        ("e,12,8,,boat,,,1", "“boat” is no appliance"),
        ("e,12,8,,night-lamp:1,,,1", "“night-lamp:1” use 8 Wh a day"),
        ("e,89,8,500,,,,1", "Around 90, 9 there is too little sun"),
    ],
)
@pytest.mark.usefixtures("quick")
def test_a_row_that_cannot_be_planned_is_named(tmp_path: Path, row: str, said: str) -> None:
    homes, out = tmp_path / "homes.csv", tmp_path / "plan.csv"
    homes.write_text(HOMES + row + "\n", encoding="utf-8")
    code, answer = asked(str(homes), "--out", str(out))
    assert code == 2
    assert said in answer
    assert not out.exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,lat\na,1\n", "lacks the columns lon"),
        ("id,lat,lon\na,1,1\n", "lacks the columns wh_per_day"),
        ("id,lat,lon,wh_per_day\n", "has no row"),
        ("id,lat,lon,wh_per_day,shape\na,12,8,500,round\n", "row with id a: shape cannot be used"),
    ],
)
@pytest.mark.usefixtures("quick")
def test_a_file_that_is_none_is_refused(tmp_path: Path, text: str, said: str) -> None:
    homes = tmp_path / "homes.csv"
    homes.write_text(text, encoding="utf-8")
    code, answer = asked(str(homes), "--out", str(tmp_path / "plan.csv"))
    assert code == 2
    assert said in answer


@pytest.mark.usefixtures("quick")
def test_too_many_different_lists_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MOST_LISTS", 0)
    homes = tmp_path / "homes.csv"
    homes.write_text(HOMES, encoding="utf-8")
    assert "more than 0 different lists" in asked(str(homes), "--out", str(tmp_path / "plan.csv"))[1]


@pytest.mark.parametrize("at_once", [1000, 2])
@pytest.mark.usefixtures("quick")
def test_a_home_that_stands_twice_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """In one part or in several: the ids that repeat are found, with their rows, and nothing is written."""
    monkeypatch.setattr(repeating, "AT_ONCE", at_once)
    homes, out = tmp_path / "homes.csv", tmp_path / "plan.csv"
    again = HOMES.splitlines()[1]
    homes.write_text(f"{HOMES}{again}\n  {again}\n{HOMES.splitlines()[4]}\n", encoding="utf-8")
    code, answer = asked(str(homes), "--out", str(out))
    assert code == 2
    assert "3 rows too many" in answer
    assert "rows with id a: there are 3 of them" in answer
    assert "rows with id d: there are 2 of them" in answer
    assert not out.exists()


def test_ids_are_compared_and_not_their_hashes_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeating, "_HASHES", "SELECT 7::UBIGINT AS hash FROM home")
    monkeypatch.setattr(repeating, "_SAME", repeating._SAME.replace("hash(id) IN ($suspects) ", "true "))
    with open_workspace() as workspace:
        workspace.run("CREATE TABLE home AS SELECT 'home ' || i AS id FROM range(5) AS t(i)")
        assert repeating.repeated(workspace, 5, 5) == ([], 0)


def test_no_more_ids_are_named_than_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeating, "SUSPECTS", 2)
    with open_workspace() as workspace:
        workspace.run("CREATE TABLE home AS SELECT 'home ' || i % 50 AS id FROM range(100) AS t(i)")
        found, too_many = repeating.repeated(workspace, 100, 5)
    assert (len(found), {count for _name, count in found}, too_many) == (5, {2}, 50)
