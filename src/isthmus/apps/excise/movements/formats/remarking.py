"""What is odd about a message that its schema allows, in sentences."""

from isthmus.apps.excise.movements.formats.message import Message
from isthmus.apps.excise.movements.formats.messages.documents import SubmittedDraftOfEADESAD
from isthmus.apps.excise.movements.rules.drafts import Facts, Goods, Lack, Remark, remarks

_SAID = {
    Lack.CONSIGNEE: "The draft names no consignee; only one of unknown destination (type 8) may.",
    Lack.DELIVERY_PLACE: "A tax warehouse or direct delivery (types 1 and 4) needs a place of delivery.",
    Lack.EXPORT_OFFICE: "An export (type 6) needs the customs office of export as place of delivery.",
    Lack.EXEMPTION: "An exempted consignee (type 5) needs the complement with the exemption.",
    Lack.DISPATCH_WAREHOUSE: "Goods from a tax warehouse (origin 1) need the warehouse as place of dispatch.",
    Lack.IMPORT_OFFICE: "Imported goods (origin 2) need the customs office of import.",
    Lack.JOURNEY: "The journey is stated longer than its mode of transport allows.",
    Lack.NO_TIME: "The journey is stated to take no time.",
    Lack.MODE: "The mode of transport is none with a known limit.",
    Lack.NUMBER: "has a number that another line has too.",
    Lack.STRENGTH: "is alcohol and states no strength.",
    Lack.TOO_STRONG: "is stated stronger than 100 % by volume.",
    Lack.DENSITY: "is an energy product and states no density.",
    Lack.MASS: "has a net mass above its gross mass.",
}


def warnings_about(message: Message) -> tuple[str, ...]:
    """Doubtful references, and conditions of a draft that its schema cannot see."""
    return (*message.doubts, *(_sentence(remark) for remark in _remarks(message)))


def _remarks(message: Message) -> tuple[Remark, ...]:
    return remarks(facts_of(message.body)) if isinstance(message.body, SubmittedDraftOfEADESAD) else ()


def facts_of(draft: SubmittedDraftOfEADESAD) -> Facts:
    """What the conditions look at."""
    dispatch = draft.place_of_dispatch_trader
    return Facts(
        destination=draft.header_ead_esad.destination_type_code,
        origin=draft.ead_esad_draft.origin_type_code,
        journey=draft.header_ead_esad.journey_time,
        mode=draft.transport_mode.transport_mode_code,
        goods=tuple(
            Goods(
                line.body_record_unique_reference,
                line.excise_product_code,
                line.gross_mass,
                line.net_mass,
                line.alcoholic_strength_by_volume_in_percentage,
                line.density,
            )
            for line in draft.body_ead_esad
        ),
        has_consignee=draft.consignee_trader is not None,
        has_delivery_place=draft.delivery_place_trader is not None,
        has_export_office=draft.delivery_place_customs_office is not None,
        has_exemption=draft.complement_consignee_trader is not None,
        has_dispatch_warehouse=dispatch is not None and dispatch.reference_of_tax_warehouse is not None,
        has_import_office=draft.dispatch_import_office is not None,
    )


def _sentence(remark: Remark) -> str:
    said = _SAID[remark.lack]
    return f"Line {remark.line} {said}" if remark.line else said
