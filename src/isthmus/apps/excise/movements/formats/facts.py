"""The facts of a message that pages, lists and records show, taken from its body."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Any

from isthmus.apps.excise.movements.formats.message import Message
from isthmus.apps.excise.movements.formats.telling import statements
from isthmus.apps.excise.movements.rules.states import Kind
from isthmus.kit import clock

Facts = dict[str, Any]
LINE_FIELDS = (
    "number",
    "product_code",
    "cn_code",
    "description",
    "quantity",
    "gross_kg",
    "net_kg",
    "abv_percent",
    "degree_plato",
)
KINDS_OF: dict[str, frozenset[Kind]] = {
    "IE801": frozenset({Kind.ACCEPT}),
    "IE802": frozenset({Kind.REMIND}),
    "IE803": frozenset(),
    "IE807": frozenset({Kind.INTERRUPT}),
    "IE810": frozenset({Kind.CANCEL}),
    "IE813": frozenset({Kind.CHANGE}),
    "IE818": frozenset({Kind.RECEIVE, Kind.EXIT, Kind.REFUSE, Kind.REFUSE_PART}),
    "IE819": frozenset({Kind.ALERT, Kind.REJECT}),
    "IE825": frozenset({Kind.SPLIT}),
    "IE837": frozenset({Kind.DELAY}),
    "IE839": frozenset({Kind.CUSTOMS_REFUSE}),
    "IE840": frozenset({Kind.EVENT}),
    "IE871": frozenset({Kind.SHORTAGE}),
}
"""What each message can say; a record whose text is withheld is held to it."""


def _words(value: Any) -> str | None:  # noqa: ANN401  words or nothing
    return None if value is None else value.text


def _goods(lines: Any) -> list[Facts]:  # noqa: ANN401  lines of a draft, a document or a splitting
    return [
        {
            "number": line.body_record_unique_reference,
            "product_code": line.excise_product_code,
            "cn_code": line.cn_code,
            "description": _words(line.commercial_description),
            "quantity": f"{line.quantity:f}",
            "gross_kg": f"{line.gross_mass:f}",
            "net_kg": f"{line.net_mass:f}",
            "abv_percent": _number(getattr(line, "alcoholic_strength_by_volume_in_percentage", None)),
            "degree_plato": _number(getattr(line, "degree_plato", None)),
        }
        for line in lines
    ]


def _number(value: Any) -> str | None:  # noqa: ANN401  a decimal or nothing
    return None if value is None else f"{value:f}"


def _receiver(trader: Any, place: Any, office: Any) -> Facts:  # noqa: ANN401  parts of a message
    facts: Facts = {}
    if trader is not None:
        facts |= {"consignee": trader.traderid, "consignee_name": trader.trader_name}
    if place is not None:
        facts["delivered_to"] = place.trader_name or place.traderid
    elif office is not None:
        facts["delivered_to"] = office.reference_number
    return facts


def _written(body: Any, written: Any) -> Facts:  # noqa: ANN401  a draft or a document
    place = body.place_of_dispatch_trader
    left = datetime.combine(written.date_of_dispatch, written.time_of_dispatch or time(), UTC)
    return {
        "consignor": body.consignor_trader.trader_excise_number,
        "consignor_name": body.consignor_trader.trader_name,
        "dispatched_from": place.reference_of_tax_warehouse if place is not None else None,
        "destination_type": body.header_ead_esad.destination_type_code,
        "journey_time": body.header_ead_esad.journey_time,
        "transport_mode": body.transport_mode.transport_mode_code,
        "dispatched_at": clock.to_text(left),
        "lines": _goods(body.body_ead_esad),
    } | _receiver(body.consignee_trader, body.delivery_place_trader, body.delivery_place_customs_office)


def _changed(body: Any) -> Facts:  # noqa: ANN401  a change of destination
    update, changed = body.update_ead_esad, body.destination_changed
    return {
        "destination_type": changed.destination_type_code,
        "journey_time": update.journey_time,
        "transport_mode": update.transport_mode_code,
    } | _receiver(
        changed.new_consignee_trader, changed.delivery_place_trader, changed.delivery_place_customs_office
    )


def _received(body: Any) -> Facts:  # noqa: ANN401  a report of receipt
    report = body.report_of_receipt_export
    return {
        "arrived_on": report.date_of_arrival_of_excise_products.isoformat(),
        "conclusion": report.global_conclusion_of_receipt,
    }


_READERS: dict[str, Callable[[Any], Facts]] = {
    "IE815": lambda body: _written(body, body.ead_esad_draft),
    "IE801": lambda body: _written(body, body.ead_esad),
    "IE813": _changed,
    "IE818": _received,
}


def facts_of(message: Message) -> Facts:
    """The facts of a message as JSON, without those that it does not state."""
    reader = _READERS.get(message.code)
    found = {} if reader is None else reader(message.body)
    return {name: value for name, value in found.items() if value not in (None, "", [])}


def said_about(message: Message, arc: str) -> dict[str, Any]:
    """What a message says about one movement: key, kind, by, sequence and ``at``; kind empty for nothing.

    A document of a later version is the statement of that version alone: the ones before came on their own.
    """
    found = [statement for about, statement in statements(message) if about == arc]
    head = message.header
    at = datetime.combine(head.date_of_preparation, head.time_of_preparation, UTC)
    if not found:
        key = f"{message.code}/{head.message_sender}/{head.message_identifier}"
        return {"key": key, "kind": "", "by": "", "sequence": 0, "at": at}
    one = found[-1]
    return {
        "key": one.key,
        "kind": str(one.kind),
        "by": str(one.by),
        "sequence": one.sequence,
        "at": one.at,
    }
