"""Finding calls and nominations, and how nominees stand."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import QuerySet

from isthmus.accounts.policy import Actor, can, visible
from isthmus.apps.workshops.nominations.house import CALLS, NOMINATE
from isthmus.apps.workshops.nominations.models import Call, Invitation, Nomination, Nominee, Says, Selection
from isthmus.apps.workshops.nominations.rules.standing import Arrived, Standing, standings
from isthmus.apps.workshops.programme.models import Workshop


def calls_for(actor: Actor) -> QuerySet[Call]:
    """The workshops to which this country is called; everybody of this node may nominate."""
    rows = Call.objects.all()
    return rows if can(actor, CALLS) else rows.none()


def nominations_for(actor: Actor) -> QuerySet[Nomination]:
    """The nominations of the actor's organisations; of all for the focal point."""
    return visible(actor, NOMINATE, Nomination.objects.select_related("call", "organisation"))


def plan_key(row: Nomination) -> int | None:
    """The key of the plan that the person wrote for home; None where there is none yet."""
    return Nomination.objects.filter(pk=row.pk).values_list("plan__pk", flat=True).first()


_NEVER = datetime.max.replace(tzinfo=UTC)
"""Whoever stands on a list is not late: a list has no deadline."""


@dataclass(frozen=True, slots=True)
class NomineeSeen:
    """A nominee, how it stands by quota and deadline, and the last decision; ``days`` of attendance."""

    nominee: Nominee
    country: str
    standing: Standing
    selection: Selection | None
    days: int


def nominees_of(workshop: Workshop) -> list[NomineeSeen]:
    """Everybody who was nominated, by country and place."""
    found = []
    invitations = workshop.invitations.order_by("country", "partner").prefetch_related(
        "nominees__selections", "nominees__days"
    )
    for invitation in invitations:
        rows = list(invitation.nominees.all())
        listed = not invitation.partner
        stand = standings(
            len(rows) if listed else invitation.quota,
            _NEVER if listed else invitation.until,
            [Arrived(one.reference, one.arrived_at, one.withdrawn_at is not None) for one in rows],
        )
        seen = [
            NomineeSeen(
                one,
                invitation.country or invitation.partner,
                stand[one.reference],
                max(one.selections.all(), key=lambda row: (row.at, row.pk), default=None),
                len(one.days.all()),
            )
            for one in rows
        ]
        found += sorted(seen, key=lambda one: (one.standing.place == 0, one.standing.place))
    return found


def is_accepted(seen: NomineeSeen) -> bool:
    """Whether the person may come."""
    return (
        seen.selection is not None
        and seen.selection.says == Says.ACCEPTED
        and seen.nominee.withdrawn_at is None
    )


def accepted_of(invitation: Invitation) -> int:
    """How many of a country are accepted now."""
    return sum(
        is_accepted(one)
        for one in nominees_of(invitation.workshop)
        if one.nominee.invitation_id == invitation.pk
    )
