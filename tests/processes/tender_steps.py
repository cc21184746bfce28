"""What the test of tenders does inside a node, beside the steps that all such tests share."""

import sys
from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests.processes.steps import _until, card, drained, in_force, main, meet, sign

__all__ = ["card", "drained", "in_force", "meet", "sign"]


def propose(one: str, other: str) -> str:
    """Propose that every record of tenders crosses both ways; returns the agreement."""
    from isthmus.apps.solar.tenders.body_queries import TYPES
    from isthmus.exchange import registry
    from isthmus.exchange.records import AgreementV1
    from isthmus.exchange.services import agreements
    from isthmus.wire import codec
    from tests.foreign import terms

    grants = [
        (kind, here, there, sorted(registry.model_of(kind).model_fields))
        for kind in TYPES
        for here, there in ((one, other), (other, one))
    ]
    content = terms(grants=grants, parties=tuple(sorted((one, other))))
    return str(agreements.propose(AgreementV1.model_validate_json(codec.encode(content)), actor="test").uuid)


def _organisation(code: str) -> Any:
    from isthmus.accounts.models import Kind, Organisation

    return Organisation.objects.get_or_create(code=code, defaults={"name": code, "kind": Kind.FIRM})[0]


def ask(partner: str, seconds: float) -> Any:
    """Ask the partner for quotes until so many seconds from now."""
    from isthmus.apps.solar.tenders.services import asking
    from isthmus.kit import clock
    from tests.apps.solar.tenders.market import LOTS

    closes = clock.now() + timedelta(seconds=seconds)
    asked = asking.Asked("Sample systems", closes, closes + timedelta(days=1), "NGN", LOTS)
    tender = asking.ask(asked, organisation=_organisation("power"), to=[partner], actor="test")
    on = clock.now().date()
    for kind, code, value in (("exchange", "CNY", "210.5"), ("duty", "", "5"), ("tax", "", "7.5")):
        asking.state_rate(tender, kind, code, Decimal(value), on=on, source="Sample bank", actor="test")
    return {"number": tender.number, "leaf": tender.invitations.get().leaf}


def quote(number: str, firm: str, price: str) -> Any:
    """Wait for a request, write a quote of a firm and seal it."""
    from isthmus.apps.solar.models import Tender
    from isthmus.apps.solar.tenders.services import quoting
    from tests.apps.solar.tenders.market import offer

    _until(lambda: Tender.objects.filter(number=number).exists())
    given = offer()
    given["lines"][0]["unit_price"] = price
    draft = quoting.write(
        Tender.objects.get(number=number), given, organisation=_organisation(firm), actor="test"
    )
    row = quoting.seal(draft, actor="test")
    return {"quote": row.reference, "seal": row.seal, "leaf": row.seal_leaf}


def open_quote(reference: str) -> str:
    """Open a sealed quote; returns its leaf."""
    from isthmus.apps.solar.models import MakerQuote
    from isthmus.apps.solar.tenders.services import quoting

    return quoting.open_quote(MakerQuote.objects.get(reference=reference), actor="test").leaf


def wait_for_the_deadline(number: str) -> None:
    """Return once quotes may be opened."""
    from isthmus.apps.solar.models import Tender
    from isthmus.apps.solar.tenders.services.quoting import MARGIN
    from isthmus.kit import clock

    tender = Tender.objects.get(number=number)
    _until(lambda: clock.now() >= tender.closes + MARGIN)


def seen(number: str, standing: str, count: int) -> Any:
    """Wait until so many quotes stand so; what is seen of each, the cheapest first where they are open."""
    from isthmus.apps.solar.models import Tender
    from isthmus.apps.solar.tenders import queries

    tender = Tender.objects.get(number=number)
    _until(lambda: sum(one.standing.value == standing for one in queries.quotes_of(tender)) == count)
    quotes = queries.quotes_of(tender)
    costs = {one.seen.quote: str(one.cost and one.cost.total) for one in queries.compared(tender, quotes)}
    return {
        "quotes": [[one.quote, one.seal, one.offer is not None] for one in quotes],
        "costs": [[quote, cost] for quote, cost in costs.items()],
    }


def award(number: str, partner: str, reference: str) -> Any:
    """Award every lot to a quote; the leaves of the decisions by quote."""
    from isthmus.apps.solar.models import Tender
    from isthmus.apps.solar.tenders.services import awarding

    tender = Tender.objects.get(number=number)
    lots = {1: (partner, reference), 2: (partner, reference)}
    made = awarding.award(tender, lots, reason="The cheapest of two", actor="test")
    return {one.quote: [one.says, one.leaf] for one in made}


def told(reference: str) -> Any:
    """Wait for the decision about a quote; its state and the record that states it."""
    from isthmus.apps.solar.models import MakerQuote

    def row() -> Any:
        return MakerQuote.objects.get(reference=reference)

    _until(lambda: row().award_leaf != "")
    return [row().state, row().award_leaf]


def receipted(leaf: str) -> bool:
    """Wait until the partner has signed for a record; whether he accepted it."""
    from isthmus.exchange.models import Record, Verdict

    _until(lambda: Record.objects.exclude(verdict=Verdict.WAITING).filter(leaf=leaf).exists())
    return bool(Record.objects.get(leaf=leaf).verdict == Verdict.ACCEPTED)


if __name__ == "__main__":
    main(globals(), *sys.argv[1:])
