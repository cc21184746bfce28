"""A rate corrected late: the entries that stand by it are taken back and noted anew, in one step."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.workshops.expenditure import queries
from isthmus.apps.workshops.expenditure.models import Entry
from isthmus.apps.workshops.expenditure.queries import RateUsed
from isthmus.apps.workshops.expenditure.rules.amounts import converted
from isthmus.apps.workshops.expenditure.rules.book import Move, reversal_of
from isthmus.apps.workshops.expenditure.services import check_admitted, next_number, taken_back
from isthmus.apps.workshops.programme.models import Programme
from isthmus.apps.workshops.programme.services.planning import bad, open_programme
from isthmus.apps.workshops.programme.wording import digits_of
from isthmus.kit import clock
from isthmus.kit.errors import Conflict


@dataclass(frozen=True, slots=True)
class NewRate:
    """The right rate with its day and source, and why it was another."""

    rate: Decimal
    on: date
    source: str
    reason: str


def _worth(programme: Programme, old: Entry, rate: Decimal) -> int:
    assert old.original_minor is not None
    digits = digits_of(old.original_currency), digits_of(programme.currency)
    try:
        return converted(old.original_minor, rate, *digits)
    except ValueError as error:
        raise bad("rate", _("A rate is above zero.")) from error


def _again(programme: Programme, old: Entry, number: int, new: NewRate) -> Entry:
    return Entry(
        programme=programme,
        number=number,
        kind=old.kind,
        amount_minor=_worth(programme, old, new.rate),
        line=old.line,
        taken_from=old.taken_from,
        person=old.person,
        on=old.on,
        text=old.text,
        receipt=old.receipt,
        receipt_sha256=old.receipt_sha256,
        original_currency=old.original_currency,
        original_minor=old.original_minor,
        rate=new.rate,
        rate_on=new.on,
        rate_source=new.source,
        corrects=old,
    )


@transaction.atomic
def correct_rate(programme: Programme, used: RateUsed, new: NewRate, *, actor: str) -> list[Entry]:
    """Put the right rate in place of the one that entries stand by; returns the new entries.

    Only those entries change, all or none: each is taken back and noted anew, approved by whoever corrects.
    BadInput where a line or advance would fall short, or nothing would change; Conflict where the actor noted
    one of the entries, since a second person approves.
    """
    row = open_programme(programme)
    if new.on > clock.now().date():
        raise bad("rate_on", _("This day is still to come."))
    old = list(queries.entries_of(row).filter(number__in=used.numbers, reversed_by=None))
    if len(old) != len(used.numbers) or any(one.rate != used.rate for one in old):
        raise Conflict("workshops.changed", _("The book has changed meanwhile; look at it again."))
    if any(one.by == actor for one in old):
        raise Conflict("workshops.own", _("Whoever noted an entry does not approve it as well."))
    if new.rate == used.rate:
        raise bad("rate", _("This is the rate by which they stand already."))
    number, made = next_number(row), []
    moves: list[Move] = []
    for one in old:
        moves.append(reversal_of(one.as_move, number))
        made += [
            taken_back(row, one, number, new.reason),
            again := _again(row, one, number + 1, new),
        ]
        moves.append(again.as_move)
        number += 2
    check_admitted(row, *moves)
    now = clock.now()
    for one in made:
        one.by = one.approved_by = actor
        one.at = one.approved_at = now
        one.save(force_insert=True)
    fresh = [one for one in made if one.corrects is not None]
    _carry_receipts(old, fresh)
    detail = {
        "currency": used.currency,
        "from": f"{used.rate.normalize():f}",
        "to": f"{new.rate.normalize():f}",
        "entries": list(used.numbers),
        "reason": new.reason,
    }
    audit.note("workshops.rate-corrected", actor=actor, subject=row.code, detail=detail)
    return fresh


def _carry_receipts(old: list[Entry], fresh: list[Entry]) -> None:
    """The files of the receipts stand by the entries that count."""
    by_old = {one.corrects_id: one for one in fresh}
    for one in old:
        one.receipt_files.update(entry=by_old[one.pk])
