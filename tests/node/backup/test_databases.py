"""How a database is copied, read and reached by the database's own clients."""

import os
import shutil
from pathlib import Path

import pytest
from django.db import connection

from isthmus.kit.errors import BadInput, Conflict, Fault
from isthmus.node.backup import databases

SERVER = os.environ.get("ISTHMUS_TEST_DATABASE", "")


@pytest.mark.skipif(
    not SERVER, reason="the tests run on SQLite; PostgreSQL is asked for by ISTHMUS_TEST_DATABASE"
)
class TestPostgres:
    def test_a_dump_is_read_to_its_log(self, transactional_db: None, tmp_path: Path):
        name = connection.settings_dict["NAME"]
        address = SERVER.rpartition("/")[0] + f"/{name}"
        databases.copy_postgres(address, tmp_path / "dump")
        found = databases.look_into_postgres(tmp_path / "dump")
        assert "exchange.0001_initial" in found.migrations
        assert found.log.size == 0
        with pytest.raises(Conflict, match="already"):
            databases.check_empty(address)
        data = (tmp_path / "dump").read_bytes()
        (tmp_path / "dump").write_bytes(data[: len(data) // 2])
        with pytest.raises(BadInput, match="not whole"):
            databases.look_into_postgres(tmp_path / "dump")

    def test_a_server_that_is_not_there_is_a_fault_with_its_words(self, tmp_path: Path):
        with pytest.raises(Fault, match="pg_dump failed"):
            databases.copy_postgres("postgres://nobody@127.0.0.1:1/none", tmp_path / "dump")


def test_a_client_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(Fault, match="pg_dump is not installed"):
        databases.postgres_tool("pg_dump")


def test_a_password_goes_by_the_environment():
    found = databases.postgres_environment("postgres://mm:s%40cret@db.example:5433/node")
    assert (found["PGPASSWORD"], found["PGHOST"], found["PGPORT"], found["PGDATABASE"]) == (
        "s@cret",
        "db.example",
        "5433",
        "node",
    )
