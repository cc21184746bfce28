"""The event hash of CBV 2.0, section 8.9: one name for one event, whoever stores it and however it is spelt.

An event becomes a tree of named elements as its XML form has them; the tree is written as one text in a
fixed order, values in canonical form, and the SHA-256 of the text is the name. What only describes the record
(its id, when it was recorded, an error declaration) takes no part.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from isthmus.apps.excise.events.rules import vocabulary
from isthmus.apps.excise.events.rules.identifiers import canonical

Order = tuple[tuple[str, "Order"], ...]


def _flat(*names: str) -> Order:
    return tuple((name, ()) for name in names)


_EPCS: Order = _flat("epc")
_QUANTITIES: Order = (("quantityElement", _flat("epcClass", "quantity", "uom")),)
_METADATA = _flat(
    *("time", "startTime", "endTime", "deviceID", "deviceMetadata", "rawData"),
    *("dataProcessingMethod", "bizRules"),
)
_REPORT = _flat(
    *("type", "exception", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "time"),
    *("microorganism", "chemicalSubstance", "value", "component", "stringValue", "booleanValue"),
    *("hexBinaryValue", "uriValue", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue"),
    *("uom", "coordinateReferenceSystem"),
)
_ORDER: Order = (
    *_flat("eventTime", "eventTimeZoneOffset", "certificationInfo", "parentID"),
    ("epcList", _EPCS),
    ("inputEPCList", _EPCS),
    ("childEPCs", _EPCS),
    ("quantityList", _QUANTITIES),
    ("childQuantityList", _QUANTITIES),
    ("inputQuantityList", _QUANTITIES),
    ("outputEPCList", _EPCS),
    ("outputQuantityList", _QUANTITIES),
    *_flat("action", "transformationID", "bizStep", "disposition"),
    ("persistentDisposition", _flat("set", "unset")),
    ("readPoint", _flat("id")),
    ("bizLocation", _flat("id")),
    (
        "sensorElementList",
        (("sensorElement", (("sensorMetadata", _METADATA), ("sensorReport", _REPORT))),),
    ),
)
_LEFT_OUT = frozenset({"recordTime", "eventID", "type", "errorDeclaration", "@context"})
_COMMENTS = frozenset({"rdfs:comment", "comment", "#text"})
_TIMES = frozenset({"eventTime", "time", "startTime", "endTime"})
_VOCABULARIES = {
    "bizStep": vocabulary.BUSINESS_STEP,
    "disposition": vocabulary.DISPOSITION,
    "set": vocabulary.DISPOSITION,
    "unset": vocabulary.DISPOSITION,
    "exception": vocabulary.ALERT,
    "component": vocabulary.COMPONENT,
}
_TYPES = {
    "bizTransactionList": vocabulary.TRANSACTION,
    "sourceList": vocabulary.SOURCE_OR_DESTINATION,
    "destinationList": vocabulary.SOURCE_OR_DESTINATION,
    "sensorReport": vocabulary.MEASUREMENT,
}
_PAIRS = {
    "bizTransactionList": "bizTransaction",
    "sourceList": "source",
    "destinationList": "destination",
}
_ELEMENTS = {
    "epcList": "epc",
    "inputEPCList": "epc",
    "outputEPCList": "epc",
    "quantityList": "quantityElement",
    "childQuantityList": "quantityElement",
    "inputQuantityList": "quantityElement",
    "outputQuantityList": "quantityElement",
    "sensorElementList": "sensorElement",
}
_URNS = (
    ("urn:epcglobal:cbv:bizstep:", "https://ref.gs1.org/cbv/BizStep-"),
    ("urn:epcglobal:cbv:disp:", "https://ref.gs1.org/cbv/Disp-"),
    ("urn:epcglobal:cbv:btt:", "https://ref.gs1.org/cbv/BTT-"),
    ("urn:epcglobal:cbv:sdt:", "https://ref.gs1.org/cbv/SDT-"),
    ("urn:epcglobal:cbv:er:", "https://ref.gs1.org/cbv/ER-"),
)
_NUMBER = re.compile(r"\s*[+-]?[0-9]{1,40}(\.[0-9]{0,40})?\s*|\s*[+-]?\.[0-9]{1,40}\s*", re.ASCII)


@dataclass(slots=True)
class _Node:
    """An element: its name, its text, and the elements in it that are not written yet."""

    name: str
    text: str = ""
    children: "list[_Node]" = field(default_factory=list)


def plain_number(number: Decimal) -> str:
    """A number without a sign of plus, leading zeros or trailing zeros, never with an exponent."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text


def moment(text: str) -> str:
    """A time with a zone as UTC in thousandths of a second, the nearest, halves to even (CBV 2.0, 8.9.2)."""
    head, rest = text[:19], text[19:]
    zone = rest.lstrip(".0123456789")
    digits = rest[: len(rest) - len(zone)].removeprefix(".")
    micro = int(digits.ljust(6, "0")[:6])
    whole = datetime.fromisoformat(head.replace("t", "T") + zone.upper().replace("Z", "+00:00"))
    rounded = whole.astimezone(UTC) + timedelta(microseconds=round(micro, -3))
    return rounded.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def _value(text: str) -> str:
    """A value in canonical form: vocabulary by its web address, numbers bare, identifiers as links."""
    for urn, address in _URNS:
        text = text.replace(urn, address)
    if _NUMBER.fullmatch(text):
        text = plain_number(Decimal(text.strip()))
    return canonical(text) or text


