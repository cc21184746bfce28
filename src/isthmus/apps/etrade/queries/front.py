"""E-Trade's card on the front page."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.accounts.policy import Actor, visible
from isthmus.apps.etrade.cases import queries as cases
from isthmus.apps.etrade.models import Declaration, DocumentVerdict, Origin, Query, SourceDocument
from isthmus.apps.etrade.queries import licences
from isthmus.exchange.application import Card, Waiting
from isthmus.kit import clock


def card(actor: Actor) -> Card:
    """E-Trade on the front page: what arrived from partners in the last seven days."""
    declarations = visible(actor, "etrade.declaration.view", Declaration.objects.all())
    since = clock.now() - timedelta(days=7)
    arrived = declarations.filter(origin=Origin.PARTNER, received_at__gte=since).count()
    refused = (
        visible(actor, "etrade.declaration.view", SourceDocument.objects.all())
        .filter(verdict=DocumentVerdict.MALFORMED, received_at__gte=since)
        .count()
    )
    waiting = _cases(actor)
    if refused:
        waiting.append(
            Waiting(
                ngettext("A document was refused: look why", "Documents were refused: look why", refused),
                refused,
                reverse("etrade:documents") + "?verdict=malformed",
            )
        )
    waiting += _questions(actor) + _ending(actor)
    return Card(
        figure=str(arrived),
        caption=_("declarations arrived from partners in seven days"),
        url=reverse("etrade:declarations"),
        waiting=tuple(waiting),
    )


def _questions(actor: Actor) -> list[Waiting]:
    open_ones = visible(
        actor, "etrade.query.write", Query.objects.filter(origin=Origin.PARTNER, answered_at=None)
    )
    count = open_ones.count()
    if not count:
        return []
    overdue = open_ones.filter(due_on__lt=clock.now().date()).exists()
    title = ngettext("A partner asks: answer", "Partners ask: answer", count)
    return [Waiting(title, count, reverse("etrade:questions") + "?origin=partner&open=yes", urgent=overdue)]


def _ending(actor: Actor) -> list[Waiting]:
    today = clock.now().date()
    count = visible(actor, "etrade.document.decide", licences.ending_soon(today)).count()
    if not count:
        return []
    title = ngettext("A licence or permit ends soon", "Licences or permits end soon", count)
    last = licences.last_warned(today)
    return [Waiting(title, count, f"{reverse('etrade:every-document')}?ends={last.isoformat()}")]


def _cases(actor: Actor) -> list[Waiting]:
    """Cases that wait for a decision: one line, which leads to the worst of them."""
    count = visible(actor, "etrade.case.view", cases.waiting()).count()
    if not count:
        return []
    title = ngettext("A case waits for a decision", "Cases wait for a decision, the worst first", count)
    return [Waiting(title, count, reverse("etrade:cases"))]
