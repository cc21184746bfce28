"""Asking the index: the best first, each with its reasons, and nothing of what the asker may not see."""

import pytest
from django.db.models import Value
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isthmus.kit.errors import BadInput
from isthmus.search import ranking
from isthmus.search.models import Document
from isthmus.search.queries import MOST_WORDS, Item, Question, find, keys
from isthmus.search.rules import worth
from isthmus.search.rules.worth import Extent
from isthmus.search.services import Entry, clear, put, remove

pytestmark = pytest.mark.django_db


def texts(*contents: str, name: str = "topics", language: str = "en", audience: str = "") -> None:
    put(
        name, [Entry(f"{name}-{n}", "", text, language) for n, text in enumerate(contents)], audience=audience
    )


def test_the_best_comes_first_and_equal_ones_as_they_came():
    texts("solar pumps", "solar", "wind", "solar pumps")
    assert keys(Question("solar pump")) == ["topics-0", "topics-3", "topics-1"]


def test_every_hit_itemises_its_score_by_word_and_part():
    put("topics", [Entry("a", "Solar", "Solar pumps and solar lamps", "en"), Entry("b", "", "Lamps", "en")])
    hit = find(Question("solar lamps")).hits[0]
    tells_solar, tells_lamps = worth.telling(2, 1), worth.telling(2, 2)
    title, text = Extent(2, 1), Extent(2, 6)
    assert hit.items == (
        Item("solar", "title", 1, 2 * worth.worth(tells_solar, 1, 1, title)),
        Item("solar", "text", 2, worth.worth(tells_solar, 2, 5, text)),
        Item("lamps", "text", 1, worth.worth(tells_lamps, 1, 5, text)),
    )
    assert hit.score == sum(item.points for item in hit.items)
    assert (hit.key, hit.collection, hit.language) == ("a", "topics", "en")


def test_a_word_that_is_asked_twice_counts_twice():
    texts("solar", "lamps")
    once, twice = (find(Question(text)).hits[0].score for text in ("solar", "solar solar"))
    assert twice == 2 * once


def test_title_and_text_can_be_asked_alone():
    put("topics", [Entry("a", "Solar", "lamps", "en"), Entry("b", "Lamps", "solar", "en")])
    assert keys(Question("solar", parts=["title"])) == ["a"]
    assert keys(Question("solar", parts=["text"])) == ["b"]
    assert keys(Question("solar")) == ["a", "b"]
    assert keys(Question("solar", parts=[])) == []


def test_words_are_marked_in_title_and_excerpt():
    put("topics", [Entry("a", "Solar lamps", "A lamp for every home", "en")])
    (hit,) = find(Question("lamp")).hits
    assert [piece.text for piece in (*hit.title, *hit.excerpt) if piece.marked] == ["lamps", "lamp"]


def test_collections_are_asked_together_or_alone():
    texts("solar")
    texts("solar", name="needs")
    assert keys(Question("solar")) == ["topics-0", "needs-0"]
    assert keys(Question("solar", collections=["needs"])) == ["needs-0"]
    assert keys(Question("solar", collections=["nothing"])) == []


def test_a_question_is_answered_in_the_languages_of_the_asker():
    texts("l'énergie solaire", language="fr")
    assert keys(Question("solaires")) == []
    assert keys(Question("solaires", languages=["en", "fr"])) == ["topics-0"]


@pytest.mark.parametrize(
    ("language", "text", "question"),
    [
        ("zh-hans", "家庭太阳能供电系统", "太阳"),
        ("lo", "ພາສີຊົມໃຊ້ສິນຄ້າ", "ສິນຄ້າ"),
        ("th", "ภาษีสรรพสามิตสุราและยาสูบ", "ยาสูบ"),
        ("my", "ယစ်မျိုးခွန် ဌာန", "ယစ်မျိုး"),
        ("ar", "الضرائب على المشروبات", "مشروبات"),
    ],
)
def test_no_script_is_without_hits(language: str, text: str, question: str):
    texts(text, language=language)
    assert keys(Question(question, languages=[language])) == ["topics-0"]


