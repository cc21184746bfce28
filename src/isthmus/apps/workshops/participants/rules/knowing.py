"""Whom of a list the workshop knows already, so that a list taken twice doubles nobody.

Two are one person where country and name are the same and no two different e-mail addresses part them. One
address under two names is refused: only a person can tell which name is right.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

from isthmus.apps.workshops.participants.rules.reading import Fault, Person, Wrong
from isthmus.kit.text import nfc


class Stands(StrEnum):
    """How somebody stands whom the workshop knows."""

    LISTED = "listed"
    ACCEPTED = "accepted"
    UNDECIDED = "undecided"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who is on a list already, or whom a country nominated; ``key`` is the row's."""

    key: int
    name: str
    country: str
    email: str
    stands: Stands


@dataclass(frozen=True, slots=True)
class Matched:
    """A person of the list, and the key of whom the workshop knows as the same; None where it is new."""

    person: Person
    known: Known | None


def _plain(name: str) -> str:
    return " ".join(nfc(name).casefold().split())


def _same(person: Person, name: str, country: str, email: str) -> bool:
    if person.country != country or _plain(person.name) != _plain(name):
        return False
    return not (person.email and email) or person.email.casefold() == email.casefold()


def _other_name(person: Person, name: str, email: str) -> bool:
    same_address = bool(email) and person.email.casefold() == email.casefold()
    return same_address and _plain(person.name) != _plain(name)


def _joined(one: Person, again: Person) -> Person:
    return replace(
        one,
        email=one.email or again.email,
        employer=one.employer or again.employer,
        position=one.position or again.position,
        gender=again.gender if one.gender == "not-stated" else one.gender,
        days=tuple(sorted({*one.days, *again.days})),
    )


def once_each(people: Iterable[Person]) -> tuple[tuple[Person, ...], tuple[Fault, ...]]:
    """Everybody once, with what a second line adds; and addresses that stand under two names."""
    found: list[Person] = []
    faults = []
    for person in people:
        if any(_other_name(person, one.name, one.email) for one in found):
            faults.append(Fault(person.line, "email", person.email, Wrong.OTHER_NAME))
            continue
        place = next(
            (n for n, one in enumerate(found) if _same(person, one.name, one.country, one.email)), None
        )
        if place is None:
            found.append(person)
        else:
            found[place] = _joined(found[place], person)
    return tuple(found), tuple(faults)


def _order(person: Person, row: Known) -> tuple[bool, int, int]:
    """The same address first, then who may come before a namesake who may not."""
    return person.email.casefold() != row.email.casefold(), list(Stands).index(row.stands), row.key


_REFUSED = {Stands.UNDECIDED: Wrong.UNDECIDED, Stands.WITHDRAWN: Wrong.WITHDRAWN}


def matched(
    people: Iterable[Person], known: Iterable[Known]
) -> tuple[tuple[Matched, ...], tuple[Fault, ...]]:
    """Each person with whom the workshop knows as the same, and what a person has to decide first."""
    every = list(known)
    found, faults, taken = [], [], set[int]()
    for person in people:
        same = [
            one for one in every if one.key not in taken and _same(person, one.name, one.country, one.email)
        ]
        one = min(same, key=partial(_order, person), default=None)
        if one is not None:
            taken.add(one.key)
        if one is None and any(_other_name(person, row.name, row.email) for row in every):
            faults.append(Fault(person.line, "email", person.email, Wrong.OTHER_NAME))
        elif one is not None and one.stands in _REFUSED:
            faults.append(Fault(person.line, "name", person.name, _REFUSED[one.stands]))
        found.append(Matched(person, one))
    return tuple(found), tuple(faults)
