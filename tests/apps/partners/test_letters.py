"""Letters of intent: two nodes sign, and before that nothing counts."""

from datetime import timedelta
from typing import Any

import pytest

from isthmus.apps.partners.models import Introduction, Letter
from isthmus.apps.partners.queries import bodies
from isthmus.apps.partners.queries.papers import paper_of, signatures
from isthmus.apps.partners.services import introducing, keeping, lettering
from isthmus.exchange.handlers import Erasing
from isthmus.exchange.models import Effect, Record
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict
from isthmus.ui.papers import files
from tests.apps.partners.fair import DETAILS, Fair

WORDS = "We agree to talk about 12,345 kits a year"


def terms(**changes: Any) -> dict[str, Any]:
    return {
        "quantity": 12_345,
        "level": "skd",
        "incoterm": "CIF",
        "payment": "",
        "terms": "The supplier trains twelve people.",
        "valid_until": (clock.now() + timedelta(days=300)).date(),
        **changes,
    }


def opened(fair: Fair) -> Introduction:
    row = fair.ask()
    fair.says(row, "agreed", details=DETAILS)
    row.refresh_from_db()
    return row


def from_abroad(row: Introduction, **changes: Any) -> dict[str, Any]:
    return {
        "letter": "d" * 32,
        "introduction": row.reference,
        "at": clock.to_text(clock.now()),
        "buyer": "Golden Signal (sample)",
        "supplier": "Sample Radio Works",
        "product": row.need.product,
        "hs_code": row.need.hs_code,
        "quantity": 12_345,
        "unit": "pcs",
        "level": "skd",
        "terms": "As we spoke.",
        "valid_until": "2031-12-31",
        **changes,
    }


def test_a_letter_of_this_node_counts_once_the_partner_has_signed_it(fair: Fair):
    letter = lettering.draft(opened(fair), terms(), actor="officer@node.test")
    assert fair.told(bodies.LETTER) == []
    with pytest.raises(Conflict, match="does not sign it as well"):
        lettering.sign(letter, actor="officer@node.test")
    letter = lettering.sign(letter, actor="approver@node.test")
    (told,) = fair.told(bodies.LETTER)
    assert (told["buyer"], told["supplier"], letter.state) == (
        "Golden Signal (sample)",
        "Sample Radio Works",
        "sent",
    )
    assert "A draft" in paper_of(letter, "en").subtitle
    row = Record.objects.get(leaf=letter.leaf)
    said = {"leaf": row.leaf, "stream": row.stream.name, "seq": row.seq, "type": row.key, "words": WORDS}
    from isthmus.exchange.services.inbox import receive

    for _ in range(2):
        receive(fair.partner, [fair.cn.send("exchange.countersignature/1", said)])
    letter.refresh_from_db()
    assert (letter.state, letter.words) == ("signed", WORDS)
    with pytest.raises(Conflict, match="signed already"):
        lettering.sign(letter, actor="approver@node.test")
    paper = paper_of(letter, "en")
    assert paper.subtitle == "Signed by both nodes."
    assert all(leaf for _node, _at, leaf in signatures(letter))
    assert files.made(paper, "pdf").startswith(b"%PDF")


def test_a_letter_from_abroad_waits_for_this_nodes_signature(fair: Fair):
    row = opened(fair)
    assert fair.hear(bodies.LETTER, from_abroad(row)) == ""
    assert fair.hear(bodies.LETTER, from_abroad(row, terms="Other terms.")) == "partners.record"
    letter = Letter.objects.get()
    assert (letter.state, Record.objects.get(leaf=letter.leaf).effect) == ("sent", Effect.AWAITING)
    letter = lettering.agree(letter, WORDS, actor="approver@node.test")
    assert (letter.state, letter.words, letter.signed_by) == ("signed", WORDS, "approver@node.test")
    assert Record.objects.get(leaf=letter.leaf).effect == Effect.APPLIED
    with pytest.raises(Conflict, match="signed already"):
        lettering.agree(letter, WORDS, actor="approver@node.test")


def test_without_an_introduction_to_which_both_agreed_there_is_no_letter(fair: Fair):
    row = fair.ask()
    assert fair.hear(bodies.LETTER, from_abroad(row)) == "partners.record"
    assert fair.hear(bodies.LETTER, from_abroad(row, introduction="f" * 32)) == "partners.record"
    with pytest.raises(Conflict, match="both agreed"):
        lettering.draft(row, terms(), actor="x")
    fair.says(row, "agreed", details=DETAILS)
    assert fair.hear(bodies.LETTER, from_abroad(row, hs_code="220830")) == "partners.record"


def test_what_cannot_be_written_names_its_field(fair: Fair):
    row = opened(fair)
    with pytest.raises(BadInput, match="has passed"):
        lettering.draft(row, terms(valid_until=clock.now().date() - timedelta(days=1)), actor="x")
    with pytest.raises(BadInput, match="cannot be said so"):
        lettering.draft(row, terms(terms="bell\x07"), actor="x")
    assert not Letter.objects.exists()


def test_two_firms_of_one_node_write_none(fair: Fair):
    row = introducing.ask(fair.need(), fair.own_offer(), actor="x")
    introducing.answer(row, agree=True, actor="y")
    row.refresh_from_db()
    with pytest.raises(Conflict, match="of this node"):
        lettering.draft(row, terms(), actor="x")


def test_an_erased_letter_goes_and_its_number_comes_later(fair: Fair):
    row = opened(fair)
    fair.hear(bodies.LETTER, from_abroad(row))
    letter = Letter.objects.get()
    keeping.take_number(letter.leaf, "f" * 64)
    keeping.erase(Erasing("f" * 64, bodies.LETTER, "x", "cn", sent=False, ground="order"))
    assert not Letter.objects.exists()
