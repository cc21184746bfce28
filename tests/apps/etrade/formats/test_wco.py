import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.etrade.formats.readings import Malformed, Mapped, Unsupported
from isthmus.apps.etrade.formats.samples import sample_declarations
from isthmus.apps.etrade.formats.wco import read_document
from isthmus.apps.etrade.records import ImportDeclarationV1

SOUND = sample_declarations(1, 1)[0][1]
DEC = "urn:wco:datamodel:WCO:DEC-DMS:2"
MOVE = "http://gov.uk/customs/inventoryLinking/v1"
STATUS = "http://gov.uk/customs/declarationInformationRetrieval/status/v2"
ARRIVE = "http://gov.uk/customs/inventoryLinkingImport/v1"


def kind(data: bytes) -> str:
    reading = read_document(data)
    assert isinstance(reading, Unsupported), reading
    assert reading.reason.endswith(".")
    return reading.kind


def fault(data: bytes) -> tuple[str, str]:
    reading = read_document(data)
    assert isinstance(reading, Malformed), reading
    return reading.code, f"{reading.faults[0].where}: {reading.faults[0].message}"


def head(type_code: str, function: str = "<FunctionCode>9</FunctionCode>") -> str:
    return f"{function}<FunctionalReferenceID>LRN-1</FunctionalReferenceID><TypeCode>{type_code}</TypeCode>"


def procedure(code: str) -> str:
    return (
        "<GovernmentAgencyGoodsItem><SequenceNumeric>1</SequenceNumeric><GovernmentProcedure>"
        f"<CurrentCode>{code}</CurrentCode></GovernmentProcedure></GovernmentAgencyGoodsItem>"
    )


@pytest.mark.parametrize("type_code", ["EXA", "EXK", "EXZ", "exd"])
def test_declarations_of_type_ex_are_exports(declaration, type_code):
    reading = read_document(declaration(head=head(type_code)))
    assert isinstance(reading, Mapped)
    assert reading.record.declaration_type == type_code.upper()
    assert reading.record.declaration_number == "LRN-1"


def test_a_declaration_without_a_function_code_is_taken_for_an_original(declaration):
    assert isinstance(read_document(declaration(head=head("EXA", ""))), Mapped)


def test_declarations_with_special_territories_go_by_their_procedure(declaration):
    assert isinstance(read_document(declaration(head=head("COD"), items=procedure("10"))), Mapped)
    coming = read_document(declaration(head=head("COA"), items=procedure("40")))
    assert isinstance(coming, Mapped)
    assert isinstance(coming.record, ImportDeclarationV1)
    assert fault(declaration(head=head("COA"))) == (
        "etrade.wco.type",
        "line 5: “COA” does not tell whether goods leave or come in.",
    )


@pytest.mark.parametrize(
    ("type_code", "function", "name"),
    [
        ("COR", "13", "amendment-request"),
        ("INV", "13", "cancellation-request"),
        ("GPR", "13", "presentation-notification"),
        ("EXA", "5", "other-request"),
    ],
)
def test_other_messages_about_declarations_are_named(declaration, type_code, function, name):
    data = declaration(head=head(type_code, f"<FunctionCode>{function}</FunctionCode>"))
    assert kind(data) == name


@pytest.mark.parametrize(
    ("document", "name"),
    [
        (f'<m:inventoryLinkingMovementRequest xmlns:m="{MOVE}"/>', "movement-request"),
        (f'<m:inventoryLinkingConsolidationRequest xmlns:m="{MOVE}"/>', "consolidation-request"),
        (f'<m:inventoryLinkingImportsGoodsArrival xmlns:m="{ARRIVE}"/>', "goods-arrival"),
        (f'<m:InventoryLinkingImportsValidateMovementResponse xmlns:m="{ARRIVE}"/>', "movement-response"),
        ('<FileUploadRequest xmlns="hmrc:fileupload"/>', "file-upload-request"),
        (f'<s:DeclarationStatusResponse xmlns:s="{STATUS}"/>', "declaration-status"),
        ("<MetaData><Response><FunctionCode>01</FunctionCode></Response></MetaData>", "notification"),
        ("<MetaData><Response/></MetaData>", "notification"),
        ("<html><body/></html>", "unknown-document"),
        ("<FooResponse/>", "unknown-document"),
    ],
)
def test_other_documents_are_named_by_their_root(document, name):
    assert kind(document.encode()) == name


