"""Asking the index: the best documents, why each is there, and nothing about what the asker may not see."""

from collections import Counter
from collections.abc import Collection as Several
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from isthmus.kit.errors import BadInput
from isthmus.search import ranking
from isthmus.search.models import Collection, Document, Posting, Tally, Term
from isthmus.search.ranking import Part, Wanted
from isthmus.search.rarities import RARITIES
from isthmus.search.rules import excerpts, words, worth
from isthmus.search.rules.excerpts import Piece
from isthmus.search.rules.worth import Extent

PARTS: tuple[Part, ...] = ("title", "text")
TITLE_WEIGHT = 2
"""A word in the title counts so many times as much as in the text."""
MOST_WORDS = 50
MOST_RESULTS = 1_000
EVERYONE = frozenset({""})
Keys: TypeAlias = "Several[str] | QuerySet[Any] | None"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, by whom.

    ``languages`` are those that the asker reads, as tags. ``collections``: only these; None for all.
    ``audiences``: those that the asker belongs to; what others may see is neither found nor counted. None is
    for the node's own commands and sees everything. ``allowed``: only documents with these keys, as a set or
    a query of one column.
    """

    text: str
    languages: Sequence[str] = ("en",)
    collections: Several[str] | None = None
    audiences: Several[str] | None = EVERYONE
    allowed: "Keys | Mapping[str, Keys] | None" = None
    parts: Several[Part] = PARTS
    page: int = 1
    size: int = 10


@dataclass(frozen=True, slots=True)
class Item:
    """What one word of the question adds to a hit's score, in millionths, and how often it stands there."""

    word: str
    part: Part
    count: int
    points: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that was found. ``score``, in millionths, is the sum of the items' points."""

    collection: str
    key: str
    language: str
    score: int
    items: tuple[Item, ...]
    title: tuple[Piece, ...]
    excerpt: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits, the best first; ``more``: whether there is a next page."""

    hits: tuple[Hit, ...]
    page: int
    more: bool


@dataclass(frozen=True, slots=True)
class _Ranked:
    """Ids and scores up to one beyond the page, and what explains them."""

    documents: list[tuple[int, int]]
    wanted: list[Wanted]
    texts: dict[int, str]
    weights: dict[Part, int]
    extents: dict[Part, Extent]


def _words(question: Question) -> dict[str, tuple[str, int]]:
    """Term -> the word as it was first written, and how often it was asked for."""
    asked = words.asked(question.text, question.languages)
    if not asked:
        raise BadInput(
            "search.no-words",
            _("There is no word to look for."),
            next_step=_("Write at least one word, number or code."),
        )
    if len(asked) > MOST_WORDS:
        raise BadInput(
            "search.too-many-words",
            _("This question has %(count)d words; at most %(most)d are looked for.")
            % {"count": len(asked), "most": MOST_WORDS},
            next_step=_("Keep the words that tell most."),
        )
    times = Counter(term for one in asked for term in one.terms)
    written = {term: one.word for one in reversed(asked) for term in one.terms}
    return {term: (written[term], count) for term, count in times.items()}


def _check(question: Question) -> None:
    if question.page < 1 or question.size < 1 or question.page * question.size > MOST_RESULTS:
        raise BadInput(
            "search.page",
            _("Only the first %(most)d documents are listed.") % {"most": MOST_RESULTS},
            next_step=_("Add a word that only fewer documents have."),
        )


def _shelves(question: Question) -> list[int]:
    shelves = Collection.objects.all()
    if question.collections is not None:
        shelves = shelves.filter(name__in=question.collections)
    if question.audiences is not None:
        shelves = shelves.filter(audience__in=question.audiences)
    return list(shelves.order_by("pk").values_list("pk", flat=True))


def _extents(shelves: list[int], allowed: "QuerySet[Document] | None") -> dict[Part, Extent]:
    """How much there is in all of these collections, or in the documents allowed in them."""
    rows = Tally.objects.filter(collection__in=shelves) if allowed is None else allowed
    documents = Sum("documents") if allowed is None else Count("pk")
    total = rows.aggregate(count=documents, title=Sum("title_words"), text=Sum("text_words"))
    return {part: Extent(total["count"] or 0, int(total[part] or 0)) for part in PARTS}


def _counted(question: Question, postings: "QuerySet[Posting]", terms: Iterable[int]) -> dict[int, int]:
    """In how many documents each of these terms stands, where it stands in any."""
    holding = postings.filter(term__in=terms).values_list("term").annotate(count=Count("*")).order_by("term")
    if len(set(question.parts)) < len(PARTS):  # else no posting has a part that is not asked
        stands = Q()
        for part in question.parts:
            stands |= Q(**{f"{part}_count__gt": 0})
        holding = holding.filter(stands)
    return dict(holding)


def _holding(
    question: Question, shelves: list[int], postings: "QuerySet[Posting]", terms: set[int], documents: int
) -> dict[int, int]:
    """As ``_counted``; where all documents are allowed, common words may have been counted before."""
    if question.allowed is not None:
        return _counted(question, postings, terms)
    asked = (tuple(shelves), tuple(sorted(question.parts)))
    known = RARITIES.known(asked, terms, documents)
    missing = terms - known.keys()
    counted = _counted(question, postings, missing) if missing else {}
    RARITIES.keep(asked, counted, documents)
    return known | counted


def _wanted(
    asked: dict[str, tuple[str, int]], holding: dict[int, int], texts: dict[int, str], documents: int
) -> list[Wanted]:
    """The terms that any document has, those first that can add most."""
    wanted = []
    for term, count in holding.items():
        word, times = asked[texts[term]]
        wanted.append(Wanted(term, word, times, count, worth.telling(documents, min(count, documents))))
    return sorted(wanted, key=lambda one: (-one.telling * one.times, one.term))


def _weights(question: Question) -> dict[Part, int]:
    weights: dict[Part, int] = {"title": TITLE_WEIGHT, "text": 1}
    return {part: weights[part] for part in PARTS if part in question.parts}


def _items(one: Wanted, posting: Posting, ranked: _Ranked) -> list[Item]:
    """What a posting adds: the same sum as the database's."""
    items = []
    for part, weight in ranked.weights.items():
        count, length = getattr(posting, f"{part}_count"), getattr(posting, f"{part}_words")
        points = worth.worth(one.telling, count, length, ranked.extents[part]) * one.times * weight
        if count:
            items.append(Item(one.word, part, count, points))
    return items


