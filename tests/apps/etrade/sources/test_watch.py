"""`isthmus etrade watch`: a folder is taken whole and once, and what is agreed goes to the partner."""

import json
from pathlib import Path

from click.testing import CliRunner

from isthmus.accounts.services import create_organisation
from isthmus.apps.etrade.cli import etrade
from isthmus.apps.etrade.formats.samples import sample_declarations
from isthmus.apps.etrade.models import Declaration, Sending
from isthmus.exchange.models import Agreement
from isthmus.kit.errors import Refused


def test_a_folder_is_taken_and_sent_once(agreed: Agreement, tmp_path: Path) -> None:
    create_organisation("customs", "Customs", "agency", actor="test")
    for name, content in sample_declarations(7, 30, malformed=2):
        (tmp_path / name).write_bytes(content)
    arguments = ["watch", str(tmp_path), "--to", "cn", "--once", "--settle", "0", "--json"]
    done = CliRunner().invoke(etrade, arguments)
    assert done.exit_code == 2, done.output
    counts = json.loads(done.stdout)
    assert (counts["read"], counts["refused"], counts["sent"]) == (30, 2, 30)
    again = CliRunner().invoke(etrade, arguments)
    assert again.exit_code == 0
    assert json.loads(again.stdout)["documents"] == 0
    assert Declaration.objects.count() == Sending.objects.count() == 30
    assert len(list((tmp_path / "refused").glob("*.reason.txt"))) == 2


def test_without_an_agreement_nothing_is_taken(node: str, tmp_path: Path) -> None:
    create_organisation("customs", "Customs", "agency", actor="test")
    (tmp_path / "a.xml").write_text("<x/>")
    refused = CliRunner().invoke(etrade, ["watch", str(tmp_path), "--to", "la", "--once"])
    assert isinstance(refused.exception, Refused)
    assert (tmp_path / "a.xml").exists()
