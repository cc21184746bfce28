"""Tables of any program: told apart where it is certain, refused with line and reason where it is not."""

import io
import zipfile
from collections.abc import Callable
from datetime import date

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.kit.errors import BadInput
from isthmus.kit.tables import workbook
from isthmus.kit.tables.reading import DELIMITERS, MAX_COLUMNS, Layout, read_table

cells = st.text(
    alphabet=st.characters(categories=["L", "N", "P", "S", "Zs"], exclude_characters="\0"), min_size=1
)


def sheet(*rows: list[object], protect: Callable[[openpyxl.Workbook], None] = lambda book: None) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    protect(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def refusal(data: bytes, layout: Layout | None = None) -> tuple[str, str]:
    with pytest.raises(BadInput) as caught:
        read_table(data, layout)
    assert caught.value.faults
    return caught.value.code, caught.value.faults[0].where


@pytest.mark.parametrize("sign", DELIMITERS)
def test_the_delimiter_is_found(sign: str) -> None:
    table = read_table(
        sign.join(["No", "Name", "kg"]).encode() + b"\n" + sign.join(["1", "Rice", "5"]).encode()
    )
    assert table.headers == ("No", "Name", "kg")
    assert table.rows[0].cells == ("1", "Rice", "5")
    assert DELIMITERS[sign] in table.written


def test_a_delimiter_that_is_not_certain_is_asked_for() -> None:
    data = b"a;b,c;d\n1;2,3;4\n"
    assert refusal(data) == ("table.delimiter", "line 1")
    assert read_table(data, Layout(delimiter=",")).headers == ("a;b", "c;d")


def test_rows_carry_the_line_on_which_they_begin() -> None:
    table = read_table(b'No,Text\n1,"two\nlines"\n\n2,b\n')
    assert [(row.number, row.cells[0]) for row in table.rows] == [(2, "1"), (5, "2")]


@given(
    st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=5),
    st.sampled_from(["utf-8", "utf-16"]),
)
def test_what_was_written_is_read(rows: list[list[str]], page: str) -> None:
    text = "a,b,c\n" + "\n".join(
        ",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows
    )
    read = read_table(text.encode(page), Layout(delimiter=","))
    kept = [tuple(row) for row in rows if any(cell.strip() for cell in row)]
    assert [row.cells for row in read.rows] == kept


def test_a_code_page_is_told_or_stated_or_refused() -> None:
    thai = "เลขที่,ผู้ส่งออก\n1,บริษัท ข้าวไทย\n".encode("tis-620")
    assert read_table(thai).headers == ("เลขที่", "ผู้ส่งออก")
    odd = "no,name\n1,Ž\n".encode("cp1250")
    assert refusal(odd) == ("table.encoding", "file")
    assert read_table(odd, Layout(encoding="cp1250")).rows[0].cells == ("1", "Ž")
    assert refusal(thai, Layout(encoding="utf-8")) == ("table.encoding", "line 1")
    assert read_table("a,b\n1,2".encode("utf-16-le"), Layout(encoding="utf-16")).headers == ("a", "b")


@pytest.mark.parametrize(
    ("data", "code", "where"),
    [
        (b"", "table.empty", "file"),
        (b" \n \n", "table.empty", "file"),
        (b'a,b\n1,"2', "table.quotes", "line 2"),
        (b'a,b\n"1"x,2', "table.quotes", "line 2"),
        (b"a,a\n1,2", "table.head", "line 1"),
        (b",".join([b"x"] * 501) + b"\n", "table.head", "line 1"),
        (b"a,b\n" + b"1,2\n" * 200_002, "table.rows", "line 200002"),
        (b"x" * (workbook.MAX_BYTES + 1), "table.size", "file"),
        (b"\xef\xbb\xbfa,b\n1,\0", "table.encoding", "line 2"),
    ],
)
def test_damaged_files_are_refused_with_the_line(data: bytes, code: str, where: str) -> None:
    assert refusal(data) == (code, where)


def test_a_cell_without_an_end_and_a_head_that_is_too_wide_are_refused() -> None:
    assert refusal(b"a\n" + b"x" * 140_000) == ("table.quotes", "line 2")
    wide = ",".join(f"c{number}" for number in range(MAX_COLUMNS + 1)).encode() + b"\n"
    assert refusal(wide) == ("table.head", "line 1")


