"""Reading phytosanitary certificates: UN/CEFACT SPSCertificate 17, as the IPPC ePhyto Hub profiles it.

What is read is an index of the certificate; the certificate is the file itself, which is kept and sent byte
for byte. Document types are those of UN/EDIFACT 1001: 851 phytosanitary certificate, 657 the same for
re-export. Status 70 is issued and 40 withdrawn; a file of another status becomes no record.
"""

from collections.abc import Iterator
from decimal import Decimal

from lxml import etree
from pydantic import ValidationError

from isthmus.apps.etrade.formats.draft import clean
from isthmus.apps.etrade.formats.readings import Malformed, Mapped, Reading, Unsupported
from isthmus.apps.etrade.formats.xml import line_of, parse_xml
from isthmus.apps.etrade.records import PhytosanitaryCertificateV1
from isthmus.apps.etrade.rules.amounts import read_figure
from isthmus.apps.etrade.rules.units import convert
from isthmus.kit.errors import BadInput, FieldFault
from isthmus.kit.text import nfc

NAMESPACE = "urn:un:unece:uncefact:data:standard:SPSCertificate:17"
_KINDS = {"851": "phytosanitary", "657": "re-export"}
_STATUSES = {"70": "issued", "40": "cancelled"}
_LONGEST_NOTE = 4000


def _at(parent: etree._Element | None, path: str) -> Iterator[etree._Element]:
    """The elements at a path of local names, whatever their namespaces."""
    found = [] if parent is None else [parent]
    for name in path.split("/"):
        found = [inner for one in found for inner in one if etree.QName(inner).localname == name]
    return iter(found)


def _one(parent: etree._Element | None, path: str) -> str | None:
    texts = (clean(element.text) for element in _at(parent, path))
    return next((text for text in texts if text), None)


def _element(parent: etree._Element | None, path: str) -> etree._Element | None:
    return next(_at(parent, path), None)


def read_certificate(data: bytes) -> Reading:
    """The one reading of a certificate's bytes; never raises for anything in them."""
    try:
        root = parse_xml(data)
    except BadInput as error:
        return Malformed(error.code, error.faults)
    if root.tag != f"{{{NAMESPACE}}}SPSCertificate":
        name = etree.QName(root).localname
        return Unsupported("unknown-document", f"Documents that begin with <{name[:40]}> are not known here.")
    return _read(root)


def _read(root: etree._Element) -> Reading:
    header = _element(root, "SPSExchangedDocument")
    kind, status = _one(header, "TypeCode"), _one(header, "StatusCode")
    if kind not in _KINDS:
        return Unsupported("other-certificate", f"This is a certificate of type {kind}, not phytosanitary.")
    if status not in _STATUSES:
        return Unsupported(
            "other-status", f"This certificate has the status {status}, which becomes no record."
        )
    notes: list[FieldFault] = []
    body = {
        "number": _one(header, "ID"),
        "version": 1 if _STATUSES[status] == "issued" else 2,
        "status": _STATUSES[status],
        "kind": _KINDS[kind],
        "issued_on": (_one(header, "IssueDateTime/DateTimeString") or "")[:10] or None,
        "issuing_authority": _one(header, "IssuerSPSParty/Name"),
        **_consignment(_element(root, "SPSConsignment")),
        "items": list(_items(root, notes)) or None,
        "notes": list(_notes(root, notes)) or None,
    }
    try:
        record = PhytosanitaryCertificateV1.model_validate(body, strict=False)
    except ValidationError as error:
        line = line_of(root if header is None else header)
        faults = (
            FieldFault(f"line {line}", f"{_title(detail['loc'])}: {detail['msg']}.")
            for detail in error.errors(include_url=False)
        )
        return Malformed("etrade.ephyto.fields", tuple(faults))
    return Mapped(record, tuple(notes))


def _title(place: tuple[str | int, ...]) -> str:
    field = PhytosanitaryCertificateV1.model_fields.get(str(place[0]))
    return field.title or str(place[0]) if field is not None else str(place[0])


def _country(parent: etree._Element | None, path: str) -> str | None:
    code = (_one(parent, f"{path}/ID") or "").upper()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


def _address(party: etree._Element | None) -> str | None:
    lines = _element(party, "SpecifiedSPSAddress")
    texts = [] if lines is None else [clean(line.text) for line in lines]
    return ", ".join(text for text in texts if text)[:512] or None


