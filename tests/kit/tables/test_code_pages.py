"""Code pages: told where they are certain, and never told wrongly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.kit.tables.code_pages import PAGES, by_mark, certain_page

WORDS = {
    "cp1251": "Восток Торг ООО Рис Минск экспорт груза товара Алматы завод",
    "koi8-r": "Восток Торг Экспорт Рис Минск Россия завод",
    "cp1256": "شركة النيل للتجارة المصدر الرقم مصنع الأرز والقطن البضائع",
    "tis-620": "บริษัท ข้าวไทย จำกัด ผู้ส่งออก กรุงเทพ สินค้า น้ำตาล เลขที่",
    "gb18030": "昆明贸易有限公司 出口 大米 中国 云南 进口 商品 公司",
    "cp1252": "Société Générale Müller Käse Exportación São João Crème Café",
}


def table(words: list[str]) -> str:
    return "no;name;city\n" + "\n".join(f"{at};{word};X" for at, word in enumerate(words))


@pytest.mark.parametrize("page", sorted(WORDS))
def test_a_file_of_words_is_told(page: str) -> None:
    assert certain_page(table(WORDS[page].split()).encode(page)) == page


@given(data=st.data(), page=st.sampled_from(sorted(WORDS)))
def test_what_is_told_is_right(data: st.DataObject, page: str) -> None:
    words = data.draw(st.lists(st.sampled_from(WORDS[page].split()), min_size=1, max_size=6))
    text = table(words)
    told = certain_page(text.encode(page))
    assert told is None or text.encode(page).decode(told) == text


@given(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1))
def test_utf_8_is_told_by_its_bytes(text: str) -> None:
    assert certain_page(text.encode()) == "utf-8"


@pytest.mark.parametrize("page", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_told_by_the_side_of_its_zeros(page: str) -> None:
    assert certain_page(table(["ข้าว", "rice"]).encode(page)) == page


@pytest.mark.parametrize(
    "data",
    [
        b"a\0b",  # an odd number of bytes
        b"\0a\0b\0\n\x00\x00a\0",  # zeros on both sides
        "ab".encode("utf-16-le") + b"\x41\xd8\x41\x00",  # half a surrogate pair
        b"name;caf\xe9 \xd0\xd2\xc1\xd7",  # two scripts at once
        b"\x81\x8d\x8f;x",  # no page has these signs
        b"a;\xff\xff",
        "номер;рис;товар".encode("koi8-r"),  # or cp1251, in capitals
        "НОМЕР;РИС;ТОВАР".encode("cp1251"),
        "no;云".encode("gb18030"),
        "no;朱镕基 朱镕基".encode("gb18030"),  # a name with a sign that is not among the common ones
        "no;龘靐齉爩鱻麤灪龖".encode("gb18030"),  # signs that GB 2312 does not have
        "no;caf\u00e9s \u00d7".encode("latin-1") + b"\x81",
    ],
)
def test_what_is_not_certain_is_not_told(data: bytes) -> None:
    assert certain_page(data) is None


def test_marks() -> None:
    assert by_mark(b"\xef\xbb\xbfa") == ("utf-8", 3)
    assert by_mark(b"\xff\xfea\0") == ("utf-16-le", 2)
    assert by_mark(b"\xfe\xff\0a") == ("utf-16-be", 2)
    assert by_mark(b"a") is None


@pytest.mark.parametrize("page", PAGES)
def test_every_page_that_may_be_stated_is_one_that_can_be_read(page: str) -> None:
    assert b"a".decode(page if page != "utf-16" else "utf-16-le", "replace")
