"""The only writers of money: the budget, entries, their approval, and the closing of the book."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.workshops.expenditure import queries
from isthmus.apps.workshops.expenditure.models import BudgetLine, DeclaredTotal, Entry
from isthmus.apps.workshops.expenditure.rules.amounts import converted
from isthmus.apps.workshops.expenditure.rules.book import (
    Kind,
    Move,
    NotAdmitted,
    Reason,
    admit_together,
    reversal_of,
)
from isthmus.apps.workshops.expenditure.rules.sums import Spent
from isthmus.apps.workshops.expenditure.wording import not_admitted, open_words
from isthmus.apps.workshops.programme.models import Programme
from isthmus.apps.workshops.programme.services.planning import bad, open_programme
from isthmus.apps.workshops.programme.wording import digits_of
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, FieldFault

_FIELD = {
    Reason.AMOUNT: "amount",
    Reason.OVER_LINE: "amount",
    Reason.OVER_ADVANCE: "amount",
    Reason.NO_LINE: "line",
    Reason.SAME_LINE: "taken_from",
    Reason.NO_PERSON: "person",
}


@transaction.atomic
def set_budget(
    programme: Programme,
    lines: Sequence[Spent],
    *,
    actor: str,
    source: str = "",
    sources: Mapping[tuple[str, str], str] | None = None,
) -> None:
    """Set the approved budget, once; afterwards only virements move it. ``lines`` in their order.

    ``source`` pays for all lines but those that ``sources`` names by heading and line.
    """
    row = open_programme(programme)
    if row.budget.exists():
        raise Conflict(
            "workshops.budget-set", _("The budget is set; move money between lines by a virement.")
        )
    BudgetLine.objects.bulk_create(
        BudgetLine(
            programme=row,
            place_in_budget=place,
            heading=one.heading,
            name=one.line,
            source=(sources or {}).get((one.heading, one.line), source),
            budget_minor=one.amount_minor,
            is_overhead=one.is_overhead,
        )
        for place, one in enumerate(lines, start=1)
    )
    audit.note("workshops.budget-set", actor=actor, subject=row.code, detail={"lines": len(lines)})


@transaction.atomic
def declare(programme: Programme, totals: dict[str, int], *, actor: str) -> None:
    """Note what is declared to the fund, by heading; what was noted before is replaced."""
    row = open_programme(programme)
    row.declared.all().delete()
    DeclaredTotal.objects.bulk_create(
        DeclaredTotal(programme=row, heading=heading, amount_minor=amount)
        for heading, amount in totals.items()
    )
    audit.note("workshops.totals-declared", actor=actor, subject=row.code, detail=dict(totals))


@dataclass(frozen=True, slots=True)
class Original:
    """An amount of another currency in its minor units, with the rate, its day and its source."""

    currency: str
    amount_minor: int
    rate: Decimal
    rate_on: date
    rate_source: str


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What is noted. ``amount_minor`` is in the programme's currency; None where ``original`` gives it."""

    kind: Kind
    on: date
    text: str
    amount_minor: int | None = None
    line: BudgetLine | None = None
    taken_from: BudgetLine | None = None
    person: str = ""
    receipt: str = ""
    receipt_sha256: str = ""
    original: Original | None = None


def amount_of(programme: Programme, new: NewEntry) -> int:
    """What an entry is worth in the programme's currency, in minor units; BadInput names the field."""
    if new.original is None:
        if new.amount_minor is None:
            raise bad("amount", _("An entry needs an amount."))
        return new.amount_minor
    told = new.original
    if told.currency == programme.currency:
        raise bad("original_currency", _("This is the programme's own currency; it needs no rate."))
    if told.rate_on > clock.now().date():
        raise bad("rate_on", _("This day is still to come."))
    try:
        return converted(
            told.amount_minor, told.rate, digits_of(told.currency), digits_of(programme.currency)
        )
    except ValueError as error:
        raise bad("rate", _("A rate is above zero.")) from error


def check_admitted(programme: Programme, *moves: Move) -> None:
    """BadInput where these moves together may not follow those that stand, with what falls short."""
    lines = queries.lines_of(programme)
    try:
        admit_together(lines, queries.moves_of(programme), moves)
    except NotAdmitted as error:
        message = not_admitted(error, {one.key: one for one in lines}, programme.currency)
        field = _FIELD.get(error.reason, "amount")
        raise BadInput(f"workshops.{error.reason}", message, faults=(FieldFault(field, message),)) from error


