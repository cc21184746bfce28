"""Forms of delegates, in words and columns."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.apps.workshops.delegates import services
from isthmus.apps.workshops.delegates.models import DelegateLink
from isthmus.apps.workshops.nominations.models import Nomination
from isthmus.ui.components import State
from isthmus.ui.table import Column


def reference_of(nomination: Nomination) -> str:
    """A short form of a nomination's reference, to be read out on the telephone."""
    sign = nomination.reference[-12:].upper()
    return f"{sign[:4]}-{sign[4:8]}-{sign[8:]}"


def form_state(row: DelegateLink) -> State:
    """How far a form is."""
    if row.nomination_id is not None:
        return State("ok", _("Handed in"))
    if row.taken_back_at is not None:
        return State("off", _("Taken back"))
    if not services.is_open(row):
        return State("off", _("Not used"))
    return State("wait", _("Begun")) if row.answers else State("wait", _("Given out"))


FORMS: tuple[Column[DelegateLink], ...] = (
    Column("for", gettext_lazy("For whom"), "meant_for"),
    Column("state", gettext_lazy("State"), form_state, "state"),
    Column("at", gettext_lazy("Given out"), "at", "date"),
    Column("by", gettext_lazy("By"), "by"),
)
