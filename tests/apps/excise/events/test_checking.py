"""What an event must say: each wrong thing is named with its event, its field and what to write."""

from decimal import Decimal
from typing import Any

import pytest

from isthmus.apps.excise.events.rules import checking
from isthmus.apps.excise.events.rules.checking import faults_of
from isthmus.apps.excise.events.rules.values import MOST_FAULTS, Report
from tests.apps.excise.events.conftest import LINK, PLACE, SGTIN, document, event

CLASS = "urn:epc:class:lgtin:4012345.012345.L1"
SSCC = "urn:epc:id:sscc:4012345.0000000333"
PO = {"type": "po", "bizTransaction": "urn:epc:id:gdti:4012345.55555.98"}


def told(*events: Any, **changes: Any) -> list[tuple[int | None, str, str]]:
    return [(fault.event, fault.field, fault.code) for fault in faults_of(document(*events, **changes))]


def aggregation(**changes: Any) -> dict[str, Any]:
    return event(type="AggregationEvent", epcList=None, parentID=SSCC, childEPCs=[SGTIN]) | changes


def transformation(**changes: Any) -> dict[str, Any]:
    base = event(
        type="TransformationEvent", action=None, epcList=None, inputEPCList=[SGTIN], outputEPCList=[LINK]
    )
    return {name: value for name, value in (base | changes).items() if value is not None}


def test_sound_events_of_every_kind_have_no_fault() -> None:
    sound = [
        event(),
        event(epcList=None, quantityList=[{"epcClass": CLASS, "quantity": Decimal("0.5"), "uom": "LTR"}]),
        event(epcList=[], sensorElementList=[{"sensorReport": [{"type": "Temperature", "value": 4}]}]),
        event(sensorElementList=[{"sensorReport": [{"type": "Count", "booleanValue": True, "uom": "x"}]}]),
        event(bizStep="https://ref.gs1.org/cbv/BizStep-shipping", disposition="cbv:Disp-active"),
        event(bizStep="https://my.example/step", disposition="my:state", **{"my:note": [1, {"a": None}]}),
        event(**{"@context": {"own": "https://own.example/"}, "own:x": 1}),
        event(ilmd={"cbvmda:lotNumber": "L1"}, certificationInfo=["https://my.example/c"]),
        event(certificationInfo="https://my.example/c", eventID="urn:uuid:374d95fc-9457-4a51-bd6a"),
        aggregation(),
        aggregation(action="DELETE", childEPCs=[]),
        event(type="AggregationEvent", epcList=None, action="OBSERVE", childEPCs=[SGTIN]),
        event(type="AssociationEvent", epcList=None, parentID=PLACE, childEPCs=[SGTIN]),
        event(type="TransactionEvent", bizTransactionList=[PO]),
        event(type="TransactionEvent", bizTransactionList=[PO], epcList=None, action="DELETE"),
        transformation(),
        transformation(outputEPCList=None, transformationID="urn:epc:id:gdti:4012345.55555.98"),
        event(
            errorDeclaration={"declarationTime": "2026-07-23T00:00:00Z", "reason": "did_not_occur"},
            persistentDisposition={"set": ["conformant"]},
            sourceList=[{"type": "location", "source": PLACE}],
        ),
    ]
    assert told(*sound, epcisHeader={"epcisMasterData": {"vocabularyList": [{"type": "urn:x:y"}]}}) == []


