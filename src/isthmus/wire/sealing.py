"""Private keys at rest: PKCS#8 encrypted under a passphrase, readable by OpenSSL.

PBES2 (RFC 8018) with scrypt (RFC 7914) and AES-256-CBC. The cost is OpenSSL's own default, N = 2^14, r = 8,
p = 1: the largest N that every OpenSSL opens without being told to allow more memory.
"""

import os

from asn1crypto import algos, core, pem
from asn1crypto.keys import EncryptedPrivateKeyInfo
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from isthmus.kit.errors import BadInput, Refused

PrivateKey = EllipticCurvePrivateKey | Ed25519PrivateKey

_SCRYPT = "1.3.6.1.4.1.11591.4.11"
_DERIVATIONS = {_SCRYPT, "pbkdf2"}
_COST, _BLOCK, _PARALLEL = 2**14, 8, 1
_KEY_BYTES, _IV_BYTES, _SALT_BYTES = 32, 16, 16


class _ScryptParameters(core.Sequence):  # type: ignore[misc]  # asn1crypto ships no types
    """RFC 7914, section 7.1; asn1crypto knows PBKDF2 alone."""

    _fields = [
        ("salt", core.OctetString),
        ("cost_parameter", core.Integer),
        ("block_size", core.Integer),
        ("parallelization_parameter", core.Integer),
    ]


def seal_private_key(key: PrivateKey, passphrase: bytes) -> bytes:
    """A PEM file (``ENCRYPTED PRIVATE KEY``) that only the passphrase opens.

    Raises BadInput ``keys.passphrase-empty`` for an empty passphrase.
    """
    if not passphrase:
        raise BadInput("keys.passphrase-empty", "A private key is not sealed under an empty passphrase.")
    plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    salt, iv = os.urandom(_SALT_BYTES), os.urandom(_IV_BYTES)
    secret = Scrypt(salt=salt, length=_KEY_BYTES, n=_COST, r=_BLOCK, p=_PARALLEL).derive(passphrase)
    padder = PKCS7(algorithms.AES.block_size).padder()
    padded = padder.update(plain) + padder.finalize()
    encryptor = Cipher(algorithms.AES(secret), modes.CBC(iv)).encryptor()
    parameters = _ScryptParameters(
        {"salt": salt, "cost_parameter": _COST, "block_size": _BLOCK, "parallelization_parameter": _PARALLEL}
    )
    scheme = algos.Pbes2Params(
        {
            "key_derivation_func": {"algorithm": _SCRYPT, "parameters": parameters},
            "encryption_scheme": {"algorithm": "aes256_cbc", "parameters": iv},
        }
    )
    envelope = EncryptedPrivateKeyInfo(
        {
            "encryption_algorithm": {"algorithm": "pbes2", "parameters": scheme},
            "encrypted_data": encryptor.update(padded) + encryptor.finalize(),
        }
    )
    sealed: bytes = pem.armor("ENCRYPTED PRIVATE KEY", envelope.dump())
    return sealed


def _check_envelope(data: bytes) -> None:
    try:
        label, _, body = pem.unarmor(data)
        algorithm = EncryptedPrivateKeyInfo.load(body, strict=True).native["encryption_algorithm"]
        known = algorithm["parameters"]["key_derivation_func"]["algorithm"] in _DERIVATIONS
    except (ValueError, TypeError, KeyError):
        label, known = "", False
    if label != "ENCRYPTED PRIVATE KEY" or not known:
        raise BadInput(
            "keys.form",
            "This file is not a private key sealed with scrypt or PBKDF2, or it is damaged.",
            next_step="Take the .pem file from the node's keys folder, or from its backup.",
        )


def open_private_key(data: bytes, passphrase: bytes) -> PrivateKey:
    """The key inside a sealed PEM file.

    Refused ``keys.passphrase`` on the wrong passphrase; BadInput ``keys.form`` where the file is no sealed
    key, ``keys.kind`` where the key is neither P-256 nor Ed25519.
    """
    _check_envelope(data)
    try:
        key = load_pem_private_key(data, passphrase)
    except (ValueError, TypeError) as error:
        # One wrong passphrase in 256 decrypts to something that is padded well and then is no key.
        raise Refused(
            "keys.passphrase",
            "The passphrase does not open this private key.",
            next_step="Use the passphrase that the key was made with.",
        ) from error
    if isinstance(key, Ed25519PrivateKey):
        return key
    if isinstance(key, EllipticCurvePrivateKey) and isinstance(key.curve, SECP256R1):
        return key
    raise BadInput("keys.kind", "This private key is neither P-256 nor Ed25519.")
