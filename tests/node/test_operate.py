"""What `isthmus operate` writes: units, sites and log rules that the server's own tools accept."""

import re
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from isthmus.kit.config import Config
from isthmus.kit.errors import BadInput, Fault
from isthmus.node.commands.operate import operate
from isthmus.node.notify import notify, watchdog_seconds
from isthmus.node.operate import logs, proxies, units

CONFIG = Config(
    home=Path("/var/lib/isthmus"),
    node_id="mm",
    url="https://node.example.org",
    trusted_proxy=True,
    bind="127.0.0.1:8000",
)


def found(program: str) -> str | None:
    return shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/bin")


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(found(program) is None, reason=f"{program} is not installed")


def run(*command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, capture_output=True, text=True)


def members(text: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#"))


class TestUnit:
    def test_is_hardened_limited_and_comes_back(self) -> None:
        unit = members(units.service(CONFIG, units.Place()))
        assert unit["NoNewPrivileges"] == unit["PrivateTmp"] == unit["ProtectHome"] == "yes"
        assert unit["ProtectSystem"] == "strict"
        assert unit["ReadWritePaths"] == "/var/lib/isthmus"
        assert unit["CapabilityBoundingSet"] == ""
        assert (unit["MemoryHigh"], unit["MemoryMax"]) == ("1152M", "1536M")
        assert (unit["Restart"], unit["RestartPreventExitStatus"]) == ("always", "2 3")
        assert (unit["Type"], unit["WatchdogSec"]) == ("notify", "60")
        assert unit["ExecStart"] == "/opt/isthmus/.venv/bin/python -m isthmus.node start"

    def test_may_write_where_the_database_lies_and_waits_for_a_server_on_this_machine(self) -> None:
        elsewhere = CONFIG.model_copy(update={"database": "sqlite:////srv/data/node.sqlite3"})
        assert units.writable(elsewhere) == (Path("/var/lib/isthmus"), Path("/srv/data"))
        backed_up = CONFIG.model_copy(update={"backup_folder": Path("/mnt/backup")})
        unit = members(units.service(backed_up, units.Place()))
        assert unit["ReadWritePaths"] == "/var/lib/isthmus -/mnt/backup", "which may not be mounted"
        inside = CONFIG.model_copy(update={"database": "sqlite:////var/lib/isthmus/db/node.sqlite3"})
        assert units.writable(inside) == (Path("/var/lib/isthmus"),)
        assert "postgresql" not in units.service(CONFIG, units.Place())
        local = CONFIG.model_copy(update={"database": "postgres:///isthmus"})
        assert "time-sync.target postgresql.service" in units.service(local, units.Place())
        remote = CONFIG.model_copy(update={"database": "postgres://u@db.example.org/isthmus"})
        assert "postgresql" not in units.service(remote, units.Place())

    @needs("systemd-analyze")
    def test_systemd_accepts_it_and_finds_little_exposed(self, tmp_path: Path) -> None:
        text = units.service(CONFIG, units.Place(user="daemon"))
        file = tmp_path / "isthmus.service"
        # The tool looks whether the program is there.
        file.write_text(text.replace("/opt/isthmus/.venv/bin/python", "/bin/true"))
        done = run(found("systemd-analyze") or "", "verify", str(file))
        said = [line for line in done.stderr.splitlines() if "isthmus.service" in line]
        assert (done.returncode, said) == (0, []), done.stderr
        judged = run(found("systemd-analyze") or "", "security", "--offline=true", "--no-pager", str(file))
        level = re.search(r"exposure level for isthmus\.service: ([0-9.]+)", judged.stdout)
        assert level, judged.stdout + judged.stderr
        assert float(level[1]) < 3.0

    @needs("sh")
    def test_the_command_is_a_shell_script_that_becomes_the_nodes_user(self, tmp_path: Path) -> None:
        file = tmp_path / "isthmus"
        file.write_text(units.command(CONFIG, units.Place()))
        assert run("sh", "-n", str(file)).returncode == 0
        assert "export ISTHMUS_HOME=/var/lib/isthmus" in file.read_text()
        assert 'exec runuser -u isthmus -- "$0" "$@"' in file.read_text()


class TestSites:
    def test_speak_for_the_nodes_address_and_need_https(self) -> None:
        for write in (proxies.nginx, proxies.caddy):
            text = write(CONFIG, proxies.Listening())
            assert "node.example.org" in text
            assert "127.0.0.1:8000" in text
            with pytest.raises(BadInput, match="needs one with https"):
                write(CONFIG.model_copy(update={"url": "http://node.example.org"}), proxies.Listening())

    def test_nginx_limits_bodies_by_what_stands_at_an_address(self) -> None:
        text = proxies.nginx(CONFIG, proxies.Listening())
        assert "location /exchange/v1/ { client_max_body_size 9m;" in text
        assert "client_max_body_size 2m;" in text
        assert "location = /metrics { return 404; }" in text
        assert "/etc/letsencrypt/live/node.example.org/fullchain.pem" in text
        assert "$proxy_add_x_forwarded_for" not in text, "what visitors claim is not handed on"

    @needs("caddy")
    def test_caddy_accepts_its_file(self, tmp_path: Path) -> None:
        file = tmp_path / "Caddyfile"
        file.write_text(proxies.caddy(CONFIG, proxies.Listening()))
        command = (found("caddy") or "", "adapt", "--config", str(file), "--adapter", "caddyfile")
        done = run(*command)
        assert done.returncode == 0, done.stderr
        for part in ('"max_size":9000000', '"max_size":2000000', '"X-Forwarded-For"', '"/metrics"'):
            assert part in done.stdout, part


class TestLogs:
    def test_journald_keeps_months_and_room(self) -> None:
        kept = members(logs.journald())
        assert (kept["SystemMaxUse"], kept["MaxRetentionSec"]) == ("1G", "3month")

    @needs("logrotate")
    def test_logrotate_accepts_its_rules(self, tmp_path: Path) -> None:
        (tmp_path / "node.log").write_text("a line\n")
        rules = tmp_path / "rules"
        rules.write_text(logs.logrotate(CONFIG.model_copy(update={"home": tmp_path})))
        rules.chmod(0o644)
        done = run(found("logrotate") or "", "--debug", "--state", str(tmp_path / "state"), str(rules))
        assert done.returncode == 0, done.stderr
        assert "error" not in done.stderr.lower()


class TestCommand:
    @pytest.fixture(autouse=True)
    def _settings(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("ISTHMUS_HOME", str(tmp_path / "home"))
        monkeypatch.setenv("ISTHMUS_URL", "https://node.example.org")

    @staticmethod
    def call(*arguments: str) -> Any:
        return CliRunner().invoke(operate, arguments)

    def test_shows_or_writes_and_says_what_comes_next(self, tmp_path: Path) -> None:
        shown = self.call("units")
        assert "[Service]" in shown.stdout
        assert "systemctl enable --now isthmus" in shown.stderr
        file = tmp_path / "new" / "isthmus"
        assert self.call("command", "--to", str(file)).exit_code == 0
        assert file.stat().st_mode & 0o777 == 0o755
        assert not list(file.parent.glob("*.part"))
        assert self.call("logs", "--json").stdout.startswith('{\n  "text": ')
        assert "ISTHMUS_TRUSTED_PROXY=true" in self.call("proxy", "caddy").stderr

    def test_what_cannot_be_written_is_said(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        refused = self.call("units", "--to", str(tmp_path / "file" / "isthmus.service"))
        assert isinstance(refused.exception, Fault)
        assert self.call("proxy", "nginx", "--key", "k.pem").exit_code == 2


class TestSignsOfLife:
    @pytest.mark.parametrize("abstract", [False, True])
    def test_reach_systemd_by_its_socket(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, abstract: bool
    ) -> None:
        name = f"isthmus-test-{tmp_path.name}" if abstract else str(tmp_path / "notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
            listener.bind("\0" + name if abstract else name)
            monkeypatch.setenv("NOTIFY_SOCKET", "@" + name if abstract else name)
            notify("READY=1")
            listener.settimeout(5)
            assert listener.recv(100) == b"READY=1"

    def test_outside_a_unit_nothing_is_sent(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
        notify("READY=1")
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "gone"))
        notify("READY=1")

    @pytest.mark.parametrize(
        ("given", "owner", "seconds"),
        [("60000000", "", 30.0), ("0", "", None), ("", "", None), ("x", "", None), ("60000000", "1", None)],
    )
    def test_are_due_twice_in_the_time_that_systemd_allows(
        self, given: str, owner: str, seconds: float | None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("WATCHDOG_USEC", given)
        monkeypatch.setenv("WATCHDOG_PID", owner)
        assert watchdog_seconds() == seconds
