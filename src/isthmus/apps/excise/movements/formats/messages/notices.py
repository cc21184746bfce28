"""What authorities tell: reminder (IE802), diversion (IE803), interruption (IE807), refusal by customs
(IE839), state of a movement (IE905)."""

from dataclasses import dataclass
from typing import Annotated

from isthmus.apps.excise.movements.formats.kinds import Demanded, Times
from isthmus.apps.excise.movements.formats.messages.parts import (
    ConsigneeTrader,
    ExciseMovement,
    MovementReference,
    Office,
)
from isthmus.apps.excise.movements.formats.messages.values import (
    Arc,
    CustomsRejectionReasonCode,
    DiagnosisCode,
    Flag,
    LineNumber,
    Moment,
    NotificationCode,
    OfficeCode,
    ReminderMessageCode,
    ReportNumber,
    RequestedMessageCode,
    SequenceNumber,
    StatusCode,
    Text21,
    Text22,
    Text35,
    Text512,
    TwoDigits,
    Words350,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderAttributes:
    """``Attributes``."""

    date_and_time_of_issuance_of_reminder: Moment
    reminder_information: Words350 | None = None
    limit_date_and_time: Moment
    reminder_message_type: ReminderMessageCode


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderMessageForExciseMovement:
    """IE802, element ``ReminderMessageForExciseMovement``."""

    attributes: ReminderAttributes
    excise_movement: ExciseMovement


@dataclass(frozen=True, slots=True, kw_only=True)
class ExciseNotification:
    """``ExciseNotification``."""

    notification_type: NotificationCode
    notification_date_and_time: Moment
    administrative_reference_code: Arc
    sequence_number: SequenceNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationOfDivertedEADESAD:
    """IE803, element ``NotificationOfDivertedEADESAD``."""

    excise_notification: ExciseNotification
    downstream_arc: Annotated[tuple[MovementReference, ...], Times(0, 9)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InterruptionAttributes:
    """``Attributes``."""

    administrative_reference_code: Arc
    complementary_information: Words350 | None = None
    date_and_time_of_issuance: Moment
    reason_for_interruption_code: TwoDigits
    reference_number_of_excise_office: OfficeCode
    excise_officer_identification: Text35 | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceControlReport:
    """``ReferenceControlReport``."""

    control_report_reference: ReportNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceEventReport:
    """``ReferenceEventReport``."""

    event_report_number: ReportNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class InterruptionOfMovement:
    """IE807, element ``InterruptionOfMovement``."""

    attributes: InterruptionAttributes
    reference_control_report: Annotated[tuple[ReferenceControlReport, ...], Times(0, 9)] = ()
    reference_event_report: Annotated[tuple[ReferenceEventReport, ...], Times(0, 9)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalAttributes:
    """``Attributes``."""

    date_and_time_of_issuance: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """``Rejection``."""

    rejection_date_and_time: Moment
    rejection_reason_code: CustomsRejectionReasonCode


@dataclass(frozen=True, slots=True, kw_only=True)
class CrosscheckResult:
    """``CombinedNomenclatureCodeCrosscheckResult`` or ``NetMassCrosscheckResult``."""

    validation_result: Flag
    rejection_reason: Text512 | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UbrCrosscheckResult:
    """``UbrCrosscheckResult``."""

    administrative_reference_code: Arc
    body_record_unique_reference: LineNumber
    diagnosis_code: DiagnosisCode
    validation_result: Flag
    rejection_reason: Text512 | None = None
    combined_nomenclature_code_crosscheck_result: CrosscheckResult | None = None
    net_mass_crosscheck_result: CrosscheckResult | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NegativeCrosscheckValidationResults:
    """``NegativeCrosscheckValidationResults``."""

    ubr_crosscheck_result: Annotated[tuple[UbrCrosscheckResult, ...], Times(1, 999)]


@dataclass(frozen=True, slots=True, kw_only=True)
class NonDeliverable:
    """``NNonDes``."""

    document_reference_number: Text21


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportDeclarationInformation:
    """``ExportDeclarationInformation``."""

    local_reference_number: Text22 | None = None
    document_reference_number: Text21 | None = None
    negative_crosscheck_validation_results: Annotated[
        tuple[NegativeCrosscheckValidationResults, ...], Times(0, 999)
    ] = ()
    n_non_des: NonDeliverable | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedDraft:
    """``NEadSub``."""

    local_reference_number: Text22


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalByCustoms:
    """IE839, element ``RefusalByCustoms``."""

    attributes: RefusalAttributes
    consignee_trader: Annotated[ConsigneeTrader | None, Demanded()] = None
    export_place_customs_office: Office | None = None
    rejection: Rejection
    export_declaration_information: ExportDeclarationInformation | None = None
    c_ead_val: Annotated[tuple[ExciseMovement, ...], Times(0, 999)] = ()
    n_ead_sub: SubmittedDraft | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusAttributes:
    """``Attributes``."""

    administrative_reference_code: Arc
    sequence_number: SequenceNumber
    status: StatusCode
    last_received_message_type: RequestedMessageCode


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusResponse:
    """IE905, element ``StatusResponse``."""

    attributes: StatusAttributes