WRONG: list[tuple[dict[str, Any], str, str]] = [
    (event(bizStep="transforming"), "bizStep", "not-a-word"),
    (event(bizStep=5), "bizStep", "not-a-word"),
    (event(bizStep="urn:epcglobal:cbv:bizstep:shipping"), "bizStep", "not-a-word"),
    (event(bizStep="https://ns.gs1.org/cbv/shipping"), "bizStep", "not-a-word"),
    (event(bizStep="https://ref.gs1.org/cbv/BizStep-nothing"), "bizStep", "not-a-word"),
    (event(bizStep="https://ref.gs1.org/cbv/Disp-active"), "bizStep", "not-a-word"),
    (event(bizStep="cbv:BizStep-nothing"), "bizStep", "not-a-word"),
    (event(bizStep="unknown:term"), "bizStep", "not-a-word"),
    (event(action="CREATE"), "action", "not-closed-word"),
    (event(action=None), "action", "missing"),
    (event(eventTime="22-07-2026"), "eventTime", "not-a-time"),
    (event(eventTime="2026-02-30T00:00:00Z"), "eventTime", "not-a-time"),
    (event(eventTime="2026-07-22T06:45:00"), "eventTime", "not-a-time"),
    (event(eventTime="0001-07-22T06:45:00Z"), "eventTime", "not-a-time"),
    (event(eventTime=7), "eventTime", "not-a-time"),
    (event(eventTimeZoneOffset="+2"), "eventTimeZoneOffset", "not-an-offset"),
    (event(epcList=None), "epcList", "nothing-named"),
    (event(epcList=[]), "epcList", "nothing-named"),
    (event(epcList=SGTIN), "epcList", "not-a-list"),
    (event(epcList=[SGTIN, SGTIN]), "epcList", "twice"),
    (event(epcList=["bottle 7"]), "epcList[0]", "not-a-uri"),
    (event(epcList=[{}]), "epcList[0]", "not-a-uri"),
    (event(epcList=["urn:epc:id:sgtin:1.2.3"]), "epcList[0]", "not-an-epc"),
    (event(ilmd={"materialType": "soil"}), "ilmd.materialType", "unknown-field"),
    (event(ilmd={"cbvmda:lotNumber": "1"}, action="OBSERVE"), "ilmd", "only-when-added"),
    (event(parentID=SSCC), "parentID", "unknown-field"),
    (event(**{"their:x": 1}), "their:x", "undeclared-prefix"),
    (event(sourceList=[{"type": "place", "source": PLACE}]), "sourceList[0].type", "not-a-word"),
    (event(sourceList=[{"source": PLACE}]), "sourceList[0].type", "missing"),
    (event(bizTransactionList=["po"]), "bizTransactionList[0]", "not-an-object"),
    (event(readPoint={"my:x": 1}), "readPoint.id", "missing"),
    (event(quantityList=[{"epcClass": CLASS, "uom": "LTR"}]), "quantityList[0].quantity", "missing"),
    (event(quantityList=[{"epcClass": CLASS, "quantity": 0}]), "quantityList[0].quantity", "not-positive"),
    (event(quantityList=[{"epcClass": CLASS, "quantity": "5"}]), "quantityList[0].quantity", "not-a-number"),
    (event(quantityList=[{"epcClass": CLASS, "quantity": True}]), "quantityList[0].quantity", "not-a-number"),
    (
        event(quantityList=[{"epcClass": CLASS, "quantity": 1, "uom": "litre"}]),
        "quantityList[0].uom",
        "not-a-unit",
    ),
    (event(quantityList=[7]), "quantityList[0]", "not-an-object"),
    (event(persistentDisposition={}), "persistentDisposition", "nothing-named"),
    (event(persistentDisposition={"set": []}), "persistentDisposition.set", "empty"),
    (event(errorDeclaration={"reason": "did_not_occur"}), "errorDeclaration.declarationTime", "missing"),
    (event(certificationInfo=[{"a": 1}]), "certificationInfo[0]", "not-a-uri"),
    (
        event(sensorElementList=[{"sensorReport": [{"type": "Temperature", "booleanValue": "yes"}]}]),
        "sensorElementList[0].sensorReport[0].booleanValue",
        "not-true-or-false",
    ),
    (
        event(sensorElementList=[{"sensorReport": [{"type": "Temperature", "hexBinaryValue": "xyz"}]}]),
        "sensorElementList[0].sensorReport[0].hexBinaryValue",
        "not-hexadecimal",
    ),
    (
        event(sensorElementList=[{"sensorReport": [{"type": "Temperature", "stringValue": 5}]}]),
        "sensorElementList[0].sensorReport[0].stringValue",
        "not-text",
    ),
    (aggregation(childEPCs=[]), "childEPCs", "nothing-named"),
    (event(type="AggregationEvent", epcList=None, childEPCs=[SGTIN]), "parentID", "missing"),
    (event(type="AssociationEvent", epcList=None, childEPCs=[SGTIN]), "parentID", "missing"),
    (event(type="TransactionEvent"), "bizTransactionList", "missing"),
    (event(type="TransactionEvent", bizTransactionList=[]), "bizTransactionList", "empty"),
    (event(type="TransactionEvent", bizTransactionList=[PO], epcList=[]), "epcList", "nothing-named"),
    (transformation(inputEPCList=None), "inputEPCList", "nothing-named"),
    (transformation(outputEPCList=None), "outputEPCList", "nothing-named"),
    (
        transformation(inputEPCList=None, outputEPCList=None, transformationID="urn:x:y"),
        "inputEPCList",
        "nothing-named",
    ),
    (event(type="MyEvent"), "type", "not-closed-word"),
    (event(type=["ObjectEvent"]), "type", "not-closed-word"),
]


