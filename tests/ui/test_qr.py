"""QR codes as inline SVG that the content security policy lets through."""

import pytest
from lxml import etree

from isthmus.ui.qr import svg


@pytest.mark.parametrize("text", ["legal winner thank year", "https://node.example.org/card", "မြန်မာ"])
def test_the_path_draws_the_matrix(text):
    import qrcode

    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4)
    code.add_data(text)
    code.make(fit=True)
    matrix = code.get_matrix()
    root = etree.fromstring(svg(text, "A label"))
    assert root.get("viewBox") == f"0 0 {len(matrix)} {len(matrix)}"
    drawn = set()
    for run in root.find("path").get("d").split("M")[1:]:
        x, rest = run.split(" ", 1)
        y, rest = rest.split("h", 1)
        drawn |= {(int(x) + i, int(y)) for i in range(int(rest.split("v")[0]))}
    assert drawn == {(x, y) for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark}


def test_it_is_named_and_has_no_style():
    root = etree.fromstring(svg("x", "Fingerprint <of> this node"))
    assert root.get("role") == "img"
    assert root.find("title").text == "Fingerprint <of> this node"
    assert not any("style" in element.attrib for element in root.iter())
