"""From the previous release's database to this release: nothing is lost, and the exchange goes on."""

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.processes.databases import drop_postgres, make_postgres
from tests.processes.nodes import ROOT, free_port
from tests.release import load, write_release

pytestmark = pytest.mark.processes
KEPT = Path(__file__).parent / "v0_1_0"
SERVER = os.environ.get("ISTHMUS_TEST_DATABASE", "")


def kept(node_id: str) -> Any:
    return json.loads((KEPT / node_id / "node.json").read_text(encoding="utf-8"))


def python(home: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "ISTHMUS_HOME": str(home)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=180,
    )


def isthmus(home: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return python(home, "-m", "isthmus.node", *arguments)


def lay_out(home: Path, node_id: str, database: str = "") -> None:
    """The node as the release left it, in a process of its own."""
    home.mkdir()
    file = str(KEPT / node_id / "node.json")
    done = python(home, "-m", "tests.release.load", file, str(home), database)
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.fixture(scope="module")
def laid_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both nodes on SQLite, laid out once: a copy of the folder is as good, and much faster."""
    folder = tmp_path_factory.mktemp("release")
    with pytest.MonkeyPatch.context() as patch:
        clean(patch)
        for node_id in ("mm", "cn"):
            lay_out(folder / node_id, node_id)
    return folder


@pytest.fixture
def home(laid_out: Path, tmp_path: Path) -> Path:
    """The home of the node `mm` on SQLite."""
    return Path(shutil.copytree(laid_out / "mm", tmp_path / "mm"))


def clean(patch: pytest.MonkeyPatch) -> None:
    """No setting of the test run reaches the nodes."""
    for name in [name for name in os.environ if name.startswith("ISTHMUS_")]:
        patch.delenv(name)
    patch.setenv("PYTHONPATH", f"{ROOT / 'src'}{os.pathsep}{ROOT}")
    patch.setenv("DJANGO_SETTINGS_MODULE", "isthmus.node.settings")
    patch.setenv("ISTHMUS_BIND", f"127.0.0.1:{free_port()}")


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    clean(monkeypatch)


@pytest.fixture(params=[pytest.param("sqlite", marks=pytest.mark.once), "postgresql"])
def mm(request: pytest.FixtureRequest, laid_out: Path, tmp_path: Path) -> Iterator[Path]:
    """The home of the node `mm` as release 0.1.0 left it, on either database."""
    home = tmp_path / "mm"
    if request.param == "sqlite":
        shutil.copytree(laid_out / "mm", home)
        yield home
        return
    if not SERVER.startswith("postgres"):
        pytest.skip("ISTHMUS_TEST_DATABASE names no PostgreSQL server")
    name = f"isthmus_upgrade_{os.getpid()}"
    lay_out(home, "mm", make_postgres(SERVER, name))
    yield home
    drop_postgres(SERVER, name)


def upgrade(home: Path) -> Any:
    done = isthmus(home, "upgrade", "--without-backup", "--json")
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def test_the_data_of_the_previous_release_is_all_there_and_the_exchange_goes_on(
    mm: Path, laid_out: Path, tmp_path: Path
) -> None:
    before = kept("mm")["account"]
    told = upgrade(mm)
    assert told["counts"]["records"] == len(before["records"])
    assert told["counts"]["log_entries"] == told["log_size"] == before["size"]
    assert told["log_root"] == before["root"], "not a bit of the log has changed"
    after = write_release.run(mm, "account")
    assert after["leaves"] == before["leaves"]
    assert after["records"] == before["records"]
    assert [row[:4] for row in after["streams"]] == before["streams"]
    assert {row[5] for row in after["records"]} >= {"applied", "quarantined", "none"}

    cn = Path(shutil.copytree(laid_out / "cn", tmp_path / "cn"))
    upgrade(cn)
    homes = {"mm": mm, "cn": cn}
    for sender, receiver in (("mm", "cn"), ("cn", "mm")):
        last = max(row[1] for row in after["records"] if row[0] == "mm>cn#1")
        write_release.run(homes[sender], "publish", receiver, "20", "23")
        write_release.deliver(homes, sender, receiver)
        there = write_release.run(homes[receiver], "account")
        here = write_release.run(homes[sender], "account")
        name = f"{sender}>{receiver}#1"
        sent = [row[1:3] for row in here["records"] if row[0] == name]
        assert [row[1:3] for row in there["records"] if row[0] == name] == sent
        assert [seq for seq, _leaf in sent] == list(range(1, len(sent) + 1)), "numbers go on without a gap"
        assert len(sent) > last - 3
        assert [name, "open", len(sent), len(sent)] in here["streams"], "all of it has its receipt"
    frozen = [row for row in write_release.run(mm, "account")["streams"] if row[1] == "frozen"]
    assert [row[0] for row in frozen] == ["la>mm#1"], "what stood still stands still"
    doctor = isthmus(mm, "doctor", "--json")
    assert not [
        one for one in json.loads(doctor.stdout) if one["what"] == "Database" and one["level"] != "ok"
    ]


@pytest.mark.once
def test_it_says_first_what_it_would_do_and_does_nothing_unasked(home: Path) -> None:
    looked = isthmus(home, "upgrade", "--dry-run", "--json")
    assert looked.returncode == 3
    assert "no good backup" in looked.stderr
    steps = json.loads(looked.stdout.partition("}\n")[0] + "}")["migrations"]
    assert "exchange.0003_packed_texts" in steps
    assert isthmus(home, "upgrade").returncode == 3, "without a backup nothing is changed"
    started = isthmus(home, "start")
    assert (started.returncode, "Run `isthmus upgrade`" in started.stderr) == (3, True)
    assert isthmus(home, "worker").returncode == isthmus(home, "web").returncode == 3
    (home / "last-backup").touch()
    again = isthmus(home, "upgrade", "--dry-run")
    assert again.returncode == 0
    assert "Nothing was changed." in again.stderr
    assert "exchange.0003_packed_texts" in again.stdout
    done = isthmus(home, "upgrade")
    assert done.returncode == 0, "a fresh backup is a way back"
    assert "Applying exchange.0003_packed_texts..." in done.stderr
    twice = isthmus(home, "upgrade")
    assert (twice.returncode, "0 migrations applied" in twice.stderr) == (0, True)


@pytest.mark.once
def test_where_the_settings_say_how_the_way_back_is_made_first(home: Path, tmp_path: Path) -> None:
    key = json.loads(isthmus(home, "backup", "key", str(tmp_path / "key"), "--json").stdout)["public_key"]
    with (home / "isthmus.env").open("a") as file:
        file.write(f"ISTHMUS_BACKUP_FOLDER={tmp_path / 'backups'}\nISTHMUS_BACKUP_RECIPIENTS={key}\n")
    (tmp_path / "backups").mkdir()
    done = isthmus(home, "upgrade")
    assert done.returncode == 0, done.stderr
    (made,) = (tmp_path / "backups").iterdir()
    assert str(made) in done.stderr
    proved = isthmus(home, "backup", "verify", str(made), "--key", str(tmp_path / "key"))
    assert proved.returncode == 0, "the data of the older release can be had again"


@pytest.mark.once
def test_a_running_node_is_not_upgraded(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        monkeypatch.setenv("ISTHMUS_BIND", f"127.0.0.1:{listener.getsockname()[1]}")
        refused = isthmus(home, "upgrade", "--without-backup")
    assert refused.returncode == 3
    assert "systemctl stop isthmus" in refused.stderr
    assert "exchange.0003_packed_texts" not in applied(home)


def applied(home: Path) -> set[str]:
    with sqlite3.connect(home / "node.sqlite3") as database:
        return {f"{app}.{name}" for app, name in database.execute("SELECT app, name FROM django_migrations")}


@pytest.mark.once
def test_there_is_no_way_back_to_an_older_release(home: Path) -> None:
    upgrade(home)
    with sqlite3.connect(home / "node.sqlite3") as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, ?)",
            ("exchange", "0999_tomorrow", "2030-01-01"),
        )
    for command in (("upgrade", "--without-backup"), ("upgrade", "--dry-run"), ("migrate",)):
        refused = isthmus(home, *command)
        assert refused.returncode == 3, command
        assert "exchange.0999_tomorrow" in refused.stderr
        assert "Going back is not possible" in refused.stderr
        assert "Traceback" not in refused.stderr


@pytest.mark.once
def test_a_log_that_was_altered_before_is_found_out(home: Path) -> None:
    with sqlite3.connect(home / "node.sqlite3") as database:
        database.execute("UPDATE exchange_record SET subject = 'OTHER' WHERE subject = 'MM-1'")
    refused = isthmus(home, "upgrade", "--without-backup")
    assert refused.returncode == 1
    assert "Do not start the node." in refused.stderr


@pytest.mark.once
def test_the_fixture_holds_no_private_key_in_the_clear() -> None:
    for node_id in ("mm", "cn"):
        keys = {name: text for name, text in kept(node_id)["files"].items() if name.startswith("keys/")}
        assert len(keys) == 4
        for text in keys.values():
            assert text.startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")
            assert "BEGIN PRIVATE KEY" not in text


@pytest.mark.once
def test_the_search_for_changed_migrations_finds_one() -> None:
    changed = {"migrations": [["exchange", "0001_initial", "0" * 64], ["exchange", "0002_gone", "0" * 64]]}
    assert load.changed_migrations(changed) == ["exchange.0001_initial", "exchange.0002_gone"]


@pytest.mark.once
def test_the_declarations_of_the_previous_release_stand_where_they_stood(home: Path) -> None:
    before = {
        row["pk"]: row["fields"] for row in kept("mm")["rows"] if row["model"] == "etrade.exportdeclaration"
    }
    sendings = {row["pk"]: row["fields"] for row in kept("mm")["rows"] if row["model"] == "etrade.sending"}
    upgrade(home)
    with sqlite3.connect(home / "node.sqlite3") as database:
        columns = "id, number, origin, partner, leaf, body, direction, state, version, port"
        after = database.execute(f"SELECT {columns} FROM etrade_declaration").fetchall()
        sent = database.execute("SELECT id, declaration_id, partner, leaf FROM etrade_sending").fetchall()
    assert {row[0] for row in after} == set(before)
    for pk, number, origin, partner, leaf, body, direction, state, version, port in after:
        fields = before[pk]
        assert [number, origin, partner, leaf, json.loads(body)] == [
            fields[name] for name in ("number", "origin", "partner", "leaf", "body")
        ]
        first = "pre-arrival-received" if origin == "partner" else "lodged"
        expected = "accepted" if origin == "own" and fields["body"].get("accepted_on") else first
        assert (direction, state, version) == ("export", expected, 1)
        assert port == (fields["body"].get("port_of_discharge") or "")
    assert {row[0]: list(row[1:]) for row in sent} == {
        pk: [fields["declaration"], fields["partner"], fields["leaf"]] for pk, fields in sendings.items()
    }
