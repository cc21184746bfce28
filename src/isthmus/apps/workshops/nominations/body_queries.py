"""Rows of nominations as the bodies of records."""

from collections.abc import Callable
from typing import TypeVar

from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError

from isthmus.apps.workshops.nominations.models import Call, Invitation, Nomination, Selection
from isthmus.apps.workshops.nominations.records import CallV1, NominationV1, SelectionV1
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, FieldFault

Body = TypeVar("Body", bound=BaseModel)
CALL, NOMINATION, SELECTION = "workshops.call/1", "workshops.nomination/1", "workshops.selection/1"
TYPES = (CALL, NOMINATION, SELECTION)


def sayable(make: Callable[[], Body]) -> Body:
    """What ``make`` gives; BadInput that names each field where its record cannot say that."""
    try:
        return make()
    except ValidationError as error:
        faults = tuple(
            FieldFault(".".join(str(part) for part in one["loc"]), one["msg"]) for one in error.errors()[:20]
        )
        told = "; ".join(f"{one.where}: {one.message}" for one in faults)
        raise BadInput(
            "workshops.nomination", _("This cannot be said so: %(faults)s.") % {"faults": told}, faults=faults
        ) from error


def call_of(row: Invitation) -> CallV1:
    """The call to one country."""
    workshop = row.workshop
    return CallV1.model_validate(
        {
            "workshop": workshop.number,
            "at": clock.to_text(row.at),
            "title": workshop.title,
            "starts": workshop.starts.isoformat(),
            "ends": workshop.ends.isoformat(),
            "quota": row.quota,
            "until": clock.to_text(row.until),
            "theme": workshop.theme or None,
            "host": workshop.host or None,
            "place": workshop.place or None,
            "programme": workshop.programme.title,
        }
    )


def nomination_of(row: Nomination, country: str) -> NominationV1:
    """A nomination that the focal point approved, or its withdrawal."""
    assert row.sent_at is not None, "the focal point has approved it"
    said = {"workshop": row.call.number, "nomination": row.reference, "at": clock.to_text(row.sent_at)}
    if row.state == Nomination.State.WITHDRAWN:
        return NominationV1.model_validate({**said, "says": "withdrawn", "at": clock.to_text(clock.now())})
    return NominationV1.model_validate(
        {
            **said,
            "says": "nominated",
            "country": country or None,
            "name": row.name,
            "position": row.position or None,
            "employer": row.employer or None,
            "email": row.email or None,
            "gender": row.gender,
            "motivation": row.motivation or None,
        }
    )


def selection_of(row: Selection) -> SelectionV1:
    """What was decided about a nominee."""
    return SelectionV1.model_validate(
        {
            "workshop": row.nominee.invitation.workshop.number,
            "nomination": row.nominee.reference,
            "says": row.says,
            "at": clock.to_text(row.at),
            "reason": row.reason or None,
        }
    )


def shown_call(call: Call) -> CallV1:
    """The call as it arrived."""
    return CallV1.model_validate(call.body)
