"""The simple values of EMCS messages: how each is read, checked and written.

The limits are those of the published schemas (``types.xsd`` and ``tcl.xsd`` of EMCS Phase 4, versions 3.13
and 3.23). A kind stands in the annotation of a field; its Python type stands beside it.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal


class Unfit(Exception):
    """A value that its kind does not allow; the text says what is expected."""


@dataclass(frozen=True, slots=True)
class Text:
    """Free text of 1 to ``longest`` characters, blanks collapsed as xs:token demands."""

    longest: int

    def read(self, text: str) -> str:
        """The value of an element\'s text; raises Unfit."""
        found = " ".join(text.split())
        if not 1 <= len(found) <= self.longest:
            raise Unfit(f"must have 1 to {self.longest} characters")
        return found

    def write(self, value: str) -> str:
        """The text of an element for the value; raises Unfit where it could not be read back."""
        return self.read(value)


@dataclass(frozen=True, slots=True)
class Code:
    """Text of a stated form."""

    pattern: str

    def read(self, text: str) -> str:
        """The value of an element\'s text; raises Unfit."""
        found = " ".join(text.split())
        if not re.fullmatch(self.pattern, found, re.ASCII):
            raise Unfit(f"must have the form {self.pattern}")
        return found

    def write(self, value: str) -> str:
        """The text of an element for the value; raises Unfit where it could not be read back."""
        return self.read(value)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a list of codes; ``later`` are those that version 3.23 added."""

    codes: tuple[str, ...]
    later: tuple[str, ...] = ()

    def read(self, text: str) -> str:
        """The value of an element\'s text; raises Unfit."""
        found = text.strip()
        if found not in self.codes + self.later:
            raise Unfit(f"must be one of {', '.join(self.codes + self.later)}")
        return found

    def write(self, value: str) -> str:
        """The text of an element for the value; raises Unfit where it could not be read back."""
        return self.read(value)


@dataclass(frozen=True, slots=True)
class Flag:
    """Yes or no, written 1 or 0."""

    def read(self, text: str) -> bool:
        """The value of an element\'s text; raises Unfit."""
        found = text.strip()
        if found not in {"0", "1"}:
            raise Unfit("must be 0 or 1")
        return found == "1"

    def write(self, value: bool) -> str:
        """The text of an element for the value; raises Unfit where it could not be read back."""
        return "1" if value else "0"


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from ``least`` of at most ``digits`` digits, without leading zeros."""

    least: int
    digits: int

    def read(self, text: str) -> int:
        """The value of an element\'s text; raises Unfit."""
        found = text.strip()
        if not re.fullmatch(rf"(0|[1-9][0-9]{{0,{self.digits - 1}}})", found) or int(found) < self.least:
            raise Unfit(f"must be a whole number from {self.least} of at most {self.digits} digits")
        return int(found)

    def write(self, value: int) -> str:
        """The text of an element for the value; raises Unfit where it could not be read back."""
        found = str(value)
        self.read(found)
        return found


@dataclass(frozen=True, slots=True)
class Number:
    """A decimal above zero with at most ``digits`` digits, of which ``places`` after the point."""

    digits: int
    places: int

    def read(self, text: str) -> Decimal:
        """The value of an element\'s text; raises Unfit."""
        found = text.strip()
        whole, _, fraction = found.partition(".")
        if not re.fullmatch(r"(0|[1-9][0-9]*)(\.[0-9]+)?", found) or not self._fits(whole, fraction):
            raise Unfit(
                f"must be a number above 0 with at most {self.digits} digits, {self.places} after the point"
            )
        return Decimal(found)

    def _fits(self, whole: str, fraction: str) -> bool:
        places = len(fraction)
        return places <= self.places and len(whole) + places <= self.digits and Decimal(whole + fraction) > 0

    def write(self, value: Decimal) -> str:
        """The text of an element for the value; raises Unfit where it could not be read back."""
        found = f"{value:f}"
        self.read(found)
        return found


@dataclass(frozen=True, slots=True)
class Day:
    """A day, 2026-11-27."""

    def read(self, text: str) -> date:
        """The value of an element\'s text; raises Unfit."""
        found = text.strip()
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", found):
            raise Unfit("must be a day such as 2026-11-27")
        try:
            return date.fromisoformat(found)
        except ValueError:
            raise Unfit("is no day of the calendar") from None

    def write(self, value: date) -> str:
        """The text of an element for the value; raises Unfit where it could not be read back."""
        return value.isoformat()


_CLOCK = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?"


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day in UTC, which the schemas imply; digits beyond a microsecond are dropped."""

    def read(self, text: str) -> time:
        """The value of an element\'s text; raises Unfit."""
        found = text.strip()
        if not re.fullmatch(_CLOCK, found):
            raise Unfit("must be a time such as 14:30:00, in UTC")
        try:
            return time.fromisoformat(found[:15])
        except ValueError:
            raise Unfit("is no time of a day") from None

    def write(self, value: time) -> str:
        """The text of an element for the value; raises Unfit where it could not be read back."""
        return value.isoformat()


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment in UTC, written without zone; digits beyond a microsecond are dropped."""

    def read(self, text: str) -> datetime:
        """The value of an element\'s text; raises Unfit."""
        found = text.strip()
        if not re.fullmatch(rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T{_CLOCK}", found):
            raise Unfit("must be a moment such as 2026-11-27T14:30:00, in UTC and without zone")
        try:
            return datetime.fromisoformat(found[:26]).replace(tzinfo=UTC)
        except ValueError:
            raise Unfit("is no moment of the calendar") from None

    def write(self, value: datetime) -> str:
        """The text of an element for the value; raises Unfit where it could not be read back."""
        return value.astimezone(UTC).replace(tzinfo=None).isoformat()


@dataclass(frozen=True, slots=True)
class Image:
    """Bytes in base64: a picture of a paper."""

    def read(self, text: str) -> bytes:
        """The value of an element\'s text; raises Unfit."""
        try:
            return base64.b64decode("".join(text.split()), validate=True)
        except binascii.Error:
            raise Unfit("must be base64") from None

    def write(self, value: bytes) -> str:
        """The text of an element for the value; raises Unfit where it could not be read back."""
        return base64.b64encode(value).decode()


Kind = Text | Code | Choice | Flag | Whole | Number | Day | Clock | Moment | Image


@dataclass(frozen=True, slots=True)
class Times:
    """How often an element may stand in its group."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Demanded:
    """An element that version 3.13 demands and 3.23 does not."""


@dataclass(frozen=True, slots=True)
class Words:
    """Text with the language it is written in (ISO 639-1)."""

    text: str
    language: str
