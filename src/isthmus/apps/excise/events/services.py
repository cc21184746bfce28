"""The only writer of events: a document is captured as a whole or not at all, and each event once."""

from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.accounts.models import Organisation
from isthmus.apps.excise.events.formats.document import CheckedEvent, Reading, read_document
from isthmus.apps.excise.events.formats.writing import write_exact
from isthmus.apps.excise.events.models import EpcisEvent, EventItem
from isthmus.apps.excise.events.rules.facts import EventFacts, facts_of
from isthmus.apps.excise.events.wording import field_faults
from isthmus.kit import clock
from isthmus.kit.errors import BadInput

_BATCH = 1000
_LARGEST_QUANTITY = Decimal(10) ** 28
"""What the column holds before the point; a larger quantity stands in the body alone."""


@dataclass(frozen=True, slots=True)
class Captured:
    """What became of a document: the events it holds here, in its order, and how many of them are new."""

    events: tuple[EpcisEvent, ...]
    new: int


def read(content: bytes) -> Reading:
    """The events of a document; BadInput (``excise.epcis``) with every fault where there are any."""
    reading = read_document(content)
    if reading.faults:
        faults = field_faults(reading.faults)
        raise BadInput(
            "excise.epcis",
            _("The document was not captured: %(count)d faults. The first: %(where)s: %(what)s")
            % {"count": len(faults), "where": faults[0].where, "what": faults[0].message}
            if faults[0].where
            else _("The document was not captured: %(what)s") % {"what": faults[0].message},
            next_step=_("Correct it at its source and send it again; nothing of it was kept."),
            faults=faults,
        )
    return reading


def _error_of(event: CheckedEvent) -> str:
    declared = event.body.get("errorDeclaration")
    return sha256(write_exact(declared).encode()).hexdigest() if declared else ""


def _row(event: CheckedEvent, facts: EventFacts, reading: Reading, organisation: Organisation) -> EpcisEvent:
    return EpcisEvent(
        organisation=organisation,
        name=event.name,
        error=_error_of(event),
        kind=facts.kind,
        event_time=facts.event_time,
        offset=facts.offset,
        event_id=facts.event_id,
        action=facts.action,
        biz_step=facts.biz_step,
        disposition=facts.disposition,
        read_point=facts.read_point,
        biz_location=facts.biz_location,
        error_time=facts.error_time,
        error_reason=facts.error_reason,
        corrected_by=list(facts.corrected_by),
        namespaces=dict(reading.namespaces),
        body=write_exact(event.body),
        captured_at=clock.now(),
    )


def _item_rows(event: EpcisEvent, facts: EventFacts) -> list[EventItem]:
    return [
        EventItem(
            event=event,
            part=item.part.value,
            uri=item.uri,
            gtin=item.gtin,
            quantity=_storable(item.quantity),
            unit=item.unit,
        )
        for item in facts.items
    ]


def _storable(quantity: Decimal | None) -> Decimal | None:
    """A quantity that the column holds to the last digit, else None."""
    if quantity is None or quantity >= _LARGEST_QUANTITY:
        return None
    exact = quantity.quantize(Decimal("1e-12"))
    return exact if exact == quantity else None


def capture(content: bytes, *, organisation: Organisation, actor: str) -> Captured:
    """Keep the events of a document that are not here yet; BadInput, and none kept, where one is at fault."""
    return keep(read(content), organisation=organisation, actor=actor)


@transaction.atomic
def keep(reading: Reading, *, organisation: Organisation, actor: str) -> Captured:
    """Write the events of a reading without faults. Captures of one organisation follow one another."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    facts: dict[tuple[str, str], EventFacts] = {}
    given: dict[tuple[str, str], EpcisEvent] = {}
    order: list[tuple[str, str]] = []
    for event in reading.events:
        said = facts_of(event.body)
        row = _row(event, said, reading, organisation)
        key = (row.name, row.error)
        order.append(key)
        given.setdefault(key, row)
        facts.setdefault(key, said)
    known = _known(organisation, [name for name, _error in given])
    fresh = [row for key, row in given.items() if key not in known]
    EpcisEvent.objects.bulk_create(fresh, batch_size=_BATCH)
    items = [item for row in fresh for item in _item_rows(row, facts[row.name, row.error])]
    EventItem.objects.bulk_create(items, batch_size=_BATCH)
    found = known | {(row.name, row.error): row for row in fresh}
    if fresh:
        audit.note(
            "excise.events-captured",
            actor=actor,
            subject=organisation.code,
            detail={"events": len(order), "new": len(fresh)},
        )
    return Captured(tuple(found[key] for key in order), len(fresh))


def _known(organisation: Organisation, names: list[str]) -> dict[tuple[str, str], EpcisEvent]:
    found: dict[tuple[str, str], EpcisEvent] = {}
    for start in range(0, len(names), _BATCH):
        rows = EpcisEvent.objects.filter(organisation=organisation, name__in=names[start : start + _BATCH])
        found |= {(row.name, row.error): row for row in rows}
    return found
