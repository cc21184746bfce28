"""What crosses borders about workshops: the call to a country, its nominations, and what was decided."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from isthmus.exchange.field_kinds import NO_CONTROLS, Country, Day, Email, Frozen, Moment, Name, Reference

NUMBER_PATTERN = r"^[A-Z0-9][A-Z0-9-]{2,39}$"
Number = Annotated[str, Field(pattern=NUMBER_PATTERN)]


class CallV1(Frozen):
    """``workshops.call/1``: a country may nominate so many people for a workshop until a moment."""

    record_type: ClassVar[str] = "workshops.call"
    record_version: ClassVar[int] = 1

    workshop: Number = Field(title="Workshop", description="The secretariat's number of it.")
    at: Moment = Field(title="Time", description="When the call was made (UTC).")
    title: Name = Field(title="Title of the workshop", description="What it is called.")
    starts: Day = Field(title="First day", description="The first day of the workshop.")
    ends: Day = Field(title="Last day", description="The last day of the workshop.")
    quota: Annotated[int, Field(ge=1, le=500)] = Field(
        title="Quota", description="How many people the country may nominate."
    )
    until: Moment = Field(
        title="Deadline of nominations",
        description="What arrives later is late (UTC).",
    )
    theme: Annotated[str, Field(min_length=1, max_length=300, pattern=NO_CONTROLS)] | None = Field(
        None, title="Theme", description="What it is about."
    )
    host: Name | None = Field(None, title="Host", description="Who holds it.")
    place: Name | None = Field(None, title="Place", description="Where it is held.")
    programme: Name | None = Field(None, title="Programme", description="Of which programme it is a part.")


class NominationV1(Frozen):
    """``workshops.nomination/1``: a country nominates a person, or withdraws that."""

    record_type: ClassVar[str] = "workshops.nomination"
    record_version: ClassVar[int] = 1

    workshop: Number = Field(title="Workshop", description="The secretariat's number of it.")
    nomination: Reference = Field(title="Nomination", description="The country's name of it.")
    says: Literal["nominated", "withdrawn"] = Field(
        title="What it says", description="Nominated, or withdrawn."
    )
    at: Moment = Field(title="Time", description="When the focal point approved it (UTC).")
    country: Country | None = Field(
        None, title="Country", description="Of the person (ISO 3166-1): that of the node which nominates."
    )
    name: Name | None = Field(None, title="Name of the person", description="As in the passport.")
    position: Name | None = Field(None, title="Position", description="What the person does.")
    employer: Name | None = Field(None, title="Employer", description="For whom.")
    email: Email | None = Field(None, title="E-mail", description="Where the person can be reached.")
    gender: Literal["female", "male", "other", "not-stated"] | None = Field(
        None, title="Gender", description="As the person states it, for the balance of the group."
    )
    motivation: Annotated[str, Field(min_length=1, max_length=2000, pattern=NO_CONTROLS)] | None = Field(
        None, title="Motivation", description="Why this person, for this workshop."
    )


class SelectionV1(Frozen):
    """``workshops.selection/1``: what the secretariat decided about a nomination; the last one counts."""

    record_type: ClassVar[str] = "workshops.selection"
    record_version: ClassVar[int] = 1

    workshop: Number = Field(title="Workshop", description="The secretariat's number of it.")
    nomination: Reference = Field(title="Nomination", description="The country's name of it.")
    says: Literal["accepted", "waiting", "declined"] = Field(
        title="Decision", description="Accepted, on the waiting list, or declined."
    )
    at: Moment = Field(title="Time", description="When it was decided (UTC).")
    reason: Annotated[str, Field(min_length=1, max_length=1000, pattern=NO_CONTROLS)] | None = Field(
        None, title="Reason", description="Why it was decided so."
    )
