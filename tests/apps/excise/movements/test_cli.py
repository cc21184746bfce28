"""`isthmus excise emcs`: files are checked each for itself, references are taken apart."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from isthmus.apps.excise.cli import excise
from isthmus.apps.excise.movements.formats.writing import write_message
from isthmus.kit.errors import BadInput, NotFound
from tests.apps.excise.movements.made import ARC, messages

SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
 targetNamespace="urn:publicid:-:EC:DGTAXUD:EMCS:PHASE4:IE810:V3.23" elementFormDefault="qualified">
 <xs:element name="IE810"><xs:complexType><xs:sequence>
  <xs:element name="{name}" type="xs:anyType"/><xs:element name="Body" type="xs:anyType"/>
 </xs:sequence></xs:complexType></xs:element></xs:schema>"""


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(excise, ["emcs", *map(str, arguments)])


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.xml"
    path.write_bytes(write_message(messages("3.23")["IE810"]))
    return path


@pytest.fixture
def bad(tmp_path: Path, good: Path) -> Path:
    path = tmp_path / "bad.xml"
    path.write_text(
        good.read_text().replace(">1</ie:CancellationReasonCode>", ">x</ie:CancellationReasonCode>")
    )
    return path


def test_a_sound_message_is_named(good: Path):
    result = run("validate", good)
    assert (result.exit_code, result.stdout) == (0, f"{good}: IE810 3.23\n")
    assert result.stderr == "1 messages, 0 at fault.\n"


def test_a_fault_does_not_stop_the_other_files(good: Path, bad: Path, tmp_path: Path):
    other = tmp_path / "other.xml"
    other.write_text("<a/>")
    result = run("validate", bad, other, good, "--json")
    assert result.exit_code == 2
    found = json.loads(result.stdout)
    assert [one["valid"] for one in found] == [False, False, True]
    assert found[0]["faults"] == [
        {"where": "line 18", "message": "CancellationReasonCode must have the form [0-9]."}
    ]
    assert found[1]["code"] == "excise.emcs.not-emcs"
    assert found[2] | {"file": ""} == {
        "file": "",
        "valid": True,
        "message": "IE810",
        "version": "3.23",
        "arcs": [ARC],
        "warnings": [],
        "code": None,
        "faults": [],
    }


def test_faults_are_told_to_a_person_by_file_and_line(bad: Path):
    result = run("validate", bad)
    assert result.stdout == f"{bad}: line 18: CancellationReasonCode must have the form [0-9].\n"
    assert result.stderr == "1 messages, 1 at fault.\n"


def test_a_schema_that_somebody_has_is_asked_too(good: Path, tmp_path: Path):
    (tmp_path / "v3.23").mkdir()
    schema = tmp_path / "v3.23" / "ie810.xsd"
    schema.write_text(SCHEMA.format(name="Header"))
    assert run("validate", good, "--xsd", tmp_path).exit_code == 0
    (tmp_path / "flat").mkdir()
    (tmp_path / "flat" / "ie810.xsd").write_text(SCHEMA.format(name="Other"))
    refused = run("validate", good, "--xsd", tmp_path / "flat", "--json")
    assert refused.exit_code == 2
    (found,) = json.loads(refused.stdout)
    assert found["code"] == "excise.emcs.schema"
    assert "Element 'Header'" in found["faults"][0]["message"]


def test_a_missing_or_broken_schema_is_said(good: Path, tmp_path: Path):
    assert isinstance(run("validate", good, "--xsd", tmp_path).exception, NotFound)
    (tmp_path / "ie810.xsd").write_text("<a/>")
    assert isinstance(run("validate", good, "--xsd", tmp_path).exception, BadInput)


def test_a_file_that_cannot_be_read_is_said(good: Path, monkeypatch: pytest.MonkeyPatch):
    def fails(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", fails)
    refused = run("validate", good).exception
    assert isinstance(refused, BadInput)
    assert refused.message == f"{good} cannot be read: Permission denied"


def test_a_reference_is_taken_apart():
    result = run("arc-check", ARC, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["sound"] is True
    assert result.stderr == ""


def test_a_reference_with_another_digit_is_a_warning():
    result = run("arc-check", "23XI00000000000000013")
    assert result.exit_code == 0
    assert "by ISO 6346 it would be 2" in result.stderr


def test_what_is_no_reference_is_refused():
    refused = run("arc-check", "26MD").exception
    assert isinstance(refused, BadInput)
    assert refused.code == "excise.emcs.arc"
