"""Reading WCO Data Model 3.6 declarations, as national systems send and keep them.

The ``Declaration`` element travels in envelopes: ``MetaData`` alone, a submission request around that, or
a system's answer to "show me this declaration", which repeats the same elements in a namespace of its
own. Around declarations a customs system writes many other messages. Each document gets one reading: a
declaration is mapped, a notification of a state is an event; every other known kind is named; what is
damaged is refused with its lines.

Which declarations are exports is a rule of ``rules.procedures``. Only originals are mapped (function
code 9 of UN/EDIFACT 1225): requests to amend, cancel or present (code 13) carry fragments.
"""

from collections.abc import Iterator

from lxml import etree

from isthmus.apps.etrade.formats.draft import Found, child, children, text
from isthmus.apps.etrade.formats.readings import Malformed, Mapped, Reading, SchemaVerdict, Unsupported
from isthmus.apps.etrade.formats.wco_declaration import map_declaration
from isthmus.apps.etrade.formats.wco_notice import Directions, read_notice
from isthmus.apps.etrade.formats.wco_schema import DeclarationSchema
from isthmus.apps.etrade.formats.xml import line_of, parse_xml
from isthmus.apps.etrade.rules.procedures import direction_of
from isthmus.kit.errors import BadInput, FieldFault

DECLARATION = "urn:wco:datamodel:WCO:DEC-DMS:2"
METADATA = "urn:wco:datamodel:WCO:DocumentMetaData-DMS:2"
RESPONSE = "urn:wco:datamodel:WCO:RES-DMS:2"
SUBMISSION = "http://uk/gov/hmrc/mdg/declarationmanagement/submitdeclaration/request/schema/v1"
RETRIEVAL = "http://gov.uk/customs/FullDeclarationDataRetrievalService"
STATUS = "http://gov.uk/customs/declarationInformationRetrieval/status/v2"
MOVEMENTS = "http://gov.uk/customs/inventoryLinking/v1"
ARRIVALS = "http://gov.uk/customs/inventoryLinkingImport/v1"

# Messages that are known by their root element: kind, and what they are in words.
_BY_ROOT = {
    f"{{{STATUS}}}DeclarationStatusResponse": ("declaration-status", "an answer about a declaration"),
    f"{{{MOVEMENTS}}}inventoryLinkingMovementRequest": ("movement-request", "a request about moving goods"),
    f"{{{MOVEMENTS}}}inventoryLinkingConsolidationRequest": (
        "consolidation-request",
        "a request to join consignments",
    ),
    f"{{{ARRIVALS}}}inventoryLinkingImportsGoodsArrival": ("goods-arrival", "a message that goods arrived"),
    f"{{{ARRIVALS}}}InventoryLinkingImportsValidateMovementResponse": (
        "movement-response",
        "an answer about moving goods",
    ),
    "{hmrc:fileupload}FileUploadRequest": ("file-upload-request", "a request to send supporting files"),
}
# Requests about a declaration, by type code, where the function code is not 9. What is asked for has not
# happened: customs grants it or not, and says so in a notification (codes 10 and 11), which is the event.
_REQUESTS = {
    "COR": ("amendment-request", "a request to amend a declaration"),
    "INV": ("cancellation-request", "a request to cancel a declaration"),
    "GPR": ("presentation-notification", "a message that goods are presented"),
}
_GRANTED_LATER = frozenset({"amendment-request", "cancellation-request"})


def read_document(
    data: bytes,
    *,
    hs_edition: str | None = None,
    schema: DeclarationSchema | None = None,
    directions: Directions | None = None,
) -> Reading:
    """The one reading of a document's bytes; never raises for anything in them.

    ``hs_edition`` is the year of the HS edition that the sending country uses, where the operator knows;
    with ``schema``, declarations carry its verdict; ``directions`` tells what notifications leave open.
    """
    try:
        root = parse_xml(data)
    except BadInput as error:
        return Malformed(error.code, error.faults)
    known = _BY_ROOT.get(str(root.tag))
    if known:
        return Unsupported(known[0], f"This is {known[1]}, which becomes no record.")
    declarations = list(_declarations(root))
    if len(declarations) > 1:
        return Unsupported("several-declarations", "The document holds several declarations, not one.")
    if declarations:
        return _read_declaration(*declarations[0], hs_edition, schema)
    return _read_other(root, directions)


