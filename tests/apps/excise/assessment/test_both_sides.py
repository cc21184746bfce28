"""The introduction from both countries' own words: answers, scores and counters of each, by record."""

from datetime import timedelta

import pytest

from isthmus.apps.excise.assessment.models import Assessment, AssessmentDraft
from isthmus.apps.excise.assessment.queries import standing
from isthmus.apps.excise.assessment.rules.comparing import Views
from isthmus.apps.excise.assessment.rules.sides import Said, Side
from isthmus.apps.excise.assessment.services import introducing, stating
from isthmus.kit import clock
from isthmus.trust.models import Partner
from isthmus.ui.papers import files as papers
from isthmus.ui.papers.paper import Paper, PaperTable, Section
from tests.apps.excise.assessment.test_between_nodes import (
    Corridor,
    about_excise,
    both_sides,
    corridor,
    opened,
    partners_result,
)

__all__ = ["about_excise", "corridor", "opened"]
GAP = "\N{NO-BREAK SPACE}"
NEED = "Does the law say which goods bear a stamp and which do not?"
LOST = "Is the share of stamps that are lost known, and small?"


@pytest.fixture
def between(settings, corridor: Corridor) -> Corridor:
    """This node is Moldova's, and its partner that of the Maldives."""
    settings.ISTHMUS = settings.ISTHMUS.model_copy(update={"country": "MD"})
    Partner.objects.filter(node_id="cn").update(country="MV")
    return corridor


def introduced(giver: str = "md", taker: str = "mv") -> Paper:
    return introducing.introduction(giver, taker, day=clock.now().date())


def part(made: Paper, heading: str) -> Section:
    return next(one for one in made.sections if one.heading == heading)


def row_of(tables: tuple[PaperTable, ...], first: str) -> tuple[str, ...]:
    return next(row for table in tables for row in table.rows if row[0] == first)


def named(made: Paper, cell: str) -> list[str]:
    """The sources that a cell leads to."""
    marks = cell[cell.rindex("[") + 1 : cell.rindex("]")]
    return [made.sources[int(mark) - 1] for mark in marks.split(", ")]


