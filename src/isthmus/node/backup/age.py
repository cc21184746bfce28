"""The age file format, version 1 (C2SP age-encryption.org/v1), read and written in a stream.

Chosen so that a backup opens on any machine that has the `age` tool, also where no Isthmus is left. Only what
backups need: X25519 recipients, or one passphrase (scrypt).
"""

import hmac
import os
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from isthmus.kit.errors import BadInput, Refused
from isthmus.node.backup import bech32

_VERSION = b"age-encryption.org/v1"
_X25519_INFO = b"age-encryption.org/v1/X25519"
_SCRYPT_SALT = b"age-encryption.org/v1/scrypt"
_RECIPIENT, _IDENTITY = "age", "age-secret-key-"
_CHUNK, _TAG = 64 * 1024, 16
_WORK = 17
"""log2 of scrypt's cost: about a third of a second and 128 MiB, once a file."""

_MOST_WORK = 20
_MAX_HEADER_LINE, _MAX_STANZAS = 200, 64
_NO_NONCE = bytes(12)


@dataclass(frozen=True, slots=True)
class Identity:
    """The private half of an X25519 key pair."""

    key: X25519PrivateKey

    @classmethod
    def generate(cls) -> "Identity":
        """A new one."""
        return cls(X25519PrivateKey.generate())

    @classmethod
    def parse(cls, text: str) -> "Identity":
        """From its text ``AGE-SECRET-KEY-1...``; BadInput ``backup.key``."""
        return cls(X25519PrivateKey.from_private_bytes(_key_bytes(_IDENTITY, text)))

    def text(self) -> str:
        """As it is kept in a file."""
        return bech32.encode(_IDENTITY, self.key.private_bytes_raw()).upper()

    @property
    def recipient(self) -> str:
        """The public half, ``age1...``."""
        return bech32.encode(_RECIPIENT, self.key.public_key().public_bytes_raw())


def _key_bytes(prefix: str, text: str) -> bytes:
    data = bech32.decode(prefix, text.strip())
    if len(data) != 32:
        raise BadInput("backup.key", "The key does not have 32 bytes.")
    return data


def check_recipient(text: str) -> str:
    """A public key as it is written; BadInput ``backup.key`` where it is none."""
    _key_bytes(_RECIPIENT, text)
    return text.strip()


def _base64(data: bytes) -> bytes:
    return b64encode(data).rstrip(b"=")


def _unbase64(text: bytes) -> bytes:
    if b"=" in text:
        raise ValueError("age writes no padding")
    data = b64decode(text + b"=" * (-len(text) % 4), validate=True)
    if _base64(data) != text:
        raise ValueError("not the one spelling")
    return data


def _derive(secret: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt or None, info=info).derive(secret)


def _stanza(words: Sequence[bytes], body: bytes) -> bytes:
    # A body of 32 bytes is one line of 43 characters, shorter than the 64 at which age breaks lines.
    return b"-> " + b" ".join(words) + b"\n" + _base64(body) + b"\n"


def _for_recipient(recipient: str, file_key: bytes) -> bytes:
    public = _key_bytes(_RECIPIENT, recipient)
    once = X25519PrivateKey.generate()
    share = once.public_key().public_bytes_raw()
    wrap = _derive(once.exchange(X25519PublicKey.from_public_bytes(public)), share + public, _X25519_INFO)
    body = ChaCha20Poly1305(wrap).encrypt(_NO_NONCE, file_key, None)
    return _stanza((b"X25519", _base64(share)), body)


def _scrypt_key(passphrase: bytes, salt: bytes, work: int) -> bytes:
    return Scrypt(salt=_SCRYPT_SALT + salt, length=32, n=2**work, r=8, p=1).derive(passphrase)


def _for_passphrase(passphrase: bytes, file_key: bytes, work: int) -> bytes:
    salt = os.urandom(16)
    body = ChaCha20Poly1305(_scrypt_key(passphrase, salt, work)).encrypt(_NO_NONCE, file_key, None)
    return _stanza((b"scrypt", _base64(salt), str(work).encode("ascii")), body)


def _header_mac(file_key: bytes, header: bytes) -> bytes:
    return hmac.digest(_derive(file_key, b"", b"header"), header, "sha256")


def _nonce(counter: int, *, last: bool) -> bytes:
    return counter.to_bytes(11, "big") + bytes([last])