def _scalar(value: object, namespaces: Mapping[str, str]) -> str:
    if isinstance(value, Decimal):
        return plain_number(value)
    text = str(value)
    prefix, colon, rest = text.partition(":")
    return namespaces[prefix] + rest if isinstance(value, str) and colon and prefix in namespaces else text


def _name(key: str, namespaces: Mapping[str, str]) -> str:
    prefix, colon, rest = key.partition(":")
    return f"{{{namespaces[prefix]}}}{rest}" if colon and prefix in namespaces else key


def _nodes(key: str, value: Any, namespaces: Mapping[str, str]) -> list[_Node]:  # noqa: ANN401  any JSON
    """The elements that one member of an object becomes: a list is its elements one after another."""
    name = _name(key, namespaces)
    if isinstance(value, list):
        return [
            _Node(name, one.text, one.children) for item in value for one in [_node("", item, namespaces)]
        ]
    return [_node(name, value, namespaces)]


def _node(name: str, value: Any, namespaces: Mapping[str, str]) -> _Node:  # noqa: ANN401  any JSON
    if isinstance(value, list):
        return _Node(name, "", [_node("", item, namespaces) for item in value])
    if isinstance(value, dict):
        return _Node(name, "", _members(value, namespaces))
    return _Node(name, _scalar(value, namespaces))


def _members(value: Mapping[str, Any], namespaces: Mapping[str, str]) -> list[_Node]:
    """The elements of an object, its lists wrapped as the XML form has them."""
    found: list[_Node] = []
    for key, child in value.items():
        if key in _COMMENTS:
            continue
        nodes = _nodes(key, child, namespaces)
        wrapped = _ELEMENTS.get(key) or ("epc" if key == "childEPCs" else "")
        if not wrapped and nodes and isinstance(child, list) and nodes[0].name.endswith("List"):
            wrapped = nodes[0].name.removesuffix("List")
        if wrapped and nodes:
            nodes = [_Node(nodes[0].name, "", [_Node(wrapped, one.text, one.children) for one in nodes])]
        found += nodes
    return found


def _written(nodes: Iterable[_Node]) -> str:
    """Elements without an order of their own: each with all that is in it, sorted."""
    return "".join(sorted(_whole(node) for node in nodes))


def _whole(node: _Node) -> str:
    text = node.text.strip()
    return node.name + (f"={_value(text)}" if text else "") + _written(node.children)


def _ordered(children: list[_Node], order: Order, *, extended: bool) -> str:
    """What ``order`` names, in its order, then the extensions of an inner element; both are taken out."""
    extensions = [node for node in children if node.name.startswith("{")] if extended else []
    children[:] = [node for node in children if not (extended and node.name.startswith("{"))]
    text = ""
    for name, inner in order:
        found = [node for node in children if node.name == name]
        text += "".join(sorted(_element(node, inner) for node in found))
        # What the order does not name below an element stays, and is written with the rest of the event.
        children[:] = [node for node in children if node.name != name or node.children]
    return text + _written(extensions)


def _element(node: _Node, inner: Order) -> str:
    below = _ordered(node.children, inner, extended=True) if inner else ""
    text = node.text.strip()
    if text:
        text = moment(text) if node.name in _TIMES else _value(text)
        return f"{node.name}={text}{below}"
    return node.name + below if below else ""


def _pair(kind: str, value: Mapping[str, Any], namespaces: Mapping[str, str]) -> str:
    names = ["type", _PAIRS[kind]]
    return "".join(_whole(_node(name, value[name], namespaces)) for name in names if name in value)


def _spelt_out(value: Any, key: str = "", inside: str = "") -> Any:  # noqa: ANN401  any JSON
    """An event with every bare word of the vocabulary written as its web address."""
    if isinstance(value, list):
        return [_spelt_out(item, key, inside) for item in value]
    if isinstance(value, dict):
        return {name: _spelt_out(item, name, key) for name, item in value.items()}
    words = _TYPES.get(inside) if key == "type" else _VOCABULARIES.get(key)
    return vocabulary.full(words, value) if words is not None and isinstance(value, str) else value


def pre_hash(event: Mapping[str, Any], namespaces: Mapping[str, str]) -> str:
    """The text whose hash names the event; ``namespaces`` are the prefixes of the document's context."""
    said: dict[str, Any] = _spelt_out({key: one for key, one in event.items() if key not in _LEFT_OUT})
    pairs = {name: said.pop(name) for name in _PAIRS if name in said}
    children = _members(said, namespaces)
    text = f"eventType={event['type']}" + _ordered(children, _ORDER, extended=False)
    rest = [_whole(node) for node in children]
    rest += [
        name + "".join(sorted(_pair(name, item, namespaces) for item in items))
        for name, items in pairs.items()
        if items
    ]
    return text + "".join(sorted(rest))


def event_hash(event: Mapping[str, Any], namespaces: Mapping[str, str]) -> str:
    """``ni:///sha-256;…?ver=CBV2.0`` of one event that was checked (RFC 6920; CBV 2.0, section 8.9)."""
    digest = sha256(pre_hash(event, namespaces).encode()).hexdigest()
    return f"ni:///sha-256;{digest}?ver=CBV2.0"
