"""What people choose on the pages of events."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from isthmus.apps.excise.events.models import EventKind
from isthmus.apps.excise.events.queries import narrowed
from isthmus.apps.excise.events.rules.vocabulary import BUSINESS_STEP
from isthmus.ui.forms import Day, FilterForm

_UTC = ZoneInfo("UTC")
_STEPS = [("", _("All")), *((word, word.replace("_", " ")) for word in sorted(BUSINESS_STEP.words))]


class EventFilter(FilterForm):
    """Narrows the list of events."""

    item = forms.CharField(label=_("Item, or its GTIN"), required=False, max_length=500)
    step = forms.ChoiceField(label=_("Business step"), required=False, choices=_STEPS)
    place = forms.CharField(label=_("Place"), required=False, max_length=500)
    since = Day(label=_("Happened since"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All")), *EventKind.choices])
    wrong = forms.ChoiceField(
        label=_("Standing"),
        required=False,
        choices=[("", _("All")), ("no", _("Not declared wrong")), ("yes", _("Declared wrong"))],
    )

    def narrow(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Events of an item, of a step, at a place, since a day (UTC), of a kind, as they stand."""
        given = self.cleaned_data
        since = datetime.combine(given["since"], time(), _UTC) if given["since"] else None
        return narrowed(
            rows,
            item=given["item"],
            kind=given["kind"],
            biz_step=given["step"],
            place=given["place"],
            since=since,
            in_error={"yes": True, "no": False}.get(given["wrong"]),
        )