def test_a_notification_says_what_it_notifies_of():
    document = "<MetaData><Response><FunctionCode>{}</FunctionCode></Response></MetaData>"
    said = [read_document(document.format(code).encode()).reason for code in ("09", "77")]
    assert said == [
        "This is a customs notification that names no declaration: cleared.",
        "This is a customs notification that proves no state: code 77.",
    ]


@pytest.mark.parametrize(
    ("document", "line"),
    [
        ("<_2MetaData><Response/></_2MetaData>", "line 1: <_2MetaData> stands in no namespace"),
        ('<MetaData>\n<Declaration xmlns="urn:x"/></MetaData>', "line 2: <Declaration> stands in urn:x"),
        (
            '<mdMetaData xmlns="urnwcodatamodelWCODEC-DMS2"/>',
            "line 1: <mdMetaData> stands in urnwcodatamodelWCODEC-DMS2",
        ),
        ("<box>\n<Declaration/></box>", "line 2: <Declaration> stands in no namespace"),
        ('<Declaration xmlns="urn:elsewhere"/>', "line 1: <Declaration> stands in urn:elsewhere"),
    ],
)
def test_damaged_namespaces_are_refused(document, line):
    code, said = fault(document.encode())
    assert code == "etrade.wco.namespace"
    assert said.startswith(line)


def test_a_declaration_without_a_type_is_refused():
    assert fault(f'<Declaration xmlns="{DEC}"><unknown/></Declaration>'.encode()) == (
        "etrade.wco.type",
        "line 1: The declaration states no type, such as EXA.",
    )


def bare(namespace: str, content: str = "") -> str:
    return (
        f'<d:Declaration xmlns:d="{namespace}"><d:ID>MRN-9</d:ID>'
        f"<d:TypeCode>EXA</d:TypeCode>{content}<d:GoodsShipment><d:GovernmentAgencyGoodsItem>"
        "<d:SequenceNumeric>1</d:SequenceNumeric></d:GovernmentAgencyGoodsItem></d:GoodsShipment></d:Declaration>"
    )


def submission(inner: str) -> str:
    return (
        '<v1:submitDeclarationRequest xmlns:v1="http://uk/gov/hmrc/mdg/declarationmanagement/'
        'submitdeclaration/request/schema/v1"><v1:requestDetail><md:MetaData '
        f'xmlns:md="urn:wco:datamodel:WCO:DocumentMetaData-DMS:2">{inner}</md:MetaData>'
        "</v1:requestDetail></v1:submitDeclarationRequest>"
    )


def retrieval(*details: str) -> str:
    return (
        '<p:DeclarationFullResponse xmlns:p="http://gov.uk/customs/FullDeclarationDataRetrievalService">'
        + "".join(f"<p:FullDeclarationDataDetails>{one}</p:FullDeclarationDataDetails>" for one in details)
        + "</p:DeclarationFullResponse>"
    )


RETRIEVED = bare("http://gov.uk/customs/FullDeclarationDataRetrievalService").replace(
    "<d:ID>MRN-9</d:ID>", ""
)


@pytest.mark.parametrize(
    "document",
    [
        bare(DEC),
        submission(bare(DEC)),
        retrieval(
            "<p:HighLevelSummaryDetails><p:MRN>MRN-9</p:MRN></p:HighLevelSummaryDetails>"
            f"<p:FullDeclarationObject>{RETRIEVED}</p:FullDeclarationObject>"
        ),
    ],
    ids=["bare", "submission", "retrieval"],
)
def test_the_envelope_does_not_matter(document):
    reading = read_document(document.encode())
    assert isinstance(reading, Mapped)
    assert reading.record.declaration_number == "MRN-9"


def test_a_retrieval_of_nothing_or_of_several_is_named():
    whole = f"<p:FullDeclarationObject>{RETRIEVED}</p:FullDeclarationObject>"
    assert kind(retrieval(whole, whole).encode()) == "several-declarations"
    assert kind(retrieval("").encode()) == "unknown-document"


@given(st.binary(max_size=300))
def test_any_bytes_get_a_reading(data):
    assert isinstance(read_document(data), Mapped | Unsupported | Malformed)


@given(st.integers(0, len(SOUND) - 1), st.binary(max_size=4), st.integers(0, 40))
def test_a_damaged_declaration_gets_a_reading(at, instead, gone):
    reading = read_document(SOUND[:at] + instead + SOUND[at + gone :])
    assert isinstance(reading, Mapped | Unsupported | Malformed)
    if isinstance(reading, Malformed):
        assert all(fault.where.startswith("line ") and fault.message for fault in reading.faults)