class Writer:
    """Encrypts what is written to it into ``file``; ``finish`` writes the last chunk.

    For ``recipients`` (``age1...``) or, with none, for whoever knows ``passphrase``.
    """

    def __init__(
        self, file: BinaryIO, *, recipients: Sequence[str] = (), passphrase: bytes = b"", work: int = _WORK
    ) -> None:
        if bool(recipients) == bool(passphrase):
            raise BadInput("backup.no-key", "A file is encrypted to keys or under one passphrase.")
        file_key = os.urandom(16)
        stanzas = [_for_recipient(recipient, file_key) for recipient in recipients]
        if passphrase:
            stanzas = [_for_passphrase(passphrase, file_key, work)]
        header = _VERSION + b"\n" + b"".join(stanzas) + b"---"
        nonce = os.urandom(16)
        file.write(header + b" " + _base64(_header_mac(file_key, header)) + b"\n" + nonce)
        self._file, self._box = file, ChaCha20Poly1305(_derive(file_key, nonce, b"payload"))
        self._waiting, self._count = bytearray(), 0

    def write(self, data: bytes) -> int:
        """Take data; a chunk is written once it is known not to be the last."""
        self._waiting += data
        while len(self._waiting) > _CHUNK:
            self._put(bytes(self._waiting[:_CHUNK]), last=False)
            del self._waiting[:_CHUNK]
        return len(data)

    def flush(self) -> None:
        """Nothing: chunks go out whole."""

    def finish(self) -> None:
        """Write what is left as the last chunk."""
        self._put(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _put(self, chunk: bytes, *, last: bool) -> None:
        self._file.write(self._box.encrypt(_nonce(self._count, last=last), chunk, None))
        self._count += 1


def _damaged(what: str) -> BadInput:
    return BadInput(
        "backup.damaged",
        f"The file is no encrypted backup, or it is damaged: {what}.",
        next_step="Copy it again from where it was written, or take an older backup.",
    )


@dataclass(frozen=True, slots=True)
class _Header:
    stanzas: tuple[tuple[tuple[bytes, ...], bytes], ...]
    signed: bytes
    mac: bytes


def _line(file: BinaryIO) -> bytes:
    line = file.readline(_MAX_HEADER_LINE)
    if not line.endswith(b"\n"):
        raise _damaged("its header ends too early")
    return line[:-1]


def _read_header(file: BinaryIO) -> _Header:
    if _line(file) != _VERSION:
        raise _damaged("it does not begin as one")
    signed = _VERSION + b"\n"
    stanzas: list[tuple[tuple[bytes, ...], bytes]] = []
    try:
        while not (line := _line(file)).startswith(b"---"):
            mark, *words = line.split(b" ")
            if mark != b"->" or not words or len(stanzas) == _MAX_STANZAS:
                raise _damaged("its header cannot be read")
            signed += line + b"\n"
            parts = []
            while True:
                part = _line(file)
                signed += part + b"\n"
                parts.append(part)
                if len(part) < 64:
                    break
            stanzas.append((tuple(words), _unbase64(b"".join(parts))))
        mark, _, mac = line.partition(b" ")
        return _Header(tuple(stanzas), signed + mark, _unbase64(mac))
    except (Base64Error, ValueError) as error:
        raise _damaged("its header cannot be read") from error


def _argument(word: bytes) -> bytes:
    """What a word of a stanza's head says in Base64; BadInput where it says nothing."""
    try:
        return _unbase64(word)
    except ValueError as error:
        raise _damaged("its header cannot be read") from error


def needs_passphrase(file: BinaryIO) -> bool:
    """Whether the file opens with a passphrase rather than with a key; it stands at its start again then."""
    header = _read_header(file)
    file.seek(0)
    return any(words[0] == b"scrypt" for words, _ in header.stanzas)


def _with_identity(words: tuple[bytes, ...], body: bytes, identity: Identity) -> bytes | None:
    if words[0] != b"X25519" or len(words) != 2 or len(body) != 32:
        return None
    share = _argument(words[1])
    public = identity.key.public_key().public_bytes_raw()
    try:
        shared = identity.key.exchange(X25519PublicKey.from_public_bytes(share))
        return ChaCha20Poly1305(_derive(shared, share + public, _X25519_INFO)).decrypt(_NO_NONCE, body, None)
    except (InvalidTag, ValueError):
        return None  # meant for another recipient


def _with_passphrase(words: tuple[bytes, ...], body: bytes, passphrase: bytes) -> bytes | None:
    if words[0] != b"scrypt" or len(words) != 3 or not words[2].isdigit() or len(body) != 32:
        return None
    if not 1 <= (work := int(words[2])) <= _MOST_WORK:
        raise _damaged("opening it would take more work than any backup of a node asks for")
    try:
        key = _scrypt_key(passphrase, _argument(words[1]), work)
        return ChaCha20Poly1305(key).decrypt(_NO_NONCE, body, None)
    except InvalidTag:
        return None


def _file_key(header: _Header, identities: Sequence[Identity], passphrase: bytes) -> bytes:
    for words, body in header.stanzas:
        found = [_with_identity(words, body, identity) for identity in identities]
        if passphrase and len(header.stanzas) == 1:
            found.append(_with_passphrase(words, body, passphrase))
        for file_key in found:
            if file_key is not None:
                return file_key
    raise Refused(
        "backup.locked",
        "The backup does not open with this key or passphrase.",
        next_step="Use the key file or the passphrase that it was made with.",
    )


def decrypted(
    file: BinaryIO, *, identities: Sequence[Identity] = (), passphrase: bytes = b""
) -> Iterator[bytes]:
    """The content, chunk by chunk, each verified; the end is proved before the last one is given.

    Refused ``backup.locked`` for a wrong key or passphrase; BadInput ``backup.damaged`` for anything that its
    writer did not write.
    """
    header = _read_header(file)
    file_key = _file_key(header, identities, passphrase)
    if not hmac.compare_digest(_header_mac(file_key, header.signed), header.mac):
        raise _damaged("its header was changed")
    nonce = file.read(16)
    if len(nonce) != 16:
        raise _damaged("it ends too early")
    box = ChaCha20Poly1305(_derive(file_key, nonce, b"payload"))
    chunk, counter = file.read(_CHUNK + _TAG), 0
    while True:
        following = file.read(_CHUNK + _TAG)
        try:
            opened = box.decrypt(_nonce(counter, last=not following), chunk, None)
        except (InvalidTag, ValueError) as error:
            raise _damaged(f"it was changed or cut off after {counter * _CHUNK} bytes") from error
        if not opened and counter:
            raise _damaged("it does not end as it must")
        yield opened
        if not following:
            return
        chunk, counter = following, counter + 1
