"""The paper of an assessment: what the records say, in five languages, on a page and as files."""

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.urls import reverse
from django.utils import translation

from isthmus.accounts.models import Organisation
from isthmus.accounts.roles import Role
from isthmus.apps.excise.assessment.cli import assessment
from isthmus.apps.excise.assessment.formats import params
from isthmus.apps.excise.assessment.models import Assessment, AssessmentDraft
from isthmus.apps.excise.assessment.queries import standing
from isthmus.apps.excise.assessment.services import assessing, stating
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, NotFound
from isthmus.trust.models import Partner
from isthmus.ui.papers import files as papers
from isthmus.ui.papers.paper import Paper, PaperTable, Section
from isthmus.wire.file_statement import read_file_statement
from tests.api_client import program
from tests.apps.excise.assessment.test_between_nodes import (
    Corridor,
    about_excise,
    both_sides,
    corridor,
    opened,
    partners_result,
)
from tests.apps.excise.stamps.conftest import person
from tests.second_factors import browser_of

__all__ = ["about_excise", "corridor", "opened"]
GAP = "\N{NO-BREAK SPACE}"
NEED = "Does the law say which goods bear a stamp and which do not?"
LOST = "Is the share of stamps that are lost known, and small?"


@pytest.fixture
def stated(settings, corridor: Corridor, opened: Assessment) -> Assessment:
    """Both have answered and scored: this node, mm, for Moldova, and its partner cn for the Maldives."""
    settings.ISTHMUS = settings.ISTHMUS.model_copy(update={"country": "MD"})
    Partner.objects.filter(node_id="cn").update(country="MV")
    both_sides(corridor, opened)
    return opened


def signed(between: Corridor, row: Assessment) -> str:
    """Both have signed the result; its leaf."""
    leaf = partners_result(between, row)
    stating.agree(row, "We agree", actor="approver")
    row.refresh_from_db()
    return leaf


def part(made: Paper, heading: str) -> Section:
    return next(one for one in made.sections if one.heading == heading)


def captioned(section: Section, caption: str) -> PaperTable:
    return next(table for table in section.tables if table.caption.startswith(caption))


def row_of(table: PaperTable, first: str) -> tuple[str, ...]:
    return next(row for row in table.rows if row[0] == first)


def cited(made: Paper, cell: str) -> list[str]:
    """The sources that a cell leads to."""
    marks = cell[cell.rindex("[") + 1 : cell.rindex("]")]
    return [made.sources[int(mark) - 1] for mark in marks.split(", ")]


