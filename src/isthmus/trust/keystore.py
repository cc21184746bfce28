"""The private keys of this node, opened once a process and only when first needed."""

import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes, PrivateKeyTypes
from django.conf import settings
from django.db.models import Q

from isthmus.kit import clock
from isthmus.kit.config import Config
from isthmus.kit.errors import Fault, Refused
from isthmus.kit.files import write_private
from isthmus.trust.models import KeyPurpose, OwnKey
from isthmus.trust.statements import Lookup
from isthmus.wire import keys


@dataclass(frozen=True, slots=True)
class KeyInUse:
    """A private key of this node together with the certificate that speaks for it."""

    kid: str
    private_key: Any
    certificate: x509.Certificate


def destroy_private(path: Path) -> None:
    """Overwrite a secret and remove it; one that is gone already is none to destroy.

    On a disk that writes elsewhere each time the old blocks may last; what stays is sealed by the passphrase.
    """
    try:
        size = path.stat().st_size
        with path.open("r+b") as stream:
            stream.write(os.urandom(size))
            stream.flush()
            os.fsync(stream.fileno())
        path.unlink()
    except FileNotFoundError:
        return
    except OSError as error:
        raise Fault(
            "keys.not-destroyed",
            f"The private key {path} cannot be destroyed: {error.strerror}.",
            next_step="Look at the rights of the file and its folder, then try again.",
        ) from error


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


_IN_USE = Lookup(
    lambda moment: OwnKey.objects.filter(
        Q(effective_from=None) | Q(effective_from__lte=moment),
        Q(retired_at=None) | Q(retired_at__gt=moment),
    ).values_list("purpose", "kid", "file_name", "certificate"),
    datetime,
)


def keys_in_use(moment: datetime, *purposes: KeyPurpose) -> list[KeyInUse]:
    """The node's key for each purpose at ``moment``; Fault where the node was not initialised.

    What is signed and dated takes the key of its date: its successor may take over in between.
    """
    config: Config = settings.ISTHMUS
    own = {purpose: key for purpose, *key in reversed(_IN_USE(moment))}
    for purpose in purposes:
        if purpose not in own:
            raise Fault(
                "keys.not-initialised",
                f"This node has no {purpose.value} key.",
                next_step="Run `isthmus init`.",
            )
    return [_key_in_use(config.home, *own[purpose]) for purpose in purposes]


def in_use(purpose: KeyPurpose, moment: datetime | None = None) -> KeyInUse:
    """The node's key for one purpose at ``moment`` (now)."""
    return keys_in_use(moment or clock.now(), purpose)[0]


@lru_cache(maxsize=16)
def _key_in_use(home: Path, kid: str, file_name: str, certificate: str) -> KeyInUse:
    return KeyInUse(kid, _open(home, file_name), parse_certificate(certificate))


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
    if own.destroyed_at is not None:
        raise Refused(
            "keys.destroyed",
            f"The {purpose.value} key {kid} of this node was destroyed on {own.destroyed_at:%Y-%m-%d}.",
            next_step="Ask the partner to add this node's present card and to write it anew.",
        )
    private_key = _open(config.home, own.file_name)
    return KeyInUse(own.kid, private_key, parse_certificate(own.certificate))
