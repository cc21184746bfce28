"""How well the index ranks a judged collection; measured in a transaction that is rolled back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from isthmus.kit.ids import uuid7
from isthmus.search.formats.documents import Written
from isthmus.search.queries import Question, keys
from isthmus.search.ranking import Part
from isthmus.search.rules import measures
from isthmus.search.services import Entry, put

DEPTH = 100
TEXT: tuple[Part, ...] = ("text",)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Means over the questions that have a relevant document, from 0 to 1; ``rankings``: question -> keys."""

    documents: int
    questions: int
    ndcg_at_10: float
    mean_average_precision: float
    recall_at_100: float
    rankings: Mapping[str, Sequence[str]]


def evaluate(
    documents: Sequence[Written],
    questions: Sequence[Written],
    judgments: Mapping[str, Collection[str]],
    *,
    parts: Collection[Part] = TEXT,
) -> Evaluation:
    """Index the documents, ask every judged question, measure, and leave the database as it was.

    ``parts`` are those that are ranked by. On SQLite nothing else can write meanwhile.
    """
    name = f"evaluation-{uuid7()}"
    asked = [question for question in questions if judgments.get(question.key)]
    with transaction.atomic():
        put(name, [Entry(one.key, one.title, one.text, one.language) for one in documents])
        rankings = {one.key: _ranking(f"{one.title}\n{one.text}", one.language, name, parts) for one in asked}
        transaction.set_rollback(True)
    judged = [(rankings[one.key], judgments[one.key]) for one in asked]
    count = max(len(judged), 1)
    return Evaluation(
        documents=len(documents),
        questions=len(judged),
        ndcg_at_10=sum(measures.ndcg(*one) for one in judged) / count,
        mean_average_precision=sum(measures.average_precision(*one) for one in judged) / count,
        recall_at_100=sum(measures.recall(*one, DEPTH) for one in judged) / count,
        rankings=rankings,
    )


def _ranking(text: str, language: str, name: str, parts: Collection[Part]) -> list[str]:
    question = Question(text, languages=[language], collections=[name], parts=parts, size=DEPTH)
    return keys(question)
