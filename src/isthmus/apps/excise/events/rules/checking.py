"""What an EPCIS 2.0 document and each of its events must say (EPCIS 2.0, sections 7.4 and 10; CBV 2.0).

GS1's JSON Schema leaves some of this to the reader: formats of times and identifiers, prefixes that nobody
declared, the parent of an aggregation. Here all of it is one set of rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from isthmus.apps.excise.events.rules import vocabulary as cbv
from isthmus.apps.excise.events.rules.values import (
    Check,
    EventFault,
    Report,
    amount,
    boolean,
    hexadecimal,
    is_uri,
    list_of,
    moment,
    number,
    offset,
    one_of,
    text,
    unit,
    uri,
    version,
)

MOST_EVENTS = 10_000
"""Events of one document; a longer capture is sent as several."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What an object holds: its members, those it must have, and whether it may hold members of one's own."""

    members: Mapping[str, Check]
    required: tuple[str, ...] = ()
    extensible: bool = True

    def __call__(self, value: Any, where: str, report: Report) -> None:  # noqa: ANN401  any JSON
        """Check one object; ``where`` is its path, empty for the event itself."""
        if not isinstance(value, dict):
            report.say(where, "not-an-object", value)
            return
        prefix = f"{where}." if where else ""
        for name in self.required:
            if name not in value:
                report.say(prefix + name, "missing")
        for name, member in value.items():
            if report.full:
                return
            check = self.members.get(name)
            if check is not None:
                check(member, prefix + name, report)
            else:
                self._foreign(name, prefix, report)

    def _foreign(self, name: str, prefix: str, report: Report) -> None:
        if not self.extensible or not is_uri(name):
            report.say(prefix + name[:80], "unknown-field", name, ", ".join(sorted(self.members)))
            return
        scheme = name.split(":", 1)[0]
        if scheme not in report.prefixes and scheme not in {"http", "https", "urn"}:
            report.say(prefix + name[:80], "undeclared-prefix", scheme)


def _anything(value: Any, where: str, report: Report) -> None:  # noqa: ANN401  any JSON
    """A member that the reader of a document has looked at already, or that is for others."""


def _uris(value: Any, where: str, report: Report) -> None:  # noqa: ANN401  any JSON
    """One URI or a list of them."""
    (list_of(uri) if isinstance(value, list) else uri)(value, where, report)


def _quantity(value: Any, where: str, report: Report) -> None:  # noqa: ANN401  any JSON
    _QUANTITY(value, where, report)
    if isinstance(value, dict) and "uom" in value and "quantity" not in value:
        report.say(f"{where}.quantity", "missing")


def _ilmd(value: Any, where: str, report: Report) -> None:  # noqa: ANN401  any JSON
    Shape({})(value, where, report)


_QUANTITY = Shape({"epcClass": uri, "quantity": amount, "uom": unit}, ("epcClass",), extensible=False)
_PLACE = Shape({"id": uri}, ("id",))
_DISPOSITIONS = list_of(one_of(cbv.DISPOSITION), least=1, once=True)
_ERROR = Shape(
    {"declarationTime": moment, "reason": one_of(cbv.ERROR_REASON), "correctiveEventIDs": list_of(uri)},
    ("declarationTime",),
)
_SENSOR_METADATA = Shape(
    dict.fromkeys(("time", "startTime", "endTime"), moment)
    | dict.fromkeys(("deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules"), uri)
)
_SENSOR_REPORT = Shape(
    {
        "type": one_of(cbv.MEASUREMENT),
        "exception": one_of(cbv.ALERT),
        "component": one_of(cbv.COMPONENT),
        "time": moment,
        "stringValue": text,
        "booleanValue": boolean,
        "hexBinaryValue": hexadecimal,
        "uom": text,
    }
    | dict.fromkeys(("value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue"), number)
    | dict.fromkeys(
        (
            *("deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules", "microorganism"),
            *("chemicalSubstance", "coordinateReferenceSystem", "uriValue"),
        ),
        uri,
    ),
    ("type",),
)
_SENSOR = Shape(
    {"sensorMetadata": _SENSOR_METADATA, "sensorReport": list_of(_SENSOR_REPORT, least=1)}, ("sensorReport",)
)


