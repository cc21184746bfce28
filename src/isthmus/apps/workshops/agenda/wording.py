"""Agendas in words: times of the place, changes, and the printed programme."""

from datetime import datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from django.utils import translation
from django.utils.translation import get_language, get_language_bidi, gettext_lazy, to_locale
from django.utils.translation import gettext as _

from isthmus.apps.workshops.agenda.rules.versions import Change, Entry, What
from isthmus.apps.workshops.programme.models import Session, Workshop
from isthmus.kit import clock
from isthmus.ui.components import State, StateKind
from isthmus.ui.papers.paper import Paper, PaperTable, Section

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

_WHAT: Final[dict[What, tuple[StateKind, "_StrOrPromise"]]] = {
    What.NEW: ("ok", gettext_lazy("New")),
    What.CANCELLED: ("bad", gettext_lazy("Called off")),
    What.RESTORED: ("ok", gettext_lazy("On again")),
    What.CHANGED: ("warn", gettext_lazy("Changed")),
}
_FIELDS: Final[dict[str, "_StrOrPromise"]] = {
    "title": gettext_lazy("Title"),
    "kind": gettext_lazy("Kind"),
    "starts": gettext_lazy("Begins at"),
    "ends": gettext_lazy("Ends at"),
    "room": gettext_lazy("Room"),
    "speakers": gettext_lazy("Speakers"),
}


def _locale() -> str:
    locale = to_locale(get_language() or "en")
    return "en_GB" if locale == "en" else locale


def when(starts: datetime | None, ends: datetime | None, zone: ZoneInfo) -> str:
    """Day and hours at the place; empty where no time is set."""
    if starts is None or ends is None:
        return ""
    first, last, locale = starts.astimezone(zone), ends.astimezone(zone), _locale()
    day = format_date(first, "medium", locale=locale)
    hours = [format_time(one, "HH:mm", locale=locale) for one in (first, last)]
    return f"{day}, {hours[0]}\N{EN DASH}{hours[1]}"


def state_of(session: Session) -> State | None:
    """Whether a session was called off."""
    return State("bad", _("Called off")) if session.cancelled_at is not None else None


def kind_name(kind: str) -> str:
    """The kind of a session in words."""
    return str(dict(Session.Kind.choices).get(kind, kind))


def _value(name: str, text: str, zone: ZoneInfo) -> str:
    if name in {"starts", "ends"} and text:
        local = clock.from_text(text).astimezone(zone)
        return f"{format_date(local, 'medium', locale=_locale())} {local:%H:%M}"
    return (kind_name(text) if name == "kind" else text) or _("nothing")


def change_lines(change: Change, zone: ZoneInfo) -> tuple[str, ...]:
    """Each field that differs in a line."""
    return tuple(
        _("%(field)s: %(before)s, now %(now)s")
        % {"field": _FIELDS[name], "before": _value(name, before, zone), "now": _value(name, now, zone)}
        for name, before, now in change.fields
    )


def change_state(change: Change) -> State:
    """How an entry differs, as a mark."""
    return State(*_WHAT[change.what])


def programme_paper(workshop: Workshop, entries: list[Entry], version: int, language: str) -> Paper:
    """The printed programme: a table for each day of the place. The same version gives the same paper."""
    zone = ZoneInfo(workshop.time_zone)
    with translation.override(language):
        days: dict[str, list[tuple[str, ...]]] = {}
        for one in entries:
            if one.cancelled:
                continue
            hours, day = "", _("Without a time yet")
            if one.starts:
                first, last = (clock.from_text(text).astimezone(zone) for text in (one.starts, one.ends))
                hours = f"{first:%H:%M}\N{EN DASH}{last:%H:%M}"
                day = format_date(first, "full", locale=_locale())
            what = f"{one.title}\n{kind_name(one.kind)}"
            days.setdefault(day, []).append((hours, what, "\n".join(one.speakers), one.room))
        heads = (_("Time"), _("What"), _("Speakers"), _("Room"))
        return Paper(
            title=_("Programme"),
            subtitle=workshop.title,
            language=language,
            facts=(
                *(((_("Theme"), workshop.theme),) if workshop.theme else ()),
                (_("Host"), workshop.host),
                (_("Place"), workshop.place),
                (_("Time zone of the place"), workshop.time_zone),
                (_("Version"), str(version)),
            ),
            sections=tuple(
                Section(day, (), (PaperTable(heads, tuple(rows), shares=(14, 40, 30, 16)),))
                for day, rows in days.items()
            ),
            sources_heading="",
            sources_text="",
            sources=(),
            is_rtl=get_language_bidi(),
        )
