"""`isthmus verify` of a bundle from the shell."""

import json

import pytest

from isthmus.wire import keys
from isthmus.wire.verify import main
from tests.wire.samples import cn, mm
from tests.wire.test_verify_bundle import (
    BUNDLE,
)


class TestCommand:
    @pytest.fixture
    def files(self, tmp_path):
        (tmp_path / "stick.isb").write_bytes(BUNDLE)
        (tmp_path / "broken.isb").write_bytes(BUNDLE[:-5])
        (tmp_path / "card").write_text(mm().card_token(), encoding="ascii")
        (tmp_path / "key.pem").write_bytes(keys.seal_private_key(cn().encryption_key, b"secret"))
        (tmp_path / "log.pem").write_bytes(keys.seal_private_key(cn().log_key, b"secret"))
        (tmp_path / "passphrase").write_text("secret\n", encoding="ascii")
        (tmp_path / "wrong").write_text("guess\n", encoding="ascii")
        return tmp_path

    def run(self, files, *words):
        return main([str(files / word[1:]) if word.startswith("@") else word for word in words])

    def test_0_for_the_manifest_alone(self, files, capsys):
        assert self.run(files, "@stick.isb", "--card", "@card") == 0
        assert "not opened: no key was given" in capsys.readouterr().out

    def test_0_for_the_whole(self, files, capsys):
        key = ["--key", "@key.pem", "--passphrase-file", "@passphrase"]
        assert self.run(files, "@stick.isb", "--card", "@card", *key, "--json") == 0
        found = json.loads(capsys.readouterr().out)
        assert (found["ok"], found["signer"]) == (True, "mm")
        assert found["details"]["content"].startswith("opened: 5 signatures")

    def test_the_passphrase_is_asked_for(self, files, monkeypatch):
        asked = []
        monkeypatch.setattr("getpass.getpass", lambda prompt: asked.append(prompt) or "secret")
        assert self.run(files, "@stick.isb", "--card", "@card", "--key", "@key.pem") == 0
        assert asked == [f"Passphrase of {files / 'key.pem'}: "]

    @pytest.mark.parametrize(
        ("words", "code"),
        [
            (["@stick.isb"], 3),
            (["@broken.isb", "--card", "@card"], 3),
            (["@stick.isb", "--card", "@card", "--key", "@key.pem", "--passphrase-file", "@wrong"], 3),
            (["@stick.isb", "--card", "@card", "--key", "@log.pem", "--passphrase-file", "@passphrase"], 2),
            (["@stick.isb", "--card", "@card", "--key", "@card", "--passphrase-file", "@passphrase"], 2),
            (["@stick.isb", "--key", "@key.pem", "--passphrase-file", "@passphrase"], 2),
            (["@stick.isb", "--card", "@card", "--key", "@key.pem", "--passphrase-file", "@none"], 4),
            (["@stick.isb", "--card", "@card", "--key", "@none"], 4),
            (["@stick.isb", "--card", "@card", "--tombstone", "@card"], 3),
        ],
    )
    def test_exit_codes(self, files, words, code):
        assert self.run(files, *words) == code

    def test_1_when_the_stick_is_pulled_out(self, files, capsys, monkeypatch):
        def gone(*arguments, **named):
            raise OSError(5, "Input/output error")

        monkeypatch.setattr("isthmus.wire.verify.verify_held", gone)
        assert self.run(files, "@stick.isb", "--card", "@card") == 1
        assert "cannot be read: [Errno 5] Input/output error." in capsys.readouterr().err