class TestBothSides:
    def test_the_settled_scores_of_both_decide_what_fits(self, between: Corridor, opened: Assessment) -> None:
        both_sides(between, opened)
        made = introduced()
        need = row_of(part(made, "Questionnaire, question by question").tables, NEED)
        # Ours: own 4, scored 1 by the partner. Theirs: own 2, not scored by us.
        assert need[1].startswith(f"1: own 4{GAP}[")
        assert f"other side 1{GAP}[" in need[1]
        assert need[2].startswith(f"2: own 2{GAP}[")
        assert need[3] == "needs a change"
        assert row_of(part(made, "Fit and gap").tables, NEED)[1].startswith("In part.")
        lost = row_of(part(made, "Questionnaire, question by question").tables, LOST)
        assert lost[2].startswith("0: own 4")
        assert lost[2].endswith("]")
        assert f"counters 0{GAP}[" in lost[2]
        assert lost[3] == "missing"

    def test_every_score_names_the_record_that_it_stands_in(
        self, between: Corridor, opened: Assessment
    ) -> None:
        both_sides(between, opened)
        made = introduced()
        need = row_of(part(made, "Questionnaire, question by question").tables, NEED)
        (theirs,) = named(made, need[2])
        found = standing.stated(opened)
        leaf = found["answers", False].leaf
        assert theirs.startswith("record excise.assessment-answers/1 of node cn, ")
        assert theirs.endswith(f"leaf {leaf}")
        (ours,) = named(made, need[1])
        assert ours.startswith("record excise.assessment-scores/1 of node cn, ")

    def test_the_partners_counters_stand_beside_ours(self, between: Corridor, opened: Assessment) -> None:
        both_sides(between, opened)
        made = introduced()
        section = part(made, "Counters side by side")
        issued = row_of(section.tables, "Stamps issued")
        assert issued[1].startswith(f"0{GAP}[")
        assert issued[2].startswith(f"1{GAP}000{GAP}[")
        sources = named(made, issued[2])
        assert sources[1] == "MV: custody: act 9" or sources[0] == "MV: custody: act 9"
        assert any(one.startswith("record excise.assessment-answers/1 of node cn") for one in sources)
        assert any("sent with its answers" in line for line in section.text)
        share = row_of(section.tables, "Stamps lost; share of: Stamps issued")
        assert share[2].startswith(f"20.0{GAP}% (200 of 1,000)")
        quantity = row_of(part(made, "Cost sheet").tables, "Printing of stamps")[1]
        assert quantity.startswith(f"1{GAP}[")

    def test_disagreements_are_listed_with_the_reason(self, between: Corridor, opened: Assessment) -> None:
        both_sides(between, opened)
        made = introduced()
        rows = part(made, "Where the scores do not agree").tables[0].rows
        assert [(row[0], row[1], row[5]) for row in rows] == [
            ("Moldova", NEED, "Scores are apart"),
            ("Maldives", LOST, "Counters give less"),
        ]
        words = part(made, "In their own words").tables
        assert words[0].caption == "Moldova"
        assert words[0].rows[0][2:] == ("Few", "Report 7")

    def test_the_signed_result_is_named(self, between: Corridor, opened: Assessment) -> None:
        both_sides(between, opened)
        short = part(introduced(), "In short").text[2]
        assert short.endswith("The result is not signed by both yet.")
        leaf = partners_result(between, opened)
        stating.agree(opened, "We agree", actor="approver")
        made = introduced()
        short = part(made, "In short").text[2]
        assert "Both signed the result on " in short
        assert named(made, short)[0].endswith(f"leaf {leaf}")

    def test_the_other_way_round_the_taker_is_this_node(self, between: Corridor, opened: Assessment) -> None:
        both_sides(between, opened)
        made = introduced("mv", "md")
        need = row_of(part(made, "Questionnaire, question by question").tables, NEED)
        assert (need[1][:2], need[2][:2], need[3]) == ("2:", "1:", "needs a change")

    @pytest.mark.parametrize("kind", ["pdf", "docx"])
    def test_signing_changes_the_paper_and_nothing_else_does(
        self, between: Corridor, opened: Assessment, kind: str
    ) -> None:
        both_sides(between, opened)
        first, again = (papers.made(introduced(), kind) for _ in "12")
        assert first == again
        partners_result(between, opened)
        stating.agree(opened, "We agree", actor="approver")
        assert papers.made(introduced(), kind) != first

    def test_answers_to_another_questionnaire_or_of_later_do_not_count(
        self, between: Corridor, opened: Assessment
    ) -> None:
        both_sides(between, opened)
        earlier = clock.now() - timedelta(days=2)
        assert standing.newest_with(["cn"], earlier) is None
        assert standing.newest_with(["xx"], clock.now()) is None
        assert standing.newest_with(["cn"], clock.now()) == opened
        for row in opened.statements.filter(kind="answers"):
            row.body["questionnaire"] = "0" * 64
            row.save()
        assert standing.newest_with(["cn"], clock.now()) is None

    def test_with_our_answers_alone_the_partner_is_not_known(
        self, between: Corridor, opened: Assessment
    ) -> None:
        stating.note(opened, AssessmentDraft.Kind.ANSWER, "marking.need", 4, actor="o", evidence="Act 3")
        stating.send_answers(opened, actor="approver")
        made = introduced()
        need = row_of(part(made, "Questionnaire, question by question").tables, NEED)
        assert need[1].startswith("4: own 4")
        assert need[2:] == ("-", "not known")
        agree = part(made, "Where the scores do not agree")
        assert agree.text == (
            "The scores of both sides and of the counters agree on every question that was answered.",
        )


def test_what_was_not_said_has_no_score() -> None:
    side = Side({"a.b": Said(Views(own=2, peer=3))})
    assert side.of("a.b").settled == 3
    assert side.of("a.c").settled is None
