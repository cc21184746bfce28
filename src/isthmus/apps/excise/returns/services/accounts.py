"""What officers post on a declared return: adjustments, penalties, interest, payments and refunds.

Each posts one entry for its key, under the lock of the return, and then says anew whether the return is
paid. A key that was posted already changes nothing, so that a button pressed twice or a lost answer does no
harm.
"""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.excise.ledger import services as ledger
from isthmus.apps.excise.ledger.models import LedgerEntry
from isthmus.apps.excise.ledger.rules import AccountKey, Draft
from isthmus.apps.excise.returns import queries
from isthmus.apps.excise.returns.models import DutyReturn
from isthmus.apps.excise.returns.rules.entries import (
    CHART,
    DUTY_KINDS,
    TREASURY,
    WITHDRAWABLE,
    charge,
    owed,
    refunds,
    revenue,
    transfer,
)
from isthmus.apps.excise.returns.rules.states import Deed, State, settled
from isthmus.apps.excise.returns.rules.terms import Interest, TermsFault, interest, penalty
from isthmus.apps.excise.returns.services.declaring import locked, with_reason
from isthmus.apps.excise.returns.wording import money_text
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, FieldFault, NotFound
from isthmus.ui.formats import country_name

STATE_ACCOUNT = "state"


def _post(row: DutyReturn, draft: Draft, deed: str, actor: str) -> LedgerEntry:
    posted = ledger.post(CHART, draft, actor=actor)
    if posted.is_new:
        audit.note(
            f"excise.return-{deed}",
            actor=actor,
            subject=str(row),
            detail={"entry": posted.entry.number, "key": draft.key},
        )
    _settle(row)
    return posted.entry


def _settle(row: DutyReturn) -> None:
    """Say whether the return is paid, by the book."""
    state = settled(row.stands, queries.held(row, "owed"))
    if state != row.state:
        row.state = state
        row.save(update_fields=["state"])


def _positive(amount_minor: int) -> int:
    if amount_minor <= 0:
        message = _("The amount must be more than 0.")
        raise BadInput("excise.amount", message, faults=(FieldFault("amount", message),))
    return amount_minor


def _not_ahead(day: date) -> date:
    if day > clock.now().date():
        message = _("The day %(day)s lies ahead.") % {"day": day}
        raise BadInput("excise.day-ahead", message, faults=(FieldFault("on", message),))
    return day


def _account(row: DutyReturn) -> tuple[str, str]:
    assert row.number is not None, "what is declared has its number"
    return row.number, row.operator.excise_number


@transaction.atomic
def adjust(row: DutyReturn, code: str, amount_minor: int, *, why: str, key: str, actor: str) -> LedgerEntry:
    """Raise (above zero) or lower what is owed under one tariff code, before the return is assessed.

    BadInput where it would leave less than nothing under that code, or the return has no such code.
    """
    reason = with_reason(why)
    now = locked(row, Deed.ADJUST)
    number, holder = _account(now)
    if amount_minor == 0:
        message = _("The amount must be more or less than 0.")
        raise BadInput("excise.amount", message, faults=(FieldFault("amount", message),))
    account = revenue(now.country, code)
    of_code = -sum(
        posting.amount
        for entry in queries.entries_of(now)
        for posting in entry.postings.all()
        if AccountKey(posting.account.holder, posting.account.role) == account
    )
    if of_code + amount_minor < 0:
        message = _("Under %(code)s no more than %(amount)s can be taken off.") % {
            "code": code,
            "amount": money_text(of_code, now.currency),
        }
        raise BadInput("excise.adjusted-below", message, faults=(FieldFault("amount", message),))
    draft = charge(
        f"{number} adjust {key}",
        "adjustment",
        holder,
        {account: amount_minor},
        currency=now.currency,
        reference=number,
        on=now.due_on,
        detail={"why": reason, "version": now.version},
    )
    assert draft is not None, "the amount is not zero"
    return _post(now, draft, "adjusted", actor)


