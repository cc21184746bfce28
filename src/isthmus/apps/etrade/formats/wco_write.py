"""From an export or import declaration back to a WCO ``Declaration`` in its ``MetaData`` envelope.

What this writes, the reader reads back equal, except what the document has no place for: the HS edition
(told by the dates), an HS code without its tariff code, and the invoice fingerprint, in whose stead the
invoice number itself is written. Of an import these are more: the day of arrival, a country of consignment
beside that of export, and FOB values beside CIF ones or under other terms than FOB. The one element outside
the DMS profile is ``UnloadingLocation``, which WCO 3.6 has and DMS leaves out.
"""

from typing import cast

from lxml import etree

from isthmus.apps.etrade.formats.readings import Declaration
from isthmus.apps.etrade.formats.wco import DECLARATION, METADATA
from isthmus.apps.etrade.records import DeclaredItemV1, ImportDeclarationV1
from isthmus.apps.etrade.records.parts import ImportedItemV1

TYPES = "urn:wco:datamodel:WCO:Declaration_DS:DMS:2"

# UN/EDIFACT 1001 by mode of transport: bill of lading, rail and road consignment notes, air waybill, post.
_CARRIAGE = {"1": "705", "2": "720", "3": "730", "4": "740", "5": "750"}


def write_declaration(record: Declaration, *, invoice_number: str | None = None) -> bytes:
    """The declaration as UTF-8 XML, elements in the order of ``WCO_DEC_2_DMS``.

    A local reference is always written; where it is the declaration number itself, alone.
    """
    prefixes: dict[str | None, str] = {None: DECLARATION, "md": METADATA, "ds": TYPES}
    envelope = etree.Element(f"{{{METADATA}}}MetaData", nsmap=cast("dict[str, str]", prefixes))
    etree.SubElement(envelope, f"{{{METADATA}}}WCODataModelVersionCode").text = "3.6"
    etree.SubElement(envelope, f"{{{METADATA}}}WCOTypeName").text = "DEC"
    root = etree.SubElement(envelope, f"{{{DECLARATION}}}Declaration")
    match, is_import = record.match, isinstance(record, ImportDeclarationV1)
    _day(root, "AcceptanceDateTime", record.accepted_on)
    _add(root, "FunctionCode", "9")
    _add(root, "FunctionalReferenceID", record.local_reference)
    if record.declaration_number != record.local_reference:
        _add(root, "ID", record.declaration_number)
    _day(root, "IssueDateTime", record.lodged_on)
    _add(root, "TypeCode", record.declaration_type or ("IM" if is_import else "EX"))
    _add(root, "GoodsItemQuantity", str(len(record.items)))
    _party(root, "Agent", record.agent_id, record.agent_name)
    border = _part(root, "BorderTransportMeans")
    if match.plate is not None:
        _add(border, "ID", match.plate)
        _add(border, "IdentificationTypeCode", "30")
    _add(border, "ModeCode", record.transport_mode)
    _party(root, "Exporter", record.exporter_id, record.exporter_name)
    shipment = _part(root, "GoodsShipment")
    _day(shipment, "ExitDateTime", record.departure_date)
    consignee = record.consignee_id, record.consignee_name, record.consignee_address
    if not is_import:
        _party(shipment, "Consignee", *consignee)
    consignment = _part(shipment, "Consignment")
    if match.containers is not None:
        _add(consignment, "ContainerCode", "1")
    for number, container in enumerate(match.containers or (), start=1):
        equipment = _part(consignment, "TransportEquipment")
        _add(equipment, "SequenceNumeric", str(number))
        _add(equipment, "ID", container)
    _add(_part(consignment, "UnloadingLocation"), "ID", record.port_of_discharge)
    _add(_part(shipment, "Destination"), "CountryCode", record.destination_country)
    _add(_part(shipment, "ExportCountry"), "ID", _dispatched_from(record))
    for item in record.items:
        _item(shipment, record, item)
    if is_import:
        _party(shipment, "Importer", *consignee)
    _add(_part(shipment, "Invoice"), "ID", invoice_number)
    if isinstance(record, ImportDeclarationV1) and record.previous_document is not None:
        previous = _part(shipment, "PreviousDocument")
        _add(previous, "ID", record.previous_document)
        _add(previous, "TypeCode", "830")
    _add(_part(shipment, "TradeTerms"), "ConditionCode", match.incoterm)
    _add(_part(shipment, "UCR"), "TraderAssignedReferenceID", match.ucr)
    _drop_empty(root)
    etree.indent(envelope)
    return etree.tostring(envelope, encoding="UTF-8", xml_declaration=True) + b"\n"


