"""The introduction document: from live counters and tariffs to a signed file."""

import io
import json
import zipfile
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from isthmus.apps.excise.assessment.cli import assessment
from isthmus.apps.excise.assessment.formats import papers, params
from isthmus.apps.excise.assessment.services import introducing
from isthmus.apps.excise.stamps.rules.custody import Act
from isthmus.kit.errors import BadInput, NotFound
from isthmus.trust.services import own_card
from isthmus.wire.verify import main
from tests.apps.excise.stamps.conftest import People, done, on_the_bottle, people

__all__ = ["people"]
DAY = date(2026, 11, 20)


@pytest.fixture
def md(settings) -> None:
    """This node is that of Moldova."""
    settings.ISTHMUS = settings.ISTHMUS.model_copy(update={"country": "MD"})


@pytest.mark.django_db
class TestPaper:
    def test_says_what_fits_and_what_does_not(self, md: None) -> None:
        made = introducing.introduction("md", "mv", day=DAY)
        matrix = {row[0]: row[3] for row in made.sections[0].tables[0].rows}
        assert matrix == {
            "Beer": "fits",
            "Vermouth and other fermented drinks": "gap",
            "Cider": "gap",
            "Spirits": "needs a change",
            "Rows in force on the day of this paper": "needs a change",
            "Rows not confirmed against the act": "needs a change",
            "Rule on which goods bear a stamp": "gap",
            "Currency and its decimals": "fits",
        }
        assert made.sections[0].text == ("2 fit, 3 need a change, 3 are gaps, 0 are not known.",)

    def test_every_figure_of_a_counter_has_a_source(self, md: None, people: People) -> None:
        batch = on_the_bottle(people, 10)
        done(batch, Act.SELL, 1, 4, people.revenue)
        made = introducing.introduction("MD", "MV", day=DAY)
        rows = {row[0]: row for row in made.sections[4].tables[0].rows}
        assert rows["MD stamps.sold"][1:3] == ("4", "stamps")
        assert rows["MD stamps.activated"][1] == "6"
        marks = {row[3].strip("[]") for row in rows.values()}
        assert all(1 <= int(mark) <= len(made.sources) for mark in marks)
        assert any(source.startswith("custody of stamps, acts: entry ") for source in made.sources)
        assert made.sections[4].text == (
            "This node keeps no counters of MV; they stand at that country's own node.",
        )
        flow = {row[0]: row[3] for row in made.sections[3].tables[0].rows}
        assert flow["sell"].startswith("1 [")
        assert flow["lose"] == "-"

    def test_costs_take_quantities_from_counters_of_the_taker(self, md: None, people: People) -> None:
        on_the_bottle(people, 10)
        rows = {
            row[0]: row for row in introducing.introduction("MV", "MD", day=DAY).sections[1].tables[0].rows
        }
        assert rows["Printing of stamps"][1].startswith("1 [")
        other = introducing.introduction("MD", "MV", day=DAY).sections[1]
        assert other.tables[0].rows[5][1] == "1\N{NO-BREAK SPACE}000"
        assert other.text[1:] == (
            "Once: 10\N{NO-BREAK SPACE}650 USD",
            "Each year: 19\N{NO-BREAK SPACE}600 USD",
        )

    def test_headings_are_romanian_on_request(self, md: None) -> None:
        made = introducing.introduction("md", "mv", day=DAY, language="ro")
        assert [section.heading for section in made.sections] == [
            "Potriviri și lipsuri",
            "Fișa costurilor",
            "Cotele accizelor",
            "Fluxuri",
            "Contoare curente",
            "Chestionarul, clauză cu clauză",
        ]
        with pytest.raises(BadInput, match="no headings in “fr”"):
            introducing.introduction("md", "mv", day=DAY, language="fr")

    def test_a_country_without_a_tariff_is_named(self, md: None) -> None:
        with pytest.raises(NotFound, match="no tariff of xx"):
            introducing.introduction("xx", "mv", day=DAY)

    @pytest.mark.parametrize("kind", ["pdf", "docx"])
    def test_the_same_data_give_the_same_bytes(self, md: None, people: People, kind: str) -> None:
        on_the_bottle(people, 10)
        first, again = (papers.made(introducing.introduction("md", "mv", day=DAY), kind) for _ in "12")
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