@transaction.atomic
def assess(row: DutyReturn, *, actor: str) -> DutyReturn:
    """Accept what was declared, with its adjustments; from then on only a new version changes the duty."""
    now = locked(row, Deed.ASSESS)
    now.state, now.assessed_by, now.assessed_at = State.ASSESSED, actor[:254], clock.now()
    now.save(update_fields=["state", "assessed_by", "assessed_at"])
    audit.note("excise.return-assessed", actor=actor, subject=str(now))
    _settle(now)
    return now


@transaction.atomic
def penalise(
    row: DutyReturn, kind: str, amount_minor: int | None, *, why: str, key: str, actor: str
) -> LedgerEntry:
    """Post a penalty: the amount that the terms state, or the one given where they state none.

    BadInput where the terms know no such penalty on the day, or no amount and none is given.
    """
    reason = with_reason(why)
    now = locked(row, Deed.PENALISE)
    number, holder = _account(now)
    today = clock.now().date()
    try:
        rule, stated = penalty(queries.terms_of(now.country), kind, today, now.total_minor)
    except TermsFault as fault:
        message = _("The terms of %(country)s know no penalty “%(kind)s” on %(day)s.") % {
            "country": country_name(now.country),
            "kind": kind,
            "day": fault.day,
        }
        raise BadInput("excise.penalty", message, faults=(FieldFault("kind", message),)) from fault
    if stated is None and amount_minor is None:
        message = _("The terms do not know the amount: %(why)s State it, and its act in the reason.") % {
            "why": rule.missing
        }
        raise BadInput("excise.penalty-amount", message, faults=(FieldFault("amount", message),))
    amount = _positive(amount_minor if amount_minor is not None else stated or 0)
    draft = charge(
        f"{number} penalty {key}",
        "penalty",
        holder,
        {AccountKey(STATE_ACCOUNT, "penalties"): amount},
        currency=now.currency,
        reference=number,
        on=today,
        detail={"why": reason, "penalty": rule.name, "act": rule.act, "by_terms": amount == stated},
    )
    assert draft is not None, "the amount is more than zero"
    return _post(now, draft, "penalised", actor)


def interest_until(row: DutyReturn, until: date) -> tuple[Interest, int]:
    """The interest on a return's unpaid duty up to a day, and how much of it is not posted yet.

    Payments count against the duty before penalties and interest. BadInput where no rate is known.
    """
    changes, posted = [], 0
    for entry in queries.entries_of(row):
        on_owed = sum(one.amount for one in entry.postings.all() if one.account.role == "owed")
        kind = entry.reverses.kind if entry.reverses is not None else entry.kind
        if kind in (*DUTY_KINDS, "payment", "refund"):
            changes.append((entry.value_on, on_owed))
        elif kind == "interest":
            posted += on_owed
    try:
        found = interest(changes, row.due_on, until, queries.terms_of(row.country).rates)
    except TermsFault as fault:
        message = _("The terms of %(country)s know no rate of interest for %(day)s.") % {
            "country": country_name(row.country),
            "day": fault.day,
        }
        raise BadInput(
            "excise.no-rate",
            message,
            next_step=_("Add the rate to the terms, or work out interest up to an earlier day."),
            faults=(FieldFault("until", message),),
        ) from fault
    return found, found.amount_minor - posted


@transaction.atomic
def charge_interest(row: DutyReturn, until: date, *, actor: str) -> LedgerEntry | None:
    """Post the interest up to a day that is not posted yet; None where there is none."""
    _not_ahead(until)
    now = locked(row, Deed.CHARGE_INTEREST)
    number, holder = _account(now)
    found, left = interest_until(now, until)
    if left <= 0:
        return None
    draft = charge(
        f"{number} interest {until} {found.amount_minor}",
        "interest",
        holder,
        {AccountKey(STATE_ACCOUNT, "interest"): left},
        currency=now.currency,
        reference=number,
        on=until,
        detail={"until": until.isoformat(), "all_minor": found.amount_minor},
    )
    assert draft is not None, "the amount is more than zero"
    return _post(now, draft, "interest", actor)


