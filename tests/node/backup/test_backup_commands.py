"""The commands that make, prove and restore backups."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from isthmus.kit.config import Config
from isthmus.kit.errors import BadInput, Conflict, NotFound
from isthmus.node.commands import backup as commands


def call(*words: str, given: str = "") -> Result:
    return CliRunner().invoke(commands.backup, list(words), input=given)


class TestCommands:
    def test_a_key_pair_locks_and_opens(self, config: Config, tmp_path: Path):
        made = call("key", str(tmp_path / "backup.key"), "--json")
        public = json.loads(made.stdout)["public_key"]
        assert (tmp_path / "backup.key").stat().st_mode & 0o777 == 0o600
        assert isinstance(call("key", str(tmp_path / "backup.key")).exception, Conflict)
        target = str(tmp_path / "mm.backup")
        written = call("--to", public, target, "--json")
        assert json.loads(written.stdout)["node"] == "mm"
        proved = call("verify", target, "--key", str(tmp_path / "backup.key"), "--json")
        assert json.loads(proved.stdout)["log_root"] == json.loads(written.stdout)["log_root"]
        assert isinstance(call("verify", target).exception, BadInput)
        assert isinstance(call("verify", target, "--key", str(tmp_path / "none")).exception, BadInput)

    def test_a_passphrase_is_asked_for(self, config: Config, tmp_path: Path):
        target = str(tmp_path / "mm.backup")
        assert call(target, given="correct horse\ncorrect horse\n").exit_code == 0
        assert call("verify", target, given="correct horse\n").exit_code == 0
        word = tmp_path / "word"
        word.write_text("correct horse\n")
        assert call("verify", target, "--passphrase-file", str(word)).exit_code == 0

    def test_it_needs_a_target_and_a_file(self, config: Config, tmp_path: Path):
        assert isinstance(call("make").exception, BadInput)
        assert isinstance(call("verify", str(tmp_path / "none")).exception, NotFound)

    def test_a_restore_looks_first(
        self, config: Config, backup: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ):
        monkeypatch.setenv("ISTHMUS_HOME", str(config.home))
        runner = CliRunner()
        assert isinstance(runner.invoke(commands.restore, [str(backup)]).exception, Conflict)
        assert isinstance(runner.invoke(commands.restore, [str(tmp_path / "none")]).exception, NotFound)
