"""Collections in files, read or refused with the line."""

from pathlib import Path

import pytest

from isthmus.kit.errors import BadInput
from isthmus.search.formats import collection, jsonl, judgments, smart
from isthmus.search.formats.documents import Written

SMART = """.I 1
.T
first title
goes on
.A
somebody
.W
first text
.I 4
.W
second text
"""


def test_smart_documents_are_numbered_by_their_place():
    assert list(smart.read(SMART.splitlines(keepends=True), "en")) == [
        Written("1", "first title\ngoes on", "first text", "en"),
        Written("2", "", "second text", "en"),
    ]


def test_an_empty_smart_file_holds_nothing():
    assert list(smart.read(["\n"], "en")) == []


@pytest.mark.parametrize("text", ["what\n.I 1\n", ".I 1\nwhat\n", ".T\n"])
def test_a_smart_line_outside_every_section_is_refused(text: str):
    with pytest.raises(BadInput, match="belongs to no section"):
        list(smart.read(text.splitlines(keepends=True), "en"))


def test_json_lines_are_documents_in_their_own_language_or_the_files():
    lines = ['{"id": 7, "title": "Duty", "colour": "red"}', "", '{"id": "b", "text": "税", "language": "zh"}']
    assert list(jsonl.read(lines, "en")) == [Written("7", "Duty", "", "en"), Written("b", "", "税", "zh")]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "not JSON"),
        ("[]", "not an object"),
        ('{"id": true, "text": "a"}', "member id is not a text"),
        ('{"id": "1", "text": 5}', "member text is not a text"),
        ('{"text": "a"}', "no member id"),
        ('{"id": "1"}', "neither title nor text"),
    ],
)
def test_a_json_line_that_cannot_be_used_is_named(line: str, why: str):
    with pytest.raises(BadInput, match=f"Line 2 cannot be read: .*{why}"):
        list(jsonl.read(['{"id": "0", "text": "a"}', line], "en"))


def test_judgments_of_both_forms_are_read_and_only_grades_from_1_are_relevant():
    lines = ["1 184 2", "1 29 5", "1 31 -1", "1 12 0", "", "2 0 12 1"]
    assert judgments.read(lines) == {"1": {"184", "29"}, "2": {"12"}}


@pytest.mark.parametrize("line", ["1", "1 2", "1 2 x", "1 2 3 4 5"])
def test_a_judgment_of_another_form_is_refused(line: str):
    with pytest.raises(BadInput, match="Line 2 cannot be read"):
        judgments.read(["1 2 3", line])


def test_a_file_is_read_whichever_form_it_has(tmp_path: Path):
    (tmp_path / "a").write_text(SMART, encoding="utf-8-sig")
    (tmp_path / "b").write_text('{"id": "1", "text": "税"}', encoding="utf-8")
    (tmp_path / "c").write_text("", encoding="utf-8")
    assert [one.key for one in collection.read(tmp_path / "a", "en")] == ["1", "2"]
    assert list(collection.read(tmp_path / "b", "zh")) == [Written("1", "", "税", "zh")]
    assert list(collection.read(tmp_path / "c", "en")) == []


def test_a_file_that_is_no_utf_8_is_refused_with_the_byte(tmp_path: Path):
    (tmp_path / "a").write_bytes(b"ab\xff")
    with pytest.raises(BadInput, match="a is not a text in UTF-8: byte 3"):
        list(collection.read(tmp_path / "a", "en"))
