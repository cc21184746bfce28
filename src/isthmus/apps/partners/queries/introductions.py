"""Finding introductions, letters of intent and outcomes; those of the actor's organisations."""

from django.db.models import Q, QuerySet

from isthmus.accounts.policy import Actor, can, visible
from isthmus.apps.partners.house import INTRODUCE, INTRODUCTIONS
from isthmus.apps.partners.models import Introduction, Letter, Listing, Outcome

_BOTH = ("need__organisation", "offer__organisation")


def _of(actor: Actor, action: str) -> Q:
    own = visible(actor, action, Listing.objects.filter(partner="")).values("pk")
    return Q(need__in=own) | Q(offer__in=own)


def introductions_for(actor: Actor) -> QuerySet[Introduction]:
    """Introductions with a side of the actor's organisations; all for those who look after the node."""
    return Introduction.objects.filter(_of(actor, INTRODUCTIONS)).select_related(*_BOTH)


def letters_for(actor: Actor) -> QuerySet[Letter]:
    """Letters of intent of those introductions."""
    rows = Letter.objects.filter(introduction__in=introductions_for(actor).values("pk"))
    return rows.select_related(*(f"introduction__{name}" for name in _BOTH))


def outcomes_for(actor: Actor) -> QuerySet[Outcome]:
    """What became of those introductions, asked and told."""
    rows = Outcome.objects.filter(introduction__in=introductions_for(actor).values("pk"))
    return rows.select_related(*(f"introduction__{name}" for name in _BOTH))


def may_act(actor: Actor, side: Listing) -> bool:
    """Whether the actor acts for a side of an introduction."""
    return side.is_own and can(actor, INTRODUCE, side)


def to_answer(actor: Actor) -> QuerySet[Introduction]:
    """Introductions that wait for an answer of the actor's."""
    own = visible(actor, INTRODUCE, Listing.objects.filter(partner="")).values("pk")
    asked = Q(asked_by="need", offer__in=own) | Q(asked_by="offer", need__in=own)
    return Introduction.objects.filter(asked, state=Introduction.State.ASKED)


def outcomes_to_tell(actor: Actor) -> QuerySet[Outcome]:
    """Introductions of which the actor is asked what became of them."""
    return Outcome.objects.filter(says="", introduction__in=_acted(actor))


def _acted(actor: Actor) -> "QuerySet[Introduction]":
    return Introduction.objects.filter(_of(actor, INTRODUCE)).order_by()
