"""Certificates about persons: the code on paper, the credential, the signed PDF, and what was revoked."""

import base64
import io
import json
from datetime import datetime, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.kit import base32, clock
from isthmus.kit.errors import BadInput, IsthmusError, Refused
from isthmus.wire import jws, keys, pdf_seal
from isthmus.wire.attestation import (
    Attestation,
    Revoked,
    check_attestation,
    digest_of,
    read_attestation,
    sign_attestation,
    sign_revoked,
    signs_in,
)
from isthmus.wire.evidence import Finding
from isthmus.wire.verify import Given, main, verify_held
from tests.wire.samples import NOW, cn, make_node, mm

NUMBER = "0123456789ABCDEF"
CARD = mm().card_token()


def body(person: str = "ဒေါ်ခင်မျိုးဆွေ (sample)", about: str = "Workshop (sample)") -> Attestation:
    return Attestation(
        sender="mm",
        number=NUMBER,
        person=person,
        about=about,
        first="2026-11-22",
        last="2026-11-23",
        issued=NOW,
        parts=3,
        digest=digest_of({"sessions": ["One", "Two", "Three"]}),
    )


def signed(found: Attestation | None = None) -> str:
    return sign_attestation(found or body(), key=mm().seal_key, cert=mm().seal)


def looked_at(text: str | bytes, *cards: str, revoked: tuple[str, ...] = ()) -> Finding:
    data = text.encode() if isinstance(text, str) else text
    return verify_held(io.BytesIO(data), Given(cards=cards, revoked=revoked))


def gone(number: str = NUMBER) -> str:
    entry = Revoked(number=number, at=NOW, ground="issued-in-error")
    return sign_revoked("mm", (entry,), issued=NOW, key=mm().seal_key, cert=mm().seal)


TEXT = signed()
SEAL = keys.thumbprint(mm().seal)


@given(st.text(min_size=1, max_size=60), st.text(min_size=1, max_size=60))
@settings(max_examples=25)
def test_what_is_signed_is_read_back(person: str, about: str) -> None:
    try:
        told = body(person, about)
        text = signed(told)
    except (IsthmusError, ValueError):  # a text that no statement may hold, such as half a character
        return
    short, found = read_attestation(f"HTTPS://NODE.EXAMPLE/C/{text}")
    assert (found, short.text) == (told, text)
    assert looked_at(text, CARD).ok


@given(st.data())
@settings(max_examples=120)
def test_no_sign_of_it_can_be_changed(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(TEXT) - 1))
    sign = data.draw(st.sampled_from([one for one in base32.ALPHABET if one != TEXT[place]]))
    try:
        found = looked_at(TEXT[:place] + sign + TEXT[place + 1 :], CARD)
    except BadInput:
        return
    assert not found.ok


@pytest.mark.parametrize("text", [TEXT[:-1], TEXT + "0", TEXT[:110], "0" * 200])
def test_another_length_is_none(text: str) -> None:
    with pytest.raises(BadInput):
        read_attestation(text)


def test_the_order_of_members_does_not_change_a_statement() -> None:
    one = {"person": "Sample", "sessions": [{"title": "One", "on": ""}]}
    assert digest_of(one) == digest_of({"sessions": [{"on": "", "title": "One"}], "person": "Sample"})
    assert digest_of(one) != digest_of({**one, "person": "Another"})


def test_another_form_is_none() -> None:
    data = bytearray(base32.to_bytes(TEXT))
    data[0] ^= 1
    with pytest.raises(BadInput):
        read_attestation(base32.of_bytes(bytes(data)))
    data[0] ^= 1
    with pytest.raises(BadInput):  # the same statement, spelt with one space more
        read_attestation(base32.of_bytes(bytes(data) + b" "))


def test_a_code_is_known_in_any_letters_and_with_gaps() -> None:
    assert signs_in(f"https://node.example/c/{TEXT.lower()}") == TEXT
    assert signs_in(base32.grouped(TEXT)) == TEXT
    assert signs_in("0123 4567") == ""


