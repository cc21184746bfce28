"""What an assessment holds: the newest statements of both sides, and the three views of each clause."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from isthmus.apps.excise.assessment.formats import params
from isthmus.apps.excise.assessment.models import Assessment, AssessmentStatement
from isthmus.apps.excise.assessment.rules.comparing import Disagreement, Views, disagreements
from isthmus.apps.excise.assessment.rules.figures import Figure, Figures
from isthmus.apps.excise.assessment.rules.questionnaire import machine_score
from isthmus.apps.excise.assessment.rules.sides import Said, Side

Kind = AssessmentStatement.Kind
Stated = Mapping[tuple[str, bool], AssessmentStatement]


def stated(assessment: Assessment, until: datetime | None = None) -> Stated:
    """The newest statement by kind and by whether it is this node's own; of those up to a moment."""
    found: dict[tuple[str, bool], AssessmentStatement] = {}
    rows = assessment.statements.order_by("-at", "-id")
    for row in rows if until is None else rows.filter(at__lte=until):
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


def answered(found: Stated, *, own: bool) -> dict[str, Said]:
    """What one side answered, by clause, with its scores."""
    answers, known = found.get((Kind.ANSWERS, own)), views(found, own=own)
    if answers is None:
        return {}
    said = {one["clause"]: one for one in answers.body["answers"]}
    return {
        clause: Said(known[clause], one.get("text") or "", one.get("evidence") or "")
        for clause, one in said.items()
        if clause in known
    }


def named(statement: AssessmentStatement, sender: str) -> str:
    """A statement as the sources of a paper name it: its record by leaf, whose it is, and of which day."""
    kind = f"excise.assessment-{statement.kind}/1"
    return f"record {kind} of node {sender}, {statement.at:%Y-%m-%d}, leaf {statement.leaf}"


def newest_with(partners: Iterable[str], until: datetime) -> Assessment | None:
    """The assessment with one of some partners that a paper rests on: the newest that both signed, else the
    newest of which any answers are here. Answers to another version of the questionnaire do not count.
    """
    rows = Assessment.objects.filter(
        partner__in=list(partners),
        statements__kind=Kind.ANSWERS,
        statements__at__lte=until,
        statements__body__questionnaire=params.questionnaire().digest,
    ).distinct()
    signed = rows.exclude(signed_leaf="").filter(signed_at__lte=until).order_by("-signed_at", "-pk").first()
    return signed or rows.order_by("-opened_at", "-pk").first()


def side(found: Stated, *, own: bool, sender: str, receiver: str) -> Side:
    """One side of an assessment as a paper shows it; ``sender`` is the node whose answers these are."""
    answers, scores = found.get((Kind.ANSWERS, own)), found.get((Kind.SCORES, not own))
    if answers is None:
        return Side({})
    record = named(answers, sender)
    scored = {clause: Said(view) for clause, view in views(found, own=own).items()}
    return Side(
        scored | answered(found, own=own),
        figures_of(answers),
        record,
        named(scores, receiver) if scores is not None else "",
        record,
    )
