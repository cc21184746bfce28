"""Writers of this node's own keys: making them, letting one succeed another, revoking, destroying."""

from datetime import datetime, timedelta

from cryptography.x509 import Certificate
from django.conf import settings
from django.db import transaction

from isthmus.accounts import audit
from isthmus.kit import clock
from isthmus.kit.config import Config
from isthmus.kit.errors import BadInput, Conflict, FieldFault, NotFound, Refused
from isthmus.kit.files import write_private
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose, OwnKey
from isthmus.wire import keys
from isthmus.wire.rollover import KeyRollover
from isthmus.wire.sealing import PrivateKey

CERTIFICATE_YEARS = 5
LONGEST_NOTICE = timedelta(days=90)
"""How far ahead a successor may be announced."""


IN_CERTIFICATES: dict[KeyPurpose, keys.Purpose] = {
    KeyPurpose.SEAL: "seal",
    KeyPurpose.ENCRYPTION: "encryption",
    KeyPurpose.LOG: "log",
}
"""The purposes that roll over, as certificates and records name them."""


def _file_name(purpose: KeyPurpose, kid: str) -> str:
    return f"{purpose.value}-{kid[:12]}.pem"


def keep(
    purpose: KeyPurpose,
    private_key: PrivateKey,
    certificate: Certificate,
    secret: bytes,
    *,
    effective_from: datetime | None = None,
) -> OwnKey:
    """Write a key pair: the private half as a sealed file, the rest as a row."""
    config: Config = settings.ISTHMUS
    kid = keys.thumbprint(certificate)
    name = _file_name(purpose, kid)
    write_private(config.keys_folder / name, keys.seal_private_key(private_key, secret))
    return OwnKey.objects.create(
        purpose=purpose,
        kid=kid,
        certificate=keys.to_pem(certificate),
        file_name=name,
        valid_from=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc,
        effective_from=effective_from,
    )


def find(kid: str) -> OwnKey:
    """This node's key with that thumbprint, or with its first signs; NotFound otherwise."""
    found = list(OwnKey.objects.filter(kid__startswith=kid)[:2]) if kid else []
    if len(found) != 1:
        raise NotFound(
            "keys.unknown",
            f"This node has no one key {kid}.",
            next_step="`isthmus key list` shows them all.",
        )
    return found[0]


def _check_start(effective_from: datetime, old: OwnKey, moment: datetime) -> None:
    problem = ""
    if effective_from < moment:
        problem = "A key cannot take over in the past."
    elif effective_from > moment + LONGEST_NOTICE:
        problem = f"A key takes over within {LONGEST_NOTICE.days} days."
    elif effective_from > old.valid_until > moment:
        problem = f"The present key ends on {old.valid_until:%Y-%m-%d}, before its successor would take over."
    if problem:
        fault = FieldFault("effective_from", problem)
        raise BadInput("keys.effective-from", problem, faults=(fault,))


@transaction.atomic
def make_successor(
    purpose: KeyPurpose, *, effective_from: datetime, moment: datetime, actor: str
) -> tuple[OwnKey, OwnKey]:
    """A new key that takes over at ``effective_from``; returns the one that gives way and the new one.

    Refused ``keys.root`` for the root; Conflict ``keys.rolling`` while another successor still waits to
    take over; BadInput ``keys.effective-from``.
    """
    if purpose == KeyPurpose.ROOT:
        raise Refused(
            "keys.root",
            "The root is not rolled over: partners know this node by it.",
            next_step="A new root is a new first contact: each partner compares the words again.",
        )
    present = OwnKey.objects.select_for_update().filter(purpose=purpose, retired_at=None).first()
    if present is None:
        keystore.in_use(purpose)  # names what is missing
        raise NotFound("keys.unknown", f"This node has no {purpose.value} key.")
    if present.begins > moment:
        raise Conflict(
            "keys.rolling",
            f"A new {purpose.value} key takes over on {clock.to_text(present.begins)} already.",
            next_step="Wait until then, or revoke the present key if it has leaked.",
        )
    _check_start(effective_from, present, moment)
    private_key = keys.generate_ed25519() if purpose == KeyPurpose.LOG else keys.generate_p256()
    root = keystore.in_use(KeyPurpose.ROOT, moment)
    certificate = keys.issue_certificate(
        IN_CERTIFICATES[purpose],
        private_key.public_key(),
        root.certificate,
        root.private_key,
        now=moment,
        years=CERTIFICATE_YEARS,
    )
    present.retired_at = effective_from
    present.save(update_fields=["retired_at"])
    secret = keystore.passphrase(settings.ISTHMUS)
    new = keep(purpose, private_key, certificate, secret, effective_from=effective_from)
    audit.note(
        "trust.key-rolled",
        actor=actor,
        subject=f"{purpose.value} {new.kid}",
        detail={"old": present.kid, "effective_from": clock.to_text(effective_from)},
    )
    return present, new