class TestFinding:
    def test_without_a_card_nobody_is_known(self) -> None:
        assert (looked_at(TEXT).intact, looked_at(TEXT).signer) == (True, None)

    def test_another_card_does_not_prove_it(self) -> None:
        assert not looked_at(TEXT, cn().card_token()).intact

    def test_another_node_cannot_speak_for_it(self) -> None:
        forged = sign_attestation(body(), key=cn().seal_key, cert=cn().seal)
        assert "does not name" in looked_at(forged, CARD).problem

    def test_a_list_says_what_was_revoked(self) -> None:
        found = looked_at(TEXT, CARD, revoked=(gone(),))
        assert (found.ok, found.problem) == (
            False,
            "mm revoked it at 2026-11-23T10:02:00Z (issued-in-error).",
        )
        kept = looked_at(TEXT, CARD, revoked=(gone("0" * 16),))
        assert kept.ok
        assert dict(kept.details)["revoked"] == "no, by the list of 2026-11-23T10:02:00Z"

    def test_a_list_needs_its_card_and_can_itself_be_checked(self) -> None:
        assert looked_at(gone(), CARD).signer == "mm"
        with pytest.raises(BadInput, match="only be checked with its card"):
            looked_at(TEXT, revoked=(gone(),))


def issued(node_id: str, since: datetime, names: str) -> tuple[bytes, str]:
    """A signed PDF and the card of its node, whose keys are valid from ``since``."""
    from isthmus.ui.typeset import typeset

    node = make_node(node_id, "Sample node", "", 900, since)
    plain = typeset({"main": b"Certificate"})[0]
    card = node.card_token(issued=since + timedelta(days=1))
    return pdf_seal.seal(plain, key=node.seal_key, cert=node.seal, names=names), card


@cache
def sealed() -> tuple[bytes, str]:
    """One that is valid: a PDF is dated by the clock, and its keys begin yesterday."""
    return issued("xs", clock.now() - timedelta(days=1), names=TEXT)


class TestPdf:
    def test_names_its_signer_and_what_it_shows(self) -> None:
        pdf, card = sealed()
        found = looked_at(pdf, card)
        assert (found.kind, found.signer) == ("document", "xs")
        assert dict(found.details)["number"] == NUMBER
        assert not looked_at(pdf, CARD).intact
        assert (looked_at(pdf).intact, looked_at(pdf).signer) == (True, None)

    def test_no_byte_of_it_can_be_changed(self) -> None:
        pdf = sealed()[0]
        room = pdf.index(b"/Contents <") + 11
        found = bytes.fromhex(pdf[room : pdf.index(b">", room)].decode())
        versions = [room + 2 * place + 1 for place in (found.index(b"\x02\x01\x01") + 2, 0)]
        places = [20, room - 1, room + 60, pdf.index(b">", room) - 1, len(pdf) - 3, *versions]
        for place in places:
            changed = bytearray(pdf)
            changed[place] ^= 1
            with pytest.raises(IsthmusError):
                pdf_seal.read_seal(bytes(changed))
        for more in (b"\n", b"\n%%EOF"):
            with pytest.raises(IsthmusError):
                pdf_seal.read_seal(pdf + more)

    def test_one_that_was_changed_is_told_apart_from_no_pdf(self) -> None:
        pdf, card = sealed()
        changed = bytearray(pdf)
        changed[pdf.index(b"stream") + 20] ^= 1
        found = looked_at(bytes(changed), card)
        assert (found.intact, found.problem) == (
            False,
            "The signature does not match: the file was changed.",
        )

    def test_one_without_a_code_is_a_document_of_its_node(self) -> None:
        pdf, card = issued("xp", clock.now() - timedelta(days=1), names="")
        found = looked_at(pdf, card)
        assert (found.signer, "number" in dict(found.details)) == ("xp", False)

    def test_one_signed_before_its_key_was_valid_does_not_count(self) -> None:
        pdf, card = issued("xt", clock.now() + timedelta(days=1), names=TEXT)
        assert not looked_at(pdf, card).intact

    def test_a_list_revokes_what_it_shows(self) -> None:
        pdf, card = sealed()
        found = looked_at(pdf, card, CARD, revoked=(gone(),))
        assert "revoked it" in found.problem

    def test_a_room_that_is_no_string_of_hexadecimals_is_none(self) -> None:
        # Most readers of PDF stop before it.
        assert not pdf_seal._is_as_made(b"0011")

    def test_a_pdf_without_a_signature_is_none(self) -> None:
        with pytest.raises(BadInput, match="no signature"):
            looked_at(b"%PDF-1.7 nothing", CARD)


