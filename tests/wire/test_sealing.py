import shutil
import subprocess
from pathlib import Path

import pytest
from asn1crypto import pem
from asn1crypto.keys import EncryptedPrivateKeyInfo
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from isthmus.wire import keys, sealing
from tests.wire.samples import code_of, p256

KEY = p256(7)
ED_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
PASSPHRASE = "pässword with spaces".encode()
SEALED = keys.seal_private_key(KEY, PASSPHRASE)


def plain(key):
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def encrypted_elsewhere(key):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(PASSPHRASE))


@pytest.mark.parametrize("key", [KEY, ED_KEY], ids=["P-256", "Ed25519"])
def test_the_passphrase_opens_it(key):
    sealed = keys.seal_private_key(key, PASSPHRASE)
    assert sealed.startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n")
    assert plain(keys.open_private_key(sealed, PASSPHRASE)) == plain(key)


def test_the_cost_is_the_one_that_every_openssl_opens():
    envelope = EncryptedPrivateKeyInfo.load(pem.unarmor(SEALED)[2])["encryption_algorithm"]["parameters"]
    derivation = envelope["key_derivation_func"]
    assert derivation["algorithm"].dotted == "1.3.6.1.4.1.11591.4.11"
    parameters = list(derivation["parameters"].native.values())
    assert (len(parameters[0]), parameters[1:]) == (16, [16384, 8, 1])
    assert envelope["encryption_scheme"]["algorithm"].native == "aes256_cbc"


def test_each_sealing_is_salted_anew():
    assert keys.seal_private_key(KEY, PASSPHRASE) != SEALED


@pytest.mark.parametrize("passphrase", [b"", b"password", PASSPHRASE + b"\n"])
def test_another_passphrase_does_not(passphrase):
    assert code_of(keys.open_private_key, SEALED, passphrase) == "Refused keys.passphrase"


def test_a_hundred_wrong_passphrases_are_refused_alike(monkeypatch):
    # One in 256 leaves well-padded rubbish, which must not be taken for a damaged file.
    monkeypatch.setattr(sealing, "_COST", 2)
    cheap = keys.seal_private_key(KEY, PASSPHRASE)
    refused = {code_of(keys.open_private_key, cheap, b"wrong %d" % number) for number in range(600)}
    assert refused == {"Refused keys.passphrase"}


def test_an_empty_passphrase_seals_nothing():
    assert code_of(keys.seal_private_key, KEY, b"") == "BadInput keys.passphrase-empty"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text",
        KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n-----END ENCRYPTED PRIVATE KEY-----\n",
        b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n!!!!\n-----END ENCRYPTED PRIVATE KEY-----\n",
        SEALED[:120],
        SEALED[:100] + SEALED[-60:],
        SEALED.replace(b"MII", b"MIH", 1).replace(b"MIH", b"AAA", 1),
        SEALED.replace(b"ENCRYPTED PRIVATE", b"CERTIFICATE"),
    ],
)
def test_what_is_no_sealed_key(data):
    assert code_of(keys.open_private_key, data, PASSPHRASE) == "BadInput keys.form"


def test_a_cipher_that_is_not_known(monkeypatch):
    monkeypatch.setattr(sealing, "_SCRYPT", "1.2.3.4")
    strange = keys.seal_private_key(KEY, PASSPHRASE)
    monkeypatch.undo()
    assert code_of(keys.open_private_key, strange, PASSPHRASE) == "BadInput keys.form"


@pytest.mark.parametrize(
    "key",
    [ec.derive_private_key(7, ec.SECP384R1()), rsa.generate_private_key(65537, 2048)],
    ids=["P-384", "RSA"],
)
def test_keys_of_other_kinds(key):
    assert code_of(keys.open_private_key, encrypted_elsewhere(key), PASSPHRASE) == "BadInput keys.kind"


def test_a_key_that_another_program_sealed_is_opened():
    assert plain(keys.open_private_key(encrypted_elsewhere(KEY), PASSPHRASE)) == plain(KEY)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed on this machine")
class TestOpenSsl:
    def run(self, tmp_path: Path, *command, passphrase=PASSPHRASE):
        (tmp_path / "sealed.pem").write_bytes(SEALED)
        (tmp_path / "pass").write_bytes(passphrase)
        arguments = [argument.replace("@", f"{tmp_path}/") for argument in command]
        return subprocess.run(["openssl", *arguments], capture_output=True, check=False)

    def test_opens_it(self, tmp_path):
        done = self.run(tmp_path, "pkey", "-in", "@sealed.pem", "-passin", "file:@pass", "-outform", "DER")
        assert done.returncode == 0, done.stderr
        assert done.stdout == KEY.private_bytes(
            Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption()
        ) or (done.stdout == plain(KEY))

    def test_refuses_another_passphrase(self, tmp_path):
        done = self.run(tmp_path, "pkey", "-in", "@sealed.pem", "-passin", "file:@pass", passphrase=b"wrong")
        assert done.returncode != 0

    def test_sees_scrypt_and_aes(self, tmp_path):
        shown = self.run(tmp_path, "asn1parse", "-in", "@sealed.pem").stdout
        assert b":PBES2" in shown
        assert b":scrypt" in shown
        assert b":aes-256-cbc" in shown
