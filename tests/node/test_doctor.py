"""The doctor: whether this node and its server are fit, and what to do where they are not."""

import json
import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from isthmus.exchange.models import Direction, Stream
from isthmus.jobs.models import Job, State
from isthmus.kit import clock
from isthmus.kit.errors import Refused
from isthmus.node import checkup
from isthmus.node.checkup import machine, storage
from isthmus.node.commands.start import prepare_database
from isthmus.node.last_backup import note_backup
from isthmus.search.models import Document
from isthmus.search.services import Entry, put
from isthmus.trust.keystore import write_private
from isthmus.trust.models import OwnKey, Partner
from tests.node.test_cli import Run, isthmus  # noqa: F401  a fixture is found by its name


@pytest.fixture
def alive() -> None:
    home = Path(settings.ISTHMUS.home)
    (home / "worker-alive").touch()
    settings.ISTHMUS.passphrase_path.chmod(0o600)
    write_private(home / "secret_key", b"a secret for tests only")


def found(what: str, level: str) -> list[str]:
    return [one.found for one in checkup.look() if one.what == what and one.level == level]


class TestDoctor:
    def test_a_sound_node_has_no_fault(self, isthmus: Run, alive: None) -> None:  # noqa: F811  the fixture
        done = isthmus("doctor", "--json")
        assert done.code == 0
        assert {one["level"] for one in done.data} <= {"ok", "warning"}
        assert {"Database", "Key: seal", "Clock", "Worker", "Disk"} <= {one["what"] for one in done.data}

    def test_a_fault_gives_exit_code_1_and_says_what_to_do(
        self,
        isthmus: Run,  # noqa: F811  the fixture
        alive: None,
    ) -> None:
        past = time.time() - 3600
        os.utime(Path(settings.ISTHMUS.home) / "worker-alive", (past, past))
        done = isthmus("doctor")
        assert done.code == 1
        assert "FAULT    Worker: It was last seen 60 minutes ago." in done.out
        assert "Run `isthmus start`" in done.out
        assert "1 faults" in done.err

    def test_a_missing_key_is_a_fault(self, node: str) -> None:
        OwnKey.objects.filter(purpose="log").update(file_name="gone.pem")
        assert len(found("Key: log", "fault")) == 1
        assert len(found("Key: seal", "ok")) == 1

    def test_a_partners_certificate_that_ends_soon_is_a_warning(self, partner: Partner) -> None:
        partner.keys.filter(purpose="seal").update(valid_until=clock.now() + timedelta(days=30, hours=1))
        assert found("Key of China test node: seal", "warning") == ["Its certificate ends in 30 days."]
        partner.keys.filter(purpose="seal").update(valid_until=clock.now() - timedelta(days=1))
        assert len(found("Key of China test node: seal", "fault")) == 1

    @pytest.mark.parametrize(("ahead", "level"), [(1, "warning"), (48, "fault")])
    def test_a_clock_behind_the_last_contact(self, partner: Partner, ahead: int, level: str) -> None:
        contact = clock.now() + timedelta(hours=ahead, minutes=1)
        Stream.objects.create(
            name="mm>cn#1", partner=partner, direction=Direction.OUT, last_contact_at=contact
        )
        assert len(found("Clock", level)) == 1

    def test_a_secret_that_others_can_read_is_a_fault(self, node: str) -> None:
        path = settings.ISTHMUS.passphrase_path
        mode = path.stat().st_mode
        try:
            path.chmod(0o644)
            assert found("Secrets", "fault") == [f"Others on this machine can read {path}."]
            path.chmod(0o600)
            assert found("Secrets", "fault") == []
        finally:
            path.chmod(mode)

    def test_scripts_without_a_font_are_named(self, tmp_path: Path) -> None:
        (nothing,) = machine.fonts((str(tmp_path),))
        assert "Myanmar" in nothing.found
        for starts in machine.FONTS.values():
            (tmp_path / f"{starts[0]}-Regular.ttf").touch()
        (everything,) = machine.fonts((str(tmp_path),))
        assert everything.level == "ok"

    def test_the_json_is_what_the_table_says(self, isthmus: Run, alive: None) -> None:  # noqa: F811  the fixture
        data = json.loads(isthmus("doctor", "--json").out)
        text = isthmus("doctor").out
        # What changes from one look to the next is compared by its name alone.
        moving = {"Clock", "Disk", "Memory", "Worker", "Backup"}
        assert all(f"  {one['what']}: " in text for one in data)
        assert all(one["found"] in text for one in data if one["what"] not in moving)


