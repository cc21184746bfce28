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
LOOK_UP = 2
"""What it costs to look for one document in the index beside reading the next row there; measured,
where those that cannot be among the best are not looked up.
"""


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
    return f"term_id IN ({_numbers(one.term for one in wanted)}){stands}"


def _statement(
    wanted: Sequence[Wanted], first: int, scope: Scope, most: int, rest: int
) -> tuple[str, tuple[Any, ...]]:
    """The best documents among those that have one of the first terms; ``rest``: what the others can add.

    The others are looked up, one document after another, only where they can still matter: the last of the
    best by the first terms alone is a bar that the last of all is not below. A sum for each row rather than
    a join: PostgreSQL without statistics would read everything that the common words have.
    """
    tables: list[str] = []
    parameters: tuple[Any, ...] = ()
    allowed = ""
    if scope.allowed is not None:
        statement, parameters = scope.allowed.values("id").query.sql_with_params()
        tables.append(f"allowed AS ({statement})")
        allowed = " AND document_id IN (SELECT id FROM allowed)"
    tables.append(
        f"partly AS (SELECT document_id, collection_id,"  # noqa: S608  only our own numbers
        f" CAST(SUM({_points(wanted[:first], scope)}) AS bigint) AS part FROM search_posting"
        f" WHERE {_where(wanted[:first], scope)} AND collection_id IN ({_numbers(scope.shelves)}){allowed}"
        f" GROUP BY document_id, collection_id)"
    )
    score, among = "part", ""
    others = wanted[first:]
    if others:
        score = (
            f"part + COALESCE((SELECT CAST(SUM({_points(others, scope)}) AS bigint) FROM search_posting"  # noqa: S608  as above
            f" WHERE {_where(others, scope)} AND search_posting.collection_id = partly.collection_id"
            f" AND search_posting.document_id = partly.document_id), 0)"
        )
        bar = f"SELECT part FROM partly ORDER BY part DESC LIMIT 1 OFFSET {int(most) - 1}"  # noqa: S608  as above
        among = f" WHERE part >= COALESCE(({bar}), 0) - {int(rest)}"
    ranked = (
        f"WITH {', '.join(tables)} SELECT document_id, {score} AS score FROM partly{among}"  # noqa: S608  as above
        f" ORDER BY score DESC, document_id LIMIT {int(most)}"
    )
    return ranked, parameters


def _run(
    wanted: Sequence[Wanted], first: int, scope: Scope, most: int, rest: int = 0
) -> list[tuple[int, int]]:
    statement, parameters = _statement(wanted, first, scope, most, rest)
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
        found = _run(wanted, first, scope, most, sum(bounds[first:]))
        needed = worth.enough(bounds, found[-1][1] if len(found) == most else 0)
        if needed <= first:
            return found
        first = needed
    return _run(wanted, len(wanted), scope, most)
