"""A profile goes to the nodes at which the person consents, and contact details only where for that."""

import io
from collections.abc import Sequence

from isthmus.apps.experts import body_queries as bodies
from isthmus.apps.experts import queries
from isthmus.apps.experts.card_queries import card_of
from isthmus.apps.experts.formats import vcard
from isthmus.apps.experts.models import Crossing, Expert, Purpose
from isthmus.exchange.services import Outgoing, publish
from isthmus.exchange.services.subjects import keep_for_subject
from isthmus.kit import clock
from isthmus.wire.attachment import AttachmentRef


def subject_of(expert: Expert) -> str:
    """How the exchange knows the person whose key encrypts the contact details."""
    return f"expert {expert.reference}"


def _contact_file(expert: Expert, actor: str) -> AttachmentRef:
    return keep_for_subject(
        io.BytesIO(vcard.write(card_of(expert, with_contact=True))),
        subject=subject_of(expert),
        name="contact.vcf",
        media_type="text/vcard",
        actor=actor,
    )


def send(expert: Expert, nodes: Sequence[str], *, actor: str) -> None:
    """Publish the profile to each of these nodes; Refused where no agreement lets it go to one of them.

    Call it in the transaction of what it follows, and last.
    """
    contact: AttachmentRef | None = None
    for node in nodes:
        purposes = queries.purposes_at(expert, node)
        named = None
        if Purpose.CONTACTED in purposes and expert.contact:
            named = contact = contact or _contact_file(expert, actor)
        body = bodies.profile_of(expert, purposes, named)
        outgoing = Outgoing(bodies.PROFILE, body, expert.reference, expert.organisation_id)
        (record,) = publish([outgoing], to=[node])
        Crossing.objects.create(
            expert=expert, node=node, leaf=record.leaf, at=clock.now(), with_contact=named is not None
        )
