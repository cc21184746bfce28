"""A restore writes over nothing, tries every key first, and names the folder last."""

from pathlib import Path

import pytest

from isthmus.kit.config import Config
from isthmus.kit.errors import BadInput, Conflict, Fault, Refused
from isthmus.node.backup import checking, databases, restoring
from isthmus.node.backup.archive import Lock
from tests.node.backup.locked import KEY


class TestRestoring:
    def test_a_living_node_is_never_written_over(self, made_home: Path, tmp_path: Path):
        with pytest.raises(Conflict, match="writes over nothing"):
            restoring.check_free(made_home)
        restoring.check_free(tmp_path / "new")
        with pytest.raises(Conflict, match="writes over nothing"):
            databases.check_empty(f"sqlite:///{made_home / 'node.sqlite3'}")
        databases.check_empty(f"sqlite:///{tmp_path / 'new.sqlite3'}")

    def test_the_passphrase_is_tried_on_every_key(self, config: Config, backup: Path, tmp_path: Path):
        wrong = tmp_path / "wrong"
        wrong.write_text("not it")
        with checking.opened(backup, Lock((KEY,)), tmp_path) as (content, folder):
            with pytest.raises(BadInput, match="does not hold the passphrase"):
                restoring._check_passphrase(folder, None, content)
            with pytest.raises(BadInput, match="cannot be read"):
                restoring._check_passphrase(folder, tmp_path / "none", content)
            with pytest.raises(Refused, match="does not open the private key"):
                restoring._check_passphrase(folder, wrong, content)
            secret = restoring._check_passphrase(folder, config.passphrase_path, content)
            assert secret == config.passphrase_path.read_bytes().strip()
            assert restoring._addresses(folder, tmp_path / "new", "")[1].endswith("new/node.sqlite3")
            with pytest.raises(BadInput, match="sqlite database; postgresql"):
                restoring._check_kind(content, "postgres://mm@localhost/mm")
            restoring._check_release(content)
            newer = content.model_copy(update={"migrations": ("exchange.9999_future",)})
            with pytest.raises(BadInput, match="newer than this one"):
                restoring._check_release(newer)
            draft = tmp_path / "draft"
            draft.mkdir()
            restoring._furnish(folder, draft, content, secret, "sqlite:////elsewhere.sqlite3")
            assert "ISTHMUS_DATABASE=sqlite:////elsewhere.sqlite3" in (draft / "isthmus.env").read_text()
            assert len(list((draft / "keys").iterdir())) == 4

    def test_the_folder_gets_its_name_last(self, config: Config, tmp_path: Path):
        draft, home = tmp_path / "mm.restoring", tmp_path / "mm"
        draft.mkdir()
        home.mkdir()
        (draft / "node.sqlite3").touch()
        (draft / "passphrase").touch()
        address = f"sqlite:///{tmp_path / 'data' / 'x.sqlite3'}"
        restoring._settle_in(draft, home, config, address)
        assert (tmp_path / "data" / "x.sqlite3").exists()
        assert (home / "passphrase").exists()

    def test_it_needs_a_process_of_its_own(self, backup: Path, config: Config, tmp_path: Path):
        with pytest.raises(Fault, match="process of its own"):
            restoring.restore(
                backup,
                tmp_path / "new",
                Lock((KEY,)),
                keys_passphrase=config.passphrase_path,
                actor="operator",
            )
        assert not (tmp_path / "new").exists()
        assert not (tmp_path / "new.restoring").exists()
