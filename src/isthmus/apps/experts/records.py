"""What crosses borders about experts: a profile, and what either side states of an engagement.

There is no record of an erasure: the exchange's own tombstone erases a profile, its file of contact details
and what was made of both (ADR 47).
"""

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from isthmus.apps.experts.rules.identifiers import orcid
from isthmus.exchange.field_kinds import NO_CONTROLS, Country, Day, Frozen, Moment, Name, Reference
from isthmus.wire.attachment import AttachmentRef

Words = Annotated[str, Field(min_length=1, max_length=2000, pattern=NO_CONTROLS)]
Orcid = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]$"), AfterValidator(orcid)]
Sector = Annotated[str, Field(pattern=r"^[a-z][a-z-]{1,39}$")]
Purpose = Literal["listed", "contacted", "references"]
Verified = Literal["self", "email", "institution", "node"]


class SkillV1(Frozen):
    """A skill, with its code where one is known."""

    name: Annotated[str, Field(min_length=1, max_length=120, pattern=NO_CONTROLS)] = Field(
        title="Skill", description="In the person's own words."
    )
    scheme: Literal["isco-08", "esco"] | None = Field(
        None, title="Scheme of the code", description="ISCO-08 or ESCO."
    )
    code: Annotated[str, Field(pattern=r"^[0-9]{1,4}$|^(skill|occupation)/[0-9a-f-]{36}$")] | None = Field(
        None, title="Code", description="The code in that scheme."
    )


class LanguageV1(Frozen):
    """A language, and how well it is spoken."""

    code: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")] = Field(
        title="Language", description="Its code (ISO 639)."
    )
    level: Literal["A1", "A2", "B1", "B2", "C1", "C2"] = Field(
        title="Level", description="Of the Common European Framework of Reference."
    )


class ConflictV1(Frozen):
    """An interest that the person declares, such as a share in a firm."""

    declared: Words = Field(title="Declared interest", description="What others should know.")
    on: Day = Field(title="Declared on", description="The day on which it was declared.")


class ReferenceV1(Frozen):
    """An engagement that both sides state alike."""

    title: Name = Field(title="Engagement", description="What was done.")
    engager: Name = Field(title="Engaged by", description="The organisation that engaged the person.")
    starts: Day = Field(title="First day", description="The first day of the engagement.")
    ends: Day = Field(title="Last day", description="The last day of the engagement.")


class ProfileV1(Frozen):
    """``experts.profile/1``: a person who consents to be known at the receiver; the last one counts."""

    record_type: ClassVar[str] = "experts.profile"
    record_version: ClassVar[int] = 1

    expert: Reference = Field(title="Expert", description="The sending node's name of the person.")
    at: Moment = Field(title="Time", description="When the profile was stated (UTC).")
    purposes: Annotated[tuple[Purpose, ...], Field(max_length=3)] = Field(
        (), title="Purposes", description="For what the person consented to be known at the receiver."
    )
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = Field(
        "en", title="Language of the profile", description="In which it is written, as a tag."
    )
    name: Name | None = Field(None, title="Name", description="Of the person.")
    headline: Name | None = Field(None, title="What the person is", description="In one line.")
    summary: Words | None = Field(None, title="Summary", description="What the person has done.")
    country: Country | None = Field(None, title="Country", description="Where the person lives (ISO 3166-1).")
    skills: Annotated[tuple[SkillV1, ...], Field(max_length=20)] = Field(
        (), title="Skills", description="What the person can do."
    )
    sectors: Annotated[tuple[Sector, ...], Field(max_length=20)] = Field(
        (), title="Sectors", description="In which the person has worked."
    )
    countries: Annotated[tuple[Country, ...], Field(max_length=60)] = Field(
        (), title="Countries", description="In which the person has worked (ISO 3166-1)."
    )
    languages: Annotated[tuple[LanguageV1, ...], Field(max_length=20)] = Field(
        (), title="Languages", description="That the person speaks."
    )
    available_from: Day | None = Field(None, title="Available from", description="The first day.")
    available_until: Day | None = Field(None, title="Available until", description="The last day.")
    weeks: Annotated[int, Field(ge=1, le=104)] | None = Field(
        None, title="Weeks", description="How many weeks the person can give in that time."
    )
    orcid: Orcid | None = Field(None, title="ORCID", description="The person's identifier as an author.")
    verified: Verified | None = Field(
        None, title="Verification", description="By whom the profile was verified at the highest level."
    )
    verified_on: Day | None = Field(None, title="Verified on", description="When.")
    review_by: Day | None = Field(
        None, title="To be reviewed by", description="Until then the profile may be listed."
    )
    conflicts: Annotated[tuple[ConflictV1, ...], Field(max_length=20)] = Field(
        (), title="Declared interests", description="What may stand against an engagement."
    )
    references: Annotated[tuple[ReferenceV1, ...], Field(max_length=30)] = Field(
        (), title="References", description="Engagements that both sides state alike."
    )
    contact: AttachmentRef | None = Field(
        None,
        title="Contact details",
        description="A vCard, encrypted under the person's own key; only with consent to be contacted.",
    )


class EngagementV1(Frozen):
    """``experts.engagement/1``: what a side states of an engagement; its last statement counts."""

    record_type: ClassVar[str] = "experts.engagement"
    record_version: ClassVar[int] = 1

    engagement: Reference = Field(title="Engagement", description="Its name, given by who stated it first.")
    expert: Reference = Field(title="Expert", description="The name that the expert's node gave.")
    side: Literal["engager", "expert"] = Field(
        title="Side", description="Who states it: the engaging organisation, or the expert."
    )
    says: Literal["confirmed", "disputed"] = Field(
        title="What it says", description="That it was as stated here, or that it was not."
    )
    at: Moment = Field(title="Time", description="When it was stated (UTC).")
    title: Name | None = Field(None, title="Title", description="What was done.")
    engager: Name | None = Field(None, title="Engaged by", description="The organisation that engaged.")
    starts: Day | None = Field(None, title="First day", description="The first day of the engagement.")
    ends: Day | None = Field(None, title="Last day", description="The last day of the engagement.")
    words: Words | None = Field(None, title="Statement", description="What this side says of it.")
