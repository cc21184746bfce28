"""An event on the road, reported by an officer (IE840)."""

from dataclasses import dataclass
from typing import Annotated

from isthmus.apps.excise.movements.formats.kinds import Times
from isthmus.apps.excise.movements.formats.messages.parts import (
    ExciseMovement,
    TransportDetails,
    Transporter,
)
from isthmus.apps.excise.movements.formats.messages.values import (
    AnyCaseCountry,
    CnCode,
    CountryCode,
    Day,
    ExciseNumber,
    Image,
    IndicatorOfShortageOrExcessCode,
    Language,
    LineNumber,
    Moment,
    Number15x3,
    Number16x6,
    OfficeCode,
    OtherAccompanyingDocumentCode,
    ReportMessageCode,
    ReportNumber,
    SmallNumber,
    Text10,
    Text11,
    Text16,
    Text35,
    Text50,
    Text55,
    Text65,
    Text70,
    Text182,
    Text350,
    Text999,
    TraderPersonCode,
    TransportArrangementCode,
    TwoDigits,
    Words35,
    Words350,
    Words999,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventReportAttributes:
    """``Attributes``."""

    event_report_message_type: ReportMessageCode
    date_and_time_of_validation_of_event_report: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderEventReport:
    """``HeaderEventReport``."""

    event_report_number: ReportNumber | None = None
    ms_of_submission_event_report_reference: Text35 | None = None
    reference_number_of_excise_office: OfficeCode
    member_state_of_event: CountryCode


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonInvolvedInMovementTrader:
    """``PersonInvolvedInMovementTrader``."""

    language: Language | None = None
    trader_excise_number: ExciseNumber | None = None
    traderid: Text16 | None = None
    trader_name: Text182 | None = None
    trader_person_type: TraderPersonCode | None = None
    member_state_code: CountryCode | None = None
    street_name: Text65 | None = None
    street_number: Text11 | None = None
    postcode: Text10 | None = None
    city: Text50 | None = None
    phone_number: Text35 | None = None
    fax_number: Text35 | None = None
    email_address: Text70 | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsItem:
    """``GoodsItem``."""

    description_of_the_goods: Text55 | None = None
    cn_code: CnCode | None = None
    commercial_description_of_the_goods: Text999 | None = None
    additional_code: Text35 | None = None
    quantity: Number15x3 | None = None
    unit_of_measure_code: SmallNumber | None = None
    gross_mass: Number16x6 | None = None
    net_mass: Number16x6 | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeansOfTransport:
    """``MeansOfTransport``."""

    trader_name: Text182
    street_name: Text65
    street_number: Text11 | None = None
    transporter_country: AnyCaseCountry
    postcode: Text10
    city: Text50
    transport_mode_code: TwoDigits
    aco_complementary_information: Words999 | None = None
    registration: Text35
    country_of_registration: AnyCaseCountry


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherAccompanyingDocument:
    """``OtherAccompanyingDocument``."""

    other_accompanying_document_type: OtherAccompanyingDocumentCode
    short_description_of_other_accompanying_document: Words350 | None = None
    other_accompanying_document_number: Text350
    other_accompanying_document_date: Day
    image_of_other_accompanying_document: Image | None = None
    member_state_of_dispatch: AnyCaseCountry
    member_state_of_destination: AnyCaseCountry
    person_involved_in_movement_trader: Annotated[
        tuple[PersonInvolvedInMovementTrader, ...], Times(0, 9)
    ] = ()
    goods_item: Annotated[tuple[GoodsItem, ...], Times(0, 999)] = ()
    means_of_transport: MeansOfTransport | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventReport:
    """``EventReport``."""

    date_of_event: Day
    place_of_event: Words350
    excise_officer_identification: Text35 | None = None
    submitting_person: Text35
    submitting_person_code: TwoDigits
    submitting_person_complement: Words350 | None = None
    changed_transport_arrangement: TransportArrangementCode | None = None
    comments: Words350 | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceOfEvent:
    """``EvidenceOfEvent``."""

    issuing_authority: Words35 | None = None
    evidence_type_code: TwoDigits
    reference_of_evidence: Words350
    image_of_evidence: Image | None = None
    evidence_type_complement: Words350 | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyEventReport:
    """``BodyEventReport``."""

    event_type_code: TwoDigits
    associated_information: Words350 | None = None
    body_record_unique_reference: LineNumber | None = None
    description_of_the_goods: Text55 | None = None
    cn_code: CnCode | None = None
    additional_code: Text35 | None = None
    indicator_of_shortage_or_excess: IndicatorOfShortageOrExcessCode | None = None
    observed_shortage_or_excess: Number15x3 | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventReportEnvelope:
    """IE840, element ``EventReportEnvelope``."""

    attributes: EventReportAttributes
    header_event_report: HeaderEventReport
    excise_movement: ExciseMovement | None = None
    other_accompanying_document: OtherAccompanyingDocument | None = None
    event_report: EventReport
    evidence_of_event: Annotated[tuple[EvidenceOfEvent, ...], Times(0, 9)] = ()
    new_transport_arranger_trader: Transporter | None = None
    new_transporter_trader: Transporter | None = None
    transport_details: Annotated[tuple[TransportDetails, ...], Times(0, 99)] = ()
    body_event_report: Annotated[tuple[BodyEventReport, ...], Times(0, 99)] = ()
