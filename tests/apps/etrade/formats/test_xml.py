import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from isthmus.apps.etrade.formats.xml import MAX_BYTES, line_of, parse_xml
from isthmus.kit.errors import BadInput


def refusal(data: bytes) -> tuple[str, str, str]:
    with pytest.raises(BadInput) as caught:
        parse_xml(data)
    (fault,) = caught.value.faults
    return caught.value.code, fault.where, fault.message


@pytest.mark.parametrize(
    "data",
    [
        "<a>ကျပ်</a>".encode(),
        b"\xef\xbb\xbf<?xml version='1.0' encoding='UTF-8'?>\r\n" + "<a>ကျပ်</a>".encode(),
        "\ufeff<?xml version='1.0' encoding='UTF-16'?><a>ကျပ်</a>".encode("utf-16-le"),
        "\ufeff<a>ကျပ်</a>".encode("utf-16-be"),
        "<?xml version='1.0'?><!-- note --><?hint x?>\n<a>ကျပ်</a><!-- end -->".encode(),
        "<a>ကျ<!-- in the middle -->ပ်</a>".encode(),
    ],
)
def test_text_is_read_in_the_encodings_that_systems_write(data):
    assert parse_xml(data).text == "ကျပ်"


@pytest.mark.parametrize(("name", "text"), [("GBK", "瑞丽"), ("gb18030", "瑞丽"), ("ISO-8859-1", "é")])
def test_a_declared_encoding_is_believed(name, text):
    data = f'<?xml version="1.0" encoding="{name}"?><a>{text}</a>'.encode(name)
    assert parse_xml(data).text == text


@pytest.mark.parametrize(
    "data",
    [
        b"<!DOCTYPE a><a/>",
        b"<?xml version='1.0'?>\n\n<!DOCTYPE a SYSTEM 'http://127.0.0.1:1/a.dtd'><a/>",
        b"<!-- <!DOCTYPE --> <?x ?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
        b"<!DOCTYPE a [<!ENTITY x 'ha'><!ENTITY y '&x;&x;'><!ENTITY z '&y;&y;'>]><a b='&z;'/>",
        "\ufeff<!DOCTYPE a><a/>".encode("utf-16-le"),
        b"<!ENTITY x 'y'><a/>",
    ],
)
def test_a_document_type_declaration_is_refused_whatever_it_says(data):
    assert refusal(data)[0] == "etrade.xml.doctype"


def test_the_refusal_names_the_line_of_the_document_type():
    assert refusal(b"<?xml version='1.0'?>\n<!-- a\nb -->\n<!DOCTYPE a><a/>")[1] == "line 4"


def test_a_document_type_inside_a_comment_or_text_is_only_text():
    assert parse_xml(b"<!-- <!DOCTYPE a> --><a><![CDATA[<!DOCTYPE a>]]></a>").text == "<!DOCTYPE a>"


def test_a_billion_laughs_are_not_laughed():
    levels = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
    data = f"<!DOCTYPE a [<!ENTITY l0 'ha'>{levels}]><a>&l9;</a>".encode()
    assert refusal(data)[0] == "etrade.xml.doctype"


def test_entities_other_than_the_five_are_unknown():
    assert parse_xml(b"<a>&lt;&amp;&#65;</a>").text == "<&A"
    code, where, message = refusal(b"<a>\n&goods;</a>")
    assert (code, where) == ("etrade.xml.not-well-formed", "line 2")
    assert "goods" in message


def test_nothing_is_included_from_elsewhere():
    data = (
        b"""<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/passwd" parse="text"/></a>"""
    )
    root = parse_xml(data)
    assert "".join(str(part) for part in root.itertext()) == ""


@pytest.mark.parametrize("depth", [65, 300, 3000])
def test_deep_nesting_is_refused(depth):
    assert refusal(b"<a>" * depth + b"</a>" * depth)[0] == "etrade.xml.depth"


def test_sixty_four_levels_are_read():
    assert parse_xml(b"<a>" * 64 + b"</a>" * 64).tag == "a"


def test_an_oversized_document_is_refused_before_it_is_looked_at():
    code, where, message = refusal(b'<a b="' + b"x" * 50_000_000 + b'"/>')
    assert (code, where) == ("etrade.xml.size", "line 1")
    assert f"at most {MAX_BYTES:,}" in message


@pytest.mark.parametrize(
    ("data", "code", "where"),
    [
        (b"", "empty", "line 1"),
        (b" \n ", "empty", "line 1"),
        (b"\xef\xbb\xbf", "empty", "line 1"),
        (b"not xml", "not-well-formed", "line 1"),
        (b"<a>\n<b>\n</a>", "not-well-formed", "line 3"),
        (b"<a>\n<!-- x -- y --></a>", "not-well-formed", "line 2"),
        (b"<a/><b/>", "not-well-formed", "line 1"),
        (b"<a>\n\x00</a>", "not-well-formed", "line 2"),
        (b"<a>\n\n\xff</a>", "encoding", "line 3"),
        (b"<?xml version='1.0' encoding='utf-7'?><a/>", "encoding", "line 1"),
        (b"<?xml version='1.0' encoding='hex'?><a/>", "encoding", "line 1"),
        (b"<?xml version='1.0' encoding='no-such'?><a/>", "encoding", "line 1"),
        (b"<?xml version='1.0' encoding='utf-16'?><a/>", "encoding", "line 1"),
        (b"\xff\xfea", "encoding", "line 1"),
    ],
)
def test_damage_is_named_with_its_line(data, code, where):
    assert refusal(data)[:2] == (f"etrade.xml.{code}", where)


def test_an_element_made_in_memory_has_the_first_line():
    assert line_of(etree.Element("a")) == 1


@given(st.binary(max_size=400) | st.text(alphabet="<>!?-[]&;ax='\" \n\ufeff", max_size=80).map(str.encode))
@example(b"<!DOCTYPE")
@example(b"<?xml")
def test_any_bytes_are_read_or_refused_by_name(data):
    refused, root = None, None
    try:
        root = parse_xml(data)
    except BadInput as error:
        refused = error
    if refused is not None:
        assert refused.code.startswith("etrade.xml.")
        assert refused.faults[0].where.startswith("line ")
    else:
        assert root.getroottree().docinfo.doctype == ""
