"""The guarantor's signature: over exactly these bytes, by exactly this key, in one spelling."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc.jwk import ECKey

from isthmus.apps.excise.guarantees.formats import consent
from isthmus.kit.errors import BadInput, Refused
from isthmus.wire.jws import _ORDER
from isthmus.wire.keys import generate_ed25519, generate_p256

TEXT = consent.statement({"number": "G-17", "amount_minor": 5})


def test_what_the_key_signed_holds_and_nothing_else(bank):
    jwk = consent.public_jwk(bank.public_key())
    token = consent.sign(TEXT, bank)
    consent.check(token, TEXT, jwk)
    consent.check(f" {token[:40]}\n{token[40:]}\n", TEXT, jwk)
    with pytest.raises(Refused) as caught:
        consent.check(token, TEXT + b" ", jwk)
    assert caught.value.code == "excise.consent-text"
    with pytest.raises(Refused) as caught:
        consent.check(token, TEXT, consent.public_jwk(generate_p256().public_key()))
    assert caught.value.code == "excise.consent-key"


def test_a_changed_signature_and_its_twin_are_refused(bank):
    jwk = consent.public_jwk(bank.public_key())
    head, body, last = consent.sign(TEXT, bank).split(".")
    raw = urlsafe_b64decode(f"{last}==")
    twin = raw[:32] + (_ORDER - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
    for changed, code in ((twin, "wire.signature.form"), (raw[1:] + raw[:1], "wire.signature")):
        text = urlsafe_b64encode(changed).rstrip(b"=").decode()
        with pytest.raises(Refused) as caught:
            consent.check(f"{head}.{body}.{text}", TEXT, jwk)
        assert caught.value.code.startswith(code)


def test_the_thumbprint_is_that_of_the_standard(bank):
    jwk = consent.public_jwk(bank.public_key())
    assert consent.thumbprint(jwk) == ECKey.import_key(jwk).thumbprint()


def test_a_pasted_key_is_read_or_says_what_is_wrong(bank):
    jwk = consent.public_jwk(bank.public_key())
    assert consent.read_jwk(json.dumps({**jwk, "kid": "any", "use": "sig"})) == jwk
    for text, said in (
        ("{", "not JSON"),
        ("[]", "no object"),
        (json.dumps({**jwk, "d": "x"}), "private key"),
        (json.dumps({**jwk, "crv": "P-384"}), "P-256"),
        (json.dumps({**jwk, "x": "short"}), "43 signs"),
        (json.dumps({**jwk, "x": jwk["x"][:-1] + "B"}), "canonical|no point"),
        (json.dumps({**jwk, "y": "A" * 43}), "no point"),
    ):
        with pytest.raises(BadInput, match=said):
            consent.read_jwk(text)


def test_a_key_file_must_hold_a_key_on_the_right_curve(bank):
    def pem(key) -> bytes:
        return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    assert consent.public_jwk(consent.open_key(pem(bank)).public_key()) == consent.public_jwk(
        bank.public_key()
    )
    for content in (b"nothing", pem(generate_private_key(SECP384R1())), pem(generate_ed25519())):
        with pytest.raises(BadInput):
            consent.open_key(content)
    with pytest.raises(BadInput):
        consent.open_key(pem(bank), "a passphrase that it does not have")
