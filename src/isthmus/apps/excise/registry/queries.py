"""What the registry answers: who is authorised for what on a day, and which entries somebody may see."""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from isthmus.accounts.models import Kind, Organisation
from isthmus.accounts.policy import Actor, OrganisationIds, reach_of, visible
from isthmus.apps.excise.registry.models import (
    Authorisation,
    ExtractEntry,
    Operator,
    Product,
    RegistryChange,
    TaxWarehouse,
)
from isthmus.apps.excise.registry.rules.standing import Judged, Standing, Suspended, Verdict, judge
from isthmus.exchange.application import Sample

VIEW, KEEP = "excise.registry.view", "excise.registry.keep"


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


def authorities_of(actor: Actor) -> QuerySet[Organisation]:
    """The authorities for which somebody keeps the registry; a firm keeps none."""
    reach = reach_of(actor, KEEP)
    ids = actor.organisation_ids if not isinstance(reach, OrganisationIds) else reach.ids
    return Organisation.objects.filter(pk__in=ids, active=True).exclude(kind=Kind.FIRM).order_by("name")


def products_of(actor: Actor) -> QuerySet[Product]:
    """The products of the operators that somebody may see."""
    found = operators_of(actor).values("pk")
    return Product.objects.select_related("operator").filter(operator__in=found)


def product_on(product: Product, day: date, changes: Iterable[RegistryChange]) -> Product:
    """A product as it stood on a day: what was amended from a later day on is taken off, newest first.

    ``changes`` are those of ``amendments``. The row itself is left as it is.
    """
    stood = copy(product)
    for change in changes:
        if change.subject == product.gtin and change.effective_on > day:
            for name, value in change.before.items():
                setattr(stood, name, value)
    return stood


def amendments(operator: Operator) -> list[RegistryChange]:
    """What was amended about an operator's products, the newest first."""
    return list(RegistryChange.objects.filter(operator=operator, what="product-amended"))


@dataclass(frozen=True, slots=True)
class Told:
    """What a partner's extract answers: the entry that it rests on, and the verdict.

    ``judged`` is None where the agreement withholds the authorisations.
    """

    entry: ExtractEntry
    judged: Judged | None


def told(excise_number: str, product_code: str, on: date, partner: str = "") -> Told | None:
    """Whether a partner's operator is authorised on a day, by the copy that is here; no link is needed.

    None where no partner, or not this one, stated anything about the number.
    """
    rows = ExtractEntry.objects.filter(excise_number=excise_number).order_by("-issued_at")
    entry = (rows.filter(partner=partner) if partner else rows).first()
    if entry is None:
        return None
    stated = entry.body.get("authorisations")
    if stated is None:
        return Told(entry, None)
    return Told(entry, judge((_stated(one) for one in stated), product_code, on))


def _stated(one: dict[str, Any]) -> Standing:
    def day(text: str | None) -> date | None:
        return date.fromisoformat(text) if text else None

    return Standing(
        number=one["number"],
        kind=one["kind"],
        product_groups=tuple(one["product_groups"]),
        valid_from=date.fromisoformat(one["valid_from"]),
        valid_until=day(one.get("valid_until")),
        revoked_on=day(one.get("revoked_on")),
        suspensions=tuple(
            Suspended(date.fromisoformat(held["since"]), day(held.get("until")))
            for held in one.get("suspensions") or ()
        ),
    )


def extract_samples(actor: Actor) -> list[Sample]:
    """Entries as they would be sent, for the dry run of an agreement."""
    from isthmus.apps.excise.registry.services.extract import entries

    rows = operators_of(actor).prefetch_related(
        "warehouses", Prefetch("authorisations", authorisations().order_by("number"))
    )
    return [Sample(body["excise_number"], {**body, "version": 1}) for body in entries(rows[:10])]


def is_taken(excise_number: str) -> bool:
    """Whether the number names an operator or a warehouse already."""
    return (
        Operator.objects.filter(excise_number=excise_number).exists()
        or TaxWarehouse.objects.filter(excise_number=excise_number).exists()
    )


__all__ = [
    "Judged",
    "Told",
    "Verdict",
    "authorisations",
    "authorised",
    "authorities_of",
    "extract_samples",
    "is_taken",
    "operators_of",
    "products_of",
    "standing_of",
    "told",
]
