"""BM25 in plain SQL: one statement for SQLite and PostgreSQL, in whole numbers, so that both rank alike.

Only documents with one of the words that tell most are looked at, and as many words as it takes for that to
be exact (``rules.worth.enough``): the word that stands in every document then costs nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db import connection
from django.db.models import QuerySet

from isthmus.search.models import Document
from isthmus.search.rules import worth
from isthmus.search.rules.worth import Extent

Part = Literal["title", "text"]
LOOK_UP = 3
"""What it costs to look for one document in the index beside reading the next row there."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A term of the question: its id, its word as written, how often asked, in how many documents, what it
    tells.
    """

    term: int
    word: str
    times: int
    holding: int
    telling: int


@dataclass(frozen=True, slots=True)
class Scope:
    """Where to look: collections, of their documents only those ``allowed``, and parts with their weights."""

    shelves: Sequence[int]
    allowed: "QuerySet[Document] | None"
    weights: Mapping[Part, int]
    extents: Mapping[Part, Extent]


def _by_term(values: Mapping[int, int]) -> str:
    """A value for each term. One CASE rather than a join: without statistics, PostgreSQL plans joins
    badly.
    """
    if set(values.values()) == {1}:
        return "1"
    cases = " ".join(f"WHEN {term} THEN {value}" for term, value in values.items())
    return f"(CASE term_id {cases} END)"


def _points(wanted: Sequence[Wanted], scope: Scope) -> str:
    """What a posting adds, as ``rules.worth.worth`` says; every name and number in it is of our own making.

    ``relative_length`` stands here as 900,000 times length times documents by words.
    """
    telling = _by_term({one.term: one.telling for one in wanted})
    times = _by_term({one.term: one.times for one in wanted})
    parts = []
    for part, weight in scope.weights.items():
        extent = scope.extents[part]
        count, length = f"CAST({part}_count AS bigint)", f"CAST({part}_words AS bigint)"
        parts.append(
            f"{weight} * {times} * ({telling} * {count} * {worth.GROWTH}"
            f" / ({worth.MILLION} * {count} + {worth.FLAT}"
            f" + {worth.LONG} * {length} * {extent.documents} / {max(extent.words, 1)}))"
        )
    return " + ".join(parts)


def _numbers(values: Iterable[int]) -> str:
    return ", ".join(str(int(value)) for value in values)


def _where(wanted: Sequence[Wanted], scope: Scope) -> str:
    # Every posting has one part or the other: only where one is asked alone, there is something to leave out.
    stands = "".join(f" AND {part}_count > 0" for part in scope.weights) if len(scope.weights) == 1 else ""
    allowed = " AND document_id IN (SELECT id FROM allowed)" if scope.allowed is not None else ""
    terms = _numbers(one.term for one in wanted)
    return f"term_id IN ({terms}) AND collection_id IN ({_numbers(scope.shelves)}){stands}{allowed}"


def _statement(
    first: Sequence[Wanted], others: Sequence[Wanted], scope: Scope, most: int
) -> tuple[str, tuple[Any, ...]]:
    """The best documents among those that have one of the first terms."""
    every = [*first, *others]
    tables: list[str] = []
    parameters: tuple[Any, ...] = ()
    if scope.allowed is not None:
        statement, parameters = scope.allowed.values("id").query.sql_with_params()
        tables.append(f"allowed AS ({statement})")
    where = _where(every, scope)
    if others:
        chosen = f"SELECT DISTINCT document_id FROM search_posting WHERE {_where(first, scope)}"  # noqa: S608  our own numbers
        tables.append(f"chosen AS ({chosen})")
        where += " AND document_id IN (SELECT document_id FROM chosen)"
    ranked = (
        f"{'WITH ' if tables else ''}{', '.join(tables)}"  # noqa: S608  only our own numbers
        f" SELECT document_id, CAST(SUM({_points(every, scope)}) AS bigint) AS score FROM search_posting"
        f" WHERE {where} GROUP BY document_id ORDER BY score DESC, document_id LIMIT {int(most)}"
    )
    return ranked, parameters


def _run(wanted: Sequence[Wanted], first: int, scope: Scope, most: int) -> list[tuple[int, int]]:
    statement, parameters = _statement(wanted[:first], wanted[first:], scope, most)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [(int(document), int(score)) for document, score in cursor.fetchall()]


def _pays(wanted: Sequence[Wanted], first: int) -> bool:
    """Whether looking the other words up in the documents of the first ones is less than reading them all."""
    documents = sum(one.holding for one in wanted[:first])
    return LOOK_UP * documents * len(wanted[first:]) < sum(one.holding for one in wanted[first:])


def best(wanted: Sequence[Wanted], scope: Scope, most: int) -> list[tuple[int, int]]:
    """Ids and scores of the ``most`` best documents; ``wanted`` holds those terms first that can add most."""
    weight = sum(scope.weights.values())
    bounds = [worth.most(one.telling) * one.times * weight for one in wanted]
    # Rare words first, until there are some documents to choose from.
    first, seen = 0, 0
    while first < len(wanted) and seen < most:
        seen += wanted[first].holding
        first += 1
    while first < len(wanted) and _pays(wanted, first):
        found = _run(wanted, first, scope, most)
        needed = worth.enough(bounds, found[-1][1] if len(found) == most else 0)
        if needed <= first:
            return found
        first = needed
    return _run(wanted, len(wanted), scope, most)
