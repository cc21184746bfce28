"""Whole bodies of this node for the dry run of an agreement: the newest that the actor may see."""

from isthmus.accounts.policy import Actor, visible
from isthmus.apps.etrade.models import (
    Answer,
    Declaration,
    DeclarationEvent,
    Direction,
    Kind,
    MatchRound,
    Origin,
    Query,
    TradeDocument,
    Utilisation,
)
from isthmus.exchange.application import Sample
from isthmus.wire.codec import Json

MOST = 10


def _declarations(actor: Actor, direction: Direction) -> list[Sample]:
    own = Declaration.objects.filter(origin=Origin.OWN, direction=direction).order_by("-id")
    return [Sample(row.number, row.body) for row in visible(actor, "etrade.declaration.view", own)[:MOST]]


def export_samples(actor: Actor) -> list[Sample]:
    """Export declarations lodged here."""
    return _declarations(actor, Direction.EXPORT)


def import_samples(actor: Actor) -> list[Sample]:
    """Import declarations lodged here."""
    return _declarations(actor, Direction.IMPORT)


def _events(actor: Actor, origin: Origin) -> list[Sample]:
    said = DeclarationEvent.objects.filter(origin=origin, said_by="").order_by("-id")
    return [
        Sample(f"{row.number} {row.event}", row.body)
        for row in visible(actor, "etrade.declaration.view", said)[:MOST]
    ]


def event_samples(actor: Actor) -> list[Sample]:
    """What happened to declarations lodged here."""
    return _events(actor, Origin.OWN)


def response_samples(actor: Actor) -> list[Sample]:
    """What this node said became of partners' exports."""
    return _events(actor, Origin.PARTNER)


def _documents(actor: Actor, kind: Kind) -> list[Sample]:
    own = TradeDocument.objects.filter(origin=Origin.OWN, kind=kind).order_by("-id")
    return [Sample(row.number, row.body) for row in visible(actor, "etrade.document.view", own)[:MOST]]


def origin_samples(actor: Actor) -> list[Sample]:
    """Certificates of origin issued here."""
    return _documents(actor, Kind.CERTIFICATE_OF_ORIGIN)


def phytosanitary_samples(actor: Actor) -> list[Sample]:
    """Phytosanitary certificates issued here."""
    return _documents(actor, Kind.PHYTOSANITARY)


def licence_samples(actor: Actor) -> list[Sample]:
    """Licences granted here."""
    return _documents(actor, Kind.LICENCE)


def permit_samples(actor: Actor) -> list[Sample]:
    """Vehicle permits granted here."""
    return _documents(actor, Kind.VEHICLE_PERMIT)


def transit_samples(actor: Actor) -> list[Sample]:
    """Movements that began here."""
    return _documents(actor, Kind.TRANSIT)


def manifest_samples(actor: Actor) -> list[Sample]:
    """Manifests lodged here."""
    return _documents(actor, Kind.MANIFEST)


def use_samples(actor: Actor) -> list[Sample]:
    """What this node did with partners' certificates."""
    used = Utilisation.objects.filter(origin=Origin.PARTNER).order_by("-id")
    return [Sample(row.reference, row.body) for row in visible(actor, "etrade.document.view", used)[:MOST]]


def query_samples(actor: Actor) -> list[Sample]:
    """Questions asked here."""
    asked = Query.objects.filter(origin=Origin.OWN).order_by("-id")
    return [Sample(row.number, row.body) for row in visible(actor, "etrade.query.view", asked)[:MOST]]


def answer_samples(actor: Actor) -> list[Sample]:
    """Answers given here."""
    queries = visible(actor, "etrade.query.view", Query.objects.filter(origin=Origin.PARTNER))
    given = Answer.objects.filter(query__in=queries).order_by("-id")[:MOST]
    return [Sample(row.number, row.body) for row in given]


def _hashes(row: MatchRound) -> list[Json]:
    return list(sorted(set(row.found.values_list("token", flat=True))))  # noqa: C413  of another type


def token_samples(actor: Actor) -> list[Sample]:
    """Keyed hashes that were sent; those that hit stand for all of them."""
    asked = MatchRound.objects.filter(origin=Origin.OWN, found__hit=True).distinct().order_by("-id")
    return [
        Sample(row.number, {**row.body, "tokens": _hashes(row)})
        for row in visible(actor, "etrade.match.view", asked)[:MOST]
    ]


def hit_samples(actor: Actor) -> list[Sample]:
    """Answers to partners' keyed hashes."""
    asked = MatchRound.objects.filter(origin=Origin.PARTNER).exclude(answered_at=None).order_by("-id")
    return [
        Sample(row.number, {"tokens_number": row.number, "compared": row.compared or 0, "hits": _hashes(row)})
        for row in visible(actor, "etrade.match.view", asked)[:MOST]
    ]
