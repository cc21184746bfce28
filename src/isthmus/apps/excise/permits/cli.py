"""`isthmus excise permits`: permits with what is left of each, and quotas by island."""

from typing import TYPE_CHECKING

import click
from django.utils.translation import gettext as _

from isthmus.kit import clock
from isthmus.kit.errors import NotFound
from isthmus.kit.terminal import json_option, show_one, show_rows, who

if TYPE_CHECKING:
    from datetime import datetime


@click.group()
def permits() -> None:
    """Import permits and quotas, in millilitres of pure alcohol."""


@permits.command("list")
@click.option("--operator", help="Excise number of one resort.")
@click.option("--year", type=int, help="Year of the quota.")
@json_option
def list_permits(operator: str | None, year: int | None, *, as_json: bool) -> None:
    """List import permits, the newest first."""
    from isthmus.apps.excise.permits import queries
    from isthmus.apps.excise.permits.models import ImportPermit
    from isthmus.apps.excise.returns.queries import operator_by_number

    found = ImportPermit.objects.select_related("operator")
    if operator is not None:
        found = found.filter(operator=operator_by_number(operator))
    if year is not None:
        found = found.filter(year=year)
    left = queries.left_of_all(found)
    rows: list[dict[str, object]] = [
        {
            "number": row.number,
            "operator": row.operator.excise_number,
            "year": row.year,
            "state": row.state,
            "asked_ml": row.asked_ml,
            "granted_ml": row.granted_ml,
            "left_ml": left[row.number],
            "why": row.why,
        }
        for row in found
    ]
    heads = ("number", "operator", "year", "state", "asked_ml", "granted_ml", "left_ml")
    show_rows(
        rows, {name: name.replace("_", " ") for name in heads}, as_json=as_json, empty="No permits yet."
    )


@permits.command()
@click.option("--year", type=int, help="Only the quotas of one year.")
@json_option
def quota(year: int | None, *, as_json: bool) -> None:
    """Show quotas by island: granted and transferred make up used and left."""
    from isthmus.apps.excise.permits import queries
    from isthmus.apps.excise.permits.models import ImportQuota

    found = ImportQuota.objects.select_related("operator")
    if year is not None:
        found = found.filter(year=year)
    held = queries.held(found)
    rows: list[dict[str, object]] = [
        {
            "island": row.island,
            "operator": row.operator.excise_number,
            "year": row.year,
            "granted_ml": held[row.pk].granted,
            "transferred_ml": held[row.pk].moved,
            "used_ml": held[row.pk].used,
            "left_ml": held[row.pk].left,
        }
        for row in found
    ]
    heads = ("island", "operator", "year", "granted_ml", "transferred_ml", "used_ml", "left_ml")
    show_rows(rows, {name: name.replace("_", " ") for name in heads}, as_json=as_json, empty="No quotas yet.")


@permits.command()
@click.argument("number")
@click.argument("draw")
@click.option("--reason", required=True, help="Why, such as: the consignment did not arrive.")
@click.option("--key", help="Your name of this deed: the same key does it once; else one by the draw-down.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day it counts from; else today.")
@json_option
def reverse(
    number: str, draw: str, reason: str, key: str | None, day: "datetime | None", *, as_json: bool
) -> None:
    """Take the draw-down with the key DRAW of permit NUMBER back; exit code 3 to who drew it."""
    from isthmus.apps.excise.permits.models import PermitDraw
    from isthmus.apps.excise.permits.services import draws

    rows = PermitDraw.objects.select_related("permit", "duty_return")
    row = rows.filter(permit__number=number, key=draw).first()
    if row is None:
        raise NotFound(
            "excise.no-draw",
            _("The permit %(number)s has no draw-down “%(draw)s”.") % {"number": number, "draw": draw},
        )
    made = draws.reverse(
        row, on=(day or clock.now()).date(), why=reason, key=key or f"reverse {draw}"[:60], actor=who()
    )
    show_one(
        {
            "permit": number,
            "draw": draw,
            "amount_ml": row.amount_ml,
            "reversed_on": made.on,
            "return": str(made.duty_return),
        },
        as_json=as_json,
    )


@permits.command("draws")
@click.argument("number")
@json_option
def list_draws(number: str, *, as_json: bool) -> None:
    """List the draw-downs of the permit NUMBER, with what was taken back."""
    from isthmus.apps.excise.permits.models import PermitDraw

    found = PermitDraw.objects.filter(permit__number=number).select_related("duty_return", "reversal")
    rows: list[dict[str, object]] = [
        {
            "key": row.key,
            "how": row.how,
            "on": row.on,
            "amount_ml": row.amount_ml,
            "return": row.duty_return.number,
            "reversed_on": row.reversal.on if row.is_reversed else None,
            "why": row.reversal.why if row.is_reversed else "",
        }
        for row in found
    ]
    heads = ("key", "how", "on", "amount_ml", "return", "reversed_on", "why")
    show_rows(
        rows, {name: name.replace("_", " ") for name in heads}, as_json=as_json, empty="Nothing was drawn."
    )
