"""Finding experts: what who may see, who consented to what, and what became of erasures."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from isthmus.accounts.policy import Actor, can, visible
from isthmus.apps.experts.models import Consent, Crossing, Engagement, Expert, Purpose
from isthmus.apps.experts.rules.matching import Offered
from isthmus.apps.experts.rules.skills import ISCO
from isthmus.apps.experts.rules.standing import Standing, standing
from isthmus.exchange import queries as exchange
from isthmus.exchange.models import Erased, Record, Tombstone
from isthmus.kit import clock

VIEW, OWN, KEEP = "experts.view", "experts.own", "experts.keep"
ENGAGE, VERIFY = "experts.engage", "experts.verify"


def here(rows: "QuerySet[Expert] | None" = None) -> "QuerySet[Expert]":
    """Profiles that are kept at this node and not erased."""
    return (Expert.objects.all() if rows is None else rows).filter(node=exchange.me(), erased_at=None)


def mine(actor: Actor) -> Expert | None:
    """The actor's own profile."""
    if actor.officer_id is None or not can(actor, OWN):
        return None
    return here().filter(person_id=actor.officer_id).first()


def kept_by(actor: Actor) -> "QuerySet[Expert]":
    """Profiles of this node that the actor may change: the own one, and those of the organisation."""
    rows = here()
    own = Q(person_id=actor.officer_id) if actor.officer_id is not None and can(actor, OWN) else Q(pk__in=())
    return rows.filter(own | Q(pk__in=visible(actor, KEEP, rows.filter(person=None)).values("pk")))


def experts_for(actor: Actor) -> "QuerySet[Expert]":
    """Everybody whom the actor may see: who consented to be listed here, and whom he keeps."""
    rows = Expert.objects.filter(erased_at=None)
    if not can(actor, VIEW):
        return rows.none()
    return rows.filter(Q(listed=True) | Q(pk__in=kept_by(actor).values("pk")))


def listed(today: date | None = None) -> "QuerySet[Expert]":
    """Who consented to be listed here, or at the partner for here, and whose review is not overdue."""
    current = Q(review_by=None) | Q(review_by__gte=today or clock.now().date())
    return Expert.objects.filter(current, listed=True, erased_at=None)


def found_keys(actor: Actor) -> "QuerySet[Expert, Any]":
    """The keys of those whom the actor may find."""
    rows = listed()
    return (rows if can(actor, VIEW) else rows.none()).values("key")


def offered(row: Expert) -> Offered:
    """What a profile says of languages, time, codes, verification and age."""
    return Offered(
        {one["code"]: one["level"] for one in row.languages},
        row.weeks,
        row.available_from,
        row.available_until,
        tuple(one["code"] for one in row.skills if one.get("scheme") == ISCO and one.get("code")),
        row.level,
        (row.stated_at or row.changed_at).date(),
    )


def purposes_at(expert: Expert, node: str) -> frozenset[str]:
    """For what a person of this node consents to be known at a node now."""
    rows = Consent.objects.filter(expert=expert, node=node, withdrawn_at=None)
    return frozenset(rows.values_list("purpose", flat=True))


def consents_of(expert: Expert) -> dict[str, frozenset[str]]:
    """The purposes in force, by node."""
    found: dict[str, set[str]] = {}
    rows = Consent.objects.filter(expert=expert, withdrawn_at=None)
    for node, purpose in rows.order_by("node").values_list("node", "purpose"):
        found.setdefault(node, set()).add(purpose)
    return {node: frozenset(purposes) for node, purposes in found.items()}


def may_contact(actor: Actor, expert: Expert) -> bool:
    """Whether the actor may have the contact details that this node itself keeps."""
    if kept_by(actor).filter(pk=expert.pk).exists():
        return True
    return Purpose.CONTACTED in purposes_at(expert, exchange.me())


def agreed_engagements(expert: Expert) -> list[Engagement]:
    """Engagements of which both sides say the same, the latest first."""
    rows = expert.engagements.order_by("-ends", "-pk")
    return [row for row in rows if standing(row.engager_says, row.expert_says) is Standing.AGREED]


@dataclass(frozen=True, slots=True)
class ErasureSeen:
    """What became of the erasure of a profile at one node: when asked, when confirmed (None: not yet)."""

    node: str
    asked: datetime
    confirmed: datetime | None
    records: int
    tombstone: str


def erasures_of(crossings: Iterable[Crossing]) -> list[ErasureSeen]:
    """The tombstones over these crossings, by node, with the receipts that confirm them."""
    leaves = [one.leaf for one in crossings]
    named: dict[int, int] = {}
    for pk in Erased.objects.filter(hash__in=leaves).values_list("tombstone", flat=True):
        named[pk] = named.get(pk, 0) + 1
    rows = Tombstone.objects.filter(pk__in=named).select_related("stream__partner").order_by("issued", "pk")
    receipts = dict(
        Record.objects.filter(leaf__in=[row.leaf for row in rows]).values_list("leaf", "receipt__issued")
    )
    return [
        ErasureSeen(
            row.stream.partner.node_id,
            row.issued,
            # A partner's own tombstone says by itself that the text is gone there.
            row.issued if row.node_id != exchange.me() else receipts.get(row.leaf),
            named[row.pk],
            row.leaf,
        )
        for row in rows
    ]


def engagements_for(actor: Actor) -> "QuerySet[Engagement]":
    """Engagements of the actor's organisations, and of experts whom he keeps."""
    rows = Engagement.objects.select_related("expert", "organisation")
    engaging = visible(actor, ENGAGE, rows).values("pk")
    return rows.filter(Q(pk__in=engaging) | Q(expert__in=kept_by(actor)))
