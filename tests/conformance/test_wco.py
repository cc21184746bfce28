"""All 448 published example messages of a customs system that speaks WCO Data Model 3.6.

They are real in shape and in their mistakes: none may be lost, and none may be read as what it is not.
"""

import csv
import os
import re
from collections import Counter
from pathlib import Path

import pytest

from isthmus.apps.etrade.formats.readings import Malformed, Mapped, Reading, Unsupported
from isthmus.apps.etrade.formats.sample_trade import GOODS, ROUTES
from isthmus.apps.etrade.formats.samples import sample_declarations
from isthmus.apps.etrade.formats.wco import read_document
from isthmus.apps.etrade.formats.wco_schema import load_schema
from isthmus.apps.etrade.records import DeclarationEventV1, ExportDeclarationV1, ImportDeclarationV1

DATA = Path(os.environ.get("ISTHMUS_CONFORMANCE_DATA") or "/nonexistent")
pytestmark = pytest.mark.skipif(
    not (DATA / "wco" / "examples").is_dir(),
    reason="ISTHMUS_CONFORMANCE_DATA names no folder with wco/examples in it",
)


@pytest.fixture(scope="module")
def readings() -> dict[str, Reading]:
    root = DATA / "wco" / "examples"
    schema = load_schema(DATA / "wco" / "schemas" / "declaration")
    return {
        str(path.relative_to(root)).removeprefix("annotated_XML_samples/"): read_document(
            path.read_bytes(), schema=schema
        )
        for path in sorted(root.rglob("*.xml"))
    }


@pytest.fixture(scope="module")
def records(readings: dict[str, Reading]) -> dict[str, ExportDeclarationV1]:
    return {
        name: reading.record
        for name, reading in readings.items()
        if isinstance(reading, Mapped) and isinstance(reading.record, ExportDeclarationV1)
    }


@pytest.fixture(scope="module")
def imports(readings: dict[str, Reading]) -> dict[str, ImportDeclarationV1]:
    return {
        name: reading.record
        for name, reading in readings.items()
        if isinstance(reading, Mapped) and isinstance(reading.record, ImportDeclarationV1)
    }


def test_every_message_gets_its_verdict(readings):
    verdicts = Counter(
        reading.kind
        if isinstance(reading, Unsupported)
        else type(reading.record if isinstance(reading, Mapped) else reading).__name__
        for reading in readings.values()
    )
    assert verdicts == {
        "ExportDeclarationV1": 33,
        "ImportDeclarationV1": 131,
        "DeclarationEventV1": 135,
        "Malformed": 5,
        "notification": 107,
        "movement-request": 10,
        "amendment-request": 9,
        "movement-response": 6,
        "presentation-notification": 3,
        "cancellation-request": 2,
        "consolidation-request": 2,
        "declaration-status": 2,
        "goods-arrival": 2,
        "file-upload-request": 1,
    }
    assert sum(verdicts.values()) == 448


def test_the_malformed_are_refused_by_name_and_line(readings):
    refused = {
        name: (reading.code, [fault.where for fault in reading.faults])
        for name, reading in readings.items()
        if isinstance(reading, Malformed)
    }
    assert refused == {
        "TT_EX022a/TT_EX022a_Declaration1_(Step1).xml": ("etrade.xml.not-well-formed", ["line 52"]),
        "TT_IM084a/TT_IM084a.xml": ("etrade.xml.not-well-formed", ["line 164"]),
        "TT_IM117a/01_DMSACC.xml": ("etrade.wco.namespace", ["line 2"]),
        "TT_IM222a/Step1_TT_IM222a.xml": ("etrade.wco.namespace", ["line 2"]),
        "example_submission_declaration_400.xml": ("etrade.wco.type", ["line 10"]),
    }


def test_what_is_mapped_lies_where_exports_lie(records):
    elsewhere = [name for name in records if not name.startswith("TT_EX")]
    assert elsewhere == ["CUS_Code/New_Export_CUS_Code_Sample.xml"]
    assert Counter(record.declaration_type for record in records.values()) == {
        "EXD": 12,
        "EXA": 11,
        "EXK": 3,
        "EXJ": 2,
        "COD": 1,
        "EXC": 1,
        "EXE": 1,
        "EXY": 1,
        "EXZ": 1,
    }


def test_each_export_has_a_number_of_its_own(records):
    assert len({record.declaration_number for record in records.values()}) == len(records)


def test_the_schema_agrees_with_every_declaration_it_can_judge(readings):
    verdicts = Counter(
        (type(reading).__name__, reading.schema.valid)
        for reading in readings.values()
        if not isinstance(reading, Malformed) and reading.schema is not None
    )
    assert verdicts == {("Mapped", True): 162, ("Unsupported", True): 14}


def test_notifications_are_the_events_that_their_codes_prove(readings):
    told = Counter(
        reading.record.event
        for reading in readings.values()
        if isinstance(reading, Mapped) and isinstance(reading.record, DeclarationEventV1)
    )
    assert told == {
        "release": 57,
        "accept": 55,
        "lodge": 13,
        "hold": 4,
        "amend": 3,
        "exit": 2,
        "cancel": 1,
    }


