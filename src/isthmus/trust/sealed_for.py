"""Words in a record that only the receiving node can read: JWE compact to its encryption certificate."""

from django.conf import settings

from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose, Partner
from isthmus.trust.pairwise import encryption_key_of
from isthmus.wire import envelope


def seal_to(partner: Partner, data: bytes, *, about: str) -> str:
    """``data`` sealed for a partner. ``about`` binds it to one thing: under another name it does not open.

    Refused ``trust.no-encryption-key`` where no key of the partner may be encrypted to.
    """
    found = encryption_key_of(partner)
    public_key = keystore.public_key_of(found.certificate)
    return envelope.encrypt_segment(
        data,
        public_key=public_key,  # type: ignore[arg-type]  # an encryption certificate holds a P-256 key
        kid=found.kid,
        party=envelope.party_of(settings.ISTHMUS.node_id, about),
        receiver=partner.node_id,
    ).decode("ascii")


def open_from(sender: str, token: str, *, about: str) -> bytes:
    """What ``sender`` sealed for this node about one thing; Refused where it does not open here."""
    segment = token.encode("ascii")
    own = keystore.own_key(KeyPurpose.ENCRYPTION, envelope.kid_in(segment))
    return envelope.decrypt_segment(
        segment,
        private_key=own.private_key,
        kid=own.kid,
        party=envelope.party_of(sender, about),
        receiver=settings.ISTHMUS.node_id,
    )
