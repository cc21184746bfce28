"""A reader of iCalendar of our own (RFC 5545, 3.1 to 3.3), so that no writer judges itself."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_LINE = re.compile(r"([A-Z-]+)((?:;[A-Z-]+=(?:\"[^\"]*\"|[^:;,]*))*):(.*)", re.DOTALL)
_ESCAPED = {"\\n": "\n", "\\N": "\n", "\\,": ",", "\\;": ";", "\\\\": "\\"}


def lines_of(data: bytes) -> list[str]:
    """Content lines, unfolded; each ends in CRLF and has at most 75 bytes before."""
    assert data.endswith(b"\r\n")
    raw = data[:-2].split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line for line in raw)
    return re.sub(rb"\r\n[ \t]", b"", data[:-2]).decode("utf-8").split("\r\n")


def moment(value: str, parameters: str) -> datetime:
    if value.endswith("Z"):
        return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    zone = ZoneInfo(re.search(r"TZID=\"?([^;\"]+)", parameters)[1])
    return datetime.strptime(value, "%Y%m%dT%H%M%S").replace(tzinfo=zone)


def read(data: bytes) -> tuple[set[str], dict[str, dict[str, object]]]:
    """The zones that are defined, and the events by their UID."""
    stack: list[str] = []
    zones, events, event = set(), {}, {}
    for line in lines_of(data):
        name, parameters, value = _LINE.fullmatch(line).groups()
        if name == "BEGIN":
            stack.append(value)
            event = {} if value == "VEVENT" else event
        elif name == "END":
            assert stack.pop() == value
            if value == "VEVENT":
                assert event["UID"] not in events
                events[event["UID"]] = event
        elif stack[-1] == "VTIMEZONE" and name == "TZID":
            zones.add(value)
        elif stack[-1] == "VEVENT":
            text = re.sub(r"\\[nN,;\\]", lambda found: _ESCAPED[found[0]], value)
            event[name] = moment(value, parameters) if name in {"DTSTART", "DTEND", "DTSTAMP"} else text
    assert not stack
    return zones, events
