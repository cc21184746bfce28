"""Standings, phases and what a quote lacks, in words."""

from typing import TYPE_CHECKING, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.apps.solar.tenders.rules.standing import Phase, Standing
from isthmus.apps.solar.tenders.rules.tickets import TicketState
from isthmus.ui.components import State, StateKind

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

STANDINGS: Final[dict[Standing, tuple[StateKind, "_StrOrPromise"]]] = {
    Standing.SEALED: ("wait", gettext_lazy("Sealed")),
    Standing.OPENED: ("ok", gettext_lazy("Open, as sealed")),
    Standing.LATE: ("bad", gettext_lazy("Sealed too late")),
    Standing.UNSEALED: ("bad", gettext_lazy("Came without a seal")),
    Standing.CONTRADICTED: ("bad", gettext_lazy("Sealed twice, differently")),
    Standing.EARLY: ("bad", gettext_lazy("Opened before the deadline")),
    Standing.ALTERED: ("bad", gettext_lazy("Not what was sealed")),
    Standing.OPENED_LATE: ("bad", gettext_lazy("Opened too late")),
    Standing.UNOPENED: ("off", gettext_lazy("Never opened")),
}
_REASONS: Final[dict[Standing, "_StrOrPromise"]] = {
    Standing.SEALED: gettext_lazy("The quote is sealed; nobody can read it before the deadline."),
    Standing.OPENED: gettext_lazy("The quote was opened in time and is what was sealed."),
    Standing.LATE: gettext_lazy("The seal arrived after the deadline."),
    Standing.UNSEALED: gettext_lazy("The quote arrived without a seal before the deadline."),
    Standing.CONTRADICTED: gettext_lazy("Two different seals arrived for one quote."),
    Standing.EARLY: gettext_lazy("The quote was opened before the deadline, when others could read it."),
    Standing.ALTERED: gettext_lazy("The quote is not the one that was sealed."),
    Standing.OPENED_LATE: gettext_lazy("The quote was opened after the time for opening."),
    Standing.UNOPENED: gettext_lazy("The quote was sealed and never opened."),
}
PHASES: Final[dict[Phase, tuple[StateKind, "_StrOrPromise"]]] = {
    Phase.SEALING: ("wait", gettext_lazy("Takes seals")),
    Phase.OPENING: ("wait", gettext_lazy("Quotes are being opened")),
    Phase.DECIDING: ("warn", gettext_lazy("Waits for a decision")),
    Phase.AWARDED: ("ok", gettext_lazy("Decided")),
    Phase.WITHDRAWN: ("off", gettext_lazy("Withdrawn")),
}
TICKETS: Final[dict[TicketState, tuple[StateKind, "_StrOrPromise"]]] = {
    TicketState.OPEN: ("warn", gettext_lazy("Waits for the maker")),
    TicketState.ANSWERED: ("wait", gettext_lazy("Answered")),
    TicketState.CLOSED: ("off", gettext_lazy("Closed")),
}
SAYINGS: Final[dict[str, "_StrOrPromise"]] = {
    "opened": gettext_lazy("Told of a fault"),
    "repair": gettext_lazy("Will be repaired"),
    "replace": gettext_lazy("Will be replaced"),
    "reject": gettext_lazy("Not under warranty"),
    "closed": gettext_lazy("Closed"),
}
PARTS: Final[dict[str, "_StrOrPromise"]] = {
    "panel": gettext_lazy("Panel"),
    "battery": gettext_lazy("Battery"),
    "controller": gettext_lazy("Charge controller"),
    "lamp": gettext_lazy("Lamp"),
    "wiring": gettext_lazy("Wiring"),
    "other": gettext_lazy("Something else"),
}


def standing_state(standing: Standing) -> State:
    """How a quote stands, as a mark."""
    return State(*STANDINGS[standing])


def standing_reason(standing: Standing) -> str | Promise:
    """Why a quote counts or does not, in a sentence."""
    return _REASONS[standing]


def phase_state(phase: Phase) -> State:
    """How far a tender is, as a mark."""
    return State(*PHASES[phase])


def lack_words(lack: tuple[str, str]) -> str:
    """What a quote lacks, in words."""
    name, about = lack
    words = {
        "lot": _("does not offer lot %(about)s"),
        "count": _("offers fewer systems than wanted in lot %(about)s"),
        "wp": _("the panel of lot %(about)s is smaller than wanted"),
        "battery": _("the battery of lot %(about)s is smaller than wanted"),
        "warranty": _("the warranty is %(about)s months only"),
        "take-back": _("worn parts are not taken back"),
        "document": _("names no document %(about)s"),
        "document-expired": _("the document %(about)s has expired"),
        "offer-expired": _("the offer bound until %(about)s only"),
    }
    return words[name] % {"about": about}
