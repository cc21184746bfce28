"""Registering, amending and retiring operators; opening warehouses; entering products."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.accounts.models import Kind
from isthmus.apps.excise.registry import queries
from isthmus.apps.excise.registry.models import (
    Operator,
    OperatorState,
    Product,
    RegistryChange,
    TaxWarehouse,
)
from isthmus.apps.excise.registry.rules.identifiers import is_excise_number, is_gtin, is_product_code
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, FieldFault

AMENDABLE = ("name", "tax_number", "kind", "address")
"""What may be changed of an operator; another excise number is another operator."""


def note_change(
    operator: Operator,
    what: str,
    subject: str,
    effective_on: date,
    *,
    actor: str,
    why: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> RegistryChange:
    """Write one line of the operator's history, and the audit event of the deed."""
    audit.note(f"excise.{what}", actor=actor, subject=subject)
    return RegistryChange.objects.create(
        operator=operator,
        what=what,
        subject=subject,
        effective_on=effective_on,
        why=why,
        before=before or {},
        after=after or {},
        actor=actor,
        at=clock.now(),
    )


def _check_excise_number(number: str, country: str) -> None:
    if not is_excise_number(number, country):
        message = _("“%(number)s” is no excise number of %(country)s.") % {
            "number": number,
            "country": country,
        }
        raise BadInput(
            "excise.excise-number",
            message,
            next_step=_("Write the two letters of the country, then 11 capital letters or digits."),
            faults=(FieldFault("excise_number", message),),
        )
    if queries.is_taken(number):
        raise Conflict(
            "excise.excise-number-taken",
            _("The excise number %(number)s is in the registry already.") % {"number": number},
            next_step=_("Look the number up; give another one."),
        )


def _inserted(row: Operator | TaxWarehouse | Product, code: str, message: str) -> None:
    """Insert a row whose number somebody else may take at the same moment."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(code, message, next_step=_("Look it up in the registry.")) from error


@transaction.atomic
def register(operator: Operator, *, actor: str) -> Operator:
    """Enter a new operator. BadInput for its excise number, Conflict where a number is taken."""
    if operator.organisation.kind == Kind.FIRM:
        raise BadInput(
            "excise.not-an-authority",
            _("%(name)s is a firm: only an authority keeps the registry.")
            % {"name": operator.organisation.name},
        )
    _check_excise_number(operator.excise_number, operator.country)
    _inserted(
        operator,
        "excise.operator-taken",
        _("The tax number %(number)s is registered already.") % {"number": operator.tax_number},
    )
    after = {name: getattr(operator, name) for name in AMENDABLE}
    note_change(
        operator,
        "operator-registered",
        operator.excise_number,
        operator.registered_on,
        actor=actor,
        after=after,
    )
    return operator


def locked(operator: Operator) -> Operator:
    """The operator as it stands now, locked; Conflict where it is retired."""
    row = Operator.objects.select_for_update().get(pk=operator.pk)
    if row.state == OperatorState.RETIRED:
        raise Conflict(
            "excise.operator-retired",
            _("%(name)s is retired from the registry since %(day)s.")
            % {"name": row.name, "day": row.retired_on},
            next_step=_("Register it anew if it begins again."),
        )
    return row


@transaction.atomic
def amend(
    operator: Operator, changes: dict[str, str], effective_on: date, *, actor: str, why: str
) -> Operator:
    """Change what is stated about an operator; what stood before stays in the history."""
    row = locked(operator)
    if unknown := set(changes) - set(AMENDABLE):
        raise ValueError(f"{sorted(unknown)} cannot be amended")
    before = {name: getattr(row, name) for name, value in changes.items() if getattr(row, name) != value}
    if not before:
        return row
    for name in before:
        setattr(row, name, changes[name])
    try:
        with transaction.atomic():
            row.save(update_fields=list(before))
    except IntegrityError as error:
        raise Conflict(
            "excise.operator-taken",
            _("The tax number %(number)s is registered already.") % {"number": row.tax_number},
            next_step=_("Look it up in the registry."),
        ) from error
    after = {name: changes[name] for name in before}
    note_change(
        row,
        "operator-amended",
        row.excise_number,
        effective_on,
        actor=actor,
        why=why,
        before=before,
        after=after,
    )
    return row


@transaction.atomic
def retire(operator: Operator, on: date, *, actor: str, why: str) -> Operator:
    """End an operator's entry: its authorisations count up to and with this day, and no longer."""
    row = locked(operator)
    if on < row.registered_on:
        raise BadInput(
            "excise.retired-before",
            _("%(name)s was registered on %(day)s; it cannot be retired before.")
            % {"name": row.name, "day": row.registered_on},
        )
    row.state, row.retired_on = OperatorState.RETIRED, on
    row.save(update_fields=["state", "retired_on"])
    note_change(row, "operator-retired", row.excise_number, on, actor=actor, why=why)
    return row


@transaction.atomic
def open_warehouse(warehouse: TaxWarehouse, *, actor: str) -> TaxWarehouse:
    """Enter a tax warehouse of an operator."""
    operator = locked(warehouse.operator)
    _check_excise_number(warehouse.excise_number, operator.country)
    _inserted(
        warehouse,
        "excise.excise-number-taken",
        _("The excise number %(number)s is in the registry already.") % {"number": warehouse.excise_number},
    )
    note_change(operator, "warehouse-opened", warehouse.excise_number, warehouse.opened_on, actor=actor)
    return warehouse


@transaction.atomic
def close_warehouse(warehouse: TaxWarehouse, on: date, *, actor: str, why: str) -> TaxWarehouse:
    """Close a tax warehouse; its authorisations count up to and with this day. Conflict if it is closed."""
    row = TaxWarehouse.objects.select_for_update(of=("self",)).select_related("operator").get(pk=warehouse.pk)
    if row.closed_on is not None or on < row.opened_on:
        raise Conflict(
            "excise.warehouse-not-open",
            _("%(number)s is not open on %(day)s.") % {"number": row.excise_number, "day": on},
        )
    row.closed_on = on
    row.save(update_fields=["closed_on"])
    note_change(row.operator, "warehouse-closed", row.excise_number, on, actor=actor, why=why)
    return row


def check_product(product: Product) -> None:
    """BadInput for every field of a product that cannot be right."""
    faults = []
    if not is_gtin(product.gtin):
        faults.append(FieldFault("gtin", _("The trade number (GTIN) has a wrong length or check digit.")))
    if not is_product_code(product.excise_code):
        faults.append(FieldFault("excise_code", _("An excise product code is a letter and three digits.")))
    if product.abv_thousandths > 100_000:
        faults.append(FieldFault("abv_thousandths", _("The strength is over 100 per cent.")))
    if product.volume_ml <= 0:
        faults.append(FieldFault("volume_ml", _("The volume must be more than 0.")))
    if faults:
        raise BadInput("excise.product", " ".join(fault.message for fault in faults), faults=tuple(faults))


@transaction.atomic
def enter_product(product: Product, *, actor: str) -> Product:
    """Enter a product of an operator. BadInput where its trade number or its code cannot be right."""
    operator = locked(product.operator)
    check_product(product)
    _inserted(
        product,
        "excise.gtin-taken",
        _("The trade number %(gtin)s is in the registry already.") % {"gtin": product.gtin},
    )
    note_change(operator, "product-entered", product.gtin, clock.now().date(), actor=actor)
    return product
