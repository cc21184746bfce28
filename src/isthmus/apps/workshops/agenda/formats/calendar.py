"""A published agenda as iCalendar (RFC 5545): times in the zone of the place, with its rules."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from isthmus.apps.workshops.agenda.rules.versions import Entry
from isthmus.kit import clock


def calendar(name: str, place: str, zone: str, entries: Iterable[Entry]) -> bytes:
    """The feed. Entries without a time are left out; those that were called off stay, marked so."""
    from icalendar import Calendar, Event

    local = ZoneInfo(zone)
    made = Calendar()
    made.add("prodid", "-//Isthmus//Workshops//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    for entry in entries:
        if not entry.starts:
            continue
        event = Event()
        event.add("uid", entry.uid)
        event.add("dtstamp", clock.from_text(entry.changed))
        event.add("last-modified", clock.from_text(entry.changed))
        event.add("sequence", entry.sequence)
        event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
        event.add("summary", entry.title)
        event.add("dtstart", _local(entry.starts, local))
        event.add("dtend", _local(entry.ends, local))
        event.add("location", ", ".join(part for part in (entry.room, place) if part))
        if entry.speakers:
            event.add("description", "\n".join(entry.speakers))
        made.add_component(event)
    made.add_missing_timezones()
    return bytes(made.to_ical())


def _local(moment: str, zone: ZoneInfo) -> datetime:
    return clock.from_text(moment).astimezone(zone)