def test_columns_without_a_name_at_the_end_are_none() -> None:
    assert read_table(b"No,Name,,\n1,Rice,,\n").headers == ("No", "Name")


def test_the_head_may_stand_lower() -> None:
    table = read_table(b"Report of today\nNo,kg\n1,2\n", Layout(header_row=2, delimiter=","))
    assert (table.headers, table.rows[0].number) == (("No", "kg"), 3)
    assert refusal(b"a\n", Layout(header_row=9)) == ("table.empty", "file")


class TestWorkbooks:
    def test_days_are_days_and_numbers_are_as_they_are_shown(self) -> None:
        table = read_table(
            sheet(["No", "Day", "kg"], ["A1", date(2026, 11, 23), 0.1 + 0.2], [7, date(2026, 1, 2), True])
        )
        assert table.unit == "row"
        assert table.rows[0].cells == ("A1", date(2026, 11, 23), "0.3")
        assert table.rows[1].cells == ("7", date(2026, 1, 2), "true")

    def test_rows_keep_their_number_and_columns_their_place(self) -> None:
        def lower(book: openpyxl.Workbook) -> None:
            book.active.insert_rows(1, 2)
            book.active.insert_cols(1)

        table = read_table(sheet(["No", "kg"], [1, 2], protect=lower), Layout(header_row=3))
        assert table.headers == ("", "No", "kg")
        assert (table.rows[0].number, table.rows[0].cells) == (4, ("", "1", "2"))

    def test_the_first_visible_sheet_or_the_one_named(self) -> None:
        def two(book: openpyxl.Workbook) -> None:
            book.active.sheet_state = "hidden"
            book.create_sheet("Data").append(["x", "y"])

        data = sheet(["a", "b"], protect=two)
        assert read_table(data).headers == ("x", "y")
        assert read_table(data, Layout(sheet="Sheet")).headers == ("a", "b")
        assert refusal(data, Layout(sheet="None"))[0] == "workbook.sheet"

    def test_a_bomb_is_refused_before_it_is_unpacked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(workbook, "MAX_UNPACKED", 10_000)
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", b" " * 1_000_000)
        assert refusal(file.getvalue())[0] == "workbook.unpacked"

    def test_a_member_that_lies_about_its_size_is_refused(self) -> None:
        data = bytearray(sheet(["a"], [1]))
        with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
            member = archive.getinfo("xl/workbook.xml")
        at = data.rindex(b"xl/workbook.xml") - 46 + 24  # its size, in the central directory
        assert int.from_bytes(data[at : at + 4], "little") == member.file_size
        data[at : at + 4] = (member.file_size - 100).to_bytes(4, "little")
        assert refusal(bytes(data))[0] == "workbook.damaged"

    def test_a_cell_at_the_end_of_the_sheet_does_not_exhaust_memory(self) -> None:
        def far(book: openpyxl.Workbook) -> None:
            book.active["XFD1048576"] = "x"

        assert refusal(sheet(["a", "b"], protect=far))[0] in {"bounds", "workbook.rows"}

    def test_document_types_passwords_and_doubles_are_refused(self) -> None:
        def archive_of(*members: tuple[str, bytes]) -> bytes:
            file = io.BytesIO()
            with zipfile.ZipFile(file, "w") as archive:
                for name, content in members:
                    archive.writestr(name, content)
            return file.getvalue()

        hostile = b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'
        assert refusal(archive_of(("xl/workbook.xml", hostile)))[0] == "workbook.doctype"
        locked = bytearray(archive_of(("xl/workbook.xml", b"<x/>")))
        locked[locked.rindex(b"PK\x01\x02") + 8] |= 1
        assert refusal(bytes(locked))[0] == "workbook.password"
        with pytest.warns(UserWarning, match="Duplicate name"):
            double = archive_of(("a.xml", b"<x/>"), ("a.xml", b"<y/>"))
        assert refusal(double)[0] == "workbook.damaged"

    @pytest.mark.parametrize("cut", [30, 200, -40])
    def test_a_half_written_workbook_is_refused(self, cut: int) -> None:
        assert refusal(sheet(["a"], [1])[:cut])[0] == "workbook.damaged"

    def test_what_only_begins_like_a_workbook_is_refused(self) -> None:
        assert refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)[0] == "workbook.damaged"

    def test_too_large_a_workbook_is_not_opened(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(workbook, "MAX_BYTES", 100)
        assert refusal(sheet(["a"], [1]))[0] == "workbook.size"
