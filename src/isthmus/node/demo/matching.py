"""Private matching in the demonstration: Bangladesh asks which of its imports Myanmar knows as exports."""

from django.db.models import Max, Min

from isthmus.apps.etrade.matching.models import MatchRound
from isthmus.apps.etrade.matching.queries import hits_of
from isthmus.apps.etrade.matching.services import asking
from isthmus.apps.etrade.models import Declaration, Direction, Origin, Sending
from isthmus.node.demo.countries import EXPORTER
from isthmus.node.demo.trade import Answer, own_customs, who


def ask_matches() -> Answer:
    """Send the exporter keyed hashes of every own import; once."""
    asked = _asked()
    if asked is not None:
        return {"number": asked.number, "hashed": asked.declarations, "new": False}
    imports = Declaration.objects.filter(origin=Origin.OWN, direction=Direction.IMPORT)
    days = imports.aggregate(first=Min("arrival_date"), last=Max("arrival_date"))
    asked = asking.ask(
        EXPORTER,
        Direction.IMPORT,
        (days["first"], days["last"]),
        imports,
        actor=who("officer"),
        organisation_id=own_customs().pk,
    )
    return {"number": asked.number, "hashed": asked.declarations, "new": True}


def matches() -> Answer:
    """What the exporter said: with how many of its exports it compared, and which imports match surely."""
    asked = _asked()
    if asked is None or asked.answered_at is None:
        return {"answered": False}
    hits = hits_of(asked, Declaration.objects.all())
    sure = sorted(hit.declaration.number for hit in hits if hit.sure)
    return {"answered": True, "compared": asked.compared, "sure": sure, "perhaps": len(hits) - len(sure)}


def send_matches() -> Answer:
    """Send the exporter the imports that match surely, and no other."""
    asked = _asked()
    sent = asking.send_hits(asked, None, actor=who("officer")) if asked is not None else 0
    went = Sending.objects.filter(partner=EXPORTER, declaration__direction=Direction.IMPORT)
    return {"sent": sent, "shown": sorted(went.values_list("declaration__number", flat=True))}


def imports_of(partner: str) -> Answer:
    """Which import declarations of a partner are here."""
    rows = Declaration.objects.filter(origin=Origin.PARTNER, partner=partner, direction=Direction.IMPORT)
    return {"numbers": sorted(rows.values_list("number", flat=True))}


def _asked() -> MatchRound | None:
    return MatchRound.objects.filter(origin=Origin.OWN, partner=EXPORTER).order_by("pk").first()


KEYS = (ask_matches, matches, send_matches, imports_of)
"""What can be asked for here."""