def _permitted(allowed: "Keys | Mapping[str, Keys]") -> Q:
    if not isinstance(allowed, Mapping):
        return Q(key__in=allowed)
    permitted = Q(pk__in=())
    for name, keys in allowed.items():
        of_kind = Q(collection__name=name)
        permitted |= of_kind if keys is None else of_kind & Q(key__in=keys)
    return permitted


def _rank(question: Question) -> _Ranked:
    _check(question)
    shelves = _shelves(question)
    postings = Posting.objects.filter(collection__in=shelves)
    allowed = None
    if question.allowed is not None:
        allowed = Document.objects.filter(_permitted(question.allowed), collection__in=shelves)
        postings = postings.filter(document__in=allowed.values("pk"))
    extents = _extents(shelves, allowed)
    documents = extents["text"].documents
    asked = _words(question)
    texts = dict(Term.objects.filter(text__in=asked).values_list("pk", "text"))
    holding = _holding(question, shelves, postings, set(texts), documents)
    wanted = _wanted(asked, holding, texts, documents)
    weights = _weights(question)
    found: list[tuple[int, int]] = []
    if wanted and weights:
        scope = ranking.Scope(shelves, allowed, weights, extents)
        found = ranking.best(wanted, scope, question.page * question.size + 1)
    return _Ranked(found, wanted, texts, weights, extents)


def keys(question: Question) -> list[str]:
    """The keys of a page of ``find`` alone, for whoever needs no reasons. BadInput as there."""
    last = question.page * question.size
    of_page = [pk for pk, _score in _rank(question).documents[last - question.size : last]]
    known = dict(Document.objects.filter(pk__in=of_page).values_list("pk", "key"))
    return [known[pk] for pk in of_page]


def find(question: Question) -> Found:
    """The documents that answer best, a page of them, each with its reasons; equal ones as they came.

    BadInput where there is nothing to look for, too much, or a page beyond what is listed.
    """
    ranked = _rank(question)
    last = question.page * question.size
    of_page = ranked.documents[last - question.size : last]
    rows = Document.objects.select_related("collection").in_bulk([pk for pk, _score in of_page])
    reasons: dict[int, list[Item]] = {pk: [] for pk in rows}
    terms = {one.term: one for one in ranked.wanted}
    for posting in Posting.objects.filter(document__in=rows, term__in=terms):
        reasons[posting.document_id] += _items(terms[posting.term_id], posting, ranked)
    points = {ranked.texts[one.term]: one.telling * one.times for one in ranked.wanted}
    hits = [_hit(rows[pk], score, reasons[pk], points) for pk, score in of_page]
    return Found(tuple(hits), question.page, more=len(ranked.documents) > last)


def reasons(question: Question) -> dict[str, tuple[Item, ...]]:
    """What each word adds to the documents of a page of ``find``, by their keys, without titles and excerpts.

    For whoever adds points of another kind. BadInput as there.
    """
    ranked = _rank(question)
    last = question.page * question.size
    of_page = [pk for pk, _score in ranked.documents[last - question.size : last]]
    keys_of = dict(Document.objects.filter(pk__in=of_page).values_list("pk", "key"))
    found: dict[int, list[Item]] = {pk: [] for pk in keys_of}
    terms = {one.term: one for one in ranked.wanted}
    for posting in Posting.objects.filter(document__in=keys_of, term__in=terms):
        found[posting.document_id] += _items(terms[posting.term_id], posting, ranked)
    return {
        keys_of[pk]: tuple(sorted(items, key=lambda item: (-item.points, item.word, item.part)))
        for pk, items in found.items()
    }


def _hit(row: Document, score: int, items: list[Item], points: dict[str, int]) -> Hit:
    return Hit(
        collection=row.collection.name,
        key=row.key,
        language=row.language,
        score=score,
        items=tuple(sorted(items, key=lambda item: (-item.points, item.word, item.part))),
        title=excerpts.marked(row.title, row.language, points),
        excerpt=excerpts.excerpt(row.text, row.language, points),
    )


def stale_documents() -> int:
    """How many documents were indexed by rules of an earlier count; ``services.rebuild`` mends them."""
    return Document.objects.exclude(words_version=words.VERSION).count()