@transaction.atomic
def pay(row: DutyReturn, amount_minor: int, on: date, *, bank: str, key: str, actor: str) -> LedgerEntry:
    """Post a payment that arrived on a day, by the bank's reference. More than is owed becomes a credit."""
    _positive(amount_minor)
    _not_ahead(on)
    reference = bank.strip()
    if not reference or len(reference) > 100:
        message = _("Give the bank's reference of the payment, in at most 100 signs.")
        raise BadInput("excise.no-bank-reference", message, faults=(FieldFault("bank", message),))
    now = locked(row, Deed.PAY)
    number, holder = _account(now)
    draft = transfer(
        f"{number} payment {key}",
        "payment",
        owed(holder),
        TREASURY,
        amount_minor,
        currency=now.currency,
        reference=number,
        on=on,
        detail={"bank": reference},
    )
    return _post(now, draft, "payment", actor)


@transaction.atomic
def approve_refund(row: DutyReturn, amount_minor: int, *, why: str, key: str, actor: str) -> LedgerEntry:
    """Turn what was paid too much into a refund that is due. Conflict beyond the credit of the return."""
    reason = with_reason(why)
    _positive(amount_minor)
    now = locked(row, Deed.REFUND)
    number, holder = _account(now)
    draft = transfer(
        f"{number} refund {key}",
        "refund",
        refunds(holder),
        owed(holder),
        amount_minor,
        currency=now.currency,
        reference=number,
        on=clock.now().date(),
        detail={"why": reason},
    )
    if not _is_posted(draft.key):
        credit = -queries.held(now, "owed")
        _within(amount_minor, credit, now.currency, _("paid too much on this return"))
    return _post(now, draft, "refund", actor)


@transaction.atomic
def pay_refund(row: DutyReturn, amount_minor: int, *, bank: str, key: str, actor: str) -> LedgerEntry:
    """Post that a refund was paid out. Conflict beyond what is due to be refunded on this return."""
    _positive(amount_minor)
    now = locked(row, Deed.PAY_REFUND)
    number, holder = _account(now)
    draft = transfer(
        f"{number} refund paid {key}",
        "refund-paid",
        TREASURY,
        refunds(holder),
        amount_minor,
        currency=now.currency,
        reference=number,
        on=clock.now().date(),
        detail={"bank": bank.strip()[:100]},
    )
    if not _is_posted(draft.key):
        due = -queries.held(now, "refunds")
        _within(amount_minor, due, now.currency, _("approved for refund on this return"))
    return _post(now, draft, "refund-paid", actor)


def _is_posted(key: str) -> bool:
    return LedgerEntry.objects.filter(book__name=CHART.book, key=key).exists()


def _within(amount_minor: int, most: int, currency: str, what: str) -> None:
    if amount_minor > most:
        message = _("No more than %(most)s is %(what)s.") % {
            "most": money_text(max(most, 0), currency),
            "what": what,
        }
        raise Conflict("excise.refund-too-much", message, faults=(FieldFault("amount", message),))


@transaction.atomic
def withdraw(row: DutyReturn, entry_number: int, *, why: str, actor: str) -> LedgerEntry:
    """Take one payment, penalty, interest or adjustment back, by an entry that reverses it."""
    reason = with_reason(why)
    now = locked(row, Deed.WITHDRAW)
    entry = queries.entries_of(now).filter(number=entry_number, kind__in=WITHDRAWABLE).first()
    if entry is None:
        raise NotFound(
            "excise.no-entry",
            _("Entry %(number)d is none of this return's payments, penalties, interest or adjustments.")
            % {"number": entry_number},
        )
    if entry.kind == "adjustment" and now.stands is not State.DECLARED:
        raise Conflict(
            "excise.return-assessed",
            _("The return is assessed: an adjustment can no longer be taken back."),
            next_step=_("Amend the return."),
        )
    posted = ledger.reverse(
        CHART,
        entry.number,
        key=f"{now.number} withdraws {entry.number}",
        on=entry.value_on,
        reason=reason,
        actor=actor,
    )
    if posted.is_new:
        audit.note(
            "excise.return-withdrawn",
            actor=actor,
            subject=str(now),
            detail={"entry": entry.number, "why": reason},
        )
    _settle(now)
    return posted.entry
