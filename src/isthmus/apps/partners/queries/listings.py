"""Finding needs and offers: what everybody of this node sees, and what is one's own."""

from django.db.models import Q, QuerySet

from isthmus.accounts.policy import Actor, can, visible
from isthmus.apps.partners.house import VIEW, WRITE
from isthmus.apps.partners.models import Introduction, Listing
from isthmus.kit import clock

COLLECTIONS = {"need": "needs", "offer": "offers"}
"""Where each kind is indexed."""
OTHER = {"need": "offer", "offer": "need"}
RUNNING = (Introduction.State.ASKED, Introduction.State.AGREED, Introduction.State.OPEN)


def listings_for(actor: Actor, kind: str) -> QuerySet[Listing]:
    """All needs or offers that are here, with those that ended; nobody is told more of them than partners."""
    rows = Listing.objects.filter(kind=kind).exclude(title="").select_related("organisation")
    return rows if can(actor, VIEW) else rows.none()


def open_now(rows: QuerySet[Listing]) -> QuerySet[Listing]:
    """Those that stand."""
    return rows.filter(withdrawn_at=None, expires_at__gt=clock.now())


def own_for(actor: Actor) -> QuerySet[Listing]:
    """Those of the actor's organisations, which the actor may change."""
    return visible(actor, WRITE, Listing.objects.filter(partner="").select_related("organisation"))


def unmatched_needs() -> QuerySet[Listing]:
    """Needs that stand and of which nobody has been introduced to an offer."""
    introduced = Introduction.objects.filter(state__in=RUNNING).values("need_id")
    return open_now(Listing.objects.filter(kind="need")).exclude(pk__in=introduced)


def candidates(row: Listing) -> QuerySet[Listing]:
    """What a need or an offer is compared with: all of the other kind but one's own."""
    rows = Listing.objects.filter(kind=OTHER[row.kind], withdrawn_at=None).exclude(title="")
    if row.organisation_id is not None:
        rows = rows.exclude(Q(organisation_id=row.organisation_id))
    return rows
