"""The index follows its rows: written, replaced, removed and rolled back with them."""

import pytest
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries

from isthmus.kit.errors import BadInput
from isthmus.search import services
from isthmus.search.models import Collection, Document, Posting, Tally, Term
from isthmus.search.queries import Question, keys
from isthmus.search.rules import words
from isthmus.search.services import Entry, clear, put, rebuild, remove

pytestmark = pytest.mark.django_db


def entry(key: str, text: str, title: str = "", language: str = "en") -> Entry:
    return Entry(key, title, text, language)


def found(text: str, **question: object) -> list[str]:
    return keys(Question(text, **question))


def tallied() -> tuple[int, ...]:
    """How much there is by the tallies."""
    columns = ("documents", "title_words", "text_words")
    return tuple(sum(values) for values in zip(*Tally.objects.values_list(*columns), strict=True))


def counted() -> tuple[int, ...]:
    """How much there is by the documents themselves."""
    lengths = list(Document.objects.values_list("title_words", "text_words"))
    return (len(lengths), sum(title for title, _text in lengths), sum(text for _title, text in lengths))


def contents() -> set[tuple[object, ...]]:
    """All that the index holds, in its own words."""
    columns = ("term__text", "collection__name", "document__key")
    numbers = ("title_count", "text_count", "title_words", "text_words")
    return set(Posting.objects.values_list(*columns, *numbers))


def test_what_was_put_is_found_and_written_once():
    assert put("topics", [entry("1", "Solar power"), entry("2", "Excise stamps")]) == 2
    assert found("solar") == ["1"]
    assert put("topics", [entry("1", "Solar power")]) == 0


def test_an_entry_replaces_what_had_its_key():
    put("topics", [entry("1", "Solar power")])
    put("topics", [entry("1", "Excise stamps")])
    assert found("solar") == []
    assert found("stamps") == ["1"]


def test_of_two_entries_with_one_key_the_later_counts():
    assert put("topics", [entry("1", "Solar power"), entry("1", "Excise stamps")]) == 1
    assert found("solar stamps") == ["1"]
    assert found("solar") == []


def test_an_entry_that_changes_its_audience_is_no_longer_found_by_the_first():
    put("topics", [entry("1", "Solar power")], audience="a")
    put("topics", [entry("1", "Solar power")], audience="b")
    assert found("solar", audiences={"a"}) == []
    assert found("solar", audiences={"b"}) == ["1"]


def test_a_text_in_another_language_is_indexed_anew():
    put("topics", [entry("1", "experts", language="en")])
    put("topics", [entry("1", "experts", language="fr")])
    assert found("experts") == []
    assert found("experts", languages=["fr"]) == ["1"]


def test_what_is_rolled_back_is_not_found():
    put("topics", [entry("1", "Solar power")])
    with transaction.atomic():
        put("topics", [entry("1", "Excise stamps"), entry("2", "Excise stamps")])
        transaction.set_rollback(True)
    assert found("stamps") == []
    assert found("solar") == ["1"]


def test_what_is_removed_is_not_found_and_leaves_nothing_behind():
    put("topics", [entry("1", "Solar power"), entry("2", "Solar stamps")])
    put("needs", [entry("1", "Solar panels")])
    assert remove("topics", ["1", "9"]) == 1
    assert found("solar") == ["2", "1"]
    assert contents() == {
        ("en:solar", "topics", "2", 0, 1, 0, 2),
        ("en:stamp", "topics", "2", 0, 1, 0, 2),
        ("en:solar", "needs", "1", 0, 1, 0, 2),
        ("en:panel", "needs", "1", 0, 1, 0, 2),
    }


def test_a_collection_is_cleared_for_all_audiences():
    put("topics", [entry("1", "Solar power")])
    put("topics", [entry("2", "Solar power")], audience="a")
    put("needs", [entry("3", "Solar power")])
    assert clear("topics") == 2
    assert list(Collection.objects.values_list("name", flat=True)) == ["needs"]
    assert found("solar", audiences=None) == ["3"]


