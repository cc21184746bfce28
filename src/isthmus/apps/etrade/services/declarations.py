"""Declarations out to partners and in from them."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.etrade.cases.services.following import forget
from isthmus.apps.etrade.models import Declaration, Direction, Origin, Sending
from isthmus.apps.etrade.services import events, versions
from isthmus.exchange.handlers import Erasing, Received
from isthmus.exchange.services import Outgoing, publish
from isthmus.kit.errors import Conflict


@transaction.atomic
def send(declarations: Sequence[Declaration], partner: str, *, actor: str) -> list[Sending]:
    """Publish declarations for a partner, in the order given; those it has already are passed over.

    What has happened to each follows, where an agreement covers that as well. Raises Refused where no
    agreement covers a declaration, Conflict for one that came from a partner.
    """
    foreign = [declaration.number for declaration in declarations if declaration.origin != Origin.OWN]
    if foreign:
        raise Conflict(
            "etrade.not-own",
            _("%(numbers)s came from a partner.") % {"numbers": ", ".join(foreign[:5])},
            next_step=_("Only declarations lodged here can be sent."),
        )
    sent = set(
        Sending.objects.filter(declaration__in=declarations, partner=partner).values_list(
            "declaration_id", flat=True
        )
    )
    fresh = [declaration for declaration in declarations if declaration.pk not in sent]
    if not fresh:
        return []
    items = [
        Outgoing(declaration.record_type, declaration.record, declaration.number, declaration.organisation_id)
        for declaration in fresh
    ]
    records = publish(items, to=[partner])
    audit.note("etrade.declarations-sent", actor=actor, subject=partner, detail={"count": len(fresh)})
    made = Sending.objects.bulk_create(
        Sending(declaration=declaration, partner=partner, leaf=record.leaf, sent_at=record.issued)
        for declaration, record in zip(fresh, records, strict=True)
    )
    events.send_history(fresh, partner)
    return made


def restore_declaration(received: Received) -> None:
    """A declaration that this node sent and lost came back: it was sent, and nobody sends it again.

    Where the declaration itself was lost, it is made from what crossed; fields that were withheld stay lost.
    """
    own = Declaration.objects.filter(
        direction=_direction(received), origin=Origin.OWN, number=received.body.declaration_number
    )
    declaration = own.exclude(sendings__partner=received.record.receiver).order_by("id").first()
    if declaration is None:
        declaration = versions.lodge(
            received.body, origin=Origin.OWN, organisation_id=received.organisation_id
        )
    Sending.objects.create(
        declaration=declaration,
        partner=received.record.receiver,
        leaf=received.leaf,
        sent_at=received.record.issued,
    )
    versions.attach_responses(declaration, received.record.receiver)


def _direction(received: Received) -> Direction:
    exported = received.record.type == "etrade.export-declaration"
    return Direction.EXPORT if exported else Direction.IMPORT


def receive_declaration(received: Received) -> None:
    """Handler of declarations: what a partner says has left it for us, or came to it from us."""
    versions.lodge(
        received.body,
        origin=Origin.PARTNER,
        organisation_id=received.organisation_id,
        partner=received.record.sender,
        leaf=received.leaf,
    )


@transaction.atomic
def erase_declaration(erasing: Erasing) -> None:
    """Erase what E-Trade derived from a record: the declaration that a partner sent.

    A declaration lodged here is not derived from the record that carried it abroad. It stays, under the
    customs law of this country, and so does the note that it was sent. Versions that other records brought
    stay until those are erased.
    """
    if erasing.sent:
        return
    declaration = (
        Declaration.objects.select_for_update().filter(leaf=erasing.leaf, origin=Origin.PARTNER).first()
    )
    if declaration is not None:
        forget(declaration)
        first = declaration.other_versions.filter(leaf=erasing.leaf).first()
        versions.drop_version(declaration, declaration.version if first is None else first.version)