def next_number(programme: Programme) -> int:
    """The number of the next entry."""
    last = programme.entries.order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


@transaction.atomic
def enter(programme: Programme, new: NewEntry, *, actor: str) -> Entry:
    """Note an entry. BadInput names the line or person that falls short, and by how much.

    A virement is decided by whoever may approve, so it is approved with its entry.
    """
    row = open_programme(programme)
    if new.on > clock.now().date():
        raise bad("on", _("This day is still to come."))
    amount = amount_of(row, new)
    number = next_number(row)
    move = Move(
        number,
        new.kind,
        amount,
        "" if new.line is None else str(new.line.pk),
        "" if new.taken_from is None else str(new.taken_from.pk),
        new.person,
    )
    check_admitted(row, move)
    told = new.original
    is_virement = new.kind is Kind.VIREMENT
    made = Entry.objects.create(
        programme=row,
        number=number,
        kind=new.kind.value,
        amount_minor=amount,
        line=new.line,
        taken_from=new.taken_from,
        person=new.person,
        on=new.on,
        text=new.text,
        receipt=new.receipt,
        receipt_sha256=new.receipt_sha256,
        original_currency="" if told is None else told.currency,
        original_minor=None if told is None else told.amount_minor,
        rate=None if told is None else told.rate,
        rate_on=None if told is None else told.rate_on,
        rate_source="" if told is None else told.rate_source,
        by=actor,
        at=clock.now(),
        approved_by=actor if is_virement else "",
        approved_at=clock.now() if is_virement else None,
    )
    detail = {"number": number, "kind": new.kind.value, "amount_minor": amount}
    audit.note("workshops.entry", actor=actor, subject=row.code, detail=detail)
    return made


@transaction.atomic
def approve(entry: Entry, *, actor: str) -> Entry:
    """A second person approves an entry. Conflict for one's own, or where it is approved."""
    open_programme(entry.programme)
    row = Entry.objects.select_for_update(of=("self",)).select_related("programme").get(pk=entry.pk)
    if row.approved_by:
        raise Conflict("workshops.approved", _("This entry is approved already."))
    if row.by == actor:
        raise Conflict("workshops.own", _("Whoever noted an entry does not approve it as well."))
    row.approved_by, row.approved_at = actor, clock.now()
    row.save(update_fields=["approved_by", "approved_at"])
    detail = {"number": row.number}
    audit.note("workshops.entry-approved", actor=actor, subject=row.programme.code, detail=detail)
    return row


def taken_back(programme: Programme, old: Entry, number: int, reason: str) -> Entry:
    """An entry below zero that takes an earlier one back; not saved, and nobody's yet."""
    return Entry(
        programme=programme,
        number=number,
        kind=old.kind,
        amount_minor=-old.amount_minor,
        line=old.line,
        taken_from=old.taken_from,
        person=old.person,
        on=clock.now().date(),
        text=reason,
        receipt=old.receipt,
        receipt_sha256=old.receipt_sha256,
        reverses=old,
    )


@transaction.atomic
def take_back(entry: Entry, reason: str, *, actor: str) -> Entry:
    """Take an entry back by one below zero; both stay. BadInput where the money it brought is spent."""
    row = open_programme(entry.programme)
    number = next_number(row)
    old = queries.entries_of(row).get(pk=entry.pk)
    check_admitted(row, reversal_of(old.as_move, number))
    made = taken_back(row, old, number, reason)
    made.by, made.at = actor, clock.now()
    made.save(force_insert=True)
    detail = {"number": number, "reverses": old.number, "reason": reason}
    audit.note("workshops.entry-reversed", actor=actor, subject=row.code, detail=detail)
    return made


@transaction.atomic
def close(programme: Programme, *, actor: str) -> Programme:
    """Close the book: afterwards nothing of the programme changes. Conflict names all that keeps it open."""
    row = open_programme(programme)
    if found := queries.open_of(row):
        message = " ".join(open_words(found, row.currency))
        raise Conflict("workshops.not-closed", message)
    row.closed_at = clock.now()
    row.save(update_fields=["closed_at"])
    audit.note("workshops.programme-closed", actor=actor, subject=row.code)
    return row