def _dispatched_from(record: Declaration) -> str | None:
    consigned = record.consigned_from if isinstance(record, ImportDeclarationV1) else None
    return consigned or record.export_country


def _price(record: Declaration, item: DeclaredItemV1) -> str | None:
    """What is written as the price of an imported item: its FOB value, where the terms say so."""
    if not isinstance(item, ImportedItemV1) or item.cif_value is not None or record.match.incoterm != "FOB":
        return None
    return item.fob_value


def _item(shipment: etree._Element, record: Declaration, item: DeclaredItemV1) -> None:
    part = _part(shipment, "GovernmentAgencyGoodsItem")
    match, is_first = record.match, item is record.items[0]
    _add(part, "SequenceNumeric", str(item.number))
    # The value at the border of the declaring country: FOB of an export, CIF of an import.
    value = item.cif_value if isinstance(item, ImportedItemV1) else item.fob_value
    _add(part, "StatisticalValueAmount", value, currencyID=match.currency)
    if is_first:
        licence = "911" if isinstance(record, ImportDeclarationV1) else "811"
        _document(part, "N", licence, record.permit_number)
        kind = _CARRIAGE.get(record.transport_mode or "", "760")
        _document(part, "N", kind, match.transport_document)
    commodity = _part(part, "Commodity")
    _add(commodity, "Description", item.description)
    code = item.tariff_code or item.hs_code
    if code is not None:
        classification = _part(commodity, "Classification")
        _add(classification, "ID", code)
        _add(classification, "IdentificationTypeCode", "TSP")
    measure = _part(commodity, "GoodsMeasure")
    _add(measure, "GrossMassMeasure", item.gross_kg, unitCode="KGM")
    _add(measure, "NetNetWeightMeasure", item.net_kg, unitCode="KGM")
    _add(measure, "TariffQuantity", item.quantity, unitCode=item.unit)
    _add(_part(commodity, "InvoiceLine"), "ItemChargeAmount", _price(record, item), currencyID=match.currency)
    if item.procedure is not None:
        procedure = _part(part, "GovernmentProcedure")
        _add(procedure, "CurrentCode", item.procedure[:2])
        _add(procedure, "PreviousCode", item.procedure[2:] or None)
    if item.origin is not None:
        origin = _part(part, "Origin")
        _add(origin, "CountryCode", item.origin)
        _add(origin, "TypeCode", "1")
    if is_first and match.packages is not None:
        packaging = _part(part, "Packaging")
        _add(packaging, "SequenceNumeric", "1")
        _add(packaging, "QuantityQuantity", str(match.packages))


def _part(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{DECLARATION}}}{name}")


def _add(parent: etree._Element, name: str, text: str | None, **attributes: str | None) -> None:
    if text is None:
        return
    element = _part(parent, name)
    element.text = text
    for attribute, value in attributes.items():
        if value is not None:
            element.set(attribute, value)


def _day(parent: etree._Element, name: str, day: str | None) -> None:
    if day is not None:
        written = etree.SubElement(_part(parent, name), f"{{{TYPES}}}DateTimeString", formatCode="102")
        written.text = day.replace("-", "")


def _party(
    parent: etree._Element, name: str, number: str | None, title: str | None, address: str | None = None
) -> None:
    party = _part(parent, name)
    _add(party, "Name", title)
    _add(party, "ID", number)
    _add(_part(party, "Address"), "Line", address)


def _document(parent: etree._Element, category: str, kind: str, number: str | None) -> None:
    if number is not None:
        document = _part(parent, "AdditionalDocument")
        _add(document, "CategoryCode", category)
        _add(document, "ID", number)
        _add(document, "TypeCode", kind)


def _drop_empty(root: etree._Element) -> None:
    """Leave no empty element, from the innermost outwards."""
    for element in reversed(list(root.iter())):
        parent = element.getparent()
        if parent is not None and len(element) == 0 and not element.text:
            parent.remove(element)
