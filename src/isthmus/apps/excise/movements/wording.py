"""Movements in words: states, what is said about them, why it has no effect."""

from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from isthmus.apps.excise.movements.rules.gates import Alarm
from isthmus.apps.excise.movements.rules.history import Objection
from isthmus.apps.excise.movements.rules.securing import Guarantor, Misuse, guarantors
from isthmus.apps.excise.movements.rules.states import Kind, Party, State
from isthmus.ui.formats import day_text

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

STATES: "dict[State, _StrPromise]" = {
    State.UNKNOWN: _("its document is not here"),
    State.ACCEPTED: _("on the road"),
    State.CANCELLED: _("cancelled"),
    State.DIVERTED: _("on the road to a new destination"),
    State.ALERTED: _("on the road, the consignee has raised an alert"),
    State.REJECTED: _("rejected by the consignee before arrival"),
    State.SPLIT: _("split into other movements"),
    State.EXPORTING: _("at customs for export"),
    State.CUSTOMS_REFUSED: _("refused by customs"),
    State.DELIVERED: _("delivered"),
    State.EXPORTED: _("exported"),
    State.REFUSED: _("refused on arrival"),
    State.PARTIALLY_REFUSED: _("refused in part on arrival"),
    State.INTERRUPTED: _("interrupted by officers"),
    State.LOST: _("lost"),
    State.CLOSED: _("closed by hand"),
}
KINDS: "dict[Kind, _StrPromise]" = {
    Kind.ACCEPT: _("document accepted"),
    Kind.CANCEL: _("cancellation"),
    Kind.CHANGE: _("change of destination"),
    Kind.SPLIT: _("splitting"),
    Kind.ALERT: _("alert"),
    Kind.REJECT: _("rejection"),
    Kind.DELAY: _("explanation of a delay"),
    Kind.CUSTOMS_ACCEPT: _("export accepted by customs"),
    Kind.CUSTOMS_REFUSE: _("refusal by customs"),
    Kind.RECEIVE: _("report of receipt"),
    Kind.EXIT: _("report of export"),
    Kind.REFUSE: _("refusal of the goods"),
    Kind.REFUSE_PART: _("refusal of a part"),
    Kind.EVENT: _("event on the road"),
    Kind.SHORTAGE: _("explanation of a shortage"),
    Kind.INTERRUPT: _("interruption"),
    Kind.LOSE: _("total loss"),
    Kind.REMIND: _("reminder"),
    Kind.CLOSE: _("closing by hand"),
}
PARTIES: "dict[Party, _StrPromise]" = {
    Party.CONSIGNOR: _("consignor"),
    Party.CONSIGNEE: _("consignee"),
    Party.DISPATCH_OFFICE: _("office of dispatch"),
    Party.DESTINATION_OFFICE: _("office of destination"),
    Party.CUSTOMS: _("customs"),
}
OBJECTIONS: "dict[Objection, _StrPromise]" = {
    Objection.NOT_THEIRS: _("this party may not say it"),
    Objection.WRONG_NODE: _("signed by the wrong country"),
    Objection.OLD_DOCUMENT: _("about a version of the document that does not stand"),
    Objection.NOT_NOW: _("not possible in the state that the movement had"),
}
DRAFTED = _("draft")
VERBS: "dict[Kind, _StrPromise]" = {
    Kind.RECEIVE: _("Report the receipt"),
    Kind.REFUSE: _("Refuse the goods on arrival"),
    Kind.REFUSE_PART: _("Refuse a part on arrival"),
    Kind.EXIT: _("Report the export"),
    Kind.ALERT: _("Raise an alert"),
    Kind.REJECT: _("Reject the movement"),
    Kind.CANCEL: _("Cancel it"),
    Kind.CHANGE: _("Change the destination"),
    Kind.SPLIT: _("Split it"),
    Kind.DELAY: _("Explain the delay"),
    Kind.SHORTAGE: _("Explain the shortage"),
    Kind.EVENT: _("Report an event"),
    Kind.CUSTOMS_REFUSE: _("Refuse it at customs"),
    Kind.INTERRUPT: _("Interrupt it"),
}
ALARMS: "dict[str, _StrPromise]" = {
    Alarm.UNKNOWN: _("no document is known under this ARC"),
    Alarm.NOT_MOVING: _("nothing may travel under this ARC now"),
    Alarm.AGAIN: _("this ARC has passed in this direction before"),
    Alarm.OTHER_GATE: _("it passed at another gate"),
    Alarm.OTHER_PLATE: _("another vehicle passed under this ARC"),
    Alarm.OTHER_SEAL: _("a load with another seal passed under this ARC"),
}
GUARANTORS: "dict[Guarantor, _StrPromise]" = {
    Guarantor.CONSIGNOR: _("consignor"),
    Guarantor.TRANSPORTER: _("transporter"),
    Guarantor.OWNER: _("owner of the goods"),
    Guarantor.CONSIGNEE: _("consignee"),
}
MISUSES: "dict[Misuse, _StrPromise]" = {
    Misuse.ACROSS: _("goods that leave the country need a guarantee"),
    Misuse.NOT_ENERGY: _("only energy products travel without a guarantee"),
    Misuse.MODE: _("only by sea or through a pipeline do goods travel without a guarantee"),
}


def code_words(code: str) -> str:
    """Who secures the duty, by a guarantor code."""
    named = guarantors(code)
    if not named:
        return gettext("none is needed (code %(code)s)") % {"code": code}
    return ", ".join(str(GUARANTORS[party]) for party in named)


def rates_words(on: date) -> str:
    """That an amount rests on rates that have ended."""
    return gettext("by the last known rates, of %(day)s") % {"day": day_text(on)}
