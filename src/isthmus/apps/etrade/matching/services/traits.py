"""The declarations of one side, and what of them is matched privately."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from isthmus.apps.etrade.cases.models import Corridor, Way
from isthmus.apps.etrade.cases.rules.shipments import exports_of, imports_of
from isthmus.apps.etrade.cases.services.gathering import country_of, exports_in, imports_in
from isthmus.apps.etrade.matching.models import MatchRound
from isthmus.apps.etrade.models import Declaration, Direction, Sending
from isthmus.apps.etrade.reconciliation.rules.private import Traits, traits_of
from isthmus.trust.models import Partner
from isthmus.trust.pairwise import SharedSecret, shared_with

PURPOSE = "etrade.match/1"
EARLIER, LATER = timedelta(days=15), timedelta(days=75)
"""How long before and after the export an import may be declared that belongs to it."""
_PORTION = 500


def secret_of(partner: Partner, number: str, **keys: str | None) -> SharedSecret:
    """The secret of one comparison: hashes of two comparisons have nothing in common."""
    return shared_with(partner, f"{PURPOSE} {number}", **keys)


def own_declarations(partner: str, direction: Direction) -> QuerySet[Declaration]:
    """The declarations of this node that trade with this partner's country and stand."""
    if direction == Direction.EXPORT:
        return exports_in(Corridor(partner=partner, way=Way.OUT))
    return imports_in(Corridor(partner=partner, way=Way.IN))


def unshared(partner: str, direction: Direction) -> QuerySet[Declaration]:
    """Those of them that were not sent to the partner."""
    sent = Sending.objects.filter(declaration=OuterRef("pk"), partner=partner)
    return own_declarations(partner, direction).filter(~Exists(sent))


def answering_days(asked: MatchRound) -> tuple[date, date]:
    """The days of the answerer's declarations that may belong to the asker's."""
    if asked.direction == Direction.EXPORT:
        return asked.from_day - EARLIER, asked.until_day + LATER
    return asked.from_day - LATER, asked.until_day + EARLIER


def traits_between(
    rows: QuerySet[Declaration], direction: Direction, partner: str, first: date, last: date
) -> Iterator[tuple[int, list[Traits]]]:
    """By declaration that has an item on one of these days: what is matched of those items."""
    make = exports_of if direction == Direction.EXPORT else imports_of
    country = country_of(partner)
    plain = rows.order_by("pk").values_list("pk", "number", "body")
    for pk, number, body in plain.iterator(_PORTION):
        items = make(body, number, country=country)
        found = [
            traits
            for item in items
            if first.isoformat() <= item.date <= last.isoformat()
            for traits in traits_of(
                item.transport_doc, (item.container or "").split(), item.plate, item.hs, item.net_kg
            )
        ]
        if found:
            yield pk, found
