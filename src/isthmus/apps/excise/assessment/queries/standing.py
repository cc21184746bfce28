"""What an assessment holds: the newest statements of both sides, and the three views of each clause."""

from collections.abc import Mapping

from isthmus.apps.excise.assessment.formats import params
from isthmus.apps.excise.assessment.models import Assessment, AssessmentStatement
from isthmus.apps.excise.assessment.rules.comparing import Disagreement, Views, disagreements
from isthmus.apps.excise.assessment.rules.figures import Figure, Figures
from isthmus.apps.excise.assessment.rules.questionnaire import machine_score

Kind = AssessmentStatement.Kind
Stated = Mapping[tuple[str, bool], AssessmentStatement]


def stated(assessment: Assessment) -> Stated:
    """The newest statement by kind and by whether it is this node's own."""
    found: dict[tuple[str, bool], AssessmentStatement] = {}
    for row in assessment.statements.order_by("-at", "-id"):
        found.setdefault((row.kind, row.is_own), row)
    return found


def figures_of(statement: AssessmentStatement) -> Figures:
    """The counters that were sent with answers."""
    return Figures(
        tuple(
            Figure(one["name"], one["value"], one["unit"], one["source"])
            for one in statement.body.get("counters", [])
        )
    )


def views(found: Stated, *, own: bool) -> dict[str, Views]:
    """The three views of each clause of one side's answers; machine scores are worked out here, not taken."""
    answers, scores = found.get((Kind.ANSWERS, own)), found.get((Kind.SCORES, not own))
    said = {one["clause"]: one for one in answers.body["answers"]} if answers else {}
    counted = figures_of(answers) if answers else Figures()
    # Scores speak of the answers that they name; of older ones they say nothing any more.
    valid = answers is not None and scores is not None and scores.body["answers"] == answers.leaf
    peers = {one["clause"]: one["score"] for one in scores.body["scores"]} if valid and scores else {}
    return {
        clause.id: Views(
            own=said.get(clause.id, {}).get("score"),
            peer=peers.get(clause.id),
            machine=machine_score(clause.measure, counted) if clause.measure else None,
            has_evidence=bool(said.get(clause.id, {}).get("evidence")),
        )
        for clause in params.questionnaire().clauses
    }


def differing(found: Stated, *, own: bool) -> list[Disagreement]:
    """The disagreements about one side, the gravest first."""
    return disagreements(views(found, own=own))


def all_differing(found: Stated) -> tuple[str, ...]:
    """Clauses that differ on either side, each once, in the order of the alphabet."""
    return tuple(sorted({one.clause for own in (True, False) for one in differing(found, own=own)}))
