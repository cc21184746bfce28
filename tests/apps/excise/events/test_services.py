"""Capture: whole or not at all, each event once, and nothing that was kept ever changes."""

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection

from isthmus.accounts.models import AuditEvent, Kind, Organisation
from isthmus.apps.excise.events import queries
from isthmus.apps.excise.events.formats.writing import read_exact
from isthmus.apps.excise.events.models import EpcisEvent, EventItem
from isthmus.apps.excise.events.rules.hashing import event_hash
from isthmus.apps.excise.events.services import capture
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Fault
from tests.apps.excise.events.conftest import LINK, PLACE, SGTIN, Capture, event

LOT = "urn:epc:class:lgtin:4012345.012345.L1"
WRONG = {
    "declarationTime": "2026-07-23T00:00:00Z",
    "reason": "did_not_occur",
    "correctiveEventIDs": ["ni:///x"],
}


def test_a_document_is_captured_with_its_columns_and_items(customs: Organisation, written: Capture) -> None:
    content = written(event(quantityList=[{"epcClass": LOT, "quantity": 2.5, "uom": "LTR"}]))
    done = capture(content, organisation=customs, actor="program")
    (row,) = done.events
    assert done.new == 1
    assert (row.kind, row.action, row.biz_step, row.disposition) == (
        "ObjectEvent",
        "ADD",
        "commissioning",
        "active",
    )
    assert row.event_time.isoformat() == "2026-07-22T04:45:00+00:00"
    assert row.read_point == "https://id.gs1.org/414/4012345000016"
    assert list(row.items.values_list("uri", "gtin", "quantity", "unit")) == [
        (LINK, "04012345111118", None, ""),
        ("https://id.gs1.org/01/04012345123456/10/L1", "04012345123456", Decimal("2.5"), "LTR"),
    ]
    assert event_hash(read_exact(row.body), row.namespaces) == row.name
    assert AuditEvent.objects.get(kind="excise.events-captured").detail == {"events": 1, "new": 1}


def test_one_fault_and_nothing_is_kept(customs: Organisation, written: Capture) -> None:
    with pytest.raises(BadInput) as refused:
        capture(written(event(), event(disposition="in_transport")), organisation=customs, actor="program")
    (fault,) = refused.value.faults
    assert fault.where == "event 2, disposition"
    assert "in_transit" in fault.message
    assert not EpcisEvent.objects.exists()
    with pytest.raises(BadInput, match="not JSON"):
        capture(b"{", organisation=customs, actor="program")


def test_what_is_here_already_is_recognised_however_it_is_spelt(
    customs: Organisation, written: Capture
) -> None:
    first = capture(written(event(), event()), organisation=customs, actor="program")
    assert (len(first.events), first.new) == (2, 1)
    again = capture(written(event(epcList=[LINK]), event(action="OBSERVE")), organisation=customs, actor="x")
    assert again.new == 1
    assert again.events[0] == first.events[0]
    assert capture(written(event()), organisation=customs, actor="x").new == 0
    other = Organisation.objects.create(code="revenue", name="Revenue", kind=Kind.AGENCY)
    assert capture(written(event()), organisation=other, actor="x").new == 1


def test_an_error_declaration_stands_beside_the_event_it_declares_wrong(
    customs: Organisation, written: Capture
) -> None:
    (row,) = capture(written(event()), organisation=customs, actor="x").events
    body = row.body
    (error,) = capture(written(event(errorDeclaration=WRONG)), organisation=customs, actor="x").events
    assert error.name == row.name
    assert (error.error_reason, error.corrected_by) == ("did_not_occur", ["ni:///x"])
    assert capture(written(event(errorDeclaration=WRONG)), organisation=customs, actor="x").new == 0
    assert dict(queries.events().values_list("pk", "in_error")) == {row.pk: True, error.pk: False}
    assert list(queries.narrowed(queries.events(), in_error=True)) == [row]
    row.refresh_from_db()
    assert row.body == body


def test_events_are_found_by_item_product_step_place_and_time(
    customs: Organisation, written: Capture
) -> None:
    said = (
        event(),
        event(bizStep="shipping", action="OBSERVE", eventTime="2026-07-23T00:00:00Z"),
        event(epcList=["urn:epc:id:sgtin:4012345.011111.988"], readPoint=None, bizLocation={"id": PLACE}),
    )
    one, two, three = capture(written(*said), organisation=customs, actor="x").events
    every = queries.events()
    assert set(queries.of_item(every, SGTIN)) == {one, two}
    assert set(queries.of_item(every, " 4012345111118 ")) == {one, two, three}
    assert set(queries.of_item(every, "12345")) == set()
    assert set(queries.narrowed(every, item=LINK, biz_step="shipping")) == {two}
    assert set(queries.narrowed(every, place=PLACE, kind="ObjectEvent")) == {one, two, three}
    assert set(queries.narrowed(every, since=two.event_time)) == {two}
    assert set(queries.narrowed(every, until=two.event_time)) == {one, three}


def test_what_is_written_once_is_neither_changed_nor_deleted(customs: Organisation, written: Capture) -> None:
    (row,) = capture(written(event()), organisation=customs, actor="x").events
    row.body = "{}"
    for deed in (row.save, row.delete, EventItem.objects.get().save, EventItem.objects.get().delete):
        with pytest.raises(Fault):
            deed()
    fresh = EpcisEvent(organisation=customs, name="ni:///x", event_time=clock.now(), captured_at=clock.now())
    fresh.save()
    assert str(fresh) == "ni:///x"
    assert str(EventItem(uri="urn:x:y")) == "urn:x:y"


def test_a_quantity_that_no_column_holds_stands_in_the_body(customs: Organisation, written: Capture) -> None:
    amounts = [10**30, 0.0000000000001]
    content = written(event(quantityList=[{"epcClass": LOT, "quantity": amount} for amount in amounts]))
    (row,) = capture(content, organisation=customs, actor="x").events
    assert set(row.items.values_list("quantity", flat=True)) == {None}
    assert "1000000000000000000000000000000" in row.body


@pytest.mark.django_db(transaction=True)
def test_two_systems_that_send_one_document_at_once_keep_it_once(written: Capture) -> None:
    owner = Organisation.objects.create(code="customs", name="Customs", kind=Kind.MINISTRY)
    content = written(*(event(epcList=[f"urn:epc:id:sgtin:4012345.011111.{n}"]) for n in range(20)))
    gate = threading.Barrier(4)

    def send(_number: int) -> int:
        gate.wait()
        try:
            return capture(content, organisation=owner, actor="x").new
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(send, range(4))) == [0, 0, 0, 20]
    assert EpcisEvent.objects.count() == EventItem.objects.count() == 20
