"""`isthmus verify` from the shell: options, words and exit codes."""

import json
import subprocess
import sys

import pytest

from isthmus.wire import jws
from isthmus.wire.verify import main
from tests.wire.samples import cn, mm
from tests.wire.test_verify import (
    RECORD,
)


class TestCommand:
    @pytest.fixture
    def files(self, tmp_path):
        (tmp_path / "record").write_text(RECORD + "\n", encoding="ascii")
        (tmp_path / "card").write_text(mm().card_token() + "\n", encoding="ascii")
        (tmp_path / "other").write_text(cn().card_token(), encoding="ascii")
        (tmp_path / "text").write_text("some text", encoding="ascii")
        (tmp_path / "large").write_bytes(b"x" * (jws.MAX_TOKEN + 2))
        return tmp_path

    def run(self, files, *words):
        return main([str(files / word[1:]) if word.startswith("@") else word for word in words])

    def test_0_when_all_is_well(self, files, capsys):
        assert self.run(files, "@record", "--card", "@card") == 0
        out, err = capsys.readouterr()
        assert out.startswith("record: intact, signed by mm\n  signed under key  ")
        assert err == ""

    def test_3_without_a_card(self, files, capsys):
        assert self.run(files, "@record") == 3
        assert capsys.readouterr().out.startswith("record: intact, signer unknown: ")

    def test_3_with_the_card_of_another(self, files, capsys):
        assert self.run(files, "@record", "--card", "@other", "--json") == 3
        found = json.loads(capsys.readouterr().out)
        assert (found["ok"], found["problem"]) == (
            False,
            "It was signed under a key that the card of cn does not name.",
        )

    def test_2_for_what_is_no_artefact(self, files, capsys):
        assert self.run(files, "@text") == 2
        out, err = capsys.readouterr()
        assert (out, err) == ("", "This is not a token of three parts with a short header.\n")

    def test_2_for_what_is_too_large(self, files, capsys):
        assert self.run(files, "@large", "--json") == 2
        out, err = capsys.readouterr()
        assert json.loads(out)["code"] == "wire.verify.size"
        assert "is larger than any artefact" in err
        assert self.run(files, "@record", "--card", "@large") == 2

    def test_4_for_a_file_that_is_not_there(self, files, capsys):
        assert self.run(files, "@nothing") == 4
        assert capsys.readouterr().err.endswith("nothing.\n")
        assert self.run(files, "@record", "--card", "@nothing") == 4

    def test_1_for_a_file_that_cannot_be_read(self, files, capsys):
        assert self.run(files, "@") == 1
        assert "cannot be read: Is a directory." in capsys.readouterr().err

    def test_a_card_that_is_no_text(self, files):
        (files / "card").write_bytes(b"\xff\xfe")
        assert self.run(files, "@record", "--card", "@card") == 2

    def test_runs_alone_without_django(self, files):
        script = (
            "import sys; from isthmus.wire.verify import main; code = main(sys.argv[1:]); "
            "foreign = {'django', 'ninja', 'psycopg'} & {name.split('.')[0] for name in sys.modules}; "
            "sys.exit(99 if foreign else code)"
        )
        command = [sys.executable, "-c", script, str(files / "record"), "--card", str(files / "card")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("record: intact, signed by mm\n")

    def test_runs_as_a_module(self, files):
        command = [sys.executable, "-m", "isthmus.wire.verify", str(files / "record"), "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 3, done.stderr
        assert json.loads(done.stdout)["kind"] == "record"
