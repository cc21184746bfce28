"""`isthmus partners`: needs and offers, what fits and why, and how many introductions were accepted."""

from typing import TYPE_CHECKING

import click
from django.utils.translation import gettext as _

from isthmus.kit.errors import NotFound
from isthmus.kit.terminal import json_option, say, show_rows, write_json, write_table

if TYPE_CHECKING:
    from isthmus.apps.partners.models import Listing


@click.group()
def partners() -> None:
    """Business partners: needs, offers, what fits and why."""


def _need(name: str) -> "Listing":
    from isthmus.apps.partners.models import Listing

    rows = Listing.objects.filter(kind="need")
    by_key = (
        rows.filter(pk=int(name)) if name.isascii() and name.isdigit() and len(name) < 16 else rows.none()
    )
    found = list(by_key) or list(rows.filter(reference__startswith=name.lower())[:2])
    if len(found) != 1 or not name:
        raise NotFound(
            "partners.no-listing",
            _("There is no one need %(name)s.") % {"name": name},
            next_step=_("`isthmus partners list` lists them."),
        )
    return found[0]


@partners.command("list")
@click.option("--kind", type=click.Choice(["need", "offer"]), help="Only these; else both.")
@click.option("--all", "every", is_flag=True, help="Those that ended, too.")
@json_option
def list_listings(kind: str | None, *, every: bool, as_json: bool) -> None:
    """List needs and offers, of this node and of partners."""
    from isthmus.apps.partners.models import Listing
    from isthmus.apps.partners.queries.listings import open_now
    from isthmus.apps.partners.queries.told import listing

    rows = Listing.objects.exclude(title="").order_by("kind", "pk")
    if kind is not None:
        rows = rows.filter(kind=kind)
    heads = {
        "id": _("id"),
        "kind": _("kind"),
        "node": _("node"),
        "country": _("country"),
        "title": _("title"),
        "hs_code": _("HS code"),
        "expires_at": _("ends"),
    }
    told = [listing(row) for row in (rows if every else open_now(rows))]
    show_rows(told, heads, as_json=as_json, empty=_("No need and no offer is entered yet."))


@partners.command()
@click.argument("need_id")
@click.option("--explain", is_flag=True, help="Every point with its reason.")
@json_option
def match(need_id: str, *, explain: bool, as_json: bool) -> None:
    """List the offers that fit the need NEED_ID, a key or the beginning of a reference, the best first.

    Points are millionths in JSON. The items of a score sum to it exactly.
    """
    from isthmus.apps.partners.queries.matches import matches_of
    from isthmus.apps.partners.queries.told import matches
    from isthmus.apps.partners.wording import BARS, item_words, points_text

    row = _need(need_id)
    found = matches_of(row)
    if as_json:
        told = matches(row, found)
        if not explain:
            for one in told["matches"]:  # type: ignore[attr-defined]  # a list of objects
                del one["items"]
        write_json(told)
        return
    for one in found.found:
        click.echo(f"{one.place}. {one.row.title} [{one.row.pk}]  {points_text(one.match.score)}")
        if explain:
            lines = [(item_words(item), points_text(item.points)) for item in one.match.items]
            write_table([_("why"), _("points")], lines)
            click.echo("")
    if not found.found:
        say(_("No offer fits."))
    for bar, count in sorted(found.left_out.items()):
        say(_("Left out: %(count)d, %(reason)s") % {"count": count, "reason": BARS[bar]})


@partners.command()
@json_option
def precision(*, as_json: bool) -> None:
    """Show how many of the introductions made were accepted, with the 95 % interval."""
    from isthmus.apps.partners.queries.precision import measured

    rows = [
        {
            "group": one.name,
            "made": one.precision.made,
            "answered": one.answered,
            "accepted": one.precision.accepted,
            "share": one.precision.share,
            "interval": one.precision.interval,
        }
        for one in measured()
    ]
    heads = {
        "group": _("introductions"),
        "made": _("made"),
        "answered": _("answered"),
        "accepted": _("accepted"),
        "share": _("share"),
        "interval": _("Interval (95 in 100)"),
    }
    show_rows(rows, heads, as_json=as_json, empty=_("No introduction was made yet."))
