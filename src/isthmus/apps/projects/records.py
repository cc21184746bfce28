"""What crosses borders about topics: the topic, who joins, signed gates, contributions, relays.

Every statement goes to the node that leads the topic, or comes from it. ``projects.relay/1`` hands a
statement of one country on to another as it was signed, so that all nodes see the same story.
"""

from typing import Annotated, ClassVar, Literal, TypeVar

from pydantic import BeforeValidator, Field

from isthmus.exchange.field_kinds import (
    NO_CONTROLS,
    Country,
    Currency,
    Day,
    Digest,
    Frozen,
    Moment,
    Money,
    Name,
    Reference,
    listed,
)

_LINES = r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f]+$"
Node = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
Number = Annotated[str, Field(pattern=r"^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?$")]
Code = Annotated[str, Field(min_length=1, max_length=40, pattern=NO_CONTROLS)]
Prose = Annotated[str, Field(min_length=1, max_length=5000, pattern=_LINES)]
Part = TypeVar("Part")
Tuple = Annotated[tuple[Part, ...], BeforeValidator(listed), Field(max_length=50)]
Stage = Literal["topic", "interest", "group", "pilot", "real", "closed"]
GateKind = Literal["group", "pilot", "result"]
HandOn = Annotated[
    bool | None,
    Field(title="May be handed on", description="The lead may show it to the other countries of the topic."),
]


class TopicV1(Frozen):
    """``projects.topic/1``: a topic as it stands; its proposal never changes, its stage does."""

    record_type: ClassVar[str] = "projects.topic"
    record_version: ClassVar[int] = 1

    topic: Reference = Field(title="Topic", description="The lead's name of it.")
    at: Moment = Field(title="Time", description="When it was said (UTC).")
    stage: Stage = Field(title="Stage", description="How far the topic is.")
    title: Name = Field(title="Title of the topic", description="What it is called.")
    text: Prose = Field(title="Proposal", description="What is proposed.")
    language: Language = Field(title="Language", description="In which it is written (BCP 47).")
    problem: Prose | None = Field(None, title="Problem", description="What it is to solve.")
    country: Country | None = Field(None, title="Proposed by the country", description="ISO 3166-1.")
    proposer: Name | None = Field(None, title="Proposed by", description="Organisation or delegates.")
    themes: Tuple[Code] = Field((), title="Themes", description="What it is about, in catchwords.")
    application: Code | None = Field(
        None, title="Application", description="The application of a node that makes it real."
    )
    programme: Code | None = Field(None, title="Programme", description="Code of the programme it came of.")
    lesson: Prose | None = Field(None, title="Lesson", description="What was learned, once it is closed.")


class InterestV1(Frozen):
    """``projects.interest/1``: a country joins a topic, or leaves it."""

    record_type: ClassVar[str] = "projects.interest"
    record_version: ClassVar[int] = 1

    topic: Reference = Field(title="Topic", description="The lead's name of it.")
    says: Literal["joined", "left"] = Field(title="What it says", description="Joined, or left.")
    at: Moment = Field(title="Time", description="When it was said (UTC).")
    country: Country | None = Field(None, title="Country", description="Of the node that joins.")
    organisation: Name | None = Field(None, title="Organisation", description="Which of its organisations.")
    role: Literal["host", "know-how", "funds", "supplier", "observer"] | None = Field(
        None, title="Role", description="What it wants to be in the topic."
    )
    resources: Prose | None = Field(None, title="Resources", description="What it brings.")
    reason: Prose | None = Field(None, title="Reason", description="Why it leaves.")
    hand_on: HandOn = None


class GateTermsV1(Frozen):
    """The text that countries sign at a gate; which parts it needs depends on the gate."""

    text: Prose = Field(title="Text", description="Charter, plan of the pilot, or its result.")
    budget: Money | None = Field(None, title="Budget", description="Of the pilot.")
    currency: Currency | None = Field(None, title="Currency", description="Of the budget (ISO 4217).")
    indicator: Name | None = Field(None, title="Indicator", description="By which success is measured.")
    unit: Code | None = Field(None, title="Unit", description="Of the indicator.")
    baseline: Number | None = Field(None, title="Baseline", description="The indicator before the pilot.")
    target: Number | None = Field(None, title="Target", description="What it should come to.")
    measured: Number | None = Field(None, title="Measured", description="What it came to.")
    ends: Day | None = Field(None, title="End of the pilot", description="Its last day.")
    exit: Prose | None = Field(None, title="Exit", description="When the pilot is given up, and how.")
    project: Name | None = Field(None, title="Real project", description="Its name or number.")


