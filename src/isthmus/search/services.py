"""The only writers of the index. They work in the caller's transaction: a text is found if and only if the
rows that it tells of are committed, whenever the power goes.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TypeVar

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from isthmus.kit.errors import BadInput
from isthmus.kit.text import nfc
from isthmus.search.models import Collection, Document, Posting, Tally, Term
from isthmus.search.rules import words, worth

T = TypeVar("T")
_AT_ONCE = 500
_ROWS_AT_ONCE = 1_000
_MOST_TALLIES = 200
_COLUMNS = "term_id, collection_id, document_id, title_count, text_count, title_words, text_words"
_COPY = f"COPY search_posting ({_COLUMNS}) FROM STDIN"
_SAID = ("language", "title", "text")
_FROM_RULES = ("title_words", "text_words", "words_version")
LONGEST_TEXT = 1_000_000
"""Signs of a document's title and text together."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What an application wants found: its own key for it, its language as a tag, its title and its text."""

    key: str
    title: str
    text: str
    language: str


@dataclass(slots=True)
class _Counted:
    title: Counter[str]
    text: Counter[str]
    title_words: int
    text_words: int


def _clean(text: str) -> str:
    # PostgreSQL keeps no NUL; all else that has no picture is left to whoever shows the text.
    return nfc(text.replace("\0", " "))


def _count(text: str, language: str) -> tuple[Counter[str], int]:
    found: Counter[str] = Counter()
    length = 0
    for token in words.tokens(text, language):
        found[token.term] += 1
        length += not token.extra
    return found, length


def _counted(document: Document) -> _Counted:
    title, title_words = _count(document.title, document.language)
    text, text_words = _count(document.text, document.language)
    return _Counted(title, text, title_words, text_words)


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def _ids_of_terms(texts: set[str]) -> dict[str, int]:
    """The ids of terms, made where they are new; in their order, so that two writers do not wait for each
    other.
    """
    found: dict[str, int] = {}
    for batch in _batches(sorted(texts), _AT_ONCE):
        known = dict(Term.objects.filter(text__in=batch).values_list("text", "pk"))
        missing = [text for text in batch if text not in known]
        if missing:
            Term.objects.bulk_create([Term(text=text) for text in missing], ignore_conflicts=True)
            known |= dict(Term.objects.filter(text__in=missing).values_list("text", "pk"))
        found |= known
    return found


def _write(documents: list[Document], *, texts: bool) -> None:
    """Write these documents, with ``texts`` what they say too, and the postings of what they say now."""
    known = [document for document in documents if document.pk is not None]
    Posting.objects.filter(document__in=known).delete()
    _tally(known, -1)
    counted = [(document, _counted(document)) for document in documents]
    ids = _ids_of_terms({term for _document, found in counted for term in (*found.title, *found.text)})
    for document, found in counted:
        document.title_words, document.text_words = found.title_words, found.text_words
        document.words_version = words.VERSION
    Document.objects.bulk_create([document for document in documents if document.pk is None])
    Document.objects.bulk_update(known, [*(_SAID if texts else ()), *_FROM_RULES])
    rows = []
    for document, found in counted:
        lengths = (min(found.title_words, worth.MOST_LENGTH), min(found.text_words, worth.MOST_LENGTH))
        for term in sorted(found.title | found.text):
            counts = (min(found.title[term], worth.MOST_COUNT), min(found.text[term], worth.MOST_COUNT))
            rows.append((ids[term], document.collection_id, document.pk, *counts, *lengths))
    _insert(rows)
    _tally(documents, 1)


def _tally(documents: Iterable[Document], sign: int) -> None:
    """Say that these came, or with -1 that they go; those that were never indexed do not count."""
    totals: dict[int, list[int]] = {}
    for document in documents:
        if document.words_version:
            total = totals.setdefault(document.collection_id, [0, 0, 0])
            for place, size in enumerate((1, document.title_words, document.text_words)):
                total[place] += sign * size
    Tally.objects.bulk_create(
        [
            Tally(collection_id=shelf, documents=total[0], title_words=total[1], text_words=total[2])
            for shelf, total in sorted(totals.items())
        ]
    )
    for shelf in totals:
        _put_tallies_together(shelf)


def _put_tallies_together(shelf: int) -> None:
    """One row for many, where nobody else is at it."""
    if Tally.objects.filter(collection=shelf).count() < _MOST_TALLIES:
        return
    free = Tally.objects.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
    rows = list(free.filter(collection=shelf))
    Tally.objects.filter(pk__in=[row.pk for row in rows]).delete()
    Tally.objects.create(
        collection_id=shelf,
        documents=sum(row.documents for row in rows),
        title_words=sum(row.title_words for row in rows),
        text_words=sum(row.text_words for row in rows),
    )


