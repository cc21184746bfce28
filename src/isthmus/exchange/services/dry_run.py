"""What a partner would receive if a record were published now; nothing is signed or stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from isthmus.exchange import queries
from isthmus.exchange.rules import projection
from isthmus.exchange.services.publish import Outgoing
from isthmus.kit import clock
from isthmus.trust.models import Partner, PartnerState


@dataclass(frozen=True, slots=True)
class Preview:
    """What one receiver would get of a record; ``problem`` says why nothing, and is empty otherwise."""

    receiver: str
    agreement: UUID | None
    body: projection.Body | None
    withheld: tuple[str, ...]
    problem: str = ""


def preview(item: Outgoing, to: Sequence[str]) -> list[Preview]:
    """What each receiver would get, in the order given."""
    confirmed = set(
        Partner.objects.filter(node_id__in=to)
        .exclude(state=PartnerState.PENDING)
        .values_list("node_id", flat=True)
    )
    agreements = queries.agreements_in_force(clock.now())
    body = item.body.model_dump(mode="json")
    found = []
    for receiver in to:
        covering = queries.covering_grant(agreements, item.record_type, queries.me(), receiver)
        if receiver not in confirmed:
            problem = _("%(node)s is not a confirmed partner of this node.") % {"node": receiver}
            found.append(Preview(receiver, None, None, (), problem))
        elif covering is None:
            problem = _("No agreement in force lets %(type)s cross to %(node)s.") % {
                "type": item.record_type,
                "node": receiver,
            }
            found.append(Preview(receiver, None, None, (), problem))
        else:
            kept, withheld = projection.project(body, covering[1].fields)
            found.append(Preview(receiver, covering[0], kept, withheld))
    return found
