"""Messages about a movement from what an officer typed, in the version of its document.

The reasons are the codes of EMCS; 0 always means another one, which the words then tell.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from isthmus.apps.excise.movements.formats.kinds import Words
from isthmus.apps.excise.movements.formats.message import Header, Message
from isthmus.apps.excise.movements.formats.messages import changes, event_reports, notices, parts, receipts
from isthmus.apps.excise.movements.rules.states import Kind, Party


@dataclass(frozen=True, slots=True)
class Told:
    """What was typed; each message takes what it needs. ``lines`` are the words about lines, by number."""

    party: Party
    language: str = "en"
    reason: str = "0"
    words: str = ""
    office: str = ""
    on: date | None = None
    event: str = "0"
    place: str = ""
    person: str = ""
    destination: str = ""
    consignee: str = ""
    name: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    journey: str = ""
    lines: Mapping[int, str] | None = None

    @property
    def said(self) -> Words | None:
        """The words in their language; None where there are none."""
        return self.worded(self.words) if self.words else None

    def worded(self, text: str) -> Words:
        """A text in the language of what was typed."""
        return Words(text, self.language)


def compose(kind: Kind, document: Message, told: Told, head: Header, at: datetime) -> Message:
    """The message of a kind about an accepted document. KeyError for a kind that has no form."""
    return Message(document.version, head, _BUILDERS[kind](document.body, told, at))


def _movement(sent: Any) -> parts.ExciseMovement:  # noqa: ANN401  the body of a document
    return parts.ExciseMovement(
        administrative_reference_code=sent.excise_movement.administrative_reference_code,
        sequence_number=sent.header_ead_esad.sequence_number,
    )


def _cancel(sent: Any, told: Told, _at: datetime) -> changes.CancellationOfEAD:  # noqa: ANN401  as above
    return changes.CancellationOfEAD(
        attributes=changes.CancellationAttributes(),
        excise_movement_ead=parts.MovementReference(
            administrative_reference_code=sent.excise_movement.administrative_reference_code
        ),
        cancellation=changes.Cancellation(
            cancellation_reason_code=told.reason, complementary_information=told.said
        ),
    )


def _change(sent: Any, told: Told, _at: datetime) -> changes.ChangeOfDestination:  # noqa: ANN401  as above
    where: dict[str, Any] = {
        "language": told.language,
        "traderid": told.consignee or None,
        "trader_name": told.name,
        "street_name": told.street,
        "postcode": told.postcode,
        "city": told.city,
    }
    return changes.ChangeOfDestination(
        attributes=changes.ChangeOfDestinationAttributes(),
        update_ead_esad=changes.UpdateEadEsad(
            administrative_reference_code=sent.excise_movement.administrative_reference_code,
            journey_time=told.journey or None,
            sequence_number=sent.header_ead_esad.sequence_number + 1,
            complementary_information=told.said,
        ),
        destination_changed=changes.DestinationChanged(
            destination_type_code=told.destination,
            new_consignee_trader=parts.ConsigneeTrader(**where),
            delivery_place_trader=parts.DeliveryPlaceTrader(**where),
        ),
    )


def _alert(sent: Any, told: Told, at: datetime, *, rejected: bool) -> receipts.AlertOrRejectionOfEADESAD:  # noqa: ANN401  as above
    return receipts.AlertOrRejectionOfEADESAD(
        attributes=receipts.AlertAttributes(),
        consignee_trader=sent.consignee_trader,
        excise_movement=_movement(sent),
        destination_office=parts.Office(reference_number=told.office),
        alert_or_rejection=receipts.AlertOrRejection(
            date_of_alert_or_rejection=told.on or at.date(), ead_esad_rejected_flag=rejected
        ),
        alert_or_rejection_of_ead_esad_reason=(
            receipts.AlertOrRejectionOfEadEsadReason(
                alert_or_rejection_of_movement_reason_code=told.reason,
                complementary_information=told.said,
            ),
        ),
    )


def _delay(sent: Any, told: Told, _at: datetime) -> receipts.ExplanationOnDelayForDelivery:  # noqa: ANN401  as above
    dispatch = told.party is Party.CONSIGNOR
    trader = sent.consignor_trader if dispatch else sent.consignee_trader
    number = trader.trader_excise_number if dispatch else (trader.traderid or "")
    return receipts.ExplanationOnDelayForDelivery(
        attributes=receipts.DelayAttributes(
            submitter_identification=number,
            submitter_type="1" if dispatch else "2",
            explanation_code=told.reason,
            complementary_information=told.said,
            # Role 1 explains why the goods have not arrived, 2 why no destination was given.
            message_role="1",
        ),
        excise_movement=_movement(sent),
    )


def _shortage(sent: Any, told: Told, at: datetime) -> receipts.ExplanationOnReasonForShortage:  # noqa: ANN401  as above
    dispatch = told.party is Party.CONSIGNOR
    codes = {line.body_record_unique_reference: line.excise_product_code for line in sent.body_ead_esad}
    return receipts.ExplanationOnReasonForShortage(
        attributes=receipts.ShortageAttributes(submitter_type="1" if dispatch else "2"),
        consignee_trader=None if dispatch else sent.consignee_trader,
        excise_movement=_movement(sent),
        consignor_trader=sent.consignor_trader if dispatch else None,
        analysis=receipts.Analysis(
            date_of_analysis=told.on or at.date(), global_explanation=told.worded(told.words)
        ),
        body_analysis=tuple(
            receipts.BodyAnalysis(
                excise_product_code=codes[number],
                body_record_unique_reference=number,
                explanation=told.worded(text),
            )
            for number, text in (told.lines or {}).items()
        ),
    )


def _interrupt(sent: Any, told: Told, at: datetime) -> notices.InterruptionOfMovement:  # noqa: ANN401  as above
    return notices.InterruptionOfMovement(
        attributes=notices.InterruptionAttributes(
            administrative_reference_code=sent.excise_movement.administrative_reference_code,
            complementary_information=told.said,
            date_and_time_of_issuance=at,
            reason_for_interruption_code=told.reason,
            reference_number_of_excise_office=told.office,
        )
    )


def _event(sent: Any, told: Told, at: datetime) -> event_reports.EventReportEnvelope:  # noqa: ANN401  as above
    return event_reports.EventReportEnvelope(
        attributes=event_reports.EventReportAttributes(event_report_message_type="1"),
        header_event_report=event_reports.HeaderEventReport(
            reference_number_of_excise_office=told.office, member_state_of_event=told.office[:2]
        ),
        excise_movement=_movement(sent),
        event_report=event_reports.EventReport(
            date_of_event=told.on or at.date(),
            place_of_event=told.worded(told.place),
            submitting_person=told.person,
            submitting_person_code="0",
            submitting_person_complement=told.worded(told.person),
        ),
        body_event_report=(
            event_reports.BodyEventReport(event_type_code=told.event, associated_information=told.said),
        ),
    )


_BUILDERS: Mapping[Kind, Any] = {
    Kind.CANCEL: _cancel,
    Kind.CHANGE: _change,
    Kind.ALERT: lambda sent, told, at: _alert(sent, told, at, rejected=False),
    Kind.REJECT: lambda sent, told, at: _alert(sent, told, at, rejected=True),
    Kind.DELAY: _delay,
    Kind.SHORTAGE: _shortage,
    Kind.INTERRUPT: _interrupt,
    Kind.EVENT: _event,
}
WITH_FORM: Sequence[Kind] = tuple(_BUILDERS)
"""What can be said without writing a file; a splitting and what customs say are sent as files."""
