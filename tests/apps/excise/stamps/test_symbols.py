"""Symbols of stamps: their sizes, and that what is printed can be read off a bottle."""

import io
import random

import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image, ImageFilter

from isthmus.apps.excise.stamps.formats import sheets, symbols
from isthmus.apps.excise.stamps.rules import codes, issuing
from isthmus.apps.excise.stamps.rules.codes import Code

GTIN, HOST = "04006381333931", "stamps.revenue.example"
KEYS: dict[str, dict] = {
    "plain": {},
    "tagged": {"tag_key": (0, b"k" * 32)},
    "signed": {
        "tag_key": (0, b"k" * 32),
        "signature_key": (0, Ed25519PrivateKey.from_private_bytes(b"s" * 32)),
    },
}


def made(kind: str, count: int) -> list[Code]:
    serials = issuing.draw(count, random.Random(7).randbytes)
    lines = issuing.lines(serials, issuing.Printing(HOST, GTIN, **KEYS[kind]))
    return [codes.parsed(line) for line in lines.decode("ascii").splitlines()]


def numbered(found: list[Code]) -> list[tuple[str, Code]]:
    return [(f"MD {place:06d}", code) for place, code in enumerate(found)]


@pytest.mark.parametrize(
    ("kind", "version", "side_mm"), [("plain", 4, 13.5), ("tagged", 5, 14.9), ("signed", 9, 20.0)]
)
def test_each_kind_has_its_version_and_size(kind: str, version: int, side_mm: float):
    (code,) = made(kind, 1)
    size = symbols.kind_of(code)
    assert (size.version, size.side_mm) == (version, side_mm)
    assert symbols.modules(code).shape == (17 + 4 * version,) * 2
    assert f'width="{side_mm}mm"' in symbols.svg(code)
    assert side_mm / (size.modules + 2 * symbols.QUIET_MODULES) == pytest.approx(0.33, abs=0.003)


@pytest.mark.parametrize("kind", KEYS)
@pytest.mark.parametrize(("blur", "angle"), [(0, 0), (1.5, 0), (1.0, 17), (1.5, -40), (1.2, 133)])
def test_a_printed_sheet_is_read_after_blur_and_rotation(kind: str, blur: float, angle: float):
    """300 points an inch, as a telephone's camera sees a bottle from a hand's breadth."""
    found = made(kind, 12)
    (png,) = sheets.pictures(numbered(found), title="Sample", ppi=300)
    page = Image.open(io.BytesIO(png)).convert("L")
    page = page.crop((0, 0, page.width, 800)).filter(ImageFilter.GaussianBlur(blur))
    page = page.rotate(angle, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
    read = zxingcpp.read_barcodes(page, zxingcpp.BarcodeFormat.QRCode)
    assert {one.text for one in read} == {code.text for code in found}


@pytest.mark.parametrize("kind", KEYS)
def test_a_symbol_survives_a_scratch(kind: str):
    (code,) = made(kind, 1)
    dark = symbols.modules(code)
    middle = len(dark) // 2
    dark[middle - 1 : middle + 2, middle - 2 : middle + 3] = True
    picture = Image.fromarray(~dark).convert("L").resize((len(dark) * 4,) * 2, Image.Resampling.NEAREST)
    framed = Image.new("L", (picture.width + 40, picture.height + 40), 255)
    framed.paste(picture, (20, 20))
    assert [one.text for one in zxingcpp.read_barcodes(framed)] == [code.text]


def test_a_document_holds_all_its_stamps_and_is_the_same_twice():
    stamps = numbered(made("tagged", 200))
    first = sheets.pdf(stamps, title="Sample")
    assert first.startswith(b"%PDF-")
    assert sheets.pdf(stamps, title="Sample") == first
    read = [
        one.text
        for png in sheets.pictures(stamps, title="Sample", ppi=200)
        for one in zxingcpp.read_barcodes(Image.open(io.BytesIO(png)).convert("L"))
    ]
    assert sorted(read) == sorted(code.text for _number, code in stamps)


def test_no_stamps_or_stamps_of_two_kinds_make_no_document():
    for stamps in ([], [*numbered(made("plain", 1)), *numbered(made("tagged", 1))]):
        with pytest.raises(ValueError, match="of one kind"):
            sheets.pdf(stamps, title="Sample")


@pytest.mark.parametrize("kind", symbols.KINDS.values(), ids=symbols.KINDS)
def test_a_host_of_the_longest_name_fits_and_a_longer_one_does_not(kind: symbols.Kind):
    longest = symbols.room_for_host(kind)
    assert longest >= 40
    code = made(kind.name, 1)[0]
    fitting = Code("a" * longest, *[getattr(code, name) for name in Code.__slots__[1:]])
    assert symbols.modules(fitting).shape == (kind.modules,) * 2
    too_long = Code("a" * 150, *[getattr(code, name) for name in Code.__slots__[1:]])
    with pytest.raises(ValueError, match="too long"):
        symbols.modules(too_long)