def test_a_cancellation_is_what_customs_says_and_not_what_is_asked_for(readings):
    asked = sorted(
        reading.reason
        for reading in readings.values()
        if isinstance(reading, Unsupported) and reading.kind == "cancellation-request"
    )
    assert [reason.partition(", which becomes no record")[0] for reason in asked] == [
        "This is a request to cancel a declaration, 24GBA4ZYBWXU1BSA00",
        "This is a request to cancel a declaration, 25GB53T2CGAY90LAA1",
    ]
    assert all("what customs decides comes as a notification" in reason for reason in asked)
    (said,) = (
        reading.record
        for reading in readings.values()
        if isinstance(reading, Mapped)
        and isinstance(reading.record, DeclarationEventV1)
        and reading.record.event == "cancel"
    )
    assert (said.declaration_number, said.occurred_at) == ("20GB0NKQGSX2IX8PR5", "2020-01-17T13:30:13Z")


def test_imports_state_their_figures(imports):
    assert len(imports) == 131
    assert Counter(record.declaration_type[:2] for record in imports.values()) == {"IM": 127, "CO": 4}
    assert sum(record.match.net_kg is not None for record in imports.values()) > 100
    assert sum(bool(record.match.cif_value or record.match.fob_value) for record in imports.values()) > 60
    assert all(record.match.currency for record in imports.values() if record.match.cif_value)


def test_what_these_declarations_lack_is_listed(records):
    lacking = Counter(element for record in records.values() for element in record.missing)
    assert lacking["Departure date"] == lacking["Port of discharge"] == lacking["Exporter name"] == 33
    assert lacking["Permit number"] == 30
    assert lacking["Exporter identifier"] == 1


def test_notes_name_what_was_not_carried(readings):
    notes = {
        (name, note.where): note.message
        for name, reading in readings.items()
        if isinstance(reading, Mapped) and isinstance(reading.record, ExportDeclarationV1)
        for note in reading.notes
    }
    assert notes == {
        ("TT_EX013b/TT_EX013b.xml", "line 202"): (
            "Permit number: 1 more on the document, not carried: GBOGE920002-00001."
        ),
        ("TT_EX040a/TT_EX040a_Step1.xml", "line 207"): (
            "Consignee name: the items go to different consignees, so none is stated."
        ),
        ("TT_EX046a/TT_EX046a.xml", "line 37"): (
            "Packages: the items add up to 1000, the declaration states 10."
        ),
        ("TT_EX049a/Step1_TT_EX049a.xml", "line 36"): (
            "Packages: the items add up to 1000, the declaration states 10."
        ),
        ("TT_EX051a/Step1_TT_EX051a.xml", "line 37"): (
            "Packages: the items add up to 10, the declaration states 25."
        ),
        ("TT_EX055a/DIS_Report/TT_EX055a_DIS_Report.xml", "line 36"): (
            "Packages: the items add up to 1000, the declaration states 10."
        ),
        ("TT_EX055a/Step1_TT_EX055a.xml", "line 31"): (
            "Packages: the items add up to 1000, the declaration states 10."
        ),
    }


# Three documents read by eye, value by value.


def stated(record: ExportDeclarationV1) -> dict[str, object]:
    return record.model_dump(mode="json", exclude_none=True)


def test_a_declaration_of_two_items_by_air_to_japan(records):
    assert stated(records["TT_EX039a/TT_EX039a.xml"]) == {
        "declaration_number": "78462848820232108",
        "local_reference": "78462848820232108",
        "declaration_type": "EXD",
        "exporter_id": "GB427168118378",
        "consignee_name": "Packings Import Incorporated",
        "consignee_address": "1 Bags Avenue, Tokyo, JP1 234, JP",
        "transport_mode": "4",
        "export_country": "GB",
        "destination_country": "JP",
        "items": [
            {
                "number": 1,
                "hs_code": "460219",
                "tariff_code": "46021910",
                "description": "Straw envelopes for bottles, made of certified straw in wraps of 1000",
                "procedure": "2300",
                "net_kg": "5",
                "gross_kg": "10",
                "fob_value": "600",
            },
            {
                "number": 2,
                "hs_code": "830590",
                "tariff_code": "83059000",
                "description": "Fittings for loose-leaf binders or files, Others including parts",
                "procedure": "1040",
                "net_kg": "5",
                "gross_kg": "10",
                "fob_value": "130",
            },
        ],
        "match": {
            "net_kg": "10",
            "gross_kg": "20",
            "fob_value": "730",
            "currency": "GBP",
            "containers": ["Container123"],
            "ucr": "3GB551990222361-VOS2108",
            "packages": 20,
        },
    }


