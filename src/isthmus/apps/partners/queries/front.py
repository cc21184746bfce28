"""Business partners on the node's front page, and on that of the network."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.accounts.policy import Actor, can
from isthmus.apps.partners.house import SIGN, VIEW
from isthmus.apps.partners.models import Letter, Listing
from isthmus.apps.partners.queries.introductions import outcomes_to_tell, to_answer
from isthmus.apps.partners.queries.listings import open_now, own_for, unmatched_needs
from isthmus.apps.partners.rules.lasting import REMIND_BEFORE
from isthmus.apps.partners.wording import address, level_words, volume_words
from isthmus.exchange.application import Card, Panel, PanelRow, Waiting
from isthmus.kit import clock

MOST = 8
EXPIRED_SINCE = timedelta(days=30)


def _ending(actor: Actor) -> list[Waiting]:
    now = clock.now()
    rows = own_for(actor).filter(
        withdrawn_at=None, expires_at__lte=now + REMIND_BEFORE, expires_at__gt=now - EXPIRED_SINCE
    )
    count = rows.count()
    if not count:
        return []
    first = rows.order_by("expires_at").first()
    kind = first.kind if first is not None else Listing.Kind.OFFER
    title = ngettext("Need or offer that ends: confirm it", "Needs and offers that end: confirm them", count)
    return [Waiting(title, count, reverse(f"partners:{kind}s") + "?state=ending", urgent=True)]


def _waiting(actor: Actor) -> list[Waiting]:
    found = _ending(actor)
    if count := to_answer(actor).count():
        title = ngettext("Introduction to answer", "Introductions to answer", count)
        found.append(Waiting(title, count, reverse("partners:introductions") + "?state=asked", urgent=True))
    if count := outcomes_to_tell(actor).count():
        title = ngettext(
            "Introduction: tell what became of it", "Introductions: tell what became of them", count
        )
        found.append(Waiting(title, count, reverse("partners:outcomes") + "#waiting"))
    if can(actor, SIGN):
        rows = Letter.objects.filter(state=Letter.State.DRAFT, is_own=True) | Letter.objects.filter(
            state=Letter.State.SENT, is_own=False
        )
        if count := rows.count():
            title = ngettext("Letter of intent to sign", "Letters of intent to sign", count)
            found.append(Waiting(title, count, reverse("partners:letters")))
    return found


def card(actor: Actor) -> Card:
    """How many offers stand, and what waits: answers, outcomes, letters, what ends soon."""
    count = open_now(Listing.objects.filter(kind="offer")).count() if can(actor, VIEW) else 0
    return Card(
        figure=str(count),
        caption=ngettext("offer stands", "offers stand", count),
        url=reverse("partners:offers"),
        waiting=tuple(_waiting(actor)),
    )


def panel(actor: Actor) -> Panel | None:
    """Needs without an offer, the oldest first; None for whoever may not see them."""
    if not can(actor, VIEW):
        return None
    rows = list(unmatched_needs().order_by("confirmed_at", "pk")[:MOST])
    lines = tuple(
        PanelRow(row.title, address(row), f"{volume_words(row)}, {level_words(row)}", row.country)
        for row in rows
    )
    return Panel(
        _("Needs without an offer"),
        reverse("partners:needs"),
        _("Every need has been introduced to an offer, or none is entered yet."),
        groups=((_("Needs without an offer"), lines),) if lines else (),
    )
