"""Declarations: which wait to be sent, to whom they may go, which are coming, which belong together."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from isthmus.apps.etrade.models import Declaration, Direction, Origin, Sending, State
from isthmus.exchange import queries as exchange
from isthmus.exchange.records import GrantV1
from isthmus.kit import clock
from isthmus.trust.models import Partner, PartnerState

EXPORT = "etrade.export-declaration/1"
IMPORT = "etrade.import-declaration/1"
_TYPES = {Direction.EXPORT: EXPORT, Direction.IMPORT: IMPORT}
EXPECTED = (State.PRE_ARRIVAL_RECEIVED, State.UNMATCHED, State.MATCHED)
"""States of a partner's export whose goods have not been seen here."""


def _grant(partner: str, direction: Direction) -> GrantV1 | None:
    agreements = exchange.agreements_in_force(clock.now())
    covering = exchange.covering_grant(agreements, _TYPES[direction], exchange.me(), partner)
    return covering[1] if covering else None


def agreed_directions(partner: str) -> list[Direction]:
    """Which declarations an agreement in force lets go to this partner."""
    return [direction for direction in Direction if _grant(partner, direction) is not None]


def unsent(partner: str) -> QuerySet[Declaration]:
    """Declarations lodged here, of the agreed sorts, that were not published for this partner, oldest first.

    Without any agreement, exports: sending them says what is missing.
    """
    sent = Sending.objects.filter(declaration=OuterRef("pk"), partner=partner)
    directions = agreed_directions(partner) or [Direction.EXPORT]
    own = Declaration.objects.filter(origin=Origin.OWN, direction__in=directions)
    return own.filter(~Exists(sent)).order_by("id")


def receivers() -> list[Partner]:
    """Active partners to whom an agreement in force lets declarations go."""
    return [
        partner
        for partner in Partner.objects.filter(state=PartnerState.ACTIVE)
        if agreed_directions(partner.node_id)
    ]


def granted_fields(partner: str, direction: Direction = Direction.EXPORT) -> tuple[str, ...]:
    """The field paths that the agreement in force lets cross to this partner; empty without one."""
    grant = _grant(partner, direction)
    return grant.fields if grant is not None else ()


def arrivals() -> QuerySet[Declaration]:
    """Export declarations of partners: what is coming, what has come, what became of it."""
    return Declaration.objects.filter(origin=Origin.PARTNER, direction=Direction.EXPORT)


def belonging(declaration: Declaration) -> QuerySet[Declaration]:
    """Declarations of the other direction that name this one, or that this one names.

    An own export is named by the partner's import, a partner's export by an own import.
    """
    other = Direction.IMPORT if declaration.direction == Direction.EXPORT else Direction.EXPORT
    origin = Origin.OWN if declaration.origin == Origin.PARTNER else Origin.PARTNER
    rows = Declaration.objects.filter(direction=other, origin=origin)
    if declaration.direction == Direction.EXPORT:
        return rows.filter(previous_document=declaration.number)
    named = declaration.previous_document
    return rows.filter(Q(number=named) | Q(local_reference=named)) if named else rows.none()
