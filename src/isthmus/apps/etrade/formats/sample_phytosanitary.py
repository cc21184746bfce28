"""A phytosanitary certificate of the invented trade, in the XML of UN/CEFACT that the ePhyto Hub carries."""

from decimal import Decimal

from lxml import etree

from isthmus.apps.etrade.formats.ephyto import NAMESPACE
from isthmus.apps.etrade.formats.samples import MARK
from isthmus.apps.etrade.records import ExportDeclarationV1

PARTS = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:21"
TYPES = "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:21"
BOTANICAL = {
    "070310": "Allium cepa",
    "071331": "Vigna radiata",
    "071360": "Cajanus cajan",
    "080280": "Areca catechu",
    "080450": "Mangifera indica",
    "080711": "Citrullus lanatus",
    "090421": "Capsicum annuum",
    "091011": "Zingiber officinale",
    "100590": "Zea mays",
    "100630": "Oryza sativa",
    "120740": "Sesamum indicum",
}
"""Scientific names of the plants that the sample trade deals in, by HS subheading."""
AUTHORITY = f"Plant Protection Division, Yangon {MARK}"


def write_certificate(export: ExportDeclarationV1, number: str) -> bytes:
    """The certificate of an export of plants as UTF-8 XML; KeyError where its first item is no plant."""
    item = export.items[0]
    botanical = BOTANICAL[str(item.hs_code)]
    names = {"sps": NAMESPACE, "ram": PARTS, "udt": TYPES}
    root = etree.Element(f"{{{NAMESPACE}}}SPSCertificate", nsmap=names)
    header = etree.SubElement(root, f"{{{NAMESPACE}}}SPSExchangedDocument")
    _add(header, "Name", "Phytosanitary certificate (sample data)")
    _add(header, "ID", number)
    _add(header, "TypeCode", "851")
    _add(header, "StatusCode", "70")
    issued = etree.SubElement(_add(header, "IssueDateTime"), f"{{{TYPES}}}DateTimeString")
    issued.text = f"{export.accepted_on}T04:30:00Z"
    _add(_add(header, "IssuerSPSParty"), "Name", AUTHORITY)
    for subject, text in (
        ("ADEDL", "The plants have been inspected and are considered free from quarantine pests."),
        ("ADRP", "Sample data: this certificate was never issued."),
    ):
        note = _add(header, "IncludedSPSNote")
        _add(note, "Subject", subject)
        _add(note, "Content", text).set("languageID", "en")
    consignment = etree.SubElement(root, f"{{{NAMESPACE}}}SPSConsignment")
    _party(consignment, "ConsignorSPSParty", export.exporter_name)
    _party(consignment, "ConsigneeSPSParty", export.consignee_name, export.consignee_address)
    _add(_add(consignment, "ExportSPSCountry"), "ID", export.export_country)
    _add(_add(consignment, "ImportSPSCountry"), "ID", export.destination_country)
    _add(_add(consignment, "UnloadingBaseportSPSLocation"), "Name", export.port_of_discharge)
    line = _add(_add(consignment, "IncludedSPSConsignmentItem"), "IncludedSPSTradeLineItem")
    _add(line, "Description", item.description)
    _add(line, "ScientificName", botanical)
    _add(line, "NetWeightMeasure", f"{Decimal(item.net_kg or 0):f}").set("unitCode", "KGM")
    classification = _add(line, "ApplicableSPSClassification")
    _add(classification, "SystemName", "HS")
    _add(classification, "ClassCode", item.hs_code)
    _add(_add(line, "PhysicalSPSPackage"), "ItemQuantity", str(export.match.packages))
    _add(_add(line, "OriginSPSCountry"), "ID", "MM")
    etree.indent(root)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    made = etree.SubElement(parent, f"{{{PARTS}}}{name}")
    made.text = text
    return made


def _party(consignment: etree._Element, name: str, title: str | None, address: str | None = None) -> None:
    party = _add(consignment, name)
    _add(party, "Name", title)
    if address is not None:
        _add(_add(party, "SpecifiedSPSAddress"), "LineOne", address)