def _typed(name: str, words: cbv.Vocabulary, *, typed: bool) -> Check:
    required = ("type", name) if typed else (name,)
    return list_of(Shape({"type": one_of(words), name: uri}, required, extensible=False))


_COMMON: dict[str, Check] = {
    "@context": _anything,
    "type": _anything,
    "eventTime": moment,
    "recordTime": moment,
    "eventTimeZoneOffset": offset,
    "eventID": uri,
    "certificationInfo": _uris,
    "errorDeclaration": _ERROR,
    "bizStep": one_of(cbv.BUSINESS_STEP),
    "disposition": one_of(cbv.DISPOSITION),
    "persistentDisposition": Shape({"set": _DISPOSITIONS, "unset": _DISPOSITIONS}, extensible=False),
    "readPoint": _PLACE,
    "bizLocation": _PLACE,
    "bizTransactionList": _typed("bizTransaction", cbv.TRANSACTION, typed=False),
    "sourceList": _typed("source", cbv.SOURCE_OR_DESTINATION, typed=True),
    "destinationList": _typed("destination", cbv.SOURCE_OR_DESTINATION, typed=True),
    "sensorElementList": list_of(_SENSOR),
}
_ACTION = {"action": one_of(cbv.ACTION, closed=True)}
_EPCS = list_of(uri, once=True)
_QUANTITIES = list_of(_quantity)
_ALWAYS = ("type", "eventTime", "eventTimeZoneOffset")
_CHILDREN = {"parentID": uri, "childEPCs": _EPCS, "childQuantityList": _QUANTITIES, **_ACTION}
SHAPES: dict[str, Shape] = {
    "ObjectEvent": Shape(
        {**_COMMON, "epcList": _EPCS, "quantityList": _QUANTITIES, "ilmd": _ilmd, **_ACTION},
        (*_ALWAYS, "action"),
    ),
    "AggregationEvent": Shape({**_COMMON, **_CHILDREN}, (*_ALWAYS, "action")),
    "AssociationEvent": Shape({**_COMMON, **_CHILDREN}, (*_ALWAYS, "action", "parentID")),
    "TransactionEvent": Shape(
        {**_COMMON, "parentID": uri, "epcList": _EPCS, "quantityList": _QUANTITIES, **_ACTION},
        (*_ALWAYS, "action", "bizTransactionList"),
    ),
    "TransformationEvent": Shape(
        {
            **_COMMON,
            "inputEPCList": _EPCS,
            "inputQuantityList": _QUANTITIES,
            "outputEPCList": _EPCS,
            "outputQuantityList": _QUANTITIES,
            "transformationID": uri,
            "ilmd": _ilmd,
        },
        _ALWAYS,
    ),
}


def _any(event: Mapping[str, Any], *names: str) -> bool:
    return any(event.get(name) for name in names)


def _together(kind: str, event: Mapping[str, Any], report: Report) -> None:
    """What the members of an event demand of each other."""
    action = event.get("action")
    if kind == "ObjectEvent":
        sensed = bool(event.get("sensorElementList")) and "readPoint" in event
        if not sensed and not _any(event, "epcList", "quantityList"):
            report.say("epcList", "nothing-named", "", "epcList, quantityList, sensorElementList + readPoint")
        if "ilmd" in event and action != "ADD":
            report.say("ilmd", "only-when-added", action)
    elif kind in {"AggregationEvent", "AssociationEvent"}:
        if action in {"ADD", "DELETE"} and "parentID" not in event and kind == "AggregationEvent":
            report.say("parentID", "missing")
        if action != "DELETE" and not _any(event, "childEPCs", "childQuantityList"):
            report.say("childEPCs", "nothing-named", "", "childEPCs, childQuantityList")
    elif kind == "TransactionEvent":
        if "bizTransactionList" in event and event["bizTransactionList"] == []:
            report.say("bizTransactionList", "empty")
        if action != "DELETE" and not _any(event, "epcList", "quantityList"):
            report.say("epcList", "nothing-named", "", "epcList, quantityList")
    else:
        into = _any(event, "inputEPCList", "inputQuantityList")
        out = _any(event, "outputEPCList", "outputQuantityList")
        if "transformationID" in event:
            if not into and not out:
                report.say("inputEPCList", "nothing-named", "", "inputEPCList, outputEPCList")
        else:
            if not into:
                report.say("inputEPCList", "nothing-named", "", "inputEPCList, inputQuantityList")
            if not out:
                report.say("outputEPCList", "nothing-named", "", "outputEPCList, outputQuantityList")
    if event.get("persistentDisposition") == {}:
        report.say("persistentDisposition", "nothing-named", "", "set, unset")


