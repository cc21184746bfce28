"""The file of a backup: a gzipped tar archive inside an age file, the manifest first."""

import gzip
import io
import os
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, cast

from pydantic import ValidationError

from isthmus.kit.errors import BadInput
from isthmus.node.backup import age, manifest
from isthmus.node.backup.manifest import Manifest, Member

_BLOCK = 1024 * 1024
_LEVEL = 3  # Level 6 takes twice the time for a twentieth less.
_MAX_MANIFEST = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Lock:
    """What opens a backup: key pairs, or a passphrase."""

    identities: tuple[age.Identity, ...] = ()
    passphrase: bytes = b""


def describe(name: str, path: Path) -> Member:
    """Size and hash of a file as it will stand in the manifest."""
    digest, size = sha256(), 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            size += len(block)
    return Member(name=name, bytes=size, sha256=digest.hexdigest())


def _info(name: str, size: int, moment: float) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, 0o600, int(moment)
    return info


def write(
    file: BinaryIO,
    content: Manifest,
    paths: dict[str, Path],
    *,
    recipients: Sequence[str] = (),
    passphrase: bytes = b"",
) -> None:
    """Write manifest and files, encrypted; syncing and renaming are the caller's."""
    locked = age.Writer(file, recipients=recipients, passphrase=passphrase)
    moment = content.made_at.timestamp()
    head = content.model_dump_json(indent=1).encode("utf-8")
    with (
        gzip.GzipFile(
            filename="", mode="wb", compresslevel=_LEVEL, fileobj=cast("BinaryIO", locked), mtime=moment
        ) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as archive,
    ):
        archive.addfile(_info(manifest.NAME, len(head), moment), io.BytesIO(head))
        for member in content.members:
            with paths[member.name].open("rb") as source:
                archive.addfile(_info(member.name, member.bytes, moment), source)
    locked.finish()


class _Chunks(io.RawIOBase):
    """Chunks of an iterator as a file to read from."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._left = chunks, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed names a wider buffer
        while not self._left:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._left = chunk
        size = min(len(buffer), len(self._left))
        buffer[:size] = self._left[:size]
        self._left = self._left[size:]
        return size


def _damaged(what: str) -> BadInput:
    return BadInput(
        "backup.damaged",
        f"The backup is damaged: {what}.",
        next_step="Copy the file again from where it was written, or take an older backup.",
    )


def _read_manifest(archive: tarfile.TarFile) -> Manifest:
    info = archive.next()
    source = archive.extractfile(info) if info is not None and info.isreg() else None
    if info is None or source is None or info.name != manifest.NAME or info.size > _MAX_MANIFEST:
        raise _damaged("its manifest does not come first")
    try:
        return Manifest.model_validate_json(source.read())
    except ValidationError as error:
        raise BadInput(
            "backup.manifest",
            "The backup was written in a form that this release does not read.",
            next_step="Restore it with the release that made it, or a newer one.",
        ) from error


def _take(source: BinaryIO, member: Member, path: Path) -> None:
    digest, left = sha256(), member.bytes
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        while left and (block := source.read(min(left, _BLOCK))):
            digest.update(block)
            target.write(block)
            left -= len(block)
        target.flush()
        os.fsync(target.fileno())
    if left or digest.hexdigest() != member.sha256:
        raise _damaged(f"{member.name} is not what its manifest says")


def unpack(file: BinaryIO, lock: Lock, folder: Path) -> Manifest:
    """Open a backup into an empty folder; every file is the one that the manifest names, or BadInput.

    Nothing may be used before this has returned: the last bytes prove that nothing is missing.
    """
    chunks = age.decrypted(file, identities=lock.identities, passphrase=lock.passphrase)
    try:
        with (
            closing(io.BufferedReader(_Chunks(chunks), _BLOCK)) as opened,
            gzip.GzipFile(fileobj=opened, mode="rb") as packed,
            tarfile.open(fileobj=packed, mode="r|") as archive,
        ):
            content = _read_manifest(archive)
            for member in content.members:
                info = archive.next()
                source = archive.extractfile(info) if info is not None and info.isreg() else None
                if info is None or source is None or info.name != member.name or info.size != member.bytes:
                    raise _damaged(f"{member.name} is missing")
                _take(cast("BinaryIO", source), member, folder / member.name)
            if archive.next() is not None:
                raise _damaged("it holds more than its manifest names")
            while packed.read(_BLOCK):
                pass
            if opened.read(1):
                raise _damaged("something follows after its end")
    except (tarfile.TarError, EOFError, OSError) as error:
        # An OSError of gzip means damaged bytes; one of the disk must not be taken for that.
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise _damaged("it cannot be unpacked") from error
    return content
