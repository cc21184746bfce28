"""Amending and withdrawing products; what stood before stays in the history, with its days."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.apps.excise.registry.models import Product
from isthmus.apps.excise.registry.services.entries import check_product, locked, note_change
from isthmus.kit.errors import BadInput, Conflict, FieldFault

AMENDABLE: Final = ("name", "brand", "excise_code", "hs_code", "abv_thousandths", "volume_ml", "container")
"""All but the trade number: another number is another product."""


def _standing(product: Product) -> Product:
    """The product as it stands now, locked behind its operator; Conflict where it is withdrawn."""
    locked(product.operator)
    row = Product.objects.select_for_update(of=("self",)).select_related("operator").get(pk=product.pk)
    if row.withdrawn_on is not None:
        raise Conflict(
            "excise.product-withdrawn",
            _("%(name)s is withdrawn since %(day)s.")
            % {"name": row.name, "day": row.withdrawn_on.isoformat()},
            next_step=_("Enter the product that is sold now under a trade number of its own."),
        )
    return row


@transaction.atomic
def amend(
    product: Product, changes: Mapping[str, str | int], effective_on: date, *, actor: str, why: str
) -> Product:
    """Change what is stated about a product from a day on; goods of earlier days keep what stood then.

    BadInput names every field that cannot be right. Nothing happens where nothing is changed.
    """
    row = _standing(product)
    if unknown := set(changes) - set(AMENDABLE):
        raise ValueError(f"{sorted(unknown)} cannot be amended")
    before = {name: getattr(row, name) for name, value in changes.items() if getattr(row, name) != value}
    if not before:
        return row
    for name in before:
        setattr(row, name, changes[name])
    check_product(row)
    row.save(update_fields=list(before))
    note_change(
        row.operator,
        "product-amended",
        row.gtin,
        effective_on,
        actor=actor,
        why=why,
        before=before,
        after={name: changes[name] for name in before},
    )
    return row


@transaction.atomic
def withdraw(product: Product, on: date, *, actor: str, why: str) -> Product:
    """End a product: the day is the last on which it is sold. Conflict where it is withdrawn already."""
    row = _standing(product)
    if not why.strip():
        message = _("Say why.")
        raise BadInput("excise.product", message, faults=(FieldFault("why", message),))
    row.withdrawn_on = on
    row.save(update_fields=["withdrawn_on"])
    note_change(row.operator, "product-withdrawn", row.gtin, on, actor=actor, why=why)
    return row
