"""The sample movement: cases of brandy from Moldova to a bonded store in the Maldives."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from isthmus.apps.excise.models import Movement
from isthmus.apps.excise.movements.formats.answering import header
from isthmus.apps.excise.movements.formats.kinds import Words
from isthmus.apps.excise.movements.formats.message import Message
from isthmus.apps.excise.movements.formats.messages import documents, parts
from isthmus.apps.excise.movements.formats.writing import write_message
from isthmus.node.demo.goods import BRANDY, CASES, OPERATORS

_BOTTLES = 12
"""In a case."""


def draft(reference: str, now: datetime, cases: int = CASES) -> bytes:
    """The draft (IE815) as the producer's own system writes it."""
    producer, store = OPERATORS["md"][0], OPERATORS["mv"][0]
    where: dict[str, Any] = {"postcode": "3505", "city": "Orhei", "language": "en"}
    there: dict[str, Any] = {"postcode": "20026", "city": "Malé", "language": "en"}
    receiver = {"trader_name": store.name, "street_name": store.address, **there}
    litres = Decimal(cases * _BOTTLES * BRANDY.volume_ml) / 1000
    return write_message(
        Message(
            "3.23",
            header("MD", "MD", f"{reference}-draft", now),
            documents.SubmittedDraftOfEADESAD(
                attributes=documents.DraftAttributes(submission_message_type="1"),
                consignor_trader=parts.ConsignorTrader(
                    trader_excise_number=producer.excise_number,
                    trader_name=producer.name,
                    street_name=producer.address,
                    **where,
                ),
                consignee_trader=parts.ConsigneeTrader(traderid=store.excise_number, **receiver),
                place_of_dispatch_trader=documents.PlaceOfDispatchTrader(
                    reference_of_tax_warehouse=producer.warehouse
                ),
                delivery_place_trader=parts.DeliveryPlaceTrader(traderid=store.excise_number, **receiver),
                competent_authority_dispatch_office=parts.Office(reference_number="MD000001"),
                header_ead_esad=documents.DraftHeaderEadEsad(
                    destination_type_code="1", journey_time="D45", transport_arrangement="1"
                ),
                transport_mode=documents.TransportMode(transport_mode_code="1"),
                # The consignor answers for the duty, by a guarantee that is registered at its office.
                movement_guarantee=parts.MovementGuarantee(guarantor_type_code="1"),
                body_ead_esad=(_goods(cases, litres),),
                ead_esad_draft=_paper(reference, now.date()),
                transport_details=(
                    parts.TransportDetails(
                        transport_unit_code="1",
                        identity_of_transport_units="SMPU 000017 0",
                        commercial_seal_identification="SAMPLE-S-4711",
                    ),
                ),
            ),
        )
    )


def _goods(cases: int, litres: Decimal) -> documents.BodyEadEsad:
    return documents.BodyEadEsad(
        body_record_unique_reference=1,
        excise_product_code=BRANDY.excise_code,
        cn_code="22082029",
        quantity=litres,
        gross_mass=litres * 2,
        net_mass=litres,
        alcoholic_strength_by_volume_in_percentage=Decimal(BRANDY.abv_thousandths) / 1000,
        fiscal_mark_used_flag=False,
        commercial_description=Words(BRANDY.name, "en"),
        package=(parts.Package(kind_of_packages="CT", number_of_packages=cases),),
    )


def _paper(reference: str, day: date) -> documents.EadEsadDraft:
    return documents.EadEsadDraft(
        local_reference_number=reference,
        invoice_number=f"{reference}-invoice",
        invoice_date=day,
        origin_type_code="1",
        date_of_dispatch=day,
    )


def told(row: Movement) -> dict[str, Any]:
    """What the demonstration says of a movement."""
    return {"arc": row.arc, "state": row.state, "closed": row.closed_at is not None}
