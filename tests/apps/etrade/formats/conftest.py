"""A small declaration in the WCO format, written for these tests, with places to change it."""

from collections.abc import Callable

import pytest

ENVELOPE = """<md:MetaData xmlns="urn:wco:datamodel:WCO:DEC-DMS:2"
 xmlns:md="urn:wco:datamodel:WCO:DocumentMetaData-DMS:2"
 xmlns:ds="urn:wco:datamodel:WCO:Declaration_DS:DMS:2"><md:WCOTypeName>DEC</md:WCOTypeName>
<Declaration>
{head}
<GoodsShipment>
{shipment}
{items}
</GoodsShipment>
</Declaration>
</md:MetaData>
"""
HEAD = """<FunctionCode>9</FunctionCode>
<FunctionalReferenceID>LRN-1</FunctionalReferenceID>
<TypeCode>EXA</TypeCode>"""
ITEM = "<GovernmentAgencyGoodsItem><SequenceNumeric>1</SequenceNumeric></GovernmentAgencyGoodsItem>"


@pytest.fixture
def declaration() -> Callable[..., bytes]:
    """Makes the bytes of a declaration; ``more`` is added to its head."""

    def make(more: str = "", *, head: str = HEAD, shipment: str = "", items: str = ITEM) -> bytes:
        return ENVELOPE.format(head=head + more, shipment=shipment, items=items).encode()

    return make


@pytest.fixture
def item() -> Callable[..., str]:
    """Makes one goods item from its number and content."""

    def make(content: str = "", number: str = "1") -> str:
        return (
            f"<GovernmentAgencyGoodsItem><SequenceNumeric>{number}</SequenceNumeric>"
            f"{content}</GovernmentAgencyGoodsItem>"
        )

    return make
