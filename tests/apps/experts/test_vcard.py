"""The card for an address book: RFC 6350's escapes, folds and ends of lines."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.experts.formats.vcard import Card, write


def lines_of(data: bytes) -> list[str]:
    assert data.endswith(b"\r\n")
    return data.decode().replace("\r\n ", "").split("\r\n")[:-1]


def test_a_whole_card() -> None:
    card = Card(
        uid="mm-1",
        name="Daw Sample; the first",
        title="Customs, excise",
        organisation="Sample ministry",
        note="One\r\ntwo\\three",
        skills=("Stamps, seals", "Law"),
        languages=("my", "en"),
        orcid="0000-0002-1825-0097",
        contact={
            "email": "sample@sample.example",
            "phone": "+95 1 000",
            "url": "https://sample.example/\r\nX:1",
            "address": "1, Sample road",
        },
        revised=datetime(2026, 11, 27, 10, 2, tzinfo=UTC),
    )
    assert lines_of(write(card)) == [
        "BEGIN:VCARD",
        "VERSION:4.0",
        "UID:urn:isthmus:mm-1",
        "FN:Daw Sample\\; the first",
        "TITLE:Customs\\, excise",
        "ORG:Sample ministry",
        "NOTE:One\\ntwo\\\\three",
        "CATEGORIES:Stamps\\, seals,Law",
        "LANG;PREF=1:my",
        "LANG;PREF=2:en",
        "EMAIL:sample@sample.example",
        "TEL;VALUE=text:+95 1 000",
        "URL:https://sample.example/X:1",
        "ADR:;;1\\, Sample road;;;;",
        "URL;TYPE=work:https://orcid.org/0000-0002-1825-0097",
        "REV:20261127T100200Z",
        "END:VCARD",
    ]


def test_what_is_not_known_is_left_out() -> None:
    assert lines_of(write(Card("1", "A"))) == [
        "BEGIN:VCARD",
        "VERSION:4.0",
        "UID:urn:isthmus:1",
        "FN:A",
        "END:VCARD",
    ]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300))
def test_no_text_breaks_out_of_its_line_and_none_is_too_long(text: str) -> None:
    data = write(Card("1", text, note=text, contact={"email": text, "url": text}))
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    names = [line.partition(":")[0] for line in lines_of(data)]
    assert set(names) <= {"BEGIN", "VERSION", "UID", "FN", "NOTE", "EMAIL", "URL", "END"}
    assert names.count("END") == 1
