"""A record of this node came back that it had lost: what crossed can be taken back, what it stated stands.

After a restored backup the partner first gives this node's records back, then sends its own anew. Nothing is
told a second time.
"""

from datetime import date

from django.db import transaction

from isthmus.accounts.models import Organisation
from isthmus.apps.experts import body_queries as bodies
from isthmus.apps.experts.models import Consent, Crossing, Engagement, Expert, Purpose
from isthmus.apps.experts.records import EngagementV1, ProfileV1
from isthmus.apps.experts.services.engaging import ENGAGER, take_statement
from isthmus.exchange import queries as exchange
from isthmus.exchange.handlers import Received
from isthmus.exchange.told import told
from isthmus.kit import clock


@transaction.atomic
def restore(received: Received) -> None:
    """Let it stand again, as far as the person is known here; once, however often."""
    if isinstance(received.body, ProfileV1):
        _profile(received, received.body)
    else:
        _engagement(received, received.body)


def _profile(received: Received, body: ProfileV1) -> None:
    """The crossing is known again, so that a withdrawal reaches the partner, and the consent that it shows.

    A text that came back was not erased, so nobody has withdrawn since. A profile that is not here any more
    is not made from it: whose it is never left this node. The record can be erased under Records.
    """
    expert = Expert.objects.filter(node=exchange.me(), reference=body.expert, erased_at=None).first()
    if expert is None:
        return
    at, node = clock.from_text(body.at), received.record.receiver
    crossing = {
        "expert": expert,
        "node": node,
        "at": received.record.issued,
        "with_contact": body.contact is not None,
    }
    if not Crossing.objects.get_or_create(leaf=received.leaf, defaults=crossing)[1]:
        return
    known = set(
        Consent.objects.filter(expert=expert, node=node, withdrawn_at=None).values_list("purpose", flat=True)
    )
    implied = {str(one) for one in body.purposes} or {Purpose.LISTED.value}
    Consent.objects.bulk_create(
        Consent(
            expert=expert,
            node=node,
            purpose=one,
            evidence=f"Record {received.leaf[:12]}",
            given_at=received.record.issued,
            given_by="node",
        )
        for one in sorted(implied - known)
    )
    if expert.stated_at is None or expert.stated_at < at:
        expert.stated_at = at
        expert.save(update_fields=["stated_at"])


def _engagement(received: Received, body: EngagementV1) -> None:
    partner, me = received.record.receiver, exchange.me()
    row = Engagement.objects.select_for_update(of=("self",)).filter(reference=body.engagement).first()
    if row is None:
        node = partner if body.side == ENGAGER else me
        expert = Expert.objects.filter(node=node, reference=body.expert, erased_at=None).first()
        if expert is None or not (body.title and body.engager and body.starts and body.ends):
            return
        engager_node = me if body.side == ENGAGER else partner
        here = Organisation.objects.filter(name=body.engager).first() if engager_node == me else None
        row = Engagement(
            expert=expert,
            reference=body.engagement,
            engager_node=engager_node,
            engager=body.engager,
            organisation=here,
            title=body.title,
            starts=date.fromisoformat(body.starts),
            ends=date.fromisoformat(body.ends),
        )
    take_statement(row, body, received.leaf)
    row.save()


def recall(partner: str, expert: str) -> None:
    """Let stand again what this node has stated of engagements of a partner's person, if anything.

    Called where the person's profile arrives anew.
    """
    for known in told(bodies.ENGAGEMENT, partner):
        if known.body.expert == expert:
            _engagement(known, known.body)
