"""What an event says that lists, searches and histories need, taken out of its body once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from isthmus.apps.excise.events.rules import hashing, vocabulary
from isthmus.apps.excise.events.rules.identifiers import canonical, gtin_of


class Part(StrEnum):
    """What an item is in an event."""

    ITEM = "item"
    PARENT = "parent"
    CHILD = "child"
    INPUT = "input"
    OUTPUT = "output"


_EPC_LISTS = (
    ("epcList", Part.ITEM),
    ("childEPCs", Part.CHILD),
    ("inputEPCList", Part.INPUT),
    ("outputEPCList", Part.OUTPUT),
)
_QUANTITY_LISTS = (
    ("quantityList", Part.ITEM),
    ("childQuantityList", Part.CHILD),
    ("inputQuantityList", Part.INPUT),
    ("outputQuantityList", Part.OUTPUT),
)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing or class of things in an event; ``uri`` is canonical, ``gtin`` empty where it has none.

    ``quantity`` is in units of ``unit`` (UN/ECE Recommendation 20), or a count where ``unit`` is empty; None
    for a single thing.
    """

    part: Part
    uri: str
    gtin: str
    quantity: Decimal | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class EventFacts:
    """The columns of an event. Times are UTC; words of the vocabulary are bare where they are GS1's."""

    kind: str
    event_time: datetime
    offset: str
    event_id: str
    action: str
    biz_step: str
    disposition: str
    read_point: str
    biz_location: str
    error_time: datetime | None
    error_reason: str
    corrected_by: tuple[str, ...]
    items: tuple[Item, ...]


def settled(uri: str) -> str:
    """An identifier as it is searched for: its canonical form, else as it stands."""
    return canonical(uri) or uri


def bare(words: vocabulary.Vocabulary, value: str) -> str:
    """A term of a vocabulary as its bare word, however it was written; an own term as it stands."""
    for prefix in (words.base, "cbv:" + words.base.removeprefix(vocabulary.WEB)):
        if value.startswith(prefix):
            return value.removeprefix(prefix)
    return value


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(hashing.moment(text).removesuffix("Z")).replace(tzinfo=UTC)


def _items(event: Mapping[str, Any]) -> Iterator[Item]:
    if "parentID" in event:
        yield Item(Part.PARENT, settled(event["parentID"]), gtin_of(event["parentID"]))
    for name, part in _EPC_LISTS:
        for uri in event.get(name, ()):
            yield Item(part, settled(uri), gtin_of(uri))
    for name, part in _QUANTITY_LISTS:
        for one in event.get(name, ()):
            amount = one.get("quantity")
            quantity = None if amount is None else Decimal(amount)
            yield Item(part, settled(one["epcClass"]), gtin_of(one["epcClass"]), quantity, one.get("uom", ""))


def facts_of(event: Mapping[str, Any]) -> EventFacts:
    """The facts of an event that was checked."""
    error = event.get("errorDeclaration", {})
    return EventFacts(
        kind=event["type"],
        event_time=_moment(event["eventTime"]),
        offset=event["eventTimeZoneOffset"],
        event_id=event.get("eventID", ""),
        action=event.get("action", ""),
        biz_step=bare(vocabulary.BUSINESS_STEP, event.get("bizStep", "")),
        disposition=bare(vocabulary.DISPOSITION, event.get("disposition", "")),
        read_point=settled(event.get("readPoint", {}).get("id", "")),
        biz_location=settled(event.get("bizLocation", {}).get("id", "")),
        error_time=_moment(error["declarationTime"]) if error else None,
        error_reason=bare(vocabulary.ERROR_REASON, error.get("reason", "")),
        corrected_by=tuple(error.get("correctiveEventIDs", ())),
        items=tuple(_items(event)),
    )