class TestDatabase:
    def test_migrations_that_are_missing_are_named_first(self, node: str) -> None:
        MigrationRecorder.Migration.objects.filter(app="exchange", name__gt="0002").delete()
        findings = list(checkup.look())
        assert findings[0].level == "fault"
        assert "migrations are missing" in findings[0].found
        assert findings[0].to_do == "Run `isthmus upgrade`."
        assert not [one for one in findings if one.what == "Clock"]

    def test_of_a_newer_release_is_not_used(self, node: str) -> None:
        MigrationRecorder.Migration.objects.create(app="exchange", name="0999_from_the_future")
        (finding,) = [one for one in checkup.look() if "newer release" in one.found]
        assert "exchange.0999_from_the_future" in finding.found
        with pytest.raises(Refused, match="Going back is not possible") as caught:
            prepare_database()
        assert "backup" in caught.value.next_step

    def test_that_keeps_what_it_commits_is_well(self, node: str) -> None:
        assert len(found("Durability", "ok")) == 1
        assert (storage.size_bytes() or 0) > 100_000

    @pytest.mark.skipif(connection.vendor != "sqlite", reason="a setting of SQLite")
    def test_sqlite_without_full_sync_is_a_fault(self, node: str, monkeypatch: pytest.MonkeyPatch) -> None:
        real = storage._setting
        monkeypatch.setattr(storage, "_setting", lambda text: "1" if "synchronous" in text else real(text))
        assert "synchronous=1" in found("Durability", "fault")[0]

    @pytest.mark.skipif(connection.vendor != "postgresql", reason="settings of PostgreSQL")
    def test_postgresql_that_may_forget_is_a_fault(self, node: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = off")
            try:
                assert "synchronous_commit=off" in found("Durability", "fault")[0]
            finally:
                cursor.execute("RESET synchronous_commit")

    @pytest.mark.skipif(connection.vendor != "postgresql", reason="a version of PostgreSQL")
    def test_an_old_postgresql_is_a_fault(self, node: str, monkeypatch: pytest.MonkeyPatch) -> None:
        real = storage._setting
        monkeypatch.setattr(storage, "_setting", lambda text: "130004" if "version" in text else real(text))
        assert found("Durability", "fault") == ["PostgreSQL 13 is too old."]


class TestUpkeep:
    WHAT = "Upkeep of the database"

    @pytest.fixture(autouse=True)
    def server_as_shipped(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The server of the tests may have turned it off for speed; the rest is asked of it."""
        real = storage._setting
        monkeypatch.setattr(
            storage, "_setting", lambda text: "on" if text == "SHOW autovacuum" else real(text)
        )

    def test_is_asked_of_postgresql_alone(self, node: str) -> None:
        said = [one.level for one in storage.upkeep()]
        assert said == ([] if connection.vendor == "sqlite" else ["ok"])

    @pytest.mark.parametrize(("setting", "level"), [("off", "warning"), ("on", "ok")])
    def test_a_server_whose_autovacuum_is_off(
        self, node: str, monkeypatch: pytest.MonkeyPatch, setting: str, level: str
    ) -> None:
        monkeypatch.setattr(storage.connection, "vendor", "postgresql")
        monkeypatch.setattr(storage, "_setting", lambda text: setting if text == "SHOW autovacuum" else "on")
        monkeypatch.setattr(storage, "_tables_left_alone", list)
        (finding,) = storage.upkeep()
        assert (finding.what, finding.level) == (self.WHAT, level)
        assert ("autovacuum=off" in finding.found, "postgresql.conf" in finding.to_do) == (
            (level == "warning",) * 2
        )

    @pytest.mark.skipif(connection.vendor != "postgresql", reason="a setting of PostgreSQL")
    def test_without_counting_there_is_no_autovacuum(self, node: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET track_counts = off")
            try:
                assert "track_counts=off" in found(self.WHAT, "warning")[0]
            finally:
                cursor.execute("RESET track_counts")

    @pytest.mark.skipif(connection.vendor != "postgresql", reason="an option of tables in PostgreSQL")
    def test_a_table_that_is_left_alone_is_named(self, node: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE search_posting SET (autovacuum_enabled = off)")
        (finding,) = [one for one in checkup.look() if one.what == self.WHAT]
        assert (finding.level, finding.found) == ("warning", "Autovacuum is off for: search_posting.")
        assert "ALTER TABLE search_posting RESET (autovacuum_enabled)" in finding.to_do


class TestQueueAndBackup:
    def test_documents_that_an_earlier_release_indexed(self, node: str) -> None:
        put("topics", [Entry("1", "Solar power", "", "en")])
        assert len(found("Search", "ok")) == 1
        Document.objects.update(words_version=0)
        assert found("Search", "warning") == ["1 documents were indexed by the rules of an earlier release."]

    def test_jobs_that_wait_too_long_or_failed(self, node: str) -> None:
        assert len(found("Jobs", "ok")) == 1
        long_ago = clock.now() - timedelta(hours=3, minutes=1)
        job = Job.objects.create(kind="jobs.prune", run_at=long_ago)
        assert found("Jobs", "warning") == ["1 jobs are due, the oldest for 3 hours."]
        Job.objects.filter(pk=job.pk).update(state=State.FAILED, finished=clock.now())
        assert found("Jobs", "warning") == ["1 jobs have failed in the last month."]

    @pytest.mark.parametrize(("days", "level"), [(0, "ok"), (3, "warning"), (8, "fault")])
    def test_the_age_of_the_last_backup(self, node: str, days: int, level: str) -> None:
        note_backup()
        path = Path(settings.ISTHMUS.home) / "last-backup"
        try:
            moment = time.time() - days * 86400 - 60
            os.utime(path, (moment, moment))
            assert len(found("Backup", level)) == 1
        finally:
            path.unlink()

    def test_no_backup_at_all_is_said(self, node: str) -> None:
        assert found("Backup", "warning") == ["No backup of this node was ever made here."]


def told(**changes: Any) -> list[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "ISTHMUS", settings.ISTHMUS.model_copy(update=changes))
        return [f"{one.level}: {one.found}" for one in machine.web() if one.what == "Web"]


class TestWayIn:
    def test_on_this_machine_alone_nothing_is_asked(self) -> None:
        assert told() == ["ok: The node is reached at http://localhost:8000."]

    def test_without_encryption_is_a_fault(self) -> None:
        (said,) = told(url="http://node.example.org")
        assert said.startswith("fault: People reach http://node.example.org without encryption")

    def test_a_proxy_has_to_be_trusted_and_cannot_be_passed_by(self) -> None:
        address = {"url": "https://node.example.org"}
        assert told(**address)[0].startswith("warning: The proxy in front is not trusted")
        assert told(**address, trusted_proxy=True) == ["ok: The node is reached at https://node.example.org."]
        open_to_all = told(**address, trusted_proxy=True, bind="0.0.0.0:8000")
        assert open_to_all[0].startswith("fault: The node listens on 0.0.0.0:8000, past the proxy")

    def test_debug_is_a_fault(self) -> None:
        assert told(debug=True)[0].startswith("fault: ISTHMUS_DEBUG is on")


class TestMachine:
    def test_little_memory_is_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert next(iter(machine.memory())).what == "Memory"
        monkeypatch.setattr(
            machine, "_memory_bytes", lambda: {"MemAvailable": 50_000_000, "MemTotal": 4_000_000_000}
        )
        (finding,) = machine.memory()
        assert (finding.level, finding.found) == ("warning", "50 of 4000 MB are free.")
        monkeypatch.setattr(machine, "_memory_bytes", dict)
        assert list(machine.memory()) == []

    @pytest.mark.parametrize(
        ("state", "status", "level"), [(0, 0, "ok"), (5, 0x40, "warning"), (-1, 0, "ok")]
    )
    def test_the_kernel_tells_whether_a_time_server_sets_the_clock(
        self, state: int, status: int, level: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Library:
            @staticmethod
            def adjtimex(timex: Any) -> int:
                timex[40:44] = status.to_bytes(4, "little")
                return state

        monkeypatch.setattr(machine.ctypes, "CDLL", lambda *_, **__: Library)
        assert [one.level for one in machine.time_server()] == [level]
