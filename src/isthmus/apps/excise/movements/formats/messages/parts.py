"""Groups that several EMCS messages share."""

from dataclasses import dataclass
from typing import Annotated

from isthmus.apps.excise.movements.formats.kinds import Times
from isthmus.apps.excise.movements.formats.messages.values import (
    Arc,
    Count,
    ExciseNumber,
    GuarantorCode,
    Language,
    OfficeCode,
    SequenceNumber,
    Sign2,
    SmallNumber,
    Text10,
    Text11,
    Text14,
    Text16,
    Text17,
    Text35,
    Text50,
    Text65,
    Text182,
    Text999,
    Words350,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsigneeTrader:
    """``ConsigneeTrader`` or ``NewConsigneeTrader``."""

    language: Language
    traderid: Text16 | None = None
    trader_name: Text182
    street_name: Text65
    street_number: Text11 | None = None
    postcode: Text10
    city: Text50
    eori_number: Text17 | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsignorTrader:
    """``ConsignorTrader``."""

    language: Language
    trader_excise_number: ExciseNumber
    trader_name: Text182
    street_name: Text65
    street_number: Text11 | None = None
    postcode: Text10
    city: Text50


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """``CompetentAuthorityDispatchOffice`` and others alike."""

    reference_number: OfficeCode


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPlaceTrader:
    """``DeliveryPlaceTrader``."""

    language: Language | None = None
    traderid: Text16 | None = None
    trader_name: Text182 | None = None
    street_name: Text65 | None = None
    street_number: Text11 | None = None
    postcode: Text10 | None = None
    city: Text50 | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transporter:
    """``FirstTransporterTrader`` and others alike."""

    language: Language
    vat_number: Text14 | None = None
    trader_name: Text182
    street_name: Text65
    street_number: Text11 | None = None
    postcode: Text10
    city: Text50


@dataclass(frozen=True, slots=True, kw_only=True)
class GuarantorTrader:
    """``GuarantorTrader``."""

    language: Language | None = None
    trader_excise_number: ExciseNumber | None = None
    trader_name: Text182 | None = None
    street_name: Text65 | None = None
    street_number: Text11 | None = None
    city: Text50 | None = None
    postcode: Text10 | None = None
    vat_number: Text14 | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementGuarantee:
    """``MovementGuarantee``."""

    guarantor_type_code: GuarantorCode
    guarantor_trader: Annotated[tuple[GuarantorTrader, ...], Times(0, 2)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """``Package``."""

    kind_of_packages: Sign2
    number_of_packages: Count | None = None
    shipping_marks: Text999 | None = None
    commercial_seal_identification: Text35 | None = None
    seal_information: Words350 | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportDetails:
    """``TransportDetails``."""

    transport_unit_code: SmallNumber
    identity_of_transport_units: Text35 | None = None
    commercial_seal_identification: Text35 | None = None
    complementary_information: Words350 | None = None
    seal_information: Words350 | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementReference:
    """``DownstreamArc`` or ``ExciseMovementEad``."""

    administrative_reference_code: Arc


@dataclass(frozen=True, slots=True, kw_only=True)
class ExciseMovement:
    """``CEadVal`` or ``ExciseMovement``."""

    administrative_reference_code: Arc
    sequence_number: SequenceNumber
