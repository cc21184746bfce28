"""What guarantees hold: free, reserved, claimed; which are in force; which somebody may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from isthmus.accounts.policy import Actor, OrganisationIds, reach_of, visible
from isthmus.apps.excise.guarantees.models import (
    Guarantee,
    GuaranteeKind,
    GuaranteeReservation,
    GuaranteeState,
)
from isthmus.apps.excise.guarantees.rules.accounts import AVAILABLE, BOOK, CALLED, RESERVED
from isthmus.apps.excise.guarantees.rules.covering import Terms
from isthmus.apps.excise.ledger.models import LedgerBalance
from isthmus.apps.excise.registry.models import Operator

VIEW = "excise.guarantee.view"


@dataclass(frozen=True, slots=True)
class Held:
    """How a guarantee stands, in minor units of its currency: ``free + reserved + called`` was granted."""

    free: int = 0
    reserved: int = 0
    called: int = 0


def held(guarantees: Iterable[Guarantee]) -> dict[str, Held]:
    """How guarantees stand, by number; all zero where the guarantor has not consented."""
    numbers = [row.number for row in guarantees]
    rows = LedgerBalance.objects.filter(account__book__name=BOOK, account__holder__in=numbers)
    found: dict[str, dict[str, int]] = {number: {} for number in numbers}
    for holder, role, amount in rows.values_list("account__holder", "account__role", "amount"):
        found[holder][role] = amount
    return {
        number: Held(amounts.get(AVAILABLE, 0), amounts.get(RESERVED, 0), amounts.get(CALLED, 0))
        for number, amounts in found.items()
    }


def held_of(guarantee: Guarantee) -> Held:
    """How one guarantee stands."""
    return held([guarantee])[guarantee.number]


def free(guarantee: Guarantee) -> int:
    """What may still be reserved, in minor units of the guarantee's currency."""
    return held_of(guarantee).free


def reserved(guarantee: Guarantee) -> int:
    """What is reserved now, in minor units."""
    return held_of(guarantee).reserved


def called(guarantee: Guarantee) -> int:
    """What was claimed from the guarantor, in minor units."""
    return held_of(guarantee).called


def terms_of(guarantee: Guarantee) -> Terms:
    """A guarantee as the rules see it."""
    return Terms(
        consented=bool(guarantee.consent),
        valid_from=guarantee.valid_from,
        valid_until=guarantee.valid_until,
        ended_on=guarantee.ended_on,
        one_at_a_time=guarantee.kind == GuaranteeKind.INDIVIDUAL,
    )


def in_force(operator: Operator, currency: str, on: date) -> QuerySet[Guarantee]:
    """The guarantees of an operator in a currency that count on a day, those that end first before others."""
    days = Q(valid_from__lte=on, valid_until__gte=on) & (Q(ended_on=None) | Q(ended_on__gt=on))
    rows = Guarantee.objects.filter(days, operator=operator, currency=currency).exclude(consent="")
    return rows.exclude(state=GuaranteeState.WAITING).order_by("valid_until", "number")


def reservation(guarantee: Guarantee, key: str) -> GuaranteeReservation | None:
    """What was reserved for a deed, whatever became of it."""
    return GuaranteeReservation.objects.filter(guarantee=guarantee, key=key).first()


def guarantees_of(actor: Actor, action: str = VIEW) -> QuerySet[Guarantee]:
    """The guarantees that somebody may see: those that the authority keeps, and those of a firm's own."""
    rows = Guarantee.objects.select_related("operator", "organisation")
    reach = reach_of(actor, action)
    if isinstance(reach, OrganisationIds) and reach.ids:
        return rows.filter(Q(organisation__in=reach.ids) | Q(operator__firm__in=reach.ids))
    return visible(actor, action, rows)
