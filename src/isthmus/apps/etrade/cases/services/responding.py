"""Telling the partner which of its exports were found among our imports, where the agreement lets it."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet

from isthmus.apps.etrade.cases.models import Case, Corridor, Link, ReasonCode, Way
from isthmus.apps.etrade.models import Declaration, DeclarationEvent, Happened
from isthmus.apps.etrade.records import ImportMatchBlockV1
from isthmus.apps.etrade.services.events import RESPONSE, respond
from isthmus.apps.etrade.services.publishing import covered

PORTION = 1000
"""Responses that one run gives to one partner; the next run goes on."""


def respond_to_matches(corridor: Corridor, *, actor: str = "node") -> Iterator[DeclarationEvent]:
    """Respond for each export that is linked for sure, or whose import is due and missing: once for each.

    Each response is a transaction of its own, so that stopping between two loses nothing.
    """
    if corridor.way != Way.IN or not covered(RESPONSE, [corridor.partner]):
        return
    for export in list(_unanswered(corridor, Happened.MATCH, _linked(corridor))[:PORTION]):
        link = Link.objects.filter(corridor=corridor, export=export, accepted=True).order_by("pk").first()
        if link is not None and link.imported is not None:
            match = ImportMatchBlockV1.model_validate_json(link.imported.record.match.model_dump_json())
            yield respond(export, "matched", actor=actor, import_number=link.imported.number, match=match)
    for export in list(_unanswered(corridor, Happened.FAIL_TO_MATCH, _missing(corridor))[:PORTION]):
        yield respond(export, "unmatched", actor=actor)


def _linked(corridor: Corridor) -> Exists:
    links = Link.objects.filter(corridor=corridor, export=OuterRef("pk"), accepted=True)
    return Exists(links.exclude(imported=None))


def _missing(corridor: Corridor) -> Exists:
    return Exists(
        Case.objects.filter(
            corridor=corridor, export=OuterRef("pk"), reason=ReasonCode.MISSING_IMPORT, found=True
        )
    )


def _unanswered(corridor: Corridor, event: Happened, which: Exists) -> QuerySet[Declaration]:
    told = DeclarationEvent.objects.filter(declaration=OuterRef("pk"), said_by="", event=event)
    rows = Declaration.objects.filter(which, ~Exists(told), partner=corridor.partner)
    return rows.order_by("pk")
