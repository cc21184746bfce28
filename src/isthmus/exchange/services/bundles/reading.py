"""What a bundle says of itself, and whether the node that it names as its sender has signed it."""

from dataclasses import dataclass
from typing import BinaryIO

from cryptography.x509 import Certificate
from django.utils.translation import gettext as _

from isthmus.exchange import queries
from isthmus.kit.errors import BadInput, Refused
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose, OwnKey, Partner, PartnerState
from isthmus.trust.validation import KeyRing, check_arrival, key_ring, own_ring
from isthmus.wire import keys
from isthmus.wire.bundle import Manifest, check_ciphertext, read_manifest
from isthmus.wire.jws import Unverified


@dataclass(frozen=True, slots=True)
class Outlook:
    """A bundle looked at from outside: ``problem`` is empty where it is whole and signed by its sender."""

    manifest: Manifest
    problem: str


def sender_of(manifest: Manifest) -> Partner:
    """The confirmed partner that the bundle names as its sender; Refused where there is none."""
    partner = queries.find_partner(manifest.sender)
    if partner is None or partner.state == PartnerState.PENDING:
        raise Refused(
            "exchange.unknown-partner",
            _("The bundle comes from %(node)s, which is not a confirmed partner of this node.")
            % {"node": manifest.sender},
            next_step=_("Add its card and confirm it under Partners first."),
        )
    return partner


def _under(ring: KeyRing, root: str, unverified: Unverified, manifest: Manifest) -> Certificate:
    key = ring.check_signature(unverified)
    check_arrival(key, manifest.created)
    seal = keystore.parse_certificate(key.certificate)
    keys.check_chain(seal, keystore.parse_certificate(root), "seal", manifest.created)
    return seal


def seal_of(partner: Partner, unverified: Unverified, manifest: Manifest) -> Certificate:
    """The partner's seal under which the manifest was signed, good at the time it was; Refused otherwise.

    A retired seal still speaks for what was written while it was in use: a stick may travel for weeks.
    """
    root = partner.keys.get(purpose=KeyPurpose.ROOT).certificate
    return _under(key_ring(partner), root, unverified, manifest)


def look_at(file: BinaryIO) -> Outlook:
    """Read the manifest and check signature and completeness; nothing is opened or stored.

    A bundle of this node itself is looked at in the same way. BadInput for what is no bundle.
    """
    unverified, manifest = read_manifest(file)
    try:
        if manifest.sender == queries.me():
            root = OwnKey.objects.get(purpose=KeyPurpose.ROOT, retired_at=None).certificate
            _under(own_ring(manifest.sender), root, unverified, manifest)
        else:
            seal_of(sender_of(manifest), unverified, manifest)
        check_ciphertext(file, manifest)
    except (Refused, BadInput) as error:
        return Outlook(manifest, str(error))
    return Outlook(manifest, "")
