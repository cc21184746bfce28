"""What is wrong with a capture, and what an event says, in words."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.apps.excise.events.models import EpcisEvent
from isthmus.apps.excise.events.rules.values import EventFault
from isthmus.kit.errors import FieldFault
from isthmus.ui.components import State

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_FAULTS: "dict[str, _StrPromise]" = {
    "missing": gettext_lazy("This field is missing; write it."),
    "unknown-field": gettext_lazy(
        "EPCIS has no field of this name here. Correct its spelling, or name your own field with a declared"
        " prefix, such as my:field."
    ),
    "undeclared-prefix": gettext_lazy(
        "The prefix “%(given)s” is not declared; add it with its address to @context."
    ),
    "not-text": gettext_lazy("This must be text in quotation marks."),
    "not-true-or-false": gettext_lazy("This must be true or false, without quotation marks."),
    "not-a-number": gettext_lazy("This must be a number, without quotation marks."),
    "not-positive": gettext_lazy("“%(given)s” is no quantity; write a number above 0."),
    "not-a-uri": gettext_lazy(
        "“%(given)s” is no identifier; write a URI such as urn:epc:id:sgtin:… or a web address."
    ),
    "not-an-epc": gettext_lazy(
        "“%(given)s” is no valid EPC: check the name of its scheme and the number of its digits."
    ),
    "not-a-time": gettext_lazy("“%(given)s” is no time with a time zone; write it like %(expected)s."),
    "not-an-offset": gettext_lazy("“%(given)s” is no time zone; write it like %(expected)s."),
    "not-a-unit": gettext_lazy(
        "“%(given)s” is no code of a unit; write two or three capitals or digits, such as %(expected)s."
    ),
    "not-hexadecimal": gettext_lazy("“%(given)s” is not hexadecimal; write digits and letters from a to f."),
    "not-version-2": gettext_lazy(
        "Version “%(given)s” of EPCIS is not read here; write %(expected)s, and the document to suit."
    ),
    "not-a-word": gettext_lazy(
        "“%(given)s” is not in GS1's vocabulary. Write one of its words (%(expected)s), or your own term as a"
        " web address."
    ),
    "not-closed-word": gettext_lazy("“%(given)s” does not stand here; write one of: %(expected)s."),
    "not-a-list": gettext_lazy("This must be a list in square brackets."),
    "not-an-object": gettext_lazy("This must be an object in curly brackets."),
    "empty": gettext_lazy("This list is empty; it needs at least one entry."),
    "twice": gettext_lazy("“%(given)s” stands here twice; write it once."),
    "nothing-named": gettext_lazy("The event names nothing that it is about; fill one of: %(expected)s."),
    "only-when-added": gettext_lazy(
        "What was made is described only when it is made: leave this out, or write the action ADD."
    ),
    "too-many": gettext_lazy(
        "The document has %(given)s events; at most %(expected)s are captured at once. Send several."
    ),
    "duplicate": gettext_lazy("The name “%(given)s” stands twice in one object; write it once."),
    "too-large": gettext_lazy("The number %(given)s is too long to be kept exactly; shorten it."),
    "too-long": gettext_lazy(
        "The document has %(given)s bytes; at most %(expected)s are read. Send several smaller ones."
    ),
    "not-utf8": gettext_lazy("Byte %(given)s is not UTF-8; save the document in this encoding."),
    "too-many-parts": gettext_lazy(
        "The document has more than %(expected)s parts. Send several smaller ones."
    ),
    "too-deep": gettext_lazy("The document is nested more than %(expected)s levels deep; make it flatter."),
    "not-json": gettext_lazy("The document is not JSON (at %(given)s); correct it there."),
    "bad-character": gettext_lazy("A text holds a character that cannot be stored; remove it."),
}


def fault_words(fault: EventFault) -> str:
    """What is wrong, and what to write instead."""
    return str(_FAULTS[fault.code] % {"given": fault.given or "…", "expected": fault.expected})


def place_words(fault: EventFault) -> str:
    """Which event and which field; empty for the document as a whole."""
    if fault.event is None:
        return fault.field
    if not fault.field:
        return _("event %(number)d") % {"number": fault.event}
    return _("event %(number)d, %(field)s") % {"number": fault.event, "field": fault.field}


def field_faults(faults: Iterable[EventFault]) -> tuple[FieldFault, ...]:
    """Faults as errors carry them."""
    return tuple(FieldFault(place_words(fault), fault_words(fault)) for fault in faults)


def standing(event: EpcisEvent) -> State:
    """Whether an event stands: it was declared wrong, declares another wrong, or neither."""
    if event.error:
        return State("warn", _("Declares an error"))
    if getattr(event, "in_error", False):
        return State("bad", _("Declared wrong"))
    return State("ok", _("Stands"))


def word(term: str) -> str:
    """A bare word of the vocabulary as one reads it; an own term as it stands."""
    return term if ":" in term else term.replace("_", " ")
