"""Every event of this layer has words."""

import re
from pathlib import Path

import isthmus.accounts
from isthmus.accounts.wording import words_for

SOURCES = Path(isthmus.accounts.__file__).parent
KIND = re.compile(r'(?:note|note_refusal|_note_role|_CHANGES\S*)\(\s*"([a-z.-]+)"|: \("([a-z.-]+)", \{')


def test_every_kind_that_is_noted_has_words() -> None:
    found = set()
    for path in SOURCES.glob("*.py"):
        found |= {one or other for one, other in KIND.findall(path.read_text(encoding="utf-8"))}
    assert len(found) >= 18
    assert {kind for kind in found if words_for(kind) == kind} == set()


def test_other_layers_bring_their_own_words() -> None:
    assert words_for("trust.partner-confirmed") == "Confirmed a partner by its words"
    assert words_for("exchange.agreement-signed") == "Signed an agreement"


def test_a_kind_without_words_is_shown_as_it_is() -> None:
    assert words_for("some.kind-of-tomorrow") == "some.kind-of-tomorrow"
