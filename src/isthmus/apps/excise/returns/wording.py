"""Amounts, states and entries of the duty book as people read them."""

from decimal import Decimal

from babel.numbers import get_currency_precision
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.apps.excise.ledger.models import LedgerEntry
from isthmus.apps.excise.returns.models import DutyReturn
from isthmus.apps.excise.returns.rules.states import State as Stands
from isthmus.ui.components import Amount, State, StateKind

KINDS: dict[str, str | Promise] = {
    "duty": gettext_lazy("Duty declared"),
    "adjustment": gettext_lazy("Adjustment"),
    "penalty": gettext_lazy("Penalty"),
    "interest": gettext_lazy("Interest"),
    "payment": gettext_lazy("Payment"),
    "refund": gettext_lazy("Refund approved"),
    "refund-paid": gettext_lazy("Refund paid out"),
}
ROLES: dict[str, str | Promise] = {
    "owed": gettext_lazy("Owed by the operator"),
    "revenue": gettext_lazy("Duty, by tariff code"),
    "penalties": gettext_lazy("Penalties"),
    "interest": gettext_lazy("Interest"),
    "payments": gettext_lazy("Paid into the treasury"),
    "refunds": gettext_lazy("Refunds due to the operator"),
}
_STATES: dict[str, StateKind] = {
    Stands.DRAFT: "wait",
    Stands.DECLARED: "wait",
    Stands.ASSESSED: "warn",
    Stands.PAID: "ok",
    Stands.REPLACED: "off",
}


def in_units(amount_minor: int, currency: str) -> Decimal:
    """Minor units in units of their currency."""
    return Decimal(amount_minor).scaleb(-get_currency_precision(currency))


def in_minor(amount: Decimal, currency: str) -> int | None:
    """Units of a currency in minor units; None where it has fewer decimals."""
    scaled = amount.scaleb(get_currency_precision(currency))
    return int(scaled) if scaled == scaled.to_integral_value() else None


def money(amount_minor: int, currency: str) -> Amount:
    """An amount with its currency, for a page."""
    return Amount(in_units(amount_minor, currency), currency, get_currency_precision(currency))


def money_text(amount_minor: int, currency: str) -> str:
    """An amount with its currency, as text."""
    return f"{in_units(amount_minor, currency):,.{get_currency_precision(currency)}f} {currency}"


def state_of(row: DutyReturn, *, overdue: bool = False) -> State:
    """The state of a return as it is shown."""
    if overdue:
        return State("bad", _("%(state)s, overdue") % {"state": row.get_state_display()})
    return State(_STATES[row.state], row.get_state_display())


def entry_words(entry: LedgerEntry) -> str:
    """What an entry is, with its reason or the bank's reference."""
    if entry.reverses is not None:
        what = _("%(kind)s taken back (entry %(number)d)") % {
            "kind": KINDS.get(entry.reverses.kind, entry.reverses.kind),
            "number": entry.reverses.number,
        }
    else:
        what = str(KINDS.get(entry.kind, entry.kind))
    said = entry.detail.get("why") or entry.detail.get("reason") or entry.detail.get("bank")
    return f"{what}: {said}" if said else what
