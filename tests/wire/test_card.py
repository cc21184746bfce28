import hashlib
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from mnemonic import Mnemonic
from pydantic import ValidationError

from isthmus.kit.errors import BadInput
from isthmus.wire import codec, jws, keys
from isthmus.wire.card import (
    NodeCard,
    fingerprint,
    fingerprint_words,
    read_card,
    same_words,
    sign_card,
)
from tests.wire.samples import NOW, cn, code_of, make_node, mm, p256, record_token


def unchecked(card, key=None, kid=None):
    """The card as a token, without the checks of the one who signs."""
    return jws.sign(card.to_bytes(), key=key or mm().seal_key, kid=kid or mm().kid, typ=jws.CARD)


class TestForm:
    def test_members_as_published(self):
        members = codec.decode(mm().card().to_bytes())
        assert list(members) == [
            "id",
            "name",
            "country",
            "url",
            "reachable",
            "root",
            "seal",
            "encryption",
            "log",
            "record_types",
            "issued",
        ]
        assert members["record_types"] == ["etrade.export-declaration/1"]
        assert members["issued"] == "2026-11-23T10:02:00Z"
        assert members["root"].startswith("-----BEGIN CERTIFICATE-----\n")

    def test_is_signed_and_read(self):
        card = read_card(mm().card_token())
        assert card == mm().card()
        assert card.node == card.id == "mm"
        assert card.certificate("log") == mm().log
        assert card.root_certificate() == mm().root

    def test_of_a_secretariat_without_country_or_types(self):
        node = make_node("cifal", "Secretariat", "", 4000)
        assert read_card(node.card_token(record_types=())).country == ""

    @pytest.mark.parametrize(
        "changes",
        [
            {"id": "M"},
            {"name": ""},
            {"name": "x" * 65},
            {"country": "Myanmar"},
            {"country": "mm"},
            {"url": "ftp://mm.example.org"},
            {"url": "https://mm.example.org/path"},
            {"url": "https://user@mm.example.org"},
            {"url": "https://"},
            {"url": "javascript:alert(1)"},
            {"reachable": "yes"},
            {"root": ""},
            {"log": "x" * 5000},
            {"record_types": ("etrade.export-declaration",)},
            {"record_types": ("etrade.export-declaration/0",)},
            {"record_types": "etrade.export-declaration/1"},
            {"record_types": ("a.b/1",) * 1001},
        ],
    )
    def test_refuses_by_member(self, changes):
        with pytest.raises(ValidationError) as caught:
            mm().card(**changes)
        assert {error["loc"][0] for error in caught.value.errors()} == set(changes)

    def test_names_the_member_at_fault(self):
        members = codec.decode(mm().card().to_bytes())
        with pytest.raises(BadInput) as caught:
            NodeCard.from_json({**members, "country": "mm", "colour": "red"})
        assert caught.value.code == "wire.card.invalid"
        assert [fault.where for fault in caught.value.faults] == ["country", "colour"]


class TestRead:
    def test_a_record_is_no_card(self):
        assert code_of(read_card, record_token()) == "Refused wire.jws.type"

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"id": "md"}, "Refused trust.card.node"),
            ({"country": "CN"}, "Refused trust.card.node"),
            ({"country": ""}, "Refused trust.card.node"),
            ({"root": keys.to_pem(cn().root)}, "Refused trust.card.node"),
            ({"root": keys.to_pem(mm().seal)}, "Refused trust.certificate.root"),
            ({"root": "text"}, "BadInput trust.certificate.form"),
            ({"seal": keys.to_pem(cn().seal)}, "Refused trust.certificate.issuer"),
            ({"seal": keys.to_pem(mm().log)}, "Refused trust.certificate.purpose"),
            ({"encryption": keys.to_pem(mm().seal)}, "Refused trust.certificate.purpose"),
            ({"log": keys.to_pem(cn().log)}, "Refused trust.certificate.issuer"),
            ({"log": "text"}, "BadInput trust.certificate.form"),
            ({"issued": NOW - timedelta(seconds=1)}, "Refused trust.certificate.not-yet-valid"),
            ({"issued": NOW.replace(year=2032)}, "Refused trust.certificate.expired"),
            ({"issued": NOW.replace(year=2047)}, "Refused trust.certificate.expired"),
        ],
    )
    def test_a_card_that_contradicts_itself(self, changes, code):
        card = mm().card(**changes)
        assert code_of(read_card, unchecked(card)) == code

    def test_signed_by_another_key(self):
        assert code_of(read_card, unchecked(mm().card(), key=p256(9))) == "Refused wire.signature.invalid"

    def test_signed_under_another_certificate(self):
        assert code_of(read_card, unchecked(mm().card(), kid=cn().kid)) == "Refused trust.card.key"

    def test_a_node_hands_out_no_card_that_others_refuse(self):
        assert code_of(sign_card, mm().card(country="CN"), mm().seal_key) == "Refused trust.card.node"
        assert code_of(sign_card, mm().card(), p256(9)) == "Refused wire.signature.invalid"


class TestFingerprint:
    def test_is_the_start_of_the_hash_of_the_root(self):
        der = mm().root.public_bytes(Encoding.DER)
        assert fingerprint(mm().card()) == hashlib.sha256(der).digest()[:16]

    def test_twelve_words_with_a_checksum(self):
        words = fingerprint_words(mm().card())
        assert len(words.split()) == 12
        assert bytes(Mnemonic("english").to_entropy(words)) == fingerprint(mm().card())

    def test_words_of_bip_39(self, monkeypatch):
        monkeypatch.setattr("isthmus.wire.card.fingerprint", lambda card: bytes(16))
        assert fingerprint_words(mm().card()) == "abandon " * 11 + "about"
        monkeypatch.setattr("isthmus.wire.card.fingerprint", lambda card: b"\x7f" * 16)
        assert fingerprint_words(mm().card()) == (
            "legal winner thank year wave sausage worth useful legal winner thank yellow"
        )

    def test_follow_the_root_and_nothing_else(self):
        assert fingerprint(mm().card(url="https://moved.example.org")) == fingerprint(mm().card())
        assert fingerprint(cn().card()) != fingerprint(mm().card())

    def test_typed_in_any_case_and_spacing(self):
        card = mm().card()
        words = fingerprint_words(card)
        assert same_words(words, card)
        assert same_words(f"  {words.upper()}\n".replace(" ", "\t \n"), card)

    def test_other_words_are_not_the_same(self):
        card = mm().card()
        words = fingerprint_words(card).split()
        assert not same_words(fingerprint_words(cn().card()), card)
        assert not same_words(" ".join(words[:-1]), card)
        assert not same_words(" ".join([*words, words[0]]), card)
        assert not same_words(" ".join(reversed(words)), card)
        assert not same_words("".join(words), card)
        assert not same_words("", card)
