"""Bodies that somebody may see, for the dry run of an agreement."""

from django.conf import settings

from isthmus.accounts.policy import Actor, visible
from isthmus.apps.workshops.nominations import body_queries as bodies
from isthmus.apps.workshops.nominations.house import NOMINATE
from isthmus.apps.workshops.nominations.models import Invitation, Nomination, Selection
from isthmus.apps.workshops.programme import queries
from isthmus.exchange.application import Sample

MOST = 20


def calls(actor: Actor) -> list[Sample]:
    """Calls of this node."""
    rows = Invitation.objects.filter(workshop__in=queries.workshops_for(actor)).order_by("-pk")
    return [
        Sample(row.workshop.number, bodies.call_of(row).model_dump(mode="json"))
        for row in rows.select_related("workshop__programme")[:MOST]
    ]


def nominations(actor: Actor) -> list[Sample]:
    """Nominations of this country that were sent."""
    rows = visible(actor, NOMINATE, Nomination.objects.exclude(sent_at=None).select_related("call"))
    return [
        Sample(row.call.number, bodies.nomination_of(row, settings.ISTHMUS.country).model_dump(mode="json"))
        for row in rows.order_by("-pk")[:MOST]
    ]


def selections(actor: Actor) -> list[Sample]:
    """What was decided here about nominations."""
    mine = queries.workshops_for(actor)
    rows = Selection.objects.filter(nominee__invitation__workshop__in=mine).order_by("-pk")
    return [
        Sample(row.nominee.reference, bodies.selection_of(row).model_dump(mode="json"))
        for row in rows.select_related("nominee__invitation__workshop")[:MOST]
    ]
