"""Finding certificates, and what this node knows of one that somebody shows."""

from dataclasses import dataclass

from cryptography import x509
from django.conf import settings
from django.db.models import QuerySet

from isthmus.accounts.policy import Actor, visible
from isthmus.apps.workshops.certificates.models import Certificate
from isthmus.apps.workshops.certificates.rules.verdicts import Known, Verdict, verdict
from isthmus.apps.workshops.programme.house import VIEW
from isthmus.kit import base32
from isthmus.kit.errors import IsthmusError
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose, OwnKey
from isthmus.wire.attestation import (
    NUMBER_SIGNS,
    PATH,
    check_attestation,
    digest_of,
    read_attestation,
    signs_in,
)


def certificates_for(actor: Actor) -> QuerySet[Certificate]:
    """The certificates of the actor's organisations."""
    rows = Certificate.objects.select_related("nominee__invitation__workshop__programme__organisation")
    return visible(actor, VIEW, rows)


def address_of(row: Certificate) -> str:
    """What the code on a certificate holds: an address of this node, in capitals, which take less room."""
    return f"{settings.ISTHMUS.url.rstrip('/').upper()}{PATH}{row.code}"


def seal_certificates() -> dict[str, x509.Certificate]:
    """The certificates of this node's seal keys by their thumbprints, retired ones included.

    A key that was revoked proves nothing any more, whatever it signed.
    """
    rows = OwnKey.objects.filter(purpose=KeyPurpose.SEAL, revoked_from=None)
    return {row.kid: keystore.parse_certificate(row.certificate) for row in rows}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a check comes to. ``row`` is there where the node issued it; ``sender`` names another issuer."""

    verdict: Verdict
    row: Certificate | None = None
    sender: str = ""


def _row(number: str) -> Certificate | None:
    rows = Certificate.objects.select_related("nominee__invitation__workshop__programme__organisation")
    return rows.filter(number=number).first()


def looked_up(text: str) -> Answer:
    """Check a code that was scanned, or a number that was typed from the paper."""
    number = base32.tidied("".join(text.split()))
    if len(number) == NUMBER_SIGNS:
        row = _row(number)
        known = Known(True, ours=True, signed=True, listed=row is not None, revoked=_gone(row))
        return Answer(verdict(known), row)
    if not signs_in(text):
        return Answer(verdict(Known(readable=False)))
    try:
        short, body = read_attestation(text)
    except IsthmusError:
        return Answer(verdict(Known(readable=False)))
    if body.sender != settings.ISTHMUS.node_id:
        return Answer(verdict(Known(readable=True)), sender=body.sender)
    signed = False
    for cert in seal_certificates().values():
        try:
            check_attestation(short, cert)
            signed = True
        except IsthmusError:
            continue
    row = _row(body.number) if signed else None
    listed = row is not None and (not row.statement or digest_of(row.statement) == body.digest)
    known = Known(True, ours=True, signed=signed, listed=listed, revoked=_gone(row))
    return Answer(verdict(known), row if listed else None)


def _gone(row: Certificate | None) -> bool:
    return row is not None and row.revoked_at is not None
