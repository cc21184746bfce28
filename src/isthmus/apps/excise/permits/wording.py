"""Amounts of pure alcohol and states of permits as people read them."""

from decimal import Decimal

from django.utils.translation import gettext as _

from isthmus.apps.excise.permits.models import ImportPermit
from isthmus.apps.excise.permits.rules.states import State as Stands
from isthmus.ui.components import Amount, State, StateKind

_STATES: dict[str, StateKind] = {Stands.APPLIED: "wait", Stands.APPROVED: "ok", Stands.REFUSED: "off"}


def in_litres(ml: int) -> Decimal:
    """Millilitres in litres."""
    return Decimal(ml).scaleb(-3)


def litres(ml: int) -> Amount:
    """An amount of pure alcohol for a page."""
    return Amount(in_litres(ml), _("l"), 3)


def litres_text(ml: int) -> str:
    """An amount of pure alcohol in a sentence."""
    return _("%(litres)s l of pure alcohol") % {"litres": f"{in_litres(ml):,.3f}"}


def state_of(row: ImportPermit) -> State:
    """The state of a permit as it is shown."""
    return State(_STATES[row.state], row.get_state_display())
