"""Bodies of tenders that somebody may see, for the dry run of an agreement."""

from isthmus.accounts.policy import Actor, visible
from isthmus.apps.solar.tenders import body_queries as bodies
from isthmus.apps.solar.tenders.house import QUOTE, VIEW
from isthmus.apps.solar.tenders.models import Acceptance, MakerQuote, QuoteDecision, Tender, TicketSaying
from isthmus.exchange.application import Sample

MOST = 20


def _tenders(actor: Actor) -> list[int]:
    rows = visible(actor, VIEW, Tender.objects.filter(way=Tender.Way.OUT))
    return list(rows.order_by("-pk").values_list("pk", flat=True)[:MOST])


def _quotes(actor: Actor, state: MakerQuote.State | None = None) -> list[MakerQuote]:
    rows = visible(actor, QUOTE, MakerQuote.objects.exclude(state=MakerQuote.State.DRAFT))
    rows = rows.select_related("tender", "organisation").order_by("-pk")
    return list(rows.exclude(opened_at=None)[:MOST] if state is not None else rows[:MOST])


def requests(actor: Actor) -> list[Sample]:
    """Requests of this node."""
    return [
        Sample(row.number, bodies.request_of(row).model_dump(mode="json"))
        for row in Tender.objects.filter(pk__in=_tenders(actor))
    ]


def seals(actor: Actor) -> list[Sample]:
    """Seals of the actor's quotes."""
    return [Sample(row.tender.number, bodies.seal_of(row).model_dump(mode="json")) for row in _quotes(actor)]


def quotes(actor: Actor) -> list[Sample]:
    """The actor's quotes that are open."""
    return [
        Sample(row.tender.number, bodies.quotation_of(row).model_dump(mode="json"))
        for row in _quotes(actor, MakerQuote.State.OPENED)
    ]


def awards(actor: Actor) -> list[Sample]:
    """What was decided about quotes here."""
    rows = QuoteDecision.objects.filter(tender__in=_tenders(actor)).select_related("tender")
    return [
        Sample(row.tender.number, bodies.award_of(row, "").model_dump(mode="json")) for row in rows[:MOST]
    ]


def acceptances(actor: Actor) -> list[Sample]:
    """Acceptance tests made here."""
    rows = Acceptance.objects.filter(tender__in=_tenders(actor)).select_related("tender")
    return [
        Sample(row.tender.number, bodies.acceptance_of(row).model_dump(mode="json")) for row in rows[:MOST]
    ]


def tickets(actor: Actor) -> list[Sample]:
    """What was said about warranties here."""
    rows = TicketSaying.objects.filter(ticket__tender__in=_tenders(actor)).select_related("ticket__tender")
    return [
        Sample(row.ticket.reference, bodies.ticket_of(row).model_dump(mode="json")) for row in rows[:MOST]
    ]
