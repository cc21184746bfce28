"""The secret that this node and a partner share without sending it, from keys that both have certified."""

from dataclasses import dataclass, field

from django.conf import settings
from django.utils.translation import gettext as _

from isthmus.kit import clock
from isthmus.kit.errors import Refused
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose, Partner, PartnerKey
from isthmus.wire.pairwise import agree_on_secret


@dataclass(frozen=True, slots=True)
class SharedSecret:
    """A pairwise secret with the thumbprints of the two encryption keys it came from; it is not shown."""

    secret: bytes = field(repr=False)
    own_kid: str
    partner_kid: str


def shared_with(
    partner: Partner, purpose: str, *, own_kid: str | None = None, partner_kid: str | None = None
) -> SharedSecret:
    """The secret of this node and a partner for ``purpose``, from both present keys or from those named.

    Who answers names the keys that the asker used, as either may have been rolled over since. Refused
    ``keys.gone`` or ``keys.destroyed`` where the own key is not here any more, ``trust.no-encryption-key``
    where the partner's is not known or revoked.
    """
    own = (
        keystore.in_use(KeyPurpose.ENCRYPTION)
        if own_kid is None
        else keystore.own_key(KeyPurpose.ENCRYPTION, own_kid)
    )
    theirs = encryption_key_of(partner, partner_kid)
    public_key = keystore.public_key_of(theirs.certificate)
    secret = agree_on_secret(
        own.private_key,
        public_key,  # type: ignore[arg-type]  # an encryption certificate holds a P-256 key
        nodes=(settings.ISTHMUS.node_id, partner.node_id),
        purpose=purpose,
    )
    return SharedSecret(secret, own.kid, theirs.kid)


def encryption_key_of(partner: Partner, kid: str | None = None) -> PartnerKey:
    """The partner's newest key that may be encrypted to now, or the one named, unless it is revoked.

    Refused ``trust.no-encryption-key`` where there is none.
    """
    rows = partner.keys.filter(purpose=KeyPurpose.ENCRYPTION).order_by("-valid_from", "-pk")
    if kid is not None:
        found = rows.filter(kid=kid, revoked_at=None).first()
    else:
        now = clock.now()
        found = next((key for key in rows if not key.fault_at(now)), None)
    if found is None:
        raise Refused(
            "trust.no-encryption-key",
            _("No encryption key of %(name)s is valid now.") % {"name": partner.name},
            next_step=_("Ask the partner for its new card and add it under Partners."),
        )
    return found