class SignatoryV1(Frozen):
    """A country that signed a gate, as the lead counted it."""

    node: Node = Field(title="Node", description="Which node signed.")
    country: Country = Field(title="Country of the node", description="ISO 3166-1.")
    at: Moment = Field(title="Signed at", description="When (UTC).")


class GateV1(Frozen):
    """``projects.gate/1``: the lead puts a text, countries sign or refuse it, the lead opens or drops it."""

    record_type: ClassVar[str] = "projects.gate"
    record_version: ClassVar[int] = 1

    topic: Reference = Field(title="Topic", description="The lead's name of it.")
    gate: Reference = Field(title="Gate", description="The lead's name of this text.")
    says: Literal["put", "signed", "refused", "opened", "dropped"] = Field(
        title="What it says", description="Put, opened and dropped by the lead; signed or refused by others."
    )
    at: Moment = Field(title="Time", description="When it was said (UTC).")
    kind: GateKind = Field(title="Kind of gate", description="Working group, pilot or result.")
    digest: Digest = Field(
        title="Digest of the text", description="SHA-256 (hex) of topic, gate, kind and text in one form."
    )
    terms: GateTermsV1 | None = Field(None, title="Text of the gate", description="What is signed.")
    country: Country | None = Field(None, title="Country", description="Of the node that signs.")
    signed_by: Tuple[SignatoryV1] = Field((), title="Signed by", description="Who opened the gate.")
    reason: Prose | None = Field(None, title="Reason", description="Why it is refused or dropped.")
    hand_on: HandOn = None


class FileV1(Frozen):
    """A file that travels beside the record."""

    sha256: Digest = Field(title="Hash", description="SHA-256 of the file (hex).")
    size: Annotated[int, Field(ge=1, le=50 * 1024 * 1024)] = Field(title="Size", description="In bytes.")
    media_type: Annotated[str, Field(max_length=127, pattern=NO_CONTROLS)] = Field(
        title="Kind of file", description="Media type."
    )
    name: Name = Field(title="File name", description="As its giver calls it.")


class ContributionV1(Frozen):
    """``projects.contribution/1``: evidence, a cell of the fit table, a comment, a task or a milestone."""

    record_type: ClassVar[str] = "projects.contribution"
    record_version: ClassVar[int] = 1

    topic: Reference = Field(title="Topic", description="The lead's name of it.")
    contribution: Reference = Field(title="Contribution", description="Its giver's name of it.")
    kind: Literal["evidence", "fit", "comment", "task", "milestone", "done"] = Field(
        title="Kind of contribution", description="What it is."
    )
    at: Moment = Field(title="Time", description="When it was said (UTC).")
    title: Name | None = Field(None, title="Title", description="In a line.")
    text: Prose | None = Field(None, title="In words", description="What it says.")
    source: Name | None = Field(None, title="Source", description="Where it can be looked up.")
    author: Name | None = Field(None, title="Author", description="Which organisation says it.")
    grade: Literal["claim", "document", "demonstration", "result"] | None = Field(
        None, title="Grade of evidence", description="From a claim to a measured result."
    )
    country: Country | None = Field(None, title="Country of the cell", description="About which country.")
    aspect: Literal["law", "infrastructure", "language", "power", "demand"] | None = Field(
        None, title="Aspect", description="Of the fit table."
    )
    fit: Literal["fits", "with-work", "hinders"] | None = Field(
        None, title="Fit", description="Whether the topic fits there."
    )
    due: Day | None = Field(None, title="Due", description="The last day of a task or milestone.")
    who: Node | None = Field(None, title="Node in charge", description="Which node does it.")
    about: Reference | None = Field(
        None, title="About", description="The task that is done, or the contribution that is answered."
    )
    files: Tuple[FileV1] = Field((), title="Files", description="What is attached.")
    hand_on: HandOn = None


class RelayV1(Frozen):
    """``projects.relay/1``: what one country said to the lead, handed on to another as it was signed."""

    record_type: ClassVar[str] = "projects.relay"
    record_version: ClassVar[int] = 1

    topic: Reference = Field(title="Topic", description="The lead's name of it.")
    node: Node = Field(title="Node", description="Who said it.")
    record: Annotated[
        str,
        Field(max_length=400_000, pattern=r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$"),
    ] = Field(title="Record", description="The record as its sender signed it.")
    files: Tuple[FileV1] = Field((), title="Files", description="The files that the record names.")
