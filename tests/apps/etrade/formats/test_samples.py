import random
import re
from decimal import Decimal

import pytest

from isthmus.apps.etrade.formats.readings import Malformed, Mapped
from isthmus.apps.etrade.formats.sample_trade import EXPORTERS, GOODS, MOST_KG, ROUTES
from isthmus.apps.etrade.formats.samples import MARK, compose_declaration, sample_declarations
from isthmus.apps.etrade.formats.wco import read_document
from isthmus.apps.etrade.formats.wco_write import write_declaration
from isthmus.apps.etrade.records import ExportDeclarationV1


@pytest.fixture(scope="module")
def records() -> list[ExportDeclarationV1]:
    readings = [read_document(data) for _, data in sample_declarations(7, 300)]
    assert all(isinstance(reading, Mapped) and reading.notes == () for reading in readings)
    return [reading.record for reading in readings if isinstance(reading, Mapped)]


def test_what_was_composed_reads_back_equal():
    source = random.Random(1)
    for serial in range(1, 101):
        record, invoice = compose_declaration(source, 1, serial)
        reading = read_document(write_declaration(record, invoice_number=invoice))
        assert isinstance(reading, Mapped)
        assert reading.record == record


def test_a_seed_gives_the_same_bytes_and_another_seed_others():
    assert sample_declarations(3, 5, malformed=2) == sample_declarations(3, 5, malformed=2)
    assert sample_declarations(3, 5)[0][1] != sample_declarations(4, 5)[0][1]
    assert sample_declarations(3, 2) == sample_declarations(3, 5)[:2]


def test_samples_cannot_be_taken_for_real_trade(records):
    for record in records:
        for name in (record.exporter_name, record.consignee_name, record.agent_name):
            assert name is not None
            assert name.endswith(MARK)
        for number in (
            record.declaration_number,
            record.local_reference,
            record.permit_number,
            record.exporter_id,
            record.agent_id,
            record.match.ucr,
            record.match.transport_document,
        ):
            assert number is not None
            assert number.startswith("SAMPLE")


def test_samples_carry_the_whole_acdd_data_set(records):
    assert {record.missing for record in records} == {()}


def test_numbers_and_file_names_are_distinct(records):
    assert len({record.declaration_number for record in records}) == len(records)
    names = [name for name, _ in sample_declarations(7, 40, malformed=10)]
    assert len(set(names)) == 50
    assert all(re.fullmatch(r"SAMPLE-MM-7-\d{5}(-[a-z-]+)?\.xml", name) for name in names)


def test_the_trade_is_plausible(records):
    modes = {route.discharge: route.mode for route in ROUTES}
    for record in records:
        match = record.match
        assert (record.export_country, record.destination_country) == ("MM", "CN")
        assert record.transport_mode == modes[record.port_of_discharge]
        assert (match.plate is not None) == (record.transport_mode == "3")
        assert (match.containers is not None) == (record.transport_mode == "1")
        assert 0 < Decimal(match.net_kg) < Decimal(match.gross_kg)
        assert Decimal(match.net_kg) <= MOST_KG[record.transport_mode]
        assert match.packages >= 1
        assert record.lodged_on <= record.accepted_on < record.departure_date
        assert {item.hs_version for item in record.items} == {"2022"}


def test_every_good_route_and_firm_occurs(records):
    assert {item.tariff_code for record in records for item in record.items} == {g.tariff_code for g in GOODS}
    assert {record.port_of_discharge for record in records} == {route.discharge for route in ROUTES}
    assert {record.exporter_name for record in records} == {f"{name} {MARK}" for name, _ in EXPORTERS}


def test_damaged_samples_are_refused_each_for_its_own_reason():
    files = sample_declarations(5, 3, malformed=6)
    refused = {name: read_document(data) for name, data in files[3:]}
    assert all(isinstance(reading, Malformed) for reading in refused.values())
    assert {name: reading.code for name, reading in refused.items()} == {
        "SAMPLE-MM-5-00004-cut-short.xml": "etrade.xml.not-well-formed",
        "SAMPLE-MM-5-00005-without-number.xml": "etrade.wco.fields",
        "SAMPLE-MM-5-00006-weight-in-words.xml": "etrade.wco.fields",
        "SAMPLE-MM-5-00007-with-document-type.xml": "etrade.xml.doctype",
        "SAMPLE-MM-5-00008-without-namespaces.xml": "etrade.wco.namespace",
        "SAMPLE-MM-5-00009-cut-short.xml": "etrade.xml.not-well-formed",
    }
    assert refused["SAMPLE-MM-5-00005-without-number.xml"].faults[0].message == (
        "Declaration number: it is missing."
    )