class TestContent:
    def test_the_answers_of_both_stand_beside_each_other(self, stated: Assessment) -> None:
        made = assessing.paper_of(stated)
        marking = captioned(part(made, "Questionnaire, question by question"), "Marking")
        # The nodes stand in the order of their names, so that both nodes make the same paper.
        assert marking.heads == ("Question", "Maldives", "Moldova")
        _question, theirs, ours = row_of(marking, LOST)
        assert ours.split("\n")[1:] == ["Few", "evidence: Report 7"]
        assert ours.startswith(f"3: own 3{GAP}[")
        assert theirs.split("\n")[1:] == ["remark of Moldova: Audit says otherwise"]
        assert theirs.startswith(f"0: own 4{GAP}[")
        assert "MV: custody: act 9" in cited(made, theirs)

    def test_averages_by_subject_are_of_the_scores_that_count(self, stated: Assessment) -> None:
        made = assessing.paper_of(stated)
        short = part(made, "In short")
        assert short.text[0] == (
            "Both administrations were asked the same 48 questions. Maldives answered 2, Moldova answered 2."
        )
        marking = row_of(short.tables[0], "Marking")
        assert marking[:2] == ("Marking", "9")
        # 3 and 1 by the other side, and 0 twice by counters: nothing was issued or checked yet.
        assert marking[3:] == ("1.0", "2")
        given = captioned(part(made, "Who scored what"), "Moldova")
        assert row_of(given, "Marking") == ("Marking", "2 / 9", "3.5", "2.0", "0.0", "1.0")
        assert {one.rpartition(" leaf ")[2] for one in cited(made, given.caption)} == {
            standing.stated(stated)["answers", True].leaf,
            standing.stated(stated)["scores", False].leaf,
        }

    def test_strengths_gaps_and_what_one_recommends(self, stated: Assessment) -> None:
        made = assessing.paper_of(stated)
        strong = captioned(part(made, "Strengths and gaps"), "Strengths of Moldova")
        assert row_of(strong, LOST)[2] == "Up to 1 per cent."
        weak = captioned(part(made, "Strengths and gaps"), "Gaps of Maldives")
        assert weak.rows[0][1].startswith(f"0{GAP}[")
        (advice,) = [
            table for table in part(made, "What each recommends to the other").tables if LOST in str(table)
        ]
        assert advice.caption == "Moldova to Maldives"
        lost = row_of(advice, LOST)
        assert (lost[1].split(GAP)[0], lost[2].split(GAP)[0]) == ("Not known.", "Up to 1 per cent.")
        assert lost[3].startswith(f"Audit says otherwise{GAP}[")

    def test_before_anybody_stated_anything_it_says_so(self, corridor: Corridor, opened: Assessment) -> None:
        made = assessing.paper_of(opened)
        assert dict(made.facts)["Stated until"] == "nothing yet"
        assert part(made, "What each recommends to the other").text == (
            "Neither is good yet where the other is not.",
        )
        assert part(made, "Who signed what").tables == ()
        assert papers.made(made, "pdf").startswith(b"%PDF")

    def test_every_statement_is_named_with_its_leaf(self, stated: Assessment, corridor: Corridor) -> None:
        kinds = [row[:2] for row in part(assessing.paper_of(stated), "Who signed what").tables[0].rows]
        assert sorted(kinds) == [("Answers", "cn"), ("Answers", "mm"), ("Scores", "cn"), ("Scores", "mm")]
        leaf = signed(corridor, stated)
        made = assessing.paper_of(stated)
        section = part(made, "Who signed what")
        leaves = {row[0]: row[3] for row in section.tables[0].rows}
        assert leaves["Result"] == leaf
        assert (
            "Moldova also signed the result that Maldives stated, with the words: “We agree”"
            in section.text[0]
        )
        assert cited(made, section.text[0])[0].endswith(leaves["Signature under the result"])
        assert "Both signed the result on " in part(made, "In short").text[1]

    def test_what_is_stated_after_both_signed_changes_nothing(
        self, stated: Assessment, corridor: Corridor
    ) -> None:
        signed(corridor, stated)
        before = assessing.paper_of(stated)
        corridor.answers(stated.number, ("marking.need", 4))
        assert assessing.paper_of(stated) == before

    def test_a_day_counts_what_was_stated_by_then(self, stated: Assessment, corridor: Corridor) -> None:
        signed(corridor, stated)
        yesterday = (clock.now() - timedelta(days=1)).date()
        made = assessing.paper_of(stated, day=yesterday)
        assert dict(made.facts)["Stated until"] == "nothing yet"
        assert part(made, "In short").text[1] == "The result is not signed by both yet."
        assert assessing.paper_of(stated, day=clock.now().date()) == assessing.paper_of(stated)


