from datetime import date
from hashlib import sha256

import pytest

from isthmus.apps.etrade.rules.invoices import invoice_hash
from isthmus.apps.etrade.rules.procedures import direction_of
from isthmus.apps.etrade.rules.tariff import edition_in_force


@pytest.mark.parametrize(
    ("declaration_type", "procedure", "direction"),
    [
        ("EXA", "10", "export"),
        ("EXK", "00", "export"),
        ("EX", None, "export"),
        ("IMZ", "40", "import"),
        ("IMA", "10", "import"),
        ("COD", "10", "export"),
        ("COA", "1040", "export"),
        ("COA", "31", "export"),
        ("COA", "40", "import"),
        ("COY", "53", "import"),
        ("COA", None, None),
        ("T1", "10", None),
        ("EXAA", "10", None),
        ("", "10", None),
    ],
)
def test_a_declaration_tells_whether_goods_leave(declaration_type, procedure, direction):
    assert direction_of(declaration_type, procedure) == direction


@pytest.mark.parametrize(
    ("day", "edition"),
    [
        (date(1987, 12, 31), None),
        (date(1988, 1, 1), "1988"),
        (date(2016, 12, 31), "2012"),
        (date(2017, 1, 1), "2017"),
        (date(2026, 3, 2), "2022"),
        (date(2028, 1, 1), "2028"),
    ],
)
def test_the_tariff_edition_follows_the_date(day, edition):
    assert edition_in_force(day) == edition


def test_the_same_invoice_written_differently_has_one_fingerprint():
    assert invoice_hash(["inv 2026/07"]) == sha256(b"INV202607").hexdigest()
    assert invoice_hash(["INV-2026-07"]) == invoice_hash(["inv 2026/07", "ＩＮＶ２０２６０７"])


def test_several_invoices_are_fingerprinted_together_in_any_order():
    assert invoice_hash(["B2", "A1"]) == sha256(b"A1\nB2").hexdigest() == invoice_hash(["A1", "B2"])
    assert invoice_hash(["A1"]) != invoice_hash(["A1", "B2"])


@pytest.mark.parametrize("numbers", [[], ["", " - "]])
def test_no_invoice_has_no_fingerprint(numbers):
    assert invoice_hash(numbers) is None
