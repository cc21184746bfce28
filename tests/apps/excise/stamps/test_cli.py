"""`isthmus excise stamps`: codes in a file, answers with exit codes, signs of copies."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from isthmus.accounts.models import Organisation
from isthmus.apps.excise.cli import excise
from isthmus.apps.excise.models import StampBatch, StampRequest
from isthmus.apps.excise.stamps.rules import codes, filtering
from isthmus.apps.excise.stamps.rules.custody import Act
from isthmus.apps.excise.stamps.services import issuing, moving, requesting
from isthmus.kit.errors import BadInput, Conflict, NotFound
from tests.apps.excise.stamps.conftest import GTIN, People, asked, on_the_bottle


def run(*arguments: str) -> Result:
    return CliRunner().invoke(excise, ["stamps", *map(str, arguments)])


def found(result: Result) -> dict:
    return json.loads(result.stdout)


class TestIssuing:
    def test_codes_are_written_a_line_each(self, db: None, tmp_path: Path):
        out = tmp_path / "codes.txt"
        result = run("issue", "--gtin", "4006381333931", "--count", 25, "--out", out, "--json")
        assert result.exit_code == 0, result.output
        assert found(result)["count"] == 25
        lines = out.read_text().splitlines()
        assert len({codes.parsed(line).serial for line in lines}) == 25
        request = StampRequest.objects.get()
        assert request.decided_by.startswith("command line")
        assert Organisation.objects.get().code == "stamps"

    def test_an_approved_request_is_issued(self, people: People, tmp_path: Path):
        request = requesting.approve(asked(people, 12), people.security, actor="approver")
        out = tmp_path / "codes.txt"
        arguments = ["issue", "--gtin", GTIN, "--out", out, "--request", request.number]
        assert isinstance(run(*arguments, "--count", 13).exception, Conflict)
        assert run(*arguments, "--count", 12).exit_code == 0
        assert codes.parsed(out.read_text().splitlines()[0]).signature_key == 0
        out.unlink()
        assert isinstance(run(*arguments, "--count", 12).exception, Conflict)
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize(
        ("arguments", "error"),
        [
            (["--gtin", "123", "--count", "5"], BadInput),
            (["--gtin", GTIN, "--count", "0"], BadInput),
            (["--gtin", GTIN, "--count", "5"], BadInput),
            (["--gtin", GTIN, "--count", "5", "--organisation", "nobody"], NotFound),
            (["--gtin", GTIN, "--count", "5", "--request", "7"], NotFound),
        ],
    )
    def test_bad_input_leaves_nothing(self, people: People, tmp_path: Path, arguments, error):
        result = run("issue", *arguments, "--out", tmp_path / "codes.txt")
        assert isinstance(result.exception, error)
        assert not StampBatch.objects.exists()
        assert list(tmp_path.iterdir()) == []

    def test_a_folder_that_is_not_there(self, db: None, tmp_path: Path):
        result = run("issue", "--gtin", GTIN, "--count", "1", "--out", tmp_path / "no" / "codes.txt")
        assert isinstance(result.exception, BadInput)


def test_answers_have_exit_codes(people: People):
    batch = on_the_bottle(people)
    code = issuing.code_of(batch, 1)
    good = run("verify", code.text, "--json")
    assert (good.exit_code, found(good)["verdict"], found(good)["state"]) == (0, "in-order", "Activated")
    assert run("verify", "hello").exit_code == 2
    assert run("verify", "0" * 16).exit_code == 4
    moving.act_on(batch, Act.CANCEL, 1, 1, holder=people.revenue, actor="x", reason="test")
    assert run("verify", code.text).exit_code == 3


def test_the_list_is_kept_and_keys_are_rolled(people: People, tmp_path: Path, settings):
    on_the_bottle(people)
    out = tmp_path / "list"
    assert found(run("filter", "--out", out, "--json"))["stamps"] == 10
    assert filtering.opened(out.read_bytes()).shape.count == 10
    settings.ISTHMUS = settings.ISTHMUS.model_copy(update={"home": tmp_path})
    assert found(run("filter", "--json"))["out"] == str(tmp_path / "excise" / "stamps.filter")


def test_a_key_is_rolled(people: People):
    on_the_bottle(people)
    assert found(run("roll-key", "signature", "--json"))["number"] == 1


SCANS = """serial,time,place,lat,lon
A,2026-01-01T10:00:00Z,Chisinau,47.01,28.86
A,2026-01-01T10:30:00Z,Balti,47.76,27.93
A,2026-01-01T18:30:00Z,Chisinau,47.01,28.86
B,2026-01-01T10:00:00Z,Chisinau,47.01,28.86
B,2026-01-03T10:00:00Z,Balti,47.76,27.93
C,2026-01-01T10:00:00Z,Chisinau,47.01,28.86
"""


class TestClones:
    def clones(self, folder: Path, text: str, *more: str) -> Result:
        (folder / "scans.csv").write_text(text)
        return run("clones", folder / "scans.csv", "--out", folder / "out.csv", "--json", *more)

    def test_signs_come_with_their_evidence(self, tmp_path: Path):
        (tmp_path / "made.csv").write_text("serial,time\nA,2025-12-01T00:00:00Z\nB,2026-01-02T00:00:00Z\n")
        result = self.clones(tmp_path, SCANS, "--produced", str(tmp_path / "made.csv"))
        assert result.exit_code == 0, result.output
        summary = found(result)
        assert {
            name: summary[name] for name in ("scans", "travel", "back", "unmade", "serials_with_signs")
        } == {
            "scans": 6,
            "travel": 1,
            "back": 1,
            "unmade": 2,
            "serials_with_signs": 3,
        }
        rows = list(csv.DictReader((tmp_path / "out.csv").read_text().splitlines()))
        assert [(row["serial"], row["kind"]) for row in rows] == [
            ("A", "travel"),
            ("A", "back"),
            ("B", "unmade"),
            ("C", "unmade"),
        ]
        travel = rows[0]
        assert (travel["place_before"], travel["place"], travel["minutes"]) == ("Chisinau", "Balti", "30.0")
        assert 105 < float(travel["distance_km"]) < 112
        assert 140 < float(travel["least_speed_kmh"]) < 150
        assert (travel["time"], travel["clock_error_s"]) == ("2026-01-01T10:30:00Z", "900")

    def test_a_wider_clock_error_finds_less(self, tmp_path: Path):
        assert found(self.clones(tmp_path, SCANS, "--clock-error-s", "3600"))["travel"] == 0

    def test_rows_that_say_nothing_are_left_out_and_told(self, tmp_path: Path):
        bad = SCANS + ",2026-01-01T10:00:00Z,X,0,0\nD,when,X,0,0\nD,2026-01-01T10:00:00Z,X,91,0\n"
        result = self.clones(tmp_path, bad)
        assert (result.exit_code, found(result)["left_out"], found(result)["scans"]) == (2, 3, 6)

    def test_no_scans_at_all(self, tmp_path: Path):
        assert found(self.clones(tmp_path, SCANS.splitlines()[0] + "\n"))["scans"] == 0

    @pytest.mark.parametrize(
        "text",
        [
            "serial,time,place\nA,2026-01-01T10:00:00Z,X\n",
            "serial,time,place,lat,lon\nA,1900-01-01T00:00:00Z,X,0,0\nA,2026-01-01T00:00:00Z,X,0,0\n",
        ],
    )
    def test_files_of_another_kind_are_refused(self, tmp_path: Path, text: str):
        assert isinstance(self.clones(tmp_path, text).exception, BadInput)
        assert not (tmp_path / "out.csv").exists()
