"""A backup is made whole or not at all, and opens for nobody else."""

import os
import shutil
import sqlite3
import threading
import time
from contextlib import closing
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from isthmus.accounts.models import AuditEvent
from isthmus.kit import clock
from isthmus.kit.config import Config
from isthmus.kit.errors import BadInput, Conflict, Fault, IsthmusError, Refused
from isthmus.node.backup import archive, checking, databases, making
from isthmus.node.backup.archive import Lock
from tests.node.backup.locked import KEY, make


def _sessions(path: Path) -> int:
    with closing(sqlite3.connect(path, timeout=30)) as database:
        found: int = database.execute("SELECT count(*) FROM django_session").fetchone()[0]
        return found


class TestMaking:
    def test_it_holds_what_makes_a_node_again_and_nothing_in_clear(self, config: Config, backup: Path):
        content = checking.check(backup, Lock((KEY,)))
        names = [member.name for member in content.members]
        assert {"database.sqlite3", "isthmus.env", "secret_key"} < set(names)
        assert sum(name.startswith("keys/") for name in names) == 4
        assert "passphrase" not in names
        assert content.node_id == "mm"
        data = backup.read_bytes()
        assert b"SQLite" not in data
        assert config.passphrase_path.read_bytes() not in data
        assert backup.stat().st_mode & 0o777 == 0o600
        assert AuditEvent.objects.get(kind="node.backup-made").detail["file"] == "mm.backup"

    def test_others_write_while_it_is_made(
        self, made_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(databases, "_PAGES_AT_ONCE", 1)
        live, copy = tmp_path / "live.sqlite3", tmp_path / "copy.sqlite3"
        shutil.copy(made_home / "node.sqlite3", live)
        done = threading.Event()

        def write() -> None:
            with closing(sqlite3.connect(live, timeout=30)) as writer:
                writer.execute("PRAGMA journal_mode=WAL")
                for number in count():
                    if done.is_set():
                        return
                    writer.execute("INSERT INTO django_session VALUES (?, 'x', '2026-01-01')", (str(number),))
                    writer.commit()

        thread = threading.Thread(target=write)
        thread.start()
        try:
            while not _sessions(live):
                time.sleep(0.01)
            before = _sessions(live)
            databases.copy_sqlite(live, copy)
            after = _sessions(live)
        finally:
            done.set()
            thread.join()
        assert before <= _sessions(copy) <= after
        assert databases.look_into_sqlite(copy).migrations

    def test_the_keys_passphrase_goes_in_only_when_asked_for(self, config: Config, tmp_path: Path):
        made = make(tmp_path / "with", with_passphrase=True)
        assert made.manifest.has_passphrase

    def test_a_passphrase_locks_it_as_well(self, config: Config, tmp_path: Path):
        made = make(tmp_path / "locked", recipients=(), passphrase=b"correct horse")
        assert checking.check(made.path, Lock(passphrase=b"correct horse")) == made.manifest
        with pytest.raises(Refused, match="does not open"):
            checking.check(made.path, Lock(passphrase=b"wrong"))

    def test_a_folder_keeps_so_many(self, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        (tmp_path / "isthmus-cn-20260101-000000.tar.gz.age").touch()
        start = clock.now()
        for day in range(4):
            monkeypatch.setattr(clock, "now", lambda day=day: start + timedelta(days=day))
            made = make(tmp_path, keep=2)
        found = making.backups_in(tmp_path, "mm")
        assert len(found) == 2
        assert found[0] == made.path
        assert len(made.removed) == 1
        assert (tmp_path / "isthmus-cn-20260101-000000.tar.gz.age").exists()

    @pytest.mark.parametrize(
        ("options", "error"),
        [
            ({"recipients": ()}, BadInput),
            ({"passphrase": b"both"}, BadInput),
            ({"recipients": ["age1nonsense"]}, BadInput),
        ],
    )
    def test_without_one_lock_there_is_none(
        self, config: Config, tmp_path: Path, options: Any, error: type[IsthmusError]
    ):
        with pytest.raises(error):
            make(tmp_path / "none", **options)
        assert list(tmp_path.iterdir()) == []

    def test_a_disk_that_fails_leaves_nothing_behind(
        self, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        def full(*_args: object, **_options: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(archive, "write", full)
        with pytest.raises(Fault, match="No space left"):
            make(tmp_path / "full")
        assert list(tmp_path.iterdir()) == []
        assert list(config.home.glob(".backup-*")) == []

    def test_what_cannot_be_read_back_is_no_backup(
        self, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        def damaged(file: Any, *args: Any, **options: Any) -> None:
            real(file, *args, **options)
            file.seek(-1, os.SEEK_END)
            file.write(b"\0")

        real = archive.write
        monkeypatch.setattr(archive, "write", damaged)
        with pytest.raises(BadInput, match="damaged"):
            make(tmp_path / "bad")
        assert list(tmp_path.iterdir()) == []

    def test_nothing_is_written_over_and_nothing_may_be_missing(
        self, config: Config, backup: Path, tmp_path: Path
    ):
        with pytest.raises(Conflict, match="already"):
            make(backup)
        secret = config.home / "secret_key"
        kept = secret.read_bytes()
        secret.unlink()
        try:
            with pytest.raises(Fault, match="secret_key"):
                make(tmp_path / "other")
        finally:
            secret.write_bytes(kept)
