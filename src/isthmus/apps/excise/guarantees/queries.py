"""What guarantees hold: free, reserved, claimed; which are in force; which somebody may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Q, QuerySet

from isthmus.accounts.models import Kind, Organisation
from isthmus.accounts.policy import Actor, Everything, OrganisationIds, reach_of, visible
from isthmus.apps.excise.guarantees.models import (
    Guarantee,
    GuaranteeKind,
    GuaranteeReservation,
    GuaranteeState,
)
from isthmus.apps.excise.guarantees.rules.accounts import AVAILABLE, BOOK, CALLED, RESERVED
from isthmus.apps.excise.guarantees.rules.covering import Terms, out_of_force
from isthmus.apps.excise.ledger.models import LedgerBalance
from isthmus.apps.excise.registry.models import Operator

VIEW, KEEP = "excise.guarantee.view", "excise.guarantee.keep"


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


def counts_on(guarantee: Guarantee, on: date) -> bool:
    """Whether a guarantee counts on a day, so that what is free of it can be reserved."""
    return out_of_force(terms_of(guarantee), on) is None


def in_force(operator: Operator, currency: str, on: date) -> QuerySet[Guarantee]:
    """The guarantees of an operator in a currency that count on a day, those that end first before others."""
    days = Q(valid_from__lte=on, valid_until__gte=on) & (Q(ended_on=None) | Q(ended_on__gt=on))
    rows = Guarantee.objects.filter(days, operator=operator, currency=currency).exclude(consent="")
    return rows.exclude(state=GuaranteeState.WAITING).order_by("valid_until", "number")


def reservation(guarantee: Guarantee, key: str) -> GuaranteeReservation | None:
    """What was reserved for a deed, whatever became of it."""
    return GuaranteeReservation.objects.filter(guarantee=guarantee, key=key).first()


def reserved_last(guarantee: Guarantee) -> date | None:
    """The newest day within its validity for which an amount was reserved; claims may come later."""
    rows = GuaranteeReservation.objects.filter(guarantee=guarantee, reserved_on__lte=guarantee.valid_until)
    found: date | None = rows.aggregate(day=Max("reserved_on"))["day"]
    return found


@dataclass(frozen=True, slots=True)
class Covered:
    """What all guarantees of an operator in one currency come to, in minor units.

    ``free`` counts only those that are in force on the day: of others nothing can be reserved.
    """

    currency: str
    granted: int = 0
    free: int = 0
    reserved: int = 0
    called: int = 0


def covered(guarantees: Iterable[Guarantee], on: date) -> list[Covered]:
    """What guarantees come to on a day, by currency; those without consent are left out."""
    rows = [row for row in guarantees if row.consent]
    stand = held(rows)
    sums: dict[str, Covered] = {}
    for row in rows:
        one, so_far = stand[row.number], sums.get(row.currency, Covered(row.currency))
        counts = counts_on(row, on)
        sums[row.currency] = Covered(
            row.currency,
            so_far.granted + row.amount_minor,
            so_far.free + (one.free if counts else 0),
            so_far.reserved + one.reserved,
            so_far.called + one.called,
        )
    return [sums[currency] for currency in sorted(sums)]


def guarantees_of(actor: Actor, action: str = VIEW) -> QuerySet[Guarantee]:
    """The guarantees that somebody may see: those that the authority keeps, and those of a firm's own."""
    rows = Guarantee.objects.select_related("operator", "organisation")
    reach = reach_of(actor, action)
    if isinstance(reach, OrganisationIds) and reach.ids:
        return rows.filter(Q(organisation__in=reach.ids) | Q(operator__firm__in=reach.ids))
    return visible(actor, action, rows)


def keepers_of(actor: Actor) -> QuerySet[Organisation]:
    """The authorities for which somebody may keep guarantees; a firm keeps none."""
    rows = Organisation.objects.filter(active=True).exclude(kind=Kind.FIRM).order_by("name")
    reach = reach_of(actor, KEEP)
    return rows if isinstance(reach, Everything) else rows.filter(pk__in=reach.ids)
