"""Reusable reads of the exchange."""

from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from isthmus.exchange.models import (
    Agreement,
    AgreementState,
    Direction,
    Held,
    Record,
    Stream,
    StreamState,
    Verdict,
)
from isthmus.exchange.records import AgreementV1, GrantV1
from isthmus.exchange.rules import terms as rules
from isthmus.kit import clock
from isthmus.trust.models import Partner, PartnerState
from isthmus.trust.statements import Lookup

_IN_FORCE = Lookup(
    lambda moment: (
        Agreement.objects.filter(
            state=AgreementState.IN_FORCE, valid_from__lte=moment, valid_until__gt=moment
        )
        .order_by("proposed_at")
        .values_list("uuid", "digest")
    ),
    datetime,
)


@lru_cache(maxsize=1000)
def _content(uuid: UUID, digest: str) -> AgreementV1:  # noqa: ARG001  other terms would have another digest
    return Agreement.objects.get(pk=uuid).content


def agreements_in_force(moment: datetime) -> list[AgreementV1]:
    """The terms that bind at ``moment``, oldest first."""
    return [_content(uuid, digest) for uuid, digest in _IN_FORCE(moment)]


def covering_grant(
    agreements: list[AgreementV1], record_type: str, sender: str, receiver: str
) -> tuple[UUID, GrantV1] | None:
    """The first agreement that lets ``record_type`` cross from ``sender`` to ``receiver``, and its grant."""
    for terms in agreements:
        grant = rules.grant_for(terms, record_type, sender, receiver)
        if grant is not None:
            return terms.agreement, grant
    return None


def receivers_of(record_type: str) -> list[Partner]:
    """The active partners to whom an agreement in force lets a record of the type go."""
    agreements = agreements_in_force(clock.now())
    known = Partner.objects.filter(state=PartnerState.ACTIVE).order_by("node_id")
    return [one for one in known if covering_grant(agreements, record_type, me(), one.node_id) is not None]


_PARTNER = Lookup(lambda node_id: Partner.objects.filter(node_id=node_id).defer("card"), str)


def find_partner(node_id: str) -> Partner | None:
    """The partner of that id, confirmed or not; None where there is none."""
    return _PARTNER.first(node_id)


def stream_pair(partner: Partner) -> tuple[Stream | None, Stream | None]:
    """The present outgoing and incoming streams with a partner."""
    streams = Stream.objects.filter(partner=partner).order_by("-epoch")
    out = next((s for s in streams if s.direction == Direction.OUT), None)
    incoming = next((s for s in streams if s.direction == Direction.IN), None)
    return out, incoming


def unsettled_records(stream: Stream) -> QuerySet[Record]:
    """Records of an outgoing stream that no receipt covers, in order."""
    return Record.objects.filter(stream=stream, seq__gt=stream.settled_seq).order_by("seq")


def streams_to_push() -> QuerySet[Stream]:
    """Outgoing streams that have something to send to a partner who can be called."""
    return Stream.objects.filter(
        direction=Direction.OUT,
        state=StreamState.OPEN,
        partner__state=PartnerState.ACTIVE,
        partner__reachable=True,
    )


def held_body(row: Record) -> dict[str, Any] | None:
    """The body of a record that waits for its number; None for one that has it."""
    return Held.objects.filter(record=row).values_list("body", flat=True).first()


def waiting_records() -> QuerySet[Record]:
    """Records of this node that have no receipt yet."""
    return Record.objects.filter(stream__direction=Direction.OUT, verdict=Verdict.WAITING)


def me() -> str:
    """This node's id."""
    node_id: str = settings.ISTHMUS.node_id
    return node_id


def leaf_begins(text: str) -> Q:
    """Rows whose leaf (hex, in lower case) begins so; a range, for which the index of leaves suffices."""
    return Q(leaf__gte=text, leaf__lt=f"{text}g")
