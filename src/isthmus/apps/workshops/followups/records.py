"""What crosses borders when a delegate has told what the journey needs."""

from typing import Annotated, ClassVar

from pydantic import Field

from isthmus.apps.workshops.nominations.records import Number
from isthmus.exchange.field_kinds import Frozen, Moment, Reference


class FollowUpV1(Frozen):
    """``workshops.follow-up/1``: passport, journey, diet and room of an accepted delegate, sealed.

    The greatest version counts.
    """

    record_type: ClassVar[str] = "workshops.follow-up"
    record_version: ClassVar[int] = 1

    workshop: Number = Field(title="Workshop", description="The secretariat's number of it.")
    nomination: Reference = Field(title="Nomination", description="Of the delegate.")
    version: Annotated[int, Field(ge=1, le=1000)] = Field(
        title="Version", description="1, and one more each time it is handed in anew."
    )
    at: Moment = Field(title="Time", description="When the delegate handed it in (UTC).")
    sealed: Annotated[
        str, Field(max_length=8000, pattern=r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+){3}$")
    ] = Field(
        title="Sealed answers",
        description="JSON with passport, born, expires, arrives, leaves, diet and room, as JWE to the"
        " encryption certificate of the secretariat: nobody else can read it.",
    )
