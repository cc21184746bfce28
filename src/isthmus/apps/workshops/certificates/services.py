"""Writers of certificates: issuing to all who were there, and revoking one."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.workshops.agenda.queries import speakers_of, zone_of
from isthmus.apps.workshops.attendance.queries import Presence, presence_of
from isthmus.apps.workshops.certificates import queries
from isthmus.apps.workshops.certificates.formats import credential, paper
from isthmus.apps.workshops.certificates.models import Certificate, Ground
from isthmus.apps.workshops.certificates.wording import paper_values
from isthmus.apps.workshops.programme.models import Workshop
from isthmus.apps.workshops.programme.services.planning import bad, open_programme
from isthmus.kit import base32, clock
from isthmus.kit.errors import Conflict
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose
from isthmus.wire import pdf_seal
from isthmus.wire.attestation import (
    NUMBER_SIGNS,
    Attestation,
    Revoked,
    digest_of,
    sign_attestation,
    sign_revoked,
)


def statement_of(workshop: Workshop, presence: Presence) -> dict[str, Any]:
    """Everything that is attested to a person, as strict JSON."""
    zone = zone_of(workshop)
    return {
        "person": presence.nominee.name,
        "country": presence.nominee.invitation.country,
        "workshop": workshop.title,
        "number": workshop.number,
        "theme": workshop.theme,
        "host": workshop.host,
        "place": workshop.place,
        "first": workshop.starts.isoformat(),
        "last": workshop.ends.isoformat(),
        "days": list(presence.days),
        "organisation": workshop.programme.organisation.name,
        "sessions": [
            {
                "title": one.title,
                "kind": one.kind,
                "on": "" if one.starts_at is None else one.starts_at.astimezone(zone).date().isoformat(),
                "speakers": list(speakers_of(one)),
            }
            for one in presence.sessions
        ],
    }


@transaction.atomic
def issue(workshop: Workshop, *, actor: str) -> list[Certificate]:
    """A certificate for everybody who was there and has none that counts.

    Conflict while the workshop is not noted as held: until then its lists may grow.
    """
    open_programme(workshop.programme)
    row = Workshop.objects.select_for_update(of=("self",)).get(pk=workshop.pk)
    if row.held_at is None:
        raise Conflict("workshops.not-held", _("Certificates are issued once the workshop is noted as held."))
    counting = Certificate.objects.filter(nominee__invitation__workshop=row, revoked_at=None)
    known = set(counting.values_list("nominee_id", flat=True))
    made = [_issue(row, one, actor) for one in presence_of(row) if one.nominee.pk not in known]
    if made:
        audit.note("workshops.certified", actor=actor, subject=row.number, detail={"new": len(made)})
    return made


def _issue(workshop: Workshop, presence: Presence, actor: str) -> Certificate:
    now = clock.now().replace(microsecond=0)
    key = keystore.in_use(KeyPurpose.SEAL, now)
    number, statement = base32.drawn(NUMBER_SIGNS), statement_of(workshop, presence)
    body = Attestation(
        sender=settings.ISTHMUS.node_id,
        number=number,
        person=statement["person"],
        about=workshop.title,
        first=statement["first"],
        last=statement["last"],
        issued=now,
        parts=len(statement["sessions"]),
        digest=digest_of(statement),
    )
    url = settings.ISTHMUS.url
    issuer = credential.Issuer(
        url, settings.ISTHMUS.node_id, settings.ISTHMUS.node_name, statement["organisation"]
    )
    claims = credential.claims(statement, issuer, number, now)
    return Certificate.objects.create(
        nominee=presence.nominee,
        number=number,
        statement=statement,
        code=sign_attestation(body, key=key.private_key, cert=key.certificate),
        credential=credential.sign(claims, key=key.private_key, kid=key.kid, url=url),
        issued_at=now,
        by=actor,
    )


@transaction.atomic
def revoke(certificate: Certificate, ground: str, reason: str, *, actor: str) -> Certificate:
    """Let a certificate count no more. The ground is public, the reason is not; Conflict the second time."""
    row = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if row.revoked_at is not None:
        raise Conflict("workshops.certificate-revoked", _("This certificate was revoked already."))
    if ground not in Ground.values:
        raise bad("ground", _("Choose why."))
    if not reason:
        raise bad("reason", _("Say why; it stays on this node."))
    row.revoked_at, row.ground, row.reason, row.revoked_by = clock.now(), ground, reason, actor
    row.save(update_fields=["revoked_at", "ground", "reason", "revoked_by"])
    audit.note("workshops.certificate-revoked", actor=actor, subject=row.number, detail={"ground": ground})
    return row


def revoked_list() -> str:
    """All revoked certificates of this node as one signed token, made now."""
    key, now = keystore.in_use(KeyPurpose.SEAL), clock.now()
    gone = Certificate.objects.exclude(revoked_at=None).order_by("revoked_at", "pk")
    entries = tuple(
        Revoked(number=row.number, at=row.revoked_at, ground=row.ground)
        for row in gone
        if row.revoked_at is not None
    )
    sender = settings.ISTHMUS.node_id
    return sign_revoked(sender, entries, issued=now, key=key.private_key, cert=key.certificate)


def whole(row: Certificate) -> Certificate:
    """The certificate, where what it says is still here; Conflict where it was erased with the nomination."""
    if not row.statement:
        raise Conflict("workshops.certificate-erased", _("What this certificate says was erased here."))
    return row


def signed_pdf(row: Certificate, language: str) -> bytes:
    """The certificate on paper, in a language, signed now by the node's seal key; Conflict once revoked."""
    if row.revoked_at is not None:
        raise Conflict("workshops.certificate-revoked", _("This certificate was revoked."))
    whole(row)
    address = queries.address_of(row)
    plain = paper.certificate(paper_values(row, language), address)
    key = keystore.in_use(KeyPurpose.SEAL)
    return pdf_seal.seal(plain, key=key.private_key, cert=key.certificate, names=address)
