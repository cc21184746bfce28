"""Single administrative documents of ASYCUDA World: what files have in common is read, the rest is free."""

from isthmus.apps.etrade.formats.asycuda import read_sad
from isthmus.apps.etrade.formats.mapping.choosing import read_document
from isthmus.apps.etrade.formats.readings import Malformed, Mapped, Unsupported

SAD = """<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<ASYCUDA><Export_release><Date_of_exit/></Export_release>
<Property><Sad_flow>E</Sad_flow><Nbers><Total_number_of_packages>9</Total_number_of_packages></Nbers></Property>
<Identification><Office_segment><Customs_clearance_office_code>LA01</Customs_clearance_office_code></Office_segment>
<Type><Type_of_declaration>EX</Type_of_declaration></Type>
<Registration><Serial_number>E</Serial_number><Number>77</Number><Date>11/23/26</Date></Registration></Identification>
<Traders><Exporter><Exporter_code>P1</Exporter_code><Exporter_name>Mekong Rice (Sample data)
1 River Road
Vientiane</Exporter_name></Exporter>
<Consignee><Consignee_code><null/></Consignee_code><Consignee_name>Kunming Foods (Sample data)
2 Lake Road</Consignee_name></Consignee></Traders>
<Declarant><Declarant_code>D1</Declarant_code><Reference><Number>REF-1</Number></Reference></Declarant>
<General_information><Country><Export><Export_country_code>LA</Export_country_code></Export>
<Destination><Destination_country_code>CN</Destination_country_code></Destination></Country></General_information>
<Transport><Means_of_transport>
<Border_information><Identity>AB 1234</Identity><Mode>3</Mode></Border_information>
</Means_of_transport><Delivery_terms><Code>FOB</Code></Delivery_terms></Transport>
<Valuation><Gs_Invoice><Amount_foreign_currency>1500.50</Amount_foreign_currency><Currency_code>USD</Currency_code>
</Gs_Invoice></Valuation>
<Item><Packages><Number_of_packages>8</Number_of_packages></Packages>
<Tarification><HScode><Commodity_code>10063099</Commodity_code><Precision_1>000</Precision_1></HScode>
<Extended_customs_procedure>1000</Extended_customs_procedure>
<Suppplementary_unit><Suppplementary_unit_code>KGM</Suppplementary_unit_code>
<Suppplementary_unit_quantity>1000</Suppplementary_unit_quantity></Suppplementary_unit></Tarification>
<Goods_description><Country_of_origin_code>LA</Country_of_origin_code><Description_of_goods>Rice</Description_of_goods>
</Goods_description><Previous_doc><Summary_declaration>TR-9</Summary_declaration></Previous_doc>
<Valuation_item><Weight_itm><Gross_weight_itm>1010</Gross_weight_itm><Net_weight_itm>1000</Net_weight_itm></Weight_itm>
<Item_Invoice><Amount_foreign_currency>1500.50</Amount_foreign_currency></Item_Invoice></Valuation_item></Item>
</ASYCUDA>"""


def test_an_export_is_read_whatever_its_schema_says() -> None:
    reading = read_sad(SAD.encode())
    assert isinstance(reading, Mapped)
    assert reading.notes == ()
    assert reading.record.model_dump(mode="json", exclude_none=True) == {
        "declaration_number": "LA01/2026/E77",
        "local_reference": "REF-1",
        "declaration_type": "EX",
        "accepted_on": "2026-11-23",
        "exporter_id": "P1",
        "exporter_name": "Mekong Rice (Sample data)",
        "consignee_name": "Kunming Foods (Sample data)",
        "consignee_address": "2 Lake Road",
        "agent_id": "D1",
        "transport_mode": "3",
        "export_country": "LA",
        "destination_country": "CN",
        "items": [
            {
                "number": 1,
                "hs_code": "100630",
                "hs_version": "2022",
                "tariff_code": "10063099000",
                "description": "Rice",
                "quantity": "1000",
                "unit": "KGM",
                "origin": "LA",
                "procedure": "1000",
                "net_kg": "1000",
                "gross_kg": "1010",
                "fob_value": "1500.50",
            }
        ],
        "match": {
            "net_kg": "1000",
            "gross_kg": "1010",
            "fob_value": "1500.50",
            "currency": "USD",
            "incoterm": "FOB",
            "transport_document": "TR-9",
            "plate": "AB 1234",
            "packages": 8,
        },
    }


def test_an_import_states_its_value_by_its_terms() -> None:
    document = SAD.replace(">EX<", ">IM<").replace(">FOB<", ">CIF<").replace("11/23/26", "2026-11-23")
    read = read_document(document.encode())
    assert read.adapter == "asycuda"
    (reading,) = read.readings
    assert isinstance(reading, Mapped)
    assert reading.record.record_type == "etrade.import-declaration"
    assert (reading.record.match.cif_value, reading.record.match.fob_value) == ("1500.50", None)
    assert reading.record.consigned_from == "LA"


def test_a_date_whose_order_is_not_certain_is_not_carried() -> None:
    reading = read_sad(SAD.replace("11/23/26", "3/4/26").encode())
    assert isinstance(reading, Mapped)
    assert reading.record.accepted_on is None
    assert "may be day or month first" in reading.notes[0].message


def test_what_has_no_registration_is_known_by_its_reference() -> None:
    reading = read_sad(SAD.replace("<Number>77</Number>", "<Number/>").encode())
    assert isinstance(reading, Mapped)
    assert reading.record.declaration_number == "REF-1"


def test_other_types_are_named_and_damaged_ones_refused_with_the_line() -> None:
    other = SAD.replace(">EX<", ">TR<").replace(">E</Sad_flow>", ">T</Sad_flow>")
    transit = read_sad(other.encode())
    assert isinstance(transit, Unsupported)
    assert transit.kind == "other-declaration"
    cases = (
        (b"<ASYCUDA/>", "etrade.asycuda.type"),
        (SAD[:800].encode(), "etrade.xml.not-well-formed"),
        (SAD.replace(">1000</Net_weight_itm>", ">a ton</Net_weight_itm>").encode(), "etrade.asycuda.fields"),
        (b"<!DOCTYPE ASYCUDA><ASYCUDA/>", "etrade.xml.doctype"),
    )
    for data, code in cases:
        reading = read_sad(data)
        assert isinstance(reading, Malformed)
        assert reading.code == code
        assert reading.faults[0].where.startswith("line ")
