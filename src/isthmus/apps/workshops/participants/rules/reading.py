"""A table as a list of participants: which column is which, and every cell that cannot be used.

Text is taken as text: a name that a spreadsheet would run as a formula is kept as it is written, and an
apostrophe that an export set before it is taken off again, so that an exported list may come back.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from isthmus.apps.workshops.nominations.rules.countries import code_of
from isthmus.kit.burmese import is_zawgyi
from isthmus.kit.text import nfc

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("name", "full name", "name of the person", "name of participant", "participant", "delegate"),
    "given": ("given name", "given names", "first name", "forename"),
    "family": ("family name", "surname", "last name"),
    "country": ("country", "country or region", "nationality", "country code"),
    "gender": ("gender", "sex"),
    "employer": ("organisation", "organization", "employer", "institution", "ministry", "agency", "company"),
    "position": ("position", "title", "job title", "post", "function", "designation"),
    "email": ("e-mail", "email", "e-mail address", "email address", "mail"),
    "days": ("days present", "present", "days", "attendance", "attended"),
}
"""What a list may say, by the heads under which it may say so; capitals and spaces do not matter."""
_GENDERS: Final = {
    "female": "female", "f": "female", "woman": "female", "femme": "female", "女": "female",
    "male": "male", "m": "male", "man": "male", "homme": "male", "男": "male",
    "other": "other", "x": "other",
    "": "not-stated", "-": "not-stated", "not stated": "not-stated", "not-stated": "not-stated",
}  # fmt: skip
_ALL_DAYS: Final = {"yes", "all", "x", "y", "present", "true"}
_NO_DAYS: Final = {"", "no", "n", "none", "absent", "false"}
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_EMAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_MOST: Final = {"name": 200, "employer": 200, "position": 200, "email": 254}


class Wrong(StrEnum):
    """Why a cell cannot be used."""

    NO_NAME = "no-name"
    NO_COUNTRY = "no-country"
    NOT_A_COUNTRY = "not-a-country"
    GENDER = "gender"
    EMAIL = "e-mail"
    LONG = "long"
    CONTROLS = "controls"
    ZAWGYI = "zawgyi"
    DAY = "day"
    OTHER_DAY = "other-day"
    DAY_TO_COME = "day-to-come"
    OTHER_NAME = "other-name"
    UNDECIDED = "undecided"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that cannot be used: the line of the file, the head of its column, what stands there."""

    line: int
    column: str
    value: str
    wrong: Wrong


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on a list. ``country`` is an ISO code; ``days`` are those on which the person was there."""

    line: int
    name: str
    country: str
    gender: str
    employer: str
    position: str
    email: str
    days: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """The days of the workshop, and today."""

    starts: date
    ends: date
    today: date

    @property
    def days(self) -> tuple[date, ...]:
        """Every day of it."""
        return tuple(self.starts + timedelta(days=n) for n in range((self.ends - self.starts).days + 1))


def columns_of(headers: Sequence[str]) -> tuple[dict[str, int], tuple[str, ...]]:
    """The place of each field that a head names, and the heads that name none; the first of two counts."""
    found: dict[str, int] = {}
    other = []
    for place, head in enumerate(headers):
        plain = " ".join(head.casefold().replace("_", " ").split())
        field = next((name for name, heads in FIELDS.items() if plain in heads), None)
        if field is None or field in found:
            other.append(head)
        else:
            found[field] = place
    return found, tuple(one for one in other if one)


def lacking(columns: Mapping[str, int]) -> tuple[str, ...]:
    """The fields without which nobody can be entered."""
    named = "name" in columns or {"given", "family"} <= columns.keys()
    return tuple(name for name, there in (("name", named), ("country", "country" in columns)) if not there)


def _text(cell: str | date) -> str:
    if isinstance(cell, date):
        return cell.isoformat()
    text = nfc(cell).strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA_STARTS) else text


class _Line:
    """One line while it is read."""

    def __init__(self, number: int, cells: Sequence[str | date], columns: Mapping[str, int]) -> None:
        self.number, self.faults = number, list[Fault]()
        self.told = {
            name: _text(cells[place]) if place < len(cells) else "" for name, place in columns.items()
        }

    def refuse(self, column: str, wrong: Wrong, value: str | None = None) -> None:
        self.faults.append(
            Fault(self.number, column, self.told.get(column, "") if value is None else value, wrong)
        )

    def line_of(self, field: str) -> str:
        """A field in one line; what no record may carry is refused."""
        text = " ".join(self.told.get(field, "").split())
        if _CONTROLS.search(text):
            self.refuse(field, Wrong.CONTROLS)
        elif len(text) > _MOST[field]:
            self.refuse(field, Wrong.LONG)
        elif is_zawgyi(text):
            self.refuse(field, Wrong.ZAWGYI)
        return text

    def name(self) -> str:
        if not self.told.get("name"):
            self.told["name"] = f"{self.told.get('given', '')} {self.told.get('family', '')}"
        found = self.line_of("name")
        if not found:
            self.refuse("name", Wrong.NO_NAME, "")
        return found

    def country(self) -> str:
        told = self.told["country"]
        found = code_of(told)
        if found is None:
            self.refuse("country", Wrong.NOT_A_COUNTRY if told else Wrong.NO_COUNTRY)
        return found or ""

    def gender(self) -> str:
        found = _GENDERS.get(self.told.get("gender", "").casefold())
        if found is None:
            self.refuse("gender", Wrong.GENDER)
        return found or "not-stated"

    def email(self) -> str:
        found = self.line_of("email")
        if found and not _EMAIL.fullmatch(found):
            self.refuse("email", Wrong.EMAIL)
        return found

    def days(self, held: Held) -> tuple[date, ...]:
        told = self.told.get("days", "").casefold()
        if told in _NO_DAYS:
            return ()
        if told in _ALL_DAYS:
            days = list(held.days)
        else:
            try:
                days = [date.fromisoformat(one) for one in re.split(r"[\s;,]+", told.strip(" ;,"))]
            except ValueError:
                self.refuse("days", Wrong.DAY)
                return ()
        if any(day not in held.days for day in days):
            self.refuse("days", Wrong.OTHER_DAY)
        elif any(day > held.today for day in days):
            self.refuse("days", Wrong.DAY_TO_COME)
        return tuple(sorted(set(days)))


def read(
    columns: Mapping[str, int], rows: Iterable[tuple[int, Sequence[str | date]]], held: Held
) -> tuple[tuple[Person, ...], tuple[Fault, ...]]:
    """Everybody on the list, and every cell that cannot be used; ``columns`` has name and country."""
    people, faults = [], []
    for number, cells in rows:
        line = _Line(number, cells, columns)
        person = Person(
            number,
            line.name(),
            line.country(),
            line.gender(),
            line.line_of("employer"),
            line.line_of("position"),
            line.email(),
            line.days(held),
        )
        people.append(person)
        faults += line.faults
    return tuple(people), tuple(faults)