@pytest.mark.parametrize(("wrong", "field", "code"), WRONG)
def test_each_wrong_thing_is_named_and_alone(wrong: dict[str, Any], field: str, code: str) -> None:
    assert told(event(), wrong) == [(2, field, code)]


def test_a_word_that_is_nearly_one_is_told_the_right_one() -> None:
    (fault,) = faults_of(document(event(disposition="in_transport")))
    assert (fault.given, fault.expected) == ("in_transport", "in_transit")
    (fault,) = faults_of(document(event(action="CREATE")))
    assert fault.expected == "ADD, DELETE, OBSERVE"
    (fault,) = faults_of(document(event(bizStep="x" * 3000)))
    assert len(fault.given) == 60
    assert fault.expected.endswith(", …")


def test_the_document_around_the_events_is_checked() -> None:
    assert told(event(), **{"@context": None}) == [(None, "@context", "missing")]
    assert told(event(), **{"@context": ["no address", {"a": "no address", "b": {}}]}) == [
        (None, "@context", "not-a-uri"),
        (None, "@context.a", "not-a-uri"),
    ]
    assert told(event(), schemaVersion="1.2") == [(None, "schemaVersion", "not-version-2")]
    assert told(event(), type="EPCISQueryDocument") == [(None, "type", "not-closed-word")]
    assert told(event(), epcisBody=None) == [(None, "epcisBody", "missing")]
    assert told(event(), epcisBody={}) == [(None, "epcisBody.eventList", "missing")]
    assert told(event(), epcisBody=5) == [(None, "epcisBody", "not-an-object")]
    assert told(event(), epcisBody={"eventList": {}}) == [(None, "epcisBody.eventList", "not-a-list")]
    assert told() == [(None, "epcisBody.eventList", "empty")]
    assert told(5) == [(1, "", "not-an-object")]
    assert [(fault.event, fault.code) for fault in faults_of([])] == [(None, "not-an-object")]


def test_too_many_events_and_too_many_faults_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [event(bizStep="no", disposition="no", epcList=["no"] * 5) for _ in range(200)]
    assert len(told(*many)) == MOST_FAULTS
    assert len(told(event(epcList=[f"no {n}" for n in range(300)]))) == MOST_FAULTS
    assert len(told(event(**{f"no{n}": n for n in range(300)}))) == MOST_FAULTS
    monkeypatch.setattr(checking, "MOST_EVENTS", 2)
    assert told(event(), event(), event()) == [(None, "epcisBody.eventList", "too-many")]


def test_what_two_lists_say_twice_is_told_once_and_a_text_of_signs_is_no_identifier() -> None:
    assert told(event(epcList=[SGTIN, {}, {}])) == [
        (1, "epcList", "twice"),
        (1, "epcList[1]", "not-a-uri"),
        (1, "epcList[2]", "not-a-uri"),
    ]
    assert told(event(epcList=[SGTIN, 5])) == [(1, "epcList[1]", "not-a-uri")]
    assert told(event(epcList=[{"a": 1}])) == [(1, "epcList[0]", "not-a-uri")]


def test_nothing_is_said_once_enough_was_said() -> None:
    report = Report()
    for number in range(2 * MOST_FAULTS):
        report.say(str(number), "missing")
    assert len(report.faults) == MOST_FAULTS
