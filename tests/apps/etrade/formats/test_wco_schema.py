import pytest

from isthmus.apps.etrade.formats.readings import Mapped, Unsupported
from isthmus.apps.etrade.formats.wco import read_document
from isthmus.apps.etrade.formats.wco_schema import MAX_FAULTS, SCHEMA_FILE, load_schema
from isthmus.kit.errors import BadInput, NotFound

# A schema of our own that knows a declaration of three elements.
SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:wco:datamodel:WCO:DEC-DMS:2"
 targetNamespace="urn:wco:datamodel:WCO:DEC-DMS:2" elementFormDefault="qualified">
<xs:element name="Declaration"><xs:complexType><xs:sequence>
<xs:element name="FunctionCode"/><xs:element name="FunctionalReferenceID"/>
<xs:element name="TypeCode"/><xs:element name="GoodsShipment"><xs:complexType><xs:sequence>
<xs:any processContents="skip" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>
</xs:sequence></xs:complexType></xs:element></xs:schema>"""


@pytest.fixture
def schema(tmp_path):
    (tmp_path / SCHEMA_FILE).write_text(SCHEMA)
    return load_schema(tmp_path)


def test_the_verdict_stands_beside_the_record(schema, declaration):
    reading = read_document(declaration(), schema=schema)
    assert isinstance(reading, Mapped)
    assert reading.schema is not None
    assert (reading.schema.valid, reading.schema.faults) == (True, ())


def test_an_invalid_declaration_is_mapped_all_the_same(schema, declaration):
    reading = read_document(declaration("<Colour>red</Colour>"), schema=schema)
    assert isinstance(reading, Mapped)
    assert reading.schema is not None
    assert not reading.schema.valid
    (fault,) = reading.schema.faults
    assert fault.where == "line 7"
    assert "Colour" in fault.message


def test_unsupported_declarations_are_judged_too(schema, declaration):
    head = "<FunctionCode>13</FunctionCode><FunctionalReferenceID>L</FunctionalReferenceID>"
    head += "<TypeCode>COR</TypeCode>"
    reading = read_document(declaration(head=head), schema=schema)
    assert isinstance(reading, Unsupported)
    assert reading.schema is not None
    assert reading.schema.valid


def test_without_a_schema_there_is_no_verdict(declaration):
    reading = read_document(declaration())
    assert isinstance(reading, Mapped)
    assert reading.schema is None


def test_the_faults_told_are_bounded(tmp_path, declaration):
    (tmp_path / SCHEMA_FILE).write_text(
        SCHEMA.replace('<xs:any processContents="skip" maxOccurs="unbounded"/>', "").replace(
            '<xs:element name="FunctionCode"/>',
            '<xs:element name="FunctionCode" maxOccurs="99" type="xs:int"/>',
        )
    )
    head = "<FunctionCode>x</FunctionCode>" * 40 + "<TypeCode>EXA</TypeCode><ID>1</ID>"
    reading = read_document(declaration(head=head), schema=load_schema(tmp_path))
    assert len(reading.schema.faults) == MAX_FAULTS


def test_a_folder_without_the_schema_is_named(tmp_path):
    with pytest.raises(NotFound, match=SCHEMA_FILE):
        load_schema(tmp_path)


@pytest.mark.parametrize("content", ["", "<not-a-schema/>", SCHEMA.replace("xs:int", "")[:-20]])
def test_a_schema_that_cannot_be_used_is_named(tmp_path, content):
    (tmp_path / SCHEMA_FILE).write_text(content)
    with pytest.raises(BadInput, match="cannot be used as a schema"):
        load_schema(tmp_path)
