"""Which reader a document is for, told by its bytes, and the readings it comes to."""

import codecs
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from lxml import etree

from isthmus.apps.etrade.formats import asycuda, ephyto, wco
from isthmus.apps.etrade.formats.mapping.columns import layout_of
from isthmus.apps.etrade.formats.mapping.definition import ColumnTable, MappingFile, XmlPaths
from isthmus.apps.etrade.formats.mapping.running import read_mapped
from isthmus.apps.etrade.formats.readings import Malformed, Reading, Unsupported
from isthmus.apps.etrade.formats.wco_notice import Directions
from isthmus.apps.etrade.formats.wco_schema import DeclarationSchema
from isthmus.apps.etrade.formats.xml import parse_xml
from isthmus.kit.errors import BadInput, FieldFault
from isthmus.kit.tables.reading import read_table
from isthmus.kit.tables.workbook import is_workbook

Adapter = Literal["wco", "asycuda", "ephyto", "csv", "json", "xml"]
ADAPTERS = get_args(Adapter)
_KINDS = {"columns": "csv", "jsonata": "json", "xpath": "xml"}


@dataclass(frozen=True, slots=True)
class ReadAs:
    """What a document came to: the adapter that read it, by which mapping, and a reading each declaration."""

    adapter: Adapter
    readings: tuple[Reading, ...]
    mapping: str = ""


def adapter_of(data: bytes) -> Literal["xml", "json", "csv"]:
    """What kind of file the bytes are: XML, JSON, or a table, which is what any other text may be."""
    if is_workbook(data):
        return "csv"
    head = data[:200]
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if head.startswith(mark):
            head = head[2:].decode(encoding, errors="ignore").encode()
    head = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if head.startswith(b"<"):
        return "xml"
    return "json" if head.startswith((b"{", b"[")) else "csv"


def read_document(
    data: bytes,
    *,
    adapter: Adapter | None = None,
    mappings: Sequence[MappingFile] = (),
    schema: DeclarationSchema | None = None,
    directions: Directions | None = None,
) -> ReadAs:
    """The readings of a document by the adapter named, or by the one that its bytes call for.

    ``mappings`` are those that may apply: the first that fits the document's root, head or kind is used,
    so the newest stands first. Never raises for anything in the document.
    """
    kind = adapter_of(data)
    if adapter in {None, "xml"} and kind == "xml":
        found = _by_root(data, mappings)
        if found is not None:
            return ReadAs("xml", read_mapped(data, found.definition), _name(found))
    if adapter is None and kind == "xml":
        adapter = _xml_adapter(data)
    if adapter == "wco":
        return ReadAs("wco", (wco.read_document(data, schema=schema, directions=directions),))
    if adapter == "asycuda":
        return ReadAs("asycuda", (asycuda.read_sad(data),))
    if adapter == "ephyto":
        return ReadAs("ephyto", (ephyto.read_certificate(data),))
    wanted: Adapter = adapter or kind
    fitting = [one for one in mappings if _KINDS[one.definition.kind] == wanted]
    if wanted == "csv":
        return _table(data, fitting)
    if wanted == "json" and fitting:
        return ReadAs("json", read_mapped(data, fitting[0].definition), _name(fitting[0]))
    return ReadAs(wanted, (_unmapped(),))


def _xml_adapter(data: bytes) -> Adapter:
    """By the root element; what cannot be parsed is left to the WCO reader, which says why."""
    try:
        root = parse_xml(data)
    except BadInput:
        return "wco"
    if root.tag == f"{{{ephyto.NAMESPACE}}}SPSCertificate":
        return "ephyto"
    return "asycuda" if etree.QName(root).localname == asycuda.ROOT else "wco"


def _name(mapping: MappingFile) -> str:
    return f"{mapping.name}/{mapping.version}"


def _unmapped() -> Unsupported:
    return Unsupported(
        "no-mapping", "No mapping here fits this file. Make one: it says which column or path is which field."
    )


def _by_root(data: bytes, mappings: Sequence[MappingFile]) -> MappingFile | None:
    by_root = [one for one in mappings if isinstance(one.definition, XmlPaths)]
    if not by_root:
        return None
    try:
        root = str(parse_xml(data).tag)
    except BadInput:
        return None  # the reader says why
    return next(
        (one for one in by_root if isinstance(one.definition, XmlPaths) and one.definition.root == root), None
    )


def _table(data: bytes, mappings: Sequence[MappingFile]) -> ReadAs:
    """By the first mapping whose columns the table has; a mapping that is alone says what is missing."""
    if len(mappings) == 1:
        return ReadAs("csv", read_mapped(data, mappings[0].definition), _name(mappings[0]))
    refusal: BadInput | None = None
    for mapping in mappings:
        definition = mapping.definition
        if not isinstance(definition, ColumnTable):
            continue
        try:
            headers = set(read_table(data, layout_of(definition)).headers)
        except BadInput as error:
            refusal = error
            continue
        if {rule.column for rule in definition.columns if rule.column} <= headers:
            return ReadAs("csv", read_mapped(data, definition), _name(mapping))
    if refusal is None:
        try:
            read_table(data)
        except BadInput as error:
            refusal = error
    if refusal is not None:
        faults = refusal.faults or (FieldFault("file", refusal.message),)
        return ReadAs("csv", (Malformed(refusal.code, faults, refusal.next_step),))
    return ReadAs("csv", (_unmapped(),))
