"""Reusable reads of E-Trade, and its card on the front page."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.accounts.policy import Actor, visible
from isthmus.apps.etrade.models import DocumentVerdict, ExportDeclaration, Origin, Sending, SourceDocument
from isthmus.exchange import queries as exchange
from isthmus.exchange.application import Card, Sample, Waiting
from isthmus.kit import clock
from isthmus.trust.models import Partner, PartnerState

EXPORT = "etrade.export-declaration/1"


def unsent(partner: str) -> QuerySet[ExportDeclaration]:
    """Declarations lodged here that were not published for this partner, oldest first."""
    sent = Sending.objects.filter(declaration=OuterRef("pk"), partner=partner)
    return ExportDeclaration.objects.filter(~Exists(sent), origin=Origin.OWN).order_by("id")


def receivers() -> list[Partner]:
    """Active partners to whom an agreement in force lets export declarations go."""
    agreements = exchange.agreements_in_force(clock.now())
    return [
        partner
        for partner in Partner.objects.filter(state=PartnerState.ACTIVE)
        if exchange.covering_grant(agreements, EXPORT, exchange.me(), partner.node_id)
    ]


def granted_fields(partner: str) -> tuple[str, ...]:
    """The field paths that the agreement in force lets cross to this partner; empty without one."""
    agreements = exchange.agreements_in_force(clock.now())
    covering = exchange.covering_grant(agreements, EXPORT, exchange.me(), partner)
    return covering[1].fields if covering else ()


def samples(actor: Actor) -> list[Sample]:
    """The newest declarations lodged here that the actor may see, whole, for the dry run of an agreement."""
    own = visible(
        actor, "etrade.declaration.view", ExportDeclaration.objects.filter(origin=Origin.OWN)
    ).order_by("-id")[:10]
    return [Sample(declaration.number, declaration.body) for declaration in own]


def card(actor: Actor) -> Card:
    """E-Trade on the front page: what arrived from partners in the last seven days."""
    declarations = visible(actor, "etrade.declaration.view", ExportDeclaration.objects.all())
    since = clock.now() - timedelta(days=7)
    arrived = declarations.filter(origin=Origin.PARTNER, received_at__gte=since).count()
    refused = (
        visible(actor, "etrade.declaration.view", SourceDocument.objects.all())
        .filter(verdict=DocumentVerdict.MALFORMED, received_at__gte=since)
        .count()
    )
    waiting = []
    if refused:
        waiting.append(
            Waiting(
                ngettext("A document was refused: look why", "Documents were refused: look why", refused),
                refused,
                reverse("etrade:documents") + "?verdict=malformed",
            )
        )
    return Card(
        figure=str(arrived),
        caption=_("declarations arrived from partners in seven days"),
        url=reverse("etrade:declarations"),
        waiting=tuple(waiting),
    )
