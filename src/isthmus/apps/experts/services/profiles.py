"""A person of this node: the profile is written, stated, and verified."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.accounts.models import Officer, Organisation
from isthmus.apps.experts import queries
from isthmus.apps.experts.models import Expert, Level, Verification
from isthmus.apps.experts.rules import matching
from isthmus.apps.experts.services import indexing, sending
from isthmus.exchange import queries as exchange
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, FieldFault
from isthmus.kit.ids import uuid7

WRITTEN = frozenset(
    {
        *("language", "name", "headline", "summary", "country", "skills", "sectors", "countries"),
        *("languages", "available_from", "available_until", "weeks", "orcid", "conflicts", "contact"),
    }
)
"""What the person, or who keeps the profile, writes."""


def fault(field: str, message: str) -> BadInput:
    """A field that cannot stay so."""
    return BadInput("experts.profile", message, faults=(FieldFault(field, message),))


def _locked(expert: Expert) -> Expert:
    row = Expert.objects.select_for_update(of=("self",)).get(pk=expert.pk)
    if row.erased_at is not None:
        raise Conflict("experts.erased", _("This profile was erased."))
    return row


@transaction.atomic
def open_profile(
    organisation: Organisation, given: dict[str, Any], *, person: Officer | None = None, actor: str
) -> Expert:
    """Begin a profile of this node; nobody sees it before the person consents.

    ``person`` is whose own it is, None for somebody without access to this node. Conflict where the person
    has one already.
    """
    if person is not None and queries.here().filter(person=person).exists():
        raise Conflict("experts.twice", _("You have a profile already."))
    reference = uuid7().hex
    row = Expert(
        node=exchange.me(),
        reference=reference,
        key=f"{exchange.me()}-{reference}"[:64],
        organisation=organisation,
        person=person,
        changed_at=clock.now(),
        review_by=matching.next_review(clock.now().date()),
    )
    _write(row, given)
    audit.note("experts.changed", actor=actor, subject=reference)
    return row


def _write(row: Expert, given: dict[str, Any]) -> None:
    if unknown := given.keys() - WRITTEN:
        raise ValueError(f"not written by people: {sorted(unknown)}")
    for name, value in given.items():
        setattr(row, name, value)
    if not row.name or not row.headline:
        empty = "headline" if row.name else "name"
        raise fault(empty, _("Say who the person is, and what, in one line each."))
    since, until = row.available_from, row.available_until
    if since is not None and until is not None and until < since:
        raise fault("available_until", _("The last day lies before the first."))
    row.changed_at = clock.now()
    row.save()


@transaction.atomic
def change(expert: Expert, given: dict[str, Any], *, actor: str) -> Expert:
    """Change a profile; people of this node see it at once where it is listed, others once it is stated."""
    row = _locked(expert)
    _write(row, given)
    indexing.index(row)
    audit.note("experts.changed", actor=actor, subject=row.reference, detail={"fields": sorted(given)})
    return row


@transaction.atomic
def state(expert: Expert, *, actor: str) -> Expert:
    """State a profile as it stands, for a year, and send it to every node at which the person consents."""
    row = _locked(expert)
    now = clock.now()
    if not row.level:
        _verify(row, Level.SELF, "", now.date(), actor)
    row.stated_at, row.review_by = now, matching.next_review(now.date())
    row.save(update_fields=["stated_at", "review_by"])
    indexing.index(row)
    nodes = [node for node in queries.consents_of(row) if node != exchange.me()]
    audit.note("experts.stated", actor=actor, subject=row.reference, detail={"to": nodes})
    sending.send(row, nodes, actor=actor)
    return row


def _verify(row: Expert, level: Level, note: str, on: date, actor: str) -> None:
    Verification.objects.create(expert=row, level=level, note=note, at=clock.now(), by=actor)
    order = list(Level.values)
    if not row.level or order.index(level) >= order.index(row.level):
        row.level, row.verified_on = level, on
        row.save(update_fields=["level", "verified_on"])


@transaction.atomic
def verify(expert: Expert, level: str, note: str, *, officer_id: int | None, actor: str) -> Expert:
    """Note that a profile was verified at a level, today; partners learn it with the next statement.

    Conflict where a person verifies the own profile at more than one's own word.
    """
    row = _locked(expert)
    if level != Level.SELF and row.person_id is not None and row.person_id == officer_id:
        raise Conflict("experts.own", _("Nobody verifies the own profile."))
    _verify(row, Level(level), note, clock.now().date(), actor)
    row.changed_at = clock.now()
    row.save(update_fields=["changed_at"])
    audit.note("experts.verified", actor=actor, subject=row.reference, detail={"level": level})
    return row
