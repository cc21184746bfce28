"""The draft of an electronic administrative document (IE815) and the accepted one with its ARC (IE801)."""

from dataclasses import dataclass
from typing import Annotated

from isthmus.apps.excise.movements.formats.kinds import Times
from isthmus.apps.excise.movements.formats.messages.parts import (
    ConsigneeTrader,
    ConsignorTrader,
    DeliveryPlaceTrader,
    MovementGuarantee,
    Office,
    Package,
    TransportDetails,
    Transporter,
)
from isthmus.apps.excise.movements.formats.messages.values import (
    AnyCaseCountry,
    Arc,
    CategoryOfWineProductCode,
    Clock,
    CnCode,
    CountryCode,
    Day,
    DestinationCode,
    ExciseNumber,
    Flag,
    JourneyTime,
    Language,
    LineNumber,
    Moment,
    Number5x2,
    Number15x3,
    Number16x6,
    OriginCode,
    ProducerSize,
    SequenceNumber,
    Sign4,
    SmallNumber,
    SubmissionCode,
    Text4,
    Text10,
    Text11,
    Text21,
    Text22,
    Text35,
    Text50,
    Text65,
    Text182,
    Text255,
    TransportArrangementCode,
    TwoDigits,
    Words350,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedMovement:
    """``ExciseMovement``."""

    administrative_reference_code: Arc
    date_and_time_of_validation_of_ead_esad: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOfDispatchTrader:
    """``PlaceOfDispatchTrader``."""

    language: Language | None = None
    reference_of_tax_warehouse: ExciseNumber | None = None
    trader_name: Text182 | None = None
    street_name: Text65 | None = None
    street_number: Text11 | None = None
    postcode: Text10 | None = None
    city: Text50 | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplementConsigneeTrader:
    """``ComplementConsigneeTrader``."""

    member_state_code: CountryCode
    serial_number_of_certificate_of_exemption: Text255 | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentCertificate:
    """``DocumentCertificate``."""

    document_type: Text4 | None = None
    document_reference: Text35 | None = None
    document_description: Words350 | None = None
    reference_of_document: Words350 | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCustomsDeclaration:
    """``ImportCustomsDeclaration``."""

    import_customs_declaration_number: Text21


@dataclass(frozen=True, slots=True, kw_only=True)
class EadEsad:
    """``EadEsad``."""

    local_reference_number: Text22
    invoice_number: Text35
    invoice_date: Day | None = None
    origin_type_code: OriginCode
    date_of_dispatch: Day
    time_of_dispatch: Clock | None = None
    upstream_arc: Arc | None = None
    import_customs_declaration: Annotated[tuple[ImportCustomsDeclaration, ...], Times(0, 9)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderEadEsad:
    """``HeaderEadEsad``."""

    sequence_number: SequenceNumber
    date_and_time_of_update_validation: Moment
    destination_type_code: DestinationCode
    journey_time: JourneyTime
    transport_arrangement: TransportArrangementCode


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportMode:
    """``TransportMode``."""

    transport_mode_code: TwoDigits
    complementary_information: Words350 | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WineOperation:
    """``WineOperation``."""

    wine_operation_code: TwoDigits


@dataclass(frozen=True, slots=True, kw_only=True)
class WineProduct:
    """``WineProduct``."""

    wine_product_category: CategoryOfWineProductCode
    wine_growing_zone_code: SmallNumber | None = None
    third_country_of_origin: AnyCaseCountry | None = None
    other_information: Words350 | None = None
    wine_operation: Annotated[tuple[WineOperation, ...], Times(0, 99)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyEadEsad:
    """``BodyEadEsad``."""

    body_record_unique_reference: LineNumber
    excise_product_code: Sign4
    cn_code: CnCode
    quantity: Number15x3
    gross_mass: Number16x6
    net_mass: Number16x6
    alcoholic_strength_by_volume_in_percentage: Number5x2 | None = None
    degree_plato: Number5x2 | None = None
    fiscal_mark: Words350 | None = None
    fiscal_mark_used_flag: Flag | None = None
    designation_of_origin: Words350 | None = None
    size_of_producer: ProducerSize | None = None
    density: Number5x2 | None = None
    commercial_description: Words350 | None = None
    brand_name_of_products: Words350 | None = None
    maturation_period_or_age_of_products: Words350 | None = None
    independent_small_producers_declaration: Words350 | None = None
    package: Annotated[tuple[Package, ...], Times(1, 99)]
    wine_product: WineProduct | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EADESADContainer:
    """IE801, element ``EADESADContainer``."""

    consignee_trader: ConsigneeTrader | None = None
    excise_movement: AcceptedMovement
    consignor_trader: ConsignorTrader
    place_of_dispatch_trader: PlaceOfDispatchTrader | None = None
    dispatch_import_office: Office | None = None
    complement_consignee_trader: ComplementConsigneeTrader | None = None
    delivery_place_trader: DeliveryPlaceTrader | None = None
    delivery_place_customs_office: Office | None = None
    competent_authority_dispatch_office: Office
    transport_arranger_trader: Transporter | None = None
    first_transporter_trader: Transporter | None = None
    document_certificate: Annotated[tuple[DocumentCertificate, ...], Times(0, 9)] = ()
    ead_esad: EadEsad
    header_ead_esad: HeaderEadEsad
    transport_mode: TransportMode
    movement_guarantee: MovementGuarantee
    body_ead_esad: Annotated[tuple[BodyEadEsad, ...], Times(1, 999)]
    transport_details: Annotated[tuple[TransportDetails, ...], Times(1, 99)]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftAttributes:
    """``Attributes``."""

    submission_message_type: SubmissionCode
    deferred_submission_flag: Flag | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftHeaderEadEsad:
    """``HeaderEadEsad``."""

    destination_type_code: DestinationCode
    journey_time: JourneyTime
    transport_arrangement: TransportArrangementCode


@dataclass(frozen=True, slots=True, kw_only=True)
class EadEsadDraft:
    """``EadEsadDraft``."""

    local_reference_number: Text22
    invoice_number: Text35
    invoice_date: Day | None = None
    origin_type_code: OriginCode
    date_of_dispatch: Day
    time_of_dispatch: Clock | None = None
    import_customs_declaration: Annotated[tuple[ImportCustomsDeclaration, ...], Times(0, 9)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedDraftOfEADESAD:
    """IE815, element ``SubmittedDraftOfEADESAD``."""

    attributes: DraftAttributes
    consignee_trader: ConsigneeTrader | None = None
    consignor_trader: ConsignorTrader
    place_of_dispatch_trader: PlaceOfDispatchTrader | None = None
    dispatch_import_office: Office | None = None
    complement_consignee_trader: ComplementConsigneeTrader | None = None
    delivery_place_trader: DeliveryPlaceTrader | None = None
    delivery_place_customs_office: Office | None = None
    competent_authority_dispatch_office: Office
    transport_arranger_trader: Transporter | None = None
    first_transporter_trader: Transporter | None = None
    document_certificate: Annotated[tuple[DocumentCertificate, ...], Times(0, 9)] = ()
    header_ead_esad: DraftHeaderEadEsad
    transport_mode: TransportMode
    movement_guarantee: MovementGuarantee
    body_ead_esad: Annotated[tuple[BodyEadEsad, ...], Times(1, 999)]
    ead_esad_draft: EadEsadDraft
    transport_details: Annotated[tuple[TransportDetails, ...], Times(1, 99)]
