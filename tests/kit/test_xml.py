"""The guard before every XML document from outside; its cases stand beside E-Trade's readers."""

import pytest

from isthmus.kit.errors import BadInput
from isthmus.kit.xml import line_of, parse_xml


def test_a_document_is_read_without_its_comments():
    root = parse_xml(b"<a>\n<!-- not this --><b/></a>")
    assert [(child.tag, line_of(child)) for child in root] == [("b", 2)]


@pytest.mark.parametrize(
    ("codes", "code"), [({}, "xml.doctype"), ({"codes": "excise.xml"}, "excise.xml.doctype")]
)
def test_a_refusal_has_the_codes_of_whoever_reads(codes: dict[str, str], code: str):
    with pytest.raises(BadInput) as refused:
        parse_xml(b"<!DOCTYPE a><a/>", **codes)
    assert refused.value.code == code
    assert refused.value.faults[0].where == "line 1"
