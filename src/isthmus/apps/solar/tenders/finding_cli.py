"""What the commands of tenders have in common: rows by the names that people type, and files of JSON."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from django.utils.translation import gettext as _

from isthmus.kit.errors import BadInput, NotFound
from isthmus.wire import codec

if TYPE_CHECKING:
    from isthmus.accounts.models import Organisation
    from isthmus.apps.solar.tenders.models import MakerQuote, QuoteDecision, Tender

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def own_tender(number: str) -> "Tender":
    """A tender of this node; NotFound for a number that none has."""
    from isthmus.apps.solar.tenders.models import Tender

    rows = Tender.objects.filter(way=Tender.Way.OUT).select_related("organisation")
    row = rows.filter(number=number).first()
    if row is None:
        raise NotFound("solar.no-tender", _("There is no tender %(number)s.") % {"number": number})
    return row


def request_named(number: str, partner: str | None) -> "Tender":
    """A request from abroad; BadInput where several partners have one of that number."""
    from isthmus.apps.solar.tenders.models import Tender

    rows = Tender.objects.filter(way=Tender.Way.IN, number=number).order_by("partner")
    found = list((rows if partner is None else rows.filter(partner=partner))[:2])
    if not found:
        raise NotFound("solar.no-tender", _("There is no request %(number)s.") % {"number": number})
    if len(found) > 1:
        raise BadInput(
            "solar.tender-whose",
            _("Several partners have a request %(number)s.") % {"number": number},
            next_step=_("Say with --partner whose it is."),
        )
    return found[0]


def own_quote(reference: str) -> "MakerQuote":
    """A quote of a firm of this node, by its name or how that begins."""
    from isthmus.apps.solar.tenders.models import MakerQuote

    found = list(MakerQuote.objects.filter(reference__startswith=reference).select_related("tender")[:2])
    if len(found) != 1:
        raise NotFound("solar.no-quote", _("There is no one quote %(name)s.") % {"name": reference})
    return found[0]


def decision_about(tender: "Tender", quote: str) -> "QuoteDecision":
    """What was decided about a quote of a tender, by its name or how that begins."""
    found = list(tender.decisions.filter(quote__startswith=quote).select_related("tender__organisation")[:2])
    if len(found) != 1:
        raise NotFound(
            "solar.no-decision",
            _("Tender %(number)s has no one decision about a quote %(name)s.")
            % {"number": tender.number, "name": quote},
        )
    return found[0]


def organisation_of(code: str | None) -> "Organisation":
    """The organisation of a code; of none, the only one that there is."""
    from isthmus.accounts.models import Organisation

    rows = Organisation.objects.order_by("pk")
    found = list((rows if code is None else rows.filter(code=code))[:2])
    if not found:
        raise NotFound(
            "solar.no-organisation", _("There is no organisation %(code)s.") % {"code": code or ""}
        )
    if len(found) > 1:
        raise BadInput(
            "solar.tender-whose",
            _("This node has several organisations."),
            next_step=_("Say with --organisation whose it is."),
        )
    return found[0]


def members_of(path: Path, known: frozenset[str]) -> dict[str, Any]:
    """The members of a JSON object in a file; BadInput for another value or a member that is not known."""
    told = codec.decode(path.read_bytes())
    if not isinstance(told, dict):
        raise BadInput("solar.file", _("%(file)s must hold one JSON object.") % {"file": path.name})
    if unknown := sorted(set(told) - known):
        raise BadInput(
            "solar.file",
            _("%(file)s has members that are not known: %(members)s.")
            % {"file": path.name, "members": ", ".join(unknown)[:200]},
            next_step=_("There are: %(members)s.") % {"members": ", ".join(sorted(known))},
        )
    return told
