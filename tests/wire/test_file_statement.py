"""A node's detached signature of a file, checked by the pure part alone."""

import io

import pytest

from isthmus.kit.errors import BadInput, Refused
from isthmus.wire import keys
from isthmus.wire.file_statement import read_file_statement, sign_file
from isthmus.wire.verify import Given, verify_held
from tests.wire.samples import NOW, cn, mm

FILE = b"%PDF sample"


def statement(content: bytes = FILE, **changes: object) -> str:
    members = {
        "sender": "mm",
        "name": "report.pdf",
        "media_type": "application/pdf",
        "issued": NOW,
        "key": mm().seal_key,
        "kid": keys.thumbprint(mm().seal),
    }
    return sign_file(content, **{**members, **changes})  # type: ignore[arg-type]  # given as tests need it


def finding(content: bytes, token: str, *cards: str):  # type: ignore[no-untyped-def]  # given as tests need it
    return verify_held(io.BytesIO(content), Given(cards=cards, named_by=token))


CARD = mm().card_token()


def test_names_the_file_and_its_signer() -> None:
    found = finding(FILE, statement() + "\n", CARD)
    assert (found.kind, found.ok, found.signer) == ("file", True, "mm")
    assert dict(found.details)["name"] == "report.pdf"
    assert read_file_statement(statement())[1].size == len(FILE)


def test_other_bytes_are_told() -> None:
    found = finding(FILE + b" ", statement(), CARD)
    assert (found.intact, found.problem) == (False, "It was signed for a file with other bytes.")


def test_without_a_card_nobody_is_known() -> None:
    found = finding(FILE, statement())
    assert (found.intact, found.signer) == (True, None)


def test_another_node_cannot_speak_for_it() -> None:
    forged = statement(key=cn().seal_key, kid=keys.thumbprint(cn().seal))
    found = finding(FILE, forged, CARD)
    assert not found.intact
    assert "does not name" in found.problem


def test_members_are_checked() -> None:
    with pytest.raises((BadInput, Refused, ValueError)):
        statement(media_type="nothing")
