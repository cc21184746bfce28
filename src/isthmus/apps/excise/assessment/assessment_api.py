"""Assessments and the introduction for programs: answer, score, read the result, fetch the file.

Opening, stating and signing are acts of an approver in person; no token can be one.
"""

from datetime import date
from typing import Annotated, Literal

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Query
from pydantic import Field

from isthmus.accounts.api import TokenRequest
from isthmus.accounts.policy import require, visible
from isthmus.apps.excise.assessment import paper_views
from isthmus.apps.excise.assessment.formats import params
from isthmus.apps.excise.assessment.models import Assessment, AssessmentDraft
from isthmus.apps.excise.assessment.queries import standing
from isthmus.apps.excise.assessment.rules.comparing import Views, Why, settled_score
from isthmus.apps.excise.assessment.services import assessing, introducing, stating
from isthmus.apps.excise.assessment.wording.clauses import question
from isthmus.exchange.api.fields import Asked, Moment, NodeId, Shown, StrictBody, Text
from isthmus.exchange.api.routes import Routes
from isthmus.kit.errors import BadInput, FieldFault, NotFound
from isthmus.ui.papers import files as papers

VIEW, ANSWER = "excise.assessment.view", "excise.assessment.answer"
FIGURES = "excise.figures.view"
router = Routes("excise")

Key = Annotated[int, Field(ge=1, le=2**31 - 1, description="Number of the assessment at this node.")]
ClauseName = Annotated[str, Field(pattern=r"^[a-z-]+\.[a-z-]+$", max_length=60, examples=["marking.need"])]
Score = Annotated[int, Field(ge=0, le=4)]
Words = Annotated[Text, Field(max_length=500)]
Country = Annotated[
    str, Field(pattern=r"^[A-Za-z]{2}$", description="A country's ISO code.", examples=["MD"])
]
_FILES = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in papers.KINDS.values()}


class ExciseAssessmentShown(Shown):
    """An assessment with a partner."""

    assessment: Key
    number: str
    partner: NodeId
    opened_at: Moment
    signed_at: Moment | None = Field(description="When both had signed the result.")


class ExciseStatementShown(Shown):
    """A record of an assessment."""

    kind: Literal["answers", "scores", "result"]
    of: Literal["this node", "partner"]
    leaf: str
    at: Moment


class ExciseClauseStanding(Shown):
    """One clause of one side: three scores, the one that counts, and why to talk about it."""

    clause: str
    question: str
    own: int | None
    peer: int | None
    machine: int | None
    settled: int | None = Field(description="That of the counters, else the peer's, else the own one.")
    why: str | None = Field(json_schema_extra={"enum": [None, *(one.value for one in Why)]})


class ExciseAssessmentWhole(ExciseAssessmentShown):
    """An assessment with what both sides have stated."""

    statements: list[ExciseStatementShown]
    this_node: list[ExciseClauseStanding]
    other_node: list[ExciseClauseStanding]


class ExciseResultShown(Shown):
    """The result: the record that both signed, and the clauses that still differ."""

    number: str
    partner: NodeId
    leaf: str | None = Field(description="Leaf of the record that both have signed; null before that.")
    signed_at: Moment | None
    disagreements: list[str]
    this_node: dict[str, int]
    other_node: dict[str, int]


class ExciseAnswerAsked(StrictBody):
    """An answer about this node's country."""

    score: Score
    text: Words = ""
    evidence: Annotated[Text, Field(max_length=200)] = ""


class ExciseScoreAsked(StrictBody):
    """A score of the partner's answer."""

    score: Score
    text: Words = ""


class ExciseDraftShown(Shown):
    """What was noted of a clause; nothing left the node."""

    clause: str
    score: int
    text: str
    evidence: str


class ExciseIntroductionAsked(Asked):
    """Which introduction, as which file."""

    giver: Country
    taker: Country
    day: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="Day of the figures.")]
    language: Literal["en", "ro"] = "en"
    kind: Literal["pdf", "docx"] = "pdf"


class ExciseAssessmentPaperAsked(Asked):
    """Which paper of an assessment, as which file."""

    language: Literal["en", "fr", "zh-hans", "ro", "ar"] = "en"
    kind: Literal["pdf", "docx"] = "pdf"
    on: Annotated[
        str | None,
        Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="Day up to which statements count."),
    ] = None


def _find(request: TokenRequest, pk: int, action: str) -> Assessment:
    require(request.actor, action)
    row = visible(request.actor, VIEW, Assessment.objects.all()).filter(pk=pk).first()
    if row is None:
        raise NotFound("excise.no-assessment", _("There is no such assessment."))
    require(request.actor, action, row)
    return row


def _facts(row: Assessment) -> dict[str, object]:
    return {
        "assessment": row.pk,
        "number": row.number,
        "partner": row.partner,
        "opened_at": row.opened_at,
        "signed_at": row.signed_at,
    }


def _standing(found: standing.Stated, *, own: bool) -> list[ExciseClauseStanding]:
    differing = {one.clause: one.why.value for one in standing.differing(found, own=own)}
    views = standing.views(found, own=own)
    return [
        _clause(one.id, question(one), views[one.id], differing) for one in params.questionnaire().clauses
    ]


def _clause(name: str, asked: str, views: Views, differing: dict[str, str]) -> ExciseClauseStanding:
    return ExciseClauseStanding(
        clause=name,
        question=asked,
        own=views.own,
        peer=views.peer,
        machine=views.machine,
        settled=settled_score(views),
        why=differing.get(name),
    )


