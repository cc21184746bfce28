"""The manifest of a bundle: what it says about itself in clear, signed with the sender's seal key."""

from typing import Annotated, BinaryIO, ClassVar, Final, Literal

from cryptography import x509
from pydantic import Field

from isthmus.kit.errors import BadInput, Refused
from isthmus.wire import codec, envelope, jws, keys
from isthmus.wire.bundle_content import MAX_ENTRIES
from isthmus.wire.codec import Json
from isthmus.wire.jws import Unverified
from isthmus.wire.model import AS_ARRAY, Hash, NodeId, WireModel, WireTime, WireUuid
from isthmus.wire.places import StreamRange

VERSION: Final = 1
MAX_CONTENT = 128 * 1024 * 1024
"""Limit of the content's written form, in bytes: two of the largest attachments and room beside them."""

MAX_CIPHERTEXT = 192 * 1024 * 1024
"""Limit of the encrypted lines: content that does not compress grows by a third in base64."""

MAX_RANGES = 1000
_MAX_MANIFEST = 256 * 1024

Tally = Annotated[int, Field(ge=0, le=MAX_ENTRIES)]


class Counts(WireModel):
    """How many entries of each kind the content has; later kinds stand in it only if there are any."""

    noun: ClassVar[str] = "counts"

    records: Tally
    erased: Tally
    receipts: Tally
    refusals: Tally
    notes: Tally
    proofs: Tally
    attachments: Tally
    chunks: Tally
    keys: Tally = 0
    held: Tally = 0
    recovery: Tally = 0

    def to_json(self) -> dict[str, Json]:
        """The counts; a bundle without later kinds is written as before there were any."""
        later = {"keys", "held", "recovery"}
        return {name: number for name, number in super().to_json().items() if number or name not in later}


class Manifest(WireModel):
    """What a bundle says about itself in clear.

    ``encryption_kid`` is the thumbprint of the receiver's certificate that it is encrypted to;
    ``content_bytes`` the size of the content when opened; ``ciphertext_bytes`` and ``ciphertext_sha256`` are
    of all lines after the manifest's.
    """

    noun: ClassVar[str] = "bundle"

    version: Literal[1]
    id: WireUuid
    sender: Annotated[NodeId, Field(alias="from")]
    receiver: Annotated[NodeId, Field(alias="to")]
    created: WireTime
    streams: Annotated[tuple[StreamRange, ...], AS_ARRAY, Field(max_length=MAX_RANGES)]
    counts: Counts
    encryption_kid: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]
    content_bytes: Annotated[int, Field(ge=1, le=MAX_CONTENT)]
    ciphertext_bytes: Annotated[int, Field(ge=1, le=MAX_CIPHERTEXT)]
    ciphertext_sha256: Hash

    @property
    def party(self) -> str:
        """How the segments name their sender and bundle."""
        return envelope.party_of(self.sender, str(self.id))


def read_manifest(file: BinaryIO) -> tuple[Unverified, Manifest]:
    """Read a bundle's manifest from the start of a seekable file, without checking its signature.

    BadInput ``wire.bundle.form`` for what does not begin with a token on a line, ``wire.bundle.invalid`` or
    what ``jws.parse`` and the codec raise; Refused ``wire.bundle.version`` for a later format.
    """
    unverified = jws.parse(first_line(file), typ=jws.BUNDLE)
    value = codec.decode(unverified.payload)
    version = value.get("version") if isinstance(value, dict) else None
    if isinstance(version, int) and version != VERSION:
        raise Refused(
            "wire.bundle.version",
            f"The bundle is written in format {version}; this node reads format {VERSION}.",
            next_step="Upgrade this node, or ask the sender for the older format.",
        )
    return unverified, Manifest.from_json(value)


def first_line(file: BinaryIO) -> str:
    """The manifest's token; the file stands behind its line then. BadInput ``wire.bundle.form``."""
    file.seek(0)
    line = file.readline(_MAX_MANIFEST)
    if not line.endswith(b"\n"):
        raise BadInput(
            "wire.bundle.form",
            "This is not a bundle, or it ends within its first line.",
            next_step="Copy the file again from where it was written.",
        )
    return line[:-1].decode("ascii", errors="replace")


def verify_manifest(unverified: Unverified, manifest: Manifest, seal: x509.Certificate) -> None:
    """Refused unless the manifest was signed under this seal, by the node that it names as sender.

    Codes ``wire.bundle.signer``, ``wire.bundle.sender``, ``wire.signature.*``. The certificate's chain and
    period (at ``created``) are the caller's to check.
    """
    if unverified.kid != keys.thumbprint(seal):
        raise Refused(
            "wire.bundle.signer", f"The bundle was not signed under this seal of {keys.node_of(seal)}."
        )
    jws.verify(unverified, seal.public_key())
    if manifest.sender != keys.node_of(seal):
        raise Refused(
            "wire.bundle.sender", f"It speaks for {manifest.sender}, but {keys.node_of(seal)} signed it."
        )
