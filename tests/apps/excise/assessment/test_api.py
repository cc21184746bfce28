"""Assessments and the introduction for programs."""

import pytest

from isthmus.accounts.models import Organisation
from isthmus.accounts.roles import Role
from isthmus.apps.excise.assessment.models import Assessment
from isthmus.apps.excise.assessment.services import stating
from tests.api_client import Program, program
from tests.apps.excise.assessment.test_between_nodes import (
    Corridor,
    about_excise,
    both_sides,
    corridor,
    opened,
    partners_result,
)

__all__ = ["about_excise", "corridor", "opened"]


@pytest.fixture
def officer(customs: Organisation) -> Program:
    return program("customs")


class TestAssessments:
    def test_a_program_answers_and_an_approver_states(
        self, officer: Program, corridor: Corridor, opened: Assessment
    ) -> None:
        here = f"/excise/assessments/{opened.pk}"
        put = officer.put(f"{here}/answers/marking.need", {"score": 4, "text": "By law", "evidence": "Act 3"})
        assert put.json() == {"clause": "marking.need", "score": 4, "text": "By law", "evidence": "Act 3"}
        assert officer.get(here).json()["statements"] == []
        stating.send_answers(opened, actor="approver")
        whole = officer.get(here).json()
        assert [(one["kind"], one["of"]) for one in whole["statements"]] == [("answers", "this node")]
        clause = {one["clause"]: one for one in whole["this_node"]}["marking.need"]
        assert (clause["own"], clause["peer"], clause["settled"], clause["why"]) == (4, None, 4, None)
        assert [one["number"] for one in officer.get("/excise/assessments").json()] == [opened.number]

    def test_a_program_scores_and_reads_the_result(
        self, officer: Program, corridor: Corridor, opened: Assessment
    ) -> None:
        both_sides(corridor, opened)
        here = f"/excise/assessments/{opened.pk}"
        assert officer.put(f"{here}/scores/marking.need", {"score": 2}).json()["score"] == 2
        assert officer.get(f"{here}/result").json()["leaf"] is None
        leaf = partners_result(corridor, opened)
        stating.agree(opened, "We agree", actor="approver")
        result = officer.get(f"{here}/result").json()
        assert (result["leaf"], result["disagreements"]) == (leaf, ["marking.lost", "marking.need"])
        assert result["this_node"]["marking.need"] == 1
        assert (result["other_node"]["marking.need"], result["other_node"]["marking.lost"]) == (2, 0)
        assert officer.put(f"{here}/answers/marking.need", {"score": 1}).status_code == 409

    def test_who_only_reads_changes_nothing(self, customs: Organisation, opened: Assessment) -> None:
        auditor = program("customs", Role.AUDITOR)
        here = f"/excise/assessments/{opened.pk}"
        assert auditor.get(here).status_code == 200
        assert auditor.put(f"{here}/answers/marking.need", {"score": 4}).status_code == 403
        assert auditor.put(f"{here}/scores/marking.need", {"score": 4}).status_code == 403
        assert not opened.drafts.exists()

    def test_another_organisation_sees_none(self, opened: Assessment) -> None:
        stranger = program("health")
        assert stranger.get("/excise/assessments").json() == []
        assert stranger.get(f"/excise/assessments/{opened.pk}").status_code == 404

    def test_what_is_no_clause_is_named(self, officer: Program, opened: Assessment) -> None:
        answer = officer.put(f"/excise/assessments/{opened.pk}/answers/no.clause", {"score": 4})
        assert (answer.status_code, answer.json()["code"]) == (422, "excise.assessment-clause")


class TestIntroduction:
    ASKED = "/excise/introduction?giver=md&taker=mv&day=2026-11-20"

    def test_is_fetched_twice_alike(self, customs: Organisation) -> None:
        auditor = program("customs", Role.AUDITOR)
        for kind, start in (("pdf", b"%PDF"), ("docx", b"PK")):
            first, again = (auditor.get(f"{self.ASKED}&kind={kind}") for _ in "12")
            assert first.content.startswith(start)
            assert first.content == again.content
            assert f'filename="introduction-md-mv-2026-11-20-en.{kind}"' in first["Content-Disposition"]

    def test_a_day_and_countries_must_be_some(self, customs: Organisation) -> None:
        auditor = program("customs", Role.AUDITOR)
        assert auditor.get("/excise/introduction?giver=md&taker=mv&day=2026-13-20").status_code == 422
        assert auditor.get("/excise/introduction?giver=md&taker=xx&day=2026-11-20").status_code == 404

    def test_an_officer_sees_none(self, officer: Program) -> None:
        assert officer.get(self.ASKED).status_code == 403
