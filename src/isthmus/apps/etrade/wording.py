"""Codes of declarations in the words of the visitor's language."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from isthmus.ui.components import State, StateKind

if TYPE_CHECKING:
    from isthmus.apps.etrade.models import Declaration, TradeDocument

# UN/ECE Recommendation 19, codes for modes of transport.
_TRANSPORT_MODES = {
    "1": _("by sea"),
    "2": _("by rail"),
    "3": _("by road"),
    "4": _("by air"),
    "5": _("by post"),
    "6": _("by several modes"),
    "7": _("by pipe or cable"),
    "8": _("on inland water"),
    "9": _("not known"),
}


def transport_mode(code: str) -> str:
    """A mode of transport as its code and its words; an unknown code alone."""
    words = _TRANSPORT_MODES.get(code)
    return f"{code}, {words}" if words else code


_STATE_KINDS: dict[str, StateKind] = {
    "cancelled": "off",
    "held": "bad",
    "discrepancy": "bad",
    "suspended": "bad",
    "unmatched": "warn",
    "pre-arrival-received": "wait",
    "departed": "wait",
    "passed": "wait",
    "lodged": "wait",
    "utilised": "off",
}


def state_of(row: "Declaration | TradeDocument") -> State:
    """Where a declaration or document stands, as a word with its shape."""
    return State(_STATE_KINDS.get(row.state, "ok"), row.get_state_display())
