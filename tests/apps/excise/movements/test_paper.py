"""The paper that travels with the goods: what it says, and that its codes can be read."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zxingcpp
from click.testing import CliRunner
from django.test import Client

from isthmus.apps.excise.cli import excise
from isthmus.apps.excise.movements.formats import paper
from isthmus.apps.excise.movements.services import papers, sending
from isthmus.kit import clock
from isthmus.kit.errors import Conflict
from tests.apps.excise.movements import made
from tests.apps.excise.movements.conftest import Corridor, draft_xml

GUARANTEE = ["Guarantor: consignor"]


def read_codes(values: dict[str, Any]) -> list[tuple[str, str]]:
    """Every code that a reader finds on the first page, with what it says."""
    import io

    from PIL import Image

    (page,) = paper.pictures(values, ppi=200)
    found = zxingcpp.read_barcodes(np.asarray(Image.open(io.BytesIO(page)).convert("L")))
    return sorted((str(one.format).rpartition(".")[2].replace(" ", ""), one.text) for one in found)


def test_both_codes_say_the_reference_on_one_page():
    values = papers.values_of(made.accepted(), made.ARC, GUARANTEE, fallback=False)
    codes = read_codes(values)
    assert [text for _kind, text in codes] == [made.ARC, made.ARC]
    assert codes[0][0] != codes[1][0]


def test_the_same_goods_make_the_same_bytes():
    values = papers.values_of(made.accepted(), made.ARC, GUARANTEE, fallback=False)
    assert paper.pdf(values) == paper.pdf(values)


def test_it_says_who_what_where_and_under_which_seal():
    values = papers.values_of(made.draft(), "LRN-1", GUARANTEE, fallback=True)
    assert values["mark"].startswith("FALLBACK")
    boxes = dict(values["boxes"])
    assert boxes["Consignor"][:2] == ["MD00SAMPLE001", "Sample Winery"]
    assert boxes["Place of dispatch"] == ["MD00SAMPLE003"]
    assert boxes["Place of delivery"][:2] == ["MV00SAMPLE002", "Sample Store"]
    assert boxes["Vehicles and seals"] == ["SAMPLE 01, seal S-77"]
    assert boxes["Journey"][:2] == ["Left on 27 Nov 2026, 12:00 UTC", "Time of the journey: 20 days"]
    assert boxes["Guarantee"] == GUARANTEE
    assert values["rows"] == [
        [
            "1",
            "W200 22042138",
            "Red wine <dry> & sample",
            "100 BX",
            "900.5 l",
            "12.5",
            "1,400",
            "905.25",
        ]
    ]
    printed = papers.values_of(made.accepted(), made.ARC, GUARANTEE, fallback=False)
    assert (printed["mark"], printed["reference"]) == ("", made.ARC)


def test_a_draft_is_printed_as_the_fallback_and_a_document_under_its_reference(
    corridor: Corridor, officer: Client, tmp_path: Path
):
    row = sending.draft(corridor.customs, draft_xml(), actor="officer")
    name, content = papers.paper_of(row)
    assert (name, content[:5]) == ("fallback-LRN-1.pdf", b"%PDF-")
    assert "Fallback document for the road" in officer.get(f"/excise/movements/{row.pk}/").content.decode()
    row = sending.accept(row, actor="officer", duty_minor=20_000)
    answer = officer.get(f"/excise/movements/{row.pk}/paper/")
    assert answer["Content-Type"] == "application/pdf"
    assert f"document-{row.arc}.pdf" in answer["Content-Disposition"]
    out = tmp_path / "paper.pdf"
    done = CliRunner().invoke(excise, ["emcs", "paper", row.arc, "--out", str(out), "--json"])
    assert done.exit_code == 0, done.output
    assert out.read_bytes() == answer.content


def test_the_guarantee_and_the_duty_stand_on_it(corridor: Corridor):
    row = corridor.accepted()
    lines = papers.secured_by(row, corridor.document(row))
    assert lines == ["Guarantor: consignor", "G-1, Sample bank", "Duty at stake: 20,000 MMK"]


def test_goods_that_left_on_the_fallback_are_entered_late_in_place_of_their_draft(corridor: Corridor):
    row = sending.draft(corridor.customs, draft_xml("PAPER-1"), actor="officer")
    left = clock.now().date() - timedelta(days=3)
    late_xml = draft_xml("PAPER-1", day=left, deferred=True)
    late = sending.draft(corridor.customs, late_xml, actor="officer")
    assert (late.pk, late.deferred, late.lines.count()) == (row.pk, True, 1)
    assert [bytes(one.xml) for one in late.messages.order_by("id")] == [draft_xml("PAPER-1"), late_xml]
    done = sending.accept(late, actor="officer", duty_minor=20_000)
    assert done.dispatched_at is not None
    assert done.dispatched_at.date() == left
    with pytest.raises(Conflict, match="used the local reference PAPER-1 before"):
        sending.draft(corridor.customs, late_xml, actor="officer")
