"""A node's detached signature of one file: what the file is called, and the hash and size of its bytes.

Records name files that travel with them; this is for a file that a node makes and hands out by itself, such
as a report. It takes no place in a stream or log.
"""

from datetime import datetime
from hashlib import sha256
from typing import Annotated, ClassVar

from pydantic import Field

from isthmus.wire import codec, jws
from isthmus.wire.jws import Unverified
from isthmus.wire.model import Hash, NodeId, WireModel, WireTime
from isthmus.wire.sealing import PrivateKey


class FileStatement(WireModel):
    """What is signed about a file; ``size`` is in bytes."""

    noun: ClassVar[str] = "file statement"

    sender: Annotated[NodeId, Field(alias="from")]
    name: Annotated[str, Field(min_length=1, max_length=200)]
    media_type: Annotated[str, Field(pattern=r"^[a-z]+/[A-Za-z0-9.+-]{1,100}$")]
    sha256: Hash
    size: Annotated[int, Field(ge=0, le=codec.MAX_INTEGER)]
    issued: WireTime


def sign_file(
    content: bytes, *, sender: str, name: str, media_type: str, issued: datetime, key: PrivateKey, kid: str
) -> str:
    """The token that signs a file, with the sender's seal key. BadInput where a member is no such thing."""
    statement = FileStatement(
        sender=sender,
        name=name,
        media_type=media_type,
        sha256=sha256(content).hexdigest(),
        size=len(content),
        issued=issued,
    )
    return jws.sign(statement.to_bytes(), key=key, kid=kid, typ=jws.FILE)


def read_file_statement(token: str) -> tuple[Unverified, FileStatement]:
    """Read a file's signature without checking it."""
    unverified = jws.parse(token, typ=jws.FILE)
    return unverified, FileStatement.from_bytes(unverified.payload)
