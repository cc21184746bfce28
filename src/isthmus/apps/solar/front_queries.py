"""Family solar's card on the front page of a node."""

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import ngettext

from isthmus.accounts.policy import Actor, can
from isthmus.apps.solar.models import MakerQuote, QuoteFact, WarrantyTicket
from isthmus.apps.solar.planning.queries import plans_for
from isthmus.apps.solar.tenders import queries
from isthmus.apps.solar.tenders.house import AWARD, QUOTE
from isthmus.apps.solar.tenders.rules.tickets import ANSWERS
from isthmus.exchange.application import Card, Waiting
from isthmus.kit import clock


def card(actor: Actor) -> Card:
    """Homes that were planned for here, and what waits of tenders, quotes and warranties."""
    homes = sum(
        found.get("whole", {}).get("homes", 0)
        for found in plans_for(actor).exclude(planned_at=None).values_list("found", flat=True)
    )
    return Card(
        figure=str(homes),
        caption=ngettext("home planned for", "homes planned for", homes),
        url=reverse("solar:plans"),
        waiting=(*_to_decide(actor), *_to_answer(actor), *_to_open(actor), *_tickets(actor)),
    )


def _to_decide(actor: Actor) -> list[Waiting]:
    """Tenders past their deadline of which no sealed quote can be opened any more."""
    if not can(actor, AWARD):
        return []
    now = clock.now()
    facts = QuoteFact.objects.filter(tender=OuterRef("pk"))
    opened = QuoteFact.objects.filter(
        kind=QuoteFact.Kind.OPENING,
        tender=OuterRef("tender"),
        partner=OuterRef("partner"),
        quote=OuterRef("quote"),
    )
    sealed = facts.filter(~Exists(opened), kind=QuoteFact.Kind.SEAL, arrived_at__lt=F("tender__closes"))
    past = queries.tenders_for(actor).filter(decided_at=None, withdrawn_at=None, closes__lte=now)
    count = past.filter(Q(opens_until__lte=now) | ~Exists(sealed)).count()
    title = ngettext("A tender waits for its award", "Tenders wait for their award", count)
    return [Waiting(title, count, reverse("solar:tenders"))] if count else []


def _to_answer(actor: Actor) -> list[Waiting]:
    """Requests from abroad that a maker's own firm has not quoted for, while it still can."""
    if not actor.organisation_ids or not can(actor, QUOTE):
        return []
    now = clock.now()
    quoted = queries.quotes_for(actor).values("tender")
    count = (
        queries.requests_for(actor).filter(closes__gt=now, withdrawn_at=None).exclude(pk__in=quoted).count()
    )
    title = ngettext("A request for solar quotes is open", "Requests for solar quotes are open", count)
    return [Waiting(title, count, reverse("solar:requests"))] if count else []


def _to_open(actor: Actor) -> list[Waiting]:
    """Sealed quotes whose deadline has passed: unopened, they do not count."""
    now = clock.now()
    sealed = queries.quotes_for(actor).filter(
        state=MakerQuote.State.SEALED,
        tender__closes__lte=now,
        tender__opens_until__gt=now,
        tender__withdrawn_at=None,
    )
    count = sealed.count()
    title = ngettext("Open your sealed quote now", "Open your sealed quotes now", count)
    return [Waiting(title, count, reverse("solar:requests"), urgent=True)] if count else []


def _tickets(actor: Actor) -> list[Waiting]:
    """Faults that a maker's firm was told of and has not answered."""
    own = queries.quotes_for(actor).values("reference")
    said = [*ANSWERS, "closed"]
    told = WarrantyTicket.objects.filter(quote__in=own, tender__way="in").exclude(sayings__says__in=said)
    count = told.count()
    title = ngettext("A fault under warranty waits", "Faults under warranty wait", count)
    return [Waiting(title, count, reverse("solar:requests"))] if count else []
