"""What EMCS messages say of movements, as statements whose sum is each movement's state.

Messages in files carry no signature: they are taken as said by the party whose message it is. Between nodes,
the record that brings a message says who signed it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

from isthmus.apps.excise.movements.formats.message import Message
from isthmus.apps.excise.movements.rules.history import (
    Nodes,
    Standing,
    Statement,
    kind_of_conclusion,
    standing,
)
from isthmus.apps.excise.movements.rules.journey import due
from isthmus.apps.excise.movements.rules.states import Kind, Party

SIDES = Nodes("dispatch", "destination")
_LATEST = 0
"""A message that names no version of the document is about the latest that is known."""
_SUBMITTERS = {"1": Party.CONSIGNOR, "2": Party.CONSIGNEE}


@dataclass(frozen=True, slots=True)
class Told:
    """One movement by all messages about it; ``due`` is None until its accepted document is there."""

    arc: str
    standing: Standing
    due: datetime | None

    def late(self, now: datetime) -> bool:
        """Whether it is open past the time stated for its journey."""
        return self.due is not None and not self.standing.final and now > self.due


def tell(messages: Iterable[Message]) -> tuple[tuple[Told, ...], tuple[Message, ...]]:
    """The movements in messages of any order, by reference, and the messages that move none.

    Those are drafts, notices of a diversion and answers about a state: they repeat what others say.
    """
    known = list(messages)
    said: dict[str, list[Statement]] = {}
    silent = []
    for message in known:
        found = list(statements(message))
        for arc, statement in found:
            said.setdefault(arc, []).append(statement)
        if not found:
            silent.append(message)
    told = [Told(arc, standing(_placed(said[arc]), SIDES), _due(arc, known)) for arc in sorted(said)]
    return tuple(told), tuple(silent)


def _placed(said: list[Statement]) -> list[Statement]:
    latest = max((one.sequence for one in said), default=1) or 1
    return [replace(one, sequence=latest) if one.sequence == _LATEST else one for one in said]


def statements(message: Message) -> Iterator[tuple[str, Statement]]:
    """What a message says, each with the reference of its movement; nothing where it moves none."""
    body = message.body
    match message.code:
        case "IE801":
            arc = body.excise_movement.administrative_reference_code
            # A document of version 3 says that the two before it stood.
            for sequence in range(1, body.header_ead_esad.sequence_number + 1):
                yield (
                    arc,
                    _document(message, sequence, body.header_ead_esad.date_and_time_of_update_validation),
                )
        case "IE813":
            update = body.update_ead_esad
            if update.sequence_number is not None and update.sequence_number > 1:
                yield (
                    update.administrative_reference_code,
                    _document(message, update.sequence_number, _at(message)),
                )
        case "IE810":
            arc = body.excise_movement_ead.administrative_reference_code
            yield arc, _said(message, Kind.CANCEL, Party.CONSIGNOR, _LATEST)
        case "IE825":
            yield body.splitting_ead.upstream_arc, _said(message, Kind.SPLIT, Party.CONSIGNOR, _LATEST)
        case "IE807":
            office = body.attributes.reference_number_of_excise_office
            arc = body.attributes.administrative_reference_code
            yield arc, _said(message, Kind.INTERRUPT, _office(office, arc), _LATEST)
        case "IE839":
            for one in body.c_ead_val:
                refused = _said(message, Kind.CUSTOMS_REFUSE, Party.CUSTOMS, one.sequence_number)
                yield one.administrative_reference_code, refused
        case "IE802" | "IE818" | "IE819" | "IE837" | "IE840" | "IE871":
            movement = body.excise_movement
            if movement is not None:
                arc = movement.administrative_reference_code
                kind, by = _about(message, arc)
                yield arc, _said(message, kind, by, movement.sequence_number)


def _about(message: Message, arc: str) -> tuple[Kind, Party]:
    body = message.body
    match message.code:
        case "IE818":
            kind = kind_of_conclusion(body.report_of_receipt_export.global_conclusion_of_receipt)
            exported = len(body.report_of_receipt_export.global_conclusion_of_receipt) == 2
            return kind, Party.CUSTOMS if exported else Party.CONSIGNEE
        case "IE819":
            rejected = body.alert_or_rejection.ead_esad_rejected_flag
            return (Kind.REJECT if rejected else Kind.ALERT), Party.CONSIGNEE
        case "IE837":
            return Kind.DELAY, _SUBMITTERS[body.attributes.submitter_type]
        case "IE871":
            return Kind.SHORTAGE, _SUBMITTERS[body.attributes.submitter_type]
        case "IE840":
            return Kind.EVENT, _office(body.header_event_report.reference_number_of_excise_office, arc)
        case _:
            return Kind.REMIND, Party.DISPATCH_OFFICE


def _office(reference: str, arc: str) -> Party:
    return Party.DISPATCH_OFFICE if reference[:2] == arc[2:4] else Party.DESTINATION_OFFICE


def _document(message: Message, sequence: int, at: datetime) -> Statement:
    """The document of a version stands; message and update about the same version say it once."""
    kind, by = (Kind.ACCEPT, Party.DISPATCH_OFFICE) if sequence == 1 else (Kind.CHANGE, Party.CONSIGNOR)
    return replace(_said(message, kind, by, sequence), key=f"{kind}/{sequence}", at=at)


def _said(message: Message, kind: Kind, by: Party, sequence: int) -> Statement:
    head = message.header
    key = f"{kind}/{head.message_sender}/{head.message_identifier}"
    node = SIDES.dispatch if by in {Party.CONSIGNOR, Party.DISPATCH_OFFICE} else SIDES.destination
    return Statement(key, kind, by, sequence, _at(message), node)


def _at(message: Message) -> datetime:
    head = message.header
    return datetime.combine(head.date_of_preparation, head.time_of_preparation, UTC)


def _due(arc: str, messages: Iterable[Message]) -> datetime | None:
    """By the newest document or change of destination that states a journey, from the day of dispatch."""
    left: datetime | None = None
    journeys: dict[int, str] = {}
    for message in messages:
        body = message.body
        if message.code == "IE801" and body.excise_movement.administrative_reference_code == arc:
            written = body.ead_esad
            left = datetime.combine(written.date_of_dispatch, written.time_of_dispatch or time(), UTC)
            journeys[body.header_ead_esad.sequence_number] = body.header_ead_esad.journey_time
        elif message.code == "IE813" and body.update_ead_esad.administrative_reference_code == arc:
            update = body.update_ead_esad
            if update.journey_time is not None and update.sequence_number is not None:
                journeys[update.sequence_number] = update.journey_time
    return None if left is None else due(left, journeys[max(journeys)])