def badge(header: dict[str, object] | None = None, kid: str = "", **changes: object) -> str:
    """An Open Badge of mm as a JWT, or what only looks like one."""
    payload = {
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "credentialSubject": {"name": "Sample", "achievement": {"name": "Workshop (sample)"}},
        "validFrom": "2026-11-23T10:02:00Z",
        "jti": f"urn:isthmus:mm:certificate:{NUMBER}",
        "nbf": int(NOW.timestamp()),
        **changes,
    }
    told = {"alg": "ES256", "kid": f"https://mm.example/C/KEYS/{kid or SEAL}", "typ": "JWT", **(header or {})}
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (told, payload)]
    signed = b".".join(parts)
    signature = base64.urlsafe_b64encode(jws.es256(signed, mm().seal_key)).rstrip(b"=")
    return b".".join((signed, signature)).decode()


class TestCredential:
    def test_is_known_with_its_card_and_without(self) -> None:
        found = looked_at(badge(), CARD)
        assert (found.kind, found.signer, dict(found.details)["number"]) == ("credential", "mm", NUMBER)
        assert (looked_at(badge()).intact, looked_at(badge()).signer) == (True, None)

    def test_a_list_revokes_it(self) -> None:
        assert "revoked it" in looked_at(badge(), CARD, revoked=(gone(),)).problem

    def test_one_that_was_changed_is_not_intact(self) -> None:
        head, _payload, signature = badge().split(".")
        other = badge(validFrom="2027-01-01T00:00:00Z").split(".")[1]
        assert not looked_at(f"{head}.{other}.{signature}", CARD).intact

    def test_a_key_that_signs_records_does_not_sign_certificates(self) -> None:
        told = badge(kid=keys.thumbprint(mm().encryption))
        assert "does not name" in looked_at(told, CARD).problem

    @pytest.mark.parametrize(
        "changes",
        [
            {"type": ["VerifiableCredential"]},
            {"credentialSubject": "Sample"},
            {"credentialSubject": {"achievement": []}},
            {"jti": 7},
            {"nbf": "soon"},
            {"nbf": 10**15},
        ],
    )
    def test_another_credential_is_refused(self, changes: dict[str, object]) -> None:
        with pytest.raises(BadInput, match="no certificate of attendance"):
            looked_at(badge(**changes), CARD)

    def test_another_header_is_refused(self) -> None:
        with pytest.raises(Refused, match="alg ES256"):
            looked_at(badge({"alg": "ES384"}), CARD)

    def test_what_is_no_json_or_has_other_parts_is_refused(self) -> None:
        head, payload, _signature = badge().split(".")
        for text in (f"{head}.e30x.AAAA", f"{head}.{payload}"):
            with pytest.raises(BadInput):
                looked_at(text, CARD)


def test_a_code_needs_its_own_key_and_an_es256_signature() -> None:
    short, _body = read_attestation(TEXT)
    with pytest.raises(Refused, match="Another key"):
        check_attestation(short, cn().seal)
    with pytest.raises(Refused, match="not one for ES256"):
        jws.check_es256(b"short", b"text", mm().seal.public_key())


def test_from_the_shell(tmp_path, capsys) -> None:  # type: ignore[no-untyped-def]  # fixtures
    for name, text in (("code.txt", TEXT), ("mm.card", CARD), ("list.jws", gone())):
        (tmp_path / name).write_text(text + "\n")
    code, card, listed = (str(tmp_path / name) for name in ("code.txt", "mm.card", "list.jws"))
    assert main([code, "--card", card]) == 0
    assert main([code, "--card", card, "--revoked", listed]) == 3
    assert "revoked it" in capsys.readouterr().out
