"""The index from the shell: questions without a command, files by their lines, measures of a ranking."""

from pathlib import Path

import pytest

from isthmus.search.models import Document, Posting
from isthmus.search.services import Entry, put
from tests.node.test_cli import Run, isthmus  # noqa: F401  a fixture is found by its name

LINES = """{"id": "1", "title": "Solar pumps", "text": "Water for every village", "language": "en"}
{"id": "2", "title": "太阳能", "text": "家庭供电", "language": "zh-hans"}
{"id": "3", "title": "Excise stamps", "text": "Solar is not meant; HS 2208.30"}
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "documents.jsonl"
    path.write_text(LINES, encoding="utf-8")
    return str(path)


def test_a_question_needs_no_command(isthmus: Run, file: str) -> None:  # noqa: F811  the fixture
    indexed = isthmus("search", "index", file, "--json").data
    assert indexed == {"kind": "file:documents", "read": 3, "indexed": 3}
    found = isthmus("search", "solar", "--json").data
    assert [(hit["place"], hit["key"], hit["title"]) for hit in found["hits"]] == [
        (1, "1", "Solar pumps"),
        (2, "3", "Excise stamps"),
    ]
    assert (found["page"], found["more"]) == (1, False)
    assert [hit["key"] for hit in isthmus("search", "--json", "太阳").data["hits"]] == ["2"]
    assert [hit["key"] for hit in isthmus("search", "find", "2208", "--json").data["hits"]] == ["3"]


def test_the_reasons_of_a_score_sum_to_it(isthmus: Run, file: str) -> None:  # noqa: F811  the fixture
    isthmus("search", "index", file)
    for hit in isthmus("search", "--explain", "solar", "pumps", "--json").data["hits"]:
        assert hit["score_millionths"] == sum(item["points_millionths"] for item in hit["items"])
    shown = isthmus("search", "solar", "pumps", "--explain", "--size", "1")
    assert "1: " in shown.out
    assert "pumps in title" in shown.out
    assert "--page 2" in shown.err


def test_kinds_are_asked_alone_and_forgotten(isthmus: Run, file: str) -> None:  # noqa: F811  the fixture
    put("topics", [Entry("t", "Solar homes", "", "en")], audience="somebody")
    isthmus("search", "index", file, "--kind", "notes")
    (hit,) = isthmus("search", "solar", "--kind", "topics", "--json").data["hits"]
    assert hit["kind"] == "topics"
    assert isthmus("search", "forget", "notes", "--json").data == {"kind": "file:notes", "removed": 3}
    assert isthmus("search", "forget", "topics", "--json").data["removed"] == 0
    assert [hit["key"] for hit in isthmus("search", "solar", "--json").data["hits"]] == ["t"]


def test_the_index_is_made_anew(isthmus: Run, file: str) -> None:  # noqa: F811  the fixture
    isthmus("search", "index", file)
    Posting.objects.all().delete()
    assert "Nothing was found" in isthmus("search", "solar").err
    assert isthmus("search", "rebuild", "--stale", "--json").data == {"indexed": 0}
    assert isthmus("search", "rebuild", "--json").data == {"indexed": 3}
    assert "Solar pumps" in isthmus("search", "solar").out


def test_a_wrong_line_is_named_and_nothing_is_indexed(isthmus: Run, file: str) -> None:  # noqa: F811  the fixture
    with Path(file).open("a", encoding="utf-8") as more:
        more.write("{}\n")
    done = isthmus("search", "index", file)
    assert (done.code, Document.objects.count()) == (2, 0)
    assert "Line 4 cannot be read: it has no member id" in done.err


def test_a_question_without_a_word_is_bad_input(isthmus: Run) -> None:  # noqa: F811  the fixture
    assert isthmus("search", "?!").code == 2
    assert isthmus("search", "find").code == 2
    assert "QUERY" in isthmus("search", "--help").out


def test_a_judged_collection_is_measured(isthmus: Run, file: str, tmp_path: Path) -> None:  # noqa: F811  the fixture
    (tmp_path / "asked").write_text('{"id": "a", "text": "water pumps"}', encoding="utf-8")
    (tmp_path / "judged").write_text("a 0 1 1\n", encoding="ascii")
    files = ["--docs", file, "--queries", str(tmp_path / "asked"), "--qrels", str(tmp_path / "judged")]
    assert isthmus("search", "evaluate", *files, "--part", "both", "--json").data == {
        "documents": 3,
        "questions": 1,
        "ndcg_at_10": 1.0,
        "map": 1.0,
        "recall_at_100": 1.0,
    }
    assert Document.objects.count() == 0
