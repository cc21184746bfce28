"""Publishing one thing of this node for partners, and noting under which record it went."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Model
from pydantic import BaseModel

from isthmus.apps.etrade.models import Answer, DeclarationEvent, Query, Sending, Statement, Utilisation
from isthmus.exchange import queries as exchange
from isthmus.exchange.services import Outgoing, publish
from isthmus.kit import clock
from isthmus.trust.models import Partner, PartnerState

Thing = DeclarationEvent | Statement | Utilisation | Query | Answer
_PLACE: dict[type[Model], str] = {
    DeclarationEvent: "event",
    Statement: "statement",
    Utilisation: "utilisation",
    Query: "query",
    Answer: "answer",
}


def place_of(thing: Thing) -> str:
    """The column of ``Sending`` that holds a thing of this sort."""
    return _PLACE[type(thing)]


def covered(record_type: str, partners: Iterable[str] | None = None) -> list[str]:
    """The active partners, of these or of all, to whom an agreement in force lets the type go."""
    agreements = exchange.agreements_in_force(clock.now())
    known = Partner.objects.filter(state=PartnerState.ACTIVE).order_by("node_id")
    wanted = None if partners is None else set(partners)
    return [
        partner.node_id
        for partner in known
        if (wanted is None or partner.node_id in wanted)
        and exchange.covering_grant(agreements, record_type, exchange.me(), partner.node_id)
    ]


def publish_thing(
    thing: Thing,
    record_type: str,
    body: BaseModel,
    subject: str,
    organisation_id: int | None,
    to: Iterable[str],
) -> list[Sending]:
    """Publish for the partners that have it not yet. Raises Refused where no agreement covers it."""
    place = place_of(thing)
    known = set(Sending.objects.filter(**{place: thing}).values_list("partner", flat=True))
    made: list[Sending] = []
    for partner in to:
        if partner in known:
            continue
        (record,) = publish([Outgoing(record_type, body, subject, organisation_id)], to=[partner])
        made.append(
            Sending.objects.create(**{place: thing}, partner=partner, leaf=record.leaf, sent_at=record.issued)
        )
    return made


def note_restored(thing: Thing, partner: str, leaf: str, sent_at: datetime) -> None:
    """A record of this node came back from a partner: the thing was sent, and nobody sends it again."""
    Sending.objects.get_or_create(
        leaf=leaf, defaults={place_of(thing): thing, "partner": partner, "sent_at": sent_at}
    )


def take_number(stand_in: str, leaf: str) -> None:
    """What waited for a number, or was signed anew, has its leaf now."""
    Sending.objects.filter(leaf=stand_in).update(leaf=leaf)
