import json

from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.etrade.formats.readings import Mapped
from isthmus.apps.etrade.formats.wco import read_document
from isthmus.apps.etrade.formats.wco_write import write_declaration
from isthmus.apps.etrade.records import DeclaredItemV1, ExportDeclarationV1, ImportDeclarationV1, MatchBlockV1

words = st.from_regex(r"\A[A-Za-z0-9<&\"'>က-အ瑞é]([A-Za-z0-9<&\"'> .,/-]{0,20}[A-Za-z0-9>])?\Z").filter(
    lambda text: "  " not in text
)
figures = st.from_regex(r"\A(0|[1-9][0-9]{0,9})(\.[0-9]{1,6})?\Z")
days = st.dates().map(lambda day: day.isoformat())
maybe = st.none()


@st.composite
def items(draw: st.DrawFn) -> DeclaredItemV1:
    tariff_code = draw(maybe | st.from_regex(r"\A[0-9]{6,14}\Z"))
    quantity = draw(maybe | figures)
    return DeclaredItemV1(
        number=1,
        tariff_code=tariff_code,
        hs_code=tariff_code[:6] if tariff_code else None,
        hs_version="2022" if tariff_code else None,
        description=draw(maybe | words),
        quantity=quantity,
        unit=draw(maybe | st.sampled_from(["KGM", "TNE", "H87"])) if quantity else None,
        origin=draw(maybe | st.sampled_from(["MM", "CN"])),
        procedure=draw(maybe | st.sampled_from(["10", "1040", "2300"])),
        net_kg=draw(maybe | figures),
        gross_kg=draw(maybe | figures),
        fob_value=draw(maybe | figures),
    )


@st.composite
def declarations(draw: st.DrawFn) -> ExportDeclarationV1:
    """Declarations of one item, so that its figures are the totals."""
    item = draw(items())
    return ExportDeclarationV1(
        declaration_number=draw(words),
        local_reference=draw(maybe | words),
        declaration_type=draw(st.sampled_from(["EX", "EXA", "EXD"])),
        procedure=item.procedure,
        permit_number=draw(maybe | words),
        accepted_on=draw(maybe | days),
        lodged_on=draw(maybe | days),
        departure_date=draw(maybe | days),
        exporter_id=draw(maybe | words),
        exporter_name=draw(maybe | words),
        consignee_id=draw(maybe | words),
        consignee_name=draw(maybe | words),
        consignee_address=draw(maybe | words),
        agent_id=draw(maybe | words),
        agent_name=draw(maybe | words),
        transport_mode=draw(maybe | st.sampled_from("123456789")),
        port_of_discharge=draw(maybe | words.map(str.upper)),
        export_country=draw(maybe | st.just("MM")),
        destination_country=draw(maybe | st.just("CN")),
        items=(item,),
        match=MatchBlockV1(
            net_kg=item.net_kg,
            gross_kg=item.gross_kg,
            fob_value=item.fob_value,
            currency="USD" if item.fob_value else None,
            incoterm=draw(maybe | st.sampled_from(["FOB", "CIF"])),
            transport_document=draw(maybe | words),
            containers=draw(maybe | st.lists(words, min_size=1, max_size=3, unique=True).map(tuple)),
            plate=draw(maybe | words),
            ucr=draw(maybe | words),
            packages=draw(maybe | st.integers(0, 99_999_999)),
        ),
    )


@given(declarations())
def test_what_is_written_reads_back_equal(declaration):
    reading = read_document(write_declaration(declaration), hs_edition="2022")
    assert isinstance(reading, Mapped), reading
    expected = declaration
    if expected.local_reference == expected.declaration_number or expected.local_reference is None:
        # One number alone has one place in the document.
        expected = expected.model_copy(update={"local_reference": reading.record.local_reference})
    assert reading.record == expected
    assert reading.notes == ()


@given(declarations(), st.sampled_from(["cif", "fob", "none"]), maybe | words, maybe | st.just("LA"))
def test_an_import_reads_back_equal_but_for_what_has_no_place(export, valued, previous, consigned):
    content = export.model_dump(mode="json")
    (item,), match = content["items"], content["match"]
    value, content["declaration_type"] = item["fob_value"], "IMA"
    item["procedure"] = content["procedure"] = "4000"
    for part in (item, match):
        part["cif_value"] = value if valued == "cif" else None
        part["fob_value"] = value if valued == "fob" else None
    match["incoterm"] = "FOB" if valued == "fob" else match["incoterm"]
    match["currency"] = "USD" if value and valued != "none" else None
    content |= {"previous_document": previous, "consigned_from": consigned, "export_country": consigned}
    record = ImportDeclarationV1.model_validate_json(json.dumps(content))
    written = write_declaration(record.model_copy(update={"arrival_date": "2026-04-01"}))
    reading = read_document(written, hs_edition="2022")
    assert isinstance(reading, Mapped), reading
    known = record.local_reference not in (None, record.declaration_number)
    update = {} if known else {"local_reference": reading.record.local_reference}
    assert reading.record == record.model_copy(update=update)
    assert reading.notes == ()


def test_an_import_without_a_type_is_written_as_one_and_the_country_of_consignment_comes_first():
    record = ImportDeclarationV1.model_validate(
        {
            "declaration_number": "CN-I-1",
            "export_country": "MM",
            "consigned_from": "LA",
            "items": [{"number": 1, "procedure": "4000", "fob_value": "5"}],
            "match": {"incoterm": "CIF", "currency": "USD"},
        }
    )
    reading = read_document(write_declaration(record))
    assert isinstance(reading, Mapped)
    found = reading.record
    assert isinstance(found, ImportDeclarationV1)
    assert (found.declaration_type, found.consigned_from, found.export_country) == ("IM", "LA", "LA")
    assert found.items[0].fob_value is None


def test_the_document_is_plain_indented_utf_8():
    record = ExportDeclarationV1(
        declaration_number="၁", local_reference="၁", items=(DeclaredItemV1(number=1, net_kg="1.50"),)
    )
    assert write_declaration(record, invoice_number="INV-1").decode() == (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        '<md:MetaData xmlns="urn:wco:datamodel:WCO:DEC-DMS:2" '
        'xmlns:md="urn:wco:datamodel:WCO:DocumentMetaData-DMS:2" '
        'xmlns:ds="urn:wco:datamodel:WCO:Declaration_DS:DMS:2">\n'
        "  <md:WCODataModelVersionCode>3.6</md:WCODataModelVersionCode>\n"
        "  <md:WCOTypeName>DEC</md:WCOTypeName>\n"
        "  <Declaration>\n"
        "    <FunctionCode>9</FunctionCode>\n"
        "    <FunctionalReferenceID>၁</FunctionalReferenceID>\n"
        "    <TypeCode>EX</TypeCode>\n"
        "    <GoodsItemQuantity>1</GoodsItemQuantity>\n"
        "    <GoodsShipment>\n"
        "      <GovernmentAgencyGoodsItem>\n"
        "        <SequenceNumeric>1</SequenceNumeric>\n"
        "        <Commodity>\n"
        "          <GoodsMeasure>\n"
        '            <NetNetWeightMeasure unitCode="KGM">1.50</NetNetWeightMeasure>\n'
        "          </GoodsMeasure>\n"
        "        </Commodity>\n"
        "      </GovernmentAgencyGoodsItem>\n"
        "      <Invoice>\n"
        "        <ID>INV-1</ID>\n"
        "      </Invoice>\n"
        "    </GoodsShipment>\n"
        "  </Declaration>\n"
        "</md:MetaData>\n"
    )
