"""What a consignor changes: cancellation (IE810), change of destination (IE813), splitting (IE825)."""

from dataclasses import dataclass
from typing import Annotated

from isthmus.apps.excise.movements.formats.kinds import Times
from isthmus.apps.excise.movements.formats.messages.parts import (
    ConsigneeTrader,
    DeliveryPlaceTrader,
    MovementGuarantee,
    MovementReference,
    Office,
    Package,
    TransportDetails,
    Transporter,
)
from isthmus.apps.excise.movements.formats.messages.values import (
    Arc,
    ChangedDestinationCode,
    CnCode,
    CountryCode,
    Day,
    Digit,
    Flag,
    JourneyTime,
    LineNumber,
    Moment,
    Number5x2,
    Number15x3,
    Number16x6,
    SequenceNumber,
    Sign4,
    SmallNumber,
    SplittingDestinationCode,
    Text22,
    Text35,
    TransportArrangementCode,
    TwoDigits,
    Words350,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CancellationAttributes:
    """``Attributes``."""

    date_and_time_of_validation_of_cancellation: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancellation:
    """``Cancellation``."""

    cancellation_reason_code: Digit
    complementary_information: Words350 | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancellationOfEAD:
    """IE810, element ``CancellationOfEAD``."""

    attributes: CancellationAttributes
    excise_movement_ead: MovementReference
    cancellation: Cancellation


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOfDestinationAttributes:
    """``Attributes``."""

    date_and_time_of_validation_of_change_of_destination: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateEadEsad:
    """``UpdateEadEsad``."""

    administrative_reference_code: Arc
    journey_time: JourneyTime | None = None
    changed_transport_arrangement: TransportArrangementCode | None = None
    sequence_number: SequenceNumber | None = None
    invoice_date: Day | None = None
    invoice_number: Text35 | None = None
    transport_mode_code: TwoDigits | None = None
    complementary_information: Words350 | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationChanged:
    """``DestinationChanged``."""

    destination_type_code: ChangedDestinationCode
    new_consignee_trader: ConsigneeTrader | None = None
    delivery_place_trader: DeliveryPlaceTrader | None = None
    delivery_place_customs_office: Office | None = None
    movement_guarantee: MovementGuarantee | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOfDestination:
    """IE813, element ``ChangeOfDestination``."""

    attributes: ChangeOfDestinationAttributes
    new_transport_arranger_trader: Transporter | None = None
    update_ead_esad: UpdateEadEsad
    destination_changed: DestinationChanged
    new_transporter_trader: Transporter | None = None
    transport_details: Annotated[tuple[TransportDetails, ...], Times(0, 99)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SplittingEad:
    """``SplittingEad``."""

    upstream_arc: Arc


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitDestinationChanged:
    """``DestinationChanged``."""

    destination_type_code: SplittingDestinationCode


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitTransportDetails:
    """``TransportDetails``."""

    transport_unit_code: SmallNumber
    identity_of_transport_units: Text35 | None = None
    commercial_seal_identification: Text35 | None = None
    seal_information: Words350 | None = None
    complementary_information: Words350 | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyEad:
    """``BodyEad``."""

    body_record_unique_reference: LineNumber
    excise_product_code: Sign4
    cn_code: CnCode
    quantity: Number15x3
    gross_mass: Number16x6
    net_mass: Number16x6
    fiscal_mark: Words350 | None = None
    fiscal_mark_used_flag: Flag | None = None
    density: Number5x2 | None = None
    commercial_description: Words350 | None = None
    brand_name_of_products: Words350 | None = None
    package: Annotated[tuple[Package, ...], Times(1, 99)]


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitDetailsEad:
    """``SplitDetailsEad``."""

    local_reference_number: Text22
    journey_time: JourneyTime | None = None
    changed_transport_arrangement: TransportArrangementCode | None = None
    destination_changed: SplitDestinationChanged
    new_consignee_trader: ConsigneeTrader | None = None
    delivery_place_trader: DeliveryPlaceTrader | None = None
    delivery_place_customs_office: Office | None = None
    new_transport_arranger_trader: Transporter | None = None
    new_transporter_trader: Transporter | None = None
    transport_details: Annotated[tuple[SplitTransportDetails, ...], Times(0, 99)] = ()
    body_ead: Annotated[tuple[BodyEad, ...], Times(1, 999)]


@dataclass(frozen=True, slots=True, kw_only=True)
class MsaOfSplitting:
    """``MsaOfSplitting``."""

    member_state_code: CountryCode


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedDraftOfSplittingOperation:
    """IE825, element ``SubmittedDraftOfSplittingOperation``."""

    splitting_ead: SplittingEad
    split_details_ead: Annotated[tuple[SplitDetailsEad, ...], Times(1, 9)]
    msa_of_splitting: MsaOfSplitting
