"""Taking a list of participants into a workshop: the whole file is checked before anything is written."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.accounts import audit
from isthmus.apps.workshops.nominations.models import Invitation, Nominee, Says, Selection
from isthmus.apps.workshops.nominations.services.inviting import note_days
from isthmus.apps.workshops.participants import queries
from isthmus.apps.workshops.participants.rules.knowing import Stands, matched, once_each
from isthmus.apps.workshops.participants.rules.reading import (
    FIELDS,
    Fault,
    Held,
    Person,
    columns_of,
    lacking,
    read,
)
from isthmus.apps.workshops.participants.wording import head_of, told
from isthmus.apps.workshops.programme.models import Workshop
from isthmus.apps.workshops.programme.services.planning import open_programme
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, FieldFault
from isthmus.kit.ids import uuid7
from isthmus.kit.tables.reading import read_table

MOST_BYTES, MOST_PEOPLE = 5 * 1024 * 1024, 5_000
_KEPT = ("gender", "employer", "position", "email")


class RefusedList(BadInput):
    """A list with cells that cannot be used; ``cells`` are all of them."""

    def __init__(self, cells: tuple[Fault, ...]) -> None:
        message = ngettext(
            "%(number)d cell of the list cannot be used; nothing was written.",
            "%(number)d cells of the list cannot be used; nothing was written.",
            len(cells),
        ) % {"number": len(cells)}
        faults = tuple(FieldFault(f"line {one.line}", told(one)) for one in cells)
        super().__init__(
            "workshops.participants",
            message,
            next_step=_("Correct these cells and hand the whole list in again."),
            faults=faults,
        )
        self.cells = cells


@dataclass(frozen=True, slots=True)
class Read:
    """What a file holds: everybody once, how many lines it has, and the heads that were passed over."""

    people: tuple[Person, ...]
    lines: int
    passed_over: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a list: how many people are new, changed, or known as they are; new days of attendance."""

    lines: int
    new: int
    changed: int
    known: int
    days: int
    passed_over: tuple[str, ...]


def _bad(message: str, next_step: str = "") -> BadInput:
    return BadInput(
        "workshops.participants", message, next_step=next_step, faults=(FieldFault("file", message),)
    )


def read_list(content: bytes, workshop: Workshop) -> Read:
    """Everybody in a CSV file or a workbook; ``RefusedList`` names each cell that cannot be used.

    BadInput where the file is no table, or has no column for the name or the country.
    """
    if len(content) > MOST_BYTES:
        raise _bad(_("The list is larger than 5 MiB."))
    table = read_table(content)
    if len(table.rows) > MOST_PEOPLE:
        raise _bad(_("The list has more than 5,000 lines."), _("Hand it in in parts."))
    places, passed_over = columns_of(table.headers)
    if lacks := lacking(places):
        raise _bad(
            _("The list has no column %(names)s.") % {"names": ", ".join(FIELDS[one][0] for one in lacks)},
            _("Its first line names the columns: name and country are needed."),
        )
    held = Held(workshop.starts, workshop.ends, clock.now().date())
    people, faults = read(places, ((row.number, row.cells) for row in table.rows), held)
    once, twice = once_each(people)
    _refuse((*faults, *twice), table.headers, places)
    if not once:
        raise _bad(_("The list names nobody."))
    return Read(once, len(people), passed_over)


def _refuse(faults: tuple[Fault, ...], headers: tuple[str, ...], places: dict[str, int]) -> None:
    if faults:
        said = (replace(one, column=head_of(one.column, headers, places)) for one in faults)
        raise RefusedList(tuple(sorted(said, key=lambda one: one.line)))


def _lists_of(workshop: Workshop, people: Iterable[Person], actor: str) -> dict[str, Invitation]:
    """By country, what holds those from a list, with room for these as well; the programme is locked."""
    found = {row.country: row for row in workshop.invitations.filter(partner="")}
    now = clock.now()
    for country, number in sorted(Counter(one.country for one in people).items()):
        if country in found:
            Invitation.objects.filter(pk=found[country].pk).update(quota=F("quota") + number)
        else:
            found[country] = Invitation.objects.create(
                workshop=workshop, country=country, quota=number, until=now, at=now, by=actor
            )
    return found


def _enter(invitation: Invitation, person: Person, actor: str) -> Nominee:
    now = clock.now()
    row = Nominee.objects.create(
        invitation=invitation,
        reference=uuid7().hex,
        name=person.name,
        body={},
        arrived_at=now,
        **{name: getattr(person, name) for name in _KEPT},
    )
    Selection.objects.create(nominee=row, says=Says.ACCEPTED, at=now, by=actor)
    return row


def _change(row: Nominee, person: Person) -> bool:
    """What the list says anew of somebody who came by a list; an empty cell wipes nothing."""
    told_now = {name: getattr(person, name) for name in _KEPT}
    changed = [
        name
        for name, value in told_now.items()
        if value not in {"", "not-stated"} and value != getattr(row, name)
    ]
    for name in changed:
        setattr(row, name, told_now[name])
    if changed:
        row.save(update_fields=changed)
    return bool(changed)


@transaction.atomic
def take(workshop: Workshop, found: Read, *, actor: str) -> Taken:
    """Write a list: who is new comes in as accepted, who is known stays, once. All of it or nothing.

    What a country's node signed about a person is not changed by a list. ``RefusedList`` where a person
    is nominated and not accepted, or an address is known under another name.
    """
    Workshop.objects.select_for_update(of=("self",)).get(pk=workshop.pk)
    pairs, faults = matched(found.people, queries.known_of(workshop))
    _refuse(faults, (), {})
    rows = Nominee.objects.in_bulk([one.known.key for one in pairs if one.known is not None])
    days: dict[date, list[Nominee]] = defaultdict(list)
    unknown = [one.person for one in pairs if one.known is None]
    lists, changed = _lists_of(workshop, unknown, actor), 0
    for pair in pairs:
        if pair.known is None:
            row = _enter(lists[pair.person.country], pair.person, actor)
        else:
            row = rows[pair.known.key]
            changed += pair.known.stands is Stands.LISTED and _change(row, pair.person)
        for day in pair.person.days:
            days[day].append(row)
    # Either refuses a programme that is closed, and with it all of the list.
    if days:
        noted = note_days(workshop, days, actor=actor)
    else:
        noted, _programme = 0, open_programme(workshop.programme)
    new = len(unknown)
    counted = {"new": new, "changed": changed, "known": len(pairs) - new - changed, "days": noted}
    audit.note("workshops.list-taken", actor=actor, subject=workshop.number, detail=counted)
    return Taken(found.lines, **counted, passed_over=found.passed_over)


def check(workshop: Workshop, found: Read, *, actor: str) -> Taken:
    """What ``take`` would do, with the same refusals; nothing is written."""
    with transaction.atomic():
        taken = take(workshop, found, actor=actor)
        transaction.set_rollback(True)
    return taken
