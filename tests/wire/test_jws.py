import hashlib
import hmac
import json
from dataclasses import replace

import pytest
import zstandard
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import example, given
from hypothesis import strategies as st

from isthmus.kit.errors import IsthmusError
from isthmus.wire import codec, jws, packing
from isthmus.wire.jws import Unverified
from tests.wire.samples import ORDER, b64, code_of, forge, good_header, p256, unb64

KID = "k" * 43
KEY = p256(7)
ED_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))

# RFC 7515, appendix A.3: a signature with the higher value of s.
RFC7515_KEY = ec.EllipticCurvePublicNumbers(
    int.from_bytes(unb64("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU")),
    int.from_bytes(unb64("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0")),
    ec.SECP256R1(),
).public_key()
RFC7515_TOKEN = (
    "eyJhbGciOiJFUzI1NiJ9"
    ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
)
# RFC 8037, appendix A.4; RFC 9864 names the algorithm Ed25519.
RFC8037_KEY = Ed25519PublicKey.from_public_bytes(unb64("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"))
RFC8037_TOKEN = (
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
    ".hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
)


def sign(payload=b"payload", key=KEY):
    return jws.sign(payload, key=key, kid=KID, typ=jws.RECORD)


def parse(token):
    return jws.parse(token, typ=jws.RECORD)


def taken_apart(token, alg):
    _, payload, signature = token.split(".")
    return Unverified(
        token, kid="", alg=alg, typ="", payload=unb64(payload), header=b"", signature=unb64(signature)
    )


def s_of(token):
    return int.from_bytes(unb64(token.rpartition(".")[2])[32:])


def with_other_s(token):
    """The same signature with the other of its two values of s, which ECDSA itself accepts as well."""
    signed, _, signature = token.rpartition(".")
    raw = unb64(signature)
    return f"{signed}.{b64(raw[:32] + (ORDER - int.from_bytes(raw[32:])).to_bytes(32))}"


