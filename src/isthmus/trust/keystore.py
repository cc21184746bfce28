"""The private keys of this node, opened once a process and only when first needed."""

import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes, PrivateKeyTypes
from django.conf import settings

from isthmus.kit.config import Config
from isthmus.kit.errors import Fault, Refused
from isthmus.trust.models import KeyPurpose, OwnKey
from isthmus.trust.statements import Select
from isthmus.wire import keys


@dataclass(frozen=True, slots=True)
class KeyInUse:
    """A private key of this node together with the certificate that speaks for it."""

    kid: str
    private_key: Any
    certificate: x509.Certificate


def write_private(path: Path, data: bytes) -> None:
    """Write a secret that only its owner can read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(path.name + ".part")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)


def passphrase(config: Config) -> bytes:
    """The passphrase of the private keys; Fault that names the file where it cannot be read."""
    try:
        return config.passphrase_path.read_bytes().strip()
    except OSError as error:
        raise Fault(
            "keys.no-passphrase",
            f"The passphrase of the keys cannot be read from {config.passphrase_path}.",
            next_step="Run `isthmus init`, or set ISTHMUS_PASSPHRASE_FILE to the file that holds it.",
        ) from error


def make_passphrase(config: Config) -> bytes:
    """Read the passphrase, or invent one where the node has none yet."""
    if not config.passphrase_path.is_file():
        write_private(config.passphrase_path, secrets.token_urlsafe(32).encode("ascii"))
    return passphrase(config)


@lru_cache(maxsize=16)
def _open(home: Path, file_name: str) -> PrivateKeyTypes:  # noqa: ARG001  another home has other keys
    config: Config = settings.ISTHMUS
    path, secret = config.keys_folder / file_name, passphrase(config)
    try:
        pem = path.read_bytes()
    except OSError as error:
        raise Fault(
            "keys.missing",
            f"The private key {path} cannot be read.",
            next_step="Put it back from the backup of the keys folder.",
        ) from error
    opened: PrivateKeyTypes = keys.open_private_key(pem, secret)
    return opened


parse_certificate = lru_cache(maxsize=256)(keys.load_certificate)
"""A certificate from its PEM text, parsed once."""


@lru_cache(maxsize=256)
def public_key_of(certificate: str) -> CertificatePublicKeyTypes:
    """The public key of a certificate in PEM, read out once."""
    return parse_certificate(certificate).public_key()


_IN_USE = Select(lambda purpose: OwnKey.objects.filter(purpose=purpose, retired_at=None), str)


def in_use(purpose: KeyPurpose) -> KeyInUse:
    """The node's present key for ``purpose``; Fault where the node was not initialised."""
    config: Config = settings.ISTHMUS
    own = _IN_USE.first(purpose.value)
    if own is None:
        raise Fault(
            "keys.not-initialised",
            f"This node has no {purpose.value} key.",
            next_step="Run `isthmus init`.",
        )
    return KeyInUse(
        own.kid,
        _open(config.home, own.file_name),
        parse_certificate(own.certificate),
    )


def own_key(purpose: KeyPurpose, kid: str) -> KeyInUse:
    """The key of this node with that thumbprint, the retired ones included; Refused where it is gone."""
    config: Config = settings.ISTHMUS
    own = OwnKey.objects.filter(purpose=purpose, kid=kid).first()
    if own is None:
        raise Refused(
            "keys.gone",
            f"This node has no {purpose.value} key {kid} any more.",
            next_step="Ask the partner to add this node's present card and to write it anew.",
        )
    private_key = _open(config.home, own.file_name)
    return KeyInUse(own.kid, private_key, parse_certificate(own.certificate))
