"""The one way into a book: ``post`` and ``reverse``, each in one transaction under the book's lock.

The lock is held until the outermost transaction ends. A service that writes two books posts to ``duty``
before ``stamps``, and does both after its own rows and before ``publish``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.apps.excise.ledger import queries
from isthmus.apps.excise.ledger.models import (
    LedgerAccount,
    LedgerBalance,
    LedgerBook,
    LedgerEntry,
    LedgerPosting,
)
from isthmus.apps.excise.ledger.rules import (
    AccountKey,
    Chart,
    Draft,
    Sealed,
    faults_of,
    net,
    opposite,
    seal,
    shortfalls,
)
from isthmus.apps.excise.ledger.rules.chain import ORIGIN
from isthmus.apps.excise.ledger.wording import said
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, FieldFault, NotFound


@dataclass(frozen=True, slots=True)
class Posted:
    """An entry that stands, and whether this call made it."""

    entry: LedgerEntry
    is_new: bool


def _locked(name: str) -> LedgerBook:
    """The book, made where it is not there yet, locked until the transaction ends."""
    # Asked first, so that a deed of several entries does not look the row up twice for each.
    if not LedgerBook.objects.filter(name=name).exists():
        LedgerBook.objects.get_or_create(name=name, defaults={"head": ORIGIN})
    book = LedgerBook.objects.select_for_update().filter(name=name).first()
    assert book is not None, "a book is never removed"
    return book


def _same(entry: LedgerEntry, draft: Draft, reverses: int) -> bool:
    sealed = queries.sealed(entry)
    return sealed.draft == replace(draft, detail=dict(draft.detail)) and sealed.reverses == reverses


def _standing(book: LedgerBook, draft: Draft, reverses: int) -> LedgerEntry | None:
    entry = queries.chain(book).filter(key=draft.key).first()
    if entry is None:
        return None
    if not _same(entry, draft, reverses):
        raise Conflict(
            "excise.ledger.key-reused",
            _("Entry %(number)d of the book has the key “%(key)s” already, and says something else.")
            % {"number": entry.number, "key": draft.key},
            next_step=_("Give a new deed a new key; to change what stands, reverse it."),
        )
    return entry


def _accounts(book: LedgerBook, chart: Chart, keys: set[AccountKey]) -> dict[AccountKey, LedgerAccount]:
    holders = {key.holder for key in keys}
    found = {
        AccountKey(row.holder, row.role): row
        for row in LedgerAccount.objects.filter(book=book, holder__in=holders)
    }
    for key in sorted(keys - set(found)):
        found[key] = LedgerAccount.objects.create(
            book=book, holder=key.holder, role=key.role, guarded=chart.roles[key.role].guarded
        )
    return {key: found[key] for key in keys}


def _move_balances(accounts: Mapping[AccountKey, LedgerAccount], draft: Draft) -> None:
    """Change what accounts hold, or raise Conflict ``excise.ledger.overdrawn`` and name each shortfall."""
    rows = {
        (row.account_id, row.unit): row
        for row in LedgerBalance.objects.filter(account__in=[account.pk for account in accounts.values()])
    }
    changes = net(draft.moves)
    held = {
        (key, unit): rows[accounts[key].pk, unit].amount
        for key, unit in changes
        if (accounts[key].pk, unit) in rows
    }
    guarded = {key for key, account in accounts.items() if account.guarded}
    short = shortfalls(held, changes, guarded)
    if short:
        raise Conflict(
            "excise.ledger.overdrawn",
            _("There is not enough for this entry; nothing was posted."),
            next_step=_("Lower the amount, or first post what is missing."),
            faults=tuple(
                FieldFault(
                    str(one.account),
                    _("holds %(held)d %(unit)s; %(left)d would be left")
                    % {"held": one.held, "unit": one.unit, "left": one.left},
                )
                for one in short
            ),
        )
    for (key, unit), change in changes.items():
        account = accounts[key]
        row = rows.get((account.pk, unit)) or LedgerBalance(
            account=account, unit=unit, guarded=account.guarded
        )
        row.amount += change
        row.save()


def _append(
    book: LedgerBook, chart: Chart, draft: Draft, actor: str, undone: LedgerEntry | None
) -> LedgerEntry:
    accounts = _accounts(book, chart, {move.account for move in draft.moves})
    _move_balances(accounts, draft)
    entry = Sealed(
        book=book.name,
        number=book.entries + 1,
        draft=draft,
        actor=actor[:254],
        at=clock.now(),
        reverses=0 if undone is None else undone.number,
        previous=book.head,
        digest="",
    )
    row = LedgerEntry.objects.create(
        book=book,
        number=entry.number,
        key=draft.key,
        kind=draft.kind,
        reference=draft.reference,
        value_on=draft.value_on,
        detail=dict(draft.detail),
        actor=entry.actor,
        at=entry.at,
        reverses=undone,
        previous=entry.previous,
        digest=seal(entry),
    )
    LedgerPosting.objects.bulk_create(
        LedgerPosting(
            entry=row, line=line, account=accounts[move.account], unit=move.unit, amount=move.amount
        )
        for line, move in enumerate(draft.moves, start=1)
    )
    book.entries, book.head = entry.number, row.digest
    book.save()
    return row


@transaction.atomic
def post(chart: Chart, draft: Draft, *, actor: str) -> Posted:
    """Post an entry, once for its key; accounts are opened where they are not there yet.

    BadInput ``excise.ledger.draft`` names what is wrong with the draft, move by move. Conflict
    ``excise.ledger.overdrawn`` names the guarded accounts that hold too little, ``excise.ledger.key-reused``
    the entry that has this key and says something else. Nothing is written then.
    """
    faults = faults_of(chart, draft)
    if faults:
        raise BadInput(
            "excise.ledger.draft",
            _("The entry cannot be posted."),
            faults=tuple(FieldFault(fault.where, said(fault)) for fault in faults),
        )
    book = _locked(chart.book)
    standing = _standing(book, draft, 0)
    if standing is not None:
        return Posted(standing, is_new=False)
    return Posted(_append(book, chart, draft, actor, None), is_new=True)


@transaction.atomic
def reverse(chart: Chart, number: int, *, key: str, on: date, reason: str, actor: str) -> Posted:
    """Post the opposite of entry ``number``, once; the entry itself stays as it is.

    NotFound ``excise.ledger.no-entry``; Conflict ``excise.ledger.reversed`` where it is undone already or is
    itself a reversal, ``excise.ledger.overdrawn`` where what it brought has been used.
    """
    book = _locked(chart.book)
    undone = queries.chain(book).filter(number=number).first()
    if undone is None:
        raise NotFound(
            "excise.ledger.no-entry",
            _("The book “%(book)s” has no entry %(number)d.") % {"book": book.name, "number": number},
        )
    draft = Draft(
        key=key,
        kind="reversal",
        moves=opposite(queries.sealed(undone).draft.moves),
        value_on=on,
        reference=undone.reference,
        detail={"reason": reason},
    )
    faults = faults_of(chart, draft)
    if faults:
        raise BadInput(
            "excise.ledger.draft",
            _("The entry cannot be posted."),
            faults=tuple(FieldFault(fault.where, said(fault)) for fault in faults),
        )
    standing = _standing(book, draft, number)
    if standing is not None:
        return Posted(standing, is_new=False)
    other = LedgerEntry.objects.filter(reverses=undone).first()
    if other is not None or undone.reverses_id is not None:
        raise Conflict(
            "excise.ledger.reversed",
            _("Entry %(number)d is reversed already, or is itself a reversal.") % {"number": number},
            next_step=_("Post what should stand as a new entry."),
        )
    return Posted(_append(book, chart, draft, actor, undone), is_new=True)
