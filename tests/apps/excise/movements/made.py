"""Sample messages of every type, written by us; the traders are invented."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from isthmus.apps.excise.movements.formats.kinds import Words
from isthmus.apps.excise.movements.formats.layout import Version
from isthmus.apps.excise.movements.formats.message import Header, Message
from isthmus.apps.excise.movements.formats.messages import (
    changes,
    documents,
    event_reports,
    notices,
    parts,
    receipts,
)
from isthmus.apps.excise.movements.rules import arc

ARC = arc.compose(2026, "MD", "SAMPLE1")
NOW = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
TODAY = date(2026, 11, 27)

_ADDRESS = {"street_name": "Sample street", "postcode": "2001", "city": "Sampleville", "language": "en"}
CONSIGNOR = parts.ConsignorTrader(
    trader_excise_number="MD00SAMPLE001", trader_name="Sample Winery", **_ADDRESS
)
CONSIGNEE = parts.ConsigneeTrader(traderid="MV00SAMPLE002", trader_name="Sample Resort", **_ADDRESS)
DELIVERY = parts.DeliveryPlaceTrader(traderid="MV00SAMPLE002", trader_name="Sample Store", **_ADDRESS)
GUARANTEE = parts.MovementGuarantee(
    guarantor_type_code="4",
    guarantor_trader=(parts.GuarantorTrader(trader_name="Sample Bank", language="en"),),
)
UNIT = parts.TransportDetails(
    transport_unit_code="1", identity_of_transport_units="SAMPLE 01", commercial_seal_identification="S-77"
)
OFFICE = parts.Office(reference_number="MD000001")
MOVEMENT = parts.ExciseMovement(administrative_reference_code=ARC, sequence_number=1)
LINE = documents.BodyEadEsad(
    body_record_unique_reference=1,
    excise_product_code="W200",
    cn_code="22042138",
    quantity=Decimal("900.5"),
    gross_mass=Decimal(1400),
    net_mass=Decimal("905.250000"),
    alcoholic_strength_by_volume_in_percentage=Decimal("12.5"),
    fiscal_mark_used_flag=False,
    commercial_description=Words("Red wine <dry> & sample", "en"),
    package=(parts.Package(kind_of_packages="BX", number_of_packages=100),),
    wine_product=documents.WineProduct(wine_product_category="1"),
)


def header(code: str) -> Header:
    return Header(
        message_sender="NDEA.MD",
        message_recipient="NDEA.MV",
        date_of_preparation=TODAY,
        time_of_preparation=time(9, 30),
        message_identifier=f"SAMPLE-{code}",
        correlation_identifier="SAMPLE-CORRELATION",
    )


def draft() -> documents.SubmittedDraftOfEADESAD:
    return documents.SubmittedDraftOfEADESAD(
        attributes=documents.DraftAttributes(submission_message_type="1"),
        consignee_trader=CONSIGNEE,
        consignor_trader=CONSIGNOR,
        place_of_dispatch_trader=documents.PlaceOfDispatchTrader(reference_of_tax_warehouse="MD00SAMPLE003"),
        delivery_place_trader=DELIVERY,
        competent_authority_dispatch_office=OFFICE,
        header_ead_esad=documents.DraftHeaderEadEsad(
            destination_type_code="1", journey_time="D20", transport_arrangement="1"
        ),
        transport_mode=documents.TransportMode(transport_mode_code="3"),
        movement_guarantee=GUARANTEE,
        body_ead_esad=(LINE,),
        ead_esad_draft=documents.EadEsadDraft(
            local_reference_number="LRN-SAMPLE-1",
            invoice_number="INV-1",
            invoice_date=TODAY,
            origin_type_code="2",
            date_of_dispatch=TODAY,
            time_of_dispatch=time(12, 0),
            import_customs_declaration=(
                documents.ImportCustomsDeclaration(import_customs_declaration_number="26MDSAMPLE1"),
            ),
        ),
        transport_details=(UNIT,),
    )


def accepted() -> documents.EADESADContainer:
    sent = draft()
    return documents.EADESADContainer(
        consignee_trader=sent.consignee_trader,
        excise_movement=documents.AcceptedMovement(
            administrative_reference_code=ARC, date_and_time_of_validation_of_ead_esad=NOW
        ),
        consignor_trader=sent.consignor_trader,
        place_of_dispatch_trader=sent.place_of_dispatch_trader,
        delivery_place_trader=sent.delivery_place_trader,
        competent_authority_dispatch_office=OFFICE,
        ead_esad=documents.EadEsad(
            local_reference_number="LRN-SAMPLE-1",
            invoice_number="INV-1",
            origin_type_code="2",
            date_of_dispatch=TODAY,
            import_customs_declaration=sent.ead_esad_draft.import_customs_declaration,
        ),
        header_ead_esad=documents.HeaderEadEsad(
            sequence_number=1,
            date_and_time_of_update_validation=NOW,
            destination_type_code="1",
            journey_time="D20",
            transport_arrangement="1",
        ),
        transport_mode=sent.transport_mode,
        movement_guarantee=sent.movement_guarantee,
        body_ead_esad=sent.body_ead_esad,
        transport_details=sent.transport_details,
    )


def receipt() -> receipts.AcceptedOrRejectedReportOfReceiptExport:
    return receipts.AcceptedOrRejectedReportOfReceiptExport(
        attributes=receipts.ReceiptAttributes(),
        consignee_trader=CONSIGNEE,
        excise_movement=MOVEMENT,
        delivery_place_trader=DELIVERY,
        destination_office=parts.Office(reference_number="MV000001"),
        report_of_receipt_export=receipts.ReportOfReceiptExport(
            date_of_arrival_of_excise_products=TODAY, global_conclusion_of_receipt="2"
        ),
        body_report_of_receipt_export=(
            receipts.BodyReportOfReceiptExport(
                body_record_unique_reference=1,
                indicator_of_shortage_or_excess="S",
                observed_shortage_or_excess=Decimal("0.5"),
                excise_product_code="W200",
                unsatisfactory_reason=(
                    receipts.UnsatisfactoryReason(
                        unsatisfactory_reason_code="2", complementary_information=Words("One case", "en")
                    ),
                ),
            ),
        ),
    )


def bodies(version: Version) -> dict[str, Any]:
    """One body for each message, with its optional parts."""
    text = Words("A sample text", "en")
    carrier = parts.Transporter(trader_name="Sample Carrier", **_ADDRESS)
    split_line = changes.BodyEad(
        body_record_unique_reference=1,
        excise_product_code="E410",
        cn_code="27101231",
        quantity=Decimal(10),
        gross_mass=Decimal(12),
        net_mass=Decimal(10),
        package=(parts.Package(kind_of_packages="BH", number_of_packages=1),),
    )
    return {
        "IE801": accepted(),
        "IE802": notices.ReminderMessageForExciseMovement(
            attributes=notices.ReminderAttributes(
                date_and_time_of_issuance_of_reminder=NOW,
                reminder_information=text,
                limit_date_and_time=NOW,
                reminder_message_type="1",
            ),
            excise_movement=MOVEMENT,
        ),
        "IE803": notices.NotificationOfDivertedEADESAD(
            excise_notification=notices.ExciseNotification(
                notification_type="2",
                notification_date_and_time=NOW,
                administrative_reference_code=ARC,
                sequence_number=1,
            ),
            downstream_arc=(parts.MovementReference(administrative_reference_code=ARC),),
        ),
        "IE807": notices.InterruptionOfMovement(
            attributes=notices.InterruptionAttributes(
                administrative_reference_code=ARC,
                complementary_information=text,
                date_and_time_of_issuance=NOW,
                reason_for_interruption_code="1",
                reference_number_of_excise_office="MD000001",
            )
        ),
        "IE810": changes.CancellationOfEAD(
            attributes=changes.CancellationAttributes(),
            excise_movement_ead=parts.MovementReference(administrative_reference_code=ARC),
            cancellation=changes.Cancellation(cancellation_reason_code="1", complementary_information=text),
        ),
        "IE813": changes.ChangeOfDestination(
            attributes=changes.ChangeOfDestinationAttributes(),
            new_transport_arranger_trader=carrier,
            update_ead_esad=changes.UpdateEadEsad(
                administrative_reference_code=ARC, journey_time="H12", sequence_number=2
            ),
            destination_changed=changes.DestinationChanged(
                destination_type_code="1",
                new_consignee_trader=CONSIGNEE,
                delivery_place_trader=DELIVERY,
                movement_guarantee=GUARANTEE,
            ),
            transport_details=(UNIT,),
        ),
        "IE815": draft(),
        "IE818": receipt(),
        "IE819": receipts.AlertOrRejectionOfEADESAD(
            attributes=receipts.AlertAttributes(),
            consignee_trader=CONSIGNEE,
            excise_movement=MOVEMENT,
            destination_office=OFFICE,
            alert_or_rejection=receipts.AlertOrRejection(
                date_of_alert_or_rejection=TODAY, ead_esad_rejected_flag=True
            ),
            alert_or_rejection_of_ead_esad_reason=(
                receipts.AlertOrRejectionOfEadEsadReason(
                    alert_or_rejection_of_movement_reason_code="1", complementary_information=text
                ),
            ),
        ),
        "IE825": changes.SubmittedDraftOfSplittingOperation(
            splitting_ead=changes.SplittingEad(upstream_arc=ARC),
            split_details_ead=(
                changes.SplitDetailsEad(
                    local_reference_number="LRN-SAMPLE-2",
                    destination_changed=changes.SplitDestinationChanged(destination_type_code="1"),
                    new_consignee_trader=CONSIGNEE,
                    new_transporter_trader=carrier,
                    transport_details=(changes.SplitTransportDetails(transport_unit_code="1"),),
                    body_ead=(split_line,),
                ),
            ),
            msa_of_splitting=changes.MsaOfSplitting(member_state_code="MD"),
        ),
        "IE837": receipts.ExplanationOnDelayForDelivery(
            attributes=receipts.DelayAttributes(
                submitter_identification="MD00SAMPLE001",
                submitter_type="1",
                explanation_code="6",
                complementary_information=text,
                message_role="1",
            ),
            excise_movement=MOVEMENT,
        ),
        "IE839": notices.RefusalByCustoms(
            attributes=notices.RefusalAttributes(date_and_time_of_issuance=NOW),
            consignee_trader=CONSIGNEE if version == "3.13" else None,
            export_place_customs_office=OFFICE,
            rejection=notices.Rejection(
                rejection_date_and_time=NOW, rejection_reason_code="1" if version == "3.13" else "8"
            ),
            c_ead_val=(MOVEMENT,),
        ),
        "IE840": event_reports.EventReportEnvelope(
            attributes=event_reports.EventReportAttributes(event_report_message_type="1"),
            header_event_report=event_reports.HeaderEventReport(
                ms_of_submission_event_report_reference="MD",
                reference_number_of_excise_office="MD000001",
                member_state_of_event="MD",
            ),
            excise_movement=MOVEMENT,
            event_report=event_reports.EventReport(
                date_of_event=TODAY,
                place_of_event=Words("At the border", "en"),
                submitting_person="Sample officer",
                submitting_person_code="1",
            ),
            body_event_report=(
                event_reports.BodyEventReport(event_type_code="5", associated_information=text),
            ),
        ),
        "IE871": receipts.ExplanationOnReasonForShortage(
            attributes=receipts.ShortageAttributes(submitter_type="1"),
            excise_movement=MOVEMENT,
            consignor_trader=CONSIGNOR,
            analysis=receipts.Analysis(date_of_analysis=TODAY, global_explanation=text),
            body_analysis=(
                receipts.BodyAnalysis(
                    excise_product_code="W200",
                    body_record_unique_reference=1,
                    explanation=text,
                    actual_quantity=Decimal("900.000"),
                ),
            ),
        ),
        "IE905": notices.StatusResponse(
            attributes=notices.StatusAttributes(
                administrative_reference_code=ARC,
                sequence_number=1,
                status="X01",
                last_received_message_type="IE801",
            )
        ),
    }


def messages(version: Version) -> dict[str, Message]:
    return {code: Message(version, header(code), body) for code, body in bodies(version).items()}
