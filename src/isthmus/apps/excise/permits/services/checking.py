"""What every deed asks before it writes, said to the person who can act."""

from datetime import date

from django.utils.translation import gettext as _

from isthmus.apps.excise.ledger import services as ledger
from isthmus.apps.excise.ledger.rules import LARGEST, Draft
from isthmus.apps.excise.permits import queries
from isthmus.apps.excise.permits.rules.entries import CHART
from isthmus.apps.excise.permits.rules.states import day_fault
from isthmus.apps.excise.permits.wording import litres_text
from isthmus.apps.excise.registry.models import Operator
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, FieldFault


def bad(code: str, where: str, message: str) -> BadInput:
    """An input that one field is to blame for."""
    return BadInput(f"excise.{code}", message, faults=(FieldFault(where, message),))


def positive(amount: int, where: str = "amount") -> int:
    """An amount above zero that the book can hold, in ml of pure alcohol."""
    if not 0 < amount <= LARGEST:
        raise bad("quota-amount", where, _("State an amount of pure alcohol above zero."))
    return amount


def text(given: str, where: str, longest: int = 500) -> str:
    """Text that says something in one line; BadInput where it does not."""
    stripped = given.strip()
    if not stripped or len(stripped) > longest or not stripped.isprintable():
        raise bad("permit-text", where, _("Fill this in with 1 to %(most)d signs.") % {"most": longest})
    return stripped


def in_year(day: date, year: int) -> date:
    """A day that has come and lies in the year of the quota."""
    fault = day_fault(day, year, clock.now().date())
    if fault == "ahead":
        raise bad("day-ahead", "on", _("The day %(day)s lies ahead.") % {"day": day})
    if fault == "year":
        message = _("The day %(day)s is not in %(year)d, the year of the quota.") % {"day": day, "year": year}
        raise bad("quota-year", "on", message)
    return day


def locked_operator(operator: Operator) -> Operator:
    """The resort, locked: its bonded stock is counted and released by one at a time.

    Its key is left free, so that returns of the same operator need not wait.
    """
    return Operator.objects.select_for_update(no_key=True).get(pk=operator.pk)


def post(draft: Draft, *, actor: str) -> ledger.Posted:
    """Post to the quota book; a shortfall is told in litres, account by account."""
    try:
        return ledger.post(CHART, draft, actor=actor)
    except Conflict as error:
        if error.code != "excise.ledger.overdrawn":
            raise
        raise _short(draft) from error


def _short(draft: Draft) -> Conflict:
    words = {
        "left": _("The quota of %(holder)s has %(held)s left; %(needed)s is needed."),
        "permitted": _("The permit %(holder)s has %(held)s left; %(needed)s is needed."),
        "bond": _("The bonded store of %(holder)s has %(held)s by the book; %(needed)s is needed."),
    }
    faults = []
    for move in draft.moves:
        held = queries.balance(move.account.holder, move.account.role)
        if move.account.role in words and held + move.amount < 0:
            figures = {
                "holder": move.account.holder,
                "held": litres_text(held),
                "needed": litres_text(-move.amount),
            }
            faults.append(FieldFault("amount", words[move.account.role] % figures))
    return Conflict(
        "excise.quota-overdrawn",
        " ".join(fault.message for fault in faults) or _("There is not enough left; nothing was posted."),
        next_step=_("Lower the amount, have quota transferred, or apply for another permit."),
        faults=tuple(faults),
    )