def _declarations(root: etree._Element) -> Iterator[tuple[etree._Element, Found | None]]:
    """Each declaration with the customs number that its envelope gives it, if any."""
    tag = str(root.tag)
    if tag == f"{{{DECLARATION}}}Declaration":
        yield root, None
    elif tag in {f"{{{METADATA}}}MetaData", f"{{{SUBMISSION}}}submitDeclarationRequest"}:
        inside = "" if tag.endswith("MetaData") else f"{{{SUBMISSION}}}requestDetail/{{{METADATA}}}MetaData/"
        for inner in root.iterfind(f"{inside}{{{DECLARATION}}}Declaration"):
            yield inner, None
    elif tag == f"{{{RETRIEVAL}}}DeclarationFullResponse":
        for details in children(root, "FullDeclarationDataDetails"):
            declaration = child(details, "FullDeclarationObject/Declaration")
            if declaration is not None:
                yield declaration, text(details, "HighLevelSummaryDetails/MRN")


def _read_declaration(
    declaration: etree._Element,
    number: Found | None,
    hs_edition: str | None,
    schema: DeclarationSchema | None,
) -> Reading:
    # The schema knows one namespace; the same elements in an answer's own namespace it cannot judge.
    judged = schema is not None and etree.QName(declaration).namespace == DECLARATION
    verdict = schema.check(declaration) if schema and judged else None
    line = line_of(declaration)
    kind, function = text(declaration, "TypeCode"), text(declaration, "FunctionCode")
    if kind is None:
        return _refused("type", line, "The declaration states no type, such as EXA.")
    if function and function.text != "9":
        other = ("other-request", f"a message about a declaration, with function {function.text}")
        name, words = _REQUESTS.get(kind.text.upper(), other)
        about = text(declaration, "ID")
        which = f", {about.text[:70]}" if about else ""
        waits = ": what customs decides comes as a notification" if name in _GRANTED_LATER else ""
        return Unsupported(name, f"This is {words}{which}, which becomes no record{waits}.", verdict)
    procedure = text(declaration, "GoodsShipment/GovernmentAgencyGoodsItem/GovernmentProcedure/CurrentCode")
    direction = direction_of(kind.text.upper(), procedure.text if procedure else None)
    if direction is None:
        message = f"“{kind.text[:40]}” does not tell whether goods leave or come in."
        return _refused("type", kind.line, message)
    reading = map_declaration(declaration, number, hs_edition, direction)
    return Mapped(reading.record, reading.notes, verdict) if isinstance(reading, Mapped) else reading


def _read_other(root: etree._Element, directions: Directions | None) -> Reading:
    name, namespace = etree.QName(root).localname, etree.QName(root).namespace
    is_envelope = name == "MetaData" and namespace in {None, METADATA}
    if is_envelope:
        for response in root:
            if response.tag in {"Response", f"{{{RESPONSE}}}Response"}:
                return read_notice(response, directions)
    # A document that speaks our names in nobody's namespace was damaged on its way.
    for element in root if is_envelope else (root, *root):
        local = etree.QName(element).localname
        if local in {"Declaration", "Response"} or local.endswith("MetaData"):
            place = etree.QName(element).namespace or "no namespace"
            return _refused(
                "namespace",
                line_of(element),
                f"<{local[:40]}> stands in {place[:80]}, where no customs document has it.",
            )
    return Unsupported("unknown-document", f"Documents that begin with <{name[:40]}> are not known here.")


def _refused(code: str, line: int, message: str) -> Malformed:
    return Malformed(f"etrade.wco.{code}", (FieldFault(f"line {line}", message),))


__all__ = ["Malformed", "Mapped", "Reading", "SchemaVerdict", "Unsupported", "read_document"]