@lru_cache(maxsize=4)
def _insertion(rows: int) -> str:
    one = f"({', '.join(['%s'] * len(_COLUMNS.split(',')))})"
    return f"INSERT INTO search_posting ({_COLUMNS}) VALUES {', '.join([one] * rows)}"  # noqa: S608  no value in it


def _insert(rows: Iterable[tuple[int, ...]]) -> None:
    """Postings as plain SQL: they are seven numbers each, and as models they cost most of an indexing."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Its driver writes every number of a statement apart; what is copied is one text.
            lines = "".join("\t".join(map(str, row)) + "\n" for row in rows)
            with connection.wrap_database_errors, cursor.copy(_COPY) as copy:
                copy.write(lines)
            return
        for batch in _batches(rows, _ROWS_AT_ONCE):
            cursor.execute(_insertion(len(batch)), [number for row in batch for number in row])


def _checked(entry: Entry) -> Entry:
    if not entry.key:
        raise BadInput("search.no-key", _("A document to be found needs a key; this one has none."))
    size = len(entry.title) + len(entry.text)
    if size > LONGEST_TEXT:
        raise BadInput(
            "search.too-long",
            _("The document %(key)s has %(size)d signs; at most %(most)d can be indexed.")
            % {"key": entry.key, "size": size, "most": LONGEST_TEXT},
            next_step=_("Split it into chapters."),
        )
    return Entry(entry.key, _clean(entry.title), _clean(entry.text), entry.language)


@transaction.atomic
def put(name: str, entries: Iterable[Entry], *, audience: str = "") -> int:
    """Let entries be found in the collection ``name`` by those of ``audience``; empty: by everyone on this
    node.

    An entry replaces what had its key in this collection, also for another audience; of two with the same
    key the later counts. What is the same is not written again. Returns how many were written. BadInput for
    an entry without a key or of more than a million signs, and then nothing is written.
    """
    shelf, _made = Collection.objects.get_or_create(name=name, audience=audience)
    written = 0
    for batch in _batches(entries, _AT_ONCE):
        latest = {entry.key: _checked(entry) for entry in batch}
        of_others = Document.objects.filter(collection__name=name, key__in=latest)
        _delete(of_others.exclude(collection=shelf))
        present = {row.key: row for row in shelf.documents.filter(key__in=latest)}
        changed = []
        for key, entry in latest.items():
            row = present.get(key)
            said = (entry.language, entry.title, entry.text)
            if row is not None and (row.language, row.title, row.text, row.words_version) == (
                *said,
                words.VERSION,
            ):
                continue
            document = row or Document(collection=shelf, key=key, words_version=0)
            document.language, document.title, document.text = said
            changed.append(document)
        _write(changed, texts=True)
        written += len(changed)
    return written


def _delete(documents: "QuerySet[Document]") -> int:
    rows = list(documents.only("collection", "title_words", "text_words", "words_version"))
    for batch in _batches(rows, _AT_ONCE):
        Posting.objects.filter(document__in=batch).delete()
        Document.objects.filter(pk__in=[row.pk for row in batch]).delete()
    _tally(rows, -1)
    return len(rows)


@transaction.atomic
def remove(name: str, keys: Iterable[str]) -> int:
    """Let these keys be found no more, whatever their audience; returns how many were there."""
    return sum(
        _delete(Document.objects.filter(collection__name=name, key__in=batch))
        for batch in _batches(keys, _AT_ONCE)
    )


@transaction.atomic
def clear(name: str) -> int:
    """Empty a collection, for all audiences; returns how many documents were there."""
    removed = _delete(Document.objects.filter(collection__name=name))
    Collection.objects.filter(name=name).delete()
    return removed


def rebuild(step: Callable[[int, int], None], *, stale: bool = False) -> int:
    """Index every document anew from its text, some hundreds in a transaction; ``step`` is told done and
    total.

    With ``stale``, only those that were indexed by earlier rules. The index is whole at any moment; a
    rebuild that was cut short is begun again. Returns how many documents were indexed.
    """
    asked = Document.objects.exclude(words_version=words.VERSION) if stale else Document.objects.all()
    ids = list(asked.order_by("pk").values_list("pk", flat=True))
    done = 0
    for batch in _batches(ids, _AT_ONCE):
        with transaction.atomic():
            locked = Document.objects.select_for_update().filter(pk__in=batch).order_by("pk")
            _write(list(locked), texts=False)
        done += len(batch)
        step(done, len(ids))
    return done


def settle() -> None:
    """Let PostgreSQL count and mark at once what a large load brought, as its autovacuum does somewhat later.

    Until then it looks up in the table whether each posting is still there, and guesses how many there are.
    Nothing on SQLite; nothing inside a transaction, where PostgreSQL cannot.
    """
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE, SKIP_LOCKED) search_posting, search_document, search_term")
