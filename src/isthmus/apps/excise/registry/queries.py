"""What the registry answers: who is authorised for what on a day, and which entries somebody may see."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from isthmus.accounts.policy import Actor, OrganisationIds, reach_of, visible
from isthmus.apps.excise.registry.models import Authorisation, Operator, TaxWarehouse
from isthmus.apps.excise.registry.rules.standing import Judged, Standing, Suspended, Verdict, judge

VIEW = "excise.registry.view"


def standing_of(row: Authorisation) -> Standing:
    """An authorisation as the rules see it; what its holder or its warehouse ended, it ended with them."""
    operator, warehouse = row.operator, row.warehouse
    ends = [operator.retired_on, warehouse.closed_on if warehouse is not None else None]
    return Standing(
        number=row.number,
        kind=row.kind,
        product_groups=tuple(row.product_groups),
        valid_from=row.valid_from,
        valid_until=min((day for day in (row.valid_until, *ends) if day is not None), default=None),
        revoked_on=row.revoked_on,
        suspensions=tuple(Suspended(one.since, one.until) for one in row.suspensions.all()),
    )


def authorisations() -> QuerySet[Authorisation]:
    """Authorisations with all that their standing is worked out from."""
    return Authorisation.objects.select_related("operator", "warehouse").prefetch_related("suspensions")


def authorised(
    excise_number: str, product_code: str, on: date, *, kinds: Iterable[str] | None = None
) -> Judged:
    """Whether who has this excise number here may deal with a product (B000, S200 ...) on a day.

    The number of a warehouse answers by the authorisations of that warehouse, the number of an operator by
    those that name no warehouse. ``kinds`` narrows to kinds of authorisation (``AuthorisationKind``).
    ``Verdict.NONE`` for a number that is not here.
    """
    of_warehouse = Q(warehouse__excise_number=excise_number)
    of_operator = Q(operator__excise_number=excise_number, warehouse=None)
    rows = authorisations().filter(of_warehouse | of_operator)
    if kinds is not None:
        rows = rows.filter(kind__in=list(kinds))
    return judge((standing_of(row) for row in rows.order_by("number")), product_code, on)


def operators_of(actor: Actor, action: str = VIEW) -> QuerySet[Operator]:
    """The operators that somebody may see: those of the authority, and a firm's own."""
    seen = visible(actor, action, Operator.objects.all())
    reach = reach_of(actor, action)
    if isinstance(reach, OrganisationIds) and reach.ids:
        return Operator.objects.filter(Q(pk__in=seen.values("pk")) | Q(firm_id__in=reach.ids))
    return seen


def is_taken(excise_number: str) -> bool:
    """Whether the number names an operator or a warehouse already."""
    return (
        Operator.objects.filter(excise_number=excise_number).exists()
        or TaxWarehouse.objects.filter(excise_number=excise_number).exists()
    )


__all__ = ["Judged", "Verdict", "authorisations", "authorised", "is_taken", "operators_of", "standing_of"]
