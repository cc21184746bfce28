"""The chain of a movement: the accepted document (IE801) of a draft (IE815), the receipt (IE818) of that."""

import dataclasses
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from isthmus.apps.excise.movements.formats.layout import Version
from isthmus.apps.excise.movements.formats.message import Header, Message
from isthmus.apps.excise.movements.formats.messages.documents import (
    AcceptedMovement,
    EadEsad,
    EADESADContainer,
    EadEsadDraft,
    HeaderEadEsad,
    SubmittedDraftOfEADESAD,
)
from isthmus.apps.excise.movements.formats.messages.parts import ExciseMovement, Office
from isthmus.apps.excise.movements.formats.messages.receipts import (
    AcceptedOrRejectedReportOfReceiptExport,
    BodyReportOfReceiptExport,
    ReceiptAttributes,
    ReportOfReceiptExport,
)
from isthmus.kit.errors import BadInput


def header(
    sender: str, recipient: str, identifier: str, at: datetime, *, answers: Header | None = None
) -> Header:
    """A header from country ``sender`` to ``recipient`` (MD); an answer carries the identifier it answers."""
    return Header(
        message_sender=f"NDEA.{sender}",
        message_recipient=f"NDEA.{recipient}",
        date_of_preparation=at.date(),
        time_of_preparation=at.time(),
        message_identifier=identifier,
        correlation_identifier=None if answers is None else answers.message_identifier,
    )


def accepted(draft: Message, arc: str, at: datetime, head: Header) -> Message:
    """The draft as accepted under a reference of ours at a moment in UTC; its content is the draft's."""
    sent = _body(draft, SubmittedDraftOfEADESAD)
    shared = {
        field.name: getattr(sent, field.name)
        for field in dataclasses.fields(EADESADContainer)
        if field.name not in {"excise_movement", "ead_esad", "header_ead_esad"}
    }
    written: dict[str, Any] = {
        field.name: getattr(sent.ead_esad_draft, field.name) for field in dataclasses.fields(EadEsadDraft)
    }
    body = EADESADContainer(
        excise_movement=AcceptedMovement(
            administrative_reference_code=arc, date_and_time_of_validation_of_ead_esad=at
        ),
        ead_esad=EadEsad(**written),
        header_ead_esad=HeaderEadEsad(
            sequence_number=1,
            date_and_time_of_update_validation=at,
            destination_type_code=sent.header_ead_esad.destination_type_code,
            journey_time=sent.header_ead_esad.journey_time,
            transport_arrangement=sent.header_ead_esad.transport_arrangement,
        ),
        **shared,
    )
    return Message(draft.version, head, body)


def receipt(
    document: Message,
    arrived: date,
    conclusion: str,
    head: Header,
    *,
    office: str = "",
    lines: Sequence[BodyReportOfReceiptExport] = (),
    version: Version | None = None,
) -> Message:
    """The report of receipt of an accepted document; ``lines`` say what was short, in excess or refused.

    Raises BadInput (``excise.emcs.no-consignee``) where the document names none, and
    ``excise.emcs.receipt-lines`` where a line is about goods that the document has not, or refuses or misses
    more than was sent.
    """
    sent = _body(document, EADESADContainer)
    if sent.consignee_trader is None:
        raise BadInput(
            "excise.emcs.no-consignee",
            "The document names no consignee, so nobody can report its receipt.",
            next_step="Change its destination first.",
        )
    goods = {line.body_record_unique_reference: line for line in sent.body_ead_esad}
    for line in lines:
        _check_line(goods.get(line.body_record_unique_reference), line)
    body = AcceptedOrRejectedReportOfReceiptExport(
        attributes=ReceiptAttributes(),
        consignee_trader=sent.consignee_trader,
        excise_movement=ExciseMovement(
            administrative_reference_code=sent.excise_movement.administrative_reference_code,
            sequence_number=sent.header_ead_esad.sequence_number,
        ),
        delivery_place_trader=sent.delivery_place_trader,
        destination_office=Office(reference_number=office) if office else None,
        report_of_receipt_export=ReportOfReceiptExport(
            date_of_arrival_of_excise_products=arrived, global_conclusion_of_receipt=conclusion
        ),
        body_report_of_receipt_export=tuple(lines),
    )
    return Message(version or document.version, head, body)


def _check_line(sent: Any, line: BodyReportOfReceiptExport) -> None:  # noqa: ANN401  a line of the document
    number = line.body_record_unique_reference
    if sent is None or sent.excise_product_code != line.excise_product_code:
        problem = f"The document has no line {number} of {line.excise_product_code}."
    elif line.indicator_of_shortage_or_excess != "E" and _over(line.observed_shortage_or_excess, sent):
        problem = f"Line {number} misses more than the {sent.quantity} that were sent."
    elif _over(line.refused_quantity, sent):
        problem = f"Line {number} refuses more than the {sent.quantity} that were sent."
    else:
        return
    raise BadInput("excise.emcs.receipt-lines", problem, next_step="Correct the line of the receipt.")


def _over(quantity: Any, sent: Any) -> bool:  # noqa: ANN401  decimals of messages
    return quantity is not None and bool(quantity > sent.quantity)


def _body(message: Message, kind: type[Any]) -> Any:  # noqa: ANN401  an instance of kind
    if not isinstance(message.body, kind):
        raise BadInput(
            "excise.emcs.other-message",
            f"{message.code} is not the message that is needed here ({kind.__name__}).",
        )
    return message.body