def test_counts_and_lengths_are_of_the_words():
    put("topics", [entry("1", "solar solar HS 2208.30 太阳", title="Solar")])
    rows = {row[0]: row[3:] for row in contents()}
    assert rows["en:solar"] == (1, 2, 1, 6)
    assert rows["#2208"] == (0, 1, 1, 6)
    assert rows["~太阳"] == (0, 1, 1, 6)


def test_an_entry_without_a_key_is_refused_and_nothing_is_written():
    with pytest.raises(BadInput, match="needs a key"), transaction.atomic():
        put("topics", [entry("1", "Solar power"), entry("", "Solar power")])
    assert not Document.objects.exists()


def test_a_text_that_is_too_long_is_refused_with_its_key(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(services, "LONGEST_TEXT", 10)
    with pytest.raises(BadInput, match="The document k has 11 signs; at most 10"):
        put("topics", [entry("k", "Solar power")])


def test_a_text_with_signs_that_a_database_does_not_keep_is_indexed_without_them():
    put("topics", [entry("1", "solar\0power e\u0301t\u00e9", language="fr")])
    assert Document.objects.get().text == "solar power \u00e9t\u00e9"


def test_a_rebuild_gives_the_same_index():
    put("topics", [entry("1", "Solar power", title="Sun"), entry("2", "税 2208.30", language="zh")])
    before, told = contents(), []
    Posting.objects.all().delete()
    assert rebuild(lambda done, total: told.append((done, total))) == 2
    assert contents() == before
    assert told == [(2, 2)]


def test_a_rebuild_of_what_is_stale_touches_nothing_else(monkeypatch: pytest.MonkeyPatch):
    put("topics", [entry("1", "Solar power")])
    monkeypatch.setattr(words, "VERSION", words.VERSION + 1)
    put("topics", [entry("2", "Solar power")])
    assert rebuild(lambda done, total: None, stale=True) == 1
    assert rebuild(lambda done, total: None, stale=True) == 0
    assert put("topics", [entry("1", "Solar power")]) == 0


def test_a_term_that_is_used_no_more_does_no_harm():
    put("topics", [entry("1", "Solar power")])
    remove("topics", ["1"])
    assert Term.objects.filter(text="en:solar").exists()
    assert found("solar") == []


def write_and_take_away() -> None:
    put("topics", [entry("1", "Solar power", title="Sun"), entry("2", "Excise"), entry("3", "Stamps")])
    put("topics", [entry("1", "Solar"), entry("2", "Excise")])
    put("topics", [entry("2", "Excise")], audience="a")
    remove("topics", ["3", "4"])
    rebuild(lambda done, total: None)


@pytest.mark.parametrize("most", [2, 200])
def test_tallies_say_how_much_there_is_whatever_was_written(most: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(services, "_MOST_TALLIES", most)
    write_and_take_away()
    assert tallied() == counted() == (2, 0, 2)


def test_tallies_are_put_together_from_time_to_time(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(services, "_MOST_TALLIES", 3)
    for key in "abcdefgh":
        put("topics", [entry(key, "Solar power")])
    assert Tally.objects.count() < 3
    assert tallied() == counted() == (8, 0, 16)


@pytest.mark.django_db(transaction=True)
def test_settling_tells_postgresql_how_much_there_is_and_does_nothing_on_sqlite(
    django_assert_num_queries: DjangoAssertNumQueries,
):
    put("topics", [entry("1", "Solar power"), entry("2", "Solar lamps")])
    postgres = connection.vendor == "postgresql"
    with django_assert_num_queries(1 if postgres else 0):
        services.settle()
    if postgres:
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'search_posting'::regclass")
            assert cursor.fetchone() == (Posting.objects.count(),)
    assert found("solar") == ["1", "2"]


def test_nothing_is_settled_inside_a_transaction(django_assert_num_queries: DjangoAssertNumQueries):
    with django_assert_num_queries(0):
        services.settle()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no autovacuum of this kind")
def test_postgresql_tidies_postings_after_a_fiftieth_of_them():
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE oid = 'search_posting'::regclass")
        (options,) = cursor.fetchone()
    assert "autovacuum_vacuum_insert_scale_factor=0.02" in options