def _consignment(consignment: etree._Element | None) -> dict[str, object]:
    carriage = [
        " ".join(filter(None, (_one(way, "UsedSPSTransportMeans/Name"), _one(way, "ID"))))
        for way in _at(consignment, "MainCarriageSPSTransportMovement")
    ]
    consignor = _element(consignment, "ConsignorSPSParty")
    consignee = _element(consignment, "ConsigneeSPSParty")
    return {
        "issuing_country": _country(consignment, "ExportSPSCountry"),
        "importing_country": _country(consignment, "ImportSPSCountry"),
        "exporter_name": _one(consignor, "Name"),
        "exporter_address": _address(consignor),
        "consignee_name": _one(consignee, "Name"),
        "consignee_address": _address(consignee),
        "conveyance": ", ".join(filter(None, carriage)) or None,
        "point_of_entry": _one(consignment, "UnloadingBaseportSPSLocation/Name"),
    }


_LINES = "SPSConsignment/IncludedSPSConsignmentItem/IncludedSPSTradeLineItem"


def _items(root: etree._Element, notes: list[FieldFault]) -> Iterator[dict[str, object]]:
    for place, line in enumerate(_at(root, _LINES), start=1):
        descriptions = [_one(line, "CommonName"), *(clean(found.text) for found in _at(line, "Description"))]
        packages = [_one(found, "ItemQuantity") for found in _at(line, "PhysicalSPSPackage")]
        yield {
            "number": place,
            "botanical_name": _one(line, "ScientificName"),
            "description": "; ".join(dict.fromkeys(filter(None, descriptions)))[:512] or None,
            "hs_code": _hs_code(line),
            "origin": _country(line, "OriginSPSCountry"),
            "packages": _count(packages),
            "net_kg": _kilograms(line, notes),
        }


def _hs_code(line: etree._Element) -> str | None:
    for classification in _at(line, "ApplicableSPSClassification"):
        system, code = _one(classification, "SystemName") or "", _one(classification, "ClassCode") or ""
        digits = "".join(sign for sign in code if sign.isdigit())
        if "HS" in system.upper() and len(digits) >= 6:
            return digits[:6]
    return None


def _count(texts: list[str | None]) -> int | None:
    """Packages of the outermost level, which comes first; None where it is no whole number."""
    text = next((text for text in texts if text), None)
    try:
        value = Decimal(read_figure(text)) if text else None
    except ValueError:
        return None
    return int(value) if value is not None and value == int(value) else None


def _kilograms(line: etree._Element, notes: list[FieldFault]) -> str | None:
    measure = _element(line, "NetWeightMeasure")
    if measure is None or not clean(measure.text):
        return None
    unit = (measure.get("unitCode") or "KGM").upper()
    try:
        figure = read_figure(clean(measure.text))
    except ValueError as error:
        notes.append(FieldFault(f"line {line_of(measure)}", f"Net weight: {error}."))
        return None
    kilograms = convert(figure, unit, "KGM")
    if kilograms is None:
        notes.append(FieldFault(f"line {line_of(measure)}", f"Net weight: {unit} was not carried over."))
    return kilograms


def _notes(root: etree._Element, faults: list[FieldFault]) -> Iterator[dict[str, object]]:
    """Every note: those of the certificate, then those of each line and of its treatments."""
    header = _element(root, "SPSExchangedDocument")
    for note in _at(header, "IncludedSPSNote"):
        yield from _note(note, None, faults)
    for place, line in enumerate(_at(root, _LINES), start=1):
        for note in line.iterdescendants("{*}AdditionalInformationSPSNote"):
            yield from _note(note, place, faults)


def _note(note: etree._Element, item: int | None, faults: list[FieldFault]) -> Iterator[dict[str, object]]:
    for content in _at(note, "Content"):
        text = nfc(
            "".join(sign for sign in (content.text or "").strip() if sign in "\n\t" or sign.isprintable())
        )
        if not text:
            continue
        if len(text) > _LONGEST_NOTE:
            where = f"line {line_of(content)}"
            faults.append(FieldFault(where, "Note: its end stands in the certificate alone."))
        yield {
            "subject": (_one(note, "Subject") or "")[:70] or None,
            "content": text[:_LONGEST_NOTE],
            "item": item,
            "language": content.get("languageID") or None,
        }
