"""The report of receipt made from what the officer at the place of delivery typed, and reminders."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from isthmus.apps.excise.movements import queries
from isthmus.apps.excise.movements.formats.answering import header, receipt
from isthmus.apps.excise.movements.formats.composing import Told, compose
from isthmus.apps.excise.movements.formats.message import Message
from isthmus.apps.excise.movements.formats.messages.notices import (
    ReminderAttributes,
    ReminderMessageForExciseMovement,
)
from isthmus.apps.excise.movements.formats.messages.parts import ExciseMovement
from isthmus.apps.excise.movements.formats.messages.receipts import BodyReportOfReceiptExport
from isthmus.apps.excise.movements.formats.reading import read_message
from isthmus.apps.excise.movements.formats.writing import write_message
from isthmus.apps.excise.movements.models import Movement, MovementMessage
from isthmus.apps.excise.movements.rules.sides import country_of
from isthmus.apps.excise.movements.rules.states import Kind
from isthmus.apps.excise.movements.services import book, sending
from isthmus.exchange import queries as exchange
from isthmus.jobs.progress import Progress
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, FieldFault, IsthmusError, NotFound
from isthmus.kit.ids import uuid7


@dataclass(frozen=True, slots=True)
class Differing:
    """A line that did not arrive as sent: positive ``missing`` was short, negative in excess."""

    number: int
    missing: Decimal = Decimal(0)
    refused: Decimal = Decimal(0)


def document_of(movement: Movement) -> Message:
    """The document as it stands, with the receiver of its last change. NotFound without its text."""
    rows = {
        row.sequence: row
        for row in movement.messages.filter(kind__in=[Kind.ACCEPT, Kind.CHANGE], node=movement.dispatch_node)
    }
    if 1 not in rows or not all(rows[n].xml for n in range(1, movement.sequence + 1) if n in rows):
        raise NotFound(
            "excise.movement-withheld",
            _("The document of %(arc)s is not here in full.") % {"arc": movement.arc},
            next_step=_("The agreement withholds it, or it has not arrived; send the report as a file."),
        )
    message = read_message(bytes(rows[1].xml))
    body = message.body
    for version in range(2, movement.sequence + 1):
        changed = read_message(bytes(rows[version].xml)).body.destination_changed
        body = dataclasses.replace(
            body,
            consignee_trader=changed.new_consignee_trader or body.consignee_trader,
            delivery_place_trader=changed.delivery_place_trader or body.delivery_place_trader,
            header_ead_esad=dataclasses.replace(body.header_ead_esad, sequence_number=version),
        )
    return dataclasses.replace(message, body=body)


def report_receipt(
    movement: Movement,
    arrived: date,
    conclusion: str,
    differing: Sequence[Differing] = (),
    *,
    actor: str,
) -> MovementMessage:
    """Report what arrived (IE818) and close or refuse the movement; the other side is told.

    BadInput for a day in the future or before the dispatch, for a refusal or shortage that does not go with
    the conclusion, and for lines that the document has not.
    """
    left = movement.dispatched_at
    if arrived > clock.now().date() or (left is not None and arrived < left.date()):
        message = _("The goods arrive between their dispatch and today.")
        raise BadInput("excise.receipt-day", message, faults=(FieldFault("arrived", message),))
    if conclusion in {"1", "3"} and differing:
        message = _("Lines that differ belong to a receipt that is unsatisfactory or refused in part.")
        raise BadInput("excise.receipt-lines", message, faults=(FieldFault("conclusion", message),))
    if conclusion in {"2", "4"} and not differing:
        message = _("Say of at least one line what was missing, in excess or refused.")
        raise BadInput("excise.receipt-lines", message, faults=(FieldFault("conclusion", message),))
    codes = {line.number: line.product_code for line in movement.lines.all()}
    lines = [_line(one, codes.get(one.number, "")) for one in differing]
    document = document_of(movement)
    own = book.own_country()
    head = header(own, country_of(movement.arc[2:]) or own, uuid7().hex, clock.now(), answers=document.header)
    made = receipt(document, arrived, conclusion, head, lines=lines)
    return sending.say(movement, write_message(made), actor=actor)


def _line(one: Differing, code: str) -> BodyReportOfReceiptExport:
    return BodyReportOfReceiptExport(
        body_record_unique_reference=one.number,
        excise_product_code=code,
        indicator_of_shortage_or_excess=None if not one.missing else "S" if one.missing > 0 else "E",
        observed_shortage_or_excess=abs(one.missing) if one.missing else None,
        refused_quantity=one.refused or None,
    )


def report(movement: Movement, kind: Kind, told: Told, *, actor: str) -> MovementMessage:
    """Say something about a movement from what was typed; the other side is told.

    BadInput names the field at fault. NotFound where the document's text was withheld.
    """
    document, now = document_of(movement), clock.now().replace(microsecond=0)
    own = book.own_country()
    away = country_of(movement.consignee, movement.delivered_to) or own
    other = away if movement.arc[2:4] == own else movement.arc[2:4]
    head = header(own, other, uuid7().hex, now, answers=document.header)
    made = compose(kind, document, told, head, now)
    return sending.say(movement, write_message(made), actor=actor)


@book.speaking()
def _remind(movement: Movement) -> bool:
    row = book.held(movement.arc)
    now = clock.now().replace(microsecond=0)
    if row.reminded_at is not None or not row.is_open or row.due_at is None or row.due_at >= now:
        return False
    own = book.own_country()
    body = ReminderMessageForExciseMovement(
        attributes=ReminderAttributes(
            date_and_time_of_issuance_of_reminder=now,
            limit_date_and_time=row.due_at,
            # Type 2 of the schemas: the report of receipt is missing after the time of the journey.
            reminder_message_type="2",
        ),
        excise_movement=ExciseMovement(administrative_reference_code=row.arc, sequence_number=row.sequence),
    )
    recipient = country_of(row.consignee, row.delivered_to) or own
    message = Message("3.23", header(own, recipient, uuid7().hex, now), body)
    row.reminded_at = now
    row.save(update_fields=["reminded_at"])
    book.keep(row, message, write_message(message), actor="reminders")
    book.refresh(row)
    book.tell(row)
    return True


def send_reminders(progress: Progress) -> dict[str, int]:
    """Job: remind both sides (IE802) of movements that left here and are past the end of their journey."""
    me, done, failed = exchange.me(), 0, 0
    rows = queries.late(Movement.objects.filter(dispatch_node=me, reminded_at=None), clock.now())
    for row in rows.exclude(arc="").order_by("due_at")[:1000]:
        try:
            done += _remind(row)
        except IsthmusError:
            # Where the partner cannot be told now, the next run reminds it.
            failed += 1
        progress.step(done, None)
    return {"reminded": done, "failed": failed}
