"""What the destination says: receipt (IE818), alert or rejection (IE819), and the explanations of a delay
(IE837) and of a shortage (IE871)."""

from dataclasses import dataclass
from typing import Annotated

from isthmus.apps.excise.movements.formats.kinds import Times
from isthmus.apps.excise.movements.formats.messages.parts import (
    ConsigneeTrader,
    ConsignorTrader,
    DeliveryPlaceTrader,
    ExciseMovement,
    Office,
)
from isthmus.apps.excise.movements.formats.messages.values import (
    Day,
    Flag,
    GlobalConclusionOfReceiptCode,
    IndicatorOfShortageOrExcessCode,
    LineNumber,
    MessageRoleCode,
    Moment,
    Number15x3,
    Sign4,
    Sign13,
    SubmitterCode,
    TwoDigits,
    Words350,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptAttributes:
    """``Attributes``."""

    date_and_time_of_validation_of_report_of_receipt_export: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOfReceiptExport:
    """``ReportOfReceiptExport``."""

    date_of_arrival_of_excise_products: Day
    global_conclusion_of_receipt: GlobalConclusionOfReceiptCode
    complementary_information: Words350 | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsatisfactoryReason:
    """``UnsatisfactoryReason``."""

    unsatisfactory_reason_code: TwoDigits
    complementary_information: Words350 | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyReportOfReceiptExport:
    """``BodyReportOfReceiptExport``."""

    body_record_unique_reference: LineNumber
    indicator_of_shortage_or_excess: IndicatorOfShortageOrExcessCode | None = None
    observed_shortage_or_excess: Number15x3 | None = None
    excise_product_code: Sign4
    refused_quantity: Number15x3 | None = None
    unsatisfactory_reason: Annotated[tuple[UnsatisfactoryReason, ...], Times(0, 9)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedOrRejectedReportOfReceiptExport:
    """IE818, element ``AcceptedOrRejectedReportOfReceiptExport``."""

    attributes: ReceiptAttributes
    consignee_trader: ConsigneeTrader
    excise_movement: ExciseMovement
    delivery_place_trader: DeliveryPlaceTrader | None = None
    destination_office: Office | None = None
    report_of_receipt_export: ReportOfReceiptExport
    body_report_of_receipt_export: Annotated[tuple[BodyReportOfReceiptExport, ...], Times(0, 999)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertAttributes:
    """``Attributes``."""

    date_and_time_of_validation_of_alert_rejection: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertOrRejection:
    """``AlertOrRejection``."""

    date_of_alert_or_rejection: Day
    ead_esad_rejected_flag: Flag


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertOrRejectionOfEadEsadReason:
    """``AlertOrRejectionOfEadEsadReason``."""

    alert_or_rejection_of_movement_reason_code: TwoDigits
    complementary_information: Words350 | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertOrRejectionOfEADESAD:
    """IE819, element ``AlertOrRejectionOfEADESAD``."""

    attributes: AlertAttributes
    consignee_trader: ConsigneeTrader | None = None
    excise_movement: ExciseMovement
    destination_office: Office
    alert_or_rejection: AlertOrRejection
    alert_or_rejection_of_ead_esad_reason: Annotated[
        tuple[AlertOrRejectionOfEadEsadReason, ...], Times(0, 9)
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DelayAttributes:
    """``Attributes``."""

    submitter_identification: Sign13
    submitter_type: SubmitterCode
    explanation_code: TwoDigits
    complementary_information: Words350 | None = None
    message_role: MessageRoleCode
    date_and_time_of_validation_of_explanation_on_delay: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplanationOnDelayForDelivery:
    """IE837, element ``ExplanationOnDelayForDelivery``."""

    attributes: DelayAttributes
    excise_movement: ExciseMovement


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortageAttributes:
    """``Attributes``."""

    submitter_type: SubmitterCode
    date_and_time_of_validation_of_explanation_on_shortage: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """``Analysis``."""

    date_of_analysis: Day
    global_explanation: Words350


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyAnalysis:
    """``BodyAnalysis``."""

    excise_product_code: Sign4
    body_record_unique_reference: LineNumber
    explanation: Words350
    actual_quantity: Number15x3 | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplanationOnReasonForShortage:
    """IE871, element ``ExplanationOnReasonForShortage``."""

    attributes: ShortageAttributes
    consignee_trader: ConsigneeTrader | None = None
    excise_movement: ExciseMovement
    consignor_trader: ConsignorTrader | None = None
    analysis: Analysis | None = None
    body_analysis: Annotated[tuple[BodyAnalysis, ...], Times(0, 999)] = ()
