"""Small secrets at rest in the database, sealed under a key of this node that stands in the keys folder.

The key is derived (HKDF, RFC 5869) from a private key file that is sealed under the node's passphrase like
the others, so that a copy of the database alone opens nothing.
"""

import hmac
import os
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from isthmus.kit.config import Config
from isthmus.kit.errors import Fault
from isthmus.kit.files import sync_folder, write_private
from isthmus.trust import keystore
from isthmus.wire import keys, sealing

FILE_NAME: Final = "vault.pem"
_NONCE_BYTES = 12
_KEY_BYTES = 32


def _make(path: Path, secret: bytes) -> None:
    """Write a new key; of two processes that do so at once, the first one's stays."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    write_private(draft, sealing.seal_private_key(keys.generate_p256(), secret))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    sync_folder(path.parent)


@lru_cache(maxsize=4)
def _master(path: Path, changed: int) -> bytes:  # noqa: ARG001  another file has other keys
    opened = sealing.open_private_key(path.read_bytes(), keystore.passphrase(settings.ISTHMUS))
    assert isinstance(opened, EllipticCurvePrivateKey), "the vault's key is a P-256 key"
    return opened.private_numbers().private_value.to_bytes(_KEY_BYTES, "big")


def _derive(purpose: bytes) -> bytes:
    config: Config = settings.ISTHMUS
    path = config.keys_folder / FILE_NAME
    if not path.is_file():
        _make(path, keystore.passphrase(config))
    master = _master(path, path.stat().st_mtime_ns)
    return HKDF(SHA256(), _KEY_BYTES, salt=None, info=b"isthmus-vault/1 " + purpose).derive(master)


def seal(data: bytes, *, name: str) -> bytes:
    """``data`` under the node's own key; only what is opened under the same ``name`` opens."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(_derive(b"seal")).encrypt(nonce, data, name.encode("utf-8"))


def unseal(sealed: bytes, *, name: str) -> bytes:
    """The data again; Fault ``keys.vault`` where it does not open with this node's key."""
    try:
        cipher = AESGCM(_derive(b"seal"))
        return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], name.encode("utf-8"))
    except (InvalidTag, ValueError) as error:
        raise Fault(
            "keys.vault",
            "A sealed secret of this node does not open.",
            next_step=f"Put {FILE_NAME} back into the keys folder, from the backup of this database.",
        ) from error


def tag(text: str) -> str:
    """A name by which a sealed text is found again (HMAC-SHA-256, hex); it tells nobody else what it is."""
    return hmac.new(_derive(b"tag"), text.encode("utf-8"), sha256).hexdigest()
