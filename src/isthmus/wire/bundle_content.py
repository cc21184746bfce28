"""What a bundle holds, and its one written form: entries of a kind and a length, in a fixed order.

An entry is one byte for its kind, four for its length (big-endian) and its bytes. The kinds follow one
another as in ``_ORDER``; a chunk follows the manifest of its attachment. One content has one spelling.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from isthmus.wire import codec, jws
from isthmus.wire.attachment import CHUNK_BYTES, AttachmentManifest, verify_chunk
from isthmus.wire.places import ErasedPlace, refuse_content
from isthmus.wire.proof import Proof, proof_from_json

MAX_ENTRIES = 100_000

_DIGEST = re.compile(rb"[0-9a-f]{64}")
_HEAD_BYTES, _INDEX_BYTES = 5, 4
_LONGEST = max(jws.MAX_TOKEN, CHUNK_BYTES + _INDEX_BYTES, 2 * 1024 * 1024)
_ORDER = "NOVRETFPKHMC"
"""Note, other notes, recoVery, records, erased, receipTs, reFusals, proofs, keys, held files, manifests with
chunks."""


@dataclass(frozen=True, slots=True)
class AttachedChunks:
    """An attachment and those of its chunks that a bundle carries, by index; a lazy mapping will do."""

    manifest: AttachmentManifest
    chunks: Mapping[int, bytes]


@dataclass(frozen=True, slots=True)
class BundleContent:
    """What one node hands to another.

    ``checkpoint``: the sender's newest signed note. ``notes``: other notes, such as the receiver's own with
    the sender's cosignature. ``records``: tokens in the order of their epochs and places, ``erased`` the
    places among them whose tokens are gone. ``receipts`` and ``refusals``: tokens of the sender's answers.
    ``proofs``: under the sender's checkpoint. ``keys``: subjects' keys, each sealed for the receiver
    (``isthmus.wire.subject_key``). ``held``: SHA-256 of files that the sender has whole from the receiver.
    ``recovery``: what either side says about records that one of them has lost, as JSON.
    """

    checkpoint: str
    notes: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    erased: tuple[ErasedPlace, ...] = ()
    receipts: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    proofs: tuple[Proof, ...] = ()
    attachments: tuple[AttachedChunks, ...] = ()
    keys: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    recovery: tuple[str, ...] = ()

    def counts(self) -> dict[str, int]:
        """How many of each a manifest promises; kinds that came later are named only where there are any."""
        later = {"keys": len(self.keys), "held": len(self.held), "recovery": len(self.recovery)}
        return {
            "records": len(self.records),
            "erased": len(self.erased),
            "receipts": len(self.receipts),
            "refusals": len(self.refusals),
            "notes": len(self.notes),
            "proofs": len(self.proofs),
            "attachments": len(self.attachments),
            "chunks": sum(len(attached.chunks) for attached in self.attachments),
            **{name: number for name, number in later.items() if number},
        }


def _entry(kind: str, data: bytes) -> bytes:
    return kind.encode("ascii") + len(data).to_bytes(_HEAD_BYTES - 1, "big") + data


def write_entries(content: BundleContent) -> Iterator[bytes]:
    """The content in its written form, an entry at a time; Refused ``wire.attachment.chunk`` for a wrong one.

    BadInput ``wire.bundle.content`` for an entry that is too long.
    """
    texts = (
        ("N", (content.checkpoint,)),
        ("O", content.notes),
        ("V", content.recovery),
        ("R", content.records),
        ("E", [erased.to_bytes() for erased in content.erased]),
        ("T", content.receipts),
        ("F", content.refusals),
        ("P", [proof.to_bytes() for proof in content.proofs]),
        ("K", content.keys),
        ("H", content.held),
    )
    for kind, entries in texts:
        for entry in entries:
            data = entry.encode("utf-8") if isinstance(entry, str) else entry
            if len(data) > _LONGEST:
                raise refuse_content("an entry is too long")
            yield _entry(kind, data)
    for attached in content.attachments:
        yield _entry("M", attached.manifest.to_bytes())
        for index in sorted(attached.chunks):
            chunk = verify_chunk(attached.manifest, index, attached.chunks[index])
            yield _entry("C", index.to_bytes(_INDEX_BYTES, "big") + chunk)


def split_entries(blocks: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """Kind and bytes of each entry, from blocks cut anywhere. BadInput ``wire.bundle.content``."""
    waiting = bytearray()
    count = 0
    for block in blocks:
        waiting += block
        start = 0
        while len(waiting) - start >= _HEAD_BYTES:
            length = int.from_bytes(waiting[start + 1 : start + _HEAD_BYTES], "big")
            if length > _LONGEST:
                raise refuse_content("an entry is too long")
            end = start + _HEAD_BYTES + length
            if end > len(waiting):
                break
            count += 1
            if count > MAX_ENTRIES:
                raise refuse_content(f"it has more than {MAX_ENTRIES} entries")
            yield chr(waiting[start]), bytes(waiting[start + _HEAD_BYTES : end])
            start = end
        del waiting[:start]
    if waiting:
        raise refuse_content("its last entry is cut off")


class _Reader:
    """Gathers entries and holds them to their order."""

    def __init__(self) -> None:
        self.texts: dict[str, list[str]] = {kind: [] for kind in "NOVRTFKH"}
        self.erased: list[ErasedPlace] = []
        self.proofs: list[Proof] = []
        self.attached: list[tuple[AttachmentManifest, dict[int, bytes]]] = []
        self._last = "N"

    def take(self, kind: str, data: bytes) -> None:
        if kind not in _ORDER:
            raise refuse_content("it holds an entry of an unknown kind")
        backwards = _ORDER.index(kind) < _ORDER.index(self._last)
        if backwards and not (kind == "M" and self._last == "C"):
            raise refuse_content("its entries are out of order")
        self._last = kind
        if kind == "H" and not _DIGEST.fullmatch(data):
            raise refuse_content("a file is not named by its SHA-256")
        if kind in self.texts:
            self.texts[kind].append(_text(data))
        elif kind == "E":
            self.erased.append(ErasedPlace.from_bytes(data))
        elif kind == "P":
            self.proofs.append(proof_from_json(codec.decode(data)))
        elif kind == "M":
            self.attached.append((AttachmentManifest.from_bytes(data), {}))
        else:
            self._chunk(data)

    def _chunk(self, data: bytes) -> None:
        if not self.attached:
            raise refuse_content("a chunk comes before its attachment")
        manifest, chunks = self.attached[-1]
        index = int.from_bytes(data[:_INDEX_BYTES], "big")
        if len(data) <= _INDEX_BYTES or index <= max(chunks, default=-1):
            raise refuse_content("the chunks of an attachment are out of order")
        chunks[index] = verify_chunk(manifest, index, data[_INDEX_BYTES:])


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise refuse_content("an entry is not text") from error


def read_entries(entries: Iterable[tuple[str, bytes]]) -> BundleContent:
    """The content again. BadInput ``wire.bundle.content``, or what an entry's own model or chunk raises."""
    reader = _Reader()
    for kind, data in entries:
        reader.take(kind, data)
    if len(reader.texts["N"]) != 1:
        raise refuse_content("it needs exactly one checkpoint of its sender")
    if len({manifest.sha256 for manifest, _ in reader.attached}) != len(reader.attached):
        raise refuse_content("an attachment stands in it twice")
    return BundleContent(
        checkpoint=reader.texts["N"][0],
        notes=tuple(reader.texts["O"]),
        records=tuple(reader.texts["R"]),
        erased=tuple(reader.erased),
        receipts=tuple(reader.texts["T"]),
        refusals=tuple(reader.texts["F"]),
        proofs=tuple(reader.proofs),
        keys=tuple(reader.texts["K"]),
        held=tuple(reader.texts["H"]),
        recovery=tuple(reader.texts["V"]),
        attachments=tuple(AttachedChunks(*attached) for attached in reader.attached),
    )