_EVENT_TYPE = one_of(cbv.EVENT_TYPE, closed=True)


def _event(event: Any, report: Report) -> None:  # noqa: ANN401  any JSON
    if not isinstance(event, dict):
        report.say("", "not-an-object", event)
        return
    kind = event.get("type")
    if not isinstance(kind, str) or kind not in SHAPES:
        _EVENT_TYPE(kind, "type", report)
        return
    outer = report.prefixes
    report.prefixes = outer | frozenset(namespaces_of(event.get("@context")))
    SHAPES[kind](event, "", report)
    _together(kind, event, report)
    report.prefixes = outer


def _masters(value: Any, where: str, report: Report) -> None:  # noqa: ANN401  any JSON
    Shape({"vocabularyList": list_of(_MASTER_LIST)})(value, where, report)


_MASTER = Shape(
    {
        "id": uri,
        "attributes": list_of(Shape({"id": uri, "attribute": _anything}, ("id",))),
        "children": list_of(uri),
    },
    ("id",),
)
_MASTER_LIST = Shape({"type": uri, "vocabularyElementList": list_of(_MASTER)}, ("type",))


def _context(value: Any, where: str, report: Report) -> None:  # noqa: ANN401  any JSON
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            for name, address in item.items():
                if isinstance(address, str) and not is_uri(address):
                    report.say(f"{where}.{name[:80]}", "not-a-uri", address)
        elif not is_uri(item):
            report.say(where, "not-a-uri", item)


def _body(value: Any, where: str, report: Report) -> None:  # noqa: ANN401  any JSON
    Shape({"eventList": _anything}, ("eventList",))(value, where, report)


_DOCUMENT = Shape(
    {
        "@context": _context,
        "id": uri,
        "type": one_of(cbv.Vocabulary("type of document", "", frozenset({"EPCISDocument"})), closed=True),
        "schemaVersion": version,
        "creationDate": moment,
        "instanceIdentifier": text,
        "sender": text,
        "receiver": text,
        "epcisHeader": Shape({"epcisMasterData": _masters}),
        "epcisBody": _body,
    },
    ("@context", "type", "schemaVersion", "creationDate", "epcisBody"),
)


def namespaces_of(context: Any) -> dict[str, str]:  # noqa: ANN401  any JSON
    """The prefixes that a JSON-LD context declares, each with its address."""
    items = context if isinstance(context, list) else [context]
    return {
        name: address
        for item in items
        if isinstance(item, dict)
        for name, address in item.items()
        if isinstance(address, str)
    }


def faults_of(document: Any) -> tuple[EventFault, ...]:  # noqa: ANN401  any JSON
    """Everything that keeps a document from being captured, at most ``MOST_FAULTS``; events count from 1."""
    prefixes = cbv.PREFIXES
    if isinstance(document, dict):
        prefixes |= frozenset(namespaces_of(document.get("@context")))
    report = Report(prefixes)
    _DOCUMENT(document, "", report)
    body = document.get("epcisBody") if isinstance(document, dict) else None
    events = body.get("eventList") if isinstance(body, dict) else None
    if events is None:
        return tuple(report.faults)
    if not isinstance(events, list):
        report.say("epcisBody.eventList", "not-a-list", events)
    elif not events:
        report.say("epcisBody.eventList", "empty")
    elif len(events) > MOST_EVENTS:
        report.say("epcisBody.eventList", "too-many", len(events), str(MOST_EVENTS))
    else:
        for place, event in enumerate(events, start=1):
            report.event = place
            _event(event, report)
            if report.full:
                break
    return tuple(report.faults)
