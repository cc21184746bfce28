"""The table of docs/guide/verify.md, walked: each command is run as it stands there."""

import re
import shlex
from pathlib import Path

import pytest

from isthmus.wire.verify import main
from tests.wire.artefacts import write_all

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "verify.md"
ROW = re.compile(r"^\| ([^|]+) \| `isthmus verify ([^`]+)` \| `([^`]+)` \|$", re.MULTILINE)
ROWS = ROW.findall(GUIDE.read_text(encoding="utf-8"))
KINDS = {
    "record",
    "receipt",
    "refusal",
    "card",
    "bundle",
    "checkpoint",
    "proof",
    "attachment",
    "pair",
    "file",
    "split view",
    "certificate",
    "revoked",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("artefacts")
    write_all(made)
    return made


@pytest.mark.parametrize(("command", "answer"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_the_command_answers_as_the_guide_says(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
    answer: str,
) -> None:
    monkeypatch.chdir(folder)
    code = main(shlex.split(command))
    out, err = capsys.readouterr()
    assert out.startswith(answer), (out, err)
    good = ": intact, signed by" in answer or ": erased under" in answer
    assert code == (0 if good else 3)


def test_the_table_has_every_kind_and_every_file_it_names(folder: Path) -> None:
    assert {answer.partition(":")[0] for _, _, answer in ROWS} == KINDS
    named = {word for _, command, _ in ROWS for word in shlex.split(command) if not word.startswith("--")}
    assert named == {path.name for path in folder.iterdir()}
