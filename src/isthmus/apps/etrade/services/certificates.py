"""What importing countries do with certificates of origin: stated here, and received about own ones."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.etrade.models import Kind, Origin, Outcome, TradeDocument, Utilisation
from isthmus.apps.etrade.queries import certificates as queries
from isthmus.apps.etrade.records import CertificateUtilisationV1
from isthmus.apps.etrade.services import standing
from isthmus.apps.etrade.services.publishing import note_restored, publish_thing
from isthmus.exchange.handlers import Erasing, Received
from isthmus.kit import clock
from isthmus.kit.errors import Conflict

UTILISATION = "etrade.certificate-utilisation/1"


@transaction.atomic
def use(certificate: TradeDocument, body: CertificateUtilisationV1, *, actor: str) -> Utilisation:
    """State what this country did with a partner's certificate, and tell the partner.

    Conflict ``etrade.not-theirs`` for an own certificate, ``etrade.cancelled`` for the use of one that its
    issuer cancelled, ``etrade.overused`` where more would be used than is certified, ``etrade.use-known``
    for a reference that was used otherwise. Refused where no agreement covers it.
    """
    if certificate.origin != Origin.PARTNER or certificate.kind != Kind.CERTIFICATE_OF_ORIGIN:
        raise Conflict(
            "etrade.not-theirs",
            _("%(number)s is no certificate of a partner.") % {"number": certificate.number},
            next_step=_("Only certificates that a partner issued are used here."),
        )
    certificate = TradeDocument.objects.select_for_update().get(pk=certificate.pk)
    takes = body.outcome in {Outcome.USED, Outcome.PARTLY_USED}
    if takes and certificate.state == "cancelled":
        raise Conflict(
            "etrade.cancelled",
            _("%(number)s was cancelled by its issuer.") % {"number": certificate.number},
            next_step=_("Reject it, or ask the issuer."),
        )
    made = _enter(
        body,
        document=certificate,
        origin=Origin.PARTNER,
        partner=certificate.partner,
        organisation_id=certificate.organisation_id,
    )
    over = [balance.line.number for balance in queries.balances_of(certificate) if balance.over]
    if takes and over:
        raise Conflict(
            "etrade.overused",
            _("More would be used than %(number)s certifies: item %(items)s.")
            % {"number": certificate.number, "items": ", ".join(map(str, over))},
            next_step=_("Look at what was used of it already, and ask the issuer."),
        )
    audit.note(
        "etrade.certificate-used", actor=actor, subject=certificate.number, detail={"outcome": body.outcome}
    )
    publish_thing(
        made, UTILISATION, body, certificate.number, certificate.organisation_id, [certificate.partner]
    )
    return made


def _enter(
    body: CertificateUtilisationV1,
    *,
    document: TradeDocument | None,
    origin: Origin,
    partner: str,
    organisation_id: int | None,
    leaf: str = "",
) -> Utilisation:
    stated = body.model_dump(mode="json")
    known = Utilisation.objects.filter(
        origin=origin, partner=partner, reference=body.reference, outcome=body.outcome
    ).first()
    if known is not None:
        if known.body != stated:
            raise Conflict(
                "etrade.use-known",
                _("The reference %(reference)s names another use.") % {"reference": body.reference},
                next_step=_("Give each use a reference of its own."),
            )
        return known
    made = Utilisation.objects.create(
        document=document,
        origin=origin,
        partner=partner,
        organisation_id=organisation_id,
        certificate_number=body.certificate_number,
        reference=body.reference,
        outcome=body.outcome,
        import_number=body.import_number or "",
        used_on=date.fromisoformat(body.used_on) if body.used_on else None,
        body=stated,
        leaf=leaf,
        received_at=clock.now(),
    )
    if document is not None:
        standing.settle(document)
    return made


def attach_waiting(certificate: TradeDocument) -> None:
    """Uses that were known before their certificate count from now on."""
    Utilisation.objects.filter(
        document=None,
        origin=certificate.origin,
        certificate_number=certificate.number,
        **({} if certificate.origin == Origin.OWN else {"partner": certificate.partner}),
    ).update(document=certificate)


def _certificate(origin: Origin, partner: str, number: str) -> TradeDocument | None:
    rows = TradeDocument.objects.select_for_update().filter(
        kind=Kind.CERTIFICATE_OF_ORIGIN, origin=origin, number=number
    )
    return rows.filter(partner="" if origin == Origin.OWN else partner).first()


def receive_utilisation(received: Received) -> None:
    """Handler of ``etrade.certificate-utilisation/1``: what a partner did with a certificate of this country.

    More than was certified is no reason to refuse it: it happened, and the page of the certificate names it.
    """
    body: CertificateUtilisationV1 = received.body
    _enter(
        body,
        document=_certificate(Origin.OWN, "", body.certificate_number),
        origin=Origin.OWN,
        partner=received.record.sender,
        organisation_id=received.organisation_id,
        leaf=received.leaf,
    )


def restore_utilisation(received: Received) -> None:
    """A use that this node stated and lost came back."""
    body: CertificateUtilisationV1 = received.body
    partner = received.record.receiver
    made = _enter(
        body,
        document=_certificate(Origin.PARTNER, partner, body.certificate_number),
        origin=Origin.PARTNER,
        partner=partner,
        organisation_id=received.organisation_id,
    )
    note_restored(made, partner, received.leaf, received.record.issued)


@transaction.atomic
def erase_utilisation(erasing: Erasing) -> None:
    """Erase a use that a partner stated; the certificate stands as if it had not been."""
    if erasing.sent:
        return
    made = Utilisation.objects.select_related("document").filter(leaf=erasing.leaf).first()
    if made is not None:
        document = made.document
        made.delete()
        if document is not None:
            standing.settle(document)
