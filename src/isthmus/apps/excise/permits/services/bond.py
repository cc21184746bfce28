"""What comes into a bonded store, and counts of it. Releases are draw-downs of a permit."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.excise.ledger.models import LedgerEntry
from isthmus.apps.excise.ledger.rules import LARGEST
from isthmus.apps.excise.permits import queries
from isthmus.apps.excise.permits.models import BondCount
from isthmus.apps.excise.permits.rules.entries import arrival, counted
from isthmus.apps.excise.permits.services.checking import bad, in_year, locked_operator, positive, post, text
from isthmus.apps.excise.registry.models import Operator
from isthmus.kit import clock
from isthmus.kit.errors import Conflict


@transaction.atomic
def receive(
    operator: Operator, amount_ml: int, *, on: date, reference: str, key: str, actor: str
) -> LedgerEntry:
    """Bring goods into a resort's bonded store, by the customs declaration's reference, once for its key."""
    positive(amount_ml)
    named, name = text(reference, "reference", 60), text(key, "key", 60)
    in_year(on, on.year)
    row = locked_operator(operator)
    posted = post(
        arrival(f"{row.excise_number} arrival {name}", row.excise_number, amount_ml, on=on, reference=named),
        actor=actor,
    )
    if posted.is_new:
        audit.note(
            "excise.bond-received",
            actor=actor,
            subject=row.excise_number,
            detail={"amount_ml": amount_ml, "reference": named},
        )
    return posted.entry


@transaction.atomic
def count(operator: Operator, counted_ml: int, *, on: date, why: str, key: str, actor: str) -> BondCount:
    """Keep a count beside the book of that moment and post the difference, once for its key.

    BadInput where they differ and no reason is given: a shortage may owe duty, and somebody must look at it.
    """
    name = text(key, "key", 60)
    if not 0 <= counted_ml <= LARGEST:
        raise bad("quota-amount", "amount", _("A count is zero or more."))
    in_year(on, on.year)
    row = locked_operator(operator)
    standing = BondCount.objects.filter(operator=row, key=name).first()
    if standing is not None:
        if (standing.counted_ml, standing.on) != (counted_ml, on):
            raise Conflict(
                "excise.count-key",
                _("This count was posted already, and says something else."),
                next_step=_("Begin a new count."),
            )
        return standing
    book = queries.balance(row.excise_number, "bond")
    reason = text(why, "why") if counted_ml != book else why.strip()[:500]
    draft = counted(
        f"{row.excise_number} count {name}",
        row.excise_number,
        counted_ml - book,
        on=on,
        detail={"book_ml": book, "counted_ml": counted_ml, "why": reason},
    )
    if draft is not None:
        post(draft, actor=actor)
    made = BondCount.objects.create(
        operator=row,
        key=name,
        on=on,
        book_ml=book,
        counted_ml=counted_ml,
        why=reason,
        by=actor[:254],
        at=clock.now(),
    )
    audit.note(
        "excise.bond-counted",
        actor=actor,
        subject=row.excise_number,
        detail={"book_ml": book, "counted_ml": counted_ml},
    )
    return made
