"""`isthmus solar tender` of the maker: requests from abroad; quotes that are written, sealed and opened."""

from pathlib import Path

import click
from django.utils.translation import gettext as _

from isthmus.apps.solar.tenders.finding_cli import (
    FILE,
    members_of,
    organisation_of,
    own_quote,
    request_named,
)
from isthmus.kit.terminal import json_option, say, show_one, show_rows, who

_WHOSE = frozenset({"tender", "quote", "maker", "maker_name"})


def add_to(group: click.Group) -> None:
    """Put these commands beside those of the asker."""
    for command in (requests, quotes, quote, seal, open_quote):
        group.add_command(command)


@click.command()
@json_option
def requests(*, as_json: bool) -> None:
    """List the requests from abroad, the newest first."""
    from isthmus.apps.solar.tenders.models import Tender
    from isthmus.apps.solar.tenders.told_queries import request

    rows = [request(row) for row in Tender.objects.filter(way=Tender.Way.IN).order_by("-pk")]
    heads = {
        "partner": _("from"),
        "number": _("number"),
        "title": _("title"),
        "closes": _("seals until"),
        "takes_seals": _("takes seals"),
    }
    show_rows(rows, heads, as_json=as_json, empty=_("No request has arrived yet."))


@click.command()
@click.option("--organisation", help="Code of a firm; else the quotes of all firms of this node.")
@json_option
def quotes(organisation: str | None, *, as_json: bool) -> None:
    """List the quotes of this node's firms, the newest first."""
    from isthmus.apps.solar.tenders.models import MakerQuote
    from isthmus.apps.solar.tenders.told_queries import own_quote as told
    from isthmus.apps.solar.tenders.told_queries import served_for

    found = MakerQuote.objects.select_related("tender", "organisation").order_by("-pk")
    if organisation is not None:
        found = found.filter(organisation=organisation_of(organisation))
    heads = {
        "quote": _("quote"),
        "organisation": _("firm"),
        "partner": _("to"),
        "tender": _("tender"),
        "state": _("state"),
    }
    served = served_for(list(found))
    show_rows(
        [told(row, served) for row in found], heads, as_json=as_json, empty=_("No quotes were written yet.")
    )


@click.command()
@click.argument("number")
@click.argument("file", type=FILE)
@click.option("--partner", help="Node that asks; needed where several have a request of this number.")
@click.option("--organisation", help="Code of the firm that quotes; needed where there are several.")
@json_option
def quote(number: str, file: Path, partner: str | None, organisation: str | None, *, as_json: bool) -> None:
    """Write a quote for the request NUMBER from FILE; nothing leaves this node before it is sealed.

    FILE is JSON: currency, lines (each with lot, product, count, unit_price, wp, battery_wh), freight,
    insurance, incoterm, delivery_days, warranty_months, take_back, valid_until, documents (each with kind,
    number, valid_until), remark. Money is text with two decimals.
    """
    from isthmus.apps.solar.tenders.records import OfferV1
    from isthmus.apps.solar.tenders.services import quoting
    from isthmus.apps.solar.tenders.told_queries import own_quote as told

    offer = members_of(file, frozenset(OfferV1.model_fields) - _WHOSE)
    row = quoting.write(
        request_named(number, partner), offer, organisation=organisation_of(organisation), actor=who()
    )
    show_one(told(row), as_json=as_json)
    say(_("Seal it in time: isthmus solar tender seal %(quote)s") % {"quote": row.reference})


@click.command()
@click.argument("reference")
@json_option
def seal(reference: str, *, as_json: bool) -> None:
    """Seal the quote REFERENCE and send the seal; the quote stays here and does not change any more."""
    from isthmus.apps.solar.tenders.services import quoting
    from isthmus.apps.solar.tenders.told_queries import own_quote as told

    show_one(told(quoting.seal(own_quote(reference), actor=who())), as_json=as_json)


@click.command("open")
@click.argument("reference")
@json_option
def open_quote(reference: str, *, as_json: bool) -> None:
    """Open the quote REFERENCE for the asker; not before the deadline of seals."""
    from isthmus.apps.solar.tenders.services import quoting
    from isthmus.apps.solar.tenders.told_queries import own_quote as told

    show_one(told(quoting.open_quote(own_quote(reference), actor=who())), as_json=as_json)
