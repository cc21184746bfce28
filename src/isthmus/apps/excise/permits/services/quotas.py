"""Granting quotas to islands, and moving what is left between resorts."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.excise.ledger.models import LedgerEntry
from isthmus.apps.excise.permits import queries
from isthmus.apps.excise.permits.models import ImportQuota
from isthmus.apps.excise.permits.rules.entries import grant as granted
from isthmus.apps.excise.permits.rules.entries import transfer as transferred
from isthmus.apps.excise.permits.services.checking import bad, in_year, positive, post, text
from isthmus.apps.excise.registry.models import Operator


@transaction.atomic
def grant(
    operator: Operator, island: str, year: int, amount_ml: int, *, why: str, key: str, actor: str
) -> ImportQuota:
    """Raise (above zero) or lower the quota of a resort's island for a year, once for its key.

    Conflict ``excise.quota-overdrawn`` where it would fall below what was drawn already.
    """
    reason, name = text(why, "why"), text(island, "island", 100)
    if amount_ml == 0:
        raise bad("quota-amount", "amount", _("State an amount of pure alcohol above or below zero."))
    positive(abs(amount_ml))
    if not 2000 <= year <= 2100:
        raise bad("quota-year", "year", _("%(year)d is no year of a quota.") % {"year": year})
    row, is_new = ImportQuota.objects.get_or_create(operator=operator, year=year, defaults={"island": name})
    if not is_new and row.island != name:
        row.island = name
        row.save(update_fields=["island"])
    holder = queries.holder_of(row)
    # It counts from the first day of its year, so that the same deed again is the same entry.
    draft = granted(
        f"{holder} grant {key}",
        holder,
        amount_ml,
        on=date(year, 1, 1),
        reference=holder,
        detail={"why": reason},
    )
    if post(draft, actor=actor).is_new:
        audit.note(
            "excise.quota-granted",
            actor=actor,
            subject=holder,
            detail={"island": name, "amount_ml": amount_ml, "why": reason},
        )
    return row


@transaction.atomic
def transfer(
    giver: ImportQuota, taker: ImportQuota, amount_ml: int, *, reference: str, why: str, on: date, actor: str
) -> LedgerEntry:
    """Move what is left of one quota to another of the same year, under a reference that is used once."""
    named, reason = text(reference, "reference", 60), text(why, "why")
    positive(amount_ml)
    in_year(on, giver.year)
    if giver.year != taker.year:
        raise bad("quota-transfer", "taker", _("Both quotas must be of the same year."))
    if giver.pk == taker.pk:
        raise bad("quota-transfer", "taker", _("Choose the quota of another resort."))
    draft = transferred(
        named,
        queries.holder_of(giver),
        queries.holder_of(taker),
        amount_ml,
        on=on,
        detail={"why": reason},
    )
    posted = post(draft, actor=actor)
    if posted.is_new:
        audit.note(
            "excise.quota-transferred",
            actor=actor,
            subject=named,
            detail={"from": str(giver), "to": str(taker), "amount_ml": amount_ml},
        )
    return posted.entry
