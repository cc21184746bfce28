"""E-Trade from the shell: documents in with a verdict each, declarations out, nothing half done."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from isthmus.accounts.models import Organisation
from isthmus.accounts.services import create_organisation
from isthmus.apps.etrade.cli import etrade
from isthmus.apps.etrade.formats.samples import sample_declarations
from isthmus.apps.etrade.models import Declaration, SourceDocument
from isthmus.exchange.models import Agreement, Record
from isthmus.kit.errors import IsthmusError

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    return lambda *arguments: CliRunner().invoke(etrade, list(arguments))


@pytest.fixture
def customs(node: str) -> Organisation:
    return create_organisation("customs", "Customs", "agency", actor="test")


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    (folder / "below").mkdir(parents=True)
    for name, content in sample_declarations(7, 3, malformed=2):
        place = folder / "below" if "without-number" in name else folder
        (place / name).write_bytes(content)
    (folder / "note.xml").write_text("<note/>")
    (folder / "readme.txt").write_text("no document")
    return folder


def data(result: Result) -> Any:
    return json.loads(result.stdout)


class TestImport:
    def test_every_document_gets_its_verdict_and_the_refused_are_named(
        self, run: Run, customs: Organisation, documents: Path
    ) -> None:
        done = run("import", str(documents), "--organisation", "customs")
        assert done.exit_code == 2
        lines = done.stdout.splitlines()
        assert sum(line.startswith("mapped") for line in lines) == 3
        assert sum(line.startswith("unsupported") for line in lines) == 1
        (cut,) = [line for line in lines if "cut-short" in line]
        assert cut.startswith("malformed")
        assert "not well-formed" in cut
        assert "3 declarations, 1 documents of other kinds, 2 refused and kept." in done.stderr
        assert SourceDocument.objects.count() == 6
        assert Declaration.objects.count() == 3

    def test_what_was_taken_before_changes_nothing(
        self, run: Run, customs: Organisation, documents: Path
    ) -> None:
        run("import", str(documents), "--organisation", "customs")
        again = data(run("import", str(documents), "--organisation", "customs", "--json"))
        assert [row["new"] for row in again] == [False] * 6
        assert SourceDocument.objects.count() == 6

    def test_without_a_refusal_the_exit_code_is_0(
        self, run: Run, customs: Organisation, documents: Path
    ) -> None:
        good = sorted(str(path) for path in documents.glob("SAMPLE-MM-7-0000[123].xml"))
        assert run("import", *good, "--organisation", "customs").exit_code == 0

    def test_an_unknown_organisation_keeps_nothing(
        self, run: Run, customs: Organisation, documents: Path
    ) -> None:
        done = run("import", str(documents), "--organisation", "trade")
        assert isinstance(done.exception, IsthmusError)
        assert done.exception.exit_code == 4
        assert not SourceDocument.objects.exists()


class TestMap:
    def test_prints_a_line_of_json_for_each_and_keeps_nothing(
        self, run: Run, node: str, documents: Path
    ) -> None:
        done = run("map", str(documents), "--json")
        assert done.exit_code == 2
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        assert [line["record"]["declaration_number"] for line in lines if "record" in line] == [
            f"SAMPLE-MM-7-0000{number}" for number in (1, 2, 3)
        ]
        refused = {line["refused"]: line["faults"] for line in lines if "refused" in line}
        assert refused["etrade.wco.fields"][0]["where"].startswith("line ")
        assert [line["unsupported"] for line in lines if "unsupported" in line] == ["unknown-document"]
        assert not SourceDocument.objects.exists()


class TestSend:
    @pytest.fixture(autouse=True)
    def lodged(self, run: Run, customs: Organisation, documents: Path, agreed: Agreement) -> None:
        run("import", str(documents), "--organisation", "customs")

    def test_sends_what_was_not_sent_yet_in_the_order_it_was_lodged(self, run: Run) -> None:
        first = data(run("send", "cn", "SAMPLE-MM-7-00002", "--json"))
        assert [row["number"] for row in first] == ["SAMPLE-MM-7-00002"]
        rest = data(run("send", "cn", "--all", "--json"))
        assert [row["number"] for row in rest] == ["SAMPLE-MM-7-00001", "SAMPLE-MM-7-00003"]
        assert data(run("send", "cn", "--all", "--json")) == []
        assert Record.objects.filter(type="etrade.export-declaration").count() == 3
        listed = data(run("list", "--origin", "own", "--json"))
        assert [row["sent_to"] for row in listed] == [["cn"]] * 3

    @pytest.mark.parametrize("arguments", [("cn",), ("cn", "--all", "SAMPLE-MM-7-00001")])
    def test_asks_for_numbers_or_all(self, run: Run, arguments: tuple[str, ...]) -> None:
        assert run("send", *arguments).exit_code == 2

    def test_an_unknown_number_sends_nothing(self, run: Run) -> None:
        done = run("send", "cn", "SAMPLE-MM-7-00001", "NONE")
        assert isinstance(done.exception, IsthmusError)
        assert done.exception.exit_code == 4
        assert not Record.objects.filter(type="etrade.export-declaration").exists()

    def test_a_partner_without_agreement_gets_nothing(self, run: Run) -> None:
        done = run("send", "md", "--all")
        assert isinstance(done.exception, IsthmusError)
        assert done.exception.exit_code == 3
