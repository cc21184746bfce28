"""Opening an assessment, drafting answers and scores, and stating them to the partner."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.accounts.models import Organisation
from isthmus.apps.excise.assessment import queries
from isthmus.apps.excise.assessment.formats import params
from isthmus.apps.excise.assessment.models import Assessment, AssessmentDraft, AssessmentStatement
from isthmus.apps.excise.assessment.queries import standing
from isthmus.apps.excise.assessment.records import (
    AssessmentAnswersV1,
    AssessmentResultV1,
    AssessmentScoresV1,
    ClauseAnswerV1,
    ClauseScoreV1,
    CounterV1,
)
from isthmus.apps.excise.registry.services.numbers import next_number, written_number
from isthmus.exchange.models import Record
from isthmus.exchange.queries import find_partner
from isthmus.exchange.services import Outgoing, publish
from isthmus.exchange.services.countersignatures import countersign
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, FieldFault, NotFound

Kind = AssessmentStatement.Kind
Draft = AssessmentDraft.Kind
ANSWERS, SCORES, RESULT = (
    "excise.assessment-answers/1",
    "excise.assessment-scores/1",
    "excise.assessment-result/1",
)


@transaction.atomic
def open_assessment(organisation: Organisation, partner: str, *, actor: str) -> Assessment:
    """Begin an assessment with a partner. NotFound ``excise.no-partner`` for a node that is none."""
    if find_partner(partner) is None:
        raise NotFound(
            "excise.no-partner",
            _("%(partner)s is not a partner of this node.") % {"partner": partner},
            next_step=_("Add its card under Partners."),
        )
    moment = clock.now()
    number = written_number("ASM", moment.year, next_number("assessment", moment.year))
    audit.note("excise.assessment-opened", actor=actor, subject=number)
    return Assessment.objects.create(
        organisation=organisation,
        partner=partner,
        number=f"{settings.ISTHMUS.node_id}-{number}",
        opened_by=actor,
        opened_at=moment,
    )


def _open(assessment: Assessment) -> Assessment:
    """The assessment, locked; Conflict ``excise.assessment-signed`` once both have signed."""
    row = Assessment.objects.select_for_update().get(pk=assessment.pk)
    if row.signed_leaf:
        raise Conflict(
            "excise.assessment-signed",
            _("Both sides have signed this assessment; nothing of it changes any more."),
            next_step=_("Open a new one."),
        )
    return row


@transaction.atomic
def note(
    assessment: Assessment,
    kind: AssessmentDraft.Kind,
    clause: str,
    score: int,
    *,
    actor: str,
    text: str = "",
    evidence: str = "",
) -> AssessmentDraft:
    """Keep an answer about this node, or a score of the partner's; nothing leaves the node yet.

    BadInput ``excise.assessment-clause`` for an unknown clause, or a score beyond 0 to 4.
    """
    row = _open(assessment)
    if params.questionnaire().clause(clause) is None or not 0 <= score <= 4:
        message = _("The questionnaire has no clause “%(clause)s” with a score of %(score)s.") % {
            "clause": clause,
            "score": score,
        }
        raise BadInput("excise.assessment-clause", message, faults=(FieldFault("clause", message),))
    made, _new = AssessmentDraft.objects.update_or_create(
        assessment=row,
        kind=kind,
        clause=clause,
        defaults={
            "score": score,
            "text": text.strip(),
            "evidence": evidence.strip(),
            "actor": actor,
            "at": clock.now(),
        },
    )
    return made


def _drafts(row: Assessment, kind: AssessmentDraft.Kind) -> list[AssessmentDraft]:
    found = list(row.drafts.filter(kind=kind))
    if not found:
        raise Conflict(
            "excise.assessment-empty",
            _("No clause is filled in yet."),
            next_step=_("Fill in at least one clause first."),
        )
    return found


def _state(
    row: Assessment,
    kind: AssessmentStatement.Kind,
    record_type: str,
    body: AssessmentAnswersV1 | AssessmentScoresV1 | AssessmentResultV1,
    actor: str,
) -> AssessmentStatement:
    audit.note(f"excise.assessment-{kind.value}-sent", actor=actor, subject=row.number)
    (record,) = publish([Outgoing(record_type, body, row.number, row.organisation_id)], to=[row.partner])
    return AssessmentStatement.objects.create(
        assessment=row,
        kind=kind,
        is_own=True,
        leaf=record.leaf,
        body=body.model_dump(mode="json"),
        at=record.issued,
    )


@transaction.atomic
def send_answers(assessment: Assessment, *, actor: str) -> AssessmentStatement:
    """State this node's answers with its counters of now. Refused where no agreement covers it."""
    row = _open(assessment)
    answers = tuple(
        ClauseAnswerV1(
            clause=one.clause, score=one.score, text=one.text or None, evidence=one.evidence or None
        )
        for one in _drafts(row, Draft.ANSWER)
    )
    counters = tuple(
        CounterV1(name=one.name, value=one.value, unit=one.unit, source=one.source[:300])
        for one in queries.counters(clock.now()).all
    )
    body = AssessmentAnswersV1(
        number=row.number, questionnaire=params.questionnaire().digest, answers=answers, counters=counters
    )
    return _state(row, Kind.ANSWERS, ANSWERS, body, actor)


