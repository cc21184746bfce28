"""The only writers of E-Trade, one transaction each: documents in, records out to partners and in."""

from isthmus.apps.etrade.services.certificates import use
from isthmus.apps.etrade.services.declarations import send
from isthmus.apps.etrade.services.documents import send_document, state, state_theirs
from isthmus.apps.etrade.services.events import record_event, respond
from isthmus.apps.etrade.services.intake import Intake, enter, take_document
from isthmus.apps.etrade.services.licences import draw_by_hand
from isthmus.apps.etrade.services.questions import answer, ask
from isthmus.apps.etrade.services.stating import kind_of_type, state_file, state_new, state_next

__all__ = [
    "Intake",
    "answer",
    "ask",
    "draw_by_hand",
    "enter",
    "kind_of_type",
    "record_event",
    "respond",
    "send",
    "send_document",
    "state",
    "state_file",
    "state_new",
    "state_next",
    "state_theirs",
    "take_document",
    "use",
]
