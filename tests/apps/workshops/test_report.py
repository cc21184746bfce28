"""The final report: made of the rows alone, the same bytes each time, true to the cent."""

import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from docx import Document

from isthmus.apps.workshops.expenditure import services
from isthmus.apps.workshops.expenditure.formats.sheets import read_expenditure, read_totals
from isthmus.apps.workshops.expenditure.rules.book import Kind
from isthmus.apps.workshops.models import Nominee, Programme
from isthmus.apps.workshops.nominations.services import inviting
from isthmus.apps.workshops.programme.services import planning
from isthmus.apps.workshops.reporting import queries
from isthmus.apps.workshops.reporting.cli import report
from isthmus.kit import clock
from isthmus.ui.papers import files as papers
from isthmus.ui.papers.paper import Paper
from tests.apps.workshops.annex import EXPENDITURE, TOTALS
from tests.apps.workshops.conftest import Office, programme_of, workshop_of


@pytest.fixture
def programme(office: Office) -> Programme:
    """A programme with the money of 2011: two workshops state how many came, two do not."""
    made = programme_of(office.secretariat, stated_participants=127)
    for title, stated in (("On governance", None), ("On kits", None), ("On solar", 26), ("On parks", 38)):
        workshop = workshop_of(made, title=title)
        planning.write_account(workshop, "What happened.", stated, actor="officer")
        planning.add_session(workshop, "case", "A sample case", speaker="A. Speaker", actor="officer")
    planning.add_virtual_project(made, "Sharing of trade information", "Proposed by delegates.", actor="x")
    lines = read_expenditure(EXPENDITURE.encode(), "annex.csv")
    services.set_budget(made, lines, actor="officer")
    services.declare(made, read_totals(TOTALS.encode(), "headings.csv"), actor="officer")
    for row in made.budget.order_by("place_in_budget"):
        new = services.NewEntry(
            Kind.EXPENSE, clock.now().date(), row.name, row.budget_minor, row, receipt="Annex"
        )
        services.approve(services.enter(made, new, actor="officer"), actor="approver")
    return made


def annex(paper: Paper) -> dict[str, str]:
    """What is said to be spent, by heading or line."""
    return {row[0].strip(): row[2] for row in paper.sections[-1].tables[0].rows}


def test_the_figures_of_2011_come_out_exactly(programme: Programme):
    paper = queries.paper_of(programme)
    found = annex(paper)
    assert {name: found[name] for name in ("Domestic Travel", "International Travel", "Daily Cost")} == {
        "Domestic Travel": "13,945.00",
        "International Travel": "11,754.00",
        "Daily Cost": "18,030.00",
    }
    assert [found[name] for name in ("Conference", "Subtotal", "Overhead", "Total")] == [
        "11,560.00",
        "55,289.00",
        "4,491.00",
        "59,780.00",
    ]
    facts = dict(paper.facts)
    assert (facts["Workshops"], facts["Participants"]) == ("4", "127")
    overview = paper.sections[1].tables[0].rows
    assert [row[3] for row in overview] == ["not stated", "not stated", "26", "38", "63", "127"]
    assert "All sums agree with those that are declared to the fund." in paper.sections[-1].text


def test_the_same_rows_give_the_same_bytes_and_others_do_not(programme: Programme):
    for kind in papers.KINDS:
        first, again = (papers.made(queries.paper_of(programme), kind) for _ in "12")
        assert first == again
    before = papers.made(queries.paper_of(programme), "docx")
    planning.add_virtual_project(programme, "Another", "Text.", actor="x")
    assert papers.made(queries.paper_of(programme), "docx") != before


def test_the_docx_says_what_the_paper_says(programme: Programme):
    document = Document(io.BytesIO(papers.docx(queries.paper_of(programme))))
    said = [line.text for line in document.paragraphs]
    assert "Annex: breakdown of expenditure" in said
    assert "1. Sharing of trade information: Proposed by delegates." in said
    assert any("59,780.00" in cell.text for table in document.tables for cell in table.rows[-1].cells)


def test_who_took_part_is_told_by_country_and_region(office: Office):
    workshop = office.called(quota=2)
    for sign in "ab":
        office.nominated(workshop, sign)
        inviting.select(Nominee.objects.get(reference=sign * 32), "accepted", "", actor="officer")
    inviting.note_attendance(workshop, workshop.starts, list(Nominee.objects.all()), actor="officer")
    next_day = workshop.starts + timedelta(days=1)
    inviting.note_attendance(workshop, next_day, [Nominee.objects.earliest("pk")], actor="officer")
    paper = queries.paper_of(workshop.programme)
    regions, countries = paper.sections[1].tables[1:]
    assert (regions.rows, countries.rows) == ((("Asia", "2"),), (("China", "CN", "2"),))
    assert "2 people took part, by the lists of attendance." in paper.sections[2].text[0]
    french = queries.paper_of(workshop.programme, "fr")
    assert french.sections[1].tables[2].rows == (("Chine", "CN", "2"),)


def test_a_virement_and_a_sum_that_does_not_agree_are_told(programme: Programme):
    tickets, buses = programme.budget.order_by("place_in_budget")[:2]
    services.take_back(programme.entries.get(line=buses), "Sample", actor="officer")
    move = services.NewEntry(Kind.VIREMENT, clock.now().date(), "More of it", 600_000, tickets, buses)
    services.enter(programme, move, actor="approver")
    last = queries.paper_of(programme).sections[-1]
    assert any(line.startswith("Domestic Travel: 7,945.00") for line in last.text)
    assert last.tables[1].rows[0][4] == "More of it"


class TestShell:
    def test_a_report_is_written_as_pdf_docx_and_json(self, programme: Programme, tmp_path: Path):
        for kind, starts in (("pdf", b"%PDF"), ("docx", b"PK"), ("json", b"{")):
            out = tmp_path / f"report.{kind}"
            arguments = ["--programme", programme.code, "--format", kind, "--out", str(out), "--json"]
            answer = CliRunner().invoke(report, arguments)
            assert answer.exit_code == 0, answer.output
            assert out.read_bytes().startswith(starts)
            assert json.loads(answer.stdout)["bytes"] == out.stat().st_size

    @pytest.mark.parametrize(
        ("change", "part"),
        [
            ({"--programme": "NONE"}, "no programme NONE"),
            ({"--language": "xx"}, "No report is written in xx"),
            ({"--out": "/nowhere/at/all.pdf"}, "There is no folder"),
        ],
    )
    def test_what_cannot_be_written_is_said(
        self, programme: Programme, tmp_path: Path, change: dict[str, str], part: str
    ):
        given = {
            "--programme": programme.code,
            "--format": "pdf",
            "--out": str(tmp_path / "a.pdf"),
            **change,
        }
        arguments = [word for pair in given.items() for word in pair]
        answer = CliRunner().invoke(report, arguments)
        assert part in str(answer.exception)
