"""Reads of private matching: whom can be asked, what hit, what of it may go."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from isthmus.apps.etrade.matching.models import MatchRound, TokenKind
from isthmus.apps.etrade.matching.services.asking import TOKENS, hit_kinds
from isthmus.apps.etrade.models import Declaration, Sending
from isthmus.apps.etrade.reconciliation.rules.private import is_sure
from isthmus.apps.etrade.services.publishing import covered
from isthmus.trust.models import Partner


@dataclass(frozen=True, slots=True)
class Hit:
    """A declaration of this node that the partner knows as well: by what, how surely, and when it went."""

    declaration: Declaration
    kinds: tuple[TokenKind, ...]
    sure: bool
    sent_at: datetime | None


def askable() -> list[Partner]:
    """Active partners to whom an agreement lets keyed hashes go."""
    return list(Partner.objects.filter(node_id__in=covered(TOKENS)).order_by("name"))


def hits_of(asked: MatchRound, rows: QuerySet[Declaration]) -> list[Hit]:
    """What hit among these rows, sure ones first."""
    kinds = hit_kinds(asked)
    sent = dict(
        Sending.objects.filter(declaration__in=kinds, partner=asked.partner).values_list(
            "declaration", "sent_at"
        )
    )
    found = [
        Hit(
            row,
            tuple(kind for kind in TokenKind if kind.value in kinds[row.pk]),
            is_sure(kinds[row.pk]),
            sent.get(row.pk),
        )
        for row in rows.filter(pk__in=kinds).order_by("number", "pk")
    ]
    return sorted(found, key=lambda hit: not hit.sure)
