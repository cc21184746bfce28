"""What programs ask about topics, and what they are answered."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from isthmus.exchange.api.fields import Moment, Shown, StrictBody, Text, plain_digits
from isthmus.exchange.api.paging import Paged

TopicId = Annotated[
    int,
    BeforeValidator(plain_digits),
    Field(ge=1, le=2**53 - 1, description="The key of a topic in this node."),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 2**53 - 1}),
]
GateName = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", description="The lead's name of a gate.")]
_Line = Annotated[Text, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f]+$")]
_Prose = Annotated[Text, Field(min_length=1, max_length=5000, pattern=r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f]+$")]
_Stage = Literal["topic", "interest", "group", "pilot", "real", "closed"]


class TopicSearch(Paged):
    """Which topics."""

    stage: _Stage | None = None


class TopicProposed(StrictBody):
    """A topic, led by this node and shown to every partner with an agreement about topics."""

    title: _Line
    text: _Prose
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$")] = "en"
    problem: _Prose | None = None
    themes: Annotated[
        list[Annotated[Text, Field(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f\x7f-\x9f]+$")]],
        Field(max_length=12),
    ] = []


class InterestTold(StrictBody):
    """In which role this country joins, and what it brings."""

    role: Literal["host", "know-how", "funds", "supplier", "observer"]
    resources: _Prose | None = None


class GateSigned(StrictBody):
    """The digest of the text that was read."""

    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class TopicShown(Shown):
    """A topic at a glance."""

    id: int
    reference: str = Field(description="The lead's name of it.")
    title: str
    stage: str = Field(description="topic, interest, group, pilot, real or closed.")
    lead: str = Field(description="The node that leads it.")
    country: str = Field(description="Of the proposer; empty where it is none's.")
    proposer: str
    themes: list[str]
    application: str = Field(description="The application that makes it real; empty for none.")
    programme: str
    proposed_at: Moment
    moved_at: Moment


class TopicsShown(Shown):
    """One page of topics, the newest first."""

    items: list[TopicShown]
    next: str | None


class MemberShown(Shown):
    """A country that joined, or left again."""

    node: str
    country: str
    organisation: str
    role: str
    resources: str
    joined_at: Moment
    left_at: Moment | None


class AnswerShown(Shown):
    """What a country said at a gate."""

    node: str
    country: str
    at: Moment
    signed: bool
    stands: str = Field(description="counts, other-text, left, suspended, no-country or refused.")
    reason: str


class GateShown(Shown):
    """A text that was put for signature."""

    gate: str
    kind: str = Field(description="group, pilot or result.")
    digest: str
    terms: dict[str, str]
    put_at: Moment
    opened_at: Moment | None
    dropped_at: Moment | None
    signed_by: list[str] = Field(description="Countries by whose signatures it was opened.")
    answers: list[AnswerShown]


class TopicWhole(TopicShown):
    """A topic with its story."""

    text: str
    problem: str
    language: str
    lesson: str
    members: list[MemberShown]
    countries_wanting: int = Field(description="How many countries a working group still needs.")
    gates: list[GateShown]
    contributions: list[dict[str, Any]] = Field(
        description="Evidence, cells, comments, tasks and milestones, as projects.contribution says them."
    )
    fit: dict[str, dict[str, str]] = Field(
        description="By country and aspect: fits, with-work, hinders or unknown."
    )
