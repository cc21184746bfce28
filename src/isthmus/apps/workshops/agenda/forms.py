"""What the secretariat types about an agenda."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.apps.workshops.agenda.models import Licence
from isthmus.apps.workshops.agenda.services import Placed
from isthmus.apps.workshops.programme.forms import joined, long_text
from isthmus.apps.workshops.programme.models import Session
from isthmus.ui.formats import country_name
from isthmus.ui.forms import Day

_MEMBERS = ("name", "position", "organisation", "country")
_TIME = {"type": "time"}


class PlaceForm(forms.Form):
    """A session: what, when, where and who speaks."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Session.Kind.choices)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=300)
    day = Day(label=gettext_lazy("Day"), required=False)
    starts = forms.TimeField(
        label=gettext_lazy("Begins at"), required=False, widget=forms.TimeInput(attrs=_TIME, format="%H:%M")
    )
    ends = forms.TimeField(
        label=gettext_lazy("Ends at"), required=False, widget=forms.TimeInput(attrs=_TIME, format="%H:%M")
    )
    room = forms.CharField(label=gettext_lazy("Room"), max_length=100, required=False)
    speakers = long_text(gettext_lazy("Speakers, one a line"), rows=4, most=4000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["speakers"].help_text = _(
            "Name; position; organisation; country code. What is not known stays empty between the signs."
        )

    def clean(self) -> dict[str, Any]:
        """Day, beginning and end go together."""
        told = super().clean() or {}
        given = [told.get(name) for name in ("day", "starts", "ends")]
        if any(given) and not all(one is not None for one in given):
            self.add_error("day", _("Give day, beginning and end, or none of them."))
        return told

    def clean_speakers(self) -> list[dict[str, str]]:
        """Each line as name, position, organisation and country."""
        found = []
        for line in self.cleaned_data["speakers"].splitlines():
            parts = [" ".join(part.split()) for part in line.split(";")]
            if not any(parts):
                continue
            if not parts[0] or len(parts) > len(_MEMBERS):
                raise forms.ValidationError(_("Each line begins with a name and has at most four parts."))
            one = {name: part for name, part in zip(_MEMBERS, parts, strict=False) if part}
            if "country" in one:
                one["country"] = one["country"].upper()
                if len(one["country"]) != 2 or country_name(one["country"]) == one["country"]:
                    raise forms.ValidationError(_("A country is its code of two letters, such as GH."))
            found.append(one)
        return found

    def placed(self, zone: ZoneInfo) -> Placed:
        """What was typed, with times of the place."""
        told = self.cleaned_data
        return Placed(
            told["kind"],
            joined(told["title"]),
            joined(told["room"]),
            _moment(told["day"], told["starts"], zone),
            _moment(told["day"], told["ends"], zone),
            told["speakers"],
        )


def _moment(day: date | None, at: time | None, zone: ZoneInfo) -> datetime | None:
    return None if day is None or at is None else datetime.combine(day, at, zone)


def initial_of(session: Session, zone: ZoneInfo) -> dict[str, Any]:
    """A session as the form shows it."""
    starts = session.starts_at and session.starts_at.astimezone(zone)
    ends = session.ends_at and session.ends_at.astimezone(zone)
    lines = ("; ".join(one.get(name, "") for name in _MEMBERS) for one in session.speakers)
    return {
        "kind": session.kind,
        "title": session.title,
        "day": starts and starts.date(),
        "starts": starts and starts.time(),
        "ends": ends and ends.time(),
        "room": session.room,
        "speakers": "\n".join(line.rstrip("; ") for line in lines),
    }


class ZoneForm(forms.Form):
    """The time zone of the place."""

    time_zone = forms.CharField(
        label=gettext_lazy("Time zone of the place"),
        max_length=50,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
        help_text=gettext_lazy("As calendars call it, such as Asia/Shanghai."),
    )


class MaterialForm(forms.Form):
    """A file for the participants."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    file = forms.FileField(label=gettext_lazy("File"), max_length=200)
    licence = forms.ChoiceField(label=gettext_lazy("What others may do with it"), choices=Licence.choices)
    session = forms.TypedChoiceField(
        label=gettext_lazy("Session"), coerce=int, required=False, empty_value=None, choices=()
    )

    def __init__(self, *args: Any, sessions: list[Session], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["session"]
        assert isinstance(chosen, forms.TypedChoiceField)
        chosen.choices = [("", _("Of the whole workshop")), *((one.pk, one.title) for one in sessions)]
