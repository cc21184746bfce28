"""Bodies of assessments that somebody may see, for the dry run of an agreement."""

from isthmus.accounts.policy import Actor, visible
from isthmus.apps.excise.assessment.models import Assessment, AssessmentStatement
from isthmus.exchange.application import Sample

MOST = 20


def _samples(actor: Actor, kind: AssessmentStatement.Kind) -> list[Sample]:
    seen = visible(actor, "excise.assessment.view", Assessment.objects.all())
    rows = AssessmentStatement.objects.filter(assessment__in=seen.values("pk"), kind=kind, is_own=True)
    return [Sample(row.assessment.number, row.body) for row in rows.select_related("assessment")[:MOST]]


def answers(actor: Actor) -> list[Sample]:
    """Answers of this node."""
    return _samples(actor, AssessmentStatement.Kind.ANSWERS)


def scores(actor: Actor) -> list[Sample]:
    """Scores that this node gave."""
    return _samples(actor, AssessmentStatement.Kind.SCORES)


def results(actor: Actor) -> list[Sample]:
    """Results that this node stated."""
    return _samples(actor, AssessmentStatement.Kind.RESULT)
