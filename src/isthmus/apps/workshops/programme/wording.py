"""States of workshops and what they lack, in words; money of a programme."""

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from babel.numbers import get_currency_precision
from django.utils.translation import gettext_lazy

from isthmus.apps.workshops.programme.rules.states import Lack, WorkshopState
from isthmus.ui.components import Amount, State, StateKind

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

STATES: Final[dict[WorkshopState, tuple[StateKind, "_StrOrPromise"]]] = {
    WorkshopState.PLANNED: ("off", gettext_lazy("Planned")),
    WorkshopState.INVITED: ("wait", gettext_lazy("Countries are called")),
    WorkshopState.HELD: ("warn", gettext_lazy("Held, to be reported")),
    WorkshopState.REPORTED: ("ok", gettext_lazy("Reported")),
}
LACKS: Final[dict[Lack, "_StrOrPromise"]] = {
    Lack.NOT_OVER: gettext_lazy("The last day of the workshop is still to come."),
    Lack.NOBODY: gettext_lazy("Nobody is noted as present; note it, or state how many took part."),
    Lack.NO_ACCOUNT: gettext_lazy("Nothing is written about the workshop yet."),
    Lack.NOT_HELD: gettext_lazy("The workshop is not noted as held."),
    Lack.ALREADY: gettext_lazy("This is noted already."),
}


def state_mark(found: WorkshopState) -> State:
    """How far a workshop is, as a mark."""
    return State(*STATES[found])


def digits_of(currency: str) -> int:
    """How many decimals a currency has (ISO 4217, by CLDR)."""
    return get_currency_precision(currency)


def money(minor: int, currency: str) -> Amount:
    """An amount in minor units as a page shows it."""
    digits = digits_of(currency)
    return Amount(Decimal(minor).scaleb(-digits), currency, digits)
