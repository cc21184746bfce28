"""Counters and the questionnaire for programs."""

from pydantic import Field

from isthmus.accounts.api import TokenRequest
from isthmus.accounts.policy import require
from isthmus.apps.excise.assessment import queries
from isthmus.apps.excise.assessment.formats import params
from isthmus.apps.excise.assessment.rules.questionnaire import machine_score
from isthmus.apps.excise.assessment.wording.clauses import levels, question
from isthmus.apps.excise.assessment.wording.counters import name_of
from isthmus.exchange.api.fields import Shown
from isthmus.exchange.api.routes import Routes
from isthmus.kit import clock

VIEW = "excise.figures.view"
router = Routes("excise")


class ExciseFigureShown(Shown):
    """A live counter."""

    name: str = Field(description="Its name for programs.")
    title: str = Field(description="Its name for people, in the language that is asked for.")
    value: int
    unit: str
    source: str = Field(description="The newest record that the number rests on.")


class ExciseClauseShown(Shown):
    """A clause of the questionnaire, and the score that live counters give it."""

    clause: str
    question: str
    levels: list[str] = Field(description="What the scores from 0 to 4 mean.")
    counter: str | None
    score: int | None = Field(description="Null where no counter says anything yet.")


@router.get("/figures", response=list[ExciseFigureShown], summary="Count excise")
def list_excise_figures(request: TokenRequest) -> list[ExciseFigureShown]:
    """Every live counter of this node, counted now."""
    require(request.actor, VIEW)
    return [
        ExciseFigureShown(
            name=one.name, title=name_of(one.name), value=one.value, unit=one.unit, source=one.source
        )
        for one in queries.counters(clock.now()).all
    ]


@router.get("/questions", response=list[ExciseClauseShown], summary="Show the questionnaire")
def list_excise_questions(request: TokenRequest) -> list[ExciseClauseShown]:
    """The clauses of the questionnaire in their order."""
    require(request.actor, VIEW)
    figures = queries.counters(clock.now())
    return [
        ExciseClauseShown(
            clause=one.id,
            question=question(one),
            levels=levels(one),
            counter=one.measure.counter if one.measure else None,
            score=machine_score(one.measure, figures) if one.measure else None,
        )
        for one in params.questionnaire().clauses
    ]