class TestSign:
    def test_es256_by_a_p256_key(self):
        header, payload, signature = sign().split(".")
        assert unb64(header) == b'{"alg":"ES256","kid":"%s","typ":"isthmus-record+jws"}' % KID.encode()
        assert unb64(payload) == b"payload"
        assert len(unb64(signature)) == 64

    def test_ed25519_by_its_key_is_always_the_same(self):
        token = sign(key=ED_KEY)
        assert (
            unb64(token.split(".")[0])
            == b'{"alg":"Ed25519","kid":"%s","typ":"isthmus-record+jws"}' % KID.encode()
        )
        signed, _, signature = token.rpartition(".")
        assert unb64(signature) == ED_KEY.sign(signed.encode())

    def test_the_lower_s_always(self):
        assert all(s_of(sign()) <= ORDER // 2 for _ in range(32))

    def test_another_curve_is_refused(self):
        assert code_of(sign, key=ec.derive_private_key(7, ec.SECP384R1())) == "BadInput wire.jws.key"

    def test_1_mib_is_signed_and_read_and_a_byte_more_refused(self):
        payload = b"x" * codec.MAX_BYTES
        assert jws.verify(parse(sign(payload)), KEY.public_key()) == payload
        assert code_of(sign, payload + b"x") == "BadInput wire.jws.size"

    def test_its_parts_make_up_the_same_token(self):
        signed = jws.sign_in_parts(b"payload", key=KEY, kid=KID, typ=jws.RECORD)
        assert packing.join(signed.header, signed.payload, signed.signature) == signed.token
        assert packing.unpack(signed.packed()) == signed.token


class TestParse:
    @given(st.binary(min_size=1, max_size=200))
    def test_what_was_taken_apart_is_put_together_to_the_same_text(self, payload):
        token = sign(payload)
        assert packing.unpack(parse(token).packed()) == token

    def test_takes_a_token_apart(self):
        token = sign()
        header, _, signature = (unb64(part) for part in token.split("."))
        assert parse(token) == Unverified(
            token, KID, "ES256", jws.RECORD, b"payload", header=header, signature=signature
        )
        assert jws.type_of(token) == jws.RECORD

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"alg": "none"}, "algorithm"),
            ({"alg": "None"}, "algorithm"),
            ({"alg": "HS256"}, "algorithm"),
            ({"alg": "RS256"}, "algorithm"),
            ({"alg": "ES384"}, "algorithm"),
            ({"alg": "ES256K"}, "algorithm"),
            ({"alg": "EdDSA"}, "algorithm"),
            ({"alg": None}, "algorithm"),
            ({"alg": ["ES256"]}, "algorithm"),
            ({"crit": ["b64"], "b64": False}, "crit"),
            ({"crit": []}, "crit"),
            ({"jwk": {"kty": "EC"}}, "header"),
            ({"jku": "https://attacker.example/keys"}, "header"),
            ({"x5c": ["MII"]}, "header"),
            ({"x5u": "https://attacker.example/cert"}, "header"),
            ({"b64": True}, "header"),
            ({"zip": "DEF"}, "header"),
            ({"kid": "short"}, "header"),
            ({"kid": "k" * 42 + "/"}, "header"),
            ({"kid": "k" * 43 + "\n"}, "header"),
            ({"kid": 7}, "header"),
            ({"typ": None}, "header"),
            ({"typ": jws.RECEIPT}, "type"),
            ({"typ": "JWT"}, "type"),
        ],
    )
    def test_refuses_a_header_by_name(self, changes, reason):
        assert code_of(parse, forge(good_header(**changes))) == f"Refused wire.jws.{reason}"

    def test_a_header_without_algorithm(self):
        assert code_of(parse, forge({"kid": KID, "typ": jws.RECORD})) == "Refused wire.jws.algorithm"

    def test_the_public_key_as_hmac_secret(self):
        header = b64(json.dumps(good_header(alg="HS256")).encode())
        signed = f"{header}.{b64(b'{}')}"
        secret = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        token = f"{signed}.{b64(hmac.digest(secret, signed.encode(), hashlib.sha256))}"
        assert code_of(parse, token) == "Refused wire.jws.algorithm"

    def test_an_embedded_key_that_fits_its_signature(self):
        numbers = KEY.public_key().public_numbers()
        point = {"x": b64(numbers.x.to_bytes(32)), "y": b64(numbers.y.to_bytes(32))}
        header = b64(json.dumps(good_header(jwk={"kty": "EC", "crv": "P-256", **point})).encode())
        signature = sign().rpartition(".")[2]
        assert code_of(parse, f"{header}.{b64(b'{}')}.{signature}") == "Refused wire.jws.header"

    @pytest.mark.parametrize(
        ("header", "code"),
        [
            (b"[]", "wire.jws.form"),
            (b"7", "wire.jws.form"),
            (b"{", "wire.codec.syntax"),
            (b'{"alg":"ES256","alg":"none"}', "wire.codec.duplicate"),
            (b'{"alg":"\xff"}', "wire.codec.utf8"),
        ],
    )
    def test_a_header_that_is_no_strict_object(self, header, code):
        assert code_of(parse, forge(header)) == f"BadInput {code}"

    @pytest.mark.parametrize(
        ("token", "reason"),
        [
            ("", "form"),
            ("a.b", "form"),
            ("a.b.c.d", "form"),
            ("." * 5, "form"),
            ("..", "base64"),
            ("ü.b.c", "base64"),
            ("\ud800.b.c", "base64"),
            (forge(good_header()) + "=", "base64"),
            (forge(good_header()) + "\n", "base64"),
            (" " + forge(good_header()), "base64"),
            (forge(good_header(), payload=b""), "base64"),
            (forge(good_header(), signature=b""), "base64"),
            (forge(good_header(), signature=b"\1" * 63), "form"),
            (forge(good_header(), signature=b"\1" * 65), "form"),
            (forge(good_header(kid="k" * 600)), "form"),
        ],
    )
    def test_refuses_a_form_by_name(self, token, reason):
        assert code_of(parse, token) == f"BadInput wire.jws.{reason}"

    @pytest.mark.parametrize(
        "spelling", ["YQ", "YR", "YQ=", "YQ==", "Y Q", "YQ\n", "Y+", "Y/", "A", "YWI", "YWJ"]
    )
    def test_one_spelling_of_a_payload_only(self, spelling):
        header, _, signature = forge(good_header()).split(".")
        token = f"{header}.{spelling}.{signature}"
        if spelling in {"YQ", "YWI"}:
            assert parse(token).payload in {b"a", b"ab"}
        else:
            assert code_of(parse, token) == "BadInput wire.jws.base64"

    def test_a_token_of_any_length_is_refused_before_it_is_looked_at(self):
        longest = 512 + (codec.MAX_BYTES + 2) // 3 * 4 + 128 + 2
        assert code_of(parse, "x" * (longest + 1)) == "BadInput wire.jws.size"
        assert code_of(parse, "x" * longest) == "BadInput wire.jws.form"

    @given(st.text(max_size=60) | st.binary(max_size=60).map(lambda header: forge(header)))
    def test_never_fails_otherwise(self, token):
        with pytest.raises(IsthmusError):
            parse(token)

    @given(st.binary(min_size=1, max_size=50))
    def test_any_payload_comes_back(self, payload):
        assert parse(forge(good_header(), payload=payload)).payload == payload