@transaction.atomic
def send_scores(assessment: Assessment, *, actor: str) -> AssessmentStatement:
    """State how this node scores the partner's newest answers; Conflict while there are none."""
    row = _open(assessment)
    answers = _held(row, Kind.ANSWERS, own=False)
    scores = tuple(
        ClauseScoreV1(clause=one.clause, score=one.score, note=one.text or None)
        for one in _drafts(row, Draft.SCORE)
    )
    body = AssessmentScoresV1(number=row.number, answers=answers.leaf, scores=scores)
    return _state(row, Kind.SCORES, SCORES, body, actor)


def _held(row: Assessment, kind: AssessmentStatement.Kind, *, own: bool) -> AssessmentStatement:
    found = standing.stated(row).get((kind, own))
    if found is None:
        raise Conflict(
            "excise.assessment-missing",
            _("%(what)s of %(side)s are not here yet.")
            % {"what": kind.label, "side": settings.ISTHMUS.node_id if own else row.partner},
            next_step=_("Both sides state their answers, then their scores."),
        )
    return found


def result_of(row: Assessment) -> AssessmentResultV1:
    """The result as this node would state it; Conflict where something of it is missing."""
    return AssessmentResultV1(
        number=row.number,
        sender_answers=_held(row, Kind.ANSWERS, own=True).leaf,
        receiver_answers=_held(row, Kind.ANSWERS, own=False).leaf,
        sender_scores=_held(row, Kind.SCORES, own=True).leaf,
        receiver_scores=_held(row, Kind.SCORES, own=False).leaf,
        disagreements=standing.all_differing(standing.stated(row)),
    )


@transaction.atomic
def send_result(assessment: Assessment, *, actor: str) -> AssessmentStatement:
    """State the result; it counts once the partner has countersigned it."""
    row = _open(assessment)
    return _state(row, Kind.RESULT, RESULT, result_of(row), actor)


@transaction.atomic
def agree(assessment: Assessment, words: str, *, actor: str) -> None:
    """Countersign the partner's newest result. Conflict where there is none or it is out of date."""
    row = _open(assessment)
    result = _held(row, Kind.RESULT, own=False)
    present = result_of(row)
    named = (result.body["sender_answers"], result.body["receiver_answers"])
    scores = (result.body["sender_scores"], result.body["receiver_scores"])
    if (
        named != (present.receiver_answers, present.sender_answers)
        or scores != (present.receiver_scores, present.sender_scores)
        or tuple(result.body["disagreements"]) != present.disagreements
    ):
        raise Conflict(
            "excise.assessment-result-old",
            _("Answers or scores have changed since the partner stated the result."),
            next_step=_("State the result anew, or ask the partner to."),
        )
    record = Record.objects.select_related("stream__partner").get(leaf=result.leaf)
    countersign(record, words, actor=actor)
