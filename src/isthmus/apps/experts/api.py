"""Experts for programs: who is listed here, one of them, and who answers a need."""

from datetime import date
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from ninja import Query
from pydantic import BeforeValidator, Field, WithJsonSchema

from isthmus.accounts.api import TokenRequest
from isthmus.accounts.policy import require
from isthmus.apps.experts import finding_queries as finding
from isthmus.apps.experts import queries, wording
from isthmus.apps.experts.finding_queries import Match
from isthmus.apps.experts.models import Expert
from isthmus.apps.experts.queries import VIEW
from isthmus.apps.experts.rules.matching import Need
from isthmus.exchange.api.fields import Asked, DayAsked, Moment, Shown, Text, plain_digits
from isthmus.exchange.api.paging import Paged, take_page
from isthmus.exchange.api.routes import Routes
from isthmus.kit.errors import BadInput, FieldFault, NotFound

router = Routes("experts")

ExpertKey = Annotated[str, Field(pattern=r"^[a-z0-9-]{3,64}$", description="The key of an expert.")]
_MOST = 50


class ExpertSkillShown(Shown):
    """A skill; scheme and code are empty where none is known."""

    name: str
    scheme: str
    code: str


class ExpertLanguageShown(Shown):
    """A language and its level."""

    code: str = Field(description="ISO 639.")
    level: str = Field(description="Common European Framework of Reference, A1 to C2.")


class ExpertShown(Shown):
    """An expert who is listed here, without contact details."""

    key: str
    node: str = Field(description="The node that keeps the profile.")
    name: str
    headline: str
    summary: str
    country: str = Field(description="ISO 3166-1; empty where it is not stated.")
    skills: list[ExpertSkillShown]
    sectors: list[str]
    countries: list[str]
    languages: list[ExpertLanguageShown]
    available_from: date | None
    available_until: date | None
    weeks: int = Field(description="0 where it is not stated.")
    orcid: str
    verified: str = Field(description="`self`, `email`, `institution`, `node`, or empty.")
    verified_on: date | None
    review_by: date | None
    conflicts: list[str]
    stated_at: Moment | None


class ExpertsShown(Shown):
    """A page of experts, those first that came last."""

    items: list[ExpertShown]
    next: str | None


class ExpertNeed(Asked):
    """What is looked for."""

    q: Text = Field("", description="The skill in words; at most 50.", examples=["excise stamps"])
    language: list[Text] = Field([], max_length=10, description="Codes; all of them are demanded.")
    level: Literal["A1", "A2", "B1", "B2", "C1", "C2"] = "B1"
    weeks: Annotated[
        int,
        BeforeValidator(plain_digits),
        Field(ge=0, le=104),
        WithJsonSchema({"type": "integer", "minimum": 0, "maximum": 104, "default": 0}),
    ] = 0
    since: DayAsked | None = None
    until: DayAsked | None = None
    isco: Annotated[str, Field(pattern=r"^[0-9]{0,4}$", description="ISCO-08; near codes add points.")] = ""


class ExpertReasonShown(Shown):
    """One item of a score, in words."""

    reason: str
    points_millionths: int


class ExpertMatchShown(Shown):
    """An expert for a need; `score_millionths` is the sum of the items."""

    expert: ExpertShown
    score_millionths: int
    items: list[ExpertReasonShown]


class ExpertMatchesShown(Shown):
    """The best fifty for a need."""

    items: list[ExpertMatchShown]


def _shown(row: Expert) -> ExpertShown:
    return ExpertShown(
        key=row.key,
        node=row.node,
        name=row.name,
        headline=row.headline,
        summary=row.summary,
        country=row.country,
        skills=[
            ExpertSkillShown(name=one["name"], scheme=one["scheme"], code=one["code"]) for one in row.skills
        ],
        sectors=row.sectors,
        countries=row.countries,
        languages=[ExpertLanguageShown(code=one["code"], level=one["level"]) for one in row.languages],
        available_from=row.available_from,
        available_until=row.available_until,
        weeks=row.weeks,
        orcid=row.orcid,
        verified=row.level,
        verified_on=row.verified_on,
        review_by=row.review_by,
        conflicts=[one["declared"] for one in row.conflicts],
        stated_at=row.stated_at,
    )


def _match(match: Match) -> ExpertMatchShown:
    items = [
        ExpertReasonShown(reason=said, points_millionths=points) for said, points in wording.worded(match)
    ]
    return ExpertMatchShown(expert=_shown(match.expert), score_millionths=match.score, items=items)


@router.get("/profiles", response=ExpertsShown, summary="List experts")
def list_experts(request: TokenRequest, asked: Annotated[Paged, Query()]) -> ExpertsShown:
    """Who consented to be listed here, of this node and of partners."""
    require(request.actor, VIEW)
    found, after = take_page(queries.listed(), asked)
    return ExpertsShown(items=[_shown(row) for row in found], next=after)


@router.get("/profiles/{key}", response=ExpertShown, summary="Show an expert")
def show_expert(request: TokenRequest, key: ExpertKey) -> ExpertShown:
    """One expert; contact details are not for programs."""
    require(request.actor, VIEW)
    row = queries.listed().filter(key=key).first()
    if row is None:
        raise NotFound("experts.no-expert", _("There is no such expert, or not for you."))
    return _shown(row)


@router.get("/find", response=ExpertMatchesShown, summary="Find experts by need")
def find_experts(request: TokenRequest, asked: Annotated[ExpertNeed, Query()]) -> ExpertMatchesShown:
    """Who answers a need, the best first, with every item of each score."""
    require(request.actor, VIEW)
    if asked.since is not None and asked.until is not None and asked.until < asked.since:
        message = _("The last day lies before the first.")
        raise BadInput("experts.need", message, faults=(FieldFault("until", message),))
    need = Need(tuple(asked.language), asked.level, asked.weeks, asked.since, asked.until, asked.isco)
    found = finding.find(request.actor, asked.q, need)
    return ExpertMatchesShown(items=[_match(one) for one in found[:_MOST]])