class TestFiles:
    @pytest.mark.parametrize("kind", ["pdf", "docx"])
    def test_the_same_records_give_the_same_bytes(
        self, stated: Assessment, corridor: Corridor, kind: str
    ) -> None:
        found = []
        for reader in ("en", "ar"):
            with translation.override(reader):
                found.append(papers.made(assessing.paper_of(stated), kind))
        assert found[0] == found[1]
        signed(corridor, stated)
        assert papers.made(assessing.paper_of(stated), kind) != found[0]

    @pytest.mark.parametrize("language", params.ASSESSMENT_LANGUAGES)
    def test_the_docx_says_what_the_paper_says(self, stated: Assessment, language: str) -> None:
        from docx import Document
        from docx.oxml.ns import qn

        paper = assessing.paper_of(stated, language=language)
        content = papers.docx(paper)
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            assert file.testzip() is None
            assert {info.date_time for info in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        read = Document(io.BytesIO(content))
        tables = [table for one in paper.sections for table in one.tables]
        assert [[[cell.text for cell in row.cells] for row in table.rows] for table in read.tables] == [
            [list(table.heads), *map(list, table.rows)] for table in tables
        ]
        lines = [line.text for line in read.paragraphs]
        assert lines[0] == paper.title
        assert set(lines) >= {one.heading for one in paper.sections}
        assert not any(line.startswith(("table ", "chart ")) or "{" in line for line in lines)
        turned = [table._tbl.tblPr.find(qn("w:bidiVisual")) is not None for table in read.tables]
        assert turned == [language == "ar"] * len(tables)
        assert paper.is_rtl is (language == "ar")

    def test_words_of_somebody_stand_apart_in_lines_from_right_to_left(self, stated: Assessment) -> None:
        whole = str(assessing.paper_of(stated, language="ar"))
        assert r"\u2068Audit says otherwise\u2069" in whole
        assert r"\u2068" not in str(assessing.paper_of(stated, language="fr"))

    def test_pages_can_be_looked_at_in_every_script(self, stated: Assessment) -> None:
        for language in ("zh-hans", "ar"):
            assert papers.pictures(assessing.paper_of(stated, language=language), 20)[0][:4] == b"\x89PNG"

    def test_another_language_is_named(self, stated: Assessment) -> None:
        with pytest.raises(BadInput, match="no headings in “th”"):
            assessing.paper_of(stated, language="th")


class TestCommand:
    def test_writes_the_file_and_its_signature(self, node: str, opened: Assessment, tmp_path: Path) -> None:
        stating.note(opened, AssessmentDraft.Kind.ANSWER, "marking.need", 4, actor="o", evidence="Act 3")
        out = tmp_path / "paper.docx"
        words = ["paper", opened.number, "--out", str(out), "--language", "ar", "--json"]
        result = CliRunner().invoke(assessment, words, catch_exceptions=False)
        facts = json.loads(result.stdout)
        assert (facts["assessment"], facts["bytes"]) == (opened.number, out.stat().st_size)
        statement = read_file_statement(Path(f"{out}.sig").read_text().strip())[1]
        assert statement.size == out.stat().st_size
        first = out.read_bytes()
        CliRunner().invoke(
            assessment, [*words, "--on", clock.now().date().isoformat()], catch_exceptions=False
        )
        assert out.read_bytes() == first

    def test_names_an_assessment_that_is_not_here(self, db: None, tmp_path: Path) -> None:
        with pytest.raises(NotFound, match="no assessment X-1"):
            CliRunner().invoke(
                assessment, ["paper", "X-1", "--out", str(tmp_path / "a.pdf")], catch_exceptions=False
            )


class TestPage:
    def test_is_shown_downloaded_and_signed(
        self, node: str, customs: Organisation, stated: Assessment
    ) -> None:
        client = browser_of(person("approver", customs, Role.APPROVER))
        where = reverse("excise:assessment-paper", args=[stated.pk])
        assert where in client.get(reverse("excise:assessment", args=[stated.pk])).content.decode()
        page = client.get(where).content.decode()
        assert "Cross assessment of excise control: Maldives and Moldova" in page
        assert 'dir="rtl"' in client.get(where, {"language": "ar"}).content.decode()
        asked = {"language": "fr", "day": "", "kind": "docx"}
        answer = client.post(reverse("excise:assessment-paper-file", args=[stated.pk]), asked)
        assert answer.content == papers.docx(assessing.paper_of(stated, language="fr"))
        assert f"assessment-{stated.number.lower()}-fr.docx" in answer["Content-Disposition"]
        token = client.post(reverse("excise:assessment-paper-signature", args=[stated.pk]), asked)
        statement = read_file_statement(token.content.decode().strip())[1]
        assert (statement.sender, statement.size) == ("mm", len(answer.content))

    def test_only_what_the_page_offers(self, customs: Organisation, stated: Assessment) -> None:
        client = browser_of(person("approver", customs, Role.APPROVER))
        where = reverse("excise:assessment-paper", args=[stated.pk])
        assert "Download as PDF" not in client.get(where, {"language": "th"}).content.decode()
        file = reverse("excise:assessment-paper-file", args=[stated.pk])
        assert client.post(file, {"language": "en", "kind": "exe"}).status_code == 422

    def test_an_officer_reads_it_and_does_not_sign_it(
        self, customs: Organisation, stated: Assessment
    ) -> None:
        client = browser_of(person("officer", customs, Role.OFFICER))
        assert (
            "Signature of the PDF"
            not in client.get(reverse("excise:assessment-paper", args=[stated.pk])).content.decode()
        )
        signature = reverse("excise:assessment-paper-signature", args=[stated.pk])
        assert client.post(signature, {"language": "en", "kind": "pdf"}).status_code == 403


class TestPrograms:
    def test_fetch_it(self, customs: Organisation, stated: Assessment) -> None:
        officer = program("customs")
        where = f"/excise/assessments/{stated.pk}/paper"
        answer = officer.get(f"{where}?language=ro&kind=docx&on={clock.now().date()}")
        assert answer.content == papers.docx(assessing.paper_of(stated, language="ro"))
        assert officer.get(f"{where}?on=2026-13-01").status_code == 422
        assert program("health").get(where).status_code == 404
