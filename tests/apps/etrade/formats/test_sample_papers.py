"""The papers of the sample trade are whole, marked as samples, and about its exports."""

from datetime import date
from decimal import Decimal

import pytest

from isthmus.apps.etrade.formats.ephyto import read_certificate
from isthmus.apps.etrade.formats.readings import Mapped
from isthmus.apps.etrade.formats.sample_papers import papers_of, used_of
from isthmus.apps.etrade.formats.sample_partners import TRADES
from isthmus.apps.etrade.formats.samples import sample_exports
from isthmus.apps.etrade.records import PhytosanitaryCertificateV1

TODAY = date(2026, 11, 26)
CORRIDORS = [("cn", 60), ("th", 30), ("bd", 24)]


def exports_to(node: str, count: int):
    return [record for record, _invoice in sample_exports(2026, count, TRADES[node])]


@pytest.mark.parametrize(("node", "count"), CORRIDORS)
def test_the_phytosanitary_certificate_reads_without_a_note(node, count):
    reading = read_certificate(papers_of(exports_to(node, count), TODAY).phytosanitary)
    assert isinstance(reading, Mapped)
    assert reading.notes == ()
    record = reading.record
    assert isinstance(record, PhytosanitaryCertificateV1)
    assert record.number == f"SAMPLE-PC-{TRADES[node].country}-001"
    assert (record.issuing_country, record.importing_country) == ("MM", TRADES[node].country)
    assert record.items is not None
    assert record.items[0].botanical_name
    assert record.items[0].net_kg
    assert len(record.notes or ()) == 2


@pytest.mark.parametrize(("node", "count"), CORRIDORS)
def test_one_certificate_is_over_used_once_it_is_amended(node, count):
    papers = papers_of(exports_to(node, count), TODAY)
    issued = papers.certificates[1]
    assert (
        Decimal(papers.amended.items[0].quantity)
        < Decimal(used_of(issued))
        < Decimal(issued.items[0].quantity)
    )
    assert (papers.amended.number, papers.amended.version) == (issued.number, 2)
    assert (papers.cancelled.number, papers.cancelled.status) == (papers.certificates[2].number, "cancelled")


@pytest.mark.parametrize(("node", "count"), CORRIDORS)
def test_the_licence_is_named_by_an_export_that_it_covers_and_ends_soon(node, count):
    exports = exports_to(node, count)
    licence = papers_of(exports, TODAY).licence
    (named,) = [one for one in exports if one.permit_number == licence.number]
    assert named.items[0].hs_code.startswith(licence.items[0].hs_prefix)
    assert Decimal(named.items[0].net_kg) < Decimal(licence.items[0].quantity)
    assert licence.valid_until == "2026-12-08"


@pytest.mark.parametrize(("node", "count"), CORRIDORS)
def test_papers_cannot_be_taken_for_real_ones(node, count):
    papers = papers_of(exports_to(node, count), TODAY)
    for paper in (*papers.certificates, papers.licence, *papers.others):
        assert paper.number.startswith("SAMPLE-")
        assert "(Sample data)" in paper.model_dump_json()
