"""Counts of common words are remembered for a while; those of rare ones never."""

import pytest

from isthmus.search import queries, rarities
from isthmus.search.queries import Question, find, keys
from isthmus.search.rarities import COMMON, Rarities
from isthmus.search.services import Entry, put

ASKED = ((1, 2), ("text",))


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Rarities:
    """A memory of its own, which takes everything for common."""
    monkeypatch.setattr(rarities, "COMMON", 1)
    fresh = Rarities()
    monkeypatch.setattr(queries, "RARITIES", fresh)
    return fresh


def test_a_common_word_is_remembered_and_a_rare_one_is_not():
    kept = Rarities()
    kept.keep(ASKED, {7: COMMON, 8: COMMON - 1}, 10_000)
    assert kept.known(ASKED, [7, 8, 9], 10_000) == {7: COMMON}


def test_a_count_holds_for_what_was_asked_alone():
    kept = Rarities()
    kept.keep(ASKED, {7: COMMON}, 10_000)
    assert kept.known(((1,), ("text",)), [7], 10_000) == {}
    assert kept.known(((1, 2), ("title",)), [7], 10_000) == {}


@pytest.mark.parametrize(
    ("documents", "holds"), [(9_799, False), (9_800, True), (10_200, True), (10_201, False)]
)
def test_a_count_holds_while_the_collection_hardly_changes(documents: int, *, holds: bool):
    kept = Rarities()
    kept.keep(ASKED, {7: COMMON}, 10_000)
    assert bool(kept.known(ASKED, [7], documents)) is holds


def test_a_count_is_forgotten_after_a_while(monkeypatch: pytest.MonkeyPatch):
    kept = Rarities()
    kept.keep(ASKED, {7: COMMON}, 10_000)
    monkeypatch.setattr(rarities, "KEPT_SECONDS", 0.0)
    assert kept.known(ASKED, [7], 10_000) == {}


def test_not_more_is_kept_than_fits(monkeypatch: pytest.MonkeyPatch):
    kept = Rarities()
    monkeypatch.setattr(rarities, "MOST_KEPT", 1)
    for term in range(5):
        kept.keep(ASKED, {term: COMMON}, 10_000)
    assert len(kept.known(ASKED, range(5), 10_000)) <= 2


@pytest.mark.django_db
def test_a_remembered_count_gives_the_same_hits_and_reasons(kept: Rarities):
    put(
        "topics",
        [Entry(str(number), "", text, "en") for number, text in enumerate(["solar pumps", "solar", "wind"])],
    )
    first = find(Question("solar pumps"))
    assert find(Question("solar pumps")) == first
    assert kept._kept


@pytest.mark.django_db
def test_an_old_count_above_the_documents_harms_nothing(kept: Rarities):
    put("topics", [Entry(str(number), "", "solar", "en") for number in range(3)])
    keys(Question("solar"))
    for (asked, term), _value in list(kept._kept.items()):
        kept._kept[asked, term] = (9, 3, rarities.time.monotonic())
    hits = find(Question("solar")).hits
    assert len(hits) == 3
    assert all(hit.score == sum(item.points for item in hit.items) for hit in hits)


@pytest.mark.django_db
def test_what_only_some_may_see_is_always_counted(kept: Rarities):
    put("topics", [Entry("1", "", "solar", "en")])
    keys(Question("solar", allowed={"1"}))
    assert not kept._kept
