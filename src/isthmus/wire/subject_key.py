"""A subject's key on its way to the partner that holds a file encrypted under it.

It travels beside the log and never in it: JWE compact (RFC 7516), ECDH-ES with A256GCM, to the partner's
encryption certificate, in a signed request or a signed bundle. Whoever destroys it has erased the file.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated, ClassVar

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.x509 import Certificate
from pydantic import Field

from isthmus.kit.errors import BadInput, Refused
from isthmus.wire import envelope, keys
from isthmus.wire.model import Hash, NodeId, WireModel, WireTime, WireUuid

MAX_TOKEN = 4096
"""Characters of a sealed key; a real one has some 900."""


class SubjectKeyGrant(WireModel):
    """The key ``id`` of a subject, for one file that was encrypted under it.

    ``subject`` is bound into the file as associated data; ``key`` is 32 bytes in base64url; ``attachment`` is
    the SHA-256 of the file as it travels.
    """

    noun: ClassVar[str] = "subject-key"

    id: WireUuid
    sender: Annotated[NodeId, Field(alias="from")]
    receiver: Annotated[NodeId, Field(alias="to")]
    subject: Annotated[str, Field(min_length=1, max_length=200)]
    key: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$")]
    attachment: Hash
    issued: WireTime

    @property
    def key_bytes(self) -> bytes:
        """The key itself, 32 bytes."""
        return urlsafe_b64decode(self.key + "=")


def key_text(key: bytes) -> str:
    """A key as a grant writes it."""
    return urlsafe_b64encode(key).rstrip(b"=").decode("ascii")


def seal_grant(grant: SubjectKeyGrant, encryption: Certificate) -> str:
    """The grant for the node of an encryption certificate. BadInput ``wire.subject-key.parties``."""
    public_key = encryption.public_key()
    fits = (keys.purpose_of(encryption), keys.node_of(encryption)) == ("encryption", grant.receiver)
    if not fits or not isinstance(public_key, EllipticCurvePublicKey):
        raise BadInput(
            "wire.subject-key.parties", "A subject's key is sealed for its receiver's encryption certificate."
        )
    return envelope.encrypt_segment(
        grant.to_bytes(),
        public_key=public_key,
        kid=keys.thumbprint(encryption),
        party=envelope.party_of(grant.sender, str(grant.id)),
        receiver=grant.receiver,
    ).decode("ascii")


def open_grant(
    token: str, *, private_key: EllipticCurvePrivateKey, kid: str, sender: str, receiver: str
) -> SubjectKeyGrant:
    """The grant that ``sender`` sealed for this key of ``receiver``; who brought it is the caller's to check.

    Refused ``wire.subject-key.sealed`` where it does not open or names others than it came from and to,
    BadInput ``wire.subject-key.invalid`` for what is no grant.
    """
    segment = token.encode("utf-8")
    if len(segment) > MAX_TOKEN:
        raise BadInput("wire.subject-key.invalid", "This is longer than any sealed key.")
    party = envelope.party_in(segment)
    try:
        opened = envelope.decrypt_segment(
            segment, private_key=private_key, kid=kid, party=party, receiver=receiver
        )
    except Refused as error:
        raise _not_for_us() from error
    grant = SubjectKeyGrant.from_bytes(opened)
    named = (envelope.party_of(grant.sender, str(grant.id)), grant.sender, grant.receiver)
    if named != (party, sender, receiver):
        raise _not_for_us()
    return grant


def _not_for_us() -> Refused:
    return Refused(
        "wire.subject-key.sealed",
        "The key of a subject does not open here, or it was sealed for or by somebody else.",
        next_step="Give the partner this node's present card, and let it send the key again.",
    )


def key_id_of(token: str) -> str:
    """The thumbprint of the certificate that a sealed key is for; empty where it cannot be read."""
    return envelope.kid_in(token.encode("utf-8")[:MAX_TOKEN])