def _whole(row: Assessment) -> ExciseAssessmentWhole:
    found = standing.stated(row)
    statements = [
        {"kind": kind, "of": "this node" if own else "partner", "leaf": one.leaf, "at": one.at}
        for (kind, own), one in found.items()
    ]
    return ExciseAssessmentWhole.model_validate(
        {
            **_facts(row),
            "statements": statements,
            "this_node": _standing(found, own=True),
            "other_node": _standing(found, own=False),
        }
    )


@router.get("/assessments", response=list[ExciseAssessmentShown], summary="List assessments of excise")
def list_excise_assessments(request: TokenRequest) -> list[ExciseAssessmentShown]:
    """Up to a hundred assessments that the token may see, the newest first."""
    require(request.actor, VIEW)
    rows = visible(request.actor, VIEW, Assessment.objects.all()).order_by("-opened_at", "-pk")
    return [ExciseAssessmentShown.model_validate(_facts(row)) for row in rows[:100]]


@router.get(
    "/assessments/{assessment}", response=ExciseAssessmentWhole, summary="Show an assessment of excise"
)
def show_excise_assessment(request: TokenRequest, assessment: Key) -> ExciseAssessmentWhole:
    """What both sides have stated, and the scores of every clause on both sides."""
    return _whole(_find(request, assessment, VIEW))


@router.put(
    "/assessments/{assessment}/answers/{clause}",
    response=ExciseDraftShown,
    summary="Answer a clause about this node's country",
)
def answer_excise_clause(
    request: TokenRequest, assessment: Key, clause: ClauseName, asked: ExciseAnswerAsked
) -> ExciseDraftShown:
    """Keep an answer. It leaves the node when the answers are stated."""
    return _note(request, assessment, AssessmentDraft.Kind.ANSWER, clause, asked, asked.evidence)


@router.put(
    "/assessments/{assessment}/scores/{clause}",
    response=ExciseDraftShown,
    summary="Score a partner's answer",
)
def score_excise_clause(
    request: TokenRequest, assessment: Key, clause: ClauseName, asked: ExciseScoreAsked
) -> ExciseDraftShown:
    """Keep a score of the partner's answer. It leaves the node when the scores are stated."""
    return _note(request, assessment, AssessmentDraft.Kind.SCORE, clause, asked, "")


def _note(
    request: TokenRequest,
    pk: int,
    kind: AssessmentDraft.Kind,
    clause: str,
    asked: ExciseAnswerAsked | ExciseScoreAsked,
    evidence: str,
) -> ExciseDraftShown:
    row = _find(request, pk, ANSWER)
    made = stating.note(
        row, kind, clause, asked.score, actor=request.actor.label, text=asked.text, evidence=evidence
    )
    return ExciseDraftShown(clause=clause, score=made.score, text=made.text, evidence=made.evidence)


@router.get(
    "/assessments/{assessment}/result", response=ExciseResultShown, summary="Show the result of an assessment"
)
def show_excise_result(request: TokenRequest, assessment: Key) -> ExciseResultShown:
    """The settled scores of both sides and what still differs, with the record that both signed."""
    row = _find(request, assessment, VIEW)
    found = standing.stated(row)

    def settled(*, own: bool) -> dict[str, int]:
        scores = {clause: settled_score(one) for clause, one in standing.views(found, own=own).items()}
        return {clause: score for clause, score in scores.items() if score is not None}

    return ExciseResultShown(
        number=row.number,
        partner=row.partner,
        leaf=row.signed_leaf or None,
        signed_at=row.signed_at,
        disagreements=list(standing.all_differing(found)),
        this_node=settled(own=True),
        other_node=settled(own=False),
    )


@router.get(
    "/assessments/{assessment}/paper",
    summary="Fetch the paper of an assessment",
    openapi_extra={"responses": {200: {"description": "The file.", "content": _FILES}}},
)
def fetch_excise_assessment_paper(
    request: TokenRequest, assessment: Key, asked: Query[ExciseAssessmentPaperAsked]
) -> HttpResponse:
    """The paper as PDF or DOCX. The same records give the same bytes, on both nodes."""
    row = _find(request, assessment, VIEW)
    day = None if asked.on is None else _day("on", asked.on)
    made = assessing.paper_of(row, language=asked.language, day=day)
    name = paper_views.assessment_name(row.number, asked.language, asked.kind)
    return paper_views.file(papers.made(made, asked.kind), name, asked.kind)


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = _("“%(given)s” is no day.") % {"given": text}
        raise BadInput("excise.no-day", message, faults=(FieldFault(name, message),)) from error


@router.get(
    "/introduction",
    summary="Fetch the introduction of one country's excise to another",
    openapi_extra={"responses": {200: {"description": "The file.", "content": _FILES}}},
)
def fetch_excise_introduction(request: TokenRequest, asked: Query[ExciseIntroductionAsked]) -> HttpResponse:
    """The introduction as PDF or DOCX. The same data and day give the same bytes."""
    require(request.actor, FIGURES)
    made = introducing.introduction(
        asked.giver, asked.taker, day=_day("day", asked.day), language=asked.language
    )
    name = f"introduction-{asked.giver}-{asked.taker}-{asked.day}-{asked.language}.{asked.kind}".lower()
    return paper_views.file(papers.made(made, asked.kind), name, asked.kind)
