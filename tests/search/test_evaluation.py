"""A judged collection is measured, and nothing of it stays."""

import pytest

from isthmus.search.evaluation import evaluate
from isthmus.search.formats.documents import Written
from isthmus.search.models import Collection, Document

pytestmark = pytest.mark.django_db

DOCUMENTS = [Written("1", "Lamps", "solar lamps", "en"), Written("2", "", "solar pumps", "en")]
QUESTIONS = [
    Written("a", "", "solar lamps", "en"),
    Written("b", "", "pumps", "en"),
    Written("c", "", "wind", "en"),
]


def test_the_means_are_over_the_questions_that_have_an_answer():
    found = evaluate(DOCUMENTS, QUESTIONS, {"a": {"1"}, "b": {"1"}})
    assert (found.documents, found.questions) == (2, 2)
    assert (found.ndcg_at_10, found.mean_average_precision, found.recall_at_100) == (0.5, 0.5, 0.5)
    assert found.rankings == {"a": ["1", "2"], "b": ["2"]}


def test_nothing_of_it_stays():
    evaluate(DOCUMENTS, QUESTIONS, {"a": {"1"}})
    assert not Document.objects.exists()
    assert not Collection.objects.exists()


def test_without_judgments_there_is_nothing_to_measure():
    assert evaluate(DOCUMENTS, QUESTIONS, {}).ndcg_at_10 == 0