class TestVerify:
    @pytest.mark.parametrize("key", [KEY, ED_KEY], ids=["ES256", "Ed25519"])
    def test_gives_the_payload(self, key):
        assert jws.verify(parse(sign(key=key)), key.public_key()) == b"payload"

    def test_the_example_of_rfc_7515_in_its_lower_spelling(self):
        lower = with_other_s(RFC7515_TOKEN)
        payload = b'{"iss":"joe",\r\n "exp":1300819380,\r\n "http://example.com/is_root":true}'
        assert jws.verify(taken_apart(lower, "ES256"), RFC7515_KEY) == payload
        higher = taken_apart(RFC7515_TOKEN, "ES256")
        assert code_of(jws.verify, higher, RFC7515_KEY) == "Refused wire.signature.form"

    def test_the_example_of_rfc_8037(self):
        assert jws.verify(taken_apart(RFC8037_TOKEN, "Ed25519"), RFC8037_KEY) == b"Example of Ed25519 signing"

    def test_a_stranger_cannot_respell_a_signature(self):
        assert (
            code_of(jws.verify, parse(with_other_s(sign())), KEY.public_key())
            == "Refused wire.signature.form"
        )

    @pytest.mark.parametrize(
        "public_key",
        [
            ED_KEY.public_key(),
            ec.derive_private_key(7, ec.SECP384R1()).public_key(),
            ec.derive_private_key(7, ec.SECP256K1()).public_key(),
            "no key",
        ],
        ids=["Ed25519", "P-384", "secp256k1", "text"],
    )
    def test_a_key_of_another_kind(self, public_key):
        assert code_of(jws.verify, parse(sign()), public_key) == "Refused wire.signature.key"

    def test_a_p256_key_for_ed25519(self):
        assert code_of(jws.verify, parse(sign(key=ED_KEY)), KEY.public_key()) == "Refused wire.signature.key"

    @pytest.mark.parametrize("key", [KEY, ED_KEY], ids=["ES256", "Ed25519"])
    def test_another_signer(self, key):
        other = p256(8) if key is KEY else Ed25519PrivateKey.from_private_bytes(b"x" * 32)
        assert (
            code_of(jws.verify, parse(sign(key=key)), other.public_key()) == "Refused wire.signature.invalid"
        )

    @pytest.mark.parametrize(
        "signature", [b"\0" * 64, b"\1" * 64, b"\0" * 32 + b"\1" * 32, b"\xff" * 32 + b"\1" * 32]
    )
    def test_signatures_made_of_nothing(self, signature):
        forged = parse(forge(good_header(), signature=signature))
        assert code_of(jws.verify, forged, KEY.public_key()) == "Refused wire.signature.invalid"

    @pytest.mark.parametrize("key", [KEY, ED_KEY], ids=["ES256", "Ed25519"])
    def test_every_changed_character_is_found(self, key):
        token = sign(b'{"a":"some text"}', key=key)
        for place, character in enumerate(token):
            changed = token[:place] + ("A" if character != "A" else "B") + token[place + 1 :]
            with pytest.raises(IsthmusError):
                jws.verify(parse(changed), key.public_key())


class TestPackedOnItsWay:
    """A token that came packed is read as its text is: the same value, or the same refusal."""

    @staticmethod
    def both(text):
        packed = packing.pack(text)
        found = []
        for token in (text, packing.open_text(packed, 10_000_000)):
            try:
                unverified = parse(token)
            except IsthmusError as error:
                found.append((error.code, error.message))
            else:
                assert unverified.packed() == packed
                found.append(replace(unverified, came_as=b""))
        return found

    def test_a_good_one(self):
        token = sign()
        one, other = self.both(token)
        assert one == other
        assert jws.verify(other, KEY.public_key()) == b"payload"
        assert parse(packing.open_text(packing.pack(token), 1000)).came_as == packing.pack(token)

    @given(
        st.binary(max_size=40)
        | st.sampled_from([good_header(), good_header(typ="x"), good_header(crit=["b"])]).map(codec.encode),
        st.binary(max_size=40),
        st.binary(min_size=63, max_size=65),
    )
    @example(codec.encode(good_header()), b"", bytes(64))
    def test_any_parts(self, header, payload, signature):
        one, other = self.both(packing.join(header, payload, signature))
        assert one == other

    def test_lengths(self):
        for header, payload in ((b"h" * 400, b"p"), (b"", b"p"), (b"h", b""), (b"h", b"p" * 1_060_000)):
            one, other = self.both(packing.join(header, payload, bytes(64)))
            assert one == other

    def test_a_token_packed_as_another_text_is_read_as_that_text(self):
        token = sign()
        as_text = b"\0" + zstandard.ZstdCompressor().compress(token.encode())
        assert packing.open_text(as_text, 1000) == token