@transaction.atomic
def readopt(body: KeyRollover) -> bool:
    """Have a key back that a checked roll-over of this node names and its tables have lost; False if known.

    It is in use again where its private half still lies in the keys folder and nothing has followed it;
    otherwise it stands among the retired ones, so that what it signed can be verified.
    """
    config: Config = settings.ISTHMUS
    certificate = keystore.parse_certificate(body.certificate)
    kid = keys.thumbprint(certificate)
    if OwnKey.objects.filter(kid=kid).exists():
        return False
    present = OwnKey.objects.select_for_update().get(purpose=body.purpose, retired_at=None)
    name = _file_name(KeyPurpose(body.purpose), kid)
    here = (config.keys_folder / name).is_file()
    follows = here and present.kid == body.old_kid
    if follows:
        present.retired_at = body.effective_from
        present.save(update_fields=["retired_at"])
    OwnKey.objects.create(
        purpose=body.purpose,
        kid=kid,
        certificate=body.certificate,
        file_name=name,
        valid_from=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc,
        effective_from=body.effective_from,
        retired_at=None if follows else max(body.effective_from, present.begins),
        destroyed_at=None if here else clock.now(),
    )
    audit.note("trust.key-readopted", actor="node", subject=f"{body.purpose} {kid}", detail={"here": here})
    return True


@transaction.atomic
def mark_revoked(own: OwnKey, *, revoked_from: datetime, reason: str, actor: str) -> OwnKey:
    """Note that a retired key counts no more from ``revoked_from``; Conflict where it is revoked already."""
    own = OwnKey.objects.select_for_update().get(pk=own.pk)
    if own.revoked_from is not None:
        raise Conflict("keys.revoked", f"The key {own.kid} is revoked already.")
    own.revoked_from, own.revoked_reason = revoked_from, reason
    own.save(update_fields=["revoked_from", "revoked_reason"])
    audit.note(
        "trust.key-revoked",
        actor=actor,
        subject=f"{own.purpose} {own.kid}",
        detail={"revoked_from": clock.to_text(revoked_from), "reason": reason},
    )
    return own


def may_go_at(own: OwnKey) -> datetime | None:
    """When the private half of a retired key may be destroyed; None while it is in use or has no successor.

    An encryption key still opens bundles on their way, so all are kept for a set time.
    """
    if own.retired_at is None or own.destroyed_at is not None:
        return None
    return own.retired_at + timedelta(days=settings.ISTHMUS.key_keep_days)


@transaction.atomic
def destroy(own: OwnKey, *, actor: str, early: bool = False) -> OwnKey:
    """Destroy the private half of a key whose successor is in force; the certificate stays.

    ``early`` does it before the set time has passed: bundles written to an encryption key are lost then.
    Refused ``keys.in-use`` and ``keys.kept``; Conflict ``keys.destroyed-already``.
    """
    config: Config = settings.ISTHMUS
    own = OwnKey.objects.select_for_update().get(pk=own.pk)
    moment = clock.now()
    if own.destroyed_at is not None:
        raise Conflict("keys.destroyed-already", f"The key {own.kid} was destroyed already.")
    if own.retired_at is None or own.retired_at > moment:
        raise Refused(
            "keys.in-use",
            f"The {own.purpose} key {own.kid} is in use.",
            next_step=f"Roll it over first: `isthmus key roll {own.purpose}`.",
        )
    due = may_go_at(own)
    if due is not None and moment < due and not early:
        raise Refused(
            "keys.kept",
            f"The key {own.kid} is kept until {due:%Y-%m-%d}: what partners wrote to it may still arrive.",
            next_step="Wait until then, or destroy it early if it has leaked.",
        )
    own.destroyed_at = moment
    own.save(update_fields=["destroyed_at"])
    audit.note("trust.key-destroyed", actor=actor, subject=f"{own.purpose} {own.kid}")
    keystore.destroy_private(config.keys_folder / own.file_name)
    return own


def due_for_destruction(moment: datetime) -> list[OwnKey]:
    """Retired keys whose private half has been kept long enough."""
    retired = OwnKey.objects.filter(retired_at__lte=moment, destroyed_at=None)
    return [own for own in retired if (due := may_go_at(own)) is not None and due <= moment]
