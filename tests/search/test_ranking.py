"""What is left out of a question changes nothing of its answer, whichever words are read and looked up."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isthmus.search import ranking
from isthmus.search.queries import Question, find
from isthmus.search.services import Entry, clear, put

pytestmark = pytest.mark.django_db

READ_EVERYTHING, LOOK_UP_ALWAYS = 1_000_000, 0
WORDS = st.lists(st.sampled_from([f"w{letter}" for letter in "abcdef"]), max_size=6).map(" ".join)
TEXTS = st.tuples(WORDS, WORDS)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.lists(TEXTS, min_size=1, max_size=15),
    st.lists(TEXTS, max_size=8),
    WORDS.filter(bool),
    st.integers(1, 4),
    st.sampled_from([("title", "text"), ("title",), ("text",)]),
    st.none() | st.sets(st.integers(0, 15).map(str)),
)
def test_the_answer_is_that_of_reading_everything(
    topics: list[tuple[str, str]],
    needs: list[tuple[str, str]],
    question: str,
    size: int,
    parts: tuple[ranking.Part, ...],
    allowed: set[str] | None,
):
    for name, contents in (("topics", topics), ("needs", needs)):
        clear(name)
        put(name, [Entry(str(n), title, text, "en") for n, (title, text) in enumerate(contents)])
    answers = []
    for cost in (READ_EVERYTHING, LOOK_UP_ALWAYS):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ranking, "LOOK_UP", cost)
            answers.append(find(Question(question, parts=parts, size=size, allowed=allowed)))
    assert answers[0] == answers[1]


def test_a_common_word_lifts_a_document_over_those_that_were_better_without_it(
    monkeypatch: pytest.MonkeyPatch,
):
    """Two are a little better by the rare word alone; the third has the common one too."""
    monkeypatch.setattr(ranking, "LOOK_UP", LOOK_UP_ALWAYS)
    filling = " filling" * 19
    texts = ["rare", "rare", "rare common", *["other"] * 3, *["common"] * 35]
    put("topics", [Entry(str(n), "", text + filling, "en") for n, text in enumerate(texts)])
    alone, together = (
        [hit.key for hit in find(Question(text, size=1)).hits] for text in ("rare", "rare common")
    )
    assert (alone, together) == (["0"], ["2"])
