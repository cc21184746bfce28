"""The introduction document: from live counters and tariffs to a signed file."""

import io
import json
import zipfile
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.utils import translation

from isthmus.apps.excise.assessment.cli import assessment
from isthmus.apps.excise.assessment.formats import params
from isthmus.apps.excise.assessment.services import introducing
from isthmus.apps.excise.stamps.rules.custody import Act
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, NotFound
from isthmus.trust.services import own_card
from isthmus.ui.papers import files as papers
from isthmus.ui.papers.paper import Paper, PaperTable, Section
from isthmus.wire.verify import main
from tests.apps.excise.stamps.conftest import People, done, on_the_bottle, people

__all__ = ["people"]
DAY = date(2026, 11, 20)


@pytest.fixture
def md(settings) -> None:
    """This node is that of Moldova."""
    settings.ISTHMUS = settings.ISTHMUS.model_copy(update={"country": "MD"})


def section(made: Paper, heading: str) -> Section:
    return next(one for one in made.sections if one.heading == heading)


def rows_of(table: PaperTable) -> dict[str, tuple[str, ...]]:
    return {row[0]: row for row in table.rows}


@pytest.mark.django_db
class TestPaper:
    def test_says_what_fits_and_what_does_not(self, md: None) -> None:
        made = introducing.introduction("md", "mv", day=DAY)
        matrix = {row[0]: row[3] for row in section(made, "Fit and gap").tables[0].rows}
        assert matrix == {
            "Beer": "fits",
            "Vermouth and other fermented drinks": "missing",
            "Cider": "missing",
            "Spirits": "needs a change",
            "Rates in force on the day of this paper": "needs a change",
            "Rates not confirmed against the act": "needs a change",
            "Rule on which goods bear a stamp": "missing",
            "Currency and its decimals": "fits",
        }
        short = section(made, "In short")
        assert short.text[1] == (
            "Of 56 matters that were compared, 2 fit as they are, 3 need a change, 3 are missing in Maldives,"
            " and 48 are not known yet."
        )
        assert rows_of(short.tables[0])["Tariffs"] == ("Tariffs", "8", "2", "3", "3", "-")
        assert "have not compared themselves" in short.text[2]

    def test_every_figure_of_a_counter_has_a_source(self, md: None, people: People) -> None:
        batch = on_the_bottle(people, 10)
        done(batch, Act.SELL, 1, 4, people.revenue)
        made = introducing.introduction("MD", "MV", day=clock.now().date())
        part = section(made, "Counters side by side")
        rows = {row[0]: row for table in part.tables[:-1] for row in table.rows}
        value, mark = rows["Stamps sold with the goods"][1].split("\N{NO-BREAK SPACE}")
        assert (value, rows["Stamps sold with the goods"][2:]) == ("4", ("-", "stamps"))
        assert made.sources[int(mark.strip("[]")) - 1].startswith("MD: custody of stamps, acts: entry ")
        assert rows["Stamps on containers"][1].startswith("6")
        assert "Stamps lost" not in rows
        assert all("[" in row[1] for row in rows.values())
        assert "Maldives: its counters stand at its own node and have not been sent." in part.text
        shares = rows_of(part.tables[-1])
        lost = shares["Stamps lost; share of: Stamps issued"][1]
        assert lost.startswith("0.0\N{NO-BREAK SPACE}% (0 of 10)")

    def test_flows_are_drawn_and_listed(self, md: None, people: People) -> None:
        batch = on_the_bottle(people, 10)
        done(batch, Act.SELL, 1, 4, people.revenue)
        today = clock.now().date()
        part = section(introducing.introduction("MD", "MV", day=today), "Flows")
        drawn, life = part.tables[0], part.tables[-1]
        assert drawn.caption.startswith("Stamps by act and month [")
        assert drawn.heads == ("Month", "Issued (stamps)", "Put on containers (stamps)", "Sold (stamps)")
        assert drawn.rows[0][1:] == ("10", "10", "4")
        assert drawn.chart is not None
        assert [sum(line) for line in drawn.chart.values] == [10, 10, 4]
        assert rows_of(life)["Sold"][3].startswith("1\N{NO-BREAK SPACE}[")
        assert rows_of(life)["Sold"][4] == "4"
        assert rows_of(life)["Lost"][3:] == ("-", "-")

    def test_nothing_that_is_empty_is_printed(self, md: None) -> None:
        made = introducing.introduction("md", "mv", day=DAY)
        assert all(one.text or one.tables for one in made.sections)
        assert all(table.rows for one in made.sections for table in one.tables)
        assert section(made, "Flows").text[1] == "Nothing has moved through this node yet."
        assert section(made, "Flows").tables == ()

    def test_costs_take_quantities_from_counters_of_the_taker(self, md: None, people: People) -> None:
        on_the_bottle(people, 10)
        yearly = section(introducing.introduction("MV", "MD", day=DAY), "Cost sheet").tables[1]
        assert rows_of(yearly)["Printing of stamps"][1].startswith("1\N{NO-BREAK SPACE}[")
        other = introducing.introduction("MD", "MV", day=DAY)
        once, yearly = section(other, "Cost sheet").tables
        assert rows_of(yearly)["Printing of stamps"][1] == "1\N{NO-BREAK SPACE}000"
        assert [rows_of(table)["Sum"][4] for table in (once, yearly)] == [
            "10\N{NO-BREAK SPACE}650",
            "19\N{NO-BREAK SPACE}600",
        ]
        assert "10\N{NO-BREAK SPACE}650 USD once" in section(other, "In short").text[3]

    def test_headings_are_romanian_on_request(self, md: None) -> None:
        made = introducing.introduction("md", "mv", day=DAY, language="ro")
        assert [one.heading for one in made.sections] == [
            "Pe scurt",
            "Potriviri și lipsuri",
            "Fișa costurilor",
            "Cotele accizelor",
            "Fluxuri",
            "Contoare alăturate",
            "Chestionarul, întrebare cu întrebare",
        ]
        assert made.facts[0] == ("Cifre la data de", "20 noiembrie 2026")
        with pytest.raises(BadInput, match="no headings in “fr”"):
            introducing.introduction("md", "mv", day=DAY, language="fr")

    @pytest.mark.parametrize("kind", ["pdf", "docx"])
    def test_the_language_of_the_reader_changes_nothing(self, md: None, people: People, kind: str) -> None:
        on_the_bottle(people, 10)
        found = []
        for language in ("en", "ar"):
            with translation.override(language):
                made = introducing.introduction("md", "mv", day=clock.now().date())
                found.append(papers.made(made, kind))
        assert found[0] == found[1]

    def test_a_country_without_a_tariff_is_named(self, md: None) -> None:
        with pytest.raises(NotFound, match="no tariff of xx"):
            introducing.introduction("xx", "mv", day=DAY)

    @pytest.mark.parametrize("kind", ["pdf", "docx"])
    def test_the_same_data_give_the_same_bytes(self, md: None, people: People, kind: str) -> None:
        on_the_bottle(people, 10)
        day = clock.now().date()
        first, again = (papers.made(introducing.introduction("md", "mv", day=day), kind) for _ in "12")
        assert first == again
        assert len(first) > 10_000
        other = papers.made(introducing.introduction("md", "mv", day=DAY, language="ro"), kind)
        assert other != first

    def test_the_docx_holds_the_tables_and_fixed_times(self, md: None) -> None:
        from docx import Document

        paper = introducing.introduction("md", "mv", day=DAY)
        content = papers.docx(paper)
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            assert {info.date_time for info in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        read = Document(io.BytesIO(content))
        assert len(read.tables) == sum(len(section.tables) for section in paper.sections)
        assert read.tables[0].cell(1, 0).text == paper.sections[0].tables[0].rows[0][0]
        assert not any("{" in line.text or line.text.startswith("table ") for line in read.paragraphs)
        assert read.paragraphs[0].text == paper.title

    def test_a_page_can_be_looked_at(self, md: None) -> None:
        assert papers.pictures(introducing.introduction("md", "mv", day=DAY), 20)[0][:4] == b"\x89PNG"


class TestCommand:
    def call(self, *words: str) -> tuple[int, str]:
        result = CliRunner().invoke(assessment, list(words), catch_exceptions=False)
        return result.exit_code, result.stdout

    def test_writes_the_file_and_a_signature_that_anybody_can_check(
        self, node: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        out = tmp_path / "introduction.pdf"
        words = ("introduce", "--from", "md", "--to", "mv", "--out", str(out), "--on", "2026-11-20", "--json")
        code, said = self.call(*words)
        assert code == 0
        facts = json.loads(said)
        assert (facts["bytes"], facts["day"]) == (out.stat().st_size, "2026-11-20")
        first = out.read_bytes()
        assert self.call(*words)[0] == 0
        assert out.read_bytes() == first
        card = tmp_path / "card"
        card.write_text(own_card(()), encoding="ascii")
        check = [str(out), "--named-by", f"{out}.sig", "--card", str(card)]
        assert main(check) == 0
        assert capsys.readouterr().out.startswith("file: intact, signed by mm")
        out.write_bytes(first + b" ")
        assert main(check) == 3
        assert "other bytes" in capsys.readouterr().out

    @pytest.mark.django_db
    def test_an_unsigned_draft_has_no_signature(self, md: None, tmp_path: Path) -> None:
        out = tmp_path / "draft.docx"
        assert self.call("introduce", "--from", "MD", "--to", "MV", "--out", str(out), "--unsigned")[0] == 0
        assert zipfile.is_zipfile(out)
        assert not (tmp_path / "draft.docx.sig").exists()

    @pytest.mark.django_db
    def test_refuses_other_files_and_folders(self, tmp_path: Path) -> None:
        for name, words in (("a.txt", "neither .pdf nor .docx"), ("no/a.pdf", "no folder")):
            with pytest.raises(BadInput, match=words):
                self.call("introduce", "--from", "MD", "--to", "MV", "--out", str(tmp_path / name))

    @pytest.mark.django_db
    def test_shows_counters_and_questions(self, md: None, people: People) -> None:
        on_the_bottle(people, 10)
        rows = {row["name"]: row for row in json.loads(self.call("counters", "--json")[1])}
        assert rows["stamps.issued"]["value"] == 10
        assert rows["tariff.confirmed-rows"]["value"] == 0
        asked = {row["clause"]: row["score"] for row in json.loads(self.call("questions", "--json")[1])}
        assert (asked["marking.custody"], asked["marking.lost"], asked["marking.identity"]) == (4, 4, 2)
        assert asked["licensing.conditions"] is None


class TestCostSheet:
    def test_a_sheet_of_ones_own_takes_its_place(self, tmp_path: Path) -> None:
        path = tmp_path / "own.toml"
        line = (
            '{ id = "a", words = "A", words_ro = "A", quantity = 2, unit = "u",'
            ' price = 1.5, yearly = true, basis = "Offer 7" }'
        )
        path.write_text(f'format = 1\ncurrency = "MVR"\nlines = [{line}]\n')
        currency, (read,), source = params.cost_sheet(path)
        assert (currency, str(read.price), read.basis) == ("MVR", "1.5", "Offer 7")
        assert source.startswith("own.toml, sha256 ")

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"format = 2", "format"),
            (b"no = ", "no TOML"),
            (b"\xff", "no TOML"),
            (b"#" * 500_001, "larger than"),
        ],
    )
    def test_one_at_fault_is_refused(self, tmp_path: Path, content: bytes, words: str) -> None:
        path = tmp_path / "bad.toml"
        path.write_bytes(content)
        with pytest.raises(BadInput, match=words):
            params.cost_sheet(path)

    def test_one_that_is_not_there_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(BadInput, match="No such file"):
            params.cost_sheet(tmp_path / "none.toml")
