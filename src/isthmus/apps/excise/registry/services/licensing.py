"""Granting, suspending and revoking authorisations."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.apps.excise.registry.models import Authorisation, Suspension
from isthmus.apps.excise.registry.rules.identifiers import is_product_group
from isthmus.apps.excise.registry.services.entries import locked, note_change
from isthmus.apps.excise.registry.services.numbers import next_number, written_number
from isthmus.kit.errors import BadInput, Conflict, FieldFault

SERIES = "authorisations"


@transaction.atomic
def license_operator(authorisation: Authorisation, *, actor: str) -> Authorisation:
    """Grant an authorisation; it gets the next number of the year of its first day.

    BadInput for its product groups, its days, or a warehouse of somebody else.
    """
    operator = locked(authorisation.operator)
    groups, faults = list(authorisation.product_groups), []
    if not groups or not all(is_product_group(group) for group in groups):
        faults.append(
            FieldFault("product_groups", _("Name at least one product code, such as B000, or its letter."))
        )
    if authorisation.valid_until is not None and authorisation.valid_until < authorisation.valid_from:
        faults.append(FieldFault("valid_until", _("The last day lies before the first.")))
    warehouse = authorisation.warehouse
    if warehouse is not None and (warehouse.operator_id != operator.pk or warehouse.closed_on is not None):
        faults.append(FieldFault("warehouse", _("It is no open warehouse of this operator.")))
    if faults:
        raise BadInput(
            "excise.authorisation", " ".join(fault.message for fault in faults), faults=tuple(faults)
        )
    year = authorisation.valid_from.year
    authorisation.product_groups = sorted(set(groups))
    authorisation.number = written_number("AUT", year, next_number(SERIES, year))
    authorisation.save(force_insert=True)
    note_change(
        operator, "authorisation-granted", authorisation.number, authorisation.valid_from, actor=actor
    )
    return authorisation


def _held(authorisation: Authorisation) -> Authorisation:
    """The authorisation as it stands now, locked; Conflict where it is revoked."""
    row = (
        Authorisation.objects.select_for_update(of=("self",))
        .select_related("operator")
        .get(pk=authorisation.pk)
    )
    if row.revoked_on is not None:
        raise Conflict(
            "excise.authorisation-revoked",
            _("%(number)s is revoked from %(day)s.") % {"number": row.number, "day": row.revoked_on},
            next_step=_("Grant a new authorisation."),
        )
    return row


def _with_reason(why: str) -> str:
    if not why.strip():
        message = _("Say why: the operator has a right to know.")
        raise BadInput("excise.no-reason", message, faults=(FieldFault("why", message),))
    return why.strip()


@transaction.atomic
def suspend(authorisation: Authorisation, since: date, *, actor: str, why: str) -> Suspension:
    """Suspend an authorisation from a day until it is lifted. Conflict where it is suspended already."""
    why, row = _with_reason(why), _held(authorisation)
    if row.suspensions.filter(until=None).exists():
        raise Conflict(
            "excise.authorisation-suspended",
            _("%(number)s is suspended already.") % {"number": row.number},
            next_step=_("Lift the suspension first."),
        )
    made = Suspension.objects.create(authorisation=row, since=since, why=why)
    note_change(row.operator, "authorisation-suspended", row.number, since, actor=actor, why=why)
    return made


@transaction.atomic
def lift(authorisation: Authorisation, on: date, *, actor: str, why: str) -> None:
    """End the suspension: ``on`` is the first day on which the authorisation counts again.

    A suspension that has not begun by then is taken back as a whole; the history keeps it.
    """
    why, row = _with_reason(why), _held(authorisation)
    suspension = row.suspensions.filter(until=None).first()
    if suspension is None:
        raise Conflict(
            "excise.authorisation-not-suspended",
            _("%(number)s is not suspended.") % {"number": row.number},
        )
    if on <= suspension.since:
        suspension.delete()
    else:
        suspension.until, suspension.lifted_why = on - timedelta(days=1), why
        suspension.save(update_fields=["until", "lifted_why"])
    note_change(row.operator, "suspension-lifted", row.number, on, actor=actor, why=why)


@transaction.atomic
def revoke(authorisation: Authorisation, on: date, *, actor: str, why: str) -> Authorisation:
    """Revoke an authorisation for good: ``on`` is the first day on which it no longer counts."""
    why, row = _with_reason(why), _held(authorisation)
    row.revoked_on, row.revoked_why = on, why
    row.save(update_fields=["revoked_on", "revoked_why"])
    note_change(row.operator, "authorisation-revoked", row.number, on, actor=actor, why=why)
    return row