def test_a_declaration_inside_a_customs_answer(records):
    assert stated(records["TT_EX055a/DIS_Report/TT_EX055a_DIS_Report.xml"]) == {
        "declaration_number": "25GB63BM2TSVKL2AA5",
        "local_reference": "U.7849431GTAOS",
        "declaration_type": "EXA",
        "procedure": "1040",
        "permit_number": "116/2009",
        "accepted_on": "2025-06-03",
        "exporter_id": "XI427168118378",
        "consignee_name": "Packings Import Incorporated",
        "consignee_address": "1 Bags Avenue, Tokyo, JP1 234, JP",
        "agent_id": "XI150454489082",
        "transport_mode": "4",
        "export_country": "GB",
        "destination_country": "JP",
        "items": [
            {
                "number": 1,
                "hs_code": "290376",
                "hs_version": "2022",
                "tariff_code": "29037690",
                "description": "ttcertexCheck",
                "procedure": "1040",
                "net_kg": "500.0",
                "gross_kg": "1000.0",
                "fob_value": "60000.0",
            }
        ],
        "match": {
            "net_kg": "500.0",
            "gross_kg": "1000.0",
            "fob_value": "60000.0",
            "currency": "GBP",
            "containers": ["Container123"],
            "ucr": "5GB395784431192-STBYCM8",
            "packages": 1000,
        },
    }


def test_a_clearance_request_that_states_no_tariff_code_or_weight(records):
    assert stated(records["TT_EX007a/TT_EX007a.xml"]) == {
        "declaration_number": "EX_3.6_TC07_1603PW01",
        "local_reference": "EX_3.6_TC07_1603PW01",
        "declaration_type": "EXK",
        "procedure": "0012",
        "lodged_on": "2021-03-16",
        "exporter_id": "GB427168118378",
        "consignee_name": "Mr Consignee",
        "consignee_address": "Tokyo, Ota City, 144-0041, JP",
        "agent_id": "GB150454489082",
        "transport_mode": "4",
        "destination_country": "JP",
        "items": [{"number": 1, "description": "Paper Envelopes", "procedure": "0012"}],
        "match": {"ucr": "1GB427168118378-1603PW01", "packages": 1},
    }


def test_our_samples_keep_to_the_schema_but_for_the_port_of_discharge():
    schema = load_schema(DATA / "wco" / "schemas" / "declaration")
    for _, data in sample_declarations(1, 50):
        reading = read_document(data, schema=schema)
        assert isinstance(reading, Mapped)
        assert reading.schema is not None
        (fault,) = reading.schema.faults
        assert "UnloadingLocation': This element is not expected." in fault.message
        bare = re.sub(rb"\s*<UnloadingLocation>.*?</UnloadingLocation>", b"", data, flags=re.DOTALL)
        without = read_document(bare, schema=schema)
        assert isinstance(without, Mapped)
        assert without.schema is not None
        assert without.schema.valid
        assert without.record.port_of_discharge is None


def test_our_samples_name_real_headings_and_ports():
    with (DATA / "hs" / "harmonized-system.csv").open(encoding="utf-8") as file:
        headings = {row["hscode"] for row in csv.DictReader(file)}
    assert {good.tariff_code[:6] for good in GOODS} <= headings
    with (DATA / "unlocode" / "cn.csv").open(encoding="utf-8") as file:
        ports = {row["value"] for row in csv.DictReader(file)}
    assert {route.discharge for route in ROUTES} <= ports


class TestScenarios:
    """Messages of one declaration, taken by a node in every order of arrival, end in the same state."""

    def end(self, folder: str, direction: str, order: int, *, at_once: bool) -> tuple[str, int]:
        from isthmus.accounts.models import Organisation
        from isthmus.apps.etrade.models import Declaration
        from isthmus.apps.etrade.services import take_document
        from isthmus.apps.etrade.services.portions import Handed, take_documents

        organisation = Organisation.objects.create(code="customs", name="Customs", kind="ministry")
        place = DATA / "wco" / "examples" / "annotated_XML_samples" / folder
        files = sorted(place.rglob("*.xml"))
        files = files[order:] + files[:order] if order < 3 else files[::-1]
        handed = [Handed(path.name, path.read_bytes()) for path in files]
        if at_once:
            take_documents(handed, organisation=organisation, actor="test")
        else:
            for one in handed:
                take_document(one.name, one.content, organisation=organisation, actor="test")
        found = Declaration.objects.get(direction=direction)
        return found.state, found.events.count()

    @pytest.mark.django_db
    @pytest.mark.parametrize("at_once", [False, True], ids=["one by one", "at once"])
    @pytest.mark.parametrize("order", range(4))
    @pytest.mark.parametrize(
        ("folder", "direction", "state", "events"),
        [
            ("TT_EX026a", "export", "exited", 4),
            ("TT_EX025a", "export", "accepted", 2),
            ("TT_IM001a", "import", "released", 2),
            ("TT_IM017a", "import", "released", 6),
        ],
    )
    def test_any_order_ends_alike(self, node, folder, direction, state, events, order, at_once):
        assert self.end(folder, direction, order, at_once=at_once) == (state, events)
