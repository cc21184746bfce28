"""Bodies that somebody may see, for the dry run of an agreement; what is sealed stays out of them."""

from isthmus.accounts.policy import Actor
from isthmus.apps.workshops.followups.models import FollowUp
from isthmus.apps.workshops.followups.records import FollowUpV1
from isthmus.apps.workshops.nominations.queries import nominations_for
from isthmus.exchange.application import Sample
from isthmus.kit import clock

MOST = 20
_SEALED = "sealed.for.the.secretariat.alone"


def follow_ups(actor: Actor) -> list[Sample]:
    """Forms of this country's delegates that were sent."""
    rows = FollowUp.objects.filter(nomination__in=nominations_for(actor)).select_related("nomination__call")
    return [
        Sample(
            row.nomination.name,
            FollowUpV1(
                workshop=row.nomination.call.number,
                nomination=row.nomination.reference,
                version=row.version,
                at=clock.to_text(row.sent_at),
                sealed=_SEALED,
            ).model_dump(mode="json"),
        )
        for row in rows.order_by("-pk")[:MOST]
    ]
