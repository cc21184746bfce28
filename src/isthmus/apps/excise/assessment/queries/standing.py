"""What an assessment holds: the newest statements of both sides, and the three views of each clause."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from isthmus.apps.excise.assessment.formats import params
from isthmus.apps.excise.assessment.models import Assessment, AssessmentStatement
from isthmus.apps.excise.assessment.rules.comparing import Disagreement, Views, disagreements
from isthmus.apps.excise.assessment.rules.figures import Figure, Figures
from isthmus.apps.excise.assessment.rules.questionnaire import machine_score
from isthmus.apps.excise.assessment.rules.sides import Said, Side
from isthmus.exchange.models import Countersignature

Kind = AssessmentStatement.Kind
_NAMED = ("sender_answers", "receiver_answers", "sender_scores", "receiver_scores")
Stated = Mapping[tuple[str, bool], AssessmentStatement]


def signature(assessment: Assessment, until: datetime | None = None) -> Countersignature | None:
    """The second signature of the result, where there was one by a moment."""
    if not assessment.signed_leaf:
        return None
    found = Countersignature.objects.filter(record__leaf=assessment.signed_leaf)
    return (found if until is None else found.filter(issued__lte=until)).first()


def stated(assessment: Assessment, until: datetime | None = None) -> Stated:
    """What holds by kind and by whether it is this node's own, of the statements up to a moment.

    The newest of each; once both have signed a result, it and what it names, whatever was said after it.
    """
    rows = assessment.statements.order_by("-at", "-id")
    known = list(rows if until is None else rows.filter(at__lte=until))
    if signature(assessment, until) is not None:
        result = next((row.body for row in known if row.leaf == assessment.signed_leaf), None)
        leaves = {assessment.signed_leaf, *(result[one] for one in _NAMED if result is not None)}
        known.sort(key=lambda row: row.leaf not in leaves)
    found: dict[tuple[str, bool], AssessmentStatement] = {}
    for row in known:
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


def _scored(found: Stated, *, own: bool) -> dict[str, dict[str, Any]]:
    """What the other side said of one side's answers, by clause."""
    answers, scores = found.get((Kind.ANSWERS, own)), found.get((Kind.SCORES, not own))
    # Scores speak of the answers that they name; of older ones they say nothing any more.
    if answers is None or scores is None or scores.body["answers"] != answers.leaf:
        return {}
    return {one["clause"]: one for one in scores.body["scores"]}


def views(found: Stated, *, own: bool) -> dict[str, Views]:
    """The three views of each clause of one side's answers; machine scores are worked out here, not taken."""
    answers = found.get((Kind.ANSWERS, own))
    said = {one["clause"]: one for one in answers.body["answers"]} if answers else {}
    counted = figures_of(answers) if answers else Figures()
    peers = _scored(found, own=own)
    return {
        clause.id: Views(
            own=said.get(clause.id, {}).get("score"),
            peer=peers.get(clause.id, {}).get("score"),
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
    record, said = named(answers, sender), answered(found, own=own)
    remarks = {clause: one.get("note") or "" for clause, one in _scored(found, own=own).items()}
    return Side(
        {
            clause: replace(said.get(clause, Said(view)), remark=remarks.get(clause, ""))
            for clause, view in views(found, own=own).items()
        },
        figures_of(answers),
        record,
        named(scores, receiver) if scores is not None else "",
        record,
    )