def test_documents_of_other_audiences_are_neither_found_nor_counted():
    texts("solar lamps", "lamps")
    before = find(Question("solar lamps", audiences={"", "a"}))
    texts("solar", "solar", "lamps and pumps", name="secret", audience="b")
    assert find(Question("solar lamps", audiences={"", "a"})) == before
    assert len(find(Question("solar lamps", audiences=None)).hits) == 5


def test_unless_asked_otherwise_only_what_everyone_may_see_is_found():
    texts("solar", audience="a")
    assert keys(Question("solar")) == []


@pytest.mark.parametrize("as_query", [False, True])
def test_documents_that_are_not_allowed_are_neither_found_nor_counted(*, as_query: bool):
    texts("solar lamps", "solar lamps and pumps", "lamps")
    alone = {"topics-1", "topics-2"}
    allowed = Document.objects.filter(key__in=alone).values("key") if as_query else alone
    hits = find(Question("solar lamps", allowed=allowed)).hits
    assert [hit.key for hit in hits] == ["topics-1", "topics-2"]
    remove("topics", ["topics-0"])
    assert find(Question("solar lamps")).hits == hits


def test_none_allowed_finds_none():
    texts("solar")
    assert keys(Question("solar", allowed=set())) == []
    assert keys(Question("solar", allowed=Document.objects.none().values_list(Value("key")))) == []


def test_results_come_in_pages():
    texts(*["solar"] * 5)
    pages = [find(Question("solar", page=page, size=2)) for page in (1, 2, 3, 4)]
    assert [[hit.key[-1] for hit in page.hits] for page in pages] == [["0", "1"], ["2", "3"], ["4"], []]
    assert [page.more for page in pages] == [True, True, False, False]


@pytest.mark.parametrize(("page", "size"), [(0, 10), (1, 0), (101, 10)])
def test_a_page_beyond_what_is_listed_is_refused(page: int, size: int):
    with pytest.raises(BadInput, match="Only the first 1000 documents"):
        find(Question("solar", page=page, size=size))


@pytest.mark.parametrize("text", ["", "  ", "?!", "\0\x1b"])
def test_a_question_without_a_word_is_refused(text: str):
    with pytest.raises(BadInput, match="no word to look for"):
        find(Question(text))


def test_a_question_of_ten_thousand_words_is_refused_with_its_count():
    with pytest.raises(BadInput, match="has 10000 words; at most 50"):
        find(Question("word " * 10_000))


def test_as_many_words_as_may_be_are_asked_together():
    texts("w7 w8")
    assert keys(Question(" ".join(f"w{number}" for number in range(MOST_WORDS)))) == ["topics-0"]


def test_words_that_stand_nowhere_find_nothing():
    texts("solar")
    assert find(Question("unheard")).hits == ()


WORDS = [f"w{letter}" for letter in "abcdefgh"]
TEXT = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)


def every_score(question: str) -> list[tuple[int, int]]:
    """All documents by rules alone: what the database must find."""
    rows = list(Document.objects.order_by("pk"))
    extent = Extent(len(rows), sum(len(row.text.split()) for row in rows))
    scores = {}
    for row in rows:
        own = row.text.split()
        score = 0
        for word in question.split():
            holding = sum(word in other.text.split() for other in rows)
            if word in own:
                score += worth.worth(worth.telling(len(rows), holding), own.count(word), len(own), extent)
        if set(own) & set(question.split()):
            scores[row.pk] = score
    return sorted(scores.items(), key=lambda one: (-one[1], one[0]))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(TEXT, min_size=1, max_size=15), TEXT.filter(bool), st.integers(1, 4), st.integers(0, 3))
def test_the_database_ranks_as_the_rules_do_whichever_words_it_begins_with(
    contents: list[str], question: str, size: int, look_up: int
):
    clear("random")
    put("random", [Entry(str(n), "", text, "en") for n, text in enumerate(contents)])
    known = dict(Document.objects.values_list("pk", "key"))
    expected = [known[pk] for pk, _score in every_score(question)][:size]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranking, "LOOK_UP", look_up)
        found = find(Question(question, parts=["text"], size=size)).hits
    assert [hit.key for hit in found] == expected
    assert all(hit.score == sum(item.points for item in hit.items) for hit in found)
