"""Organisations, officers and desks from the shell, and the doctor's findings."""

import json
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from isthmus.accounts.models import Membership, Officer
from isthmus.exchange.models import Desk, Direction, Stream
from isthmus.kit import clock
from isthmus.node.commands import checkup
from isthmus.trust.keystore import write_private
from isthmus.trust.models import OwnKey, Partner
from tests.node.test_cli import Run, isthmus  # noqa: F401  a fixture is found by its name

KIND = "etrade.export-declaration/1"


class TestPeople:
    def test_an_officer_gets_a_role_and_a_link_to_choose_a_password(self, isthmus: Run) -> None:  # noqa: F811  the fixture
        assert isthmus("organisation", "add", "customs", "--name", "Customs", "--kind", "agency").code == 0
        command = ("officer", "add", "Chen@cn.example", "--name", "Chen Jing", "--organisation", "customs")
        made = isthmus(*command, "--role", "officer", "--json").data
        assert made["email"] == "chen@cn.example"
        assert made["roles"] == ["officer of customs"]
        assert made["link"].startswith("http://localhost:8000/account/")
        assert not Officer.objects.get().has_usable_password()

    def test_one_who_is_here_gets_a_second_role_and_no_second_account(self, isthmus: Run) -> None:  # noqa: F811  the fixture
        isthmus("organisation", "add", "customs", "--name", "Customs")
        command = (
            "officer",
            "add",
            "chen@cn.example",
            "--name",
            "Chen",
            "--organisation",
            "customs",
            "--role",
        )
        isthmus(*command, "officer")
        assert isthmus(*command, "auditor", "--json").data["link"] == ""
        assert Membership.objects.count() == 2
        assert isthmus("officer", "list", "--json").data[0]["roles"] == [
            "auditor of customs",
            "officer of customs",
        ]

    def test_a_password_is_read_from_a_file_and_a_weak_one_changes_nothing(
        self,
        isthmus: Run,  # noqa: F811  the fixture
        tmp_path: Path,
    ) -> None:
        isthmus("organisation", "add", "customs", "--name", "Customs")
        path = tmp_path / "password"
        command = (
            "officer",
            "add",
            "a@cn.example",
            "--name",
            "A",
            "--organisation",
            "customs",
            "--role",
            "operator",
        )
        path.write_text("short\n", encoding="utf-8")
        assert isthmus(*command, "--password-file", str(path)).code == 2
        assert not Officer.objects.exists()
        path.write_text("a long enough phrase\n", encoding="utf-8")
        assert isthmus(*command, "--password-file", str(path)).code == 0
        assert Officer.objects.get().check_password("a long enough phrase")

    def test_an_unknown_organisation_is_not_found(self, isthmus: Run) -> None:  # noqa: F811  the fixture
        command = (
            "officer",
            "add",
            "a@cn.example",
            "--name",
            "A",
            "--organisation",
            "none",
            "--role",
            "officer",
        )
        assert isthmus(*command).code == 4
        assert not Officer.objects.exists()

    def test_a_desk_is_set_listed_and_removed(self, isthmus: Run) -> None:  # noqa: F811  the fixture
        isthmus("organisation", "add", "customs", "--name", "Customs")
        assert isthmus("desk", "set", KIND, "customs").code == 0
        assert isthmus("desk", "list", "--json").data == [{"type": KIND, "organisation": "customs"}]
        assert isthmus("desk", "set", "no.such-type/1", "customs").code == 2
        assert isthmus("desk", "remove", KIND).code == 0
        assert not Desk.objects.exists()


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

    def test_a_database_without_its_tables_is_named_first(
        self, node: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        executor = type("Executor", (), {"loader": checkup.MigrationExecutor(connection).loader})
        monkeypatch.setattr(executor, "__init__", lambda self, _: None)
        executor.migration_plan = lambda self, _: [1, 2]  # type: ignore[attr-defined]  # a stand-in
        monkeypatch.setattr(checkup, "MigrationExecutor", executor)
        findings = list(checkup.look())
        assert (findings[0].level, findings[0].found) == ("fault", "2 migrations are missing.")
        assert not [one for one in findings if one.what == "Clock"]

    def test_scripts_without_a_font_are_named(self, tmp_path: Path) -> None:
        (nothing,) = checkup.fonts((str(tmp_path),))
        assert "Myanmar" in nothing.found
        for starts in checkup.FONTS.values():
            (tmp_path / f"{starts[0]}-Regular.ttf").touch()
        (everything,) = checkup.fonts((str(tmp_path),))
        assert everything.level == "ok"

    def test_the_json_is_what_the_table_says(self, isthmus: Run, alive: None) -> None:  # noqa: F811  the fixture
        data = json.loads(isthmus("doctor", "--json").out)
        text = isthmus("doctor").out
        assert all(one["found"].split(" MB")[0] in text for one in data if one["what"] != "Worker")
